"""The control pilot as measured: from two peak voltages to one of the states A to F.

Both peaks are classified with hysteresis and must be seen twice before they count, so that a single odd sample
changes nothing; a peak that never agrees with itself is a fault. It knows nothing of what is driven.
IEC 61851-1 annex A, guide §15.3 (table 57); scaling and thresholds are those of the board.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from secc.contract.enums import CpState


class Band(StrEnum):
    """What one peak says; X is a voltage that belongs to no state."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"
    X = "X"


_A = (Band.A,)
_AB = (Band.A, Band.B)
_ABC = (Band.A, Band.B, Band.C)
_TO_E = (Band.A, Band.B, Band.C, Band.D, Band.E)
_FLOORS: tuple[tuple[int, Band, Band, tuple[Band, ...]], ...] = (
    (13_001, Band.X, Band.X, ()),
    (11_000, Band.A, Band.A, ()),
    (10_000, Band.A, Band.B, _A),
    (8_000, Band.B, Band.B, ()),
    (7_000, Band.B, Band.C, _AB),
    (5_000, Band.C, Band.C, ()),
    (4_000, Band.C, Band.D, _ABC),
    (2_000, Band.D, Band.D, ()),
    (-1_000, Band.E, Band.E, ()),
    (-2_000, Band.E, Band.X, _TO_E),
    (-10_000, Band.X, Band.X, ()),
    (-11_000, Band.F, Band.X, (Band.F,)),
    (-13_000, Band.F, Band.F, ()),
)
"""Lowest mV of a stretch; the band if one of the last column was seen before; the band otherwise."""


MAX_ODD = 4
"""So many samples in a row without two that agree are a pilot fault; within 20 ms at one sample in 5 ms."""


def millivolts(raw: int) -> int:
    """Pilot voltage in mV from the raw reading (0..4095) of a peak detector; whole numbers, cut at each step."""
    return (raw * 3300 // 4095) * 4561 // 476 - 16013


def band(mv: int, before: Band) -> Band:
    """The band of a peak voltage in mV. Between two bands the one seen `before` holds on."""
    for floor, held, otherwise, holders in _FLOORS:
        if mv >= floor:
            return held if before in holders else otherwise
    return Band.X


@dataclass(frozen=True, slots=True)
class Side:
    """One peak: the band that counts, another one that was seen last, and how many odd samples came in a row."""

    counts: Band = Band.X
    seen: Band | None = None
    odd: int = 0

    def sampled(self, mv: int) -> Side:
        """After one more sample. Samples that agree with nothing are no reason to believe in the band from before."""
        now = band(mv, self.counts)
        if now is self.counts:
            return self if self.seen is None else Side(self.counts)
        if now is self.seen:
            return Side(now)
        return Side(self.counts, now, self.odd + 1) if self.odd + 1 < MAX_ODD else Side(Band.X)


@dataclass(frozen=True, slots=True)
class Pilot:
    """Both peaks; `state` is None until both were understood once or when no state fits (a pilot fault)."""

    high: Side = Side()
    low: Side = Side()

    def sampled(self, high_raw: int, low_raw: int) -> Pilot:
        """The pilot after one more pair of raw readings; the same object if nothing changed."""
        high = self.high.sampled(millivolts(high_raw))
        low = self.low.sampled(millivolts(low_raw))
        return self if high is self.high and low is self.low else Pilot(high, low)

    @property
    def state(self) -> CpState | None:
        if Band.X in (self.high.counts, self.low.counts):
            return None
        if self.high.counts is Band.E and self.low.counts is Band.F:
            return CpState.F
        return CpState(self.high.counts.value)
