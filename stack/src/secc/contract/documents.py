"""Codecs of payloads that are JSON documents (the guide's ComplexType), and the physical value of §15.7.

Documents come from anybody on the broker: size and depth are bounded, numbers are finite, and fields that the
catalogue names are checked for their type. Fields that it does not name are kept: later versions add some.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn

from secc.contract.values import MAX_PAYLOAD_BYTES, Codec, PayloadError, shown

MAX_DEPTH = 16
UNITS = ("hours", "minutes", "seconds", "ampere", "volt", "watt", "watt-hours")
_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "number": (int, float),
    "string": (str,),
    "bool": (bool,),
    "[int]": (list,),
}
_SCHEMAS: dict[str, dict[str, Any]] = {
    "int": {"type": "integer"},
    "number": {"type": "number"},
    "string": {"type": "string"},
    "bool": {"type": "boolean"},
    "[int]": {"type": "array", "items": {"type": "integer"}},
}


def _no_constant(name: str) -> NoReturn:
    raise PayloadError(f"{name} is no JSON number")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise PayloadError(f"{shown(text)} is too large a number")
    return value


def _depth(value: object, left: int = MAX_DEPTH) -> None:
    if left == 0:
        raise PayloadError(f"nested deeper than {MAX_DEPTH}")
    if isinstance(value, dict):
        for item in value.values():
            _depth(item, left - 1)
    elif isinstance(value, list):
        for item in value:
            _depth(item, left - 1)


def load(text: str) -> Any:
    """A bounded JSON document; PayloadError says what is wrong with a text that is none."""
    if len(text) > MAX_PAYLOAD_BYTES:
        raise PayloadError(f"{len(text)} characters are more than {MAX_PAYLOAD_BYTES}")
    try:
        value = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except PayloadError:
        raise
    except RecursionError:
        raise PayloadError(f"nested deeper than {MAX_DEPTH}") from None
    except json.JSONDecodeError as error:
        raise PayloadError(f"{shown(text)} is not JSON: {error.msg} at column {error.colno}") from None
    except ValueError as error:
        raise PayloadError(f"{shown(text)}: {error}") from None
    _depth(value)
    return value


def dump(value: object) -> str:
    """Compact JSON, as it goes on the wire."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _is(value: object, kind: str) -> bool:
    if kind != "bool" and isinstance(value, bool):
        return False
    if not isinstance(value, _TYPES[kind]):
        return False
    return kind != "[int]" or all(type(item) is int for item in value)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Object(Codec[dict[str, Any]]):
    """A JSON object. `fields` are pairs of name and type: int, number, string, bool or [int]."""

    fields: tuple[tuple[str, str], ...] = ()
    required: tuple[str, ...] = ()
    kind: ClassVar[str] = "object"

    def encode(self, value: dict[str, Any]) -> str:
        self._check(value)
        return dump(value)

    def decode(self, text: str) -> dict[str, Any]:
        value = load(text)
        self._check(value)
        result: dict[str, Any] = value
        return result

    def _check(self, value: object) -> None:
        if not isinstance(value, dict):
            raise PayloadError("a JSON object is expected")
        for name in self.required:
            if name not in value:
                raise PayloadError(f'the key "{name}" is missing')
        for name, kind in self.fields:
            if name in value and not _is(value[name], kind):
                raise PayloadError(f'"{name}" must be {kind}')

    def schema(self) -> dict[str, Any]:
        result: dict[str, Any] = {"type": "object"}
        if self.fields:
            result["properties"] = {name: dict(_SCHEMAS[kind]) for name, kind in self.fields}
        if self.required:
            result["required"] = list(self.required)
        return result


@dataclass(frozen=True, slots=True)
class Array(Codec[list[Any]]):
    """A JSON array, of `length` items when that is given, all strings when `strings`."""

    length: int | None = None
    strings: bool = False
    kind: ClassVar[str] = "array"

    def encode(self, value: list[Any]) -> str:
        self._check(value)
        return dump(value)

    def decode(self, text: str) -> list[Any]:
        value = load(text)
        self._check(value)
        result: list[Any] = value
        return result

    def _check(self, value: object) -> None:
        if not isinstance(value, list):
            raise PayloadError("a JSON array is expected")
        if self.length is not None and len(value) != self.length:
            raise PayloadError(f"{self.length} items are expected, {len(value)} came")
        if self.strings and not all(isinstance(item, str) for item in value):
            raise PayloadError("every item must be a string")

    def schema(self) -> dict[str, Any]:
        result: dict[str, Any] = {"type": "array"}
        if self.strings:
            result["items"] = {"type": "string"}
        if self.length is not None:
            result |= {"minItems": self.length, "maxItems": self.length}
        return result


@dataclass(frozen=True, slots=True)
class PhysicalValue:
    """`value` times ten to the power of `multiplier`; `unit` indexes UNITS or is absent (§15.7, table 69)."""

    value: int
    multiplier: int = 0
    unit: int | None = None

    def amount(self) -> float:
        """The number in the unit of the topic."""
        return self.value * 10.0**self.multiplier


@dataclass(frozen=True, slots=True)
class Physical(Codec[PhysicalValue]):
    """The physical value object of table 69."""

    kind: ClassVar[str] = "physical"

    def encode(self, value: PhysicalValue) -> str:
        document: dict[str, Any] = {"Multiplier": value.multiplier, "Value": value.value}
        if value.unit is not None:
            document["Unit"] = value.unit
        self.decode(dump(document))
        return dump(document)

    def decode(self, text: str) -> PhysicalValue:
        document = load(text)
        if not isinstance(document, dict):
            raise PayloadError('an object such as {"Multiplier": 0, "Value": 32} is expected')
        numbers: dict[str, int] = {}
        for key, low, high in (("Multiplier", -3, 3), ("Value", -32768, 32767), ("Unit", 0, 6)):
            item = document.get(key)
            if item is None and key == "Unit":
                continue
            if type(item) is not int or not low <= item <= high:
                raise PayloadError(f'"{key}" must be an integer from {low} to {high}')
            numbers[key] = item
        return PhysicalValue(numbers["Value"], numbers["Multiplier"], numbers.get("Unit"))

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {
                "Multiplier": {"type": "integer", "minimum": -3, "maximum": 3},
                "Value": {"type": "integer", "minimum": -32768, "maximum": 32767},
                "Unit": {"type": "integer", "minimum": 0, "maximum": 6},
            },
            "required": ["Multiplier", "Value"],
        }
