"""The residual current device: what its feedback says, and the self-test that proves that it would trip.

It decides which of the three RCD errors there is, when a test is due, and whether a test passed. A trip counts with
its first edge; coming back counts once it has held still. It never drives the contactor, the pilot or the lock, and
never starts a test by itself: whoever knows that the contactor is at rest calls `begin`. Guide §15.15 (tables 71 to
73), §3.3.4.12 to 14; decision 20.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from secc.contract.enums import RcdError
from secc.evsed.events import DriveOutput, ReadTime, WatchInput
from secc.evsed.settings import RcdMonitor, RcdTest
from secc.fsm import After, Cancel, Effects, FaultCleared, FaultRaised, Level, Log, replace

SETTLE_MS = 1_000
STEADY_MS = 100
DAY_MS = 86_400_000
REQUEST_MS = 10_000
"""From one test that somebody asked for to the next."""
SETTLE, STEADY, TRIGGER, TRIPPED, NORMAL = "settle", "steady", "trigger", "tripped", "normal"
"""Timers, each behind the name of the part: rcd.settle."""


class Stage(Enum):
    """`SETTLING`: just started, nothing is judged yet. `TRIGGERED` and `RELEASED` are the two halves of a test."""

    SETTLING = "settling"
    WATCHING = "watching"
    TRIGGERED = "triggered"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Rcd:
    """`monitor` is None where no RCD is connected.

    `says_normal` is what the feedback says now (None: never read); `steady`: it has said normal for STEADY_MS.
    `tripped`: it tripped outside of a test and has not been steady since. `due` and `requested` are tests still to
    come, of our own and over MQTT. `saw_trip` belongs to the test that runs; `tests` counts those that ended, so that
    the error can be told again after each. `now_ms` is the last tick, `tested_ms` the one before the last test.
    """

    monitor: RcdMonitor | None
    stage: Stage = Stage.SETTLING
    connected: bool = False
    says_normal: bool | None = None
    steady: bool = False
    tripped: bool = False
    error: RcdError = RcdError.NONE
    due: bool = False
    requested: bool = False
    saw_trip: bool = False
    tests: int = 0
    now_ms: int | None = None
    tested_ms: int | None = None
    requested_ms: int | None = None
    time_asked: bool = False
    last_test: datetime | None = None

    @property
    def feedback_available(self) -> bool:
        return self.monitor is not None

    @property
    def test_available(self) -> bool:
        return self._test is not None

    @property
    def normal(self) -> bool:
        """For `port0/rcd/state/actual`: a trip during a test never shows."""
        return not self.tripped

    @property
    def testing(self) -> bool:
        return self.stage in (Stage.TRIGGERED, Stage.RELEASED)

    @property
    def ready(self) -> bool:
        """Whether nothing of the RCD keeps the contactor from closing.

        Not for a contactor that is closed: there a test that falls due waits, and only an error opens.
        """
        if self.monitor is None:
            return True
        watching = self.stage is Stage.WATCHING and self.steady and self.error is RcdError.NONE
        return watching and not self.due and not self.requested

    @property
    def wants_test(self) -> bool:
        """Whether a test should begin as soon as the contactor is at rest. Only one that was asked for runs in spite
        of a lasting error; none runs while the feedback says tripped, because it would prove nothing."""
        if self._test is None or self.stage is not Stage.WATCHING or not self.steady:
            return False
        return (self.requested and self.error is not RcdError.GROUND_FAILURE) or (
            self.due and self.error is RcdError.NONE
        )

    @property
    def pestered(self) -> bool:
        """Whether a test was asked for a moment ago."""
        if self.now_ms is None or self.requested_ms is None:
            return False
        return self.now_ms - self.requested_ms < REQUEST_MS

    @property
    def unrecoverable(self) -> bool:
        """Whether the pilot has to say that the station is out of order (guide §3.3.4.12 and 13)."""
        if self.error is RcdError.TEST:
            return not self.connected
        return self.error is RcdError.SPURIOUS

    @property
    def _test(self) -> RcdTest | None:
        return None if self.monitor is None else self.monitor.test


def _after(timer: str, ms: int) -> After:
    return After(f"rcd.{timer}", ms)


def _cancel(*timers: str) -> Effects:
    return tuple(Cancel(f"rcd.{timer}") for timer in timers)


def _trigger(test: RcdTest, active: bool) -> DriveOutput:
    return DriveOutput(test.trigger.line, test.trigger.level(active))


def _settle_ms(test: RcdTest | None) -> int:
    """Inputs and RCD get their time after the start; so does a test that a predecessor may have left running."""
    return SETTLE_MS if test is None else max(SETTLE_MS, test.check_normal_ms + STEADY_MS)


def _judged(rcd: Rcd, error: RcdError) -> tuple[Rcd, Effects]:
    if error is rcd.error:
        return rcd, ()
    effects: Effects = ()
    if rcd.error is not RcdError.NONE:
        effects += (FaultCleared(rcd.error.value),)
    if error is not RcdError.NONE:
        effects += (FaultRaised(error.value),)
    return replace(rcd, error=error), effects


def started(rcd: Rcd) -> tuple[Rcd, Effects]:
    """Release the trigger, whoever left it as it is, and begin to listen. The first test is due."""
    if rcd.monitor is None:
        return rcd, ()
    test = rcd.monitor.test
    effects: Effects = () if test is None else (_trigger(test, active=False),)
    effects += (WatchInput(rcd.monitor.feedback.line), _after(SETTLE, _settle_ms(test)))
    return replace(rcd, due=test is not None), effects


def released(rcd: Rcd) -> Effects:
    """What a process that ends, or other settings, leave behind: the trigger released and no test under way."""
    test = rcd._test
    return () if test is None else (_trigger(test, active=False), *_cancel(TRIGGER, TRIPPED, NORMAL))


def replaced(old: Rcd, new: Rcd) -> tuple[Rcd, Effects]:
    """Listen to other lines, or to none: what the old ones said, and what was found, counts no more."""
    effects: Effects = released(old)
    if old.monitor is not None:
        effects += _cancel(SETTLE, STEADY)
    _, cleared = _judged(old, RcdError.NONE)
    fresh, begun = started(replace(new, connected=old.connected, now_ms=old.now_ms))
    return fresh, (*effects, *cleared, *begun)


def sensed(rcd: Rcd, line: str, level: bool) -> tuple[Rcd, Effects]:
    """After a line was read or changed."""
    if rcd.monitor is None or rcd.monitor.feedback.line != line:
        return rcd, ()
    normal = rcd.monitor.feedback.is_active(level)
    if normal is rcd.says_normal:
        return rcd, ()
    rcd = replace(rcd, says_normal=normal, steady=False)
    if normal:
        return rcd, (_after(STEADY, STEADY_MS),)
    return _trip(rcd) if rcd.stage is Stage.WATCHING else (rcd, ())


def _trip(rcd: Rcd) -> tuple[Rcd, Effects]:
    """A trip outside of a test. Who asked for a test has to look again. The first error stays, except that one which
    should have gone with the car lasts."""
    rcd = replace(rcd, tripped=True, requested=False)
    if rcd.connected:
        return _judged(rcd, RcdError.GROUND_FAILURE) if rcd.error is RcdError.NONE else (rcd, ())
    return (rcd, ()) if rcd.error is RcdError.TEST else _judged(rcd, RcdError.SPURIOUS)


def elapsed(rcd: Rcd, timer: str) -> tuple[Rcd, Effects]:
    """After one of the part's own timers (the name behind the dot)."""
    if rcd.monitor is None:
        return rcd, ()
    test = rcd.monitor.test
    if timer == SETTLE and rcd.stage is Stage.SETTLING:
        rcd = replace(rcd, stage=Stage.WATCHING)
        return (rcd, ()) if rcd.says_normal else _trip(rcd)
    if timer == STEADY and rcd.says_normal:
        rcd = replace(rcd, steady=True, tripped=False)
        gone = rcd.error is RcdError.GROUND_FAILURE and not rcd.connected
        return _judged(rcd, RcdError.NONE) if gone else (rcd, ())
    if timer == TRIGGER and rcd.stage is Stage.TRIGGERED and test is not None:
        return replace(rcd, stage=Stage.RELEASED), (_trigger(test, active=False), _after(NORMAL, test.check_normal_ms))
    if timer == TRIPPED and rcd.testing:
        return replace(rcd, saw_trip=rcd.says_normal is False), ()
    if timer == NORMAL and rcd.stage is Stage.RELEASED and test is not None:
        return _verdict(rcd, test)
    return rcd, ()


