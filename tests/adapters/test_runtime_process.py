"""The process frame as the service manager sees it: a real process, a real broker, signals and exit codes.

The daemon under test is written into the test's folder as secc.<name>.main would be, and run through process.run.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Until = Callable[..., Awaitable[float]]
Observe = Callable[..., Awaitable[Any]]

SCRIPT = """
import logging, sys, threading
from dataclasses import dataclass
from pathlib import Path
from secc.contract.topics.row import Direction, Topic
from secc.contract.values import Text
from secc.fsm import After, Elapsed, Publish, Received, Tick
from secc.ports import PortError
from secc.runtime.broker import parse_broker
from secc.runtime.context import ConfigurationRefused
from secc.runtime.mailbox import Mailbox
from secc.runtime.process import Daemon, Setup, run

SAY = Topic("T_SAY", "test/say", Text(), Direction.SUBSCRIBE, "test", True, "-", "x")
DO = Topic("T_DO", "test/do", Text(), Direction.PUBLISH, "customer", False, "-", "x")

def step(model, event):
    match event:
        case Received(_, "crash"):
            raise ZeroDivisionError("planted crash\\nforged line")
        case Received(_, "threads"):
            return model, (Publish(SAY, f"threads {threading.active_count()}"),)
        case Received(_, word):
            return model, (Publish(SAY, word), After("later", 50))
        case Elapsed("later"):
            return model, (Publish(SAY, "later"),)
    return model, ()

class Running:
    def __init__(self, context):
        self.context = context
        self.box = Mailbox(context.name, step, 0, context.clock, context.bus, print, context.trace)
        self.box.subscribe(DO)
        self.stuck = False
        context.bus.subscribe(DO, self.heard)

    def heard(self, word, params):
        if word == "stuck":
            self.stuck = True
        if word == "give up":
            self.context.stop("told to")

    @property
    def ticked(self):
        return self.box.ticked

    def tick(self, now_ms):
        if not self.stuck:
            self.box.post(Tick(now_ms))

    def stop(self):
        self.context.bus.publish(SAY, self.context.name + " stops")

def refuse(context):
    raise ConfigurationRefused("customer.json:3:5: grid: no", "do this")

def no_hardware(context):
    raise PortError("relay_1: no such line")

def broken(context):
    return 1 // 0

