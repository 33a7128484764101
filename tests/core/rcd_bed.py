"""A hand-held RCD for tests of evsed's part for it: a device that answers to the trigger, timers, and what was said.

Nothing here decides; it feeds the part and remembers its effects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from secc.contract.enums import RcdError
from secc.evsed import rcd
from secc.evsed.events import DriveOutput, ReadTime, WatchInput
from secc.evsed.inputs import Input, Output
from secc.evsed.rcd import Rcd
from secc.evsed.settings import RcdMonitor, RcdTest
from secc.fsm import After, Cancel, Effect, Effects, FaultCleared, FaultRaised, Log

NONE, SPURIOUS, TEST, GROUND = RcdError.NONE, RcdError.SPURIOUS, RcdError.TEST, RcdError.GROUND_FAILURE
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
IN, OUT = "digital_in_2", "digital_out_4"
WESTERN, BENDER = (815, 810, 410), (50, 750, 2000)
"""Guide table 72: trigger, check tripped, check normal."""


def monitor(
    times: tuple[int, int, int] | None = WESTERN, feedback_high: bool = True, trigger_high: bool = True
) -> RcdMonitor:
    test = None if times is None else RcdTest(Output(OUT, trigger_high), *times)
    return RcdMonitor(Input(IN, feedback_high), test)


@dataclass
class Bed:
    """Runs the part in virtual time, one millisecond of ticks and timers after the other.

    `tripped` is what the device says, `moves` what it does a while after the trigger was driven: (ms, tripped).
    `resting`: the contactor is open, so that a test may begin.
    """

    part: Rcd
    now_ms: int = 0
    tripped: bool = False
    moves: tuple[tuple[int, bool], ...] = ()
    resting: bool = True
    outputs: dict[str, bool] = field(default_factory=dict)
    timers: dict[str, int] = field(default_factory=dict)
    plans: list[tuple[int, bool]] = field(default_factory=list)
    seen: list[tuple[int, Effect]] = field(default_factory=list)

    def feed(self, result: tuple[Rcd, Effects]) -> None:
        self.part, effects = result
        for effect in effects:
            self.seen.append((self.now_ms, effect))
            match effect:
                case After(name, ms):
                    assert name.startswith("rcd.")
                    self.timers[name.removeprefix("rcd.")] = self.now_ms + ms
                case Cancel(name):
                    self.timers.pop(name.removeprefix("rcd."), None)
                case DriveOutput(line, level):
                    self.outputs[line] = level
                case WatchInput():
                    self.feedback(self.tripped)
                case ReadTime():
                    self.feed(rcd.time_read(self.part, EPOCH + timedelta(milliseconds=self.now_ms)))
                case _:
                    assert isinstance(effect, FaultRaised | FaultCleared | Log)

    def settle(self) -> None:
        """As the core does it after each event."""
        if self.resting and self.part.wants_test:
            self.plans = [(self.now_ms + ms, tripped) for ms, tripped in self.moves]
            self.feed(rcd.begin(self.part))

    def feedback(self, tripped: bool) -> None:
        self.tripped = tripped
        if self.part.monitor is not None:
            normal_level = self.part.monitor.feedback.active_high
            self.feed(rcd.sensed(self.part, IN, normal_level is not tripped))
            self.settle()

    def do(self, what: Callable[[Rcd], tuple[Rcd, Effects]]) -> None:
        self.feed(what(self.part))
        self.settle()

    def run(self, ms: int) -> None:
        end_ms = self.now_ms + ms
        while True:
            steps = [(at, 0, "") for at, _ in self.plans[:1]] + [(at, 1, name) for name, at in self.timers.items()]
            due = [step for step in steps if step[0] <= end_ms]
            if not due:
                break
            at, kind, name = min(due)
            self.now_ms = at
            if kind == 0:
                self.feedback(self.plans.pop(0)[1])
            else:
                del self.timers[name]
                self.do(lambda part, name=name: rcd.elapsed(part, name))  # type: ignore[misc]
        self.now_ms = end_ms

    def driven(self) -> list[tuple[int, bool]]:
        return [(ms, effect.level) for ms, effect in self.seen if isinstance(effect, DriveOutput)]

    def faults(self) -> list[str]:
        """Faults as they came (+) and went (-)."""
        told = {FaultRaised: "+", FaultCleared: "-"}
        return [told[type(e)] + e.code for _, e in self.seen if isinstance(e, FaultRaised | FaultCleared)]

    def said(self) -> list[str]:
        return [effect.message for _, effect in self.seen if isinstance(effect, Log)]

    @property
    def active(self) -> bool:
        """Whether the trigger is driven."""
        test = self.part.monitor and self.part.monitor.test
        return bool(test) and self.outputs[OUT] is test.trigger.active_high  # type: ignore[union-attr]


def started(part: RcdMonitor | None, **changes: object) -> Bed:
    bed = Bed(Rcd(part), **changes)  # type: ignore[arg-type]
    bed.do(rcd.started)
    return bed


TRIPS_IN_TIME = {WESTERN: ((300, True), (1015, False)), BENDER: ((500, True), (1500, False))}


def watching(times: tuple[int, int, int] | None = WESTERN, **changes: object) -> Bed:
    """Past the start and its test, which the device passes."""
    bed = started(monitor(times), moves=TRIPS_IN_TIME.get(times, ()), **changes)  # type: ignore[arg-type]
    bed.run(6_000)
    assert (bed.part.error, bed.part.ready, bed.part.tests) == (NONE, True, 0 if times is None else 1)
    bed.seen.clear()
    return bed
