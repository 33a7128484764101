"""The embedded broker, as its clients see it: with plain paho, with raw bytes, and with mosquitto's own tools."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import warnings
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

pytest.importorskip("amqtt")

FENCE = "fence"
Until = Callable[..., Awaitable[float]]
SUB, PUB = shutil.which("mosquitto_sub"), shutil.which("mosquitto_pub")


class Embedded:
    """`python -m secc.sim.broker`, ready."""

    def __init__(self, port: int, *more: str) -> None:
        self.port = port
        command = [sys.executable, "-m", "secc.sim.broker", "--port", str(port), *more]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.first_line = self.process.stdout.readline()

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        self.process.send_signal(number)
        try:
            out, err = self.process.communicate(timeout=10)
        finally:
            self.process.kill()
        return self.process.returncode, out, err


@pytest.fixture
def embedded(free_port: int) -> Iterator[Embedded]:
    it = Embedded(free_port)
    try:
        yield it
    finally:
        if it.process.poll() is None:
            assert it.end() == (0, "", "")


class Listener:
    """A client that hears `topic_filter` and notes (topic, payload, retained)."""

    def __init__(self, port: int, topic_filter: str) -> None:
        self.heard: list[tuple[str, str, bool]] = []
        self.fences: list[tuple[str, str, bool]] = []
        self.subscribed = False
        self.client = Client(CallbackAPIVersion.VERSION2)
        self.client.on_connect = lambda c, *_: c.subscribe(topic_filter)
        self.client.on_subscribe = self._on_subscribe
        self.client.on_message = self._on_message
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def _on_subscribe(self, *_: Any) -> None:
        self.subscribed = True

    def _on_message(self, _client: Any, _userdata: Any, message: Any) -> None:
        note = (message.topic, message.payload.decode(), message.retain)
        (self.fences if message.topic == FENCE else self.heard).append(note)

    def end(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def tell(port: int, *messages: tuple[str, bytes, bool], goodbye: bool = True, will: bool = False) -> None:
    """Connect, and once welcome publish and leave in one breath.

    The welcome is read because real clients do: closing over unread bytes resets the connection, and then amqtt
    drops what it has received but not yet looked at (mosquitto does not).
    """
    connect = b"\x00\x04MQTT\x04" + (b"\x26" if will else b"\x02") + b"\x00\x3c\x00\x00"
    connect += b"\x00\x04last\x00\x04will" if will else b""
    packets = b""
    for topic, payload, retain in messages:
        body = len(topic).to_bytes(2, "big") + topic.encode() + payload
        packets += bytes([0x31 if retain else 0x30, len(body)]) + body
    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.settimeout(5)
        raw.sendall(b"\x10" + bytes([len(connect)]) + connect)
        assert raw.recv(4) == b"\x20\x02\x00\x00"
        raw.sendall(packets + (b"\xe0\x00" if goodbye else b""))


def until(condition: Callable[[], object], wait: Until) -> None:
    asyncio.run(_await(condition, wait))


async def _await(condition: Callable[[], object], wait: Until) -> None:
    await wait(condition)


@pytest.fixture
def wait(request: pytest.FixtureRequest) -> Callable[[Callable[[], object]], None]:
    waiting: Until = request.getfixturevalue("until")
    return lambda condition: until(condition, waiting)


Wait = Callable[[Callable[[], object]], None]


@pytest.fixture
def listen(embedded: Embedded, wait: Wait) -> Iterator[Callable[[str], Listener]]:
    listeners: list[Listener] = []

    def make(topic_filter: str) -> Listener:
        listeners.append(Listener(embedded.port, topic_filter))
        wait(lambda: listeners[-1].subscribed)
        return listeners[-1]

    yield make
    for listener in listeners:
        listener.end()


Told = Callable[..., None]


@pytest.fixture
def told(embedded: Embedded, listen: Callable[[str], Listener], wait: Wait) -> Told:
    """As `tell`, and returns when the broker has dealt with all of it: what it says last has come out again."""
    watcher = listen(FENCE)

    def it(*messages: tuple[str, bytes, bool]) -> None:
        seen = len(watcher.fences)
        tell(embedded.port, *messages, (FENCE, b"", False))
        wait(lambda: len(watcher.fences) > seen)

    return it


def test_it_says_when_it_is_ready_and_listens_on_loopback_only(embedded: Embedded) -> None:
    assert embedded.first_line == "ready\n"
    for address in {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None)}:
        if str(address).startswith("127.") or address == "::1":
            continue
        with socket.socket(socket.AF_INET6 if ":" in str(address) else socket.AF_INET) as probe:
            assert probe.connect_ex((str(address), embedded.port)) != 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_order_with_clients_connected(
    embedded: Embedded, listen: Callable[[str], Listener], number: signal.Signals
) -> None:
    listen("#")
    assert embedded.end(number) == (0, "", "")


def test_retained_messages_and_wildcards(told: Told, listen: Callable[[str], Listener], wait: Wait) -> None:
    told(("port0/a", b"1", True), ("port0/b/c", b"2", True), ("other", b"3", True), ("now", b"4", False))
    everything = listen("#")
    wait(lambda: len(everything.heard) == 3)
    assert sorted(everything.heard) == [("other", "3", True), ("port0/a", "1", True), ("port0/b/c", "2", True)]
    one_level = listen("port0/+")
    wait(lambda: one_level.heard)
    below = listen("port0/#")
    wait(lambda: len(below.heard) == 2)
    assert one_level.heard == [("port0/a", "1", True)]
    told(("port0/a", b"", True), ("port0/b/c", b"9", True))
    wait(lambda: len(below.heard) == 4)
    late = listen("#")
    wait(lambda: len(late.heard) == 2)
    assert sorted(late.heard) == [("other", "3", True), ("port0/b/c", "9", True)]


def test_who_publishes_and_leaves_at_once_is_heard_in_full_and_in_order(
    told: Told, listen: Callable[[str], Listener], wait: Wait
) -> None:
    """amqtt by itself loses these (see mended_broker.py): many retained messages, listeners, and a hasty sender."""
    told(*((f"port0/{n}", b"x", True) for n in range(40)))
    listener = listen("#")
    wait(lambda: len(listener.heard) == 40)
    listener.heard.clear()
    for round_ in range(20):
        told(*((f"live/{round_}", str(n).encode(), False) for n in range(25)))
        wait(lambda: len(listener.heard) == 25)
        assert [payload for _, payload, _ in listener.heard] == [str(n) for n in range(25)]
        listener.heard.clear()


def test_nobody_is_told_what_he_did_not_subscribe_to(told: Told, listen: Callable[[str], Listener], wait: Wait) -> None:
    told(("port0/a", b"1", True), ("port1/a", b"1", True))
    everything = listen("#")
    wait(lambda: len(everything.heard) == 2)
    other = listen("port1/+")
    wait(lambda: other.heard)
    told(("port1/end", b"", False))
    wait(lambda: other.heard[-1][0] == "port1/end")
    assert other.heard == [("port1/a", "1", True), ("port1/end", "", False)]


def test_the_last_will(embedded: Embedded, listen: Callable[[str], Listener], wait: Wait) -> None:
    listener = listen("last")
    tell(embedded.port, goodbye=False, will=True)
    wait(lambda: listener.heard == [("last", "will", False)])


@pytest.mark.skipif(SUB is None or PUB is None, reason="mosquitto's clients are not installed")
def test_the_tools_of_mosquitto(embedded: Embedded) -> None:
    port = str(embedded.port)
    assert SUB is not None
    assert PUB is not None
    subprocess.run([PUB, "-p", port, "-t", "port0/a", "-m", "kept", "-r"], check=True, timeout=10)
    command = [SUB, "-p", port, "-t", "#", "-v", "-C", "1"]
    found = subprocess.run(command, check=True, timeout=10, capture_output=True, text=True)
    assert found.stdout == "port0/a kept\n"


def test_a_port_that_is_taken_and_one_that_is_none(embedded: Embedded, free_port: int) -> None:
    second = Embedded(embedded.port)
    out, err = second.process.communicate(timeout=10)
    assert (second.process.returncode, second.first_line, out) == (69, "", "")
    assert err.startswith(f"broker: cannot listen at 127.0.0.1:{embedded.port}: ")
    assert len(err.splitlines()) == 1
    with warnings.catch_warnings():
        third = Embedded(0)
        assert third.process.communicate(timeout=10)[1] == "broker: --port 0: a port from 1 to 65535\n"
    assert third.process.returncode == 64
    assert os.getpid() != third.process.pid