STARTS = {"refuse": refuse, "nohw": no_hardware, "broken": broken}
names = sys.argv[2:]
sys.exit(run(
    [Daemon(name, STARTS.get(name, Running), Path("trace-" + name)) for name in names],
    Setup(parse_broker(sys.argv[1]), Path("."), lambda: None),
))
"""


class Child:
    """A process of daemons; ended by its id when the test is over."""

    def __init__(self, folder: Path, port: int, names: tuple[str, ...], environ: dict[str, str]) -> None:
        script = folder / "daemons.py"
        script.write_text(textwrap.dedent(SCRIPT))
        command = [sys.executable, "-W", "error", str(script), f"127.0.0.1:{port}", *names]
        self.process = subprocess.Popen(
            command, cwd=folder, env=os.environ | environ, stderr=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def end(self, number: int | None = None) -> tuple[int, str]:
        """Exit code and stderr, after an optional signal."""
        if number is not None:
            self.process.send_signal(number)
        _, error = self.process.communicate(timeout=15)
        return self.process.returncode, error.decode()


@pytest.fixture
def launch(tmp_path: Path, broker: Any) -> Iterator[Callable[..., Child]]:
    children: list[Child] = []

    def start(*names: str, port: int | None = None, **environ: str) -> Child:
        children.append(Child(tmp_path, port or broker.port, names, environ))
        return children[-1]

    yield start
    for child in children:
        if child.process.poll() is None:
            child.process.kill()
        child.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_in_order(launch: Callable[..., Child], observe: Observe, until: Until, number: int) -> None:
    async def main() -> None:
        observer = await observe()
        child = launch("one", "two")
        await until(lambda: observer.last("secc/two/state") == "running", 15)
        states = [p for t, p, _ in observer.messages if t == "secc/one/state"]
        assert states in (["starting", "running"], ["running"])
        observer.publish("test/do", "hello")
        await until(lambda: observer.last("test/say") == "later")
        observer.publish("test/do", "threads")
        await until(lambda: observer.last("test/say") == "threads 1")
        code, error = await asyncio.to_thread(child.end, number)
        assert code == 0, error
        await until(lambda: observer.last("secc/one/state") == observer.last("secc/two/state") == "stopped")
        says = [p for t, p, _ in observer.messages if t == "test/say"]
        assert sorted(says[-2:]) == ["one stops", "two stops"]
        assert "Traceback" not in error
        await observer.close()

    asyncio.run(main())


def test_a_crash_is_logged_line_by_line_and_shows_as_lost(
    launch: Callable[..., Child], observe: Observe, until: Until
) -> None:
    async def main() -> None:
        observer = await observe()
        child = launch("one")
        await until(lambda: observer.last("secc/one/state") == "running", 15)
        observer.publish("test/do", "crash")
        code, error = await asyncio.to_thread(child.end)
        assert code == 1
        assert "ZeroDivisionError: planted crash\\x0aforged line" in error
        assert "\nforged line" not in error
        await until(lambda: observer.last("secc/one/state") == "lost")
        assert "one stops" not in [p for _, p, _ in observer.messages]
        await observer.close()

    asyncio.run(main())


def test_a_daemon_may_give_up(launch: Callable[..., Child], observe: Observe, until: Until) -> None:
    async def main() -> None:
        observer = await observe()
        child = launch("one")
        await until(lambda: observer.last("secc/one/state") == "running", 15)
        observer.publish("test/do", "give up")
        code, error = await asyncio.to_thread(child.end)
        assert code == 69
        assert "ERROR process: ending: one: told to" in error
        await until(lambda: observer.last("secc/one/state") == "stopped")
        await observer.close()

    asyncio.run(main())


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("refuse", 78, "customer.json:3:5: grid: no\ndo this\n"),
        ("nohw", 69, "secc: relay_1: no such line\n"),
        ("broken", 1, "ZeroDivisionError"),
    ],
)
def test_a_start_that_fails_has_its_exit_code(launch: Callable[..., Child], name: str, code: int, message: str) -> None:
    ended, error = launch(name).end()
    assert ended == code
    assert message in error
    assert ("Traceback" in error) is (name == "broken")


def test_no_broker_keeps_nobody_from_starting_and_stopping(
    launch: Callable[..., Child], free_port: int, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "n"))
        manager.settimeout(15)
        child = launch("one", port=free_port, NOTIFY_SOCKET=str(tmp_path / "n"))
        assert manager.recv(1000) == b"READY=1\nSTATUS=one running"
        code, error = child.end(signal.SIGTERM)
        assert code == 0
        assert error.count("no broker at") == 1
        assert manager.recv(1000) == b"STOPPING=1"


def test_the_watchdog_starves_when_one_of_two_daemons_is_stuck(
    launch: Callable[..., Child], observe: Observe, until: Until, tmp_path: Path
) -> None:
    async def main() -> None:
        fed: list[float] = []
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(tmp_path / "n"))
            manager.setblocking(False)

            def heard() -> None:
                if manager.recv(1000) == b"WATCHDOG=1":
                    fed.append(time.monotonic())

            loop = asyncio.get_running_loop()
            loop.add_reader(manager, heard)
            observer = await observe()
            child = launch("one", "two", NOTIFY_SOCKET=str(tmp_path / "n"), WATCHDOG_USEC="300000")
            await until(lambda: len(fed) >= 6, 15)
            assert (fed[5] - fed[0]) / 5 < 0.15
            observer.publish("test/do", "stuck")
            await until(lambda: time.monotonic() - fed[-1] > 0.4)
            code, _ = await asyncio.to_thread(child.end, signal.SIGTERM)
            assert code == 0
            loop.remove_reader(manager)
            await observer.close()

    asyncio.run(main())


def test_a_trace_is_recorded(launch: Callable[..., Child], observe: Observe, until: Until, tmp_path: Path) -> None:
    async def main() -> None:
        observer = await observe()
        child = launch("one")
        await until(lambda: observer.last("secc/one/state") == "running", 15)
        observer.publish("test/do", "hello")
        await until(lambda: observer.last("test/say") == "later")
        await asyncio.to_thread(child.end, signal.SIGTERM)
        lines = (tmp_path / "trace-one").read_text().splitlines()
        assert '"daemon":"one"' in lines[0]
        assert len(lines) == 3
        assert '"value":"hello"' in lines[1]
        await observer.close()

    asyncio.run(main())
