"""Faults of the pilot: diode, short and out of range, each rule at its edges, how they end, and no flapping."""

from __future__ import annotations

from bisect import bisect_left

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secc.contract.enums import CpState
from secc.evsed.duty import DIGITAL, FULL, NONE, UNDRIVEN
from secc.evsed.pilot import (
    MAX_PAUSE_SAMPLES,
    STEADY_SAMPLES,
    Band,
    Pilot,
    PilotFault,
    Side,
    _verdict,
    band,
    millivolts,
)
from secc.sim import pilot as line

NOMINAL = 5333
B_RAW, REST_RAW = 3173, 2081
"""8.5 V and 46 mV."""
DIODE, SHORT, RANGE, WELL = PilotFault.DIODE, PilotFault.SHORT, PilotFault.RANGE, PilotFault.NONE


def raw(mv: int) -> int:
    """The lowest raw reading that is at least `mv`."""
    return bisect_left(range(4096), mv, key=millivolts)


def fed(pilot: Pilot, high_mv: int, low_mv: int, duty: int, times: int = 2) -> Pilot:
    for _ in range(times):
        pilot = pilot.sampled(raw(high_mv), raw(low_mv), duty)
    return pilot


# What one sample says: the rules at their edges, 1 mV each way.
@pytest.mark.parametrize(
    ("high_mv", "low_mv", "high", "duty", "verdict"),
    [
        (1_999, -9_999, "E", FULL, SHORT), (2_000, -9_999, "D", FULL, WELL), (2_001, -9_999, "D", FULL, WELL),
        (1_999, -10_000, "E", FULL, WELL), (1_999, -10_001, "E", FULL, WELL), (-9_000, -9_000, "X", FULL, SHORT),
        (1_999, -9_999, "E", NONE, SHORT), (2_000, -9_999, "D", NONE, WELL), (55, -9_999, "E", NONE, SHORT),
        (55, -10_000, "E", NONE, WELL), (55, -12_000, "E", NONE, WELL),
        (1_999, -800, "E", NOMINAL, SHORT), (1_999, -799, "E", NOMINAL, SHORT), (1_999, -798, "E", NOMINAL, WELL),
        (1_999, -3_198, "E", NOMINAL, SHORT), (1_999, -3_199, "E", NOMINAL, SHORT), (1_999, -3_200, "E", NOMINAL, WELL),
        (0, 0, "E", NOMINAL, SHORT), (0, -1_200, "E", NOMINAL, SHORT), (0, -1_201, "E", NOMINAL, WELL),
        (2_000, -2_000, "D", NOMINAL, DIODE), (2_001, -2_001, "D", NOMINAL, DIODE),
        (9_000, -7_799, "B", NOMINAL, WELL), (9_000, -7_800, "B", NOMINAL, DIODE), (9_000, -7_801, "B", NOMINAL, DIODE),
        (9_000, -10_199, "B", NOMINAL, DIODE), (9_000, -10_200, "B", NOMINAL, DIODE),
        (9_000, -10_201, "B", NOMINAL, WELL), (6_000, -6_000, "C", NOMINAL, DIODE),
        (3_000, -3_000, "D", NOMINAL, DIODE), (6_000, -6_000, "C", DIGITAL, DIODE),
        (6_000, -6_000, "C", 1, DIODE), (6_000, -6_000, "C", 9_999, DIODE), (6_000, -12_000, "C", NOMINAL, WELL),
        (12_000, -12_000, "A", NOMINAL, WELL), (11_000, -11_000, "A", NOMINAL, WELL), (9_000, -9_000, "B", FULL, WELL),
    ],
)  # fmt: skip
def test_the_verdict_of_one_sample(high_mv: int, low_mv: int, high: str, duty: int, verdict: PilotFault) -> None:
    assert _verdict(high_mv, low_mv, Band(high), duty) is verdict


