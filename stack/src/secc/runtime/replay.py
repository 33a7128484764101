"""Runs a core over a recorded trace and compares what it says with what it said then.

A core module that can be replayed offers EVENTS and EFFECTS (tuples of classes), SETTINGS (a class), `step`
and `initial(settings)`. The shared events and effects of secc.fsm need not be listed. Nothing is carried out.
"""

from __future__ import annotations

import json
import typing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from secc import fsm
from secc.contract import documents, enums
from secc.contract import values as payloads
from secc.contract.topics.row import Topic
from secc.runtime.encoding import Decoder, TraceError, encode
from secc.runtime.trace import SCHEMA

_LINE_LIMIT = 1 << 22


class Core(Protocol):
    """The module `secc.<daemon>.core`."""

    EVENTS: tuple[type, ...]
    EFFECTS: tuple[type, ...]
    SETTINGS: type

    def step(self, model: Any, event: Any) -> tuple[Any, tuple[Any, ...]]: ...

    def initial(self, settings: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """The first event whose effects are not those of the trace."""

    line: int
    event: object
    recorded: tuple[object, ...]
    replayed: tuple[object, ...]

    def __str__(self) -> str:
        lines = [f"line {self.line}: {self.event!r}"]
        lines += [f"  - {effect!r}" for effect in self.recorded if effect not in self.replayed]
        lines += [f"  + {effect!r}" for effect in self.replayed if effect not in self.recorded]
        if len(lines) == 1:
            lines.append("  the same effects in another order or number")
        return "\n".join(lines)


def replay(core: Core, daemon: str, path: Path, topics: Iterable[Topic[Any]]) -> tuple[int, Difference | None]:
    """How many events were replayed, and the first difference. TraceError says which line is no trace;
    OSError."""
    lines = _lines(path)
    number, header = next(lines, (1, {}))
    if header.get("daemon") != daemon:
        raise TraceError(f"{path}:{number}: this is no trace of {daemon}")
    if header.get("schema") != SCHEMA:
        raise TraceError(f"{path}:{number}: schema {header.get('schema')} is not {SCHEMA}; use a matching version")
    count = 0
    try:
        decoder = Decoder([*_shared(), *core.EVENTS, *core.EFFECTS, core.SETTINGS], topics)
        model = _first_model(core, header, decoder)
        for number, line in lines:
            event, recorded = decoder(line["event"]), decoder(line["effects"])
            model, effects = core.step(model, event)
            count += 1
            # Compared as written: a value that JSON cannot tell apart is no difference.
            if encode(tuple(effects)) != line["effects"]:
                return count, Difference(number, event, recorded, tuple(effects))
    except TraceError as error:
        raise TraceError(f"{path}:{number}: {error}") from None
    except KeyError as error:
        raise TraceError(f"{path}:{number}: {error} is missing") from None
    return count, None


def _first_model(core: Core, header: dict[str, Any], decoder: Decoder) -> Any:
    """The model of the header, if it carries one (after a rotation), else the one that the settings make."""
    if "model" not in header:
        return core.initial(decoder(header["settings"]))
    # The classes of a model are those that the annotations of `step` lead to.
    for hint in typing.get_type_hints(core.step).values():
        decoder.learn(hint)
    return decoder(header["model"])


def _shared() -> Iterator[type]:
    for module in (fsm, enums, documents, payloads):
        for item in vars(module).values():
            if isinstance(item, type) and item.__module__ == module.__name__:
                yield item


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The lines of a trace with their numbers; a last line without its end is a crash's and left out."""
    with path.open("rb") as file:
        number = 0
        while raw := file.readline(_LINE_LIMIT):
            number += 1
            if not raw.endswith(b"\n"):
                if len(raw) == _LINE_LIMIT:
                    raise TraceError(f"{path}:{number}: the line is longer than {_LINE_LIMIT} bytes")
                return
            try:
                line = json.loads(raw)
            except (ValueError, RecursionError) as error:
                raise TraceError(f"{path}:{number}: {error}") from None
            if not isinstance(line, dict):
                raise TraceError(f"{path}:{number}: an object belongs here")
            yield number, line
