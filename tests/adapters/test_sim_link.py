"""The plant's end of the wires over a UNIX socket: what is said there, who may say it, and what stays."""

from __future__ import annotations

import json
import os
import socket
import stat
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secc.ports import PortError
from secc.runtime.clock import VirtualClock
from secc.sim.actions import Rotary
from secc.sim.bench import Bench
from secc.sim.ev import EvSpec
from secc.sim.link import (
    DRIVEN,
    MAX_BOARDS,
    MAX_LINE,
    Lines,
    LinkError,
    LinkServer,
    decode_drive,
    decode_readings,
    drive_of,
    driven,
    encode,
)
from secc.sim.plant import DEAD_BOARD, Controls, Readings, StationSpec, build


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "plant.sock"


levels = st.booleans()
six = st.lists(levels, min_size=6, max_size=6).map(tuple)
raws = st.integers(0, 4095)
controls = st.builds(
    Controls, levels, levels, levels, levels, st.none() | st.floats(0, 100), six, st.integers(0, 12_000)
)
readings = st.builds(Readings, raws, raws, raws, raws, raws, levels, levels, st.integers(0, 15), six)


@given(controls, controls, st.sets(st.sampled_from(DRIVEN), min_size=1))
def test_a_board_drives_what_it_names_and_nothing_else(before: Controls, wanted: Controls, names: set[str]) -> None:
    said = {name: value for name, value in drive_of(wanted).items() if name in names}
    after = drive_of(driven(before, decode_drive(encode(said).rstrip(b"\n"))))
    assert after == drive_of(before) | said


@given(readings)
def test_what_is_shown_is_what_arrives(sees: Readings) -> None:
    assert decode_readings(encode(sees).rstrip(b"\n")) == sees


def test_every_output_of_the_plant_is_on_the_wire() -> None:
    drives_all = Controls(True, True, True, True, 50.0, (True,) * 6, 6000)
    assert [field.name for field in fields(Controls)] == list(asdict(drives_all))
    assert driven(Controls(), drive_of(drives_all)) == drives_all
    assert tuple(drive_of(drives_all)) == DRIVEN


@given(st.binary(max_size=200))
def test_nonsense_is_an_error_and_nothing_else(line: bytes) -> None:
    with pytest.raises(LinkError):
        decode_drive(line)
    with pytest.raises(LinkError):
        decode_readings(line)


@pytest.mark.parametrize(
    "line",
    [
        '{"relay_1_enable":1}', '{"relay_1_enable":null}', '{"pilot_pct":-1}', '{"pilot_pct":101}', '{"pilot_pct":"5"}',
        '{"pilot_pct":true}', '{"pilot_pct":NaN}', '{"threshold_mv":12001}', '{"threshold_mv":6e3}',
        '{"digital_out_1":[true]}', '{"digital_out_7":true}', '{"relay_1_enable":true,"more":1}', "{}", "[]", "null",
        '{"relay_1_enable":true,"relay_1_enable":false}',
    ],
)  # fmt: skip
def test_what_is_driven_is_checked_name_by_name(line: str) -> None:
    with pytest.raises(LinkError):
        decode_drive(line.encode())


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


class Peer:
    """A board by hand, at a server that is looked after by hand."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(5)
        self.socket.connect(str(path))
        self._file: BinaryIO | None = None

    def says(self, **drive: bool | float | None) -> None:
        self.socket.sendall(encode(drive))

    def reads(self) -> Readings:
        """The next readings."""
        if self._file is None:
            self._file = self.socket.makefile("rb")
        return decode_readings(self._file.readline().rstrip(b"\n"))

    def gone(self) -> bool:
        if self._file is not None:
            self._file.close()
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


def test_what_was_driven_stays_when_the_board_is_gone(path: Path, server: LinkServer) -> None:
    assert server.controls == Controls()
    board = Peer(path)
    board.says(relay_1_enable=True, pilot_pct=26.67)
    assert server.controls == Controls(relay_1=True, duty_pct=26.67)
    board.socket.close()
    for _ in range(3):
        drives = server.controls
    assert drives == Controls(relay_1=True, duty_pct=26.67)
    other = Peer(path)
    other.says(relay_1_enable=False)
    assert server.controls == Controls(duty_pct=26.67)
    other.socket.close()


@pytest.mark.parametrize("line", [b"nonsense\n", b"{}\n", b"x" * (MAX_LINE + 1), b"[" * 3000 + b"\n"])
def test_a_board_that_talks_nonsense_is_dropped(path: Path, server: LinkServer, line: bytes) -> None:
    board = Peer(path)
    board.says(relay_1_enable=True)
    assert server.controls == Controls(relay_1=True)
    board.socket.sendall(line + encode({"relay_1_enable": False}))
    for _ in range(3):
        drives = server.controls
    assert drives == Controls(relay_1=True)
    assert board.gone()
    board.socket.close()


def test_boards_side_by_side_drive_their_own_lines(path: Path, server: LinkServer) -> None:
    power, lamps = Peer(path), Peer(path)
    power.says(relay_1_enable=True)
    lamps.says(digital_out_1=True)
    for _ in range(3):
        drives = server.controls
    assert drives == Controls(relay_1=True, digital_out=(True, *(False,) * 5))
    power.says(relay_1_enable=False)
    lamps.says(digital_out_1=False, digital_out_3=True)
    for _ in range(3):
        drives = server.controls
    assert drives == Controls(digital_out=(False, False, True, *(False,) * 3))
    server.show(DEAD_BOARD)
    assert power.reads() == lamps.reads() == DEAD_BOARD
    power.socket.close()
    lamps.socket.close()


def test_there_are_not_more_boards_than_that(path: Path, server: LinkServer) -> None:
    boards = [Peer(path) for _ in range(MAX_BOARDS)]
    for _ in boards:
        assert server.controls == Controls()
    late = Peer(path)
    assert server.controls == Controls()
    assert late.gone()
    boards[0].socket.close()
    assert server.controls == Controls()
    again = Peer(path)
    again.says(relay_2_enable=True)
    for _ in range(2):
        drives = server.controls
    assert drives == Controls(relay_2=True)
    for board in (*boards, late, again):
        board.socket.close()


def test_last_words_count(path: Path, server: LinkServer) -> None:
    """Between two looks of the plant a board comes, drives and leaves; the plant notices first that it is gone."""
    board = Peer(path)
    assert server.controls == Controls()
    board.says(relay_1_enable=True)
    board.socket.close()
    server.show(DEAD_BOARD)
    assert server.controls == Controls(relay_1=True)
    hasty = Peer(path)
    hasty.says(relay_1_enable=False)
    hasty.socket.close()
    assert server.controls == Controls()


def test_whoever_stops_talking_knows_when_it_was_obeyed(path: Path, server: LinkServer) -> None:
    board = Peer(path)
    board.says(relay_1_enable=True)
    board.socket.shutdown(socket.SHUT_WR)
    for _ in range(2):
        drives = server.controls
    assert drives == Controls(relay_1=True)
    assert board.gone()
    board.socket.close()


def test_a_board_that_takes_nothing_is_dropped_and_holds_nobody_up(path: Path, server: LinkServer) -> None:
    board, other = Peer(path), Peer(path)
    board.says(relay_1_enable=True)
    for _ in range(2):
        assert server.controls.relay_1
    last = DEAD_BOARD
    for number in range(20_000):
        last = Readings(number % 4096, 0, 0, 0, 0, False, False, 0, (False,) * 6)
        server.show(last)
        assert other.reads() == last
    assert server.controls == Controls(relay_1=True)
    assert board.gone()
    board.socket.close()
    other.socket.close()


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
