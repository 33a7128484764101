"""A plain blocking connection to the broker: connect, subscribe, wait for messages, publish, leave.

The network loop runs only while a caller waits, so there are no threads. It knows no topic and checks no payload;
services/catalogue.py does. A lost connection is an error, never a silent reconnect: what was missed would be unknown.
"""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ccctl.services.errors import CcctlError
from ccctl.services.exit_codes import ExitCode

if TYPE_CHECKING:
    from paho.mqtt.client import Client

DEFAULT_PORT = 1883
_CONNECT_S = 5.0
_SLICE_S = 0.5


@dataclass(frozen=True, slots=True)
class Broker:
    """Where a broker listens: host and port, or the path of a UNIX socket."""

    host: str
    port: int = DEFAULT_PORT
    path: str | None = None

    def __str__(self) -> str:
        if self.path is not None:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_broker(text: str) -> Broker:
    """A broker from `HOST`, `HOST:PORT`, `[IPv6]:PORT` or `unix:PATH`; ValueError says what is wrong."""
    if text.startswith("unix:"):
        path = text.removeprefix("unix:")
        if not path or "\0" in path:
            raise ValueError("unix: needs the path of a socket, such as unix:/run/mosquitto.sock")
        return Broker("", 0, path)
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
        if not bracket or (rest and not rest.startswith(":")):
            raise ValueError("an IPv6 address is written [ADDRESS]:PORT")
    elif text.count(":") > 1:
        host, port = text, ""
    else:
        host, colon, port = text.partition(":")
        if colon and not port:
            raise ValueError("the port is missing after the colon")
    if not host or any(c.isspace() or not c.isprintable() for c in host):
        raise ValueError("the host is missing or holds spaces")
    if port and not (port.isascii() and port.isdigit() and 1 <= int(port[:6]) <= 65535):
        raise ValueError("the port is a number from 1 to 65535")
    return Broker(host, int(port) if port else DEFAULT_PORT)


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it came. `at` is the monotonic time in seconds; `retained` says it was stored at the broker."""

    topic: str
    payload: bytes
    retained: bool
    at: float


def _lost(broker: Broker, why: str, code: ExitCode = ExitCode.NO_CONNECTION) -> CcctlError:
    return CcctlError(
        f"no connection to the broker at {broker}: {why}",
        "start one ('ccctl sim up'), or name another with --broker or CCCTL_BROKER",
        code,
    )


class Connection:
    """A connection to `broker`, used in a `with` block. Raises CcctlError when it cannot be made or is lost."""

    def __init__(self, broker: Broker) -> None:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion

        self.broker = broker
        self._inbox: deque[Message] = deque()
        self._refused: str | None = None
        self._granted: dict[int | None, list[Any]] = {}
        self._client: Client = Client(
            CallbackAPIVersion.VERSION2, transport="unix" if broker.path is not None else "tcp"
        )
        self._client.connect_timeout = _CONNECT_S
        self._client.on_message = self._received
        self._client.on_connect = self._connected
        self._client.on_subscribe = self._subscribed

    def __enter__(self) -> Self:
        try:
            self._knock()
            self._client.connect(self.broker.path or self.broker.host, self.broker.port or DEFAULT_PORT)
        except (OSError, ValueError) as error:
            raise _lost(self.broker, getattr(error, "strerror", None) or str(error)) from error
        try:
            self._greet()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _knock(self) -> None:
        """Raise OSError if nobody listens at the UNIX socket; paho would leave its own socket open in that case."""
        if self.broker.path is not None:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(self.broker.path)

    def _greet(self) -> None:
        """Wait for the broker's answer to CONNECT."""
        deadline = time.monotonic() + _CONNECT_S
        while not self._client.is_connected():
            self._turn(min(_SLICE_S, max(deadline - time.monotonic(), 0)))
            if self._refused is not None:
                raise _lost(self.broker, self._refused)
            if time.monotonic() >= deadline:
                raise _lost(self.broker, "it does not speak MQTT (no answer to CONNECT)")

    def _close(self) -> None:
        self._client.disconnect()
        self._client.loop(0)

    def _connected(self, _client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            self._refused = str(reason)

    def _subscribed(self, _client: Any, _data: Any, mid: int, reasons: list[Any], _properties: Any) -> None:
        self._granted[mid] = reasons

    def _received(self, _client: Any, _data: Any, message: Any) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = "(a topic that is not UTF-8)"
        self._inbox.append(Message(topic, bytes(message.payload), bool(message.retain), time.monotonic()))

    def _turn(self, seconds: float) -> None:
        code = self._client.loop(seconds)
        if code != 0 and self._refused is None:
            from paho.mqtt.client import error_string

            raise _lost(self.broker, error_string(code).rstrip("."))

    def subscribe(self, filters: Sequence[str]) -> None:
        """Subscribe to all of `filters` and wait until the broker agreed."""
        _, mid = self._client.subscribe([(item, 0) for item in filters])
        deadline = time.monotonic() + _CONNECT_S
        while mid not in self._granted:
            if time.monotonic() >= deadline:
                raise _lost(self.broker, "it does not answer a subscription", ExitCode.TIMEOUT)
            self._turn(_SLICE_S)
        for item, reason in zip(filters, self._granted.pop(mid), strict=False):
            if reason.is_failure:
                raise CcctlError(f"the broker at {self.broker} refuses the subscription {item!r}", "check its ACL")

    def messages(self, timeout_s: float | None = None) -> Iterator[Message]:
        """Messages as they come, until `timeout_s` seconds have passed since the call (None: for ever)."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while True:
            while self._inbox:
                yield self._inbox.popleft()
            left = _SLICE_S if deadline is None else deadline - time.monotonic()
            if left <= 0:
                return
            self._turn(min(left, _SLICE_S))

    def publish(self, topic: str, payload: bytes, retain: bool) -> None:
        """Publish and wait until the broker acknowledged it (QoS 1 on this hop, whatever subscribers chose)."""
        info = self._client.publish(topic, payload, qos=1, retain=retain)
        deadline = time.monotonic() + _CONNECT_S
        while not info.is_published():
            if time.monotonic() >= deadline:
                raise _lost(self.broker, f"it does not acknowledge a message on {topic!r}", ExitCode.TIMEOUT)
            self._turn(_SLICE_S)

    def idle(self, seconds: float) -> None:
        """Keep the connection alive for `seconds`; what arrives is kept for `messages`."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._turn(min(left, _SLICE_S))