# (high mV, low mV, duty): what two such samples make of a pilot that was well, in C.
FAULTS = [
    (9_000, -12_000, NOMINAL, "B", WELL), (6_000, -12_000, NOMINAL, "C", WELL), (3_000, -12_000, NOMINAL, "D", WELL),
    (12_000, -12_000, NOMINAL, "A", WELL), (9_000, 55, FULL, "B", WELL), (12_000, 55, FULL, "A", WELL),
    (55, -12_000, NONE, "F", WELL), (700, -12_000, NOMINAL, "E", WELL),
    (6_000, -6_000, NOMINAL, None, DIODE), (9_000, -9_000, NOMINAL, None, DIODE), (3_000, -3_000, NOMINAL, None, DIODE),
    (6_000, -6_000, DIGITAL, None, DIODE), (9_500, -10_650, NOMINAL, "B", DIODE), (9_000, -10_900, NOMINAL, "B", WELL),
    (0, 0, NOMINAL, "E", SHORT), (1_500, -2_500, NOMINAL, "E", SHORT), (55, 55, FULL, "E", SHORT),
    (55, -9_000, NONE, "E", SHORT), (55, 0, NONE, "E", SHORT), (-5_000, -5_000, FULL, "E", SHORT),
    (13_500, -12_000, NOMINAL, None, RANGE), (6_000, -8_000, NOMINAL, None, RANGE),
    (9_000, -5_000, NOMINAL, None, RANGE),
    (6_000, -14_000, NOMINAL, None, RANGE), (6_000, -5_000, FULL, None, RANGE), (55, -14_000, NONE, None, RANGE),
]  # fmt: skip


@pytest.mark.parametrize(("high_mv", "low_mv", "duty", "state", "fault"), FAULTS)
def test_faults_count_at_the_second_sample(
    high_mv: int, low_mv: int, duty: int, state: str | None, fault: PilotFault
) -> None:
    before = fed(Pilot(), 6_000, -12_000, NOMINAL)
    once = fed(before, high_mv, low_mv, duty, times=1)
    assert (once.state, once.fault, once.usable) == (CpState.C, WELL, True)
    pilot = fed(once, high_mv, low_mv, duty, times=1)
    assert (pilot.state, pilot.fault) == (None if state is None else CpState(state), fault)
    assert pilot.usable is (fault is WELL)
    assert pilot.steady is (fault is WELL)
    assert pilot.told == (pilot.state, fault, fault is WELL, pilot.proven)
    assert fed(pilot, high_mv, low_mv, duty, times=50) is pilot


@pytest.mark.parametrize(("high_mv", "low_mv", "duty"), [(6_000, -6_000, NOMINAL), (0, 0, NOMINAL), (13_500, 0, FULL)])
def test_a_fault_in_a_single_sample_is_none(high_mv: int, low_mv: int, duty: int) -> None:
    well = fed(Pilot(), 6_000, -12_000, NOMINAL)
    pilot = fed(well, high_mv, low_mv, duty, times=1)
    assert fed(pilot, 6_000, -12_000, NOMINAL, times=1) == well


def test_a_fault_shows_although_no_band_changes() -> None:
    """-10.9 V and -10.1 V are both F once it was F: what differs is the diode."""
    pilot = fed(Pilot(), 9_000, -12_000, NOMINAL)
    assert fed(pilot, 9_000, -10_900, NOMINAL, times=20) is pilot
    assert fed(pilot, 9_000, -10_100, NOMINAL).fault is DIODE


def test_the_diode_fault_lasts_until_state_a_whatever_is_driven() -> None:
    pilot = fed(fed(Pilot(), 9_000, -12_000, NOMINAL), 6_000, -6_000, NOMINAL)
    for high_mv, low_mv, duty in [(8_800, 55, FULL), (6_000, -12_000, NOMINAL), (0, 0, NOMINAL), (55, -8_800, NONE)]:
        pilot = fed(pilot, high_mv, low_mv, duty, times=2 * STEADY_SAMPLES)
        assert pilot.fault is DIODE
        assert not pilot.usable
    assert fed(pilot, 8_800, 55, FULL).state is CpState.B
    pilot = fed(pilot, 12_000, 55, FULL, times=1)
    assert pilot.fault is DIODE
    pilot = fed(pilot, 12_000, 55, FULL, times=1)
    assert (pilot.state, pilot.fault, pilot.usable) == (CpState.A, WELL, True)


