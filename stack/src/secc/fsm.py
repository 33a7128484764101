"""What a pure core says and hears: the events and effects that every daemon shares.

A core is a function `step(model, event) -> (model, effects)`. It has no clock: it asks for a timer with After and
hears Elapsed. It has no broker: it hears Received and says Publish. Everything here is frozen, so that a trace of
events and effects can be written down and replayed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import IntEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from secc.contract.topics.row import Topic

if TYPE_CHECKING:
    from dataclasses import replace as replace  # noqa: PLC0414 - re-exported, with its check of the fields
else:
    _PLANS: dict[type, tuple[Callable[[Any], tuple[Any, ...]], dict[str, int]]] = {}

    def _plan(kind: type) -> tuple[Callable[[Any], tuple[Any, ...]], dict[str, int]]:
        names = [field.name for field in fields(kind) if field.init]
        read = attrgetter(*names) if len(names) > 1 else lambda part: (getattr(part, names[0]),)
        plan = _PLANS[kind] = read, {name: place for place, name in enumerate(names)}
        return plan

    def replace(part: Any, /, **changes: Any) -> Any:
        """As dataclasses.replace, at a fraction of its cost: a core does little else. Every field is given anew to the
        constructor, by place."""
        kind = type(part)
        read, places = _PLANS.get(kind) or _plan(kind)
        values = list(read(part))
        for name, value in changes.items():
            values[places[name]] = value
        return kind(*values)


@dataclass(frozen=True, slots=True)
class Tick:
    """The runtime asks whether the core still turns; about once a second. `now_ms` is monotonic."""

    now_ms: int


@dataclass(frozen=True, slots=True)
class Elapsed:
    """The timer of this name ran out."""

    name: str


@dataclass(frozen=True, slots=True)
class Received:
    """A valid payload arrived. `params` are the values of the topic's wildcard segments, in order."""

    topic: Topic[Any]
    value: Any
    params: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class After:
    """Start a timer, or start it anew if one of this name runs."""

    name: str
    ms: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop the timer of this name, if it runs."""

    name: str


@dataclass(frozen=True, slots=True)
class Publish:
    """Publish a value on a topic of the catalogue."""

    topic: Topic[Any]
    value: Any
    params: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resubscribe:
    """Ask the broker for what is retained on a topic once more."""

    topic: Topic[Any]


class Level(IntEnum):
    DEBUG = 10
    INFO = 20
    WARNING = 30
    ERROR = 40


@dataclass(frozen=True, slots=True)
class Log:
    """A line for the journal."""

    level: Level
    message: str


@dataclass(frozen=True, slots=True)
class FaultRaised:
    """Trouble, by the vendorErrorCode (or, where that is empty, the ChargePointErrorCode) of the fault catalogue."""

    code: str


@dataclass(frozen=True, slots=True)
class FaultCleared:
    code: str


M = TypeVar("M")
Event: TypeAlias = Any
Effect: TypeAlias = Any
Effects: TypeAlias = tuple[Effect, ...]
Step: TypeAlias = Callable[[M, Event], tuple[M, Effects]]
