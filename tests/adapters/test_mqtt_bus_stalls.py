"""Brokers that do not answer, answer nonsense, or stop reading: the loop goes on, and the bus comes back."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from secc.contract.topics.row import Direction, Topic
from secc.contract.values import Codec, Integer
from secc.runtime import bus as bus_module
from secc.runtime.broker import Broker
from secc.runtime.bus import BACKLOG_LIMIT, MqttBus

LEVEL = Topic("T_LEVEL", "test/level", Integer(), Direction.SUBSCRIBE, "test", True, "-", "retained")


class Anything(Codec[str]):
    """Costs nothing to encode, so that what is measured is the bus."""

    kind: ClassVar[str] = "string"

    def encode(self, value: str) -> str:
        return value


BULK = Topic("T_BULK", "test/bulk", Anything(), Direction.SUBSCRIBE, "test", False, "-", "not retained")

Until = Callable[..., Awaitable[float]]
BLOCKED_LIMIT_S = 0.020


class Pulse:
    """Measures how long the loop did nothing else: gaps between calls 1 ms apart.

    The time this process was ready to run but others had the processor is not the loop's fault and taken off.
    """

    def __init__(self) -> None:
        self.worst_s = 0.0
        self._last = time.monotonic()
        self._waited = self._run_queue_s()
        self._handle = asyncio.get_running_loop().call_later(0.001, self._beat)

    @staticmethod
    def _run_queue_s() -> float:
        try:
            return int(Path("/proc/self/schedstat").read_text().split()[1]) / 1e9
        except OSError:
            return 0.0

    def _beat(self) -> None:
        now, waited = time.monotonic(), self._run_queue_s()
        self.worst_s = max(self.worst_s, now - self._last - (waited - self._waited))
        self._last, self._waited = now, waited
        self._handle = asyncio.get_running_loop().call_later(0.001, self._beat)

    def stop(self) -> None:
        self._handle.cancel()


class Stranger(asyncio.Protocol):
    """A server that gives everybody the same answer to the first bytes, and hangs up or not."""

    def __init__(self, answer: bytes, hang_up: bool) -> None:
        self.calls = 0
        self.port = 0
        self._answer = answer
        self._hang_up = hang_up
        self._server: asyncio.Server | None = None
        self._open: list[asyncio.Transport] = []

    @classmethod
    async def listen(cls, answer: bytes, *, hang_up: bool) -> Stranger:
        stranger = cls(answer, hang_up)
        stranger._server = await asyncio.get_running_loop().create_server(lambda: stranger, "127.0.0.1", 0)
        stranger.port = stranger._server.sockets[0].getsockname()[1]
        return stranger

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.calls += 1
        self._open.append(transport)

    def data_received(self, data: bytes) -> None:
        self._open[-1].write(self._answer)
        if self._hang_up:
            self._open[-1].close()

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        for transport in self._open:
            transport.abort()
        await asyncio.sleep(0)


@pytest.fixture
def black_hole() -> Iterator[int]:
    """A port whose queue of connections is full: the kernel answers no further SYN."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    port: int = listener.getsockname()[1]
    fillers = []
    for _ in range(16):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(("127.0.0.1", port))
        fillers.append(filler)
    yield port
    for each in (*fillers, listener):
        each.close()


def bus_at(port: int) -> MqttBus:
    bus = MqttBus(asyncio.get_running_loop(), Broker("127.0.0.1", port), "test")
    bus.publish(LEVEL, 1)
    bus.start()
    return bus


def test_a_black_hole_never_blocks_the_loop(
    black_hole: int, until: Until, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus_module, "CONNECT_LIMIT_S", 0.3)

    async def main() -> float:
        pulse = Pulse()
        bus = bus_at(black_hole)
        await until(lambda: "no answer" in caplog.text)
        bus.publish(LEVEL, 2)
        await until(lambda: len([t for t in asyncio.all_tasks() if not t.done()]) >= 2)
        assert threading.active_count() == 1
        await bus.close()
        pulse.stop()
        return pulse.worst_s

    with caplog.at_level(logging.WARNING):
        worst = asyncio.run(main())
    print(f"the loop was blocked for {worst * 1000:.1f} ms at the most")  # noqa: T201
    assert worst < BLOCKED_LIMIT_S


def test_a_refusing_port_never_blocks_the_loop(free_port: int, until: Until) -> None:
    async def main() -> float:
        pulse = Pulse()
        bus = bus_at(free_port)
        start = time.monotonic()
        await until(lambda: time.monotonic() - start > 1.0)
        await bus.close()
        pulse.stop()
        return pulse.worst_s

    assert asyncio.run(main()) < BLOCKED_LIMIT_S


def test_a_broker_that_hangs_never_blocks_the_loop_and_state_is_back_afterwards(
    broker: Any, observe: Callable[..., Awaitable[Any]], until: Until
) -> None:
    """Stopped with SIGSTOP while the bus publishes faster than the socket's buffer takes it."""

    async def main() -> float:
        bus = bus_at(broker.port)
        await until(lambda: bus.connected)
        pulse = Pulse()
        broker.pause()
        text = "x" * 60000
        for number in range(BACKLOG_LIMIT + 500):
            bus.publish(BULK, text) if number % 20 == 0 else bus.publish(LEVEL, number)
            if number % 5 == 0:
                await asyncio.sleep(0)
        assert bus._client.backlog() <= BACKLOG_LIMIT
        broker.resume()
        pulse.stop()
        await until(lambda: bus.connected)
        observer = await observe("test/level")
        await until(lambda: observer.last("test/level") == str(BACKLOG_LIMIT + 499))
        await bus.close()
        await observer.close()
        return pulse.worst_s

    assert asyncio.run(main()) < BLOCKED_LIMIT_S


@pytest.mark.parametrize(
    ("answer", "logged"),
    [
        (b"", "says nothing"),
        (b"\x20\x02\x00\x05", "refuses the connection"),
        (b"\x20\x02\x00\x01", "did not agree"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", ""),
        (b"\xff\xff\xff\xff\xff\xff", "did not agree"),
        (b"\x20\x00", ""),
        (b"\x30\x05\x00\x04a", ""),
    ],
    ids=["silence", "not authorised", "protocol", "http", "length", "short connack", "publish first"],
)
def test_a_broker_that_answers_nonsense_is_left_and_tried_again(
    until: Until,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    answer: bytes,
    logged: str,
) -> None:
    monkeypatch.setattr(bus_module, "CONNACK_LIMIT_S", 0.2)

    async def main() -> int:
        server = await Stranger.listen(answer, hang_up=False)
        bus = bus_at(server.port)
        await until(lambda: server.calls >= 3)
        assert not bus.connected
        await bus.close()
        await server.close()
        return server.calls

    with caplog.at_level(logging.WARNING):
        assert asyncio.run(main()) >= 3
    assert logged in caplog.text


def test_a_broker_that_drops_everybody_is_not_hammered(until: Until) -> None:
    """Connections that end at once: at most one in 75 ms."""

    async def main() -> int:
        server = await Stranger.listen(b"\x20\x02\x00\x00", hang_up=True)
        bus = bus_at(server.port)
        start = time.monotonic()
        await until(lambda: time.monotonic() - start > 1.0)
        await bus.close()
        await server.close()
        return server.calls

    assert 2 <= asyncio.run(main()) <= 14
