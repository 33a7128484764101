"""What the schema says about a key of a configuration file: its place, types, default, secrecy, when a change applies.

It turns what a user typed into a value of the key's type. It checks no file; secc.contract.config does.
Guide §14.1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import PurePath
from typing import Any

from ccctl.services.errors import CcctlError
from ccctl.services.exit_codes import ExitCode

Path = tuple[str | int, ...]
HIDDEN = "********"
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_USER_INFO = re.compile(r"(?<=://)[^/@\s]*@")
_QUERY = re.compile(r"[?#].*", re.DOTALL)


def kind_of(file: str, kind: str | None) -> str:
    """The kind of a configuration file: as given, else guessed from its name."""
    if kind is not None:
        return kind
    name = PurePath(file).name.lower()
    return "leds" if "led" in name else "rotaryencd" if "rotary" in name else "customer"


@cache
def _document(kind: str) -> dict[str, Any]:
    from secc.contract.config import schema

    return schema(kind)


def _resolved(kind: str, node: dict[str, Any]) -> dict[str, Any]:
    """The node with what it refers to; what stands at the node itself wins."""
    while "$ref" in node:
        target: Any = _document(kind)
        for part in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[part]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return node


def node_at(kind: str, path: Path) -> dict[str, Any] | None:
    """The schema entry of a path, None if no such key exists."""
    node = _resolved(kind, _document(kind))
    for part in path:
        below = node.get("items") if isinstance(part, int) else node.get("properties", {}).get(part)
        if not isinstance(below, dict):
            return None
        node = _resolved(kind, below)
    return node


def _walk(kind: str, node: dict[str, Any], path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    node = _resolved(kind, node)
    if "x-renamed-to" in node:
        return
    if "properties" in node:
        for key, below in node["properties"].items():
            yield from _walk(kind, below, (*path, key))
    elif "properties" in _resolved(kind, node.get("items", {})):
        yield from _walk(kind, node["items"], (*path, 0))
    else:
        yield path, node


def leaves(kind: str) -> list[tuple[Path, dict[str, Any]]]:
    """Every key that holds a value, in the order of the schema; of arrays of objects the first item."""
    return list(_walk(kind, _document(kind), ()))


def known_node(kind: str, path: Path, text: str) -> dict[str, Any]:
    """The schema entry of a path; CcctlError with the likely key if there is none."""
    node = node_at(kind, path)
    if node is not None:
        return node
    from ccctl.services.suggest import did_you_mean
    from secc.contract.jsonc import format_path

    names = [format_path(leaf) for leaf, _ in leaves(kind)]
    same = [name for name in names if name.rsplit("/", 1)[-1].lower() == str(path[-1]).lower()]
    hint = f"; did you mean {' or '.join(same[:3])}?" if same else did_you_mean(text, names)
    raise CcctlError(
        f"{kind}.json has no key {text!r}{hint}", f"'ccctl config get --kind {kind}' lists all", ExitCode.NOT_FOUND
    )


def to_path(text: str) -> Path:
    """The path that a user typed; a text that is none is a usage error."""
    from secc.contract.jsonc import PathError, parse_path

    try:
        return parse_path(text)
    except PathError as error:
        raise CcctlError(error.message, code=ExitCode.USAGE) from error


def _types(kind: str, node: dict[str, Any]) -> set[str]:
    node = _resolved(kind, node)
    stated = node.get("type")
    found = {stated} if isinstance(stated, str) else set(stated or ())
    if not found:
        for choice in [*node.get("anyOf", ()), *node.get("oneOf", ())]:
            found |= _types(kind, choice)
    return found


def value_from(kind: str, node: dict[str, Any], text: str, name: str) -> Any:
    """What `text` means for the key: texts stay texts, numbers and true/false by the key's type, the rest is JSON."""
    types = _types(kind, node)
    if "null" in types and text == "null":
        return None
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    if types & {"integer", "number"} and _NUMBER.fullmatch(text) and len(text) <= 40:
        return json.loads(text)
    if types & {"array", "object"} and text[:1] in ("[", "{"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            what = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
            raise CcctlError(f"{name}: the value is not JSON: {what}", """write it like '["a", "b"]'""") from error
    if "string" in types:
        return text
    expected = {
        "boolean": "true or false", "integer": "a whole number", "number": "a number",
        "array": """a JSON array such as '["a", "b"]'""", "object": """a JSON object such as '{"key": 1}'""",
        "null": "null",
    }  # fmt: skip
    words = " or ".join(expected[kind_] for kind_ in expected if kind_ in types)
    secret = bool(node.get("x-secret"))
    raise CcctlError(f"{name}: {HIDDEN if secret else repr(text[:60])} is not what it holds", f"write {words}")


def masked(node: dict[str, Any] | None, value: Any) -> Any:
    """The value as it may be shown: of a secret address without user, password and query; other secrets not at all."""
    if node is None or not node.get("x-secret") or value in (None, ""):
        return value
    if isinstance(value, str) and re.match(r"[a-z]+://", value):
        return _QUERY.sub(f"?{HIDDEN}", _USER_INFO.sub(f"{HIDDEN}@", value))
    return HIDDEN


def masked_all(kind: str, path: Path, value: Any) -> Any:
    """A value of any depth as it may be shown; `path` is where it stands."""
    node = node_at(kind, path)
    if node is not None and node.get("x-secret"):
        return masked(node, value)
    if isinstance(value, dict):
        return {key: masked_all(kind, (*path, key), item) for key, item in value.items()}
    if isinstance(value, list):
        return [masked_all(kind, (*path, index), item) for index, item in enumerate(value)]
    return value


def default_of(kind: str, node: dict[str, Any]) -> Any:
    """The value that holds where a file says nothing; None where the schema names none (see x-default-note)."""
    node = _resolved(kind, node)
    if "default" in node:
        return node["default"]
    if "properties" in node:
        return {
            key: default_of(kind, below)
            for key, below in node["properties"].items()
            if "x-renamed-to" not in _resolved(kind, below)
        }
    return None
