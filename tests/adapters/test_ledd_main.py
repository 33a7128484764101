"""The wiring of ledd: outputs of a station, edits of the files, and a real broker that goes and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from secc.contract.enums import DaemonState
from secc.contract.topics.charge import VERSION_CHARGING_SOFTWARE
from secc.contract.topics.power import CONTACTOR_ERROR
from secc.contract.topics.runtime import DAEMON_STATE
from secc.fsm import Tick
from secc.hw.sim import SimStation
from secc.ledd import core
from secc.ledd.adapter import Adapter
from secc.ledd.events import DriveOutput
from secc.ledd.main import Connection, Ledd, start
from secc.ports import Bus, Clock, PortError, Station
from secc.runtime.broker import Broker
from secc.runtime.bus import MqttBus
from secc.runtime.clock import LoopClock, VirtualClock
from secc.runtime.context import ConfigurationRefused, Context
from secc.runtime.membus import MemoryBus
from secc.runtime.replay import replay
from secc.runtime.trace import Trace

Until = Callable[..., Awaitable[float]]
READY = '{"leds": [{"gpios": [84, 85], "behaviors": [%s]}]}'
WHITE = '{"condition": "ready", "mode": "solid", "color": "white"}'
RED = '{"condition": "error", "mode": "solid", "color": "red"}'
INIT = '{"condition": "init", "mode": "solid", "color": "black"}'


def no_stop(reason: str) -> None:
    raise AssertionError(reason)


def context(
    folder: Path, bus: Bus, station: Station, clock: Clock | None = None, trace: Trace | None = None
) -> Context:
    (folder / "customer.json").write_text("{}")
    if not (folder / "leds.json").exists():
        (folder / "leds.json").write_text(READY % f"{WHITE}, {RED}, {INIT}")
    return Context("ledd", clock or VirtualClock(), bus, lambda: station, folder, trace, no_stop)


def outputs(station: SimStation) -> tuple[bool, ...]:
    return station.controls.digital_out[:2]


def evsed_runs(bus: Bus) -> None:
    bus.publish(VERSION_CHARGING_SOFTWARE, "1.2.3")
    bus.publish(DAEMON_STATE, DaemonState.RUNNING, "evsed")


def green_led(root: Path) -> Path:
    led = root / "green:boot"
    led.mkdir()
    (led / "trigger").write_text("none [timer]\n")
    (led / "max_brightness").write_text("255\n")
    return led


def test_outputs_follow_and_rest_after_the_end(tmp_path: Path) -> None:
    bus, station, clock = MemoryBus(), SimStation(), VirtualClock()
    led = green_led(tmp_path)
    ledd = Ledd(context(tmp_path, bus, station, clock), board_leds=tmp_path)
    assert outputs(station) == (False, False)
    assert (led / "trigger").read_text() == "none [timer]\n"
    evsed_runs(bus)
    assert outputs(station) == (True, True)
    assert (led / "trigger").read_text() == "none\n"
    assert (led / "brightness").read_text() == "255\n"
    bus.publish(CONTACTOR_ERROR, True)
    bus.publish(CONTACTOR_ERROR, False)
    assert outputs(station) == (True, True)
    ledd.stop()
    assert outputs(station) == (False, False)
    clock.advance(100_000)
    assert clock.pending() == 0


def test_it_publishes_nothing(tmp_path: Path) -> None:
    bus, clock = MemoryBus(), VirtualClock()
    ledd = start(context(tmp_path, bus, SimStation(), clock))
    for second in range(100):
        clock.advance(1000)
        ledd.tick(second * 1000)
    assert bus.log == []
    assert ledd.ticked == 100


def test_an_edit_applies_at_once_and_a_wrong_one_never(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    bus, station, clock = MemoryBus(), SimStation(), VirtualClock()
    start(context(tmp_path, bus, station, clock))
    evsed_runs(bus)
    (tmp_path / "leds.json").write_text(READY % WHITE.replace("white", "green"))
    clock.advance(3_000)
    assert outputs(station) == (False, True)
    (tmp_path / "leds.json").write_text(READY % WHITE.replace("white", "beige"))
    clock.advance(3_000)
    assert outputs(station) == (False, True)
    assert "leds.json:1:" in caplog.text
    assert "(the LEDs go on as before)" in caplog.text
    (tmp_path / "customer.json").write_text("{")
    (tmp_path / "leds.json").write_text(READY % WHITE)
    clock.advance(3_000)
    assert outputs(station) == (False, True)
    (tmp_path / "customer.json").write_text("{}")
    clock.advance(3_000)
    assert outputs(station) == (True, True)


def test_it_starts_over_a_customer_json_that_keeps_evsed_from_starting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    station, clock = SimStation(), VirtualClock()
    this = context(tmp_path, MemoryBus(), station, clock)
    (tmp_path / "customer.json").write_text("{")
    start(this)
    assert "the LEDs take its defaults" in caplog.text
    clock.advance(60_000)
    assert outputs(station) == (True, False)


def test_a_wrong_leds_json_keeps_it_from_starting(tmp_path: Path) -> None:
    station = SimStation()
    this = context(tmp_path, MemoryBus(), station)
    (tmp_path / "leds.json").write_text('{"leds": [{"gpios": [1]}]}')
    with pytest.raises(ConfigurationRefused, match="no digital output"):
        start(this)


def test_only_outputs_that_are_used_are_claimed() -> None:
    class Claims(SimStation):
        claimed: tuple[str, ...] = ()

        def digital_out(self, name: str) -> Any:
            self.claimed += (name,)
            return super().digital_out(name)

    station = Claims()
    adapter = Adapter(station, lambda: None)
    assert station.claimed == ()
    for level in (False, True, False):
        adapter.perform(DriveOutput("digital_out_5", level))
    assert station.claimed == ("digital_out_5",)
    with pytest.raises(PortError):
        adapter.perform(DriveOutput("digital_out_9", level=True))
    with pytest.raises(TypeError, match="no hands"):
        adapter.perform(Tick(0))


def test_a_trace_can_be_replayed(tmp_path: Path) -> None:
    bus, clock = MemoryBus(), VirtualClock()
    trace = Trace(tmp_path / "trace", "ledd")
    ledd = start(context(tmp_path, bus, SimStation(), clock, trace))
    evsed_runs(bus)
    bus.publish(CONTACTOR_ERROR, True)
    clock.advance(2_000)
    ledd.stop()
    trace.close()
    topics = (*core.SUBSCRIBED, VERSION_CHARGING_SOFTWARE)
    count, difference = replay(core, "ledd", tmp_path / "trace", topics)
    assert difference is None
    assert count >= 5


def test_the_memory_bus_has_no_connection_to_lose() -> None:
    assert not isinstance(MemoryBus(), Connection)


def test_a_broker_that_dies_is_an_error_until_evsed_is_heard_again(broker: Any, tmp_path: Path, until: Until) -> None:
    """With the shipped wiring: MqttBus tells ledd about its connections."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        buses = [MqttBus(loop, Broker("127.0.0.1", broker.port), name) for name in ("ledd", "evsed")]
        assert isinstance(buses[0], Connection)
        for bus in buses:
            bus.start()
        await until(lambda: all(bus.connected for bus in buses))
        station = SimStation()
        ledd = start(context(tmp_path, buses[0], station, LoopClock(loop)))
        ledd.tick(0)
        buses[1].will(DAEMON_STATE, DaemonState.LOST, "evsed")  # published last after a reconnect
        evsed_runs(buses[1])
        buses[1].publish(CONTACTOR_ERROR, False)
        await until(lambda: outputs(station) == (True, True))
        broker.kill()
        await until(lambda: not buses[0].connected)
        assert outputs(station) == (True, True)
        ledd.tick(1)
        assert outputs(station) == (True, False)
        broker.start()
        await until(lambda: all(bus.connected for bus in buses))
        await until(lambda: outputs(station) == (True, True))
        ledd.tick(2)
        assert outputs(station) == (True, True)
        ledd.stop()
        for bus in buses:
            await bus.close()

    asyncio.run(main())


def test_a_broker_that_came_back_unnoticed_is_asked_once_more(broker: Any, tmp_path: Path, until: Until) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        buses = [MqttBus(loop, Broker("127.0.0.1", broker.port), name) for name in ("ledd", "evsed")]
        for bus in buses:
            bus.start()
        await until(lambda: all(bus.connected for bus in buses))
        station = SimStation()
        ledd = start(context(tmp_path, buses[0], station, LoopClock(loop)))
        ledd.tick(0)
        evsed_runs(buses[1])
        await until(lambda: outputs(station) == (True, True))
        broker.kill()
        await until(lambda: not buses[0].connected)
        broker.start()
        await until(lambda: all(bus.connected for bus in buses))
        ledd.tick(1)
        assert outputs(station) == (True, False)
        await until(lambda: outputs(station) == (True, True))
        ledd.stop()
        for bus in buses:
            await bus.close()

    asyncio.run(main())
