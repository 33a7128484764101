"""The safe state of the hardware: `secc safe-state`, run by the service manager whenever evsed has ended.

Pins keep their last level when the process that drove them is gone. So this drives, in this order: both relays off,
the lock motor coasting (the bolt stays where it is), and the pilot, if it is driven, to +12 V without PWM. That is
state X1 of IEC 61851-1: no car may draw current, and each may go on when evsed is back; state F would send many cars
into an error that lasts until they are unplugged. Digital outputs stay as they are until evsed drives them again.
It imports next to nothing: relays must be off well within a second on a slow processor. Guide §15.13, table 70.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # as typing.TYPE_CHECKING, without its import
if TYPE_CHECKING:
    from secc.hw.board import Board

EXIT_OK = 0
EXIT_USAGE = 64
EXIT_UNAVAILABLE = 69

SIMULATED = b'{"relay_1_enable":false,"relay_2_enable":false,"motor_1_in1":false,"motor_1_in2":false,"pilot_pct":100}\n'
"""The same, in the words of sim/link.py."""
ANSWER_S = 2.0


def safe_state(station: str) -> int:
    """Drive the hardware of `station` (sim:SOCKET, tarragon, or a board profile) to its safe state; the exit code.

    It may be called at any time, and again. What cannot be done is said on stderr and does not keep the rest from it.
    """
    kind, _, socket_path = station.partition(":")
    if kind == "sim" and socket_path:
        wrong = _simulated(socket_path)
    elif station == "tarragon" or station.endswith(".toml"):
        wrong = _board(station)
    else:
        sys.stderr.write(f"secc: safe-state: --station {station!r}: sim:SOCKET, tarragon or FILE.toml\n")
        return EXIT_USAGE
    for line in wrong:
        sys.stderr.write(f"secc: safe-state: {line}\n")
    if not wrong:
        sys.stderr.write("secc: safe-state: relays off, lock motor coasts, no PWM at the pilot\n")
    return EXIT_UNAVAILABLE if wrong else EXIT_OK


def _board(profile: str, root: str = "/") -> list[str]:
    from secc.hw.board import BoardError, load
    from secc.hw.linux.gpio_outputs import switch_off

    try:
        board = load(profile)
    except BoardError as error:
        return [str(error)]
    return switch_off(board, board.safe_lines, f"{root.rstrip('/')}/dev") + _pilot(board, root)


def _pilot(board: Board, root: str) -> list[str]:
    from secc.hw.linux.pwm import Pwm

    try:
        Pwm(board.pilot, root).full()
    except OSError as error:
        return [f"control pilot: {error.filename}: {error.strerror}"]
    return []


def _simulated(path: str) -> list[str]:
    """Say it to the plant, and wait until it has obeyed: then it closes the connection."""
    import socket

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as wires:
        wires.settimeout(ANSWER_S)
        try:
            wires.connect(path)
            wires.sendall(SIMULATED)
            wires.shutdown(socket.SHUT_WR)
            while wires.recv(65536):
                pass
        except TimeoutError:
            return [f"{path}: the simulated plant does not answer within {ANSWER_S:g} s"]
        except OSError as error:
            return [f"{path}: no simulated plant answers there: {error.strerror or error}"]
    return []
