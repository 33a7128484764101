"""What the RCD monitoring finds, what that means with and without a car, and the topics of table 73."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rcd_bed import BENDER, EPOCH, GROUND, IN, NONE, SPURIOUS, TEST, TRIPS_IN_TIME, WESTERN, monitor, started, watching

from secc.contract.enums import RcdError
from secc.evsed import rcd
from secc.evsed.rcd import DAY_MS, Rcd
from secc.evsed.settings import RcdMonitor
from secc.fsm import Level, Log


def test_nothing_is_touched_without_a_monitor() -> None:
    bed = started(None)
    for what in (rcd.car_came, rcd.requested, rcd.begin, rcd.car_left):
        bed.do(what)
    bed.feed(rcd.sensed(bed.part, IN, False))
    bed.feed(rcd.ticked(bed.part, 2 * DAY_MS))
    bed.feed(rcd.elapsed(bed.part, rcd.SETTLE))
    assert (bed.seen, rcd.released(bed.part)) == ([], ())
    assert (bed.part.ready, bed.part.normal, bed.part.error) == (True, True, NONE)
    assert (bed.part.feedback_available, bed.part.test_available) == (False, False)
    assert (bed.part.wants_test, bed.part.unrecoverable) == (False, False)


def test_a_monitor_without_test_never_tests() -> None:
    bed = watching(None)
    for what in (rcd.car_came, rcd.requested, rcd.car_left, rcd.begin):
        bed.do(what)
    bed.feed(rcd.ticked(bed.part, 0))
    bed.feed(rcd.ticked(bed.part, 2 * DAY_MS))
    bed.run(10_000)
    assert (bed.driven(), bed.part.ready, bed.part.wants_test, rcd.released(bed.part)) == ([], True, False, ())
    assert (bed.part.feedback_available, bed.part.test_available) == (True, False)


@pytest.mark.parametrize("high", [True, False])
@pytest.mark.parametrize("times", [WESTERN, BENDER, None])
@pytest.mark.parametrize("car", [True, False])
def test_a_feedback_that_is_not_normal_at_start(times: tuple[int, int, int] | None, high: bool, car: bool) -> None:
    bed = started(monitor(times, high), tripped=True)
    bed.run(15)
    if car:
        bed.do(rcd.car_came)
    bed.run((2_100 if times == BENDER else 1_000) - 16)
    assert (bed.part.error, bed.part.normal, bed.part.ready, bed.faults()) == (NONE, True, False, [])
    bed.run(1)
    assert (bed.part.error, bed.part.normal, bed.part.ready) == (GROUND if car else SPURIOUS, False, False)
    assert bed.part.unrecoverable is not car
    bed.run(100_000)
    assert [level for _, level in bed.driven()] == ([False] if times else [])


def test_a_test_that_a_predecessor_left_running_is_no_fault() -> None:
    """A 50 ms impulse of a process that died since: the device trips 400 ms after our start, for 1 s."""
    bed = started(monitor(BENDER), moves=TRIPS_IN_TIME[BENDER])
    bed.run(400)
    bed.feedback(True)
    bed.run(1_000)
    bed.feedback(False)
    bed.run(8_000)
    assert (bed.part.error, bed.part.ready, bed.faults(), bed.part.tests) == (NONE, True, [], 1)


@pytest.mark.parametrize("high", [True, False])
@pytest.mark.parametrize("car", [True, False])
def test_the_first_edge_counts_at_once(high: bool, car: bool) -> None:
    bed = started(monitor(None, high))
    bed.run(2_000)
    if car:
        bed.do(rcd.car_came)
    bed.feed(rcd.sensed(bed.part, IN, not high))
    bed.feed(rcd.sensed(bed.part, IN, high))
    error = GROUND if car else SPURIOUS
    assert (bed.part.error, bed.part.normal, bed.part.ready) == (error, False, False)
    assert bed.faults() == [f"+{error.value}"]


def test_an_edge_that_says_nothing_new_or_belongs_to_others_changes_nothing() -> None:
    bed = watching()
    for line, level in ((IN, True), ("digital_in_1", False), ("relay_1_sense", False)):
        part, effects = rcd.sensed(bed.part, line, level)
        assert part is bed.part
        assert effects == ()


def test_coming_back_counts_once_it_held_for_100_ms() -> None:
    bed = watching(None)
    bed.feedback(True)
    for _ in range(5):
        bed.run(99)
        bed.feedback(False)
        bed.run(99)
        assert not bed.part.normal
        bed.feedback(True)
    bed.feedback(False)
    bed.run(99)
    assert not bed.part.normal
    bed.run(1)
    assert (bed.part.normal, bed.part.error) == (True, SPURIOUS)


def test_a_spurious_error_lasts_whoever_comes_or_goes() -> None:
    bed = watching()
    bed.feedback(True)
    bed.run(500)
    bed.feedback(False)
    for what in (rcd.car_came, rcd.car_left):
        bed.run(5_000)
        bed.do(what)
        assert (bed.part.error, bed.part.ready, bed.part.unrecoverable, bed.active) == (SPURIOUS, False, True, False)
    bed.feed(rcd.ticked(bed.part, 0))
    bed.feed(rcd.ticked(bed.part, DAY_MS))
    bed.settle()
    assert (bed.driven(), bed.faults()) == ([], ["+SpuriousRcdError"])


def test_a_spurious_error_ends_with_a_test_that_was_asked_for_and_passes() -> None:
    bed = watching()
    bed.feedback(True)
    bed.feedback(False)
    bed.run(1_000)
    bed.moves = TRIPS_IN_TIME[WESTERN]
    bed.do(rcd.requested)
    bed.run(1_224)
    assert (bed.part.error, bed.part.unrecoverable) == (SPURIOUS, True)
    bed.run(1)
    assert (bed.part.error, bed.part.unrecoverable, bed.part.ready) == (NONE, False, True)
    assert bed.faults() == ["+SpuriousRcdError", "-SpuriousRcdError"]


def test_a_failed_test_takes_the_place_of_a_spurious_error() -> None:
    bed = watching()
    bed.feedback(True)
    bed.feedback(False)
    bed.run(1_000)
    bed.moves = ()
    bed.do(rcd.requested)
    bed.run(2_000)
    assert (bed.part.error, bed.part.unrecoverable) == (TEST, True)
    assert bed.faults() == ["+SpuriousRcdError", "-SpuriousRcdError", "+RcdTestError"]


@pytest.mark.parametrize("times", [WESTERN, None])
def test_a_request_while_the_feedback_says_tripped_is_dropped_and_said(times: tuple[int, int, int] | None) -> None:
    bed = watching(times)
    bed.feedback(True)
    bed.do(rcd.requested)
    assert (bed.part.error, bed.part.requested, bed.driven()) == (SPURIOUS, False, [])
    assert [(e.level, "says tripped" in e.message) for _, e in bed.seen if isinstance(e, Log)] == [
        (Level.WARNING, True)
    ]
    bed.feedback(False)
    bed.run(5_000)
    assert (bed.part.error, bed.driven()) == (SPURIOUS, [])


def test_without_a_test_a_request_takes_a_spurious_error_back_when_the_feedback_is_normal() -> None:
    bed = watching(None)
    bed.feedback(True)
    bed.feedback(False)
    bed.run(99)
    bed.do(rcd.requested)
    assert bed.part.error is SPURIOUS
    bed.run(1)
    bed.do(rcd.requested)
    assert (bed.part.error, bed.part.ready) == (NONE, True)
    assert bed.faults() == ["+SpuriousRcdError", "-SpuriousRcdError"]


def test_without_a_test_a_request_does_not_take_a_ground_failure_back() -> None:
    bed = watching(None)
    bed.do(rcd.car_came)
    bed.feedback(True)
    bed.feedback(False)
    bed.run(1_000)
    bed.do(rcd.requested)
    assert bed.part.error is GROUND


GROUND_STORIES = (
    # what the feedback does before the car leaves, ms until it leaves, error then, error 200 ms later
    ((), 50, SPURIOUS, SPURIOUS),
    ((False,), 100, NONE, NONE),
    ((False,), 99, GROUND, NONE),
    ((False,), 0, GROUND, NONE),
    ((False, True), 1_000, SPURIOUS, SPURIOUS),
    ((False, True, False), 1_000, NONE, NONE),
)


@pytest.mark.parametrize("times", [WESTERN, None])
@pytest.mark.parametrize(("edges", "ms", "then", "later"), GROUND_STORIES)
def test_a_ground_failure_goes_with_the_car_or_becomes_spurious(
    times: tuple[int, int, int] | None, edges: tuple[bool, ...], ms: int, then: RcdError, later: RcdError
) -> None:
    bed = watching(times)
    bed.do(rcd.car_came)
    bed.run(5_000)
    bed.resting = False
    bed.seen.clear()
    bed.feedback(True)
    for edge in edges:
        bed.run(2_000)
        bed.feedback(edge)
    bed.run(ms)
    assert (bed.part.error, bed.part.unrecoverable, bed.part.ready) == (GROUND, False, False)
    bed.do(rcd.car_left)
    assert bed.part.error is then
    bed.run(200)
    assert bed.part.error is later
    assert bed.faults()[:2] == ["+RcdGroundFailure", "-RcdGroundFailure"]
    assert bed.faults()[2:] == (["+SpuriousRcdError"] if later is SPURIOUS else [])


def test_a_ground_failure_whose_feedback_flickers_after_the_car_left_is_spurious() -> None:
    bed = watching(None)
    bed.do(rcd.car_came)
    bed.feedback(True)
    bed.feedback(False)
    bed.do(rcd.car_left)
    bed.run(50)
    bed.feedback(True)
    assert (bed.part.error, bed.part.unrecoverable) == (SPURIOUS, True)


def test_a_ground_failure_lasts_for_the_next_car_that_comes_before_the_feedback_held_still() -> None:
    bed = watching(None)
    bed.do(rcd.car_came)
    bed.feedback(True)
    bed.feedback(False)
    bed.do(rcd.car_left)
    bed.run(50)
    bed.do(rcd.car_came)
    bed.run(1_000)
    assert bed.part.error is GROUND
    bed.do(rcd.car_left)
    assert bed.part.error is NONE


@pytest.mark.parametrize("car", [True, False])
def test_a_failed_test_with_and_without_a_car(car: bool) -> None:
    bed = watching()
    bed.moves = ()
    bed.do(rcd.car_came if car else rcd.requested)
    bed.run(1_225)
    assert (bed.part.error, bed.part.normal, bed.part.ready) == (TEST, True, False)
    assert bed.part.unrecoverable is not car
    bed.do(rcd.car_left)
    assert (bed.part.error, bed.part.unrecoverable) == (TEST, True)
    bed.moves = TRIPS_IN_TIME[WESTERN]
    bed.do(rcd.requested)
    bed.run(1_225)
    assert (bed.part.error, bed.part.unrecoverable, bed.part.ready) == (NONE, False, True)
    assert bed.faults() == ["+RcdTestError", "-RcdTestError"]


def test_a_second_failed_test_raises_nothing_anew_but_counts() -> None:
    bed = watching()
    bed.moves = ()
    for tests in (2, 3):
        bed.do(rcd.requested)
        bed.run(2_000)
        assert (bed.part.error, bed.part.tests) == (TEST, tests)
    assert bed.faults() == ["+RcdTestError"]


def test_an_rcd_that_stays_tripped_after_a_test_shows_as_a_failed_test_alone() -> None:
    bed = watching()
    bed.moves = ((300, True),)
    bed.do(rcd.car_came)
    for _ in range(40):
        bed.run(50)
        assert bed.part.normal
    assert (bed.part.error, bed.faults()) == (TEST, ["+RcdTestError"])
    bed.feedback(False)
    bed.run(500)
    bed.feedback(True)
    assert (bed.part.error, bed.part.normal) == (TEST, False)
    bed.feedback(False)
    bed.run(500)
    bed.do(rcd.car_left)
    bed.feedback(True)
    assert (bed.part.error, bed.part.normal, bed.faults()) == (TEST, False, ["+RcdTestError"])


# Table 73, row by row: the values that the topics are made of


def test_row_state_actual() -> None:
    bed = watching()
    assert bed.part.normal
    bed.do(rcd.car_came)
    for _ in range(24):
        bed.run(50)
        assert bed.part.normal, "during a test"
    bed.run(1_000)
    bed.feedback(True)
    assert not bed.part.normal, "a residual current"
    bed.feedback(False)
    bed.run(1_000)
    bed.do(rcd.car_left)
    assert (bed.part.normal, bed.part.error) == (True, NONE)
    bed.feedback(True)
    assert (bed.part.normal, bed.part.error) == (False, SPURIOUS), "a spurious error"


@pytest.mark.parametrize(
    ("part", "feedback", "test"), [(None, False, False), (monitor(None), True, False), (monitor(), True, True)]
)
def test_rows_feedback_available_and_test_available(part: RcdMonitor | None, feedback: bool, test: bool) -> None:
    assert (Rcd(part).feedback_available, Rcd(part).test_available) == (feedback, test)


def test_rows_test_perform_and_timestamp() -> None:
    bed = watching()
    first = bed.part.last_test
    bed.do(rcd.requested)
    assert (bed.part.testing, bed.part.last_test) == (True, first)
    bed.run(1_225)
    assert (bed.part.testing, bed.part.last_test) == (False, EPOCH + timedelta(milliseconds=6_000 + 1_225))
    assert bed.part.tests == 2, "the end is to be signalled by the error once more"
    bed.moves = ()
    bed.do(rcd.requested)
    bed.run(1_225)
    assert (bed.part.error, bed.part.last_test) == (TEST, EPOCH + timedelta(milliseconds=6_000 + 2 * 1_225))


def test_row_error() -> None:
    bed = watching()
    bed.do(rcd.car_came)
    bed.run(5_000)
    bed.feedback(True)
    assert bed.part.error.value == "RcdGroundFailure", "1: a residual current during a session"
    bed.feedback(False)
    bed.run(100)
    bed.do(rcd.car_left)
    assert bed.part.error.value == "", "4: it disappears"
    bed.moves = ()
    bed.do(rcd.requested)
    bed.run(1_225)
    assert (bed.part.error.value, bed.part.normal) == ("RcdTestError", True), "3: a test that fails"
    bed.moves = TRIPS_IN_TIME[WESTERN]
    bed.do(rcd.requested)
    bed.run(1_225)
    assert bed.part.error.value == "", "3: a test that succeeds"
    bed.feedback(True)
    assert (bed.part.error.value, bed.part.normal) == ("SpuriousRcdError", False), "2: without a session"
