"""The file of `mqtt record` and `mqtt replay`: JSON lines, one message each.

A line is {"t": seconds since the start, "topic": ..., "payload": text, "retain": bool}; a payload that is not UTF-8
stands as "payload_base64" instead. Reading is strict and bounded: an error names the file and the line.
"""

from __future__ import annotations

import base64
import json
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from ccctl.services.catalogue import check_topic
from ccctl.services.errors import CcctlError
from ccctl.services.escape import clean_json
from ccctl.services.exit_codes import ExitCode

MAX_LINE_CHARACTERS = 4 * 1024 * 1024
MAX_ENTRIES = 2_000_000
MAX_SECONDS = 31_536_000.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One message; `at_s` counts from the start of the recording."""

    at_s: float
    topic: str
    payload: bytes
    retain: bool


@contextmanager
def opened(path: str, force: bool) -> Iterator[IO[str]]:
    """A stream to record into; refuses to replace a file unless `force`."""
    if path == "-":
        yield sys.stdout
        return
    try:
        stream = open(path, "w" if force else "x", encoding="utf-8")  # noqa: SIM115  closed below
    except FileExistsError:
        raise CcctlError(f"{path} exists already", "give another name, or --force to replace it") from None
    except OSError as error:
        raise CcctlError(f"{path}: {error.strerror}", "check the folder and its rights", ExitCode.NOT_FOUND) from error
    with stream:
        yield stream


def write(stream: IO[str], entry: Entry) -> None:
    """Append one message."""
    document: dict[str, Any] = {"t": round(max(entry.at_s, 0.0), 3), "topic": entry.topic}
    try:
        document["payload"] = entry.payload.decode("utf-8")
    except UnicodeDecodeError:
        document["payload_base64"] = base64.b64encode(entry.payload).decode("ascii")
    document["retain"] = entry.retain
    stream.write(clean_json(json.dumps(document, ensure_ascii=False)) + "\n")


class _BadLineError(ValueError):
    """A line that is no message; the text says why."""


def _check(good: bool, what: str) -> None:
    if not good:
        raise _BadLineError(what)


def _entry(line: str) -> Entry:
    _check(len(line) <= MAX_LINE_CHARACTERS, f"the line is longer than {MAX_LINE_CHARACTERS} characters")
    document: Any = json.loads(line)
    _check(isinstance(document, dict), "not a JSON object")
    at_s, topic, retain = document.get("t"), document.get("topic"), document.get("retain", False)
    number = isinstance(at_s, (int, float)) and not isinstance(at_s, bool)
    _check(number and math.isfinite(at_s) and 0 <= at_s <= MAX_SECONDS, '"t" must be the seconds since the start')
    _check(isinstance(topic, str), '"topic" must be a text')
    check_topic(topic)
    _check(isinstance(retain, bool), '"retain" must be true or false')
    text, packed = document.get("payload"), document.get("payload_base64")
    _check(isinstance(text, str) != isinstance(packed, str), 'one of "payload" and "payload_base64" must be a text')
    payload = text.encode("utf-8") if isinstance(text, str) else base64.b64decode(packed, validate=True)
    return Entry(at_s, topic, payload, retain)


def _parse(name: str, stream: IO[str]) -> list[Entry]:
    entries: list[Entry] = []
    number = 0
    try:
        while True:
            number += 1
            line = stream.readline(MAX_LINE_CHARACTERS + 1)
            if not line:
                return entries
            if line.strip():
                entries.append(_entry(line))
                _check(len(entries) <= MAX_ENTRIES, f"more than {MAX_ENTRIES} messages")
    except (ValueError, RecursionError) as error:
        what = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise CcctlError(
            f"{name}:{number}: {what}", "each line is one message as 'ccctl mqtt record' writes it"
        ) from error
    except CcctlError as error:
        raise CcctlError(f"{name}:{number}: {error.message}") from error


def read_all(path: str) -> list[Entry]:
    """Every message of a recording in its order; CcctlError names the line that is none."""
    if path == "-":
        return _parse("stdin", sys.stdin)
    try:
        with open(path, encoding="utf-8") as stream:
            return _parse(path, stream)
    except OSError as error:
        raise CcctlError(f"{path}: {error.strerror}", "give the name of a recording", ExitCode.NOT_FOUND) from error


def is_internal(topic: str) -> bool:
    """Whether the catalogue marks `topic` as internal to the stack."""
    from secc.contract.topics import find
    from secc.contract.topics.row import Direction

    found = find(topic)
    return found is not None and found[0].direction is Direction.INTERNAL
