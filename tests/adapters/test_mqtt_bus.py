"""The bus against a real broker: what is retained comes back, order is kept, nothing foreign gets in."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from paho.mqtt.client import Client

from secc.contract.topics.row import Direction, Topic
from secc.contract.values import Integer, Signal, Text
from secc.runtime.broker import Broker, parse_broker
from secc.runtime.bus import MqttBus
from secc.runtime.link import KEEP_BYTES, Link

_SUB = Direction.SUBSCRIBE
LEVEL = Topic("T_LEVEL", "test/level", Integer(0, 5000), _SUB, "test", True, "-", "retained")
PULSE = Topic("T_PULSE", "test/pulse", Integer(0, 99999), _SUB, "test", False, "-", "not retained")
NAMED = Topic("T_NAMED", "test/<who>/say", Text(), _SUB, "test", True, "-", "a parameter")
GO = Topic("T_GO", "test/go", Signal(), Direction.PUBLISH, "customer", False, "-", "a signal")
MIRROR = Topic(
    "T_MIRROR", "test/right", Integer(), _SUB, "test", True, "-", "an alias that is published along",
    aliases=("test/wrong", "test/old"), mirrors=("test/wrong",),
)  # fmt: skip
STATE = Topic("T_STATE", "secc/<daemon>/state", Text(), _SUB, "secc", True, "-", "the will")

Until = Callable[..., Awaitable[float]]
Observe = Callable[..., Awaitable[Any]]


def bus_at(port: int, daemon: str = "test") -> MqttBus:
    bus = MqttBus(asyncio.get_running_loop(), Broker("127.0.0.1", port), daemon)
    bus.will(STATE, "lost", daemon)
    bus.start()
    return bus


def test_publishes_and_receives_in_order_without_a_thread(broker: Any, observe: Observe, until: Until) -> None:
    async def main() -> None:
        observer = await observe("test/#")
        bus = bus_at(broker.port)
        heard: list[tuple[str, tuple[str, ...]]] = []
        bus.subscribe(NAMED, lambda value, params: heard.append((value, params)))
        await until(lambda: bus.connected)
        for number in range(500):
            bus.publish(PULSE, number)
        await until(lambda: len(observer.messages) >= 500)
        assert [payload for _, payload, _ in observer.messages] == [str(n) for n in range(500)]
        for number in range(100):
            observer.publish(f"test/{number}/say", f"hello {number}")
        await until(lambda: len(heard) >= 100)
        assert heard == [(f"hello {n}", (str(n),)) for n in range(100)]
        assert threading.active_count() == 1
        await observer.close()
        await bus.close()

    asyncio.run(main())


@pytest.mark.parametrize("round_", range(3))
def test_after_kill_and_restart_of_the_broker_all_retained_state_is_back_within_2_s(
    broker: Any, observe: Observe, until: Until, round_: int
) -> None:
    async def main() -> None:
        bus = bus_at(broker.port)
        heard: list[int] = []
        bus.subscribe(PULSE, lambda value, _: heard.append(value))
        await until(lambda: bus.connected)
        for number in range(200):
            bus.publish(NAMED, f"value {number}", f"n{number}")
        bus.publish(MIRROR, 4)
        bus.publish(NAMED, "once more", "n7")
        broker.kill()
        await until(lambda: not bus.connected)
        bus.publish(LEVEL, 17)
        bus.publish(PULSE, 1)
        assert bus.dropped == 1
        broker.start()
        expected = [f"test/n{n}/say" for n in range(200) if n != 7]
        expected += ["test/right", "test/wrong", "test/n7/say", "test/level"]
        observer = await observe("test/#")
        took = await until(lambda: {*observer.topics()} == {*expected}, 2.0)
        assert took < 2.0
        assert observer.last("test/n7/say") == "once more"
        assert observer.last("test/level") == "17"
        assert observer.last("test/wrong") == "4"
        assert "test/pulse" not in observer.topics()
        observer.publish("test/pulse", "9")
        await until(lambda: heard == [9])
        assert threading.active_count() == 1
        await observer.close()
        await bus.close()

    asyncio.run(main())


def test_republication_keeps_the_order_of_the_last_publications(broker: Any, observe: Observe, until: Until) -> None:
    """Seen by somebody who is there first: the observer connects, then the bus comes back."""

    async def main() -> None:
        bus = MqttBus(asyncio.get_running_loop(), Broker("127.0.0.1", broker.port), "test")
        for name, value in [("a", "1"), ("b", "1"), ("c", "1"), ("a", "2")]:
            bus.publish(NAMED, value, name)
        bus.publish(MIRROR, 1)
        observer = await observe("test/#")
        bus.start()
        await until(lambda: len(observer.messages) >= 5)
        assert [(topic, payload) for topic, payload, _ in observer.messages] == [
            ("test/b/say", "1"),
            ("test/c/say", "1"),
            ("test/a/say", "2"),
            ("test/right", "1"),
            ("test/wrong", "1"),
        ]
        await observer.close()
        await bus.close()

    asyncio.run(main())


def test_the_will_shows_a_death_and_a_goodbye_does_not(broker: Any, observe: Observe, until: Until) -> None:
    async def main() -> None:
        observer = await observe("secc/#")
        mourned, leaving = bus_at(broker.port, "mourned"), bus_at(broker.port, "leaving")
        for bus, name in ((mourned, "mourned"), (leaving, "leaving")):
            bus.publish(STATE, "running", name)
        await until(lambda: len(observer.messages) == 2)
        leaving.publish(STATE, "stopped", "leaving")
        await leaving.close()
        mourned._client.drop()
        await until(lambda: observer.last("secc/mourned/state") == "lost")
        assert observer.last("secc/leaving/state") == "stopped"
        await mourned.close()
        await observer.close()

    asyncio.run(main())


def test_a_lost_connection_heals_the_state_that_the_will_overwrote(broker: Any, observe: Observe, until: Until) -> None:
    if not broker.is_mosquitto:
        pytest.skip("the embedded broker does not publish the will of a session that is taken over")

    async def main() -> None:
        observer = await observe("secc/#")
        bus = bus_at(broker.port)
        bus.publish(STATE, "running", "test")
        await until(lambda: observer.last("secc/test/state") == "running")
        thief = Link(bus._client._callback_api_version, f"secc-test-{os.getpid()}")  # same id: takes over
        thief.connect_async("x")
        thief.adopt(await asyncio.get_running_loop().create_task(_connected(broker.port)))
        thief.loop_write()
        await until(lambda: observer.last("secc/test/state") == "lost")
        await until(lambda: observer.last("secc/test/state") == "running")
        thief.drop()
        await bus.close()
        await observer.close()

    asyncio.run(main())


async def _connected(port: int) -> Any:
    from secc.runtime.broker import connect

    return await connect(asyncio.get_running_loop(), Broker("127.0.0.1", port))


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("test/level", b"5001"),
        ("test/level", b"NaN"),
        ("test/level", b"\xff\xfe"),
        ("test/level", b""),
        ("test/level", b"1" * 65537),
        ("test/level", b"1" * (KEEP_BYTES + 200_000)),
        ("test/x/say", b"\x1b]0;owned\x07"),
    ],
)
def test_hostile_payloads_are_refused_and_logged_once(
    broker: Any, observe: Observe, until: Until, caplog: pytest.LogCaptureFixture, topic: str, payload: bytes
) -> None:
    async def main() -> None:
        observer = await observe("nothing")
        bus = bus_at(broker.port)
        heard: list[object] = []
        bus.subscribe(LEVEL, lambda value, _: heard.append(value))
        bus.subscribe(NAMED, lambda value, _: heard.append(value))
        await until(lambda: bus.connected)
        for _ in range(3):
            observer.publish(topic, payload)
        observer.publish("test/level", "1")
        await until(lambda: heard == [1])
        assert bus.connections == 1
        await bus.close()
        await observer.close()

    with caplog.at_level(logging.WARNING):
        asyncio.run(main())
    refusals = [r.getMessage() for r in caplog.records if "refused a payload" in r.getMessage()]
    assert len(refusals) == 1
    assert all(32 <= ord(c) < 127 for c in refusals[0])
    assert len(refusals[0]) < 300


def test_a_giant_packet_costs_little_memory(broker: Any, observe: Observe, until: Until) -> None:
    async def main() -> int:
        observer = await observe("nothing")
        bus = bus_at(broker.port)
        heard: list[int] = []
        bus.subscribe(LEVEL, lambda value, _: heard.append(value))
        most = 0
        await until(lambda: bus.connected)
        observer.publish("test/level", b"1" * 20_000_000)
        observer.publish("test/level", "1")

        def done() -> bool:
            nonlocal most
            most = max(most, len(bus._client._in_packet["packet"]))
            return bool(heard)

        await until(done, 20)
        await bus.close()
        await observer.close()
        return most

    assert 0 < asyncio.run(main()) < KEEP_BYTES + 65536


def test_resubscribe_brings_what_is_retained_once_more(broker: Any, observe: Observe, until: Until) -> None:
    async def main() -> None:
        observer = await observe("nothing")
        observer.publish("test/level", "8", retain=True)
        bus = bus_at(broker.port)
        heard: list[int] = []
        bus.subscribe(LEVEL, lambda value, _: heard.append(value))
        await until(lambda: heard == [8])
        bus.resubscribe(LEVEL)
        await until(lambda: heard == [8, 8])
        await bus.close()
        await observer.close()

    asyncio.run(main())


def test_aliases_are_heard_and_mirrors_are_not_heard_twice(broker: Any, observe: Observe, until: Until) -> None:
    async def main() -> None:
        bus = bus_at(broker.port)
        observer = await observe("nothing")
        heard: list[object] = []
        bus.subscribe(MIRROR, lambda value, _: heard.append(value))
        bus.subscribe(GO, lambda value, _: heard.append("go"))
        await until(lambda: bus.connected)
        bus.publish(MIRROR, 1)
        await until(lambda: heard == [1])
        observer.publish("test/old", "2")
        observer.publish("test/go", b"\x00\xc3\xa4")
        await until(lambda: heard == [1, 2, "go"])
        await bus.close()
        await observer.close()

    asyncio.run(main())


def test_what_cannot_be_encoded_is_logged_and_dropped(
    broker: Any, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> int:
        bus = bus_at(broker.port)
        await until(lambda: bus.connected)
        bus.publish(LEVEL, 5001)
        bus.publish(NAMED, "x", "a/b")
        bus.publish(NAMED, "x")
        await bus.close()
        return bus.dropped

    assert asyncio.run(main()) == 3
    assert "test/level" in caplog.text or "5001" in caplog.text


def test_what_a_subscriber_raises_reaches_the_loop(broker: Any, observe: Observe, until: Until) -> None:
    def broken(_value: int, _params: tuple[str, ...]) -> None:
        raise ZeroDivisionError("planted")

    async def main() -> list[BaseException]:
        raised: list[BaseException] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: raised.append(context["exception"]))
        observer = await observe("nothing")
        bus = bus_at(broker.port)
        bus.subscribe(LEVEL, broken)
        await until(lambda: bus.connected)
        observer.publish("test/level", "1")
        await until(lambda: raised)
        await bus.close()
        await observer.close()
        return raised

    (error,) = asyncio.run(main())
    assert isinstance(error, ZeroDivisionError)


def test_a_unix_socket_will_do(broker: Any, until: Until) -> None:
    if not broker.unix_path.exists():
        pytest.skip("the embedded broker has no unix socket")

    async def main() -> None:
        bus = MqttBus(asyncio.get_running_loop(), parse_broker(f"unix:{broker.unix_path}"), "test")
        heard: list[int] = []
        bus.subscribe(LEVEL, lambda value, _: heard.append(value))
        bus.start()
        await until(lambda: bus.connected)
        bus.publish(LEVEL, 3)
        await until(lambda: heard == [3])
        await bus.close()

    asyncio.run(main())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1", Broker("127.0.0.1", 1883)),
        ("localhost:1884", Broker("127.0.0.1", 1884)),
        ("[::1]:1884", Broker("::1", 1884)),
        ("::1", Broker("::1", 1883)),
        ("unix:/run/mqtt.sock", Broker(path="/run/mqtt.sock")),
    ],
)
def test_addresses(text: str, expected: Broker) -> None:
    assert parse_broker(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "broker.example:1883", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:1883x", "127.0.0.1:-1", "[::1",
     "[::1]1883", "unix:", "unix:/" + "a" * 107, "1.2.3.4:99999999999999999999", "127.0.0.1:\u0661"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"address|port|path"):
        parse_broker(text)


def test_paho_still_has_the_inner_parts_that_the_link_uses() -> None:
    """If this fails after an update of paho-mqtt, read secc/runtime/link.py before anything else."""
    link = Link(__import__("paho.mqtt.enums", fromlist=["x"]).CallbackAPIVersion.VERSION2)
    assert set(link._in_packet) >= {"packet", "remaining_length", "have_remaining", "to_process"}
    assert hasattr(link._out_packet, "clear")
    for name in ("_create_socket", "_sock_recv", "_sock_close"):
        assert name in Client.__dict__, name
    link.connect_async("x")
    with pytest.raises(ConnectionError, match="handed over"):
        link.reconnect()
