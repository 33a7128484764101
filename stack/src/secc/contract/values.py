"""Codecs of MQTT payloads: how a value looks on the wire, and what a received text may be.

A payload comes from anybody on the broker, so every decoder is strict and bounded: it either returns a value
in range or raises PayloadError with what is wrong. It never guesses a comma for a point, nor accepts NaN.
Guide §15.1 (simple and complex types), §15.5, §15.7 (physical values), §15.16 (currents).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, IntEnum, StrEnum
from typing import Any, ClassVar, Generic, TypeVar

T = TypeVar("T")
S = TypeVar("S", bound=StrEnum)
N = TypeVar("N", bound=IntEnum)

MAX_PAYLOAD_BYTES = 65536
_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,9}(\.[0-9]{1,9})?")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")


class PayloadError(ValueError):
    """A text that is not a payload of its topic; the message says why."""


def shown(text: str, limit: int = 40) -> str:
    """Foreign text for a message: quoted, cut, and with control characters escaped."""
    cut = text if len(text) <= limit else text[:limit] + "..."
    return ascii(cut)


class Codec(Generic[T]):
    """One payload type. `kind` is what the catalogue lists as type; `schema()` describes the value."""

    kind: ClassVar[str]

    def encode(self, value: T) -> str:
        raise NotImplementedError

    def decode(self, text: str) -> T:
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        raise NotImplementedError


def _checked(value: float, low: float | None, high: float | None) -> None:
    if not math.isfinite(value):
        raise PayloadError(f"{value} is no number that can be sent")
    if (low is not None and value < low) or (high is not None and value > high):
        allowed = f"{'' if low is None else low}..{'' if high is None else high}"
        raise PayloadError(f"{value:g} is outside {allowed}")


def _bounds(low: float | None, high: float | None) -> dict[str, Any]:
    return {k: v for k, v in (("minimum", low), ("maximum", high)) if v is not None}


@dataclass(frozen=True, slots=True)
class Bool(Codec[bool]):
    """`1` or `0` (the guide's bool)."""

    kind: ClassVar[str] = "bool"

    def encode(self, value: bool) -> str:
        return "1" if value else "0"

    def decode(self, text: str) -> bool:
        if text not in ("0", "1"):
            raise PayloadError(f"{shown(text)} is neither 0 nor 1")
        return text == "1"

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "enum": [0, 1]}


@dataclass(frozen=True, slots=True)
class Integer(Codec[int]):
    """A decimal integer from `low` to `high` (None: open)."""

    low: int | None = None
    high: int | None = None
    kind: ClassVar[str] = "integer"

    def encode(self, value: int) -> str:
        _checked(value, self.low, self.high)
        return str(int(value))

    def decode(self, text: str) -> int:
        if not _INTEGER.fullmatch(text):
            raise PayloadError(f"{shown(text)} is not an integer")
        value = int(text)
        _checked(value, self.low, self.high)
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", **_bounds(self.low, self.high)}


@dataclass(frozen=True, slots=True)
class OptionalInteger(Codec[int | None]):
    """An integer of 32 bits, or the empty string for "not set" (None): the firmware targets of §11.5."""

    kind: ClassVar[str] = "integer"

    def encode(self, value: int | None) -> str:
        return "" if value is None else Integer(-(2**31), 2**31 - 1).encode(value)

    def decode(self, text: str) -> int | None:
        return None if text == "" else Integer(-(2**31), 2**31 - 1).decode(text)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [Integer(-(2**31), 2**31 - 1).schema(), {"type": "string", "maxLength": 0}]}


@dataclass(frozen=True, slots=True)
class OneOf(Codec[int]):
    """An integer out of a short list."""

    choices: tuple[int, ...]
    kind: ClassVar[str] = "integer"

    def encode(self, value: int) -> str:
        if value not in self.choices:
            raise PayloadError(f"{value} is none of {', '.join(map(str, self.choices))}")
        return str(value)

    def decode(self, text: str) -> int:
        if text not in tuple(map(str, self.choices)):
            raise PayloadError(f"{shown(text)} is none of {', '.join(map(str, self.choices))}")
        return int(text)

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "enum": list(self.choices)}


