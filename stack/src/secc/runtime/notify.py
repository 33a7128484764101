"""What the service manager hears: ready, status, stopping, and that every daemon of the process still turns.

The watchdog is fed only if each of them has dealt with a tick since the last time: a loop that runs while a
core is stuck is a hung process too. Never blocks, never raises for a manager that does not listen. Guide §12.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence


class Notifier:
    """sd_notify over NOTIFY_SOCKET; silent without one."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._socket: socket.socket | None = None
        if address[:1] in ("@", "/"):
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
            self._socket.setblocking(False)
        self.watchdog_usec = _watchdog_usec(environ)

    def ready(self, status: str) -> None:
        """Everything is wired and runs."""
        self._send(f"READY=1\nSTATUS={_one_line(status)}")

    def status(self, status: str) -> None:
        """One line for `systemctl status`."""
        self._send(f"STATUS={_one_line(status)}")

    def stopping(self) -> None:
        """An orderly end has begun."""
        self._send("STOPPING=1")

    def feed(self) -> None:
        """The process is alive."""
        self._send("WATCHDOG=1")

    def close(self) -> None:
        """Let go of the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, message: str) -> None:
        if self._socket is None:
            return
        try:
            self._socket.sendto(message.encode(), self._address)
        except OSError:
            # A watchdog message that is lost is followed by the next; there is nobody else to tell.
            return


class Watchdog:
    """Decides whether the service manager may be told that all is well."""

    def __init__(self, notifier: Notifier, count: int) -> None:
        self._notifier = notifier
        self._fed = [0] * count

    @property
    def period_ms(self) -> int:
        """How often to tick: each second, or thrice within a shorter watchdog."""
        usec = self._notifier.watchdog_usec
        return 1000 if usec is None else max(20, min(1000, usec // 3000))

    def look(self, ticked: Sequence[int]) -> bool:
        """Feed if every one of the counters has moved since the last feeding; whether it did."""
        if not all(now > then for now, then in zip(ticked, self._fed, strict=True)):
            return False
        self._fed = list(ticked)
        if self._notifier.watchdog_usec is not None:
            self._notifier.feed()
        return True


def _watchdog_usec(environ: Mapping[str, str]) -> int | None:
    """The watchdog's time, if it is on and meant for this process."""
    usec, pid = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
    if not (usec.isascii() and usec.isdigit()) or int(usec) == 0 or pid not in ("", str(os.getpid())):
        return None
    return int(usec)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
