"""Writes docs/reference/asyncapi.json: the topics as an AsyncAPI 3.0 document.

The document describes the charging stack: it sends what a customer subscribes to and receives what is
published by customers. Internal topics are listed as channels without operations. Guide §15.
"""

from __future__ import annotations

import json
from typing import Any

from secc import __version__
from secc.contract import documents
from secc.contract.topics import FAMILIES, Direction, Topic

FILE = "docs/reference/asyncapi.json"
_DOCUMENTS = (documents.Object, documents.Array, documents.Physical)


def identifier(row: Topic[Any]) -> str:
    """The id of the channel: the name of the topic without its prefix."""
    return row.name.removeprefix("TOPIC_")


def parameters(row: Topic[Any]) -> tuple[str, ...]:
    """Names of the segments that are parameters, in order; a lone `+` is called "name"."""
    names = []
    for segment in row.topic.split("/"):
        if segment == "+":
            names.append("name")
        elif segment.startswith("<"):
            names.append(segment[1:-1])
    return tuple(names)


def _address(row: Topic[Any]) -> str:
    names = iter(parameters(row))
    return "/".join(f"{{{next(names)}}}" if segment == "+" else segment for segment in row.filter.split("/"))


def _message(row: Topic[Any]) -> dict[str, Any]:
    json_document = isinstance(row.payload, _DOCUMENTS)
    schema = dict(row.payload.schema())
    if row.deprecated:
        schema["deprecated"] = True
    if row.unit:
        schema["x-unit"] = row.unit
    return {
        "name": identifier(row),
        "summary": row.about,
        "contentType": "application/json" if json_document else "text/plain",
        "payload": schema,
    }


def _channel(row: Topic[Any], family: str) -> dict[str, Any]:
    channel: dict[str, Any] = {
        "address": _address(row),
        "title": row.name,
        "description": row.about,
        "messages": {"value": {"$ref": f"#/components/messages/{identifier(row)}"}},
        "tags": [{"name": family}] + ([{"name": "deprecated"}] if row.deprecated else []),
        "x-direction": str(row.direction),
        "x-owner": row.owner,
        "x-retain": row.retain,
        "x-guide": row.guide,
    }
    if row.parameters:
        about = "One segment of the topic: no slash, plus or hash sign."
        channel["parameters"] = {name: {"description": about} for name in parameters(row)}
    if row.aliases:
        channel["x-aliases"] = list(row.aliases)
        channel["x-mirrors"] = list(row.mirrors)
    return channel


def _actions(row: Topic[Any]) -> tuple[str, ...]:
    """What the stack does with the topic: ventilation is both commanded from outside and mirrored."""
    if row.direction is Direction.INTERNAL:
        return ()
    if row.direction is Direction.SUBSCRIBE:
        return ("send",)
    return ("receive",) if row.owner == "customer" else ("receive", "send")


def _operation(row: Topic[Any], action: str) -> dict[str, Any]:
    channel = f"#/channels/{identifier(row)}"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "summary": row.about,
        "messages": [{"$ref": f"{channel}/messages/value"}],
        "bindings": {"mqtt": {"qos": 0, "retain": row.retain, "bindingVersion": "0.2.0"}},
    }


def document() -> dict[str, Any]:
    """The AsyncAPI document as plain Python."""
    rows = [(row, family) for family, members in FAMILIES for row in members]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Charge Control C",
            "version": __version__,
            "description": "MQTT topics of the charging stack, seen from the stack: it sends what software of"
            " customers subscribes to, and receives what it publishes. Generated from the catalogue.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "text/plain",
        "servers": {
            "device": {
                "host": "localhost:1883",
                "protocol": "mqtt",
                "description": "The broker on the board; from elsewhere, the address of the board.",
            }
        },
        "channels": {identifier(row): _channel(row, family) for row, family in rows},
        "operations": {f"{a}_{identifier(row)}": _operation(row, a) for row, _ in rows for a in _actions(row)},
        "components": {"messages": {identifier(row): _message(row) for row, _ in rows}},
    }


def products() -> dict[str, str]:
    """The AsyncAPI document."""
    return {FILE: json.dumps(document(), indent=2, ensure_ascii=False) + "\n"}
