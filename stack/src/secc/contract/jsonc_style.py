"""How a file is laid out, and how new text is written so that it looks like its neighbours.

Decides indentation, the blanks after a key, and line endings, by looking at what the file already does. It
also checks values that are to be written: only what JSON can hold, within the reader's bounds. It never
moves what stands in the file. Guide §14.1.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from secc.contract.jsonc_lines import JsoncError
from secc.contract.jsonc_read import MAX_DEPTH, Entry, Node
from secc.contract.jsonc_tree import MAX_BYTES, Tree

_SAMPLES: Final = 2000
_SHORT: Final = 80
_COLON = re.compile(r'"(?:[^"\\]++|\\.)*+"([ \t]*+:[ \t]*+)')
_SURROGATE = re.compile("[\ud800-\udfff]")
_DEFAULT_UNIT: Final = "    "


def checked(value: object, depth: int = 1) -> Any:
    """`value` as plain JSON data (a copy); JsoncError when JSON cannot hold it."""
    if depth > MAX_DEPTH + 1:
        raise JsoncError(f"the value is nested deeper than {MAX_DEPTH}: flatten it")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        number = int(value)
        if not -(1 << 63) <= number < 1 << 63:
            raise JsoncError("the number does not fit into 64 bits: give a smaller number or a string")
        return number
    if isinstance(value, float):
        if not math.isfinite(value):
            raise JsoncError(f"{value} is no JSON number: give a finite number or null")
        return float(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return {_text(key): checked(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [checked(item, depth + 1) for item in value]
    raise JsoncError(f"{type(value).__name__} is no JSON type: give a string, number, bool, None, list or dict")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise JsoncError(f"a key is {type(value).__name__}: keys are strings")
    if len(value) > MAX_BYTES:
        raise JsoncError(f"a string has more than {MAX_BYTES} characters: shorten it")
    if _SURROGATE.search(value):
        raise JsoncError("a string holds half of a surrogate pair: give well-formed text")
    return str.__str__(value)


def same(a: object, b: object) -> bool:
    """Equality as JSON sees it: true is not 1, and 1 is not 1.0."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(item, b[key]) for key, item in a.items())
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b


def scalar(value: object) -> str:
    """A scalar, an empty container or a whole value on one line, as JSON text."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True, slots=True)
class Style:
    """`unit`: a step of indentation; `colon`: between key and value; `comma`: between inline items."""

    unit: str
    colon: str
    comma: str

    def key(self, name: str) -> str:
        """A key with its colon."""
        return scalar(name) + self.colon

    def inline(self, value: object) -> str:
        """A value on one line."""
        if isinstance(value, dict):
            return "{" + self.comma.join(self.key(k) + self.inline(v) for k, v in value.items()) + "}"
        if isinstance(value, list):
            return "[" + self.comma.join(map(self.inline, value)) + "]"
        return scalar(value)

    def block(self, value: object, indent: str, newline: str, spread: bool = False) -> str:
        """A value over several lines, the first of which is indented by `indent` already.

        A short array of scalars stays on one line unless `spread`.
        """
        if not isinstance(value, dict | list) or not value:
            return scalar(value)
        flat = isinstance(value, list) and not any(isinstance(item, dict | list) for item in value)
        if flat and not spread:
            line = self.inline(value)
            if len(line) <= _SHORT:
                return line
        inner = indent + self.unit
        if isinstance(value, dict):
            rows = [self.key(k) + self.block(v, inner, newline) for k, v in value.items()]
        else:
            rows = [self.block(item, inner, newline) for item in value]
        begin, end = ("{", "}") if isinstance(value, dict) else ("[", "]")
        return begin + newline + ("," + newline).join(inner + row for row in rows) + newline + indent + end


def style_of(tree: Tree) -> Style:
    """What most of a file does."""
    units: Counter[str] = Counter()
    colons: Counter[str] = Counter()
    nodes = [tree.root]
    seen = 0
    while nodes and seen < _SAMPLES:
        node = nodes.pop()
        base = tree.lines.indent(node.start)
        for entry in node.entries[:_SAMPLES]:
            seen += 1
            nodes.append(entry.node)
            step = tree.lines.indent(entry.start)
            if tree.lines.leads(entry.start) and step != base and step.startswith(base):
                units[step[len(base) :]] += 1
            match = _COLON.match(tree.text, entry.start) if node.kind == "object" else None
            if match and match.end() == entry.node.start:
                colons[match.group(1)] += 1
    colon = colons.most_common(1)[0][0] if colons else ": "
    unit = units.most_common(1)[0][0] if units else _DEFAULT_UNIT
    return Style(unit, colon, ", " if colon != ":" else ",")


def sibling_indent(tree: Tree, holder: Node, style: Style) -> str:
    """The indentation of the lines inside a container."""
    for entry in reversed(holder.entries):
        if tree.lines.leads(entry.start):
            return tree.lines.indent(entry.start)
    outer = tree.lines.indent(holder.start)
    for start, _ in comments_of(tree, holder):
        indent = tree.lines.indent(start)
        if tree.lines.leads(start) and len(indent) > len(outer):
            return indent
    return outer + style.unit


def comments_of(tree: Tree, holder: Node) -> list[tuple[int, int]]:
    """The comments that stand between the entries of a container, in order."""
    result: list[tuple[int, int]] = []
    entries = iter([*holder.entries, Entry("", holder.end, holder, None)])
    entry = next(entries)
    for start, end in tree.comments_within(holder):
        while entry.node is not holder and entry.node.end <= start:
            entry = next(entries)
        if start < entry.start:
            result.append((start, end))
    return result
