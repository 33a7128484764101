"""The proximity pilot: which cable is plugged into the socket, and how much it carries.

A reading must come twice before it counts. Nothing is decided here about charging. IEC 61851-1 annex B, guide
§3.3.4.34 to 36, §15.16; thresholds are those of the board.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class Plug(Enum):
    """What the proximity pin shows."""

    UNKNOWN = "unknown"
    NONE = "none"
    A13 = "13"
    A20 = "20"
    A32 = "32"
    A63 = "63"
    INVALID = "invalid"


def plug(raw: int) -> Plug:
    """The cable from the raw reading (0..4095) of the proximity channel."""
    mv = raw * 3300 // 4096
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
    if found is Plug.A63:
        return 63 if phases == 3 else 70
    return int(found.value) if found.value.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Proximity:
    """The plug that counts, and another one that was seen once."""

    plug: Plug = Plug.UNKNOWN
    seen: Plug | None = None

    def sampled(self, raw: int) -> Proximity:
        """After one more raw reading; the same object if nothing changed."""
        now = plug(raw)
        if now is self.plug:
            return self if self.seen is None else replace(self, seen=None)
        return Proximity(now) if now is self.seen else replace(self, seen=now)
