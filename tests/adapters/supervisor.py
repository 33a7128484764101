"""A service manager of a hundred lines: reads a unit file of ours and does what systemd would do with it.

It knows what decides over life and death of a service: ExecStart, ExecStopPost, Restart, RestartSec, the times to start
and to stop, WatchdogSec and WatchdogSignal, and the protocol of sd_notify. What ran and ended when is in `history`.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

UNITS = Path(__file__).parents[2] / "stack/systemd"
_SPAN = re.compile(r"([0-9]+)(ms|s|min)?")
_UNIT_S = {"ms": 0.001, "s": 1.0, None: 1.0, "min": 60.0}


def read_unit(name: str) -> dict[str, list[str]]:
    """Every key of a unit file with its values, in order."""
    keys: dict[str, list[str]] = {}
    for line in (UNITS / name).read_text().splitlines():
        key, equals, value = line.strip().partition("=")
        if equals and not key.startswith(("#", ";")):
            keys.setdefault(key, []).append(value)
    return keys


def seconds(span: str) -> float:
    """A time span of systemd."""
    parts = _SPAN.findall(span)
    assert "".join(number + unit for number, unit in parts) == span.replace(" ", ""), span
    return sum(int(number) * _UNIT_S[unit or None] for number, unit in parts)


class Service:
    """One service. `command` turns a command line of the unit file into one for this machine."""

    def __init__(self, unit: str, command: Callable[[list[str]], list[str]], folder: Path) -> None:
        self.unit = read_unit(unit)
        self.history: list[tuple[float, str]] = []
        self.pid = 0
        self.ready = False
        self._command = command
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._watchdog: asyncio.TimerHandle | None = None
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._notified.bind(str(folder / "notify"))

    def when(self, what: str) -> float:
        """When this happened last."""
        return max(at_s for at_s, happened in self.history if happened.startswith(what))

    def start(self) -> None:
        """Start it, and keep it running."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._notified.fileno(), self._hear)
        self._task = loop.create_task(self._run())

    async def stop(self) -> None:
        """End it in order; the watchdog sleeps meanwhile."""
        self._stopping = True
        self._rest()
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
        if self._task is not None:
            await self._task
        asyncio.get_running_loop().remove_reader(self._notified.fileno())
        self._notified.close()

    async def _run(self) -> None:
        while not self._stopping:
            self._process = await self._spawn(self.unit["ExecStart"][0], watched=True)
            self.pid = self._process.pid
            self._note("started")
            code = await self._process.wait()
            self._note(f"ended {code}")
            self.ready = False
            self._rest()
            for line in self.unit.get("ExecStopPost", []):
                helper = await self._spawn(line)
                code = await asyncio.wait_for(helper.wait(), seconds(self.unit["TimeoutStopSec"][0]))
                self._note(f"stop-post {code}")
            if self._stopping or self.unit["Restart"] != ["always"]:
                return
            await asyncio.sleep(seconds(self.unit["RestartSec"][0]))

    async def _spawn(self, line: str, watched: bool = False) -> asyncio.subprocess.Process:
        command = self._command(line.split())
        environ = {**os.environ, "NOTIFY_SOCKET": str(self._folder / "notify")}
        if watched:
            environ["WATCHDOG_USEC"] = str(round(seconds(self.unit["WatchdogSec"][0]) * 1e6))
            command = ["/bin/sh", "-c", 'WATCHDOG_PID=$$ exec "$@"', "sh", *command]
        with (self._folder / "service.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(*command, env=environ, stdout=log, stderr=log)

    def _hear(self) -> None:
        for line in self._notified.recv(4096).decode().splitlines():
            if line == "READY=1":
                self.ready = True
                self._note("ready")
                self._feed()
            elif line == "WATCHDOG=1":
                self._feed()

    def _feed(self) -> None:
        self._rest()
        if self.ready and not self._stopping:
            self._watchdog = asyncio.get_running_loop().call_later(seconds(self.unit["WatchdogSec"][0]), self._hung)

    def _rest(self) -> None:
        if self._watchdog is not None:
            self._watchdog.cancel()
            self._watchdog = None

    def _hung(self) -> None:
        self._note("watchdog")
        assert self._process is not None
        self._process.send_signal(signal.Signals[self.unit["WatchdogSignal"][0]])

    def _note(self, what: str) -> None:
        self.history.append((time.monotonic(), what))
