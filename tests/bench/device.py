"""The process that is measured: the real evsed in the real runtime, on a board that takes the time.

`secc.runtime.process` runs `secc.evsed.main` as on a device: asyncio loop, mailbox, MQTT to a real broker, ticks,
watchdog, collector frozen, memory locked, FIFO scheduling. Readings of the pilot stand in shared memory, edges arrive
through a descriptor that the loop listens to, as those of GPIO lines do.

After each trial the mailbox gets the model of a charging station back and its timers are stopped. To wait until the
contactor may close again would take 10 s a trial. The path that is measured is the same: the model is the very one
that evsed arrives at by itself (see `charging`), nothing in evsed remembers anything outside of it but the timers, and
what the broker holds is behind the relay command anyway.
"""

from __future__ import annotations

import asyncio
import gc
import json
import mmap
import os
import signal
import struct
import sys
import time
from collections.abc import MutableSequence
from pathlib import Path

from bench.board import EMERGENCY, FEEDBACK, PILOT_A, RCD, Board
from bench.charging import charging
from secc.evsed.main import Evsed, start
from secc.runtime.broker import parse_broker
from secc.runtime.context import Context
from secc.runtime.process import Daemon, Setup, run

PRIORITY = 20
"""As in stack/systemd/evsed.service."""
EDGE = struct.Struct("<qB?")
"""Time (ns), line and level of an edge; the line is its place in LINES."""
LINES = (EMERGENCY, RCD)
ARM_MS, ARM_TRIES = 500, 20
LIFE_S = 1800
"""So long it runs at the most, should nobody end it."""
AFTER_S = 0.005
"""So long evsed goes on after the relay command before the next trial is prepared."""


def priority() -> str:
    """Take the scheduling of the unit; what it is now."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    except OSError as error:
        return f"ordinary scheduling (FIFO: {error.strerror})"
    return f"FIFO {PRIORITY}"


def locked_kib() -> int:
    """How much memory of this process is locked."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmLck:")))


class Measured:
    """evsed with somebody who looks at the relay and prepares each trial. `report` is where trials are told."""

    def __init__(self, folder: Path, board: Board, edges: int, report: int, scheduling: str) -> None:
        self._model = charging(folder)
        self._board, self._edges, self._report, self._scheduling = board, edges, report, scheduling
        self._evsed: Evsed
        self._loop: asyncio.AbstractEventLoop
        self._edge_ns = self._heard_ns = 0
        self._open = False

    def start(self, context: Context) -> Evsed:
        """Start evsed, and have it charge as soon as it listens to its inputs."""
        self._evsed, self._loop = start(context), asyncio.get_running_loop()
        self._loop.add_reader(self._edges, self._on_edge)
        context.clock.call_later(ARM_MS, lambda: self._arm(context, ARM_TRIES))
        return self._evsed

    def _arm(self, context: Context, tries: int) -> None:
        missing = {FEEDBACK, *LINES} - self._board.watchers.keys()
        if missing and tries:
            context.clock.call_later(ARM_MS, lambda: self._arm(context, tries - 1))
            return
        self._rest()
        self._board.on_relay = self._on_relay
        self._tell(
            {
                "scheduling": self._scheduling,
                "memory": f"{locked_kib()} KiB locked" if locked_kib() else "memory not locked",
                "collector": f"{'on' if gc.isenabled() else 'off'}, {gc.get_freeze_count()} objects frozen",
                "unwatched": sorted(missing),
            }
        )

    def _on_edge(self) -> None:
        self._edge_ns, line, level = EDGE.unpack(os.read(self._edges, EDGE.size))
        self._heard_ns = time.monotonic_ns()
        self._board.edge(LINES[line], level)

    def _on_relay(self, closed: bool) -> None:
        if closed or self._open:
            return
        self._open = True
        board = self._board
        times = (self._edge_ns, self._heard_ns, board.sampled_ns, board.relay_ns, board.samples_in_b)
        self._loop.call_later(AFTER_S, self._finish, times)

    def _finish(self, times: tuple[int, ...]) -> None:
        self._rest()
        self._tell(times)

    def _rest(self) -> None:
        mailbox = self._evsed._mailbox
        for name in tuple(mailbox._timers):
            mailbox._cancel(name)
        mailbox.model = self._model
        self._board.rest()
        self._open = False

    def _tell(self, what: object) -> None:
        os.write(self._report, json.dumps(what).encode() + b"\n")


def main() -> int:
    """`python -m bench.device FOLDER BROKER MEMORY EDGES REPORT`; the last three are descriptors."""
    folder, broker = Path(sys.argv[1]), parse_broker(sys.argv[2])
    memory, edges, report = map(int, sys.argv[3:])
    readings: MutableSequence[int] = memoryview(mmap.mmap(memory, 16)).cast("q")  # type: ignore[assignment]
    board = Board(readings)
    board.show(PILOT_A)
    signal.alarm(LIFE_S)
    measured = Measured(folder, board, edges, report, priority())
    return run([Daemon("evsed", measured.start)], Setup(broker, folder, lambda: board))


if __name__ == "__main__":
    sys.exit(main())
