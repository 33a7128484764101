"""JSON with comments: a document that can be read, asked and edited while every comment and all layout stay.

Decides what an edit means (which member, made where, commented or not) and guarantees its result: the new
text is read again, and unless its value is the old value with just that change, JsoncError is raised and
nothing is given out. It never touches a file. A Document does not change; each edit gives a new one. Guide
§14.1.
"""

from __future__ import annotations

from typing import Any, Final

from secc.contract.jsonc_commented import Commented, Finder
from secc.contract.jsonc_edit import Editor, Splice, apply
from secc.contract.jsonc_lines import JsoncError
from secc.contract.jsonc_path import Path, PathError, format_path, parse_path
from secc.contract.jsonc_read import MAX_DEPTH, Entry, Node
from secc.contract.jsonc_style import checked, same
from secc.contract.jsonc_tree import MAX_BYTES, Tree
from secc.contract.values import shown

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "Document",
    "JsoncError",
    "Path",
    "PathError",
    "format_path",
    "parse",
    "parse_path",
]

_LONGEST: Final = 120
_KINDS: Final = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a truth value",
    type(None): "null",
}


def parse(text: str) -> Document:
    """Read JSON with // and /* */ comments; JsoncError says what is wrong, where, and what to do."""
    return Document(Tree(text))


def _name(path: Path) -> str:
    text = format_path(path)
    if not text:
        return "the document"
    return text if len(text) <= _LONGEST and text.isprintable() else shown(text, _LONGEST)


def _kind(node: Node) -> str:
    if node.kind != "scalar":
        return f"an {node.kind}"
    return _KINDS.get(type(node.value), "a number")


