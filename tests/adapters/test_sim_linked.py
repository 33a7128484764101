"""The board's end of the wires: stations in processes of their own, and all that breaks between them and a plant."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from secc.hw.linked import LinkedStation
from secc.hw.simlink import GREETING_S
from secc.ports import PortError
from secc.sim.link import SILENT_MS

Until = Callable[..., Awaitable[float]]

PLANT = """
import asyncio, sys
from secc.runtime.clock import LoopClock
from secc.sim.bench import Bench
from secc.sim.ev import EvSpec
from secc.sim.link import LinkServer
from secc.sim.plant import StationSpec, build

async def main():
    server = LinkServer(sys.argv[1])
    Bench(build(StationSpec(rotary=5), EvSpec()), server, LoopClock(asyncio.get_running_loop())).start()
    await asyncio.Event().wait()

asyncio.run(main())
"""


class PlantProcess:
    """A plant of its own process."""

    def __init__(self, path: Path) -> None:
        self._process = subprocess.Popen([sys.executable, "-c", PLANT, str(path)])

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "plant.sock"


@pytest.fixture
def plant(path: Path) -> Iterator[PlantProcess]:
    running = PlantProcess(path)
    try:
        yield running
    finally:
        running.end()


def pilot_mv(station: LinkedStation) -> int:
    raw, _ = station.peaks().read()
    return (raw * 3300 // 4095) * 4561 // 476 - 16013


def dead(station: LinkedStation) -> bool:
    return abs(pilot_mv(station)) < 20


@pytest.mark.usefixtures("plant")
def test_a_board_drives_and_sees_its_plant(path: Path, until: Until) -> None:
    async def run() -> None:
        station = LinkedStation(str(path))
        assert station.digital_in("rotary_switch_1_1").read()
        assert station.digital_in("rotary_switch_1_4").read()
        assert not station.digital_in("rotary_switch_1_2").read()
        edges: list[bool] = []
        station.digital_in("relay_1_sense").watch(edges.append)
        station.pilot().drive(100.0)
        station.digital_out("relay_1_enable").write(True)
        await until(lambda: edges == [True])
        await until(lambda: pilot_mv(station) > 11_900)
        station.digital_out("relay_1_enable").write(False)
        await until(lambda: edges == [True, False])
        station.close()
        assert dead(station)

    asyncio.run(run())


def test_the_plant_dies_and_comes_back(path: Path, plant: PlantProcess, until: Until) -> None:
    async def run() -> None:
        station = LinkedStation(str(path))
        station.pilot().drive(100.0)
        await until(lambda: pilot_mv(station) > 11_900)
        plant.end()
        assert await until(lambda: dead(station)) < 0.5
        again = PlantProcess(path)
        try:
            await until(lambda: pilot_mv(station) > 11_900, 10)
        finally:
            again.end()
        station.close()

    asyncio.run(run())


def test_a_plant_that_hangs_counts_as_dead(path: Path, plant: PlantProcess, until: Until) -> None:
    async def run() -> None:
        station = LinkedStation(str(path))
        station.pilot().drive(100.0)
        await until(lambda: pilot_mv(station) > 11_900)
        plant.send(signal.SIGSTOP)
        try:
            took_s = await until(lambda: dead(station))
        finally:
            plant.send(signal.SIGCONT)
        assert SILENT_MS / 1000 - 0.3 < took_s < SILENT_MS / 1000 + 1
        await until(lambda: pilot_mv(station) > 11_900)
        station.close()

    asyncio.run(run())


def test_without_a_plant_there_is_no_station(path: Path) -> None:
    async def run() -> None:
        station = LinkedStation(str(path))
        with pytest.raises(PortError, match="no simulated plant answers there"):
            station.pilot()

    assert GREETING_S <= 5
    asyncio.run(run())


def test_outside_of_a_loop_there_is_no_station(path: Path) -> None:
    with pytest.raises(PortError, match="running loop"):
        LinkedStation(str(path)).pilot()


@pytest.mark.usefixtures("plant")
def test_two_stations_at_one_plant(path: Path, until: Until) -> None:
    async def run() -> None:
        power, lamps = LinkedStation(str(path)), LinkedStation(str(path))
        relay, closed = power.digital_out("relay_1_enable"), lamps.digital_in("relay_1_sense")
        relay.write(True)
        await until(closed.read)
        lamps.digital_out("digital_out_1").write(True)
        lamps.digital_out("relay_2_enable")
        power.pilot().drive(100.0)
        await until(lambda: pilot_mv(lamps) > 11_900)
        assert closed.read()
        power.close()
        heir = LinkedStation(str(path))
        assert heir.digital_in("relay_1_sense").read()
        assert pilot_mv(heir) > 11_900
        heir.digital_out("relay_1_enable")  # claimed, as a daemon does that starts anew: it falls
        await until(lambda: not closed.read())
        assert heir.digital_out("relay_1_enable") is heir.digital_out("relay_1_enable")
        with pytest.raises(PortError, match="has no digital output 'relay_3_enable'"):
            heir.digital_out("relay_3_enable")
        lamps.close()
        heir.close()

    asyncio.run(run())
