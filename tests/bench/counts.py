"""How many instructions one reaction takes: bytecodes of Python, and instructions of the machine under callgrind.

The same evsed as in `device`, with adapter, mailbox and a bus in memory, but without loop, broker and time, so that the
numbers depend on nothing but the program and the interpreter. Counted is from the moment at which the sample that
completes the debounce is read, or at which an edge arrives, to the command to the relay.
"""

from __future__ import annotations

import os
import pickle
import re
import shutil
import subprocess
import sys
import tempfile
from array import array
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import Any

from bench.board import PILOT_A, PILOT_B, STIMULUS, Board, Reaction
from secc.evsed import core
from secc.evsed.adapter import Adapter
from secc.evsed.model import Model
from secc.fsm import Elapsed, Step
from secc.runtime.clock import VirtualTimer
from secc.runtime.mailbox import Mailbox
from secc.runtime.membus import MemoryBus

TESTS = Path(__file__).parents[1]
REPEAT = 50
WARM = 5


class Until(StrEnum):
    """Where a reaction is broken off."""

    START = "start"
    RELAY = "relay"


class Reached(BaseException):
    """The reaction has come as far as it shall."""


class StillClock:
    """A clock on which nothing falls due; `call` is what was asked for last."""

    def __init__(self) -> None:
        self.call: Callable[[], None] = lambda: None

    def now_ms(self) -> int:
        return 0

    def call_later(self, ms: int, call: Callable[[], None]) -> VirtualTimer:
        self.call = call
        return VirtualTimer(ms, call)


class Rig:
    """A charging station that reacts as often as it is asked to."""

    def __init__(self, model: Model, step: Step[Model] = core.step) -> None:
        self._model = model
        self._sampling = StillClock()
        self.board = Board(array("q", PILOT_A))
        self._adapter = Adapter(self.board, self._sampling)
        self._mailbox = Mailbox(
            "evsed", step, core.initial(model.settings), StillClock(), MemoryBus(), self._adapter.perform
        )
        self._adapter.begin(self._mailbox.post)
        for name in tuple(self._mailbox._timers):  # the wait for the reference of the inputs, after which they count
            self._mailbox._enqueue(Elapsed(name), self._mailbox._timers[name])
        self.rest()

    def rest(self) -> None:
        """Charging, and all is well."""
        mailbox = self._mailbox
        for name in tuple(mailbox._timers):
            mailbox._cancel(name)
        mailbox.model, mailbox._busy = self._model, False
        mailbox._queue.clear()
        self.board.rest()

    def sample(self) -> None:
        """One sample of the pilot."""
        self._adapter._reset()
        self._sampling.call()
        self._sampling.call()

    def before(self, reaction: Reaction) -> None:
        """All that comes before what is counted."""
        self.rest()
        if reaction is Reaction.SAMPLE:
            self.board.show(PILOT_B)
            self.sample()

    def happen(self, reaction: Reaction) -> None:
        """What the reaction begins with."""
        if reaction is Reaction.SAMPLE:
            self.sample()
        else:
            self.board.edge(*STIMULUS[reaction])

    def until(self, reaction: Reaction, until: Until) -> None:
        """Have it happen, and break off."""

        def started() -> None:
            if until is Until.START:
                raise Reached

        def commanded(_closed: bool) -> None:
            raise Reached

        self.before(reaction)
        with self.looking(started, commanded), suppress(Reached):
            self.happen(reaction)
            raise RuntimeError(f"{reaction}: evsed gave no command to the relay")

    @contextmanager
    def looking(self, start: Callable[[], None], relay: Callable[[bool], None]) -> Iterator[None]:
        """Call `start` when the last sample is read or the edge arrives, and `relay` for each command to the relay."""
        board = self.board
        before = board.on_start, board.on_relay
        board.on_start, board.on_relay = start, relay
        try:
            yield
        finally:
            board.on_start, board.on_relay = before


def bytecodes(rig: Rig, reaction: Reaction) -> int:
    """Bytecodes of Python from the sample or edge to the relay command; the same number each time."""
    for _ in range(WARM):
        rig.until(reaction, Until.RELAY)
    rig.before(reaction)
    count, marks = 0, []

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        if event == "opcode":
            count += 1
        return trace

    def started() -> None:
        marks.append(count)

    def commanded(_closed: bool) -> None:
        marks.append(count)
        raise Reached

    before = sys.gettrace()
    sys._getframe().f_trace_opcodes = True  # Python 3.12 looks here whether anybody wants them
    with rig.looking(started, commanded), suppress(Reached):
        sys.settrace(trace)
        try:
            rig.happen(reaction)
        finally:
            sys.settrace(before)
    return marks[1] - marks[0]


def machine_instructions(reactions: Sequence[Reaction]) -> dict[Reaction, int] | str:
    """Instructions of the machine a reaction, or why they were not counted: the difference of a run that breaks off at
    the start of each reaction and one that goes on to the relay command."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        return "valgrind is not on this machine"
    runs = [(reaction, until) for reaction in reactions for until in Until]
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model"
        model.write_bytes(pickle.dumps(charging_model()))

        def total(what: tuple[Reaction, Until]) -> int:
            return _callgrind(valgrind, model, *what)

        try:
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                totals = dict(zip(runs, pool.map(total, runs), strict=True))
        except RuntimeError as error:
            return f"callgrind failed: {error}"
    return {r: (totals[r, Until.RELAY] - totals[r, Until.START]) // REPEAT for r in reactions}


def _callgrind(valgrind: str, model: Path, reaction: Reaction, until: Until) -> int:
    """Instructions of a whole run."""
    command = [valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    called = [sys.executable, "-m", "bench.counts", str(model), reaction, until, str(REPEAT)]
    environment = {**os.environ, "PYTHONPATH": str(TESTS), "PYTHONHASHSEED": "0"}
    ended = subprocess.run([*command, *called], capture_output=True, text=True, env=environment, check=False)
    found = re.search(r"Collected : (\d+)", ended.stderr)
    if ended.returncode or found is None:
        raise RuntimeError(ended.stderr[-2000:])
    return int(found[1])


def charging_model() -> Model:
    """The model of a charging station with the configuration of the benchmark."""
    from bench.charging import charging, write_configuration  # not where callgrind counts

    with tempfile.TemporaryDirectory() as folder:
        write_configuration(Path(folder))
        return charging(Path(folder))


def main() -> None:
    """`python -m bench.counts MODEL REACTION UNTIL TIMES`: for callgrind, which counts the whole run."""
    model, reaction, until, times = sys.argv[1:]
    rig = Rig(pickle.loads(Path(model).read_bytes()))  # noqa: S301 - written by machine_instructions
    for _ in range(int(times)):
        rig.until(Reaction(reaction), Until(until))


if __name__ == "__main__":
    main()
