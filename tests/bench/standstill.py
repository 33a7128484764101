"""Notices when the machine itself stands still, so that nobody takes that for a slow reaction, nor the other way round.

A process on each CPU, before everything else, sleeps 1 ms over and over. Where it wakes up late, no program could have
run on that CPU: the host of a virtual machine had given it to somebody else, or the kernel did not let go of it.
"""

from __future__ import annotations

import gc
import os
import time
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from bench.device import PRIORITY

SLEEP_NS = 1_000_000
LATE_NS = 1_000_000
"""A CPU that lets the process wait longer than this after its sleep stood still."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What was noticed on all CPUs: how often they were looked at, how late the process woke up (ns; the worst CPU),
    and from when to when a CPU stood still, in order of the ends."""

    looks: int = 0
    p50_ns: int = 0
    p99_ns: int = 0
    max_ns: int = 0
    stops: tuple[tuple[int, int], ...] = ()

    def stood_still(self, from_ns: int, to_ns: int) -> bool:
        """Whether a CPU stood still at some time in between."""
        first = bisect_right(self.stops, from_ns, key=lambda stop: stop[1])
        return any(start < to_ns for start, _ in self.stops[first:])


def watched(reports: Iterable[dict[str, Any]]) -> Watched:
    """The reports of all CPUs together."""
    known = list(reports)
    if not known:
        return Watched()
    stops = sorted(((start, end) for report in known for start, end in report["stops"]), key=lambda stop: stop[1])
    p50_ns, p99_ns, max_ns = (max(report[what] for report in known) for what in ("p50", "p99", "max"))
    return Watched(sum(report["looks"] for report in known), p50_ns, p99_ns, max_ns, tuple(stops))


def watch(done: dict[str, Any], cpu: str) -> NoReturn:
    """Look at one CPU until the process is ended."""
    os.sched_setaffinity(0, {int(cpu)})
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY + 2))
    gc.disable()
    late, stops = array("q"), []
    try:
        while True:
            due_ns = time.monotonic_ns() + SLEEP_NS
            time.sleep(SLEEP_NS / 1e9)
            now_ns = time.monotonic_ns()
            late.append(now_ns - due_ns)
            if now_ns - due_ns > LATE_NS:
                stops.append((due_ns, now_ns))
    finally:
        done.update(_summary(sorted(late)), stops=stops)


def _summary(late: Sequence[int]) -> dict[str, int]:
    if not late:
        return {"looks": 0, "p50": 0, "p99": 0, "max": 0}
    return {"looks": len(late), "p50": late[len(late) // 2], "p99": late[len(late) * 99 // 100], "max": late[-1]}


def allowed() -> bool:
    """Whether this process may have others run before everything else; without that nobody can tell a CPU that stands
    still from one that is busy."""
    policy, parameter = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except OSError:
        return False
    os.sched_setscheduler(0, policy, parameter)
    return True