def _verdict(rcd: Rcd, test: RcdTest) -> tuple[Rcd, Effects]:
    """The test is over. A test that failed says why in the journal, because one word covers all reasons."""
    passed = rcd.saw_trip and bool(rcd.says_normal)
    rcd = replace(rcd, stage=Stage.WATCHING, tests=rcd.tests + 1, time_asked=True)
    rcd, effects = _judged(rcd, RcdError.NONE if passed else RcdError.TEST)
    if not passed:
        found = (
            f"its feedback had not come back to normal {test.check_normal_ms} ms after the trigger was released"
            if rcd.saw_trip
            else f"its feedback did not say tripped {test.check_tripped_ms} ms after the trigger began"
        )
        text = f"the RCD test failed: {found}; check RCD and wiring against ports[0]/rcd_monitor in customer.json"
        effects += (Log(Level.ERROR, text),)
    return rcd, (*effects, ReadTime())


def ticked(rcd: Rcd, now_ms: int) -> tuple[Rcd, Effects]:
    """About once a second; `now_ms` counts on while the machine sleeps. Every 24 h a test is due. It is counted from
    the tick before the last test began, so that it comes early rather than late."""
    if rcd._test is None or now_ms == rcd.now_ms:
        return rcd, ()
    tested_ms = now_ms if rcd.tested_ms is None else rcd.tested_ms
    return replace(rcd, now_ms=now_ms, tested_ms=tested_ms, due=rcd.due or now_ms - tested_ms >= DAY_MS), ()


