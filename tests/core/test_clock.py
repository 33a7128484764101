"""The virtual clock runs calls in order, at their time; the real one never jumps."""

import asyncio
import time
from functools import partial

import pytest

from secc.runtime.clock import LoopClock, VirtualClock


def test_calls_run_in_order_at_their_time() -> None:
    clock = VirtualClock()
    ran: list[tuple[int, str]] = []

    def note(name: str) -> None:
        ran.append((clock.now_ms(), name))

    for ms, name in [(30, "c"), (10, "a"), (10, "b"), (0, "now"), (31, "late")]:
        clock.call_later(ms, partial(note, name))
    clock.advance(30)
    assert ran == [(0, "now"), (10, "a"), (10, "b"), (30, "c")]
    assert clock.now_ms() == 30
    assert clock.pending() == 1


def test_a_call_may_ask_for_another_within_the_same_advance() -> None:
    clock = VirtualClock()
    ran: list[int] = []

    def again() -> None:
        ran.append(clock.now_ms())
        clock.call_later(10, again)

    clock.call_later(10, again)
    clock.advance(35)
    assert ran == [10, 20, 30]
    assert clock.now_ms() == 35


def test_a_cancelled_call_never_runs() -> None:
    clock = VirtualClock()
    ran: list[str] = []
    late = clock.call_later(20, lambda: ran.append("late"))
    clock.call_later(10, late.cancel)
    clock.advance(100)
    late.cancel()
    assert ran == []


def test_run_until_stops_at_the_call_that_made_it_true() -> None:
    clock = VirtualClock(now_ms=1000)
    ran: list[int] = []
    for ms in (5, 15, 25):
        clock.call_later(ms, partial(ran.append, ms))
    assert clock.run_until(lambda: 15 in ran, 100) == 15
    assert ran == [5, 15]
    with pytest.raises(TimeoutError, match="50 ms"):
        clock.run_until(lambda: False, 50)
    assert clock.now_ms() == 1065


def test_a_timer_that_restarts_itself_at_once_is_found_out() -> None:
    clock = VirtualClock()

    def forever() -> None:
        clock.call_later(0, forever)

    clock.call_later(0, forever)
    with pytest.raises(RuntimeError, match="restarts itself"):
        clock.advance(1)


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        VirtualClock().advance(-1)


def test_the_real_clock_shows_time_since_boot_and_calls_back() -> None:
    async def main() -> tuple[int, int]:
        clock = LoopClock(asyncio.get_running_loop())
        done = asyncio.Event()
        start = clock.now_ms()
        clock.call_later(20, done.set)
        cancelled = clock.call_later(1, lambda: pytest.fail("was cancelled"))
        cancelled.cancel()
        await asyncio.wait_for(done.wait(), 5)
        return start, clock.now_ms()

    start, end = asyncio.run(main())
    assert end - start >= 19
    assert abs(end - time.clock_gettime(time.CLOCK_BOOTTIME) * 1000) < 5000
