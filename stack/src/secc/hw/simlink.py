"""The board's end of the wires to a plant in another process (secc.sim.link is the plant's end).

It connects by itself and again after a loss, and then says anew all that it drives; while there is no plant, or it is
silent, the board reads like a dead one. It carries levels and readings and judges neither. It needs a running asyncio
loop.
"""

from __future__ import annotations

import asyncio
import logging
import select
import socket
import time
from collections.abc import Callable

from secc.ports import PortError
from secc.sim.link import MAX_LINE, SILENT_MS, Drive, Lines, LinkError, decode_readings, encode
from secc.sim.plant import DEAD_BOARD, Readings

RETRY_S = 0.2
GREETING_S = 3.0

_log = logging.getLogger("secc.hw")


class Link:
    """`drives()` is all that the board drives now; `show(readings)` takes what it sees."""

    def __init__(self, path: str, drives: Callable[[], Drive], show: Callable[[Readings], None]) -> None:
        self._path = path
        self._drives = drives
        self._show = show
        self._loop: asyncio.AbstractEventLoop | None = None
        self._socket: socket.socket | None = None
        self._lines = Lines()
        self._heard_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._complained = False
        self._greeted = False

    def open(self) -> None:
        """Connect, and keep connected until `close`. The first readings are waited for, since what a daemon reads
        when it starts (the rotary switch) it reads once. PortError without a plant, or outside of a running loop.
        """
        if self._loop is not None:
            return
        try:
            self._loop = asyncio.get_running_loop()
        except RuntimeError:
            raise PortError(f"{self._path}: a linked station works inside a running loop only") from None
        try:
            self._greet(self._loop)
        except PortError:
            self.close()
            raise
        self._timer = self._loop.call_later(RETRY_S, self._look)

    def close(self) -> None:
        """Let go, for good."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._drop("the board lets go")
        self._loop = None

    def send(self, drive: Drive | None = None) -> None:
        """Send what is driven now, or else all that the board drives; what cannot be sent is sent after the next
        connection.
        """
        if drive is None:
            drive = self._drives()
        if self._socket is None or not drive:
            return
        try:
            self._socket.sendall(encode(drive))
        except OSError as error:
            self._drop(f"takes nothing: {error.strerror or error}")

    def _greet(self, loop: asyncio.AbstractEventLoop) -> None:
        """The first connection, and the first readings over it."""
        until_s = loop.time() + GREETING_S
        while loop.time() < until_s and not self._greeted:
            if self._socket is None:
                self._connect(loop)
            if self._socket is None:
                time.sleep(0.02)
            elif select.select([self._socket], [], [], 0.1)[0]:
                self._receive()
        if not self._greeted:
            raise PortError(f"{self._path}: no simulated plant answers there: start it first (secc run sim)")

    def _look(self) -> None:
        """A few times a second: connect if there is no plant, give it up if it is silent."""
        if self._loop is None:
            return
        self._timer = self._loop.call_later(RETRY_S, self._look)
        if self._socket is None:
            self._connect(self._loop)
            return
        # A loop that was busy may find the plant's sign of life waiting: read it before giving the plant up.
        self._receive()
        if (self._loop.time() - self._heard_s) * 1000 > SILENT_MS:
            self._drop(f"is silent for {SILENT_MS} ms")

    def _connect(self, loop: asyncio.AbstractEventLoop) -> None:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.setblocking(False)
        try:
            sock.connect(self._path)
        except OSError as error:
            sock.close()
            if not self._complained:
                _log.warning("%s: no plant there (%s); trying again", self._path, error.strerror or error)
            self._complained = True
            return
        _log.info("%s: the plant is connected", self._path)
        self._complained = False
        self._socket, self._lines, self._heard_s = sock, Lines(), loop.time()
        loop.add_reader(sock.fileno(), self._receive)
        self.send()

    def _receive(self) -> None:
        if self._socket is None or self._loop is None:
            return
        try:
            data = self._socket.recv(16 * MAX_LINE)
            if not data:
                self._drop("is gone")
                return
            for line in self._lines.feed(data):
                self._show(decode_readings(line))
                self._greeted = True
            self._heard_s = self._loop.time()
        except BlockingIOError:
            return
        except LinkError as error:
            self._drop(f"sent nonsense: {error}")
        except OSError as error:
            self._drop(f"is gone: {error.strerror or error}")

    def _drop(self, reason: str) -> None:
        if self._socket is None:
            return
        _log.warning("%s: the plant %s", self._path, reason)
        if self._loop is not None:
            self._loop.remove_reader(self._socket.fileno())
        self._socket.close()
        self._socket = None
        self._show(DEAD_BOARD)