@dataclass(frozen=True, slots=True)
class Decimal(Codec[float]):
    """A number with a point and a fixed count of places when sent; fewer or more places are read as well.

    With `down` what does not fit into the places is cut off and not rounded: a limit must never grow on its way.
    """

    places: int
    low: float | None = None
    high: float | None = None
    down: bool = False
    kind: ClassVar[str] = "float"

    def encode(self, value: float) -> str:
        _checked(value, self.low, self.high)
        if self.down:
            scale = 10**self.places
            value = math.floor(value * scale + 1e-6) / scale  # 20.2 * 10 is 201.99999999999997
        return f"{value:.{self.places}f}"

    def decode(self, text: str) -> float:
        if not _DECIMAL.fullmatch(text):
            raise PayloadError(f'{shown(text)} is not a number such as 20 or 20.2 (the separator is ".")')
        value = float(text)
        _checked(value, self.low, self.high)
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "number", **_bounds(self.low, self.high)}


@dataclass(frozen=True, slots=True)
class Text(Codec[str]):
    """Any text up to `limit` characters without control characters, optionally of a pattern."""

    limit: int = 256
    pattern: str | None = None
    kind: ClassVar[str] = "string"

    def encode(self, value: str) -> str:
        return self.decode(value)

    def decode(self, text: str) -> str:
        if len(text) > self.limit:
            raise PayloadError(f"{len(text)} characters are more than {self.limit}")
        if any(ord(c) < 32 or 127 <= ord(c) < 160 for c in text):
            raise PayloadError(f"{shown(text)} holds control characters")
        if self.pattern is not None and not re.fullmatch(self.pattern, text):
            raise PayloadError(f"{shown(text)} does not match {self.pattern}")
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.limit} | (
            {"pattern": f"^(?:{self.pattern})$"} if self.pattern else {}
        )


@dataclass(frozen=True, slots=True)
class Word(Codec[S]):
    """One word out of an enumeration of words."""

    choices: type[S]
    kind: ClassVar[str] = "string"

    def encode(self, value: S) -> str:
        return value.value

    def decode(self, text: str) -> S:
        try:
            return self.choices(text)
        except ValueError:
            words = ", ".join(repr(c.value) for c in self.choices)
            raise PayloadError(f"{shown(text)} is none of {words}") from None

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": [c.value for c in self.choices]}


@dataclass(frozen=True, slots=True)
class Numbered(Codec[N]):
    """An enumeration of ISO 15118-2, sent as its number; the name is understood too (guide §15.6)."""

    choices: type[N]
    kind: ClassVar[str] = "integer"

    def encode(self, value: N) -> str:
        return str(int(value))

    def decode(self, text: str) -> N:
        for choice in self.choices:
            if text in (str(int(choice)), choice.name):
                return choice
        words = ", ".join(f"{int(c)} ({c.name})" for c in self.choices)
        raise PayloadError(f"{shown(text)} is none of {words}")

    def schema(self) -> dict[str, Any]:
        return {
            "type": "integer",
            "enum": [int(c) for c in self.choices],
            "description": ", ".join(f"{int(c)} = {c.name}" for c in self.choices),
        }


@dataclass(frozen=True, slots=True)
class Timestamp(Codec[datetime | None]):
    """RFC 3339 with milliseconds and Z when sent; offsets are understood. The empty string is None: never."""

    kind: ClassVar[str] = "timestamp"

    def encode(self, value: datetime | None) -> str:
        if value is None:
            return ""
        if value.tzinfo is None:
            raise PayloadError("a time stamp needs a time zone")
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def decode(self, text: str) -> datetime | None:
        if text == "":
            return None
        if not _RFC3339.fullmatch(text):
            raise PayloadError(f"{shown(text)} is not a time stamp such as 2023-06-23T06:54:55.123Z")
        try:
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise PayloadError(f"{shown(text)} is no date and time: {error}") from None

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "anyOf": [{"format": "date-time"}, {"maxLength": 0}]}


class _Nothing(Enum):
    SIGNAL = "signal"


SIGNAL = _Nothing.SIGNAL


@dataclass(frozen=True, slots=True)
class Signal(Codec[_Nothing]):
    """A trigger: the arrival is the message, the payload is of no interest."""

    kind: ClassVar[str] = "signal"

    def encode(self, value: _Nothing) -> str:
        return "1"

    def decode(self, text: str) -> _Nothing:
        return SIGNAL

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "description": "any payload"}
