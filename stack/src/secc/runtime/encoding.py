"""How events, effects and models become JSON, and JSON becomes them again, exactly.

Frozen dataclasses, enums, topics of the catalogue, tuples and plain JSON are all there is; everything else is
refused by name. Decoding builds only classes that it was given, so a trace from anywhere cannot build
anything else.
"""

from __future__ import annotations

import dataclasses
import math
import typing
from collections.abc import Callable, Iterable
from datetime import datetime
from enum import Enum
from typing import Any

from secc.contract.topics.row import Topic


class TraceError(ValueError):
    """Something that cannot be written into a trace, or a line that is none."""


def encode(value: object) -> Any:
    """JSON for a value. Plain JSON stands for itself and a list for a tuple; the rest is an object with one
    `$` key."""
    match value:
        case Enum():
            return {"$enum": f"{type(value).__name__}.{value.name}"}
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else {"$float": str(value)}
        case tuple():
            return [encode(item) for item in value]
        case list():
            return {"$list": [encode(item) for item in value]}
        case dict():
            return {"$dict": [[encode(k), encode(v)] for k, v in value.items()]}
        case frozenset():
            return {"$set": sorted((encode(item) for item in value), key=repr)}
        case bytes():
            return {"$bytes": value.hex()}
        case datetime():
            return {"$time": value.isoformat()}
        case Topic():
            return {"$topic": value.name}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"$": type(value).__name__, **fields}
    raise TraceError(f"a {type(value).__name__} cannot be written into a trace: {value!r:.80}")


class Decoder:
    """Turns JSON back into values of the classes it was given and of those that their fields name."""

    def __init__(self, classes: Iterable[type], topics: Iterable[Topic[Any]]) -> None:
        self._classes: dict[str, type] = {}
        self._topics = {topic.name: topic for topic in topics}
        self._special: dict[str, Callable[[Any], object]] = {
            "$float": float,
            "$list": lambda items: [self(item) for item in items],
            "$dict": lambda items: {self(k): self(v) for k, v in items},
            "$set": lambda items: frozenset(self(item) for item in items),
            "$bytes": bytes.fromhex,
            "$time": datetime.fromisoformat,
            "$topic": lambda name: self._topics[name],
            "$enum": self._enum,
        }
        for known in classes:
            self.learn(known)

    def learn(self, known: object) -> None:
        """Accept a class, and whatever its fields are annotated with, or the members of a type such as `A |
        None`."""
        if isinstance(known, type) and (dataclasses.is_dataclass(known) or issubclass(known, Enum)):
            if self._classes.get(known.__name__) is known or issubclass(known, Topic):
                return
            if known.__name__ in self._classes:
                raise TraceError(f"two classes are called {known.__name__}")
            self._classes[known.__name__] = known
            if dataclasses.is_dataclass(known):
                for hint in typing.get_type_hints(known).values():
                    self.learn(hint)
        for part in typing.get_args(known):
            self.learn(part)

    def __call__(self, data: Any) -> Any:
        """The value; TraceError says what is unknown or malformed."""
        if isinstance(data, list):
            return tuple(self(item) for item in data)
        if not isinstance(data, dict):
            return data
        try:
            if "$" in data:
                fields = {name: self(value) for name, value in data.items() if name != "$"}
                return self._class(data["$"])(**fields)
            ((kind, content),) = data.items()
            return self._special[kind](content)
        except TraceError:
            raise
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise TraceError(f"{str(data)[:120]} cannot be read: {error!r}") from None

    def _class(self, name: str) -> type:
        if name not in self._classes:
            raise TraceError(f"the daemon has no class {name!r}")
        return self._classes[name]

    def _enum(self, name: str) -> object:
        class_name, _, member = name.partition(".")
        choices = self._class(class_name)
        if not issubclass(choices, Enum):
            raise TraceError(f"{class_name} is no enumeration")
        return choices[member]
