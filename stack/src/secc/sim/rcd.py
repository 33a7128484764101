"""The residual current monitor: a level that is there while all is well, and a test input that makes it
trip.

It is wired as the guide's defaults say: feedback at digital input 2, test trigger at digital output 4, both
active high in normal operation and when driven. Times suit the shipped timing of the test. Guide §15.15,
tables 71 and 72.
"""

from __future__ import annotations

from dataclasses import dataclass

TRIPS_AFTER_MS = 300
RECOVERS_AFTER_MS = 200


@dataclass(frozen=True, slots=True)
class Rcd:
    """`tested_ms` runs while the test input is driven; `recovering_ms` counts down after it."""

    tested_ms: int = 0
    recovering_ms: int = 0

    @property
    def tripped(self) -> bool:
        return self.tested_ms >= TRIPS_AFTER_MS or self.recovering_ms > 0


WELL = Rcd()


def step(rcd: Rcd, testing: bool, dt_ms: int) -> Rcd:
    """The monitor after `dt_ms`."""
    if testing:
        return Rcd(min(TRIPS_AFTER_MS, rcd.tested_ms + dt_ms))
    if rcd is WELL:
        return rcd
    if rcd.tested_ms >= TRIPS_AFTER_MS:
        return Rcd(0, RECOVERS_AFTER_MS)
    return Rcd(0, rcd.recovering_ms - dt_ms) if rcd.recovering_ms > dt_ms else WELL


def level(rcd: Rcd, faults: frozenset[str]) -> bool:
    """The feedback input: high in normal operation; the broken test fault leaves it high during a test."""
    if "rcd_trip" in faults:
        return False
    return not rcd.tripped or "rcd_test_fails" in faults
