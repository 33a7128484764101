"""Plant and board in two processes: the wires as JSON lines over a UNIX socket, and the plant's end of
them.

One board at a time; it sends its controls whenever they change, the plant sends readings whenever they
change and at least every HEARTBEAT_MS. When the board's process is gone its outputs fall: relays off, pilot
not driven. What comes in is bounded and checked field by field. hw/simlink.py is the other end.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
import stat
import time
from dataclasses import asdict
from typing import Any

from secc.ports import PortError
from secc.sim.plant import INPUTS, Controls, Readings

MAX_LINE = 4_096
HEARTBEAT_MS = 200
SILENT_MS = 1_000
"""A board that hears nothing for so long takes its plant for dead."""

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


def encode(values: Controls | Readings) -> bytes:
    """One line."""
    return json.dumps(asdict(values), separators=(",", ":"), allow_nan=False).encode() + b"\n"


def _object(line: bytes, names: tuple[str, ...]) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LinkError(f"not JSON: {error}") from None
    if not isinstance(value, dict) or set(value) != set(names):
        raise LinkError(f"an object with {', '.join(names)} is expected")
    return value


def _bool(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise LinkError(f"{name} must be true or false")
    return value


def _levels(value: object, name: str) -> tuple[bool, ...]:
    if not isinstance(value, list) or len(value) != INPUTS:
        raise LinkError(f"{name} must be {INPUTS} levels")
    return tuple(_bool(item, name) for item in value)


def _int(value: object, name: str, high: int) -> int:
    if type(value) is not int or not 0 <= value <= high:
        raise LinkError(f"{name} must be a whole number from 0 to {high}")
    return value


def decode_controls(line: bytes) -> Controls:
    """What the board drives; LinkError if the line says anything else."""
    o = _object(line, Controls.__slots__)
    duty_pct = o["duty_pct"]
    if duty_pct is not None and (type(duty_pct) not in (int, float) or not 0 <= duty_pct <= 100):
        raise LinkError("duty_pct must be null or a number from 0 to 100")
    relays = (_bool(o["relay_1"], "relay_1"), _bool(o["relay_2"], "relay_2"))
    motor = (_bool(o["motor_in1"], "motor_in1"), _bool(o["motor_in2"], "motor_in2"))
    return Controls(*relays, *motor, duty_pct, _levels(o["digital_out"], "digital_out"))


def decode_readings(line: bytes) -> Readings:
    """What the board sees; LinkError if the line says anything else."""
    o = _object(line, Readings.__slots__)

    def raw(name: str) -> int:
        return _int(o[name], name, 4095)

    return Readings(
        cp_positive_raw=raw("cp_positive_raw"),
        cp_negative_raw=raw("cp_negative_raw"),
        proximity_raw=raw("proximity_raw"),
        motor_1_sense_raw=raw("motor_1_sense_raw"),
        motor_capacitor_raw=raw("motor_capacitor_raw"),
        relay_1_sense=_bool(o["relay_1_sense"], "relay_1_sense"),
        relay_2_sense=_bool(o["relay_2_sense"], "relay_2_sense"),
        rotary=_int(o["rotary"], "rotary", 15),
        digital_in=_levels(o["digital_in"], "digital_in"),
    )


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
        server.listen(1)
    except (OSError, ValueError) as error:
        server.close()
        raise PortError(f"{path}: cannot listen there: {error}") from None
    except PortError:
        server.close()
        raise
    server.setblocking(False)
    return server


class LinkServer:
    """The plant's end (a Wiring of the bench). Looked after at each step, so it needs no thread and no
    loop.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._server = _listen(path)
        self._peer: socket.socket | None = None
        self._lines = Lines()
        self._controls = Controls()
        self._sent: Readings | None = None
        self._sent_s = 0.0

    @property
    def controls(self) -> Controls:
        """What the board drives; everything off while none is connected."""
        self._accept()
        self._receive()
        return self._controls

    def show(self, readings: Readings) -> None:
        """Send the readings if they changed, or as a sign of life."""
        now_s = time.monotonic()
        if self._peer is None or (readings == self._sent and (now_s - self._sent_s) * 1000 < HEARTBEAT_MS):
            return
        try:
            self._peer.sendall(encode(readings))
        except OSError as error:
            self._drop(f"does not take readings: {error.strerror or error}")
            return
        self._sent, self._sent_s = readings, now_s

    def close(self) -> None:
        """No board, no socket."""
        self._drop("is left alone: the simulation ends")
        self._server.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path)

    def _accept(self) -> None:
        try:
            peer, _ = self._server.accept()
        except BlockingIOError:
            return
        if self._peer is not None:
            _log.warning("%s: a second board wants to connect: refused", self._path)
            peer.close()
            return
        peer.setblocking(False)
        self._peer, self._lines, self._sent = peer, Lines(), None
        _log.info("%s: a board is connected", self._path)

    def _receive(self) -> None:
        if self._peer is None:
            return
        try:
            data = self._peer.recv(16 * MAX_LINE)
            if not data:
                self._drop("is gone")
                return
            for line in self._lines.feed(data):
                self._controls = decode_controls(line)
        except BlockingIOError:
            return
        except LinkError as error:
            self._drop(f"sent nonsense: {error}")
        except OSError as error:
            self._drop(f"is gone: {error.strerror or error}")

    def _drop(self, reason: str) -> None:
        if self._peer is not None:
            _log.warning("%s: the board %s", self._path, reason)
            self._peer.close()
        self._peer, self._controls = None, Controls()
