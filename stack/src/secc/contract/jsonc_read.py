"""Reads JSON with comments and remembers where every token stands.

The reader decides what is well formed: RFC 8259 plus // and /* */ comments, nothing else. A file may come
from anybody (USB stick, OCPP, web page), so size, depth and numbers are bounded, and no text makes it slow
or recursive. It never changes a text and never guesses; whatever is wrong ends in JsoncError with line and
column. Guide §14.1.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from secc.contract.jsonc_lines import JsoncError, Lines
from secc.contract.values import shown

MAX_DEPTH: Final = 64
MAX_NUMBER: Final = 128
_INT_LIMIT: Final = 1 << 63

_BLANKS = frozenset(" \t\r\n")
_BLANK = re.compile(r"[ \t\r\n]*+")
_LINE_COMMENT = re.compile(r"//[^\r\n]*+")
_PLAIN_STRING = re.compile(r'"([^"\\\x00-\x1f]*+)"')
_STRING_BODY = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+')
_WORD = re.compile(r'[^\x00-\x20,:\[\]{}"/]++')
_SMALL = re.compile(r"(?:0|-?[1-9][0-9]{0,17})(?=[,\]}\r\n ])")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(\.[0-9]++)?([eE][+-]?[0-9]++)?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS: Final = {"true": True, "false": False, "null": None}


class Node:
    """A value, from offset `start` to `end`. `kind`: object, array or scalar; scalars carry `value`."""

    __slots__ = ("end", "entries", "kind", "start", "value")

    def __init__(self, kind: str, start: int, end: int, value: Any, entries: list[Entry]) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.value = value
        self.entries = entries

    def plain(self) -> Any:
        """The Python value, made afresh."""
        if self.kind == "object":
            return {entry.key: entry.node.plain() for entry in self.entries}
        if self.kind == "array":
            return [entry.node.plain() for entry in self.entries]
        return self.value


class Entry:
    """A member or an item: its key or index, where that starts, its value, and its comma if it has one."""

    __slots__ = ("comma", "key", "node", "start")

    def __init__(self, key: str | int, start: int, node: Node, comma: int | None) -> None:
        self.key = key
        self.start = start
        self.node = node
        self.comma = comma


_NO_ENTRIES: Final[list[Entry]] = []


class Reader:
    """The grammar. Offsets always are those of `text`; nothing at or behind `end` is looked at."""

    def __init__(self, text: str, lines: Lines, end: int) -> None:
        self.text = text
        self._lines = lines
        self.end = end
        self.comments: list[tuple[int, int]] = []
        self._close_asked = 0
        self._close_found = -1

    def error(self, offset: int, message: str) -> JsoncError:
        """The error to raise for what stands at `offset`."""
        return JsoncError(message, *self._lines.place(offset))

    def at(self, offset: int) -> str:
        """The character at `offset`, or the empty string at the end."""
        return self.text[offset] if offset < self.end else ""

    def _line(self, offset: int) -> int:
        return self._lines.number(offset) + 1

    def gap(self, offset: int) -> int:
        """The offset of the next token, behind white space and comments (which are noted)."""
        while True:
            char = self.text[offset] if offset < self.end else ""
            if char in _BLANKS:
                match = _BLANK.match(self.text, offset, self.end)
                offset = match.end() if match else offset
                char = self.text[offset] if offset < self.end else ""
            if char != "/":
                return offset
            after = self.comment(offset)
            self.comments.append((offset, after))
            offset = after

    def comment(self, offset: int) -> int:
        """The end of the comment that begins at `offset`."""
        match = _LINE_COMMENT.match(self.text, offset, self.end)
        if match:
            return match.end()
        if self.at(offset + 1) != "*":
            raise self.error(offset, 'a lone "/": write // or /* to begin a comment, or remove it')
        close = self._close(offset + 2)
        if close + 2 > self.end:
            raise self.error(offset, "this comment is never closed: add */ where it ends")
        return close + 2

    def _close(self, offset: int) -> int:
        """The next */ from `offset` on; the last answer is kept, many comments may ask for one far end."""
        if not self._close_asked <= offset <= self._close_found:
            found = self.text.find("*/", offset)
            self._close_asked = offset
            self._close_found = found if found >= 0 else len(self.text)
        return self._close_found

    def document(self, offset: int) -> Node:
        """The one value of a document, with nothing but comments around it."""
        offset = self.gap(offset)
        if offset >= self.end:
            raise self.error(offset, "the document holds no value: write at least {}")
        node = self.value(offset, 1)
        offset = self.gap(node.end)
        if offset < self.end:
            rest = shown(self.text[offset : offset + 20])
            raise self.error(
                offset, f"{rest} follows the end of the document: remove it, or mend the brackets before it"
            )
        return node

    def value(self, offset: int, depth: int) -> Node:
        """The value that begins at `offset`; `depth` counts it and the containers around it."""
        char = self.at(offset)
        if char == '"':
            text, end = self.string(offset)
            return Node("scalar", offset, end, text, _NO_ENTRIES)
        if char in ("{", "["):
            if depth > MAX_DEPTH:
                raise self.error(offset, f"nested deeper than {MAX_DEPTH}: flatten the document")
            return self._object(offset, depth) if char == "{" else self._array(offset, depth)
        return self._scalar(offset)

    def _object(self, start: int, depth: int) -> Node:
        entries: list[Entry] = []
        seen: dict[str | int, int] = {}
        offset = self.gap(start + 1)
        if self.at(offset) == "}":
            return Node("object", start, offset + 1, None, entries)
        while True:
            if self.at(offset) != '"':
                raise self._no_key(start, offset)
            entry = self.member(offset, depth + 1)
            if entry.key in seen:
                lines = f"line {self._line(seen[entry.key])} and on line {self._line(offset)}"
                raise self.error(offset, f"the key {shown(str(entry.key))} stands on {lines}: remove one")
            seen[entry.key] = offset
            entries.append(entry)
            after = self.gap(entry.node.end)
            if self.at(after) == "}":
                return Node("object", start, after + 1, None, entries)
            entry.comma = self._comma(start, entry.node, after, "}")
            offset = self.gap(after + 1)
            if self.at(offset) == "}":
                raise self.error(after, 'no member follows this comma: remove the comma in front of "}"')

    def member(self, offset: int, depth: int) -> Entry:
        """The "key": value whose key stands at `offset`, without its comma; `depth` is that of the value."""
        key, after = self.string(offset)
        colon = self.gap(after)
        if self.at(colon) != ":":
            raise self.error(colon, f'":" is missing after the key {shown(key)}: write "key": value')
        return Entry(key, offset, self.value(self.gap(colon + 1), depth), None)

    def _array(self, start: int, depth: int) -> Node:
        entries: list[Entry] = []
        offset = self.gap(start + 1)
        if self.at(offset) == "]":
            return Node("array", start, offset + 1, None, entries)
        while True:
            node = self.value(offset, depth + 1)
            entry = Entry(len(entries), offset, node, None)
            entries.append(entry)
            after = self.gap(node.end)
            if self.at(after) == "]":
                return Node("array", start, after + 1, None, entries)
            entry.comma = self._comma(start, node, after, "]")
            offset = self.gap(after + 1)
            if self.at(offset) == "]":
                raise self.error(after, 'no item follows this comma: remove the comma in front of "]"')

    def _comma(self, start: int, node: Node, offset: int, close: str) -> int:
        if self.at(offset) == ",":
            return offset
        if offset >= self.end:
            raise self.error(offset, f'the text ends, but "{close}" for line {self._line(start)} is missing: add it')
        line = self._line(node.end)
        found = shown(self.text[offset])
        raise self.error(offset, f'{found} where "," or "{close}" is expected: see the value that ends on line {line}')

    def _no_key(self, start: int, offset: int) -> JsoncError:
        if offset >= self.end:
            return self.error(offset, f'the text ends, but "}}" for line {self._line(start)} is missing: add it')
        found = shown(self.text[offset : offset + 20])
        return self.error(offset, f"{found} where a key is expected: write the key in double quotes")

    def string(self, offset: int) -> tuple[str, int]:
        """The string whose quote stands at `offset`, and the offset behind it."""
        match = _PLAIN_STRING.match(self.text, offset, self.end)
        if match:
            return match.group(1), match.end()
        body = _STRING_BODY.match(self.text, offset, self.end)
        bad = body.end() if body else offset
        char = self.at(bad)
        if char == '"':
            text: str = json.loads(self.text[offset : bad + 1])
            if _SURROGATE.search(text):
                raise self.error(offset, "this string holds half of a surrogate pair: write both \\u halves, or none")
            return text, bad + 1
        if char == "\\":
            wrong = shown(self.text[bad : min(bad + 6, self.end)])
            raise self.error(bad, f'{wrong} begins no JSON escape: write \\\\ for a backslash, \\" for a quote')
        if char in ("", "\r", "\n"):
            raise self.error(offset, "this string is not closed on its line: add the closing quote")
        raise self.error(bad, f"control character U+{ord(char):04X} in a string: write \\u{ord(char):04x}")

    def _scalar(self, offset: int) -> Node:
        small = _SMALL.match(self.text, offset, self.end)
        if small:
            return Node("scalar", offset, small.end(), int(small.group()), _NO_ENTRIES)
        match = _WORD.match(self.text, offset, self.end)
        if match is None:
            found = shown(self.text[offset : min(offset + 1, self.end)]) if offset < self.end else "the end of the text"
            raise self.error(
                offset,
                f"{found} where a value is expected: write a string, number, true, false, null, {{}} or []",
            )
        word = match.group()
        if word in _WORDS:
            return Node("scalar", offset, match.end(), _WORDS[word], _NO_ENTRIES)
        number = _NUMBER.fullmatch(word) if len(word) <= MAX_NUMBER else None
        if number is None:
            raise self.error(offset, _no_scalar(word))
        value: int | float
        if number.group(1) is None and number.group(2) is None:
            value = int(word)
            if not -_INT_LIMIT <= value < _INT_LIMIT:
                raise self.error(offset, f"{shown(word)} does not fit into 64 bits: write a smaller number or a string")
        else:
            value = float(word)
            if value in (float("inf"), float("-inf")):
                raise self.error(offset, f"{shown(word)} is too large for a number: write a smaller one or a string")
        return Node("scalar", offset, match.end(), value, _NO_ENTRIES)


def _no_scalar(word: str) -> str:
    """Why a word is no value, and what to write instead."""
    if len(word) > MAX_NUMBER:
        return f"{shown(word)} is longer than {MAX_NUMBER} characters: shorten the number, or quote the string"
    if word.lstrip("+-") in ("NaN", "Infinity"):
        return f"{shown(word)} is no JSON number: write a finite number or null"
    if word.lower() in _WORDS:
        return f"{shown(word)} is no JSON value: write {word.lower()}"
    if re.fullmatch(r"[+-]?0[0-9]+", word):
        return f"{shown(word)} has leading zeros: write {int(word)}, or quote it"
    if re.match(r"[+.0-9-]", word):
        return f"{shown(word)} is no JSON number: write it as 12, -0.5 or 1e3"
    return f"{shown(word)} is no JSON value: put text in double quotes"
