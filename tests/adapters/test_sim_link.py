"""Plant and board in two processes: the wires over a UNIX socket, from both ends, with everything that breaks."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secc.hw.sim import LinkedStation
from secc.hw.simlink import GREETING_S
from secc.ports import PortError
from secc.runtime.clock import VirtualClock
from secc.sim.actions import Rotary
from secc.sim.bench import Bench
from secc.sim.ev import EvSpec
from secc.sim.link import (
    MAX_LINE,
    SILENT_MS,
    Lines,
    LinkError,
    LinkServer,
    decode_controls,
    decode_readings,
    encode,
)
from secc.sim.plant import DEAD_BOARD, Controls, Readings, StationSpec, build

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
    raw = station.adc("cp_positive_peak").read()
    return (raw * 3300 // 4095) * 4561 // 476 - 16013


def dead(station: LinkedStation) -> bool:
    return abs(pilot_mv(station)) < 20


levels = st.booleans()
six = st.lists(levels, min_size=6, max_size=6).map(tuple)
raws = st.integers(0, 4095)
controls = st.builds(Controls, levels, levels, levels, levels, st.none() | st.floats(0, 100), six)
readings = st.builds(Readings, raws, raws, raws, raws, raws, levels, levels, st.integers(0, 15), six)


@given(controls, readings)
def test_what_is_sent_is_what_arrives(drives: Controls, sees: Readings) -> None:
    assert decode_controls(encode(drives).rstrip(b"\n")) == drives
    assert decode_readings(encode(sees).rstrip(b"\n")) == sees


@given(st.binary(max_size=200))
def test_nonsense_is_an_error_and_nothing_else(line: bytes) -> None:
    with pytest.raises(LinkError):
        decode_controls(line)
    with pytest.raises(LinkError):
        decode_readings(line)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("relay_1", 1), ("relay_1", None), ("duty_pct", -1), ("duty_pct", 101), ("duty_pct", "5"), ("duty_pct", True),
        ("digital_out", [True] * 5), ("digital_out", [1] * 6), ("digital_out", "xxxxxx"), ("more", 1),
    ],
)  # fmt: skip
def test_controls_are_checked_field_by_field(field: str, value: object) -> None:
    with pytest.raises(LinkError):
        decode_controls(json.dumps(asdict(Controls()) | {field: value}).encode())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rotary", 16),
        ("rotary", -1),
        ("rotary", True),
        ("proximity_raw", 4096),
        ("proximity_raw", 1.0),
        ("digital_in", []),
    ],
)
def test_readings_are_checked_field_by_field(field: str, value: object) -> None:
    with pytest.raises(LinkError):
        decode_readings(json.dumps(asdict(DEAD_BOARD) | {field: value}).encode())


def test_nan_is_no_duty_cycle() -> None:
    line = json.dumps(asdict(Controls())).replace("null", "NaN").encode()
    with pytest.raises(LinkError):
        decode_controls(line)


def test_lines_are_cut_wherever_they_are_torn() -> None:
    lines = Lines()
    assert lines.feed(b"on") == []
    assert lines.feed(b"e\ntwo\nth") == [b"one", b"two"]
    assert lines.feed(b"ree\n") == [b"three"]
    with pytest.raises(LinkError, match="longer"):
        lines.feed(b"x" * (MAX_LINE + 1))


def test_readings_come_when_they_change_and_as_a_sign_of_life(path: Path) -> None:
    server = LinkServer(str(path))
    clock = VirtualClock()
    bench = Bench(build(StationSpec(rotary=5), EvSpec()), server, clock)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    bench.start()
    board = Peer(path)
    clock.advance(100)
    assert bench.act(Rotary(6)) is None
    clock.advance(100)
    server.close()
    received = b""
    while data := board.socket.recv(MAX_LINE):
        received += data
    board.socket.close()
    assert [decode_readings(line).rotary for line in received.splitlines()] == [5, 6]
    assert not path.exists()


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


class Peer:
    """A board by hand, at a server that is looked after by hand."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(5)
        self.socket.connect(str(path))

    def gone(self) -> bool:
        try:
            while self.socket.recv(MAX_LINE):
                pass
        except ConnectionResetError:
            pass
        return True


@pytest.fixture
def server(path: Path) -> Iterator[LinkServer]:
    it = LinkServer(str(path))
    try:
        yield it
    finally:
        it.close()


def test_when_the_board_is_gone_its_outputs_fall(path: Path, server: LinkServer) -> None:
    assert server.controls == Controls()
    board = Peer(path)
    drives = Controls(relay_1=True, duty_pct=26.67)
    board.socket.sendall(encode(drives))
    assert server.controls == drives
    board.socket.close()
    assert server.controls == Controls()


@pytest.mark.parametrize("line", [b"nonsense\n", b"{}\n", b"x" * (MAX_LINE + 1), b"[" * 3000 + b"\n"])
def test_a_board_that_talks_nonsense_is_dropped(path: Path, server: LinkServer, line: bytes) -> None:
    board = Peer(path)
    board.socket.sendall(encode(Controls(relay_1=True)) + line)
    for _ in range(3):
        drives = server.controls
    assert drives == Controls()
    assert board.gone()
    board.socket.close()


def test_one_board_at_a_time(path: Path, server: LinkServer) -> None:
    first = Peer(path)
    first.socket.sendall(encode(Controls(relay_1=True)))
    assert server.controls.relay_1
    second = Peer(path)
    assert server.controls.relay_1
    assert second.gone()
    first.socket.close()
    second.socket.close()


def test_a_board_that_takes_nothing_is_dropped_and_holds_nobody_up(path: Path, server: LinkServer) -> None:
    board = Peer(path)
    board.socket.sendall(encode(Controls(relay_1=True)))
    assert server.controls.relay_1
    for number in range(20_000):
        server.show(Readings(number % 4096, 0, 0, 0, 0, False, False, 0, (False,) * 6))
    assert server.controls == Controls()
    board.socket.close()


def test_sockets_of_the_past_are_put_away_and_other_things_are_not(path: Path, server: LinkServer) -> None:
    with pytest.raises(PortError, match="another simulation listens there"):
        LinkServer(str(path))
    left = path.with_name("left.sock")
    with socket.socket(socket.AF_UNIX) as crashed:
        crashed.bind(str(left))
    LinkServer(str(left)).close()
    file = path.with_name("file")
    file.write_text("precious")
    with pytest.raises(PortError, match="is no socket"):
        LinkServer(str(file))
    assert file.read_text() == "precious"
    link = path.with_name("link")
    link.symlink_to(file)
    with pytest.raises(PortError, match="is no socket"):
        LinkServer(str(link))
    for wrong in ("/none/at/all.sock", str(path.with_name("x" * 200))):
        with pytest.raises(PortError, match="cannot listen there"):
            LinkServer(wrong)
