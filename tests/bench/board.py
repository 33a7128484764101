"""A board that takes the time: the moment of each sample, of each edge of an input, and of the command to the relay.

It is the Station of the benchmark. Readings of the pilot stand in memory that another process may share, levels of
inputs come with `edge`. Nothing on it follows by itself but the bolt of the plug lock and, if asked for, the feedback
of the contactor. It decides nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, MutableSequence
from enum import StrEnum

from secc.evsed.events import RELAY_SENSE

PILOT_A, PILOT_B, PILOT_C = (3633, 3633), (3173, 527), (2838, 527)
"""Peaks, highest and lowest, of a car that is not there, connected, and charging (both with PWM)."""
RELAY, FEEDBACK = "relay_1_enable", RELAY_SENSE[1]
EMERGENCY, RCD = "digital_in_1", "digital_in_2"
AT_REST = {EMERGENCY: False, RCD: True, "rotary_switch_1_1": True, "rotary_switch_1_4": True, "rotary_switch_1_8": True}
"""No emergency, an RCD that says normal, and position 13 of the rotary switch: three phases of 32 A."""


class Reaction(StrEnum):
    """What happens to a charging station: the car opens S2, the emergency stop is pulled, the RCD trips."""

    SAMPLE = "sample"
    EMERGENCY = "emergency"
    RCD = "rcd"


STIMULUS = {Reaction.EMERGENCY: (EMERGENCY, True), Reaction.RCD: (RCD, False)}
"""The edge of each reaction that begins with one: line and level."""
NO_CABLE_RAW, CABLE_32_RAW = 4092, 1266
CHARGED_RAW, LOCKED_RAW, UNLOCKED_RAW = 3640, 200, 4000


def nothing(_closed: bool) -> None:
    """For a board whose relay interests nobody."""


class Board:
    """The measuring board. `peaks` are two numbers; `on_relay` hears every command to relay 1, after its time was
    taken; `on_start` hears that a sample is read or an edge arrived, just before evsed does."""

    def __init__(self, peaks: MutableSequence[int]) -> None:
        self.readings = peaks
        self.levels = dict(AT_REST)
        self.watchers: dict[str, Callable[[bool], None]] = {}
        self.raw = {"proximity": NO_CABLE_RAW, "motor_1_sense": UNLOCKED_RAW, "motor_capacitor": CHARGED_RAW}
        self.on_relay: Callable[[bool], None] = nothing
        self.on_start: Callable[[], None] = lambda: None
        self.sampled_ns = self.relay_ns = 0
        self.samples_in_b = 0
        self._motor = (False, False)

    def show(self, peaks: tuple[int, int]) -> None:
        """What the peak detectors see from now on."""
        self.readings[0], self.readings[1] = peaks

    def edge(self, line: str, level: bool) -> None:
        """An input changes; who watches it hears of it."""
        self.levels[line] = level
        self.on_start()
        self.watchers[line](level)

    def rest(self) -> None:
        """A car is charging and all is well; nobody is told."""
        self.levels.update(AT_REST)
        self.raw.update(proximity=CABLE_32_RAW, motor_1_sense=LOCKED_RAW)
        self.show(PILOT_C)
        self.samples_in_b = 0

    def command(self, closed: bool) -> None:
        """The coil of relay 1."""
        self.relay_ns = time.monotonic_ns()
        self.on_relay(closed)

    def digital_in(self, name: str) -> Input:
        return Input(self, name)

    def digital_out(self, name: str) -> Output:
        return Output(
            {RELAY: self.command, "motor_1_in1": self._unlocks, "motor_1_in2": self._locks}.get(name, nothing)
        )

    def adc(self, name: str) -> Channel:
        return Channel(self, name)

    def pilot(self) -> Pilot:
        return Pilot()

    def peaks(self) -> Detectors:
        return Detectors(self)

    def threshold(self) -> Reference:
        return Reference()

    def _unlocks(self, driven: bool) -> None:
        self._motor = (driven, self._motor[1])
        if driven and not self._motor[1]:
            self.raw["motor_1_sense"] = UNLOCKED_RAW

    def _locks(self, driven: bool) -> None:
        self._motor = (self._motor[0], driven)
        if driven and not self._motor[0]:
            self.raw["motor_1_sense"] = LOCKED_RAW


class Input:
    """ports.DigitalIn."""

    def __init__(self, board: Board, name: str) -> None:
        self._board, self._name = board, name

    def read(self) -> bool:
        return self._board.levels.get(self._name, False)

    def watch(self, changed: Callable[[bool], None]) -> None:
        self._board.watchers[self._name] = changed


class Output:
    """ports.DigitalOut."""

    def __init__(self, drive: Callable[[bool], None]) -> None:
        self.write = drive


class Channel:
    """ports.Adc."""

    def __init__(self, board: Board, name: str) -> None:
        self._board, self._name = board, name

    def read(self) -> int:
        return self._board.raw[self._name]


class Pilot:
    """ports.PilotOut; drives nothing."""

    def drive(self, duty_pct: float | None) -> None:
        pass


class Detectors:
    """ports.Peaks. The time of a sample is the one before it is read."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def reset(self, held: bool) -> None:
        pass

    def read(self) -> tuple[int, int]:
        board = self._board
        board.sampled_ns = time.monotonic_ns()
        board.on_start()
        high, low = board.readings[0], board.readings[1]
        if high == PILOT_B[0]:
            board.samples_in_b += 1
        return high, low


class Reference:
    """ports.Threshold; drives nothing."""

    def drive(self, mv: int) -> None:
        pass
