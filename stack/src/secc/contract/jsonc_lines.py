"""Offsets of a text as lines and columns, and the error that names them.

Decides what a line is (LF, CRLF or CR ends one) and where a column counts from (1, in characters; a byte
order mark belongs to none). It knows nothing of JSON. Guide §14.1.
"""

from __future__ import annotations

import re
from bisect import bisect_right

_LINE_END = re.compile(r"\r\n|\r|\n")
_INDENT = re.compile(r"[ \t]*+")


class JsoncError(ValueError):
    """No JSON with comments, or an edit that cannot be made: what is wrong, where, what to do."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message, line, column)
        self.message = message
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}"


class Lines:
    """Offsets to lines and columns. A byte order mark belongs to no column. Lines end with LF, CRLF or CR."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [1 if text.startswith("\ufeff") else 0]
        self._ends: list[int] = []
        for match in _LINE_END.finditer(text):
            self._ends.append(match.start())
            self._starts.append(match.end())
        self._ends.append(len(text))

    def number(self, offset: int) -> int:
        """The line that holds `offset`, from 0."""
        return max(bisect_right(self._starts, offset) - 1, 0)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of `offset`, both from 1."""
        line = self.number(offset)
        return line + 1, max(offset - self._starts[line], 0) + 1

    def start(self, line: int) -> int:
        """Offset of the first character of a line."""
        return self._starts[line]

    def end(self, line: int) -> int:
        """Offset behind the last character of a line, in front of its line ending."""
        return self._ends[line]

    def after(self, line: int) -> int:
        """Offset of the next line, or of the end of the text."""
        return self._starts[line + 1] if line + 1 < len(self._starts) else len(self._text)

    def indent(self, offset: int) -> str:
        """The spaces and tabs that the line of `offset` begins with."""
        match = _INDENT.match(self._text, self._starts[self.number(offset)])
        return match.group() if match else ""

    def leads(self, offset: int) -> bool:
        """Whether only spaces and tabs stand before `offset` on its line."""
        start = self._starts[self.number(offset)]
        match = _INDENT.match(self._text, start, offset)
        return match is not None and match.end() == offset

    def newline(self, offset: int) -> str:
        """The line ending of the line of `offset`, or of the one before when that is the last line."""
        line = min(self.number(offset), len(self._ends) - 2)
        return self._text[self._ends[line] : self._starts[line + 1]] if line >= 0 else "\n"
