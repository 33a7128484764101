"""The plant in words: the document of sim/state, and the values of the metering topics.

Pure: it looks at a plant and decides nothing. Fields of the document are those that `ccctl` shows; numbers
are rounded so that a plant at rest gives the same document each second. Guide §3.3.4.7 (metering), decision
28.
"""

from __future__ import annotations

from typing import Any

from secc.contract.topics import metering
from secc.contract.topics.row import Topic
from secc.sim.ev import UJ_PER_WH
from secc.sim.plant import Plant

SERIAL = "SIM-0001"


def _ev(plant: Plant) -> dict[str, Any] | None:
    ev = plant.ev
    if ev is None:
        return None
    return {
        "state": ev.state.value,
        "behaviour": ev.spec.behaviour.value,
        "current_a": round(ev.current_ma / 1000, 1),
        "energy_wh": round(ev.taken_uj / UJ_PER_WH, 1),
        "soc_pct": round(ev.soc_pct, 1),
    }


def state(plant: Plant) -> dict[str, Any]:
    """What stands there now, without the time. `ev` is null without a car."""
    cable = plant.cable
    return {
        "ev": _ev(plant),
        "cable": {
            "rating_a": cable.rating_a,
            "fixed": cable.fixed,
            "at_station": cable.at_station,
            "at_ev": cable.at_ev,
            "home": cable.home,
        },
        "lock": plant.lock.word,
        "contactors": [plant.relay_1.closed, plant.relay_2.closed],
        "outlet_live": list(plant.outlet),
        "rotary": f"{plant.rotary:X}",
        "faults": sorted(plant.faults),
    }


def measured(plant: Plant) -> tuple[tuple[Topic[float], float], ...]:
    """What the meter says, topic by topic."""
    meter = plant.meter
    v, i, p = meter.voltage_mv, meter.current_ma, meter.power_mw
    return (
        (metering.VOLTAGE_L1, v[0] / 1000),
        (metering.VOLTAGE_L2, v[1] / 1000),
        (metering.VOLTAGE_L3, v[2] / 1000),
        (metering.CURRENT_L1, i[0] / 1000),
        (metering.CURRENT_L2, i[1] / 1000),
        (metering.CURRENT_L3, i[2] / 1000),
        (metering.CURRENT_TOTAL, sum(i) / 1000),
        (metering.POWER_L1, p[0] / 1000),
        (metering.POWER_L2, p[1] / 1000),
        (metering.POWER_L3, p[2] / 1000),
        (metering.POWER_TOTAL, sum(p) / 1000),
        (metering.ENERGY_IMPORT, meter.energy_wh),
        (metering.FREQUENCY, meter.frequency_mhz / 1000),
    )
