"""Plant and boards in several processes: the wires as JSON lines over a UNIX socket, and the plant's end of them.

A board sends what it drives: one object a line, with the outputs of DRIVEN that it means and no others, as
{"relay_1_enable": true, "pilot_pct": 26.67}. Each keeps its level until somebody drives it otherwise, also when whoever
drove it is gone: so do the pins of the real board. Up to MAX_BOARDS boards may be there at once (a daemon, the
safe-state command, a test that only looks). The plant sends its readings, all of them, to each when they change and at
least every HEARTBEAT_MS, and closes a connection as soon as it has obeyed everything that came over it. What comes in
is bounded and checked field by field. hw/simlink.py is the other end.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
import stat
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, TypeAlias

from secc.ports import PortError
from secc.sim.plant import INPUTS, Controls, Readings

MAX_LINE = 4_096
MAX_BOARDS = 8
HEARTBEAT_MS = 200
SILENT_MS = 1_000
"""A board that hears nothing for so long takes its plant for dead."""

Drive: TypeAlias = Mapping[str, bool | float | None]
"""Outputs by their names on the wire, and what they are driven to."""

_FIELDS = {
    "relay_1_enable": "relay_1",
    "relay_2_enable": "relay_2",
    "motor_1_in1": "motor_in1",
    "motor_1_in2": "motor_in2",
    "pilot_pct": "duty_pct",
    "threshold_mv": "threshold_mv",
}
_OUTPUTS = tuple(f"digital_out_{number + 1}" for number in range(INPUTS))
DRIVEN = (*_FIELDS, *_OUTPUTS)
"""Outputs on the wire: lines are true or false, pilot_pct is null (0 V) or 0 to 100, threshold_mv 0 to 12000."""

_log = logging.getLogger("secc.sim")


class LinkError(ValueError):
    """Bytes that are no line of the link; the message says why."""


class Lines:
    """Cuts a stream into lines of at most MAX_LINE bytes."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The lines completed by `data`; LinkError if one grows too long."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if any(len(line) > MAX_LINE for line in (*lines, self._rest)):
            raise LinkError(f"a line is longer than {MAX_LINE} bytes")
        return lines


