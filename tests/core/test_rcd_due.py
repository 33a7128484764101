"""When a test of the RCD is due, what other settings and the end leave behind, and what holds whatever happens."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rcd_bed import (
    BENDER,
    EPOCH,
    GROUND,
    NONE,
    OUT,
    SPURIOUS,
    TEST,
    TRIPS_IN_TIME,
    WESTERN,
    Bed,
    monitor,
    started,
    watching,
)

from secc.evsed import rcd
from secc.evsed.events import DriveOutput, WatchInput
from secc.evsed.inputs import Input, Output
from secc.evsed.rcd import DAY_MS, Rcd
from secc.evsed.settings import RcdMonitor, RcdTest
from secc.fsm import FaultCleared, FaultRaised


def test_the_first_test_waits_until_the_contactor_is_at_rest() -> None:
    bed = started(monitor(), moves=TRIPS_IN_TIME[WESTERN], resting=False)
    bed.run(30_000)
    assert (bed.part.wants_test, bed.part.ready, bed.driven()) == (True, False, [(0, False)])
    bed.resting = True
    bed.settle()
    assert bed.part.testing
    assert not bed.part.wants_test


def test_begin_starts_nothing_that_is_not_wanted() -> None:
    bed = watching()
    part, effects = rcd.begin(bed.part)
    assert part is bed.part
    assert effects == ()


def test_each_car_is_preceded_by_a_test() -> None:
    bed = watching()
    for session in range(1, 4):
        bed.do(rcd.car_came)
        assert (bed.part.testing, bed.part.ready) == (True, False)
        bed.run(20_000)
        assert (bed.part.tests, bed.part.ready) == (1 + session, True)
        bed.do(rcd.car_left)
        bed.run(5_000)
    assert bed.part.tests == 4


def test_a_test_that_runs_when_the_car_comes_will_do() -> None:
    bed = watching()
    bed.do(rcd.requested)
    bed.run(500)
    bed.do(rcd.car_came)
    bed.do(rcd.requested)
    bed.run(20_000)
    assert (bed.part.tests, bed.part.ready) == (2, True)


def test_a_car_that_is_there_at_start_gets_one_test_and_no_two() -> None:
    bed = started(monitor(), moves=TRIPS_IN_TIME[WESTERN])
    bed.run(15)
    bed.do(rcd.car_came)
    bed.run(20_000)
    assert (bed.part.tests, bed.part.ready) == (1, True)


def test_a_request_during_a_charge_waits_for_its_end() -> None:
    bed = watching()
    bed.do(rcd.car_came)
    bed.run(5_000)
    bed.resting = False
    bed.seen.clear()
    bed.do(rcd.requested)
    bed.run(60_000)
    assert (bed.driven(), bed.part.error, bed.part.ready) == ([], NONE, False)
    bed.resting = True
    bed.settle()
    bed.run(2_000)
    assert (bed.part.tests, bed.part.ready) == (3, True)


def test_a_test_waits_until_the_feedback_has_held_still() -> None:
    bed = watching()
    bed.feedback(True)
    bed.feedback(False)
    bed.do(rcd.requested)
    bed.run(99)
    assert not bed.part.testing
    bed.run(1)
    assert bed.part.testing


def test_a_trip_drops_a_request_that_waits() -> None:
    bed = watching()
    bed.do(rcd.car_came)
    bed.run(5_000)
    bed.resting = False
    bed.do(rcd.requested)
    bed.feedback(True)
    assert not bed.part.requested
    bed.resting = True
    bed.do(rcd.car_left)
    bed.feedback(False)
    bed.run(5_000)
    assert (bed.part.error, bed.part.tests) == (SPURIOUS, 2)


def test_a_request_during_a_ground_failure_waits_for_the_car_to_leave() -> None:
    bed = watching()
    bed.do(rcd.car_came)
    bed.run(5_000)
    bed.feedback(True)
    bed.feedback(False)
    bed.run(200)
    bed.do(rcd.requested)
    bed.run(5_000)
    assert (bed.part.error, bed.part.tests, bed.part.testing) == (GROUND, 2, False)
    bed.do(rcd.car_left)
    assert (bed.part.error, bed.part.testing) == (NONE, True)


def test_24_hours_to_the_millisecond() -> None:
    bed = watching()
    bed.feed(rcd.ticked(bed.part, 5_000_000))
    bed.do(rcd.requested)
    bed.run(5_000)
    for now_ms, testing in ((5_000_000 + DAY_MS - 1, False), (5_000_000 + DAY_MS, True)):
        bed.do(lambda part, now_ms=now_ms: rcd.ticked(part, now_ms))  # type: ignore[misc]
        assert bed.part.testing is testing


def test_24_hours_count_from_the_first_tick_where_no_test_was_possible_yet() -> None:
    bed = started(monitor(), resting=False)
    bed.run(2_000)
    bed.feed(rcd.ticked(bed.part, 7_000))
    assert bed.part.due
    assert bed.part.tested_ms == 7_000


@dataclass
class Days:
    """Ticks after ticks; every test passes, and the ticks go on meanwhile."""

    bed: Bed = field(default_factory=watching)
    clock_ms: int = 123_456_789
    begun_ms: list[int] = field(default_factory=list)

    def sleep(self, ms: int) -> None:
        """No tick comes for so long, and nothing else happens."""
        self.clock_ms += ms
        before = self.bed.part.testing
        self.bed.do(lambda part: rcd.ticked(part, self.clock_ms))
        if self.bed.part.testing and not before:
            self.begun_ms.append(self.clock_ms)
            self.bed.run(5_000)
            assert self.bed.part.error is NONE


@settings(deadline=None)
@given(st.lists(st.integers(20, 1_000), min_size=1, max_size=20), st.integers(0, DAY_MS))
@example([1_000], 0)
@example([27, 999], DAY_MS)
def test_the_daily_test_begins_24_h_after_the_last_within_a_second(gaps: list[int], nap_ms: int) -> None:
    """Ticks come as irregularly as the gaps around each day's end, after a nap anywhere in the day."""
    days = Days()
    days.sleep(1)
    began_ms = days.clock_ms
    days.bed.do(rcd.requested)
    days.bed.run(5_000)
    days.sleep(max(0, nap_ms - 30_000))
    if not days.begun_ms:
        rest_ms = began_ms + DAY_MS - 2_500 - days.clock_ms
        days.sleep(max(0, rest_ms))
    index = 0
    while not days.begun_ms:
        days.sleep(gaps[index % len(gaps)])
        index += 1
    assert 0 <= days.begun_ms[0] - began_ms - DAY_MS <= 1_000


