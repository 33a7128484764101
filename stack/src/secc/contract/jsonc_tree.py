"""A text that has been read: its value, its comments and its lines, each with its place.

Decides what is read at all (size, characters that UTF-8 can hold) and answers where comments stand. It
changes nothing and finds no members in comments: that is for jsonc_commented. Guide §14.1.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

from secc.contract.jsonc_lines import JsoncError, Lines
from secc.contract.jsonc_read import Node, Reader

MAX_BYTES: Final = 1 << 20


class Tree:
    """A text that has been read: its value, its comments (offsets from, to) and its lines."""

    def __init__(self, text: str) -> None:
        """Read `text`; JsoncError when it is no JSON with comments or exceeds the bounds."""
        if len(text) > MAX_BYTES:
            raise JsoncError(f"{len(text)} characters are more than {MAX_BYTES} bytes: shorten the document")
        self.text = text
        self.lines = Lines(text)
        try:
            size = len(text.encode())
        except UnicodeEncodeError as error:
            place = self.lines.place(error.start)
            raise JsoncError("half of a surrogate pair is no character: save the file as UTF-8", *place) from None
        if size > MAX_BYTES:
            raise JsoncError(f"{size} bytes are more than {MAX_BYTES}: shorten the document")
        reader = Reader(text, self.lines, len(text))
        self.root = reader.document(self.lines.start(0))
        self.comments = reader.comments
        self._masked: str | None = None

    def comment_at(self, offset: int) -> int | None:
        """Where the comment that begins at `offset` ends, None when none begins there."""
        index = bisect_left(self.comments, (offset, 0))
        if index < len(self.comments) and self.comments[index][0] == offset:
            return self.comments[index][1]
        return None

    def comments_within(self, node: Node) -> list[tuple[int, int]]:
        """The comments that begin inside a value."""
        return self.comments[bisect_left(self.comments, (node.start, 0)) : bisect_left(self.comments, (node.end, 0))]

    def is_line(self, start: int) -> bool:
        """Whether the comment at `start` is a // comment with a line of its own."""
        return self.text[start + 1] == "/" and self.lines.leads(start)

    def masked(self) -> str:
        """The text with the // of each comment line blanked: what it holds can be read at its place."""
        if self._masked is None:
            pieces: list[str] = []
            done = 0
            for start, _ in self.comments:
                if self.is_line(start):
                    pieces += (self.text[done:start], "  ")
                    done = start + 2
            self._masked = "".join([*pieces, self.text[done:]])
        return self._masked

    def one_line(self, node: Node) -> bool:
        """Whether a value begins and ends on one line."""
        return self.lines.number(node.start) == self.lines.number(node.end - 1)
