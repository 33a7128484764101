"""The world around the measured process: broker, load, and a car and hands that make something happen.

It starts the processes, ends them by their ids, and makes one thing happen after the other, at times that have nothing
to do with the rhythm of evsed: a car opens S2, somebody pulls the emergency stop, the RCD trips. Where it may, it runs
before evsed, so that nothing comes between taking the time of an edge and the edge. It judges nothing.
"""

from __future__ import annotations

import gc
import json
import mmap
import os
import random
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.board import PILOT_A, PILOT_B, STIMULUS, Reaction
from bench.charging import write_configuration
from bench.device import EDGE, LIFE_S, LINES, PRIORITY
from bench.standstill import Watched, allowed, watched
from live_broker import Broker, unused_port

HOGS = 4
PAUSE_S = (0.010, 0.020)
"""Between two trials: random, over two periods of the sampling."""
ANSWER_S = 2.0
START_S = 30.0
TESTS = Path(__file__).parents[1]


class Load(StrEnum):
    IDLE = "idle"
    HOGS = "hogs"


@dataclass(frozen=True, slots=True)
class Trial:
    """When the relay command came (`relay_ns`), and how many nanoseconds it took: from the edge, or from the sample
    that completes the debounce (`delay_ns`), and from the moment at which the line changed (`line_ns`; the same for an
    edge). `heard_ns` of `delay_ns` pass until evsed is told of an edge: the kernel, whatever the loop does just then,
    and the loop itself.
    """

    reaction: Reaction
    relay_ns: int
    delay_ns: int
    heard_ns: int
    line_ns: int


class Failed(Exception):
    """The measurement came to nothing; the message says why."""


class WrongReaction(Failed):
    """The relay did not open, or for something else than it should."""


@contextmanager
def processes(commands: Sequence[Sequence[str]]) -> Iterator[list[dict[str, Any]]]:
    """Run programs of `bench.load`; what each did stands in the list after the end."""
    done: list[dict[str, Any]] = []
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    running: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            called = [sys.executable, "-m", "bench.load", str(LIFE_S), *command]
            running.append(subprocess.Popen(called, stdout=subprocess.PIPE, env=environment))
        yield done
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process, command in zip(running, commands, strict=False):
            try:
                said, _ = process.communicate(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                said, _ = process.communicate()
            done.append({"pid": process.pid, **(json.loads(said) if said else {f"{command[0]} died": 1})})


@contextmanager
def foremost() -> Iterator[None]:
    """Run before the measured process, if that is allowed, and without a collector."""
    policy, parameter = os.sched_getscheduler(0), os.sched_getparam(0)
    gc.collect()
    gc.disable()
    with suppress(OSError):  # if this is not allowed then neither is it to evsed, and its report says so
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY + 1))
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameter)
        gc.enable()


