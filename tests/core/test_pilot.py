"""The pilot from raw readings: golden values of the board, hysteresis, and samples that do not count."""

from __future__ import annotations

import pytest

from secc.contract.enums import CpState
from secc.evsed.pilot import Band, Pilot, Side, band, millivolts


@pytest.mark.parametrize(
    ("raw", "mv"),
    [(0, -16013), (527, -11951), (940, -8760), (2075, 7), (2411, 2595), (3606, 11822), (4095, 15607)],
)
def test_golden_scaling(raw: int, mv: int) -> None:
    assert millivolts(raw) == mv


@pytest.mark.parametrize(
    ("mv", "before", "expected"),
    [
        (13_001, "A", "X"), (13_000, "X", "A"), (11_000, "B", "A"), (10_999, "A", "A"), (10_999, "B", "B"),
        (10_000, "A", "A"), (9_999, "A", "B"), (8_000, "C", "B"), (7_999, "A", "B"), (7_999, "B", "B"),
        (7_999, "C", "C"), (7_000, "X", "C"), (6_999, "B", "C"), (5_000, "D", "C"), (4_999, "C", "C"),
        (4_999, "D", "D"), (4_000, "B", "C"), (3_999, "C", "D"), (2_000, "E", "D"), (1_999, "D", "E"),
        (0, "X", "E"), (-1_000, "A", "E"), (-1_001, "E", "E"), (-1_001, "A", "E"), (-1_001, "F", "X"),
        (-2_000, "D", "E"), (-2_001, "E", "X"), (-10_000, "F", "X"), (-10_001, "F", "F"), (-10_001, "E", "X"),
        (-11_000, "F", "F"), (-11_000, "A", "X"), (-11_001, "A", "F"), (-13_000, "X", "F"), (-13_001, "F", "X"),
    ],
)  # fmt: skip
def test_bands_with_hysteresis(mv: int, before: str, expected: str) -> None:
    assert band(mv, Band(before)) is Band(expected)


def test_one_odd_sample_changes_nothing() -> None:
    side = Side(Band.C)
    odd = side.sampled(9000)
    assert odd.counts is Band.C
    assert odd.sampled(6000) == side
    assert odd.sampled(9000).counts is Band.B


def test_an_unchanged_sample_gives_the_same_object() -> None:
    pilot = Pilot(Side(Band.B), Side(Band.F))
    assert pilot.sampled(3109, 527) is pilot


@pytest.mark.parametrize(
    ("high", "low", "state"),
    [("A", "A", "A"), ("B", "B", "B"), ("B", "F", "B"), ("C", "F", "C"), ("D", "F", "D"), ("E", "E", "E"),
     ("E", "F", "F"), ("F", "F", "F"), ("X", "F", None), ("C", "X", None)],
)  # fmt: skip
def test_state_from_both_sides(high: str, low: str, state: str | None) -> None:
    found = Pilot(Side(Band(high)), Side(Band(low))).state
    assert found is (None if state is None else CpState(state))