def encode(values: Drive | Readings) -> bytes:
    """One line."""
    document = asdict(values) if isinstance(values, Readings) else dict(values)
    return json.dumps(document, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def drive_of(controls: Controls) -> dict[str, bool | float | None]:
    """Every output of the board as it is driven."""
    outputs = dict(zip(_OUTPUTS, controls.digital_out, strict=True))
    return {name: getattr(controls, field) for name, field in _FIELDS.items()} | outputs


def driven(controls: Controls, drive: Drive) -> Controls:
    """The controls after somebody drove `drive`."""
    outputs = tuple(bool(drive.get(name, level)) for name, level in zip(_OUTPUTS, controls.digital_out, strict=True))
    fields: dict[str, Any] = {field: drive[name] for name, field in _FIELDS.items() if name in drive}
    return replace(controls, digital_out=outputs, **fields)


def _object(line: bytes) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a name stands there twice")
        return dict(pairs)

    try:
        value = json.loads(line, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise LinkError(f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise LinkError("an object is expected")
    return value


def _bool(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise LinkError(f"{name} must be true or false")
    return value


def _int(value: object, name: str, high: int) -> int:
    if type(value) is not int or not 0 <= value <= high:
        raise LinkError(f"{name} must be a whole number from 0 to {high}")
    return value


def _output(name: str, value: object) -> bool | float | None:
    if name == "threshold_mv":
        return _int(value, name, 12_000)
    if name != "pilot_pct":
        return _bool(value, name)
    if value is None:
        return None
    if type(value) not in (int, float) or not 0 <= value <= 100:  # type: ignore[operator]
        raise LinkError("pilot_pct must be null or a number from 0 to 100")
    return value  # type: ignore[return-value]


def decode_drive(line: bytes) -> Drive:
    """What a board drives; LinkError if the line says anything else, or nothing."""
    document = _object(line)
    if not document or not set(document) <= set(DRIVEN):
        raise LinkError(f"an object with some of {', '.join(DRIVEN)} is expected")
    return {name: _output(name, value) for name, value in document.items()}


def _reading(name: str, value: object) -> bool | int | tuple[bool, ...]:
    if name == "digital_in":
        if not isinstance(value, list) or len(value) != INPUTS:
            raise LinkError(f"{name} must be {INPUTS} levels")
        return tuple(_bool(item, name) for item in value)
    if name == "rotary":
        return _int(value, name, 15)
    return _int(value, name, 4095) if name.endswith("_raw") else _bool(value, name)


def decode_readings(line: bytes) -> Readings:
    """What the board sees; LinkError if the line says anything else."""
    document = _object(line)
    if set(document) != set(Readings.__slots__):
        raise LinkError(f"an object with {', '.join(Readings.__slots__)} is expected")
    values: dict[str, Any] = {name: _reading(name, value) for name, value in document.items()}
    return Readings(**values)


def _put_away(path: str) -> None:
    """Remove the socket of a simulation that is gone; PortError if it is anything else."""
    if not stat.S_ISSOCK(os.lstat(path).st_mode):
        raise PortError(f"{path} exists and is no socket: choose another path")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        if probe.connect_ex(path) == 0:
            raise PortError(f"{path}: another simulation listens there: stop it, or choose another path")
    os.unlink(path)


def _listen(path: str) -> socket.socket:
    """A listening socket at `path`, for its owner alone; PortError says why there cannot be one."""
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if os.path.lexists(path):
            _put_away(path)
        server.bind(path)
        os.chmod(path, 0o600)
        server.listen(MAX_BOARDS)
    except (OSError, ValueError) as error:
        server.close()
        raise PortError(f"{path}: cannot listen there: {error}") from None
    except PortError:
        server.close()
        raise
    server.setblocking(False)
    return server


class _Board:
    """One connection."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.lines = Lines()
        self.sent: Readings | None = None
        self.sent_s = 0.0


class LinkServer:
    """The plant's end (a Wiring of the bench). Looked after at each step, so it needs no thread and no
    loop.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._server = _listen(path)
        self._boards: list[_Board] = []
        self._controls = Controls()

    @property
    def controls(self) -> Controls:
        """What is driven; the last levels stay when whoever drove them is gone."""
        self._accept()
        for board in tuple(self._boards):
            self._receive(board)
        return self._controls

    def show(self, readings: Readings) -> None:
        """Send the readings to each board if they changed, or as a sign of life."""
        now_s = time.monotonic()
        for board in tuple(self._boards):
            if readings != board.sent or (now_s - board.sent_s) * 1000 >= HEARTBEAT_MS:
                self._send(board, readings)
                board.sent, board.sent_s = readings, now_s

    def close(self) -> None:
        """No boards, no socket."""
        for board in tuple(self._boards):
            self._drop(board, "is left alone: the simulation ends")
        self._server.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path)

    def _accept(self) -> None:
        try:
            connection, _ = self._server.accept()
        except BlockingIOError:
            return
        if len(self._boards) == MAX_BOARDS:
            _log.warning("%s: another board wants to connect beside %d: refused", self._path, MAX_BOARDS)
            connection.close()
            return
        connection.setblocking(False)
        self._boards.append(_Board(connection))
        _log.info("%s: a board is connected", self._path)

    def _send(self, board: _Board, readings: Readings) -> None:
        try:
            board.connection.sendall(encode(readings))
        except OSError as error:
            self._receive(board)  # its last words count: the safe-state command says them and leaves
            self._drop(board, f"does not take readings: {error.strerror or error}")

    def _receive(self, board: _Board) -> None:
        try:
            data = board.connection.recv(16 * MAX_LINE)
            if not data:
                self._drop(board, "is gone; what it drove stays as it is")
                return
            for line in board.lines.feed(data):
                self._controls = driven(self._controls, decode_drive(line))
        except BlockingIOError:
            return
        except LinkError as error:
            self._drop(board, f"sent nonsense: {error}")
        except OSError as error:
            self._drop(board, f"is gone: {error.strerror or error}")

    def _drop(self, board: _Board, reason: str) -> None:
        if board in self._boards:
            _log.info("%s: a board %s", self._path, reason)
            self._boards.remove(board)
            board.connection.close()