class Document:
    """A text with its value. Paths are tuples of keys and indexes, see parse_path."""

    __slots__ = ("_finder", "_tree")

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._finder = Finder(tree)

    @property
    def text(self) -> str:
        """The text, byte order mark and line endings included."""
        return self._tree.text

    @property
    def value(self) -> Any:
        """The value as plain Python data, made afresh each time."""
        return self._tree.root.plain()

    # -- asking ------------------------------------------------------------------------------------

    def _entry(self, path: Path) -> Entry | None:
        """The entry at a path, None when nothing (or something else than the path thinks) is there."""
        node, found = self._tree.root, None
        for part in path:
            found = _lookup(node, part)
            if found is None:
                return None
            node = found.node
        return found

    def get(self, path: Path, default: Any = None) -> Any:
        """The value at a path, `default` when there is none."""
        if not path:
            return self.value
        entry = self._entry(path)
        return default if entry is None else entry.node.plain()

    def where(self, path: Path, key: bool = False) -> tuple[int, int] | None:
        """Line and column (from 1, in characters) of the value, or of its key; None when nothing is there."""
        if not path:
            return self._tree.lines.place(self._tree.root.start)
        entry = self._entry(path)
        if entry is None:
            return None
        return self._tree.lines.place(entry.start if key else entry.node.start)

    def commented(self, path: Path) -> bool:
        """Whether a member of that name stands commented out in the (live) object of the path."""
        return self._commented(path) is not None

    def _commented(self, path: Path) -> Commented | None:
        if not path or not isinstance(path[-1], str):
            return None
        above = self._entry(path[:-1])
        if above is None and len(path) > 1:
            return None
        return self._finder.find(above.node if above else self._tree.root, path[-1])

    # -- editing -----------------------------------------------------------------------------------

    def set(self, path: Path, value: object) -> Document:
        """Replace the value at `path`, or bring it back from its comment, or add it and what is missing above.

        JsoncError: the path walks through a scalar, an index is out of range, or JSON has no such value.
        """
        new = checked(value)
        outer: Node | None = None
        node = self._tree.root
        for depth in range(len(path)):
            entry = self._step(node, path, depth)
            if entry is None:
                return self._add((outer, node), path, depth, new)
            outer, node = node, entry.node
        if same(node.plain(), new):
            return self
        return self._done(Editor(self._tree).replace(node, outer, new), _with(self.value, path, new))

    def _add(self, place: tuple[Node | None, Node], path: Path, depth: int, value: Any) -> Document:
        """Set `path`, live up to `path[depth]`; `place`: the container there, and the one around it."""
        outer, holder = place
        key, rest = path[depth], path[depth + 1 :]
        for part in rest:
            if isinstance(part, int) and part != 0:
                raise self._error(holder, f"{_name(path)}: the array is not there yet, its first index is 0")
        editor = Editor(self._tree)
        found = self._finder.find(holder, key) if isinstance(key, str) else None
        if found is None:
            return self._done(editor.insert(holder, outer, key, _nested(rest, value)), _with(self.value, path, value))
        if rest and found.entry.node.kind == ("array" if isinstance(rest[0], int) else "object"):
            splices = editor.reveal(holder, found)
            if splices is not None:
                empty: Any = [] if isinstance(rest[0], int) else {}
                opened = self._done(splices, _with(self.value, path[: depth + 1], empty))
                return opened.set(path, value)
        splices = editor.uncomment(holder, found, _nested(rest, value))
        return self._done(splices, _with(self.value, path, value))

    def remove(self, path: Path) -> Document:
        """Take out a member or item and its comma. Comments stay; JsoncError when nothing is there."""
        holder, index = self._live(path)
        return self._done(Editor(self._tree).remove(holder, index), _without(self.value, path))

    def comment_out(self, path: Path) -> Document:
        """Make a member a comment: // on lines of its own, /* */ within a line. `uncomment` brings it back.

        It comes back byte for byte from lines of its own, if commas stand right behind their values.
        """
        holder, index = self._live(path)
        if holder.kind != "object":
            raise self._error(holder, f"{_name(path)} is an item: only members can be commented out, remove the item")
        result = self._done(Editor(self._tree).comment_out(holder, index), _without(self.value, path))
        if not result.commented(path):
            raise self._error(holder, f"{_name(path)} would melt into the comments around it: edit the text by hand")
        return result

    def uncomment(self, path: Path) -> Document:
        """Bring a commented member back with the value that it holds; JsoncError when there is none."""
        live = self._entry(path)
        if live is not None:
            raise self._error(live.node, f"{_name(path)} is not commented out here: nothing to uncomment")
        found = self._commented(path)
        if found is None:
            raise JsoncError(f"{_name(path)} does not stand commented out: set it instead")
        above = self._entry(path[:-1])
        value = found.entry.node.plain()
        splices = Editor(self._tree).uncomment(above.node if above else self._tree.root, found, value)
        return self._done(splices, _with(self.value, path, value))

    # -- walking and checking ----------------------------------------------------------------------

    def _error(self, node: Node, message: str) -> JsoncError:
        return JsoncError(message, *self._tree.lines.place(node.start))

    def _step(self, node: Node, path: Path, depth: int) -> Entry | None:
        """The entry `path[depth]` of a container, None if it could be added; JsoncError if it could not."""
        part = path[depth]
        here = _name(path[:depth])
        if not _is_part(part):
            raise JsoncError(f"{part!r} is no part of a path: give a key or an index from 0")
        if node.kind == "scalar":
            raise self._error(node, f"{here} is {_kind(node)} and holds nothing: {_name(path)} cannot be reached")
        if node.kind == "object" and isinstance(part, int):
            raise self._error(node, f"{here} is an object: name a member instead of [{part}]")
        if node.kind == "array" and isinstance(part, str):
            raise self._error(node, f"{here} is an array: give an index such as [0] instead of {_name((part,))}")
        if isinstance(part, int) and part > len(node.entries):
            count = len(node.entries)
            raise self._error(node, f"{here} has {count} items: [{part}] is out of range, the next is [{count}]")
        return _lookup(node, part)

    def _live(self, path: Path) -> tuple[Node, int]:
        """The container and position of an entry that must be there."""
        if not path:
            raise JsoncError("the document itself cannot be taken out: name a member")
        node, holder, entry = self._tree.root, self._tree.root, None
        for depth in range(len(path)):
            entry = self._step(node, path, depth)
            if entry is None:
                raise self._error(node, f"{_name(path[: depth + 1])} is not there: nothing to take out")
            holder, node = node, entry.node
        return holder, next(i for i, candidate in enumerate(holder.entries) if candidate is entry)

    def _done(self, splices: list[Splice], expected: Any) -> Document:
        """The new document, if its text reads as expected."""
        text = apply(self._tree.text, splices)
        try:
            result = parse(text)
        except JsoncError as error:
            raise self._refused(splices, f"the edited text cannot be read ({error})") from None
        if not same(result.value, expected):
            raise self._refused(splices, "the edited text would say something else than asked for")
        return result

    def _refused(self, splices: list[Splice], why: str) -> JsoncError:
        place = self._tree.lines.place(min((splice[0] for splice in splices), default=0))
        return JsoncError(f"the edit was not made: {why}; edit the text by hand", *place)


def _is_part(part: object) -> bool:
    return isinstance(part, str) or (isinstance(part, int) and not isinstance(part, bool) and part >= 0)


def _lookup(node: Node, part: str | int) -> Entry | None:
    if node.kind == "object" and isinstance(part, str):
        return next((entry for entry in node.entries if entry.key == part), None)
    if node.kind == "array" and _is_part(part) and isinstance(part, int) and part < len(node.entries):
        return node.entries[part]
    return None


def _nested(rest: Path, value: Any) -> Any:
    """`value` inside the containers that `rest` names."""
    for part in reversed(rest):
        value = [value] if isinstance(part, int) else {part: value}
    return value


def _with(value: Any, path: Path, new: Any) -> Any:
    """`value` (which may be changed) with `new` at `path`."""
    if not path:
        return new
    node = value
    for depth, part in enumerate(path):
        missing = part >= len(node) if isinstance(part, int) else part not in node
        if missing:
            filled = _nested(path[depth + 1 :], new)
            node.append(filled) if isinstance(part, int) else node.__setitem__(part, filled)
            return value
        if depth == len(path) - 1:
            node[part] = new
        node = node[part]
    return value


def _without(value: Any, path: Path) -> Any:
    """`value` (which may be changed) without what stands at `path`."""
    node = value
    for part in path[:-1]:
        node = node[part]
    del node[path[-1]]
    return value
