"""Whether the station takes sessions: what the customer wants, what the backend wants, and the result.

The station is operative only if both want it (table 4). Guide §3.3.5 (table 5).
"""

from __future__ import annotations

from secc.contract.enums import Operative
from secc.contract.topics.row import Direction, Topic
from secc.contract.values import Word

_5 = "§3.3.5, table 5"

TARGET = Topic(
    "TOPIC_AVAILABILITY_TARGET", "port0/ci/availability/target", Word(Operative), Direction.PUBLISH,
    "customer", True, _5,
    "The customer's own wish, beside that of the backend.",
)  # fmt: skip
ACTUAL = Topic(
    "TOPIC_AVAILABILITY_ACTUAL", "port0/availability/actual", Word(Operative), Direction.SUBSCRIBE, "evsed",
    True, _5,
    "The result: operative only if customer and backend both want it.",
)  # fmt: skip
BACKEND = Topic(
    "TOPIC_AVAILABILITY_BACKEND", "port0/availability/backend", Word(Operative), Direction.INTERNAL,
    "ocppd", True, "§3.3.5, table 4",
    "What the central system decided by ChangeAvailability.",
)  # fmt: skip
