"""How much current may be offered: the minimum of all limits that apply.

Currents in tenths of an ampere, per phase; None is "no limit" (the guide's -1). Below 6 A nothing is offered. The
failsafe limit applies until the first dynamic limit or the first one of the central system arrives. At most five
names of dynamic limits are kept, in order of arrival. Guide §14.1 (failsafe_current_limit), §15.16 and table 74.
"""

from __future__ import annotations

from dataclasses import dataclass

from secc.evsed.duty import MIN_OFFER_DA
from secc.fsm import replace

MAX_DYNAMIC = 5


def deci(ampere: float) -> int | None:
    """Tenths of an ampere, rounded down; None for -1. Other negative values are a limit of zero."""
    if ampere == -1:
        return None
    return max(0, int(ampere * 10 + 1e-6))  # 20.2 * 10 is 201.99999999999997


def _minimum(values: list[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return min(known) if known else None


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits in tenths of an ampere. `cable_da` is that of the plugged cable (socket) or of the fixed one.

    `heard` counts the limits that were commanded since the start.
    """

    grid_da: int | None
    evse_da: int | None
    failsafe_da: int | None = None
    cable_da: int | None = None
    central_da: int | None = None
    dynamic: tuple[tuple[str, int | None], ...] = ()
    heard: int = 0

    def with_central(self, ampere: float) -> Limits:
        """After a limit of the central system (`ci/evse/basic/maxcurrentlimit`)."""
        return replace(self, central_da=deci(ampere), heard=self.heard + 1)

    def with_dynamic(self, name: str, ampere: float) -> Limits:
        """After a dynamic limit; the same object if the name is a sixth one, which is ignored."""
        known = dict(self.dynamic)
        if name not in known and len(known) >= MAX_DYNAMIC:
            return self
        known[name] = deci(ampere)
        return replace(self, dynamic=tuple(known.items()), heard=self.heard + 1)

    @property
    def physical_da(self) -> int | None:
        """What wiring, station and cable allow, whatever the dynamic limits are."""
        return _minimum([self.grid_da, self.evse_da, self.cable_da])

    @property
    def offered_da(self) -> int:
        """What is offered to the car: 0, or 6 A and more."""
        failsafe = None if self.heard else self.failsafe_da
        values = [self.physical_da, failsafe, self.central_da, *(limit for _, limit in self.dynamic)]
        least = _minimum(values)
        return least if least is not None and least >= MIN_OFFER_DA else 0