@settings(deadline=None)
@given(st.lists(st.integers(1, 3 * DAY_MS), min_size=1, max_size=30))
def test_the_daily_test_begins_with_the_first_tick_after_24_h_however_rare_they_are(gaps: list[int]) -> None:
    days = Days()
    days.sleep(1)
    last_ms, expected = days.clock_ms, []
    for gap in gaps:
        now_ms = days.clock_ms + gap
        if now_ms - last_ms >= DAY_MS:
            expected.append(now_ms)
            last_ms = now_ms
        days.sleep(gap)
    assert days.begun_ms == expected


def test_thirty_days_of_ticks_with_a_session_a_day_miss_no_test() -> None:
    """A car at noon of each third day moves the daily test; a charge over its time holds it up until its end."""
    days = Days()
    days.sleep(1)
    hour = 3_600_000
    start_ms = days.clock_ms
    for hours in range(1, 30 * 24 + 1):
        if hours % 72 == 12:
            days.bed.do(rcd.car_came)
            days.begun_ms.append(days.clock_ms)
            days.bed.run(5_000)
            days.bed.do(rcd.car_left)
        days.bed.resting = hours not in (35, 36, 37)  # a charge from 35 h to 38 h
        days.sleep(hour)
    begun_h = [(ms - start_ms) / hour for ms in days.begun_ms]
    assert begun_h[:3] == [11, 38, 62]
    assert max(b - a for a, b in pairwise(begun_h)) == 27
    assert all(b - a <= 24 for a, b in pairwise(begun_h[1:]))


def test_the_same_tick_twice_changes_nothing() -> None:
    bed = watching()
    bed.feed(rcd.ticked(bed.part, 1_000))
    part, effects = rcd.ticked(bed.part, 1_000)
    assert part is bed.part
    assert effects == ()


def test_a_time_that_somebody_else_asked_for_is_no_time_of_a_test() -> None:
    bed = watching()
    part, effects = rcd.time_read(bed.part, EPOCH)
    assert part is bed.part
    assert effects == ()


# Other settings, and the end


def test_stopping_releases_the_trigger() -> None:
    for high in (True, False):
        bed = started(monitor(WESTERN, trigger_high=high), moves=())
        bed.run(1_500)
        assert bed.active
        bed.feed((bed.part, rcd.released(bed.part)))
        assert (bed.active, bed.timers) == (False, {})


OTHERS = (
    None,
    monitor(None),
    monitor(None, feedback_high=False),
    monitor(BENDER),
    monitor(WESTERN, trigger_high=False),
    RcdMonitor(Input("digital_in_4", True), RcdTest(Output("digital_out_5", False), *WESTERN)),
)