class Device:
    """The measured process and the wires to it."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        self._folder, self._broker = folder, broker
        self._process: subprocess.Popen[bytes]
        self._stack = ExitStack()
        self._said = b""
        self._journal = b""
        self.report: dict[str, Any] = {}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._start(stack)
            self.report = self._hear(START_S)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    def _start(self, stack: ExitStack) -> None:
        memory = os.memfd_create("readings")
        stack.callback(os.close, memory)
        os.ftruncate(memory, 16)
        self._readings = memoryview(mmap.mmap(memory, 16)).cast("q")
        self._readings[0], self._readings[1] = PILOT_A
        edges, self._edges = os.pipe()
        self._reports, reports = os.pipe()
        self._stderr, stderr = os.pipe()
        for descriptor in (self._edges, self._reports, self._stderr):
            stack.callback(os.close, descriptor)
        os.set_blocking(self._stderr, False)
        self._notified = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK))
        self._notified.bind(str(self._folder / "notify"))
        environment = {
            **os.environ,
            "PYTHONPATH": str(TESTS),
            "SECC_LOCK_MEMORY": "1",
            "NOTIFY_SOCKET": str(self._folder / "notify"),
            "WATCHDOG_USEC": "1000000",
        }
        handed = (memory, edges, reports)
        broker = f"{self._broker.host}:{self._broker.port}"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.device", str(self._folder), broker, *map(str, handed)],
            pass_fds=handed, stderr=stderr, env=environment,
        )  # fmt: skip
        stack.callback(self._end)
        for descriptor in (edges, reports, stderr):
            os.close(descriptor)

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def trial(self, reaction: Reaction, pause_s: float) -> Trial:
        """Have one thing happen after a pause, and wait for the relay command."""
        time.sleep(pause_s)
        self._listen()
        if select.select([self._reports], [], [], 0)[0]:
            raise WrongReaction(f"the relay opened before anything happened: {self._hear(0)}; {self._last_words()}")
        happened_ns = time.monotonic_ns()
        if reaction is Reaction.SAMPLE:
            self._readings[0] = PILOT_B[0]
        else:
            line, level = STIMULUS[reaction]
            os.write(self._edges, EDGE.pack(happened_ns, LINES.index(line), level))
        try:
            edge_ns, heard_ns, sampled_ns, relay_ns, samples_in_b = self._hear(ANSWER_S)
        except TimeoutError:
            raise WrongReaction(f"{reaction}: no relay command within {ANSWER_S} s; {self._last_words()}") from None
        if reaction is Reaction.SAMPLE and samples_in_b != 2:
            raise WrongReaction(f"the pilot has to be seen in B twice; the relay opened after {samples_in_b} samples")
        if reaction is not Reaction.SAMPLE and edge_ns != happened_ns:
            raise WrongReaction(f"{reaction}: the relay opened for something else")
        if reaction is Reaction.SAMPLE:
            return Trial(reaction, relay_ns, relay_ns - sampled_ns, 0, relay_ns - happened_ns)
        return Trial(reaction, relay_ns, relay_ns - edge_ns, heard_ns - edge_ns, relay_ns - edge_ns)

    def _hear(self, limit_s: float) -> Any:
        """The next report; TimeoutError if there is none."""
        if not select.select([self._reports], [], [], limit_s)[0]:
            raise TimeoutError
        while b"\n" not in self._said:
            part = os.read(self._reports, 4096)
            if not part:
                raise Failed(f"the measured process ended: {self._last_words()}")
            self._said += part
        line, _, self._said = self._said.partition(b"\n")
        return json.loads(line)

    def _listen(self) -> None:
        """Take what it says to its journal and its service manager."""
        with suppress(BlockingIOError):
            self._journal = (self._journal + os.read(self._stderr, 65536))[-4000:]
        with suppress(BlockingIOError):
            self._notified.recv(4096)

    def _last_words(self) -> str:
        self._listen()
        return f"it says: {self._journal.decode('utf-8', 'replace')}"


@dataclass(frozen=True, slots=True)
class Round:
    """What came out under one load. `machine` is how the CPUs ran meanwhile; `applied` says how evsed ran, `busy` what
    the load did."""

    load: Load
    trials: tuple[Trial, ...]
    machine: Watched
    applied: dict[str, str]
    busy: tuple[str, ...]


def measure(folder: Path, disk: Path, load: Load, reactions: Sequence[Reaction], count: int) -> Round:
    """`count` trials of each reaction, in random order. `folder` takes files and sockets, `disk` the storm."""
    chance = random.Random()  # noqa: S311 - phases, not secrets
    order = [reaction for reaction in reactions for _ in range(count)]
    chance.shuffle(order)
    write_configuration(folder)
    broker = Broker(folder, unused_port())
    broker.start()
    commands: list[tuple[str, ...]] = [("traffic", str(broker.port))]
    if allowed():
        commands += [("watch", str(cpu)) for cpu in sorted(os.sched_getaffinity(0))]
    if load is Load.HOGS:
        commands += [("hog",)] * HOGS + [("storm", str(disk))]
    try:
        with processes(commands) as done, Device(folder, broker) as device:
            unwatched = device.report.pop("unwatched")
            deaf = [reaction for reaction in reactions if STIMULUS.get(reaction, ("",))[0] in unwatched]
            if deaf:
                raise WrongReaction(f"evsed does not listen to the input of {' and '.join(deaf)}")
            stolen = -stolen_ms()
            with foremost():
                trials = tuple(device.trial(reaction, chance.uniform(*PAUSE_S)) for reaction in order)
            stolen += stolen_ms()
    finally:
        broker.kill()
    taken = (f"{stolen} ms of CPU taken by the host",) if stolen else ()
    machine = watched(entry for entry in done if "stops" in entry)
    return Round(load, trials, machine, device.report, (*_busy(done), *taken))


def stolen_ms() -> int:
    """CPU time that the host of a virtual machine gave to others: whoever wants to run then has to wait."""
    total = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()
    return int(total[8]) * 1000 // os.sysconf("SC_CLK_TCK")


def _busy(done: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """What the load did, in words; Failed if a part of it was not there."""
    sums: dict[str, int] = {}
    for entry in done:
        for what, number in entry.items() if "stops" not in entry else ():
            if "died" in what:
                raise Failed(f"a process of the load is gone: {what}")
            if what != "pid":
                if number == 0:
                    raise Failed(f"a process of the load did nothing: no {what}")
                sums[what] = sums.get(what, 0) + number
    return tuple(f"{number} {what}" for what, number in sums.items() if what != "rounds")