def test_unplugging_under_a_duty_cycle_is_no_diode_fault() -> None:
    pilot = fed(Pilot(), 9_000, -12_000, NOMINAL)
    for _ in range(3):
        pilot = fed(pilot, 12_000, -12_000, NOMINAL, times=1)
        assert pilot.fault is WELL
    assert pilot.state is CpState.A


def test_a_car_that_is_plugged_in_with_a_broken_diode_is_found_at_the_second_sample() -> None:
    pilot = fed(Pilot(), 12_000, -12_000, NOMINAL)
    assert fed(pilot, 9_000, -9_000, NOMINAL).fault is DIODE


def test_mirrored_peaks_that_come_once_now_and_then_are_no_fault() -> None:
    pilot = well = fed(Pilot(), 9_000, -12_000, NOMINAL)
    for _ in range(10):
        pilot = fed(fed(pilot, 9_000, -10_100, NOMINAL, times=1), 9_000, -12_000, NOMINAL, times=1)
        assert pilot == well


def test_range_gives_way_to_diode_when_it_is_one() -> None:
    pilot = fed(fed(Pilot(), 6_000, -12_000, NOMINAL), 6_000, -8_000, NOMINAL)
    assert pilot.fault is RANGE
    assert fed(pilot, 6_000, -6_000, NOMINAL).fault is DIODE


@pytest.mark.parametrize(
    ("fault", "high_mv", "low_mv", "duty"),
    [(SHORT, 55, 55, FULL), (SHORT, 0, 0, NOMINAL), (RANGE, 6_000, -7_000, FULL)],
)
def test_short_and_range_end_with_the_second_good_sample_and_are_trusted_3_s_later(
    fault: PilotFault, high_mv: int, low_mv: int, duty: int
) -> None:
    pilot = fed(fed(Pilot(), 9_000, 55, FULL), high_mv, low_mv, duty)
    assert pilot.fault is fault
    pilot = fed(pilot, 9_000, 55, FULL, times=1)
    assert pilot.fault is fault
    pilot = fed(pilot, 9_000, 55, FULL, times=1)
    assert (pilot.state, pilot.fault, pilot.usable, pilot.steady) == (CpState.B, WELL, True, False)
    pilot = fed(pilot, 9_000, 55, FULL, times=STEADY_SAMPLES - 2)
    assert not pilot.steady
    pilot = fed(pilot, 9_000, 55, FULL, times=1)
    assert pilot.steady
    assert fed(pilot, 9_000, 55, FULL, times=1) is pilot


def test_an_odd_sample_delays_the_trust_by_itself_alone_and_a_fault_begins_it_anew() -> None:
    pilot = fed(fed(fed(Pilot(), 9_000, 55, FULL), 55, 55, FULL), 9_000, 55, FULL, times=2 + 100)
    assert pilot.mending == STEADY_SAMPLES - 101
    assert fed(pilot, 6_000, 55, FULL, times=1).mending == pilot.mending
    driven = fed(pilot, 9_000, -12_000, NOMINAL)
    assert fed(driven, 9_000, -10_100, NOMINAL, times=1).mending == driven.mending
    again = fed(pilot, 55, 55, FULL)
    assert (again.fault, again.mending) == (SHORT, STEADY_SAMPLES)


def recovered(pilot: Pilot) -> tuple[Pilot, int]:
    """The pilot when it is trusted again, and how many samples that took."""
    for count in range(2 * MAX_PAUSE_SAMPLES):
        if pilot.usable and pilot.steady:
            return pilot, count
        pilot = pilot.sampled(B_RAW, REST_RAW, FULL)
    raise AssertionError("never trusted again")


def test_each_further_fault_of_one_car_doubles_the_time_until_it_is_trusted() -> None:
    pilot, taken = fed(Pilot(), 9_000, 55, FULL), []
    for _ in range(9):
        pilot = fed(pilot, 55, 55, FULL, times=30)
        pilot, count = recovered(pilot)
        taken.append(count - 1)  # the first good sample only ends the fault
    assert taken == [600, 1200, 2400, 4800, 9600, 19_200, 38_400, 38_400, 38_400]
    assert taken[-1] == MAX_PAUSE_SAMPLES
    pilot = fed(pilot, 12_000, 55, FULL)
    pilot = fed(fed(pilot, 9_000, 55, FULL), 55, 55, FULL)
    assert recovered(pilot)[1] - 1 == STEADY_SAMPLES


