"""The mailbox of a pure core: hands it one event after another and carries out what it answers.

It runs at once and to the end: when `post` returns, the event and everything it caused has been dealt with,
unless the call came from within a running post; then the event waits its turn. It never swallows an
exception: a core that raised is not asked again, and the process ends (its outputs fall back to their safe
level). Guide §12.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from secc.contract.topics.row import Topic
from secc.fsm import (
    After,
    Cancel,
    Effect,
    Elapsed,
    Event,
    FaultCleared,
    FaultRaised,
    Log,
    Publish,
    Received,
    Resubscribe,
    Step,
    Tick,
)
from secc.ports import Bus, Clock, Timer

if TYPE_CHECKING:
    from secc.runtime.trace import Trace

M = TypeVar("M")


class Mailbox(Generic[M]):
    """One core with its model, its queue and its timers.

    `perform` gets every effect that the runtime does not know. A trace, if given, gets every event that did
    something.
    """

    def __init__(
        self,
        name: str,
        step: Step[M],
        model: M,
        clock: Clock,
        bus: Bus,
        perform: Callable[[Effect], None],
        trace: Trace | None = None,
    ) -> None:
        self.model = model
        self.ticked = 0
        self._step = step
        self._clock = clock
        self._bus = bus
        self._perform = perform
        self._trace = trace
        self._log = logging.getLogger(f"secc.{name}")
        self._queue: deque[tuple[Event, Timer | None]] = deque()
        self._busy = False
        self._timers: dict[str, Timer] = {}

    def post(self, event: Event) -> None:
        """Give the core an event. Exceptions of the core and of `perform` come through, and the mailbox stays
        shut."""
        self._enqueue(event, None)

    def subscribe(self, topic: Topic[Any]) -> None:
        """Post Received for every valid payload of the topic."""

        def received(value: Any, params: tuple[str, ...]) -> None:
            self.post(Received(topic, value, params))

        self._bus.subscribe(topic, received)

    def _enqueue(self, event: Event, timer: Timer | None) -> None:
        self._queue.append((event, timer))
        if self._busy:
            return
        # Stays set when something raises: nobody may ask a core whose last answer is unknown.
        self._busy = True
        while self._queue:
            self._handle(*self._queue.popleft())
        self._busy = False

    def _handle(self, event: Event, timer: Timer | None) -> None:
        if timer is not None:
            # The timer may have been stopped or started anew while its Elapsed stood in the queue.
            if self._timers.get(event.name) is not timer:
                return
            del self._timers[event.name]
        before = self.model
        self.model, effects = self._step(before, event)
        try:
            for effect in effects:
                self._carry_out(effect)
        finally:  # a trace goes to a disk: nothing that is to be done waits for it, and a failure is in it
            if self._trace is not None:
                self._trace.record(self._clock.now_ms(), event, effects, before, self.model)
        if isinstance(event, Tick):
            self.ticked += 1

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Publish(topic, value, params):
                self._bus.publish(topic, value, *params)
            case After(name, ms):
                self._cancel(name)
                self._start(name, ms)
            case Cancel(name):
                self._cancel(name)
            case Log(level, message):
                self._log.log(level, "%s", message)
            case FaultRaised(code):
                self._log.error("fault raised", extra={"fields": {"fault": code}})
            case FaultCleared(code):
                self._log.warning("fault cleared", extra={"fields": {"fault": code}})
            case Resubscribe(topic):
                self._bus.resubscribe(topic)
            case _:
                self._perform(effect)

    def _start(self, name: str, ms: int) -> None:
        def elapsed() -> None:
            self._enqueue(Elapsed(name), timer)

        timer = self._clock.call_later(ms, elapsed)
        self._timers[name] = timer

    def _cancel(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()
