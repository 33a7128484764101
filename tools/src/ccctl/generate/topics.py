"""Writes docs/reference/topics.md: every topic of the catalogue, by family.

Says nothing that is not in a row of secc.contract.topics or in its codec. Guide §15.
"""

from __future__ import annotations

from typing import Any

from ccctl.generate.markdown import table
from secc.contract import documents, values
from secc.contract.topics import ALL, FAMILIES, Direction, Topic

PAGE = "docs/reference/topics.md"
HEAD = ("Topic", "Payload", "Direction", "Published by", "Retained", "Meaning", "Name in C", "Guide")
INTRO = f"""\
# MQTT topics

<!-- Generated from secc.contract.topics; change a row there, then run scripts/generate. -->

All {len(ALL)} topics of the charging stack. The broker listens on port 1883; every message has QoS 0.

* **Direction** is yours: *publish* is what your software may send, *subscribe* what it may read. *Internal*
  topics connect parts of the stack; look at them as you like, and publish none of them.
* **Published by** names the daemon, or *customer* for software beside the stack.
* **Retained** topics reach you at once when you subscribe. Messages that you publish need not be retained,
  except where this page says so; then a restart of the stack finds them again.
* `+` and `<name>` stand for one segment that you choose. The decimal separator is ".".
* **Name in C** is the macro of `topic_customer_hlc_ac.h`.
"""


def _range(low: object, high: object) -> str:
    if low is None and high is None:
        return ""
    return f" {'' if low is None else low}..{'' if high is None else high}"


def _places(places: int) -> str:
    return " without decimals," if places == 0 else f" with {places} decimal place{'s' * (places > 1)},"


def _fields(codec: documents.Object) -> str:
    if not codec.fields:
        return "JSON object"
    names = ", ".join(f"`{name}`: {kind}" for name, kind in codec.fields)
    return f"JSON object with {names}"


def _array(codec: documents.Array) -> str:
    length = "" if codec.length is None else f" of {codec.length}"
    return f"JSON array{length}{' strings' if codec.strings else ''}"


def payload(row: Topic[Any]) -> str:
    """What the payload looks like, in a few words: type, range or words, unit."""
    codec = row.payload
    unit = f" {row.unit}" if row.unit else ""
    match codec:
        case values.Integer(low=low, high=high):
            return f"integer{_range(low, high)}{unit}"
        case values.Decimal(places=places, low=low, high=high):
            return f"number{_places(places)}{_range(low, high)}{unit}"
        case values.OneOf(choices=choices):
            return f"{', '.join(f'`{c}`' for c in choices)}{unit}"
        case values.Word(choices=words):
            return ", ".join(f"`{w.value}`" if w.value else "empty" for w in words)
        case values.Numbered(choices=numbers):
            return ", ".join(f"`{int(n)}` {n.name}" for n in numbers)
        case values.Text(limit=limit, pattern=pattern):
            return f"text up to {limit} characters" + (f", `{pattern}`" if pattern else "")
        case documents.Object():
            return _fields(codec)
        case documents.Array():
            return _array(codec)
    fixed = {
        values.Bool: "`0` or `1`",
        values.OptionalInteger: f"integer{unit}, or empty",
        values.Timestamp: "RFC 3339 time stamp such as `2023-06-23T06:54:55.123Z`, or empty",
        values.Signal: "any payload",
        documents.Physical: f'JSON object `{{"Multiplier": -3..3, "Value": -32768..32767}}`{unit}',
    }
    return fixed[type(codec)]


def meaning(row: Topic[Any]) -> str:
    """The row's own line, and what is to know about other spellings."""
    parts = [row.about]
    if row.deprecated:
        parts.append("**Deprecated.**")
    for alias in row.aliases:
        verb = "Published as" if alias in row.mirrors else "Understood as"
        parts.append(f"{verb} `{alias}` too.")
    return " ".join(parts)


def _row(row: Topic[Any]) -> tuple[str, ...]:
    return (
        f"`{row.topic}`",
        payload(row),
        str(row.direction),
        row.owner if row.owner != "secc" else "every daemon",
        "yes" if row.retain else "no",
        meaning(row),
        f"`{row.name}`",
        row.guide,
    )


def products() -> dict[str, str]:
    """The reference page of the topics."""
    sections = [INTRO]
    sections.extend(f"## {title}\n\n{table(HEAD, map(_row, rows))}\n" for title, rows in FAMILIES)
    counts = {d: sum(row.direction is d for row in ALL) for d in Direction}
    summary = ", ".join(f"{count} {direction}" for direction, count in counts.items())
    sections.append(f"In all: {summary}.\n")
    return {PAGE: "\n".join(sections)}
