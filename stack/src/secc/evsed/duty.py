"""Duty cycle of the control pilot from a current, and the current that a car may take from a duty cycle.

Whole numbers only: currents in tenths of an ampere, results in milliampere, duty cycles in hundredths of a per cent,
so that no rounding ever offers more than the limit. IEC 61851-1 annex A, guide table 57.
"""

from __future__ import annotations

FULL = 10_000
"""100.00 %: no PWM, +12 V; charging is not possible (state X1)."""
NONE = 0
"""0.00 %: -12 V, the station is unavailable (state F)."""
UNDRIVEN = -1
"""0 V: the generator is off (state E as seen by a car). So it is before anything was driven."""
DIGITAL = 500
"""5.00 %: high level communication is required."""
MIN_OFFER_DA = 60
MAX_OFFER_DA = 800


def from_current(limit_da: int) -> int:
    """Duty cycle in 1/100 % that offers `limit_da` tenths of an ampere; FULL below 6 A, never more than 80 A."""
    if limit_da < MIN_OFFER_DA:
        return FULL
    limit_da = min(limit_da, MAX_OFFER_DA)
    if limit_da <= 510:
        return limit_da * 50 // 3  # D = I / 0.6, rounded down: the car then takes less, not more
    return limit_da * 4 + 6400  # D = I / 2.5 + 64


def to_milliampere(duty: int) -> int:
    """Current in mA that a duty cycle in 1/100 % allows; 0 where it allows none (and for 3..7 %, digital)."""
    if 800 <= duty < 1000:
        return 6000
    if 1000 <= duty <= 8500:
        return duty * 6
    if 8500 < duty <= 9600:
        return duty * 25 - 160_000
    if 9600 < duty <= 9700:
        return 80_000
    return 0


def is_digital(duty: int) -> bool:
    """Whether a duty cycle in 1/100 % asks for high level communication (3 to 7 %)."""
    return 300 <= duty <= 700


def is_nominal(duty: int) -> bool:
    """Whether the pilot oscillates at all."""
    return NONE < duty < FULL