@pytest.mark.parametrize("new", OTHERS)
@pytest.mark.parametrize("moment_ms", [0, 500, 1_000, 1_500, 1_900, 9_000])
def test_other_settings_leave_nothing_of_the_old_ones(new: RcdMonitor | None, moment_ms: int) -> None:
    bed = started(monitor())
    bed.run(moment_ms)
    error = bed.part.error
    assert error is (TEST if moment_ms == 9_000 else NONE)
    bed.seen.clear()
    bed.feed(rcd.replaced(bed.part, Rcd(new)))
    assert next(e for _, e in bed.seen if isinstance(e, DriveOutput)) == DriveOutput(OUT, False)
    assert bed.faults() == (["-RcdTestError"] if error is TEST else [])
    fresh = bed.part
    assert (fresh.monitor, fresh.error, fresh.testing, fresh.tests) == (new, NONE, False, 0)
    assert set(bed.timers) <= ({rcd.SETTLE, rcd.STEADY} if new else set())
    if new is None:
        assert fresh.ready
        return
    assert (fresh.ready, fresh.due, fresh.stage) == (False, new.test is not None, rcd.Stage.SETTLING)
    watched = [e.line for _, e in bed.seen if isinstance(e, WatchInput)]
    assert watched == [new.feedback.line]
    if new.test is not None:
        assert bed.outputs[new.test.trigger.line] is not new.test.trigger.active_high


def test_new_settings_keep_what_is_known_of_car_and_clock() -> None:
    bed = watching()
    bed.feed(rcd.ticked(bed.part, 77_000))
    bed.do(rcd.car_came)
    bed.feed(rcd.replaced(bed.part, Rcd(monitor(None))))
    assert (bed.part.connected, bed.part.now_ms) == (True, 77_000)


def test_a_monitor_that_is_added_later_starts_as_at_the_start() -> None:
    bed = started(None)
    bed.moves = TRIPS_IN_TIME[WESTERN]
    bed.feed(rcd.replaced(bed.part, Rcd(monitor())))
    bed.run(5_000)
    assert (bed.part.tests, bed.part.ready) == (1, True)


# Whatever happens


STEPS = st.lists(
    st.one_of(
        st.sampled_from(["trips", "recovers", "comes", "leaves", "asked", "busy", "rests", "other", "none"]),
        st.integers(1, 3_000),
        st.sampled_from([DAY_MS, DAY_MS // 2]),
    ),
    max_size=60,
)


@dataclass
class Watched(Bed):
    """Looks at the promises after each step."""

    raised: set[str] = field(default_factory=set)
    driven_since_ms: int | None = None
    clock_ms: int = 0

    def settle(self) -> None:
        super().settle()
        part = self.part
        for _, effect in self.seen:
            if isinstance(effect, FaultRaised):
                assert not self.raised, "one error at a time"
                self.raised.add(effect.code)
            elif isinstance(effect, FaultCleared):
                self.raised.remove(effect.code)
        self.seen.clear()
        assert self.raised == ({part.error.value} if part.error else set())
        test = part.monitor.test if part.monitor else None
        if test is not None and self.active:
            since_ms = self.now_ms if self.driven_since_ms is None else self.driven_since_ms
            assert part.stage is rcd.Stage.TRIGGERED
            assert self.now_ms - since_ms <= test.trigger_ms
            self.driven_since_ms = since_ms
        else:
            self.driven_since_ms = None
        if part.ready and part.monitor is not None:
            assert part.normal
            assert part.says_normal
            assert part.error is NONE
            assert not self.tripped
            assert not part.testing
            assert test is None or part.tests > 0
        if part.testing:
            assert not part.ready
        if part.unrecoverable:
            assert part.error in (SPURIOUS, TEST)
        if not part.normal:
            assert part.error is not NONE

    def step(self, what: str | int) -> None:
        match what:
            case int():
                if what <= 3_000:
                    self.run(what)
                self.clock_ms += what
                self.do(lambda part: rcd.ticked(part, self.clock_ms))
            case "trips" | "recovers":
                self.feedback(what == "trips")
            case "comes" | "leaves":
                if self.part.connected is not (what == "comes"):
                    self.do(rcd.car_came if what == "comes" else rcd.car_left)
            case "asked":
                self.do(rcd.requested)
            case "busy" | "rests":
                self.resting = what == "rests"
                self.settle()
            case "other" | "none":
                self.do(lambda part: rcd.replaced(part, Rcd(monitor(BENDER) if what == "other" else None)))


@settings(deadline=None, max_examples=300)
@given(STEPS, st.sampled_from([WESTERN, BENDER, None]), st.booleans())
def test_whatever_happens(steps: list[str | int], times: tuple[int, int, int] | None, answers: bool) -> None:
    bed = Watched(Rcd(monitor(times)), moves=TRIPS_IN_TIME[times] if times and answers else ())
    bed.do(rcd.started)
    for step in steps:
        bed.step(step)
    bed.run(20_000)
    assert not bed.active
