"""The residual current device: a feedback wire that says normal or tripped, and a test input that makes it trip.

Two kinds, as guide table 72 names them. `western` trips while its test input is held; `bender` takes an impulse for an
order and goes through the test by itself. Either way it comes back a moment after the reason is gone. It knows
nothing of the station but its two wires; their polarity is part of the wiring. Guide §15.15, tables 71 and 72.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

TRIPS_AFTER_MS = 300
"""western: so long after its test input was driven."""
IMPULSE_MS = 20
"""bender: what is shorter is a disturbance."""
PROGRAMME_MS = (500, 1300)
"""bender: from when to when the test makes it trip, counted from the impulse."""
RECOVERS_AFTER_MS = 200


class Kind(StrEnum):
    WESTERN = "western"
    BENDER = "bender"


class Polarity(StrEnum):
    """Of a wire, as in customer.json: active_high is 12 V in normal operation (feedback), or when driven (test)."""

    ACTIVE_HIGH = "active_high"
    ACTIVE_LOW = "active_low"


@dataclass(frozen=True, slots=True)
class Rcd:
    """`held_ms` runs while the test input is driven, `programme_ms` from the impulse to the end of the test (0: none
    runs); `back_ms` counts down to normal once nothing makes it trip any more.
    """

    held_ms: int = 0
    programme_ms: int = 0
    back_ms: int = 0
    tripped: bool = False


WELL = Rcd()


def _programme_ms(rcd: Rcd, held_ms: int, dt_ms: int) -> int:
    if rcd.programme_ms:
        return rcd.programme_ms + dt_ms if rcd.programme_ms < PROGRAMME_MS[1] else 0
    return held_ms if held_ms >= IMPULSE_MS > rcd.held_ms else 0


def step(rcd: Rcd, kind: Kind, testing: bool, residual: bool, faults: frozenset[str], dt_ms: int) -> Rcd:
    """The device after `dt_ms` in which its test input was driven (`testing`) and a `residual` current flowed."""
    if rcd is WELL and not testing and not residual:
        return rcd
    held_ms = min(rcd.held_ms + dt_ms, TRIPS_AFTER_MS) if testing else 0
    programme_ms = _programme_ms(rcd, held_ms, dt_ms) if kind is Kind.BENDER else 0
    in_programme = PROGRAMME_MS[0] <= programme_ms < PROGRAMME_MS[1]
    tested = in_programme if kind is Kind.BENDER else held_ms >= TRIPS_AFTER_MS
    if residual or (tested and "rcd_test_fails" not in faults):
        return Rcd(held_ms, programme_ms, RECOVERS_AFTER_MS, tripped=True)
    back_ms = max(0, rcd.back_ms - dt_ms)
    tripped = rcd.tripped and (back_ms > 0 or "rcd_stays_tripped" in faults)
    after = Rcd(held_ms, programme_ms, back_ms, tripped)
    return WELL if after == WELL else after


def driven(level: bool, polarity: Polarity) -> bool:
    """Whether the level at the test input means that it is driven."""
    return level is (polarity is Polarity.ACTIVE_HIGH)


def level(rcd: Rcd, polarity: Polarity) -> bool:
    """The level of the feedback wire; a polarity is that of normal operation."""
    return rcd.tripped is not (polarity is Polarity.ACTIVE_HIGH)
