"""One process with one or more daemons in one loop: start, tick, watchdog, collection, orderly end.

It decides when to give up: anything that nobody caught ends the process at once with exit code 1, so that
outputs fall back to their safe level and the service manager starts afresh. It knows no daemon and no
hardware. Guide §12.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secc.contract.enums import DaemonState
from secc.contract.topics.runtime import DAEMON_STATE
from secc.ports import PortError, Station
from secc.runtime.broker import Broker
from secc.runtime.bus import MqttBus
from secc.runtime.clock import LoopClock
from secc.runtime.context import ConfigurationRefused, Context, Resting, Running
from secc.runtime.logs import log_exception, set_up
from secc.runtime.notify import Notifier, Watchdog
from secc.runtime.trace import Trace

EXIT_CRASH = 1
EXIT_UNAVAILABLE = 69
EXIT_CONFIGURATION = 78
REST_S = 2.0
_COLLECT_EVERY = 60

_log = logging.getLogger("secc.process")


@dataclass(frozen=True, slots=True)
class Daemon:
    """A daemon by its name and its `start`; `trace` is the file that records it."""

    name: str
    start: Callable[[Context], Running]
    trace: Path | None = None


@dataclass(frozen=True, slots=True)
class Setup:
    """What the command line says for all daemons of the process."""

    broker: Broker
    config_dir: Path
    station: Callable[[], Station]
    scenario: str | None = None
    log_level: int = logging.INFO


class Process:
    """The daemons of this process while they run. Build it inside the loop."""

    def __init__(self, daemons: Sequence[Daemon], setup: Setup, hide: Callable[[Iterable[str]], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._daemons = daemons
        self._setup = setup
        self._hide = hide
        self._clock = LoopClock(self._loop)
        self._ended: asyncio.Future[int] = self._loop.create_future()
        self._buses: list[tuple[Daemon, MqttBus]] = []
        self._traces: list[Trace] = []
        self._running: list[Running] = []
        self._notifier = Notifier(os.environ)
        self._watchdog = Watchdog(self._notifier, len(daemons))
        self._ticks = 0
        self._crashed = False
        self._tick_timer: asyncio.TimerHandle | None = None

    async def run(self) -> int:
        """Run until a signal, a daemon or a crash ends it; the exit code. What `start` raises goes on."""
        self._loop.set_exception_handler(self._on_exception)
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._end, 0, signal.Signals(number).name)
        for daemon in self._daemons:
            self._buses.append((daemon, self._open_bus(daemon)))
        try:
            for daemon, bus in self._buses:
                self._running.append(daemon.start(self._context(daemon, bus)))
        except (ConfigurationRefused, PortError):
            # Those that did start leave in order; why the other did not is for the caller to tell.
            await self._stop_all()
            raise
        self._publish_states(DaemonState.RUNNING)
        self._settle()
        self._tick()
        self._notifier.ready(", ".join(daemon.name for daemon in self._daemons) + " running")
        code = await self._ended
        if self._tick_timer is not None:
            self._tick_timer.cancel()
        if code != EXIT_CRASH:
            self._notifier.stopping()
            await self._stop_all()
        return EXIT_CRASH if self._crashed else code  # also what went wrong while it ended

    def _open_bus(self, daemon: Daemon) -> MqttBus:
        bus = MqttBus(self._loop, self._setup.broker, daemon.name)
        bus.will(DAEMON_STATE, DaemonState.LOST, daemon.name)
        bus.publish(DAEMON_STATE, DaemonState.STARTING, daemon.name)
        bus.start()
        return bus

    def _context(self, daemon: Daemon, bus: MqttBus) -> Context:
        trace = None
        if daemon.trace is not None:
            trace = Trace(daemon.trace, daemon.name)
            self._traces.append(trace)
        return Context(
            name=daemon.name,
            clock=self._clock,
            bus=bus,
            station=self._setup.station,
            config_dir=self._setup.config_dir,
            trace=trace,
            stop=lambda reason: self._end(EXIT_UNAVAILABLE, f"{daemon.name}: {reason}"),
            hide=self._hide,
            scenario=self._setup.scenario,
        )

    def _publish_states(self, state: DaemonState) -> None:
        for daemon, bus in self._buses:
            bus.publish(DAEMON_STATE, state, daemon.name)

    def _settle(self) -> None:
        """What exists now stays: collecting it again and again would cost the power path milliseconds."""
        gc.collect()
        gc.freeze()
        gc.disable()

    def _tick(self) -> None:
        self._tick_timer = self._loop.call_later(self._watchdog.period_ms / 1000, self._tick)
        now_ms = self._clock.now_ms()
        for running in self._running:
            running.tick(now_ms)
        self._watchdog.look([running.ticked for running in self._running])
        self._ticks += 1
        # Right after a tick nothing is pressing; only what was made since start-up is looked at.
        gc.collect(2 if self._ticks % _COLLECT_EVERY == 0 else 0)

    def _end(self, code: int, reason: str) -> None:
        if not self._ended.done():
            _log.log(logging.ERROR if code else logging.INFO, "ending: %s", reason)
            self._ended.set_result(code)

    def _on_exception(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Whatever no callback of the loop caught. A core that raised is not asked for a safe end: its state
        is unknown, and the hardware falls back by itself when the process is gone."""
        error = context.get("exception")
        self._crashed = True
        if error is not None:
            log_exception(_log, str(context.get("message")), error)
        self._end(EXIT_CRASH, str(context.get("message")))

    async def _stop_all(self) -> None:
        for running in reversed(self._running):
            running.stop()
            if isinstance(running, Resting):
                await self._at_rest(running)
        self._publish_states(DaemonState.STOPPED)
        if self._buses:
            await asyncio.wait([asyncio.ensure_future(bus.close()) for _, bus in self._buses])
        for trace in self._traces:
            trace.close()
        self._notifier.close()

    async def _at_rest(self, running: Resting) -> None:
        """Wait until its hardware rests, or for REST_S: a contactor that hangs must not keep the process."""
        deadline = self._loop.time() + REST_S
        while not running.at_rest and self._loop.time() < deadline:
            await asyncio.sleep(0.01)


def lock_memory() -> None:
    """Keep all pages in memory (mlockall), so that the power path never waits for a disk; logged if not
    allowed."""
    try:
        import ctypes

        failed = ctypes.CDLL(None, use_errno=True).mlockall(3) != 0
        reason = os.strerror(ctypes.get_errno())
    except (ImportError, OSError, MemoryError) as error:
        # A sandbox that forbids writable code may keep ctypes from loading.
        failed, reason = True, str(error)
    if failed:
        _log.warning("memory is not locked: %s", reason)


def run(daemons: Sequence[Daemon], setup: Setup) -> int:
    """Run the daemons until they end; the exit code of the process."""
    mask = set_up(setup.log_level)
    if os.environ.get("SECC_LOCK_MEMORY") == "1":
        lock_memory()

    async def main() -> int:
        return await Process(daemons, setup, mask.hide).run()

    try:
        return asyncio.run(main())
    except ConfigurationRefused as refusal:
        for line in refusal.lines:
            sys.stderr.write(line + "\n")
        return EXIT_CONFIGURATION
    except PortError as error:
        sys.stderr.write(f"secc: {error}\n")
        return EXIT_UNAVAILABLE
    except Exception as error:  # noqa: BLE001 - the one place of the process that catches everything
        log_exception(_log, "the process ends", error)
        return EXIT_CRASH
