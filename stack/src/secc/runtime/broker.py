"""Where the broker is, and how to reach it without ever holding up the loop.

Only addresses are taken, no host names: to look one up would need a thread or block the power path. The
connection is made by the loop; paho gets a socket that is ready. TCP_NODELAY, because a current limit of 20
bytes must not wait for the acknowledgement of the last one. Guide §15.1.
"""

from __future__ import annotations

import socket
from asyncio import AbstractEventLoop
from dataclasses import dataclass

DEFAULT_PORT = 1883


@dataclass(frozen=True, slots=True)
class Broker:
    """Address of the broker: `host` and `port`, or the `path` of a unix socket."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    path: str | None = None

    def __str__(self) -> str:
        if self.path is not None:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_broker(text: str) -> Broker:
    """`ADDRESS`, `ADDRESS:PORT`, `[V6ADDRESS]:PORT`, `localhost:PORT` or `unix:PATH`; ValueError says what is
    wrong."""
    if text.startswith("unix:"):
        path = text.removeprefix("unix:")
        if not path or "\0" in path or len(path.encode()) > 107:
            raise ValueError(f"{text!r}: the path of a unix socket has 1 to 107 bytes")
        return Broker(path=path)
    host, port = text, str(DEFAULT_PORT)
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or rest[:1] not in ("", ":"):
            raise ValueError(f"{text!r}: an IPv6 address with a port looks like [::1]:1883")
        port = rest[1:] if rest else port
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    if host == "localhost":
        host = "127.0.0.1"
    try:
        _family(host)
    except ValueError:
        raise ValueError(f"{text!r}: give an address such as 127.0.0.1:1883, [::1]:1883 or unix:/run/...") from None
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        raise ValueError(f"{text!r}: the port is a number from 1 to 65535")
    return Broker(host, int(port))


def _family(host: str) -> socket.AddressFamily:
    """The family of a numeric address; ValueError for anything else."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except (OSError, ValueError):
            continue
        return family
    raise ValueError(f"{host!r} is no address")


async def connect(loop: AbstractEventLoop, broker: Broker) -> socket.socket:
    """A connected, non-blocking socket; OSError if there is none to be had. The caller sets the limit."""
    family = socket.AF_UNIX if broker.path is not None else _family(broker.host)
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        if broker.path is not None:
            await loop.sock_connect(sock, broker.path)
        else:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await loop.sock_connect(sock, (broker.host, broker.port))
    except BaseException:
        # Cancelled by the time limit, or refused: the descriptor must not stay behind.
        sock.close()
        raise
    return sock