def test_a_disturbance_that_comes_and_goes_is_one_fault() -> None:
    pilot = fed(Pilot(), 9_000, 55, FULL)
    for _ in range(20):
        pilot = fed(fed(pilot, 55, 55, FULL, times=4), 9_000, 55, FULL, times=4)
    assert pilot.pause == STEADY_SAMPLES


def test_while_nothing_is_driven_nothing_is_judged_and_bands_begin_anew() -> None:
    pilot = fed(Pilot(), 9_000, -12_000, NOMINAL)
    dark = fed(pilot, 0, 0, UNDRIVEN, times=1)
    assert (dark.state, dark.fault, dark.high, dark.low) == (CpState.B, WELL, Side(), Side())
    assert fed(dark, 0, 0, UNDRIVEN, times=800) is dark
    first = fed(dark, 12_000, -12_000, NOMINAL, times=1)
    assert first.state is CpState.B
    assert fed(first, 12_000, -12_000, NOMINAL, times=1).state is CpState.A
    assert fed(dark, 9_000, -12_000, NOMINAL) == pilot


def test_what_was_seen_once_before_0_v_does_not_pair_with_what_comes_after() -> None:
    pilot = fed(fed(Pilot(), 9_000, -12_000, NOMINAL), 6_000, -12_000, NOMINAL, times=1)
    pilot = fed(fed(pilot, 0, 0, UNDRIVEN, times=1), 6_000, -12_000, NOMINAL, times=1)
    assert pilot.state is CpState.B


def test_0_v_takes_no_diode_fault_away() -> None:
    pilot = fed(fed(Pilot(), 9_000, -12_000, NOMINAL), 9_000, -9_000, NOMINAL)
    pilot = fed(fed(pilot, 0, 0, UNDRIVEN, times=5), 9_000, 55, FULL, times=5)
    assert pilot.fault is DIODE


def test_before_anything_was_understood_there_is_no_fault() -> None:
    pilot = Pilot()
    for high_mv in (2_500, 6_000, 9_000):
        pilot = fed(pilot, high_mv, -12_000, NOMINAL, times=1)
        assert (pilot.state, pilot.fault, pilot.usable, pilot.steady) == (None, WELL, False, True)
    pilot = fed(pilot, 9_000, -12_000, NOMINAL, times=1)
    assert (pilot.state, pilot.usable, pilot.steady) == (CpState.B, True, True)


# Car in B or C while the duty cycle changes: two samples before, then those after the change.
CHANGES = [
    (FULL, (9_000, 55), NOMINAL, (9_000, -12_000), "B"), (NOMINAL, (6_000, -12_000), FULL, (6_000, 55), "C"),
    (NOMINAL, (9_000, -12_000), NONE, (55, -12_000), "F"), (NONE, (55, -12_000), FULL, (9_000, 55), "B"),
    (NONE, (55, -12_000), NOMINAL, (6_000, -12_000), "C"), (NOMINAL, (9_000, -12_000), 1_000, (9_000, -12_000), "B"),
    (FULL, (12_000, 55), NONE, (55, -12_000), "F"), (NONE, (55, -12_000), FULL, (12_000, 55), "A"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "peaks", "after", "then", "state"), CHANGES)
@pytest.mark.parametrize("late", [0, 1])
def test_a_change_of_the_duty_cycle_is_no_fault(
    before: int, peaks: tuple[int, int], after: int, then: tuple[int, int], state: str, late: int
) -> None:
    """`late`: so many samples that were taken before the change are only judged after it."""
    pilot = fed(Pilot(), *peaks, before)
    told = {pilot.state}
    for sample in [peaks] * late + [then] * 3:
        pilot = fed(pilot, *sample, after, times=1)
        told.add(pilot.state)
        assert pilot.fault is WELL
    assert pilot.state is CpState(state)
    assert len(told) <= 2


