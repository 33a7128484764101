"""The proximity pilot: which cable is plugged into the socket, and how much it carries.

A reading must come twice before it counts, and a cable must be seen for a while before a pin that said something else
is trusted again. Nothing is decided here about charging. IEC 61851-1 annex B, guide §3.3.4.34 to 36, §15.16;
thresholds are those of the board.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from secc.fsm import replace


class Plug(Enum):
    """What the proximity pin shows."""

    UNKNOWN = "unknown"
    NONE = "none"
    A13 = "13"
    A20 = "20"
    A32 = "32"
    A63 = "63"
    INVALID = "invalid"


NO_CABLE = (Plug.UNKNOWN, Plug.NONE, Plug.INVALID)
STEADY_READINGS = 30
"""So many readings of one and the same cable are trusted: 3 s at one reading in 100 ms."""


def millivolts(raw: int) -> int:
    """Voltage in mV from the raw reading (0..4095) of the proximity channel. This one is scaled by 4096."""
    return raw * 3300 // 4096


def plug(mv: int) -> Plug:
    """The cable from the voltage of the proximity pin."""
    for floor, found in (
        (2459, Plug.NONE),
        (1813, Plug.A13),
        (1170, Plug.A20),
        (891, Plug.A32),
        (751, Plug.A63),
    ):
        if mv >= floor:
            return found
    return Plug.INVALID


def rating_a(found: Plug, phases: int) -> int | None:
    """Ampere that the cable carries on each phase; None where no cable is understood."""
    if found in NO_CABLE:
        return None
    if found is Plug.A63:
        return 63 if phases == 3 else 70
    return int(found.value)


@dataclass(frozen=True, slots=True)
class Proximity:
    """The plug that counts, another one that was seen once, and how many readings in a row said the cable that counts
    (no more than are needed).
    """

    plug: Plug = Plug.UNKNOWN
    seen: Plug | None = None
    good: int = 0

    @property
    def steady(self) -> bool:
        """Whether it is the same cable for a while now. After a fault the pin is not trusted before."""
        return self.good == STEADY_READINGS

    def sampled(self, raw: int) -> Proximity:
        """After one more raw reading; the same object if nothing changed. One odd reading neither counts nor spoils
        what was counted.
        """
        now = plug(millivolts(raw))
        if now is self.plug:
            good = 0 if now in NO_CABLE else min(self.good + 1, STEADY_READINGS)
            return self if self.seen is None and good == self.good else Proximity(now, good=good)
        return Proximity(now) if now is self.seen else replace(self, seen=now)
