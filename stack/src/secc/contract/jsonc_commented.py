"""Finds members that stand commented out: // "key": value, on lines of their own, or /* "key": value */.

Decides what is a commented member and what is prose: the whole comment, or whole lines of it, must read as
one "key": value with an optional comma. A text that merely mentions a key never counts. The time that
it takes grows with the length of the file alone. Guide §14.1 (keys that are commented or missing).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from secc.contract.jsonc_lines import JsoncError, Lines
from secc.contract.jsonc_read import Entry, Node, Reader
from secc.contract.jsonc_style import comments_of
from secc.contract.jsonc_tree import Tree

_MEMBER_LINE = re.compile(r'//[ \t]*+"')
_BLANKS = re.compile(r"[ \t\r\n]*+")


@dataclass(frozen=True, slots=True)
class Commented:
    """A commented member: offsets are those of the text; `markers`: the // of its lines, none for /* */."""

    entry: Entry
    start: int
    end: int
    markers: tuple[int, ...]


class _Rereader(Reader):
    """Reads from many offsets, yet no text twice: what it met once, whole or broken, it answers from memory."""

    def __init__(self, text: str, lines: Lines, end: int) -> None:
        super().__init__(text, lines, end)
        self._members: dict[int, Entry | None] = {}
        self._jumps: dict[int, int | None] = {}

    def skip(self, offset: int) -> int:
        """The gap within `end` as it is now, from no memory."""
        return super().gap(offset)

    def gap(self, offset: int) -> int:
        passed: list[int] = []
        while True:
            match = _BLANKS.match(self.text, offset, self.end)
            offset = match.end() if match else offset
            if self.at(offset) != "/":
                break
            if offset in self._jumps:
                jump = self._jumps[offset]
                if jump is None:
                    raise self.error(offset, "no comment")
                offset = jump
                break
            self._jumps[offset] = None
            passed.append(offset)
            offset = self.comment(offset)
        for start in passed:
            self._jumps[start] = offset
        return offset

    def member(self, offset: int, depth: int) -> Entry:
        if offset not in self._members:
            self._members[offset] = None
            self._members[offset] = super().member(offset, depth)
        entry = self._members[offset]
        if entry is None:
            raise self.error(offset, "no member")
        return Entry(entry.key, entry.start, entry.node, None)


class Finder:
    """The commented members of the objects of one tree."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._known: dict[int, list[Commented]] = {}
        self._reader: _Rereader | None = None

    def find(self, holder: Node, key: str) -> Commented | None:
        """The commented member `key` directly inside an object: the last one when there are several."""
        for found in reversed(self.all(holder)):
            if found.entry.key == key:
                return found
        return None

    def all(self, holder: Node) -> list[Commented]:
        """All commented members directly inside an object, in order."""
        if holder.kind != "object":
            return []
        if holder.start not in self._known:
            self._known[holder.start] = self._search(holder)
        return self._known[holder.start]

    def _search(self, holder: Node) -> list[Commented]:
        comments = comments_of(self._tree, holder)
        lines = self._tree.lines
        found: list[Commented] = []
        index = 0
        while index < len(comments):
            start, end = comments[index]
            if self._tree.is_line(start):
                stop = index + 1
                while stop < len(comments) and self._follows(comments[stop - 1][0], comments[stop][0]):
                    stop += 1
                while index < stop:
                    one = self._lines(comments, index, comments[stop - 1][1])
                    if one is None:
                        index += 1
                    else:
                        found.append(one)
                        index += lines.number(one.end) - lines.number(one.start) + 1
                continue
            if self._tree.text[start + 1] == "*":
                entry = self._member(start + 2, end - 2, True)
                if entry is not None:
                    found.append(Commented(entry, start, end, ()))
            index += 1
        return found

    def _follows(self, before: int, start: int) -> bool:
        lines = self._tree.lines
        return self._tree.is_line(start) and lines.number(start) == lines.number(before) + 1

    def _lines(self, comments: list[tuple[int, int]], index: int, end: int) -> Commented | None:
        """The member that begins with the comment `index`, in a run of comment lines up to `end`."""
        start = comments[index][0]
        if not _MEMBER_LINE.match(self._tree.text, start):
            return None
        entry = self._member(start + 2, end, False)
        if entry is None:
            return None
        lines = self._tree.lines
        last = lines.number(entry.node.end)
        count = last - lines.number(start) + 1
        return Commented(entry, start, lines.end(last), tuple(c[0] for c in comments[index : index + count]))

    def _member(self, offset: int, end: int, whole: bool) -> Entry | None:
        """One member that fills the text from `offset` to `end` (`whole`) or to the end of its last line."""
        if self._reader is None:
            self._reader = _Rereader(self._tree.masked(), self._tree.lines, end)
        reader = self._reader
        reader.end = end
        reader.comments.clear()
        match = _BLANKS.match(self._tree.masked(), offset, end)
        start = match.end() if match else offset
        if reader.at(start) != '"':
            return None
        try:
            entry = reader.member(start, 1)
            if not whole:
                reader.end = min(end, self._tree.lines.end(self._tree.lines.number(entry.node.end)))
            after = reader.skip(entry.node.end)
            comma = after if reader.at(after) == "," else None
            if comma is not None:
                after = reader.skip(comma + 1)
        except JsoncError:
            return None
        if after != reader.end or (whole and self._ends_in_line_comment(reader)):
            return None
        return Entry(entry.key, start, entry.node, comma)

    def _ends_in_line_comment(self, reader: Reader) -> bool:
        """Whether uncommenting would let a // swallow what follows the */."""
        if not reader.comments:
            return False
        start, end = reader.comments[-1]
        return end == reader.end and self._tree.text[start + 1] == "/"
