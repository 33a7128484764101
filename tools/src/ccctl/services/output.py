"""How results are printed: as a table for people, as JSON, JSON lines or YAML for programs.

On a terminal tables are drawn by rich and drop columns that do not fit; in a pipe they are plain, aligned with
spaces and complete. Foreign text is escaped here, in every format. Talk goes to stderr by `say`.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ccctl.services.escape import clean, clean_json
from ccctl.services.frame import Settings
from ccctl.services.signals import held_back

Row = Mapping[str, Any]
_WIDEST = 64


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the key of the row, its heading, and from which terminal width on it is shown."""

    key: str
    title: str
    from_width: int = 0
    style: str = ""


def cell(value: object) -> str:
    """One value as a person reads it, on one line."""
    if value is None:
        return "-"
    if value is True or value is False:
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(cell(item) for item in value) or "-"
    if isinstance(value, dict):
        return clean_json(json.dumps(value, ensure_ascii=False))
    return clean(value)


def _json(value: object, indent: int | None = None) -> str:
    return clean_json(json.dumps(value, ensure_ascii=False, indent=indent, default=str))


def is_terminal() -> bool:
    """Whether stdout is a terminal that understands layout."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _plain_table(rows: Sequence[Row], columns: Sequence[Column]) -> None:
    lines = [[column.title for column in columns]]
    lines += [[cell(row.get(column.key)) for column in columns] for row in rows]
    # A single long cell must not push every other line apart.
    widths = [max(min(len(line[i]), _WIDEST) for line in lines) for i in range(len(columns))]
    for line in lines:
        sys.stdout.write("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() + "\n")


def _drawn_table(rows: Sequence[Row], columns: Sequence[Column], width: int) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    shown = [column for column in columns if column.from_width <= width]
    for column in shown:
        table.add_column(column.title, style=column.style, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell(row.get(column.key))) for column in shown))
    Console(file=sys.stdout, width=width, highlight=False).print(table)


@dataclass(slots=True)
class Output:
    """Prints the results of one call in the format that was asked for."""

    settings: Settings
    _streamed: int = field(default=0, init=False)

    def say(self, text: str) -> None:
        """Talk: to stderr, not with --quiet."""
        if not self.settings.quiet:
            sys.stderr.write(f"{clean(text)}\n")
            sys.stderr.flush()

    def rows(self, rows: Iterable[Row], columns: Sequence[Column]) -> None:
        """A list of like things. `columns` choose what the table shows; the other formats print every key."""
        found = list(rows)
        match self.settings.output:
            case "json":
                sys.stdout.write(_json(found, 2) + "\n")
            case "jsonl":
                sys.stdout.writelines(_json(row) + "\n" for row in found)
            case "yaml":
                from ccctl.services.yaml import dump

                sys.stdout.write(dump(found))
            case _ if is_terminal():
                _drawn_table(found, columns, shutil.get_terminal_size().columns)
            case _:
                _plain_table(found, columns)

    def record(self, record: Row, lines: Sequence[str] | None = None) -> None:
        """One thing. `lines` are what the table format prints instead of one `key: value` a line."""
        match self.settings.output:
            case "json":
                sys.stdout.write(_json(record, 2) + "\n")
            case "jsonl":
                sys.stdout.write(_json(record) + "\n")
            case "yaml":
                from ccctl.services.yaml import dump

                sys.stdout.write(dump(record))
            case _:
                if lines is None:
                    width = max(map(len, record), default=0)
                    lines = [f"{f'{key}:':{width + 1}} {cell(value)}" for key, value in record.items()]
                sys.stdout.writelines(f"{clean(line)}\n" for line in lines)

    @staticmethod
    def count(number: int, word: str) -> str:
        """`1 error`, `2 errors`."""
        return f"{number} {word}{'' if number == 1 else 's'}"

    def stream(self, record: Row, line: str) -> None:
        """One thing of a sequence whose end is not known; `end` closes it. JSON is one array, valid when closed."""
        with held_back():
            self._stream(record, line)

    def _stream(self, record: Row, line: str) -> None:
        match self.settings.output:
            case "json":
                sys.stdout.write(("[\n" if self._streamed == 0 else ",\n") + _json(record))
            case "jsonl":
                sys.stdout.write(_json(record) + "\n")
            case "yaml":
                from ccctl.services.yaml import dump

                sys.stdout.write(dump([record]))
            case _:
                sys.stdout.write(f"{clean(line)}\n")
        self._streamed += 1
        sys.stdout.flush()

    def end(self) -> None:
        """The sequence that `stream` printed is complete."""
        if self.settings.output == "json":
            sys.stdout.write("\n]\n" if self._streamed else "[]\n")
        elif self.settings.output == "yaml" and self._streamed == 0:
            sys.stdout.write("[]\n")
        sys.stdout.flush()
