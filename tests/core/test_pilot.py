"""The pilot from raw readings: golden values of the board, every threshold, states, and samples that do not count."""

from __future__ import annotations

from bisect import bisect_left

import pytest

from secc.contract.enums import CpState
from secc.evsed.duty import FULL, NONE, UNDRIVEN
from secc.evsed.pilot import Band, Pilot, PilotFault, Side, _state, band, millivolts

NOMINAL = 5333
BEFORE = (*Band, None)
"""A B C D E F X, and nothing."""
RANGE, WELL = PilotFault.RANGE, PilotFault.NONE


def raw(mv: int) -> int:
    """The lowest raw reading that is at least `mv`."""
    return bisect_left(range(4096), mv, key=millivolts)


def fed(pilot: Pilot, high_mv: int, low_mv: int, duty: int, times: int = 2) -> Pilot:
    for _ in range(times):
        pilot = pilot.sampled(raw(high_mv), raw(low_mv), duty)
    return pilot


@pytest.mark.parametrize(
    ("raw", "mv"),
    [(0, -16013), (527, -11951), (940, -8760), (2075, 7), (2411, 2595), (3606, 11822), (4095, 15607)],
)
def test_golden_scaling(raw: int, mv: int) -> None:
    assert millivolts(raw) == mv


# What 1 mV below, at and 1 mV above a threshold says, for each band from before: A B C D E F X, and nothing.
THRESHOLDS = {
    13_000: "AAX AAX AAX AAX AAX AAX AAX AAX",
    11_000: "AAA BAA BAA BAA BAA BAA BAA BAA",
    10_000: "BAA BBB BBB BBB BBB BBB BBB BBB",
    8_000: "BBB BBB CBB CBB CBB CBB CBB CBB",
    7_000: "CBB CBB CCC CCC CCC CCC CCC CCC",
    5_000: "CCC CCC CCC DCC DCC DCC DCC DCC",
    4_000: "DCC DCC DCC DDD DDD DDD DDD DDD",
    2_000: "EDD EDD EDD EDD EDD EDD EDD EDD",
    -1_000: "EEE EEE EEE EEE EEE XEE XEE XEE",
    -2_000: "XEE XEE XEE XEE XEE XXX XXX XXX",
    -10_000: "XXX XXX XXX XXX XXX FXX XXX XXX",
    -11_000: "FXX FXX FXX FXX FXX FFF FXX FXX",
    -13_000: "XFF XFF XFF XFF XFF XFF XFF XFF",
}


@pytest.mark.parametrize(
    ("threshold_mv", "before", "expected"),
    [(mv, before, three) for mv, row in THRESHOLDS.items() for before, three in zip(BEFORE, row.split(), strict=True)],
)
def test_one_millivolt_around_every_threshold(threshold_mv: int, before: Band | None, expected: str) -> None:
    found = [band(threshold_mv + off, before) for off in (-1, 0, 1)]
    assert "".join(found) == expected


# The last raw reading below a threshold and the first one that is not, each with its mV.
RAW_THRESHOLDS = [
    (13_001, 3757, 12_991, 3758, 13_001), (11_000, 3499, 10_998, 3500, 11_008), (10_000, 3369, 9_992, 3370, 10_001),
    (8_000, 3110, 7_999, 3111, 8_008), (7_000, 2980, 6_993, 2981, 7_002), (5_000, 2721, 4_990, 2722, 5_000),
    (4_000, 2592, 3_994, 2593, 4_003), (2_000, 2332, 1_991, 2333, 2_001), (-1_000, 1944, -1_008, 1945, -999),
    (-2_000, 1815, -2_005, 1816, -1_995), (-10_000, 779, -10_006, 780, -9_996),
    (-11_000, 650, -11_002, 651, -10_993), (-13_000, 390, -13_005, 391, -12_995),
]  # fmt: skip


@pytest.mark.parametrize(("threshold_mv", "below", "below_mv", "above", "above_mv"), RAW_THRESHOLDS)
def test_raw_readings_around_every_threshold(
    threshold_mv: int, below: int, below_mv: int, above: int, above_mv: int
) -> None:
    assert (millivolts(below), millivolts(above)) == (below_mv, above_mv)
    assert below_mv < threshold_mv <= above_mv


