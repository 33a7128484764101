"""The control pilot as measured: from two peak voltages to one of the states A to F, and to faults of the line.

Both peaks are classified with hysteresis and must be seen twice before they count, so that a single odd sample
changes nothing; a peak that never agrees with itself is a fault. Diode, short and a voltage out of range are judged on
every sample, against the duty cycle that is driven. It drives nothing and does not decide who may charge.
IEC 61851-1 annex A, guide §15.3 (table 57); scaling, thresholds and fault rules are those of the board.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from enum import Enum, StrEnum

from secc.contract.enums import CpState
from secc.evsed.duty import FULL, NONE, UNDRIVEN, is_nominal
from secc.fsm import replace


class Band(StrEnum):
    """What one peak says; X is a voltage that belongs to no state."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"
    X = "X"


class PilotFault(Enum):
    """What is wrong with the line. DIODE stays until state A was measured, the others until the line is well again."""

    NONE = "none"
    DIODE = "diode"
    SHORT = "short"
    RANGE = "range"


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
"""So many samples in a row without two that agree are a pilot fault; within 20 ms at one sample in 5 ms. A line that
hits its state now and then, but misses it more often, gets there a little later."""
SHORT_BELOW_MV = 2_000
"""A positive peak that is lower is no state that a car can make (E, or nothing)."""
UNAVAILABLE_MV = -10_000
"""Where -12 V is driven it must arrive: a negative peak above this is a short as well."""
MIRRORED_MV = 1_200
"""Peaks whose sum is no more than this are mirror images: nothing rectifies in between."""
STEADY_SAMPLES = 600
"""So many good samples after a fault before the line is trusted again: 3 s at one sample in 5 ms."""
MAX_PAUSE_SAMPLES = STEADY_SAMPLES << 6
"""Each further fault of one car doubles that pause, up to 192 s, so that a line that is only disturbed under load does
not have the contactor work all night."""


