"""The electricity meter: voltages of the grid, currents to the car, power and the register.

Whole numbers throughout (mV, mA, mW, uJ), so that the register is the exact sum of power times time. The
grid ripples a little, the same way for the same seed. It measures and decides nothing. Guide §7.3.3.
"""

from __future__ import annotations

from dataclasses import dataclass

UJ_PER_WH = 3_600_000_000
NOMINAL_MV = 230_000
NOMINAL_MHZ = 50_000
_RIPPLE_MV = 1_500
_RIPPLE_MHZ = 20

Three = tuple[int, int, int]
NOTHING: Three = (0, 0, 0)


def _noise(seed: int, second: int, channel: int, bound: int) -> int:
    """An even spread from -bound to bound, the same for the same arguments."""
    x = (seed * 0x9E3779B1 + second * 0x85EBCA6B + channel * 0xC2B2AE35) & 0xFFFFFFFF
    x = ((x ^ (x >> 16)) * 0x7FEB352D) & 0xFFFFFFFF
    x = ((x ^ (x >> 15)) * 0x846CA68B) & 0xFFFFFFFF
    return (x ^ (x >> 16)) % (2 * bound + 1) - bound


@dataclass(frozen=True, slots=True)
class Meter:
    """Values of the moment, and `energy_uj` since the meter was built in."""

    seed: int = 1
    second: int = -1
    voltage_mv: Three = (NOMINAL_MV, NOMINAL_MV, NOMINAL_MV)
    current_ma: Three = NOTHING
    power_mw: Three = NOTHING
    frequency_mhz: int = NOMINAL_MHZ
    energy_uj: int = 0

    @property
    def energy_wh(self) -> float:
        return self.energy_uj / UJ_PER_WH


def _rippled(meter: Meter, second: int) -> Meter:
    a, b, c = (NOMINAL_MV + _noise(meter.seed, second, channel, _RIPPLE_MV) for channel in (1, 2, 3))
    frequency_mhz = NOMINAL_MHZ + _noise(meter.seed, second, 4, _RIPPLE_MHZ)
    return Meter(meter.seed, second, (a, b, c), meter.current_ma, meter.power_mw, frequency_mhz, meter.energy_uj)


def step(meter: Meter, t_ms: int, current_ma: Three, dt_ms: int) -> Meter:
    """The meter at `t_ms`, after these currents flowed for `dt_ms`."""
    second = t_ms // 1000
    if second != meter.second:
        meter = _rippled(meter, second)
    elif current_ma == meter.current_ma and not current_ma[0]:
        return meter
    v, i = meter.voltage_mv, current_ma
    power_mw = (v[0] * i[0] // 1000, v[1] * i[1] // 1000, v[2] * i[2] // 1000)
    energy_uj = meter.energy_uj + sum(power_mw) * dt_ms
    return Meter(meter.seed, second, v, current_ma, power_mw, meter.frequency_mhz, energy_uj)
