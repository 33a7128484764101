"""The configuration schemas as a tree that the writers of code, files and pages walk.

Decides what kind of value each entry of a schema is, with $ref resolved and old spellings set aside. A schema that
says something no writer understands ends in SchemaError, so that nothing is silently left out. Guide §14.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from secc.contract.schema import load

KINDS = ("customer", "leds", "rotaryencd")
INT_MAX = 2147483647
Schema = dict[str, Any]


class SchemaError(Exception):
    """A schema entry that cannot be turned into code: which one, and why."""


@dataclass(frozen=True, slots=True)
class Node:
    """One entry. `path` is written as in the guide; `kind` is section, items, entries, flag, integer, choice, text
    or one-or-more. `rules` is the schema with $ref resolved; `shared` names the $defs entry it came from.
    """

    key: str
    path: str
    kind: str
    rules: Schema
    shared: str = ""
    members: tuple[Node, ...] = ()
    item: Node | None = None
    renamed: dict[str, str] = field(default_factory=dict)

    @property
    def inner(self) -> Node:
        """What an array or a map holds; SchemaError for anything else."""
        if self.item is None:
            raise SchemaError(f"{self.path}: a {self.kind} holds no items")
        return self.item

    @property
    def inner_is_scalar(self) -> bool:
        """Whether the value fits on a line: it is no object, and no array of objects."""
        return self.kind not in ("section", "entries") and (self.item is None or self.item.kind != "section")

    @property
    def owner(self) -> str:
        return str(self.rules["x-owner"]) if "x-owner" in self.rules else ""

    @property
    def view(self) -> str:
        """The name of the class that shows a section."""
        return str(self.rules.get("x-class", "".join(p.capitalize() for p in self.key.split("_"))))

    @property
    def commented(self) -> bool:
        """Whether the entry stands commented out in the shipped file."""
        return bool(self.rules.get("x-shipped") == "commented")

    @property
    def shipped(self) -> Any:
        """The value in the shipped file: the example if there is one, else the default."""
        return self.rules.get("x-example", self.rules.get("default"))

    @property
    def low(self) -> int:
        return int(self._bound()["minimum"])

    @property
    def high(self) -> int:
        return int(self._bound()["maximum"])

    @property
    def also(self) -> tuple[int, ...]:
        """Numbers that are right although they are outside the range."""
        return tuple(part["const"] for part in self.rules.get("anyOf", ()) if "const" in part)

    def _bound(self) -> Schema:
        for part in self.rules.get("anyOf", ()):
            if "minimum" in part:
                return dict(part)
        return self.rules


def tree(kind: str) -> Node:
    """The tree of customer, leds or rotaryencd."""
    document = load(kind)
    return _node(kind, "", document, document)


def _node(key: str, path: str, raw: Schema, document: Schema) -> Node:
    rules, shared = _resolved(raw, document)
    kind = _kind(path or key, rules)
    if kind == "section":
        return _section(key, path, rules, shared, document)
    item = None
    if kind == "items":
        item = _node(key, f"{path}[]", rules["items"], document)
    elif kind == "entries":
        item = _node(key, f"{path}/<name>", rules["additionalProperties"], document)
    elif kind == "one-or-more":
        item = _node(key, path, rules["anyOf"][0], document)
    if kind in ("integer",) and "minimum" not in rules and "anyOf" not in rules:
        raise SchemaError(f"{path}: a whole number needs minimum and maximum")
    if kind == "text" and "maxLength" not in rules:
        raise SchemaError(f"{path}: a string needs maxLength")
    return Node(key, path, kind, rules, shared, item=item)


def _section(key: str, path: str, rules: Schema, shared: str, document: Schema) -> Node:
    if rules.get("additionalProperties") is not False:
        raise SchemaError(f"{path or key}: additionalProperties must be false, so that a wrong key is found")
    members, renamed = [], {}
    for name, raw in rules["properties"].items():
        if not name.isidentifier():
            raise SchemaError(f"{path}/{name}: the view needs an identifier")
        if raw.get("deprecated"):
            renamed[name] = raw["x-renamed-to"]
        else:
            members.append(_node(name, f"{path}/{name}" if path else name, raw, document))
    return Node(key, path, "section", rules, shared, members=tuple(members), renamed=renamed)


def _resolved(raw: Schema, document: Schema) -> tuple[Schema, str]:
    if "$ref" not in raw:
        return raw, ""
    shared = raw["$ref"].removeprefix("#/$defs/")
    own = {name: value for name, value in raw.items() if name != "$ref"}
    return {**document["$defs"][shared], **own}, shared


def _kind(path: str, rules: Schema) -> str:
    types = rules.get("type")
    names = [name for name in types if name != "null"] if isinstance(types, list) else [types]
    if names == ["object"]:
        return "section" if "properties" in rules else "entries"
    if "enum" in rules:
        return "choice"
    simple = {"array": "items", "boolean": "flag", "integer": "integer", "string": "text"}
    if len(names) == 1 and names[0] in simple:
        return simple[names[0]]
    if types is None and len(rules.get("anyOf", ())) == 2:
        return "one-or-more"
    raise SchemaError(f"{path}: no writer knows what type {types} is")


def walk(node: Node) -> list[Node]:
    """The node and everything below it, outermost first."""
    below = [*node.members, *([node.item] if node.item else [])]
    return [node, *(inner for child in below for inner in walk(child))]


def sections(node: Node) -> list[Node]:
    """The sections of a tree, innermost first, each class once."""
    found: dict[str, Node] = {}
    for child in (*node.members, *([node.item] if node.item else [])):
        for inner in sections(child):
            found.setdefault(inner.view, inner)
    if node.kind == "section":
        found.setdefault(node.view, node)
    return list(found.values())
