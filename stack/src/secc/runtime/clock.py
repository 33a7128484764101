"""Time: the clock of a running process, and one for tests that moves only when told.

Both count milliseconds from an arbitrary zero and never jump with the wall clock. Where the kernel offers it,
the real one counts the time of a suspended machine as well (CLOCK_BOOTTIME): a 24 h test interval stays 24 h.
Guide §15.15.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, TimerHandle

_STUCK = 100_000


class LoopClock:
    """The Clock of an asyncio loop."""

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._id: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

    def now_ms(self) -> int:
        """Milliseconds since the machine started."""
        return time.clock_gettime_ns(self._id) // 1_000_000

    def call_later(self, ms: int, call: Callable[[], None]) -> TimerHandle:
        """Run `call` from the loop in `ms` milliseconds; a negative time counts as none."""
        return self._loop.call_later(max(ms, 0) / 1000, call)


class VirtualTimer:
    """A pending call of a VirtualClock."""

    __slots__ = ("call", "due_ms")

    def __init__(self, due_ms: int, call: Callable[[], None]) -> None:
        self.due_ms = due_ms
        self.call: Callable[[], None] | None = call

    def cancel(self) -> None:
        """The call never happens; cancelling twice, or after the call, does nothing."""
        self.call = None


class VirtualClock:
    """A Clock that stands still until a test moves it. Calls due at one time run in the order they were asked
    for."""

    def __init__(self, now_ms: int = 0) -> None:
        self._now_ms = now_ms
        self._asked = 0
        self._calls_now = 0
        self._due: list[tuple[int, int, VirtualTimer]] = []

    def now_ms(self) -> int:
        """The time the clock shows."""
        return self._now_ms

    def call_later(self, ms: int, call: Callable[[], None]) -> VirtualTimer:
        """Run `call` when the clock has been moved by `ms`."""
        timer = VirtualTimer(self._now_ms + max(ms, 0), call)
        self._asked += 1
        heapq.heappush(self._due, (timer.due_ms, self._asked, timer))
        return timer

    def pending(self) -> int:
        """How many calls are still to come."""
        return sum(timer.call is not None for _, _, timer in self._due)

    def advance(self, ms: int) -> None:
        """Move on by `ms`, running what falls due, each call at its own time."""
        if ms < 0:
            raise ValueError(f"time does not run backwards: {ms} ms")
        end_ms = self._now_ms + ms
        while self._run_next(end_ms):
            pass
        self._now_ms = max(self._now_ms, end_ms)

    def run_until(self, predicate: Callable[[], bool], limit_ms: int) -> int:
        """Move on from call to call until `predicate()` holds; how many ms that took. TimeoutError after
        `limit_ms`."""
        start_ms = self._now_ms
        end_ms = start_ms + limit_ms
        while not predicate():
            if not self._run_next(end_ms):
                self._now_ms = max(self._now_ms, end_ms)
                if predicate():
                    break
                raise TimeoutError(f"not reached within {limit_ms} ms")
        return self._now_ms - start_ms

    def _run_next(self, end_ms: int) -> bool:
        """Run the next call that falls due by `end_ms`; False if there is none."""
        while self._due and self._due[0][0] <= end_ms:
            due_ms, _, timer = heapq.heappop(self._due)
            call, timer.call = timer.call, None
            if call is None:
                continue
            self._calls_now = 0 if due_ms > self._now_ms else self._calls_now + 1
            self._now_ms = max(self._now_ms, due_ms)
            if self._calls_now > _STUCK:
                raise RuntimeError(f"{_STUCK} calls at {self._now_ms} ms: a timer of 0 ms restarts itself")
            call()
            return True
        return False