typical = st.sampled_from([3633, 3173, 2838, 2463, 2074, 527])
readings = st.one_of(typical, st.integers(0, 4095), st.sampled_from([1400, 908, 1297, 1686]))
peaks = st.one_of(st.sampled_from([(3173, 527), (2838, 527), (3173, 2081)]), st.tuples(readings, readings))
duties = st.sampled_from([FULL, FULL, NONE, NOMINAL, NOMINAL, DIGITAL, 1, 9_999, UNDRIVEN])


@given(st.lists(st.tuples(peaks, duties, st.integers(1, 3)), max_size=40))
@settings(max_examples=300, deadline=None)
def test_the_short_cut_changes_no_result(samples: list[tuple[tuple[int, int], int, int]]) -> None:
    """Readings at which `calm` says that nothing can change are judged all the same, and nothing changes."""
    pilot = Pilot()
    for (high_raw, low_raw), duty, times in samples:
        for _ in range(times):
            after = pilot.sampled(high_raw, low_raw, duty)
            if duty != UNDRIVEN:
                assert after == pilot._judged(millivolts(high_raw), millivolts(low_raw), duty)
            pilot = after
            assert pilot.usable is (pilot.fault is WELL and pilot.state is not None)
            assert pilot.fault is WELL or not pilot.steady


@pytest.mark.parametrize("counts", ["B", "C", "D", "E", "F"])
def test_the_short_cut_is_right_for_every_pair_of_readings(counts: str) -> None:
    """Every sum of readings, for each band of the positive peak; the negative one walks through all of its own."""
    pilot = Pilot(Side(Band(counts)), Side(Band.F), CpState.B, duty=NOMINAL)
    low_from, low_to, high_from, high_to, _ = pilot.calm
    for high_raw in range(high_from - 2, high_to + 3):
        for low_raw in range(low_from - 2 + high_raw % 7, low_to + 3, 7):
            if pilot.sampled(high_raw, low_raw, NOMINAL) is pilot:
                assert _verdict(millivolts(high_raw), millivolts(low_raw), Band(counts), NOMINAL) is WELL
                assert band(millivolts(high_raw), Band(counts)) is Band(counts)
                assert band(millivolts(low_raw), Band.F) is Band.F


def offered(pilot: Pilot) -> int:
    """What a station drives that offers current whenever the pilot allows it."""
    return NOMINAL if pilot.usable and pilot.steady and pilot.state is not CpState.A else FULL


@pytest.mark.parametrize(
    ("diode", "short", "noise", "most"), [(False, False, False, 1), (True, True, False, 1), (True, False, True, 1)]
)
def test_a_car_never_sees_the_duty_cycle_flap(diode: bool, short: bool, noise: bool, most: int) -> None:
    """A fault that lasts, for two minutes, with a station that takes every chance to offer current."""
    pilot = fed(fed(Pilot(), 9_000, 55, FULL), 9_000, -12_000, NOMINAL)
    duty, changes = offered(pilot), 0
    assert duty == NOMINAL
    for sample in range(24_000):
        peaks = line.peaks(duty / 100, line.OHM_B, diode, short)
        high_mv, low_mv = line.detected(*(line.disturbed(peaks, 5 * sample) if noise else peaks))
        pilot = pilot.sampled(line.raw(high_mv), line.raw(low_mv), duty)
        changes += offered(pilot) != duty
        duty = offered(pilot)
    assert changes == most
    assert duty == FULL


@pytest.mark.parametrize(("minutes", "times"), [(1, 5), (10, 9)])
def test_a_line_that_is_only_disturbed_while_the_duty_cycle_is_nominal_is_tried_ever_more_rarely(
    minutes: int, times: int
) -> None:
    """Nothing is wrong at 100 %, so the station tries again, but not every 3 s."""
    pilot = fed(Pilot(), 9_000, 55, FULL)
    duty, tries = FULL, 0
    high, good, bad = raw(9_000), raw(55), raw(-5_000)
    for _ in range(minutes * 60 * 200):
        pilot = pilot.sampled(high, bad if duty == NOMINAL else good, duty)
        tries += duty == FULL and offered(pilot) == NOMINAL
        duty = offered(pilot)
    assert tries == times