TYPICAL = {"A": 3633, "B": 3173, "C": 2838, "D": 2463, "E": 2074, "F": 527, "X": 1400}
# (raw, band from before, band): the same readings through a whole pilot, with a holder of each stretch and without.
RAW_BANDS = [
    (3757, "B", "A"), (3758, "B", "X"), (3757, "X", "A"), (3758, "A", "X"),
    (3499, "A", "A"), (3500, "A", "A"), (3499, "B", "B"), (3500, "B", "A"), (3499, "X", "B"), (3500, "X", "A"),
    (3369, "A", "B"), (3370, "A", "A"), (3369, "B", "B"), (3370, "B", "B"), (3369, "C", "B"), (3370, "X", "B"),
    (3110, "A", "B"), (3111, "A", "B"), (3110, "B", "B"), (3110, "C", "C"), (3111, "C", "B"), (3110, "E", "C"),
    (2980, "A", "C"), (2981, "A", "B"), (2980, "B", "C"), (2981, "B", "B"), (2980, "C", "C"), (2981, "C", "C"),
    (2981, "D", "C"), (2981, "X", "C"),
    (2721, "A", "C"), (2721, "B", "C"), (2721, "C", "C"), (2722, "C", "C"), (2721, "D", "D"), (2722, "D", "C"),
    (2721, "X", "D"), (2722, "X", "C"),
    (2592, "A", "D"), (2593, "A", "C"), (2592, "B", "D"), (2593, "B", "C"), (2592, "C", "D"), (2593, "C", "C"),
    (2592, "D", "D"), (2593, "D", "D"), (2593, "E", "D"), (2593, "X", "D"),
    (2332, "C", "E"), (2333, "C", "D"), (2332, "D", "E"), (2333, "E", "D"), (2332, "X", "E"), (2333, "X", "D"),
    (1944, "A", "E"), (1945, "A", "E"), (1944, "D", "E"), (1944, "E", "E"), (1945, "E", "E"), (1944, "F", "X"),
    (1945, "F", "E"), (1944, "X", "X"), (1945, "X", "E"),
    (1815, "E", "X"), (1816, "E", "E"), (1815, "C", "X"), (1816, "C", "E"), (1816, "F", "X"), (1816, "X", "X"),
    (779, "F", "F"), (780, "F", "X"), (779, "E", "X"), (780, "E", "X"), (779, "X", "X"),
    (650, "F", "F"), (651, "F", "F"), (650, "E", "F"), (651, "E", "X"), (650, "X", "F"), (651, "X", "X"),
    (390, "F", "X"), (391, "F", "F"), (390, "E", "X"), (391, "E", "F"), (391, "X", "F"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "before", "expected"), RAW_BANDS)
def test_raw_readings_through_the_pilot(raw: int, before: str, expected: str) -> None:
    pilot = Pilot()
    for reading in (TYPICAL[before], TYPICAL[before], raw, raw):
        pilot = pilot.sampled(reading, reading, FULL)
    assert (pilot.high.counts, pilot.low.counts) == (expected, expected)


def test_every_raw_threshold_has_rows() -> None:
    rows = {raw for raw, _, _ in RAW_BANDS}
    assert {reading for _, below, _, above, _ in RAW_THRESHOLDS for reading in (below, above)} <= rows


def test_one_odd_sample_changes_nothing() -> None:
    side = Side(Band.C)
    odd = side.sampled(9000)
    assert odd.counts is Band.C
    assert odd.sampled(6000) == side
    assert odd.sampled(9000).counts is Band.B


def test_the_same_odd_sample_again_later_is_as_odd_as_before() -> None:
    pilot = well = fed(Pilot(), 6000, -12_000, NOMINAL)
    for odd in [(6000, -5000), (9000, -12_000)] * 5:
        pilot = fed(pilot, *odd, NOMINAL, times=1)
        pilot = fed(pilot, 6000, -12_000, NOMINAL)
        assert pilot == well


def test_samples_that_never_agree_are_a_fault_at_the_fourth() -> None:
    pilot = fed(Pilot(), 6000, -12_000, NOMINAL)
    for mv in (9000, 3000, 12_000):
        pilot = fed(pilot, mv, -12_000, NOMINAL, times=1)
        assert (pilot.state, pilot.fault) == (CpState.C, WELL)
    pilot = fed(pilot, 9000, -12_000, NOMINAL, times=1)
    assert (pilot.state, pilot.fault) == (None, RANGE)


