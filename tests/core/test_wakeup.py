"""Waking cars up: which cause pulses when, how long, how often, and that the simulated sleeper takes notice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from secc.evsed import wakeup
from secc.evsed.wakeup import PULSE_MS, SETTLE_MS, WAIT_MS, Stage, WakeUp
from secc.fsm import After, Cancel, Effects
from secc.sim import ev
from secc.sim.ev import STARTING_MS, Behaviour, Ev, EvSpec, EvState
from secc.sim.pilot import OHM_B

WAIT = After("wakeup.wait", 30_000)
PULSE = After("wakeup.pulse", 4_000)
SETTLE = After("wakeup.settle", 1_000)


class Line:
    """A wake-up part with its timers, in virtual time."""

    def __init__(self, part: WakeUp) -> None:
        self.part, self.now_ms, self.pulses, self.began_ms = part, 0, [], 0
        self.timers: dict[str, int] = {}

    pulses: list[tuple[int, int]]
    """Begin and end of each pulse so far."""

    def take(self, result: tuple[WakeUp, Effects]) -> None:
        was, (self.part, effects) = self.part.pulsing, result
        for effect in effects:
            if isinstance(effect, After):
                self.timers[effect.name] = self.now_ms + effect.ms
            elif isinstance(effect, Cancel):
                self.timers.pop(effect.name, None)
        if self.part.pulsing and not was:
            self.began_ms = self.now_ms
        elif was and not self.part.pulsing:
            self.pulses.append((self.began_ms, self.now_ms))

    def offer(self, authorized: bool = True, asks: bool = False) -> None:
        self.take(wakeup.offered(self.part, authorized=authorized, asks=asks))

    def run(self, ms: int) -> None:
        end_ms = self.now_ms + ms
        while due := sorted((at, name) for name, at in self.timers.items() if at <= end_ms):
            self.now_ms, name = due[0]
            del self.timers[name]
            self.take(wakeup.elapsed(self.part, name.partition(".")[2]))
        self.now_ms = end_ms


# force_wake_up, wake_up_after_timeout, authorized, asks already: pulses within two minutes (begin and end in ms).
@pytest.mark.parametrize(
    ("forced", "timeout", "authorized", "asks", "pulses"),
    [
        (False, False, True, False, []), (False, False, False, False, []),
        (True, False, True, False, [(0, 4_000)]), (True, False, False, False, []), (True, False, True, True, []),
        (False, True, True, False, [(30_000, 34_000)]), (False, True, False, False, [(30_000, 34_000)]),
        (False, True, True, True, []), (True, True, True, True, []),
        (True, True, True, False, [(0, 4_000), (35_000, 39_000)]), (True, True, False, False, [(30_000, 34_000)]),
    ],
)  # fmt: skip
def test_a_car_that_never_asks(
    forced: bool, timeout: bool, authorized: bool, asks: bool, pulses: list[tuple[int, int]]
) -> None:
    line = Line(WakeUp(forced, timeout))
    line.offer(authorized, asks)
    line.run(120_000)
    assert line.pulses == pulses
    assert line.part.stage is Stage.RESTING
    assert line.timers == {}


@pytest.mark.parametrize(("after_ms", "pulses"), [(29_999, 0), (30_000, 1)])
def test_a_car_that_asks_in_time_is_left_alone(after_ms: int, pulses: int) -> None:
    line = Line(WakeUp(False, True))
    line.offer()
    line.run(after_ms)
    line.take(wakeup.asked(line.part))
    line.run(120_000)
    assert len(line.pulses) == pulses


def test_a_car_that_asked_and_stopped_is_not_woken_while_the_offer_lasts() -> None:
    line = Line(WakeUp(True, True))
    line.offer(asks=True)
    line.offer()
    line.run(120_000)
    assert line.pulses == []


def test_an_offer_counts_once_however_often_it_is_told() -> None:
    line = Line(WakeUp(False, True))
    for _ in range(12):
        line.offer()
        line.run(5_000)
    assert line.pulses == [(30_000, 34_000)]


def test_the_pilot_is_not_heard_until_it_has_settled() -> None:
    line = Line(WakeUp(True, False))
    line.offer()
    assert (line.part.pulsing, line.part.heard) == (True, False)
    line.run(3_999)
    assert (line.part.pulsing, line.part.heard) == (True, False)
    line.run(1)
    assert (line.part.pulsing, line.part.heard) == (False, False)
    line.run(SETTLE_MS - 1)
    assert not line.part.heard
    line.run(1)
    assert line.part.heard


def test_each_cause_pulses_once_a_session_and_again_for_the_next_car() -> None:
    line = Line(WakeUp(True, True))
    for begin_ms in (0, 500_000):
        for _ in range(3):
            line.offer()
            line.run(100_000)
            line.take(wakeup.stopped(line.part))
            line.run(1_000)
        line.take(wakeup.car_left(line.part))
        line.run(500_000 - line.now_ms)
        assert line.pulses[-2:] == [(begin_ms, begin_ms + 4_000), (begin_ms + 35_000, begin_ms + 39_000)]
    assert len(line.pulses) == 4


def test_a_pause_that_ends_may_find_the_car_asleep() -> None:
    """It asked once; later the offer ended (limits) and begins again."""
    line = Line(WakeUp(False, True))
    line.offer()
    line.take(wakeup.asked(line.part))
    line.take(wakeup.stopped(line.part))
    line.run(3_600_000)
    line.offer()
    line.run(60_000)
    assert line.pulses == [(3_630_000, 3_634_000)]


def test_the_offer_ends_while_waiting() -> None:
    part, _ = wakeup.offered(WakeUp(False, True), authorized=True, asks=False)
    stopped, effects = wakeup.stopped(part)
    assert effects == (Cancel("wakeup.wait"),)
    assert stopped == WakeUp(False, True)


def test_the_offer_ends_during_a_pulse_which_ends_at_once_and_still_settles() -> None:
    line = Line(WakeUp(True, True))
    line.offer()
    line.run(1_500)
    line.take(wakeup.stopped(line.part))
    assert line.pulses == [(0, 1_500)]
    assert not line.part.heard
    line.offer()  # it comes back before the line has settled: no second pulse on top
    line.run(SETTLE_MS)
    assert line.part.stage is Stage.WAITING
    line.run(60_000)
    assert line.pulses[1:] == [(32_500, 36_500)]


def test_an_offer_that_ended_during_a_pulse_leads_to_nothing_more() -> None:
    part, _ = wakeup.offered(WakeUp(True, True), authorized=True, asks=False)
    part, effects = wakeup.stopped(part)
    assert effects == (Cancel("wakeup.pulse"), SETTLE)
    assert wakeup.elapsed(part, "settle") == (WakeUp(True, True, forced=True), ())


def test_a_car_that_asks_when_the_line_has_settled_is_awake() -> None:
    line = Line(WakeUp(True, True))
    line.offer()
    line.run(1_500)
    line.take(wakeup.stopped(line.part))
    line.offer(asks=True)
    line.run(120_000)
    assert line.pulses == [(0, 1_500)]


@pytest.mark.parametrize("stage", Stage)
def test_the_car_leaves_at_any_time(stage: Stage) -> None:
    part = WakeUp(True, True, stage, offering=True, forced=True, timed_out=True)
    fresh, effects = wakeup.car_left(part)
    assert fresh == WakeUp(True, True)
    timers = {effect.name for effect in effects if isinstance(effect, Cancel)}
    assert timers == (set() if stage is Stage.RESTING else {"wakeup.wait", "wakeup.pulse", "wakeup.settle"})
    assert wakeup.car_left(fresh)[0] is fresh


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("timer", ["wait", "pulse", "settle", "other"])
def test_a_timer_that_comes_too_late_changes_nothing(stage: Stage, timer: str) -> None:
    own = {Stage.WAITING: "wait", Stage.PULSING: "pulse", Stage.SETTLING: "settle"}
    part = WakeUp(True, True, stage, offering=True)
    after, effects = wakeup.elapsed(part, timer)
    assert (after is part and not effects) is (own.get(stage) != timer)


def test_what_changes_nothing_gives_the_same_object() -> None:
    resting, pulsing = WakeUp(True, True), WakeUp(True, True, Stage.PULSING, offering=True, forced=True)
    assert wakeup.stopped(resting) == (resting, ())
    assert wakeup.asked(resting) == (resting, ())
    assert wakeup.offered(pulsing, authorized=True, asks=False) == (pulsing, ())
    assert wakeup.offered(pulsing, authorized=True, asks=False)[0] is pulsing
    awake = replace(resting, offering=True, awake=True)
    assert wakeup.asked(awake)[0] is awake


def test_the_effects_of_one_session() -> None:
    part, effects = wakeup.offered(WakeUp(True, True), authorized=True, asks=False)
    assert effects == (PULSE,)
    part, effects = wakeup.elapsed(part, "pulse")
    assert effects == (SETTLE,)
    part, effects = wakeup.elapsed(part, "settle")
    assert effects == (WAIT,)
    assert (WAIT_MS, PULSE_MS, SETTLE_MS) == (30_000, 4_000, 1_000)


# A simulated car that sleeps, and pulses of different lengths.
SLEEPER = EvSpec(behaviour=Behaviour.SLEEPY, ready_after_ms=1_000)


def driven(car: Ev, duty_pct: float | None, ms: int) -> Ev:
    for _ in range(ms // 5):
        car = ev.step(car, duty_pct, (False, False, False), 5)
    return car


def test_a_sleeper_takes_no_notice_of_any_duty_cycle() -> None:
    for duty_pct in (100.0, 53.33, 5.0, 0.0, 10.0):
        car = driven(Ev(SLEEPER), duty_pct, 60_000)
        assert (car.s2, car.state) == (False, EvState.ASLEEP)


@pytest.mark.parametrize(("dark_ms", "asks"), [(1_000, False), (3_495, False), (3_500, True), (PULSE_MS, True)])
def test_a_sleeper_wakes_from_a_pulse_that_is_long_enough(dark_ms: int, asks: bool) -> None:
    car = driven(driven(Ev(SLEEPER), 53.33, 10_000), None, dark_ms)
    assert not driven(car, 53.33, 1_495).s2
    car = driven(car, 53.33, 1_500)
    assert car.s2 is asks
    assert car.state is (EvState.READY if asks else EvState.ASLEEP)


def test_a_car_that_was_woken_is_not_seen_before_it_is_up() -> None:
    car = driven(Ev(SLEEPER), None, PULSE_MS)
    assert (car.load_ohm, car.state) == (None, EvState.ASLEEP)
    assert driven(car, 53.33, 495).load_ohm is None
    assert driven(car, 53.33, 500).load_ohm == OHM_B
    assert STARTING_MS < SETTLE_MS
    assert ev.step(Ev(SLEEPER), None, (False, False, False), PULSE_MS) == car  # a simulation that was late


def test_a_sleeper_forgets_short_gaps_and_stays_awake_once_it_is() -> None:
    car = Ev(SLEEPER)
    for _ in range(10):
        car = driven(driven(car, None, 3_000), 53.33, 1_000)
    assert car.state is EvState.ASLEEP
    car = driven(driven(car, None, 3_500), 100.0, 60_000)
    assert car.state is EvState.WAITING
    car = driven(car, 53.33, 1_000)
    assert car.s2
    assert not driven(car, 100.0, 1_000).s2
    assert driven(driven(car, 100.0, 1_000), 53.33, 1_000).s2
