"""Reads a board profile: what lines, channels and generators of a board are called by the kernel.

Profiles are TOML of the plainest kind: tables, and keys with a text, a whole number, true or false. The reader
imports next to nothing, because the safe-state command reads the profile as well, and relays must be off soon: tomllib
alone would double its time. It judges form and references; whether the hardware is there is for hw/linux to find out.
Guide §7.5 to §7.9.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # as typing.TYPE_CHECKING, without its import
if TYPE_CHECKING:
    from typing import TypeAlias

    Value: TypeAlias = str | int | bool
    Table: TypeAlias = dict[str, tuple[Value, int]]

PROFILES = os.path.join(os.path.dirname(os.path.dirname(__file__)), "boards")
LINES_PER_BANK = 32


class BoardError(Exception):
    """The profile is wrong: file, line, what, and what to write."""


class Line:
    """A GPIO line: its logical name, the name and the number that the kernel gives it, and how it is used.

    `keep`: an output keeps its level when it is claimed; else it falls to its inactive level. `safe`: the safe-state
    command drives it to its inactive level.
    """

    __slots__ = ("active_low", "gpio", "keep", "line", "name", "output", "safe")

    def __init__(self, name: str, table: _Reader) -> None:
        self.name = name
        self.line = table.text("line")
        self.gpio = table.number("gpio", 0, 1023)
        self.output = table.one_of("direction", ("in", "out")) == "out"
        self.active_low = table.flag("active_low")
        self.keep = self.output and table.one_of("claim", ("off", "keep")) == "keep"
        self.safe = self.output and table.flag("safe")
        table.done()

    def __str__(self) -> str:
        return f"{self.name} (line {self.line}, GPIO {self.gpio})"


class PwmChannel:
    """A channel of a PWM generator by the name of its device, and the period it runs with."""

    __slots__ = ("channel", "device", "period_ns")

    def __init__(self, table: _Reader) -> None:
        self.device = table.text("pwm")
        self.channel = table.number("channel", 0, 31)
        self.period_ns = table.number("period_ns", 1000, 1_000_000_000)


class Board:
    """A profile. `lines` are those that daemons ask for by name; `banks` are the labels of the GPIO chips by number of
    the bank ("1", "2" ...).
    """

    __slots__ = (
        "adc_channels", "adc_device", "banks", "full_scale_mv", "lines", "name", "peak_channels", "peak_resets",
        "pilot", "pilot_enable", "threshold",
    )  # fmt: skip

    def __init__(self, tables: dict[str, Table], where: str) -> None:
        readers = {name: _Reader(table, name, where) for name, table in tables.items()}

        def reader(name: str) -> _Reader:
            if name not in readers:
                raise BoardError(f"{where}: the table [{name}] is missing")
            return readers.pop(name)

        self.name = reader("board").done_text("name")
        self.banks = reader("banks").all_texts()
        self.lines = {
            name[len("lines.") :]: Line(name[len("lines.") :], reader(name))
            for name in tuple(readers)
            if name.startswith("lines.")
        }
        adc, channels = reader("adc"), reader("adc.channels")
        self.adc_device = adc.text("device")
        self.adc_channels = channels.all_numbers(0, 31)
        pilot, peaks, threshold = reader("pilot"), reader("peaks"), reader("threshold")
        self.pilot, self.threshold = PwmChannel(pilot), PwmChannel(threshold)
        self.pilot_enable = self._output(pilot, "enable")
        self.peak_channels = peaks.number("positive", 0, 31), peaks.number("negative", 0, 31)
        self.peak_resets = self._output(peaks, "positive_reset"), self._output(peaks, "negative_reset")
        self.full_scale_mv = threshold.number("full_scale_mv", 1, 100_000)
        for rest in readers.values():
            raise BoardError(f"{rest.place()}: there is no table [{rest.name}] in a board profile")
        for table in (adc, pilot, peaks, threshold):
            table.done()

    def _output(self, table: _Reader, key: str) -> Line:
        """An output that belongs to a function; nobody else can have it by its name."""
        line = self.lines.pop(table.text(key), None)
        if line is None or not line.output:
            raise BoardError(f"{table.place(key)}: {key} must name one of the outputs in [lines.*]")
        return line

    def label_of(self, line: Line) -> str | None:
        """The label of the chip on which a line is by its number; its offset there is `gpio % LINES_PER_BANK`."""
        return self.banks.get(str(line.gpio // LINES_PER_BANK + 1))

    @property
    def safe_lines(self) -> tuple[Line, ...]:
        """The outputs that a safe state switches off, in this order."""
        return tuple(line for line in self.lines.values() if line.safe)


class _Reader:
    """One table while it is taken apart; knows the lines of its keys."""

    def __init__(self, table: Table, name: str, where: str) -> None:
        self.name = name
        self._rest = dict(table)
        self._numbers = {key: line for key, (_, line) in table.items()}
        self._where = where

    def place(self, key: str = "") -> str:
        """file:line of the key, or of the first key of the table."""
        line = self._numbers.get(key) or min(self._numbers.values(), default=1)
        return f"{self._where}:{line}"

    def _take(self, key: str) -> Value:
        if key not in self._rest:
            raise BoardError(f"{self.place()}: [{self.name}] has no {key}")
        return self._rest.pop(key)[0]

    def text(self, key: str) -> str:
        value = self._take(key)
        if not isinstance(value, str) or not value or "/" in value:
            raise BoardError(f'{self.place(key)}: {key} must be a name in quotes, such as "RELAY_1_ENABLE"')
        return value

    def number(self, key: str, low: int, high: int) -> int:
        value = self._take(key)
        if type(value) is not int or not low <= value <= high:
            raise BoardError(f"{self.place(key)}: {key} must be a whole number from {low} to {high}")
        return value

    def flag(self, key: str) -> bool:
        value = self._take(key) if key in self._rest else False
        if not isinstance(value, bool):
            raise BoardError(f"{self.place(key)}: {key} must be true or false")
        return value

    def one_of(self, key: str, words: tuple[str, ...]) -> str:
        value = self._take(key)
        if value not in words:
            raise BoardError(f"{self.place(key)}: {key} must be one of {', '.join(words)}")
        return str(value)

    def done_text(self, key: str) -> str:
        value = self.text(key)
        self.done()
        return value

    def all_texts(self) -> dict[str, str]:
        return {key: self.text(key) for key in tuple(self._rest)}

    def all_numbers(self, low: int, high: int) -> dict[str, int]:
        return {key: self.number(key, low, high) for key in tuple(self._rest)}

    def done(self) -> None:
        for key in self._rest:
            raise BoardError(f"{self.place(key)}: [{self.name}] has no key {key}: take it out")


def _value(text: str, place: str) -> Value:
    """A text in quotes, a whole number, true or false; a comment may follow."""
    if text.startswith('"'):
        inner, quote, rest = text[1:].partition('"')
        if quote and "\\" not in inner and rest.strip()[:1] in ("", "#"):
            return inner
    else:
        word = text.partition("#")[0].strip()
        if word in ("true", "false"):
            return word == "true"
        if word.isascii() and word.isdigit() and (word == "0" or word[0] != "0"):
            return int(word)
    raise BoardError(f"{place}: a value is a text in quotes without backslashes, a whole number, true or false")


def _bare(key: str) -> bool:
    return bool(key) and key.isascii() and key.replace("_", "").replace("-", "").isalnum()


def parse(text: str, where: str) -> dict[str, Table]:
    """The tables of a profile with their keys, each value with its line; BoardError for anything that is not plain."""
    tables: dict[str, Table] = {}
    table: Table | None = None
    for number, raw in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        line, place = raw.strip(" \t"), f"{where}:{number}"
        if not line.replace("\t", "").isprintable():
            raise BoardError(f"{place}: there is a character that cannot be seen")
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            name = line.partition("#")[0].strip()[1:-1]
            if line.partition("#")[0].strip()[-1] != "]" or not all(_bare(part) for part in name.split(".")):
                raise BoardError(f"{place}: a table is [name] or [name.name]")
            if name in tables:
                raise BoardError(f"{place}: the table [{name}] stands there twice")
            table = tables[name] = {}
            continue
        key, equals, value = line.partition("=")
        key = key.strip()
        if not equals or not _bare(key) or table is None:
            raise BoardError(f"{place}: below a table, a line is: key = value")
        if key in table:
            raise BoardError(f"{place}: {key} stands there twice")
        table[key] = _value(value.strip(), place), number
    return tables


def load(name: str) -> Board:
    """A shipped profile by name, or a file by path (ending in .toml); BoardError if there is none or it is wrong."""
    path = name if name.endswith(".toml") else os.path.join(PROFILES, name + ".toml")
    try:
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
    except OSError as error:
        raise BoardError(f"{path}: no board profile can be read there: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise BoardError(f"{path}: byte {error.start} is not UTF-8: save the file as UTF-8") from None
    return Board(parse(text, path), path)
