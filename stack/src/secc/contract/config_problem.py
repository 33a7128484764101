"""What can be wrong with a configuration file, and where: problems, and the list that collects them.

Decides how a problem reads (what is wrong, where, what to do) and which daemon it stops. It never shows more than a
few characters of a foreign text, and never lists more than 100 problems, however many a file has. Guide §14.1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from secc.contract.jsonc_path import Path, format_path

EVERY_DAEMON = "*"
MAX_PROBLEMS = 100

Where = Callable[[Path, bool], tuple[int, int] | None]


class Severity(StrEnum):
    """An error stops the daemon that owns the key; a warning goes to the journal."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what (`message`) and what to do about it (`remedy`).

    `line` and `column` count from 1 and are None where there is no text. `owner` is the daemon that uses the key,
    or EVERY_DAEMON where nobody can tell what the file was meant to say.
    """

    severity: Severity
    path: Path
    message: str
    remedy: str
    line: int | None = None
    column: int | None = None
    owner: str = EVERY_DAEMON

    def stops(self, daemon: str) -> bool:
        """Whether this daemon must refuse to start."""
        return self.severity is Severity.ERROR and self.owner in (daemon, EVERY_DAEMON)

    def __str__(self) -> str:
        at = f"line {self.line}, column {self.column}: " if self.line is not None else ""
        key = f"{format_path(self.path)}: " if self.path else ""
        return f"{at}{self.severity}: {key}{self.message}; {self.remedy}"


class Findings:
    """The problems found so far. `where` tells line and column of a path (of its key, if the flag says so)."""

    def __init__(self, where: Where | None = None) -> None:
        self._where = where
        self._problems: list[Problem] = []

    def __call__(
        self, severity: Severity, path: Path, owner: str, message: str, remedy: str, *, key: bool = False
    ) -> None:
        """Note a problem. A path that does not stand in the file is placed at the nearest one around it."""
        if len(self._problems) > MAX_PROBLEMS:
            return
        if len(self._problems) == MAX_PROBLEMS:
            severity, path, owner, key = Severity.ERROR, (), EVERY_DAEMON, False
            message, remedy = f"more than {MAX_PROBLEMS} problems", "mend these first"
        self._problems.append(Problem(severity, path, message, remedy, *self._place(path, key), owner))

    @property
    def full(self) -> bool:
        """Whether nothing more will be noted, so that the search for remedies can be spared."""
        return len(self._problems) > MAX_PROBLEMS

    def error(self, path: Path, owner: str, message: str, remedy: str, *, key: bool = False) -> None:
        self(Severity.ERROR, path, owner, message, remedy, key=key)

    def warning(self, path: Path, owner: str, message: str, remedy: str, *, key: bool = False) -> None:
        self(Severity.WARNING, path, owner, message, remedy, key=key)

    def wrong(self, path: Path) -> bool:
        """Whether an error at this very path was noted."""
        return any(p.path == path and p.severity is Severity.ERROR for p in self._problems)

    def _place(self, path: Path, key: bool) -> tuple[int | None, int | None]:
        if self._where is None:
            return None, None
        for length in range(len(path), -1, -1):
            place = self._where(path[:length], key and length == len(path))
            if place is not None:
                return place
        return 1, 1

    def sorted(self) -> tuple[Problem, ...]:
        """The problems in the order of the file."""
        return tuple(sorted(self._problems, key=lambda p: (p.line or 0, p.column or 0)))
