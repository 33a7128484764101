"""A message in the light of the topic catalogue: what it is called, what its payload means, whether it is valid.

It also decides whether a message may be sent: values are checked and written as the catalogue writes them, and
topics that drive an actuator from inside the stack are refused. It opens no connection. Guide §15.5.
"""

from __future__ import annotations

import base64
from dataclasses import asdict, is_dataclass
from datetime import datetime
from enum import Enum, IntEnum, StrEnum
from typing import TYPE_CHECKING, Any

from ccctl.services.errors import CcctlError
from ccctl.services.exit_codes import ExitCode

if TYPE_CHECKING:
    from secc.contract.topics.row import Topic

MAX_TOPIC_BYTES = 65535


def jsonable(value: object) -> Any:
    """A decoded payload as JSON: numbered enumerations by name, times as RFC 3339, a signal as null."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, IntEnum):
        return value.name
    if isinstance(value, Enum):
        return None
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value


def payload_text(payload: bytes) -> str:
    """The payload as text; bytes that are not UTF-8 as `base64:...`."""
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(payload).decode("ascii")


def reading(topic: str, payload: bytes) -> dict[str, Any]:
    """What a message says: topic, payload, name, value, unit, valid (None: not in the catalogue), problem.

    An empty payload takes a retained message back and is valid everywhere.
    """
    from secc.contract.topics import find
    from secc.contract.values import PayloadError

    found = find(topic)
    result: dict[str, Any] = {
        "topic": topic,
        "payload": payload_text(payload),
        "name": None,
        "value": None,
        "unit": None,
        "valid": None,
        "problem": None,
    }
    if found is None:
        result["problem"] = "not in the catalogue"
        return result
    row = found[0]
    result |= {"name": row.name, "unit": row.unit, "valid": True}
    try:
        result["value"] = jsonable(row.decode(payload))
    except PayloadError as error:
        if payload:
            result |= {"valid": False, "problem": str(error).removeprefix(f"{row.topic}: ")}
    return result


def shown_value(read: dict[str, Any]) -> str:
    """The value of a reading as a person reads it: the payload, with the name of a number and the unit."""
    text = str(read["payload"]) or "(empty)"
    if isinstance(read["value"], str) and read["value"] and read["value"] != read["payload"]:
        text += f" ({read['value']})"
    return f"{text} {read['unit']}" if read["unit"] and read["valid"] and read["payload"] else text


def check_topic(topic: str) -> None:
    """Raise if `topic` is no name a message can be sent to."""
    wrong = (
        "is empty"
        if not topic
        else "holds a wildcard; name one topic"
        if "+" in topic or "#" in topic
        else "holds a NUL character"
        if "\0" in topic
        else "is too long"
        if len(topic.encode("utf-8", "surrogateescape")) > MAX_TOPIC_BYTES
        else None
    )
    if wrong is not None:
        raise CcctlError(f"the topic {topic[:80]!r} {wrong}", code=ExitCode.USAGE)


def check_filter(text: str) -> None:
    """Raise if `text` is no subscription: + stands for one whole level, # for all the rest at the end."""
    levels = text.split("/")
    bad = (
        not text
        or "\0" in text
        or any("#" in level for level in levels[:-1])
        or any(len(level) > 1 and ("+" in level or "#" in level) for level in levels)
    )
    if bad:
        raise CcctlError(
            f"{text[:80]!r} is no topic filter",
            "write '+' for exactly one level and '#' for all levels that follow",
            ExitCode.USAGE,
        )


def matches(topic: str, pattern: str) -> bool:
    """Whether the topic filter `pattern` covers `topic`."""
    mine, theirs = pattern.split("/"), topic.split("/")
    if topic.startswith("$") != pattern.startswith("$"):
        return False
    for index, level in enumerate(mine):
        if level == "#":
            return True
        if index >= len(theirs) or (level != "+" and level != theirs[index]):
            return False
    return len(mine) == len(theirs)


def row_for(topic: str, force: bool) -> Topic[Any] | None:
    """The row of a topic that shall be sent to; refuses unknown and internal ones unless `force`."""
    from secc.contract.topics import ALL, find
    from secc.contract.topics.row import Direction

    check_topic(topic)
    found = find(topic)
    if found is None:
        if force:
            return None
        from ccctl.services.suggest import did_you_mean

        hint = did_you_mean(topic, (row.topic for row in ALL))
        raise CcctlError(
            f"{topic!r} is not in the catalogue{hint}",
            "'ccctl mqtt topics' lists it; --force sends all the same",
            ExitCode.NOT_FOUND,
        )
    row = found[0]
    if row.direction is Direction.INTERNAL and not force:
        raise CcctlError(
            f"{topic!r} belongs to the inside of the stack ({row.owner}) and mirrors or drives an actuator; "
            "a value from outside would contradict what the charging software does",
            "use the topics marked 'publish' in 'ccctl mqtt topics'; --force sends all the same",
        )
    return row


def encoded(row: Topic[Any] | None, topic: str, value: str) -> bytes:
    """The payload for `value` as the catalogue writes it; a value outside the catalogue raises."""
    payload = value.encode("utf-8", "surrogateescape")
    if row is None or not payload:
        return payload
    from secc.contract.values import PayloadError

    try:
        return row.encode(row.decode(payload))
    except PayloadError as error:
        what = str(error).removeprefix(f"{row.topic}: ")
        raise CcctlError(f"{topic}: {what}", f"{row.name} is {row.payload.kind}: {row.about}") from error