def millivolts(raw: int) -> int:
    """Pilot voltage in mV from the raw reading (0..4095) of a peak detector; whole numbers, cut at each step."""
    return (raw * 3300 // 4095) * 4561 // 476 - 16013


def band(mv: int, before: Band | None) -> Band:
    """The band of a peak voltage in mV. Between two bands the one seen `before` holds on."""
    for floor, held, otherwise, holders in _FLOORS:
        if mv >= floor:
            return held if before in holders else otherwise
    return Band.X


def _held_raw(counts: Band) -> tuple[int, int]:
    """Lowest and highest raw reading at which a band that counts holds on."""
    rows = [index for index, (floor, *_) in enumerate(_FLOORS) if band(floor, counts) is counts]
    lowest, above = _FLOORS[rows[-1]][0], _FLOORS[rows[0] - 1][0]
    return bisect_left(range(4096), lowest, key=millivolts), bisect_left(range(4096), above, key=millivolts) - 1


_HELD: dict[Band, tuple[int, int]] = {counts: _held_raw(counts) for counts in Band if counts is not Band.X}
_STATE: dict[Band, CpState] = {counts: CpState(counts.value) for counts in Band if counts is not Band.X}
_APART = (2 * 16013 - MIRRORED_MV) * 4095 * 476 // (3300 * 4561)
"""Two raw readings with a sum of no more than this are surely no mirror images; beyond, the volts have to be added."""
_ANY = 2 * 4095
_NEVER = (1, 0, 1, 0, 0)

Calm = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Side:
    """One peak: the band that counts (None: nothing yet), another one that was seen last, and how many more odd samples
    than good ones came of late.
    """

    counts: Band | None = None
    seen: Band | None = None
    odd: int = 0

    def sampled(self, mv: int) -> Side:
        """After one more sample. Samples that agree with nothing are no reason to believe in the band from before."""
        now = band(mv, self.counts)
        if now is self.counts:
            return Side(self.counts, None, self.odd - 1) if self.odd else self
        if now is self.seen:
            return Side(now)
        return Side(self.counts, now, self.odd + 1) if self.odd + 1 < MAX_ODD else Side(Band.X)

    @property
    def latest(self) -> Band | None:
        """What the last sample said, whether it counts or not."""
        return self.counts if self.seen is None else self.seen


@dataclass(frozen=True, slots=True)
class Pilot:
    """Both peaks, and what follows from them.

    `state` is None until both peaks were understood and when no state fits. `fault` is what counts; `verdict` is what
    the last sample alone said (NONE, DIODE or SHORT), and counts when the next one says the same. `mending` is how
    many good samples are missing until the line is trusted again, `pause` with how many of them that began (0: no
    fault of this car yet). `duty` is what was driven during the last sample; `calm` are raw readings at which nothing
    can change: lowest and highest of each peak, and the highest sum.
    """

    high: Side = Side()
    low: Side = Side()
    state: CpState | None = None
    fault: PilotFault = PilotFault.NONE
    verdict: PilotFault = PilotFault.NONE
    mending: int = 0
    pause: int = 0
    duty: int = UNDRIVEN
    calm: Calm = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "calm", self._calm())

    @property
    def usable(self) -> bool:
        """Whether the line says something that can be believed now."""
        return self.fault is PilotFault.NONE and self.state is not None

    @property
    def steady(self) -> bool:
        """Whether no fault is or was a short time ago. A car that saw the PWM end over a fault must not see it come
        and go."""
        return self.mending == 0

    @property
    def proven(self) -> bool:
        """Whether the last sample was taken while a nominal duty cycle was driven and found nothing wrong: only then
        is it known that there is a diode, and so a car (IEC 61851-1 annex A)."""
        return is_nominal(self.duty) and self.verdict is PilotFault.NONE

    @property
    def told(self) -> tuple[CpState | None, PilotFault, bool, bool]:
        """All of it that matters to others: state, fault, steady, proven."""
        return self.state, self.fault, self.mending == 0, self.proven

    def sampled(self, high_raw: int, low_raw: int, duty: int) -> Pilot:
        """The pilot after one more pair of raw readings, taken while `duty` (1/100 %) was driven; the same object if
        nothing changed. While 0 V are driven nothing is judged and the state stays; bands from before do not count
        any more.
        """
        low_from, low_to, high_from, high_to, apart = self.calm
        if (
            duty == self.duty
            and high_from <= high_raw <= high_to
            and low_from <= low_raw <= low_to
            and high_raw + low_raw <= apart
        ):
            return self
        if duty == UNDRIVEN:
            return self if self.duty == UNDRIVEN else replace(self, high=Side(), low=Side(), duty=UNDRIVEN)
        return self._judged(millivolts(high_raw), millivolts(low_raw), duty)

    def _judged(self, high_mv: int, low_mv: int, duty: int) -> Pilot:
        high, low = self.high.sampled(high_mv), self.low.sampled(low_mv)
        verdict = _verdict(high_mv, low_mv, high.latest, duty)
        state = _state(high.counts, low.counts, duty, self.state)
        fault = self._fault(verdict, state, Band.X in (high.counts, low.counts))
        if fault is PilotFault.SHORT:
            state = CpState.E
        mending, pause = self.mending, self.pause
        if fault is not PilotFault.NONE:
            if self.fault is PilotFault.NONE and mending == 0:
                pause = min(2 * pause, MAX_PAUSE_SAMPLES) or STEADY_SAMPLES
            mending = pause
        elif mending and verdict is PilotFault.NONE and high.seen is None and low.seen is None:
            mending -= 1
        if state is CpState.A and mending == 0:
            pause = 0
        after = Pilot(high, low, state, fault, verdict, mending, pause, duty)
        return self if after == self else after

    def _fault(self, verdict: PilotFault, state: CpState | None, out_of_range: bool) -> PilotFault:
        """The fault that counts, given what this sample alone says."""
        if self.fault is PilotFault.DIODE and state is not CpState.A:
            return PilotFault.DIODE
        sure = verdict is self.verdict
        if sure and verdict is not PilotFault.NONE:
            return verdict
        if self.fault is PilotFault.SHORT and not sure:
            return PilotFault.SHORT
        return PilotFault.RANGE if out_of_range else PilotFault.NONE

    def _calm(self) -> Calm:
        high, low = self.high.counts, self.low.counts
        pending = self.high.odd > 0 or self.low.odd > 0
        well = self.verdict is PilotFault.NONE and self.mending == 0  # so there is no fault either
        if pending or not well or self.duty == UNDRIVEN or high not in _HELD or low not in _HELD:
            return _NEVER
        mirrors = is_nominal(self.duty) and high is not Band.A
        return (*_HELD[low], *_HELD[high], _APART if mirrors else _ANY)


def _verdict(high_mv: int, low_mv: int, high: Band | None, duty: int) -> PilotFault:
    """What one sample says of diode and short. `high` is the band of its positive peak."""
    if duty in (FULL, NONE):
        short = high_mv < SHORT_BELOW_MV and low_mv > UNAVAILABLE_MV
        return PilotFault.SHORT if short else PilotFault.NONE
    if abs(high_mv + low_mv) > MIRRORED_MV:
        return PilotFault.NONE
    if high_mv < SHORT_BELOW_MV:
        return PilotFault.SHORT
    return PilotFault.NONE if high is Band.A else PilotFault.DIODE


def _state(high: Band | None, low: Band | None, duty: int, before: CpState | None) -> CpState | None:
    """The state of two peaks that count. As long as one of them was not understood, it is the one from before."""
    if Band.X in (high, low):
        return None
    if high is None or low is None:
        return before
    if high is Band.E and low is Band.F:
        # -12 V alone is F only where the station drives it; elsewhere the car's side pulls the positive half to PE.
        return CpState.F if duty == NONE or before is CpState.F else CpState.E
    return _STATE[high]
