"""Switches GPIO outputs off through the kernel's own interface, for the safe-state command.

Daemons use gpiod (see `lines`). Here an output is claimed with its inactive level and let go again: the level stays, as
the GPIO controller of the i.MX keeps what was driven last. No library is imported, for two reasons: relays must be off
soon (gpiod alone would take longer than all the rest), and what made a daemon die must not keep its lines on. The
structures are those of linux/gpio.h, version 2 (Linux 5.10 and later). Guide §7.7.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct

from secc.hw.board import LINES_PER_BANK

TYPE_CHECKING = False  # as typing.TYPE_CHECKING, without its import
if TYPE_CHECKING:
    from collections.abc import Iterable

    from secc.hw.board import Board, Line

CHIPINFO = struct.Struct("=32s32sI")  # name, label, lines
LINEINFO = struct.Struct("=32s32sII184x")  # name, consumer, offset, attributes; flags and attributes do not matter here
REQUEST = struct.Struct("=I252x32sQI20xI4xQQ216xII20xi")
"""First offset; consumer; flags; one attribute: its id, value and mask; number of lines; event buffer; descriptor."""

_OUTPUT = 1 << 3
_OUTPUT_VALUES = 2
CONSUMER = b"secc safe-state"


def _ioctl(number: int, size: int, directions: int) -> int:
    return directions << 30 | size << 16 | 0xB4 << 8 | number


GET_CHIPINFO = _ioctl(0x01, CHIPINFO.size, 2)
GET_LINEINFO = _ioctl(0x05, LINEINFO.size, 3)
GET_LINE = _ioctl(0x07, REQUEST.size, 3)


def _text(raw: bytes) -> str:
    return raw.partition(b"\0")[0].decode("ascii", "replace")


class Chips:
    """The GPIO chips of the machine, open, with the places of all lines that have a name."""

    def __init__(self, dev: str = "/dev") -> None:
        self._open: list[int] = []
        self._by_name: dict[str, tuple[int, int]] = {}
        self._by_label: dict[str, int] = {}
        self._silent: list[str] = []
        for name in sorted(entry for entry in os.listdir(dev) if entry.startswith("gpiochip")):
            try:
                self._look_at(f"{dev}/{name}")
            except OSError as error:  # a chip that somebody plugged in and out must not keep the relays on
                self._silent.append(f"{dev}/{name}: {error.strerror}")

    def _look_at(self, path: str) -> None:
        chip = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        self._open.append(chip)
        info = bytearray(CHIPINFO.size)
        fcntl.ioctl(chip, GET_CHIPINFO, info)
        _, label, count = CHIPINFO.unpack(info)
        self._by_label[_text(label)] = chip
        for offset in range(count):
            line = bytearray(LINEINFO.pack(b"", b"", offset, 0))
            fcntl.ioctl(chip, GET_LINEINFO, line)
            name = _text(LINEINFO.unpack(line)[0])
            if name:
                self._by_name.setdefault(name, (chip, offset))

    def place(self, board: Board, line: Line) -> tuple[int, int]:
        """Descriptor of the chip and offset there, by the line's name, or else its number; OSError if it is not
        there."""
        found = self._by_name.get(line.line)
        if found is not None:
            return found
        chip = self._by_label.get(board.label_of(line) or "")
        if chip is None:
            raise OSError(errno.ENODEV, "; ".join(("there is no such line on this machine", *self._silent)))
        place = chip, line.gpio % LINES_PER_BANK
        if place in self._by_name.values():  # it has a name, and that is another one
            raise OSError(errno.ENODEV, "the kernel has another name for that line")
        return place

    def switch_off(self, board: Board, line: Line) -> None:
        """Drive the output to its inactive level, and let it go; OSError if somebody holds it (EBUSY)."""
        chip, offset = self.place(board, line)
        level = int(line.active_low)
        request = bytearray(REQUEST.pack(offset, CONSUMER, _OUTPUT, 1, _OUTPUT_VALUES, level, 1, 1, 0, 0))
        fcntl.ioctl(chip, GET_LINE, request)
        os.close(REQUEST.unpack(request)[-1])

    def close(self) -> None:
        """Let go of the chips."""
        for chip in self._open:
            os.close(chip)
        self._open.clear()


def switch_off(board: Board, lines: Iterable[Line], dev: str = "/dev") -> list[str]:
    """Switch the outputs off, one after the other; one that fails does not keep the next from it. What went wrong."""
    try:
        chips = Chips(dev)
    except OSError as error:
        return [f"{error.filename or dev}: {error.strerror}: no GPIO line can be switched off"]
    wrong = []
    for line in lines:
        try:
            chips.switch_off(board, line)
        except OSError as error:
            wrong.append(f"{line}: {error.strerror}: not switched off")
    chips.close()
    return wrong
