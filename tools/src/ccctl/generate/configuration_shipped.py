"""Writes the files as shipped: customer.json, leds.json, rotaryencd.json, with a comment for every key.

Decides layout alone: what a key means, and whether it stands there with a value or commented out, is in the schema.
A member that is commented out is never the last of its object (unless it is the only one), so that bringing it in
touches one line. Guide §14.1.
"""

from __future__ import annotations

import json
import textwrap
from typing import Any

from ccctl.generate.configuration_model import INT_MAX, Node

WIDTH = 100
INDENT = "    "
GLUE = "\x00"  # a blank of a value, where a comment must not be wrapped
INTRO = (
    "JSON with comments: // and /* */ may stand anywhere. Every key may be left out; its default then holds. A line "
    'such as // "key": value, is brought in by removing the two slashes. The power path (evsed) '
    "takes over a change as soon as no car is connected, other daemons when they are started again, unless the key "
    "says otherwise."
)


def shipped(root: Node) -> str:
    """The text of the shipped file."""
    lines = [*_comment(f"{root.rules['title']}: {root.rules['description']}", ""), "//", *_comment(INTRO, "")]
    return "\n".join([*lines, *_section(root, {}, "")]) + "\n"


def _comment(text: str, pad: str) -> list[str]:
    lines = textwrap.wrap(
        text,
        WIDTH,
        initial_indent=f"{pad}// ",
        subsequent_indent=f"{pad}// ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(GLUE, " ") for line in lines]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _section(node: Node, values: dict[str, Any], pad: str, *, explained: bool = True) -> list[str]:
    """The object from brace to brace; `values` go before what the schema says is shipped."""
    inner = pad + INDENT
    members = list(node.members)
    live = [member for member in members if not member.commented]
    if live and members[-1].commented:
        members.remove(live[-1])
        members.append(live[-1])
    lines = ["{"]
    for member in members:
        last = member is members[-1]
        if explained:
            if len(lines) > 1:
                lines.append("")
            lines += _comment(str(member.rules["description"]), inner)
            lines += _comment(facts(member), inner) if member.kind not in ("section", "entries") else []
        lines += _member(member, values.get(member.key, member.shipped), inner, "" if last else ",")
    return [*lines, f"{pad}}}"]


def _member(member: Node, value: Any, pad: str, comma: str) -> list[str]:
    key = f"{pad}{_json(member.key)}: "
    if member.commented:
        return [f"{pad}// {_json(member.key)}: {_json(value)}{comma}"]
    if member.kind == "section":
        lines = _section(member, value or {}, pad)
    elif member.kind == "entries":
        lines = _entries(member, value, pad)
    elif member.kind == "items" and member.inner.kind == "section":
        lines = _array(member, value, pad)
    else:
        return [f"{key}{_json(value)}{comma}"]
    return [key + lines[0], *lines[1:-1], lines[-1] + comma]


def _array(node: Node, values: list[dict[str, Any]], pad: str) -> list[str]:
    inner = pad + INDENT
    if values == [{}]:
        item = _section(node.inner, {}, inner)
        return ["[", inner + item[0], *item[1:], f"{pad}]"]
    rows = [f"{inner}{_json(value)}{'' if i == len(values) - 1 else ','}" for i, value in enumerate(values)]
    keys = [line for member in node.inner.members for line in _explained(member, inner)]
    return ["[", *keys, *rows, f"{pad}]"]


def _entries(node: Node, values: dict[str, Any], pad: str) -> list[str]:
    inner = pad + INDENT
    lines = ["{", *(line for member in node.inner.members for line in _explained(member, inner))]
    for name, value in values.items():
        item = _section(node.inner, value, inner, explained=False)
        comma = "" if name == list(values)[-1] else ","
        lines += [f"{inner}{_json(name)}: {item[0]}", *item[1:-1], item[-1] + comma]
    return [*lines, f"{pad}}}"]


def _explained(member: Node, pad: str) -> list[str]:
    return _comment(f"{member.key}: {member.rules['description']} {facts(member)}", pad)


def facts(node: Node) -> str:
    """Type, range, unit, default and time of effect of a key, in a sentence or two."""
    if "default" in node.rules and node.rules["default"] is not None:
        default = f"default {_json(node.rules['default']).replace(' ', GLUE)}" if node.inner_is_scalar else ""
    else:
        default = f"default: {node.rules['x-default-note']}" if "x-default-note" in node.rules else ""
        default = "default null" if node.rules.get("default", "") is None else default
    text = "; ".join(part for part in (span(node), default) if part)
    text = text[0].upper() + text[1:] + "."
    if "key" in node.rules.get("x-ocpp", {}) and node.rules["x-ocpp"]["access"] == "R/W":
        text += f" A change applies: {node.rules['x-applies'].lower()}."
    return text


def span(node: Node) -> str:
    """What the value may be, in words."""
    r = node.rules
    unit = f" {r['x-unit']}" if "x-unit" in r else ""
    unit = f", in{unit}" if "/" in unit and node.kind == "integer" else unit
    if node.kind == "flag":
        return "true or false"
    if node.kind == "integer":
        also = "".join(f"{number}, or " for number in node.also)
        until = f"{node.low} or more" if node.high == INT_MAX else f"{node.low} to {node.high}"
        return f"whole number, {also}{until}{unit}"
    if node.kind == "choice":
        words = ", ".join(map(_json, r["enum"]))
        return f"{'one of' if len(r['enum']) > 1 else 'only'} {words}{unit}"
    if node.kind == "one-or-more":
        return f"{span(node.inner)}, or an array of them"
    if node.kind == "items":
        bounds = (r.get("minItems", 0), r.get("maxItems"))
        size = {(0, None): "any number of items"}.get(bounds, f"{bounds[0]} to {bounds[1]} items")
        if bounds[0] == bounds[1]:
            size = f"exactly {bounds[0]} items"
        elif bounds[1] is None and bounds[0]:
            size = f"at least {bounds[0]} item"
        return f"array, {size}" + (f", each {span(node.inner)}" if node.inner.kind != "section" else "")
    if node.kind == "text":
        form = str(r.get("x-form", "text"))
        return f"string of at most {r['maxLength']} characters: {form}" + (
            ", or null" if isinstance(r["type"], list) else ""
        )
    return "object"
