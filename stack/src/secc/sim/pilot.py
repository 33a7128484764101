"""The control pilot circuit between board and car, as voltages.

A source of +-12 V behind 1 kohm feeds the car's resistors through its diode. This module says what the line
does and what the board's two peak detectors make of it; it keeps no state and judges nothing. IEC 61851-1
annex A.
"""

from __future__ import annotations

from functools import lru_cache

SOURCE_MV = 12_000
SOURCE_OHM = 1_000
DIODE_MV = 700
OHM_B = 2_740.0
OHM_C = 1 / (1 / 2_740 + 1 / 1_300)
OHM_D = 1 / (1 / 2_740 + 1 / 270)

REST_MV = 55
"""Where a peak detector rests that sees no peak of its sign (a real board reads 11956/55 mV at +12 V)."""

NOISE_STEP_MS = 5
NOISE_MV = (3_000, -3_000, 0, -6_000)
"""From one state to another and back: 9 V reads as A, C, B and D."""


def _loaded(source_mv: int, load_ohm: float, drop_mv: int) -> int:
    """The line in mV: source and load are a divider, and the diode takes its drop off the top."""
    return round(drop_mv + (source_mv - drop_mv) * load_ohm / (load_ohm + SOURCE_OHM))


@lru_cache(maxsize=512)
def peaks(duty_pct: float | None, load_ohm: float | None, diode: bool = True, short: bool = False) -> tuple[int, int]:
    """Highest and lowest voltage of the line in mV.

    `duty_pct` as in PilotOut.drive (None: not driven), `load_ohm` None when no car is at the line, `diode`
    False when the car's diode conducts both ways, `short` when the line touches protective earth.
    """
    if duty_pct is None or short:
        return 0, 0
    high, low = SOURCE_MV, -SOURCE_MV
    if load_ohm is not None:
        high = _loaded(SOURCE_MV, load_ohm, DIODE_MV if diode else 0)
        if not diode:
            low = _loaded(-SOURCE_MV, load_ohm, 0)
    if duty_pct >= 100:
        return high, high
    if duty_pct <= 0:
        return low, low
    return high, low


def disturbed(line: tuple[int, int], t_ms: int) -> tuple[int, int]:
    """The peaks with noise upon them: in each NOISE_STEP_MS another state, and the same again only after
    all of NOISE_MV.
    """
    noise_mv = NOISE_MV[t_ms // NOISE_STEP_MS % len(NOISE_MV)]
    return line[0] + noise_mv, line[1] + noise_mv


def detected(high_mv: int, low_mv: int) -> tuple[int, int]:
    """What the positive and the negative detector hold: each sees its own half, or rests at REST_MV."""
    return max(high_mv, REST_MV), min(low_mv, REST_MV)


@lru_cache(maxsize=512)
def raw(pilot_mv: int) -> int:
    """The converter's reading (0..4095) for a pilot voltage: inverse of the board's scaling."""
    # The board cuts at each step of raw*3300//4095*4561//476 - 16013, so its inverse rounds up.
    at_input_mv = -(-(pilot_mv + 16_013) * 476 // 4561)
    return max(0, min(4095, -(-at_input_mv * 4095 // 3300)))
