"""The part of the library gpiod (version 2) that hw/linux/lines.py uses, over chips that exist in this process alone.

Requests exclude each other as in the kernel, levels stay when a request is released, and everything asked for is kept
for a test to look at. That the real library has these names is what test_linux_gpio.py checks where it is installed.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field
from enum import Enum
from types import SimpleNamespace
from typing import Any, ClassVar


class Direction(Enum):
    AS_IS = 1
    INPUT = 2
    OUTPUT = 3


class Edge(Enum):
    NONE = 1
    BOTH = 4


class Value(Enum):
    INACTIVE = 0
    ACTIVE = 1


class EdgeEvent:
    class Type(Enum):
        RISING_EDGE = 1
        FALLING_EDGE = 2


@dataclass
class LineSettings:
    direction: Direction = Direction.AS_IS
    active_low: bool = False
    output_value: Value = Value.INACTIVE
    edge_detection: Edge = Edge.NONE


@dataclass
class Wire:
    """A line of a chip: what it is called, whether it is driven, its physical level, and who holds it."""

    name: str = ""
    output: bool = False
    level: bool = False
    holder: str = ""


@dataclass
class ChipLines:
    label: str
    wires: list[Wire] = field(default_factory=lambda: [Wire() for _ in range(32)])


class Request:
    def __init__(self, chip: ChipLines, config: dict[int, LineSettings], consumer: str) -> None:
        self.chip, self.config, self.fd = chip, config, 99
        self.calls: list[str] = []
        for offset in config:
            if chip.wires[offset].holder:
                raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
        for offset, settings in config.items():
            wire = chip.wires[offset]
            wire.holder = consumer
            if settings.direction is Direction.OUTPUT:
                wire.output, wire.level = True, (settings.output_value is Value.ACTIVE) != settings.active_low
            elif settings.direction is Direction.INPUT:
                wire.output = False

    def get_value(self, offset: int) -> Value:
        return Value(int(self.chip.wires[offset].level != self.config[offset].active_low))

    def set_values(self, values: dict[int, Value]) -> None:
        self.calls.append("set_values")
        for offset, value in values.items():
            self.chip.wires[offset].level = (value is Value.ACTIVE) != self.config[offset].active_low

    def reconfigure_lines(self, config: dict[int, LineSettings]) -> None:
        self.config.update(config)

    def read_edge_events(self) -> list[Any]:
        kinds = EdgeEvent.Type
        return [SimpleNamespace(event_type=kind) for kind in (kinds.RISING_EDGE, kinds.FALLING_EDGE)]

    def release(self) -> None:
        for offset in self.config:
            self.chip.wires[offset].holder = ""

    def __enter__(self) -> Request:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class Chip:
    """`Chip.chips` are the chips of the machine by path."""

    chips: ClassVar[dict[str, ChipLines | OSError]] = {}
    requests: ClassVar[list[Request]] = []

    def __init__(self, path: str) -> None:
        found = self.chips[path]
        if isinstance(found, OSError):
            raise found
        self.lines = found

    def line_offset_from_id(self, name: str) -> int:
        for offset, wire in enumerate(self.lines.wires):
            if wire.name == name:
                return offset
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))

    def get_info(self) -> SimpleNamespace:
        return SimpleNamespace(label=self.lines.label)

    def get_line_info(self, offset: int) -> SimpleNamespace:
        wire = self.lines.wires[offset]
        direction = Direction.OUTPUT if wire.output else Direction.INPUT
        return SimpleNamespace(name=wire.name, used=bool(wire.holder), consumer=wire.holder, direction=direction)

    def request_lines(self, config: dict[int, LineSettings], consumer: str) -> Request:
        self.requests.append(Request(self.lines, config, consumer))
        return self.requests[-1]


line = SimpleNamespace(Direction=Direction, Edge=Edge, Value=Value)