def car_came(rcd: Rcd) -> tuple[Rcd, Effects]:
    """Before it is offered anything a test is due; one that is under way will do."""
    return replace(rcd, connected=True, due=rcd.due or (rcd.test_available and not rcd.testing)), ()


def car_left(rcd: Rcd) -> tuple[Rcd, Effects]:
    """A ground failure leaves with the car, unless the RCD still says so. If it has only just come back, that has to
    hold still first."""
    rcd = replace(rcd, connected=False)
    if rcd.error is not RcdError.GROUND_FAILURE or (rcd.says_normal and not rcd.steady):
        return rcd, ()
    return _judged(rcd, RcdError.NONE if rcd.steady else RcdError.SPURIOUS)


def requested(rcd: Rcd) -> tuple[Rcd, Effects]:
    """Somebody asked for a test. It waits for the contactor, but not for an RCD that is tripped. Where no test is
    configured, the request takes back a spurious error once the feedback says normal. One that follows another too soon
    is ignored: a car would hardly get to charge between the tests."""
    if rcd.monitor is None or rcd.testing or rcd.pestered:
        return rcd, ()
    rcd = replace(rcd, requested_ms=rcd.now_ms)
    if rcd.stage is Stage.WATCHING and not rcd.says_normal:
        return rcd, (
            Log(Level.WARNING, "no RCD test as asked for: the feedback of the RCD says tripped; mend that first"),
        )
    if rcd.test_available:
        return replace(rcd, requested=True), ()
    if rcd.error is RcdError.SPURIOUS and rcd.steady:
        return _judged(rcd, RcdError.NONE)
    return rcd, ()


def begin(rcd: Rcd) -> tuple[Rcd, Effects]:
    """Start the test that is wanted; nothing happens if none is. The caller knows that the contactor is at rest."""
    test = rcd._test
    if test is None or not rcd.wants_test:
        return rcd, ()
    rcd = replace(rcd, stage=Stage.TRIGGERED, due=False, requested=False, saw_trip=False, tested_ms=rcd.now_ms)
    timers = (_after(TRIGGER, test.trigger_ms), _after(TRIPPED, test.check_tripped_ms))
    return rcd, (_trigger(test, active=True), *timers)


def time_read(rcd: Rcd, utc: datetime) -> tuple[Rcd, Effects]:
    """The time of day at which the last test ended; ignored when somebody else asked for it."""
    return (replace(rcd, time_asked=False, last_test=utc), ()) if rcd.time_asked else (rcd, ())
