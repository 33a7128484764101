"""The simulated plant: commands to it, and its state. Present in simulations and tests, never on a device.

Beyond the guide; the fields of both documents belong to the simulation.
"""

from __future__ import annotations

from secc.contract.documents import Object
from secc.contract.topics.row import Direction, Topic

_BEYOND = "beyond the guide"

COMMAND = Topic(
    "TOPIC_SIM_COMMAND", "sim/command", Object(), Direction.INTERNAL, "ccctl", False, _BEYOND,
    "What shall happen at the simulated plug, cable, EV, contactor or RCD.",
)  # fmt: skip
STATE = Topic(
    "TOPIC_SIM_STATE", "sim/state", Object(), Direction.INTERNAL, "sim", True, _BEYOND,
    "What the simulated plant looks like now.",
)  # fmt: skip
