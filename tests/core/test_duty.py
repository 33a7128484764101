"""Duty cycle and current against formulas of their own (IEC 61851-1 annex A), point by point."""

from __future__ import annotations

from fractions import Fraction

import pytest

from secc.evsed import duty


def oracle_milliampere(percent: Fraction) -> Fraction:
    """The standard's table in exact fractions: current in mA that a car may take."""
    if 8 <= percent < 10:
        return Fraction(6000)
    if 10 <= percent <= 85:
        return percent * Fraction(6, 10) * 1000
    if 85 < percent <= 96:
        return (percent - 64) * Fraction(5, 2) * 1000
    if 96 < percent <= 97:
        return Fraction(80_000)
    return Fraction(0)


def test_every_duty_cycle_in_hundredths() -> None:
    points = range(10_001)
    wrong = [d for d in points if duty.to_milliampere(d) != oracle_milliampere(Fraction(d, 100))]
    assert len(points) == 10_001
    assert wrong == []


def test_every_current_in_tenths() -> None:
    """Never more than the limit, the largest hundredth but where the two lines meet (51 A)."""
    for limit_da in range(60, 800):
        offered = duty.from_current(limit_da)
        assert oracle_milliampere(Fraction(offered, 100)) <= limit_da * 100, limit_da
        assert oracle_milliampere(Fraction(offered + 1, 100)) > limit_da * 100 or 510 < limit_da < 525, limit_da


@pytest.mark.parametrize(
    ("limit_da", "expected"),
    [(0, 10_000), (59, 10_000), (60, 1000), (100, 1666), (130, 2166), (160, 2666), (200, 3333), (320, 5333),
     (510, 8500), (511, 8444), (630, 8920), (800, 9600), (801, 9600), (10_000, 9600)],
)  # fmt: skip
def test_known_offers(limit_da: int, expected: int) -> None:
    assert duty.from_current(limit_da) == expected


@pytest.mark.parametrize(
    ("value", "digital", "nominal"),
    [(0, False, False), (299, False, True), (300, True, True), (500, True, True), (700, True, True),
     (701, False, True), (10_000, False, False)],
)  # fmt: skip
def test_kinds_of_duty_cycle(value: int, digital: bool, nominal: bool) -> None:
    assert duty.is_digital(value) is digital
    assert duty.is_nominal(value) is nominal
