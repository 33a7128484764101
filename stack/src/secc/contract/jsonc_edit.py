"""Edits of a text as lists of splices: replace, insert, remove, comment out, uncomment.

Decides which bytes an edit touches: those of the one member or item, and the comma that JSON needs there.
Every other byte stays. The functions take a tree and give splices (from, to, new text) in order; they apply
nothing and check no result: jsonc.Document does, and refuses to give out a damaged text. Guide §14.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from secc.contract.jsonc_commented import Commented
from secc.contract.jsonc_lines import JsoncError
from secc.contract.jsonc_read import Entry, Node
from secc.contract.jsonc_style import Style, same, sibling_indent, style_of
from secc.contract.jsonc_tree import Tree

Splice = tuple[int, int, str]

_BLANKS = re.compile(r"[ \t]*+")
_ALL_BLANKS: Final = " \t\r\n"


def apply(text: str, splices: list[Splice]) -> str:
    """The text with all splices done; at one offset the first of the list comes first."""
    pieces: list[str] = []
    done = 0
    for start, end, new in sorted(splices, key=lambda splice: splice[0]):
        pieces += (text[done:start], new)
        done = end
    return "".join([*pieces, text[done:]])


@dataclass(frozen=True, slots=True)
class Around:
    """The live entries on both sides of an offset; `late`: the comma of the first stands behind it."""

    before: Entry | None
    after: Entry | None
    late: bool


def around(holder: Node, offset: int) -> Around:
    before = after = None
    for entry in holder.entries:
        if entry.node.end <= offset:
            before = entry
        elif entry.start >= offset:
            after = entry
            break
    return Around(before, after, before is not None and before.comma is not None and before.comma > offset)


class Editor:
    """Makes the splices of one tree."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._text = tree.text
        self._lines = tree.lines
        self._style: Style = style_of(tree)

    # -- writing values ----------------------------------------------------------------------------

    def _written(self, value: Any, indent: str, offset: int, old: Node | None, inline: bool) -> str:
        """`value` as text. An old list or object on one line makes the new one stay on one line."""
        if old is not None and old.entries and self._tree.one_line(old):
            inline = True
        if inline:
            return self._style.inline(value)
        spread = old is not None and old.kind == "array" and bool(old.entries)
        return self._style.block(value, indent, self._lines.newline(offset), spread)

    def replace(self, node: Node, holder: Node | None, value: Any) -> list[Splice]:
        """Put `value` in the place of `node`, a value of `holder` (None: the document itself)."""
        inline = holder is not None and self._tree.one_line(holder)
        new = self._written(value, self._lines.indent(node.start), node.start, node, inline)
        return [(node.start, node.end, new)]

    def insert(self, holder: Node, outer: Node | None, key: str | int, value: Any) -> list[Splice]:
        """Add an entry at the end of `holder`, itself an entry of `outer`."""
        name = self._style.key(key) if isinstance(key, str) else ""
        close = holder.end - 1
        newline = self._lines.newline(holder.entries[-1].node.end if holder.entries else holder.start)
        splices: list[Splice] = []
        if holder.entries:
            last = holder.entries[-1].node.end
            splices.append((last, last, ","))
        inner = self._text[holder.start + 1 : close]
        if self._tree.one_line(holder):
            if inner.strip(_ALL_BLANKS) or (outer is not None and self._tree.one_line(outer)):
                return splices + self._insert_inline(holder, inner, name + self._style.inline(value))
            base = self._lines.indent(holder.start)
            new = name + self._style.block(value, base + self._style.unit, newline)
            return [(holder.start + 1, close, newline + base + self._style.unit + new + newline + base)]
        indent = sibling_indent(self._tree, holder, self._style)
        new = indent + name + self._style.block(value, indent, newline)
        if self._lines.leads(close):
            at = self._lines.start(self._lines.number(close))
            return [*splices, (at, at, new + self._lines.newline(at - 1))]
        at = holder.start + 1 + len(inner.rstrip(_ALL_BLANKS))
        return [*splices, (at, at, newline + new)]

    def _insert_inline(self, holder: Node, inner: str, new: str) -> list[Splice]:
        at = holder.start + 1 + len(inner.rstrip(_ALL_BLANKS))
        if not inner.strip(_ALL_BLANKS):
            at = holder.start + 1 + len(inner) // 2
            return [(at, at, new)]
        behind_value = bool(holder.entries) and holder.entries[-1].node.end == at
        return [(at, at, (self._style.comma[1:] if behind_value else " ") + new)]

    # -- taking out --------------------------------------------------------------------------------

    def _own_lines(self, entry: Entry) -> tuple[int, int, bool] | None:
        """First and last line of an entry alone on them, and whether comments stand behind it."""
        if not self._lines.leads(entry.start):
            return None
        last = self._lines.number(entry.node.end)
        stop = self._lines.end(last)
        offset, comma, noted = entry.node.end, None, False
        while True:
            match = _BLANKS.match(self._text, offset, stop)
            offset = match.end() if match else offset
            after = self._tree.comment_at(offset)
            if after is not None and after <= stop:
                offset, noted = after, True
            elif offset == entry.comma:
                comma, offset = offset, offset + 1
            else:
                break
        if offset != stop or comma != entry.comma:
            return None
        return self._lines.number(entry.start), last, noted

    def remove(self, holder: Node, index: int) -> list[Splice]:
        """Take out an entry and exactly its comma. Comments stay."""
        entry = holder.entries[index]
        splices = self._free(holder, index)
        own = self._own_lines(entry)
        if own is not None and not own[2]:
            return [*splices, (self._lines.start(own[0]), self._lines.after(own[1]), "")]
        end = entry.node.end
        if entry.comma is not None:
            if self._text[end : entry.comma].strip(_ALL_BLANKS):
                return [*splices, (entry.start, end, ""), (entry.comma, entry.comma + 1, "")]
            end = entry.comma + 1
        start = entry.start
        blanks = _BLANKS.match(self._text, end)
        behind = blanks.end() if blanks else end
        if entry.comma is None and index > 0 and not self._lines.leads(start):
            start = len(self._text[: entry.start].rstrip(" \t"))
        elif self._text[behind : behind + 1] not in ("\r", "\n", ""):
            end = behind
        return [*splices, (start, end, "")]

    def _free(self, holder: Node, index: int) -> list[Splice]:
        """Take the comma of the entry before, when the entry `index` is the last one."""
        entry = holder.entries[index]
        comma = holder.entries[index - 1].comma if index > 0 and entry.comma is None else None
        return [] if comma is None else [(comma, comma + 1, "")]

    def comment_out(self, holder: Node, index: int) -> list[Splice]:
        """Turn the lines of a member into // lines, or a member within a line into a /* */ comment."""
        entry = holder.entries[index]
        splices = self._free(holder, index)
        own = self._own_lines(entry)
        if own is None:
            end = entry.node.end if entry.comma is None else entry.comma + 1
            if "*/" in self._text[entry.start : end]:
                place = self._lines.place(entry.start)
                raise JsoncError('a member with "*/" in it can only be commented out on lines of its own', *place)
            return [*splices, (entry.start, entry.start, "/* "), (end, end, " */")]
        rows = [(self._lines.start(n), self._lines.end(n)) for n in range(own[0], own[1] + 1)]
        margin = _margin([self._text[start:end] for start, end in rows])
        for start, end in rows:
            at = min(start + margin, end)
            splices.append((at, at, "// " if at < end else "//"))
        return splices

    # -- bringing back -----------------------------------------------------------------------------

    def uncomment(self, holder: Node, found: Commented, value: Any) -> list[Splice]:
        """Make a commented member live, with `value` in the place of another that it may hold."""
        entry = found.entry
        node = entry.node
        splices = self._commas(holder, found)
        width = self._marker_width(holder, found)
        if not found.markers:
            splices += self._block_marks(found)
        changed = not same(node.plain(), value)
        for marker in found.markers:
            if not (changed and node.start <= marker < node.end):
                splices.append((marker, marker + self._width(marker, width), ""))
        if changed:
            first = found.markers[0] if found.markers else None
            indent = self._lines.indent(entry.start)
            if first is not None:
                indent += self._text[first + self._width(first, width) : entry.start]
            new = self._written(value, indent, found.start, node, self._tree.one_line(holder))
            splices.insert(0, (node.start, node.end, new))
        return splices

    def reveal(self, holder: Node, found: Commented) -> list[Splice] | None:
        """Make a commented container live, its content not; None where the layout forbids it."""
        node = found.entry.node
        if node.kind == "scalar" or len(found.markers) < 2:
            return None
        masked = self._tree.masked()
        first, last = found.markers[0], found.markers[-1]
        head_end = self._lines.end(self._lines.number(first))
        tail = masked[self._lines.start(self._lines.number(last)) : node.end - 1]
        if node.start >= head_end or masked[node.start + 1 : head_end].strip(_ALL_BLANKS) or tail.strip(_ALL_BLANKS):
            return None
        width = self._marker_width(holder, found)
        marks = [(m, m + self._width(m, width), "") for m in (first, last)]
        return self._commas(holder, found) + marks

    def _commas(self, holder: Node, found: Commented) -> list[Splice]:
        """The commas that JSON needs around a member that comes to life."""
        near = around(holder, found.start)
        entry = found.entry
        splices: list[Splice] = []
        if near.before is not None and (near.before.comma is None or near.late):
            splices.append((near.before.node.end, near.before.node.end, ","))
        needed = near.after is not None and not near.late
        if needed and entry.comma is None:
            splices.append((entry.node.end, entry.node.end, ","))
        elif not needed and entry.comma is not None:
            splices.append((entry.comma, entry.comma + 1, ""))
        return splices

    def _block_marks(self, found: Commented) -> list[Splice]:
        start, end = found.start, found.end
        begin = start + 3 if self._text[start + 2] == " " else start + 2
        stop = end - 3 if self._text[end - 3] == " " and end - 3 >= begin else end - 2
        return [(start, begin, ""), (stop, end, "")]

    def _width(self, marker: int, width: int) -> int:
        return width if self._text[marker + 2 : marker + 3] == " " else 2

    def _marker_width(self, holder: Node, found: Commented) -> int:
        """3 where "// " was put in front of the member, 2 where "//" was put at the start of lines."""
        rows = [self._text[m + 2 : self._lines.end(self._lines.number(m))] for m in found.markers]
        if any(self._lines.start(self._lines.number(m)) != m for m in found.markers):
            return 3
        if not rows or any(row and not row.startswith(("  ", " \t")) for row in rows):
            return 3
        lead = _BLANKS.match(rows[0])
        wanted = sibling_indent(self._tree, holder, self._style)
        return 2 if lead is not None and lead.group() == wanted else 3


def _margin(rows: list[str]) -> int:
    """How many leading blanks all rows have in common; rows of blanks alone do not count."""
    leads = [row[: len(row) - len(row.lstrip(" \t"))] for row in rows if row.strip(" \t")]
    margin = min(map(len, leads), default=0)
    while any(lead[:margin] != leads[0][:margin] for lead in leads):
        margin -= 1
    return margin
