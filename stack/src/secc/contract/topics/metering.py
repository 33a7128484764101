"""What the electricity meter says, and whether it answers.

Values are those of the billing meter, per phase (l1, l2, l3) and in total; power is positive towards the EV.
A quantity that the meter does not have is not published. Guide §3.3.4.7 and §7.3.3, decision 28.
"""

from __future__ import annotations

from secc.contract.topics.row import Direction, Topic
from secc.contract.values import Bool, Decimal, Text

_28 = "§7.3.3, decision 28"
_V = Decimal(1, 0, 1000)
_A = Decimal(2, -10000, 10000)
_WH = Decimal(0, 0, 999_999_999)
_W = Decimal(0, -10_000_000, 10_000_000)


def _value(path: str, payload: Decimal, unit: str, about: str) -> Topic[float]:
    """A retained quantity below port0/metering/."""
    name = "TOPIC_METERING_" + path.replace("/", "_").upper()
    topic = f"port0/metering/{path}"
    return Topic(name, topic, payload, Direction.SUBSCRIBE, "meteringd", True, _28, about, unit=unit)


METER_AVAILABLE = Topic(
    "TOPIC_METERING_METER_AVAILABLE", "port0/metering/meter/available", Bool(), Direction.SUBSCRIBE,
    "meteringd", True, "§3.3.4.7",
    "1 while the meter answers, 0 when it does not.",
)  # fmt: skip
VOLTAGE_L1 = _value("voltage/l1", _V, "V", "Voltage of L1 against N.")
VOLTAGE_L2 = _value("voltage/l2", _V, "V", "Voltage of L2 against N.")
VOLTAGE_L3 = _value("voltage/l3", _V, "V", "Voltage of L3 against N.")
CURRENT_L1 = _value("current/l1", _A, "A", "Current in L1.")
CURRENT_L2 = _value("current/l2", _A, "A", "Current in L2.")
CURRENT_L3 = _value("current/l3", _A, "A", "Current in L3.")
CURRENT_TOTAL = _value("current/total", _A, "A", "Sum of the currents of all phases.")
POWER_L1 = _value("power/l1", _W, "W", "Active power of L1.")
POWER_L2 = _value("power/l2", _W, "W", "Active power of L2.")
POWER_L3 = _value("power/l3", _W, "W", "Active power of L3.")
POWER_TOTAL = _value("power/total", _W, "W", "Active power of all phases.")
ENERGY_IMPORT = _value("energy/import", _WH, "Wh", "Register of energy towards the EV.")
FREQUENCY = _value("frequency", Decimal(2, 0, 100), "Hz", "Frequency of the grid.")
SERIAL = Topic(
    "TOPIC_METERING_SERIAL", "port0/metering/serial", Text(64), Direction.SUBSCRIBE, "meteringd", True, _28,
    "Serial number of the meter.",
)  # fmt: skip