def test_a_line_that_hits_its_state_at_every_fourth_sample_is_a_fault_too() -> None:
    pilot, faults = fed(Pilot(), 6000, -12_000, NOMINAL), []
    for mv in (9000, 3000, 6000, 12_000, 9000, 3000):
        pilot = fed(pilot, mv, -12_000, NOMINAL, times=1)
        faults.append(pilot.fault)
    assert faults == [WELL] * 5 + [RANGE]


def test_one_odd_sample_in_three_is_forgotten() -> None:
    pilot = fed(Pilot(), 6000, -12_000, NOMINAL)
    for _ in range(100):
        pilot = fed(fed(pilot, 9000, -12_000, NOMINAL, times=1), 6000, -12_000, NOMINAL, times=2)
        assert pilot == fed(Pilot(), 6000, -12_000, NOMINAL)


def test_a_slewing_line_that_passes_c_once_is_not_c() -> None:
    pilot = fed(Pilot(), 9000, -12_000, NOMINAL)
    pilot = fed(pilot, 6000, -12_000, NOMINAL, times=1)
    assert pilot.state is CpState.B
    pilot = fed(pilot, 3000, -12_000, NOMINAL, times=1)
    assert pilot.state is CpState.B
    assert fed(pilot, 3000, -12_000, NOMINAL, times=1).state is CpState.D


@pytest.mark.parametrize(
    ("high", "low", "duty", "before", "state"),
    [
        ("A", "A", FULL, None, "A"), ("B", "B", FULL, None, "B"), ("B", "E", FULL, None, "B"),
        ("B", "F", NOMINAL, None, "B"), ("C", "F", NOMINAL, "B", "C"), ("D", "F", NOMINAL, "B", "D"),
        ("E", "E", FULL, "B", "E"), ("E", "F", NONE, "B", "F"), ("F", "F", NONE, None, "F"),
        ("E", "F", NOMINAL, "B", "E"), ("E", "F", FULL, "F", "F"), ("E", "F", NOMINAL, "F", "F"),
        ("X", "F", NOMINAL, "B", None), ("C", "X", NOMINAL, "C", None), ("X", None, FULL, "B", None),
        (None, "F", NOMINAL, "B", "B"), ("B", None, NOMINAL, "C", "C"), (None, None, FULL, None, None),
    ],
)  # fmt: skip
def test_state_from_both_sides(
    high: str | None, low: str | None, duty: int, before: str | None, state: str | None
) -> None:
    found = _state(_band(high), _band(low), duty, None if before is None else CpState(before))
    assert found is (None if state is None else CpState(state))


def _band(letter: str | None) -> Band | None:
    return None if letter is None else Band(letter)


@pytest.mark.parametrize(
    ("high_mv", "low_mv", "duty"),
    [
        (12_000, 55, FULL), (9_000, 55, FULL), (12_000, -12_000, NOMINAL), (9_000, -12_000, NOMINAL),
        (6_000, -12_000, NOMINAL), (3_000, -12_000, NOMINAL), (55, -12_000, NONE),
    ],
)  # fmt: skip
def test_nothing_is_judged_when_nothing_can_change(
    high_mv: int, low_mv: int, duty: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pilot = fed(Pilot(), high_mv, low_mv, duty)
    monkeypatch.delattr(Pilot, "_judged")
    assert fed(pilot, high_mv + 100, low_mv + 100, duty) is pilot


def test_another_duty_cycle_is_always_judged() -> None:
    pilot = fed(Pilot(), 9_000, -12_000, NOMINAL)
    assert fed(pilot, 9_000, -12_000, 2_500, times=1).duty == 2_500
    assert fed(pilot, 9_000, -12_000, UNDRIVEN, times=1).high == Side()


def test_an_unchanged_pilot_is_the_same_object_although_the_readings_wander() -> None:
    pilot = fed(Pilot(), 6_000, -12_000, NOMINAL)
    for high_raw in range(2_800, 2_880):
        assert pilot.sampled(high_raw, 500 + high_raw % 40, NOMINAL) is pilot
