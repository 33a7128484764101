"""GPIO lines for daemons: claimed through gpiod when somebody asks for them, and only then.

A line is found by its name on any chip, or else by its number: the bank's chip by label, never by index. What the
kernel refuses becomes a PortError that names the line, its number and the remedy. `Lines` is the seam at which tests
put their own. Guide §7.6, §7.7, §7.9, tables 22, 24, 26 to 28.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Protocol

from secc.hw.board import LINES_PER_BANK, Board, Line
from secc.ports import PortError

CONSUMER = "secc"


class InputRequest(Protocol):
    """A claimed input. Levels are logical: `active_low` of the profile is settled here."""

    def read(self) -> bool: ...

    def listen(self) -> int:
        """Have the kernel queue edges from now on; the descriptor that becomes readable with each."""

    def edges(self) -> list[bool]:
        """The levels after the queued edges, oldest first. Call it when the descriptor is readable."""


class OutputRequest(Protocol):
    """Claimed outputs of one chip that always get the same level."""

    def read(self) -> bool:
        """What the first of them is driven to."""

    def write(self, active: bool) -> None: ...


class Lines(Protocol):
    """The GPIO lines of a board."""

    def claim_input(self, line: Line) -> InputRequest: ...

    def claim_outputs(self, *lines: Line) -> OutputRequest:
        """Outputs of one chip. They fall to their inactive level, but for those that `keep` theirs."""


class GpiodLines:
    """The lines of this machine (Lines), through the library gpiod."""

    def __init__(self, board: Board, dev: str = "/dev") -> None:
        self._board = board
        self._dev = dev
        self._gpiod: Any = None
        self._opened: list[Any] = []

    def claim_input(self, line: Line) -> GpiodInput:
        """PortError says why not."""
        chip, offset = self._place(line)
        direction = self._gpiod.line.Direction.INPUT
        settings = self._gpiod.LineSettings(direction=direction, active_low=line.active_low)
        return GpiodInput(self._gpiod, line, offset, self._request(chip, {offset: settings}, line))

    def claim_outputs(self, *lines: Line) -> GpiodOutputs:
        """PortError says why not."""
        places = [self._place(line) for line in lines]
        chip = places[0][0]
        if any(other is not chip for other, _ in places):
            raise PortError(f"{' and '.join(map(str, lines))} are on two chips: they cannot be driven at once")
        config = {offset: self._settings(chip, offset, line) for (_, offset), line in zip(places, lines, strict=True)}
        return GpiodOutputs(self._gpiod, lines, tuple(config), self._request(chip, config, *lines))

    def _settings(self, chip: Any, offset: int, line: Line) -> Any:
        kinds = self._gpiod.line
        level = kinds.Value.INACTIVE
        if line.keep and chip.get_line_info(offset).direction is kinds.Direction.OUTPUT:
            level = self._level(chip, offset, line)
        return self._gpiod.LineSettings(
            direction=kinds.Direction.OUTPUT, active_low=line.active_low, output_value=level
        )

    def _level(self, chip: Any, offset: int, line: Line) -> Any:
        """What an output is driven to that nobody holds."""
        as_is = self._gpiod.line.Direction.AS_IS
        settings = self._gpiod.LineSettings(direction=as_is, active_low=line.active_low)
        with self._request(chip, {offset: settings}, line) as request:
            return request.get_value(offset)

    def _request(self, chip: Any, config: dict[int, Any], *lines: Line) -> Any:
        try:
            return chip.request_lines(config=config, consumer=CONSUMER)
        except OSError as error:
            raise _refused(error, chip, dict(zip(config, lines, strict=True))) from None

    def _chips(self) -> list[Any]:
        """All chips of the machine, opened when the first line is asked for."""
        if not self._opened:
            names = sorted(name for name in os.listdir(self._dev) if name.startswith("gpiochip"))
            if not names:
                raise PortError(f"{self._dev}/gpiochip*: there are no GPIO chips: this is no {self._board.name} board")
            try:
                self._gpiod = import_module("gpiod")
            except ImportError as error:
                raise PortError(f"GPIO lines need the library gpiod 2: install secc[gpio] ({error})") from None
            self._opened = [self._open(f"{self._dev}/{name}") for name in names]
        return self._opened

    def _open(self, path: str) -> Any:
        try:
            return self._gpiod.Chip(path)
        except PermissionError:
            raise PortError(f"{path}: not allowed: this user must be in the group that owns it (gpio)") from None
        except OSError as error:
            raise PortError(f"{path}: cannot be opened: {error.strerror or error}") from None

    def _place(self, line: Line) -> tuple[Any, int]:
        """Chip and offset of a line: by name, or else by number."""
        chips = self._chips()
        for chip in chips:
            try:
                return chip, chip.line_offset_from_id(line.line)
            except OSError as error:
                if error.errno != errno.ENOENT:
                    raise PortError(f"{line}: {error.strerror or error}") from None
        label = self._board.label_of(line)
        for chip in chips:
            if chip.get_info().label == label:
                offset = line.gpio % LINES_PER_BANK
                other = chip.get_line_info(offset).name
                if other:  # the kernel names its lines, and this one is something else
                    raise PortError(f"{line}: the kernel calls that line {other}: wrong board profile?")
                return chip, offset
        raise PortError(f"{line}: no chip has a line of this name, and none is called {label}: wrong board profile?")


def _refused(error: OSError, chip: Any, asked: dict[int, Line]) -> PortError:
    """Why lines cannot be claimed: mostly because somebody else holds one."""
    if error.errno == errno.EBUSY:
        for offset, line in asked.items():
            info = chip.get_line_info(offset)
            if info.used:
                return PortError(
                    f"{line} is in use by {info.consumer or 'somebody else'}: release it there "
                    f"(echo {line.gpio} > /sys/class/gpio/unexport, if it was exported), "
                    "or switch off the function in customer.json that needs it"
                )
    return PortError(f"{' and '.join(map(str, asked.values()))}: cannot be claimed: {error.strerror or error}")


class GpiodInput:
    """A claimed input (InputRequest)."""

    def __init__(self, gpiod: Any, line: Line, offset: int, request: Any) -> None:
        self._gpiod = gpiod
        self._line = line
        self._offset = offset
        self._request = request
        self._active = gpiod.line.Value.ACTIVE
        self._rising = gpiod.EdgeEvent.Type.RISING_EDGE

    def read(self) -> bool:
        """The level now."""
        return bool(self._request.get_value(self._offset) == self._active)

    def listen(self) -> int:
        """The descriptor that becomes readable with each edge."""
        kinds = self._gpiod.line
        settings = self._gpiod.LineSettings(
            direction=kinds.Direction.INPUT, active_low=self._line.active_low, edge_detection=kinds.Edge.BOTH
        )
        self._request.reconfigure_lines({self._offset: settings})
        return int(self._request.fd)

    def edges(self) -> list[bool]:
        """One read of the kernel's queue; what it leaves there makes the descriptor readable again."""
        return [event.event_type == self._rising for event in self._request.read_edge_events()]


class GpiodOutputs:
    """Claimed outputs (OutputRequest)."""

    def __init__(self, gpiod: Any, lines: Sequence[Line], offsets: Sequence[int], request: Any) -> None:
        values = gpiod.line.Value
        self.lines = tuple(lines)
        self._request = request
        self._first = offsets[0]
        self._active = values.ACTIVE
        self._on = dict.fromkeys(offsets, values.ACTIVE)
        self._off = dict.fromkeys(offsets, values.INACTIVE)

    def read(self) -> bool:
        """The level of the first one."""
        return bool(self._request.get_value(self._first) == self._active)

    def write(self, active: bool) -> None:
        """One system call for all of them."""
        self._request.set_values(self._on if active else self._off)
