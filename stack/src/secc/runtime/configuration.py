"""Reads a configuration file for a daemon, and says in one line what is wrong with it: place, what, remedy.

Whose keys they are decides: an error in a key of the daemon keeps it from starting, everything else is for others to
refuse and is only told. It never decides what the file may say; that is for `contract.config` and for the daemon.
Guide §14.1, §10.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from secc.contract.config_problem import Findings, Problem
from secc.contract.jsonc import parse
from secc.contract.jsonc_path import format_path
from secc.runtime.context import ConfigurationRefused

MAX_BYTES = 128 << 10  # the largest shipped file has 29 KiB


def read_text(file: Path) -> str:
    """The text of the file; ConfigurationRefused if there is none to be had."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        remedy = f"restore it from {file.name}.shipped, or name another folder with --config"
        raise ConfigurationRefused(f"{file}: cannot be read ({error.strerror}); {remedy}") from error
    if len(raw) > MAX_BYTES:
        raise ConfigurationRefused(f"{file}: {len(raw)} bytes are more than {MAX_BYTES}; this is no configuration file")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigurationRefused(f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8") from error


def said(file: Path, problem: Problem) -> str:
    """One problem in one line."""
    place = f"{file}:{problem.line}:{problem.column}" if problem.line else str(file)
    what = f"{format_path(problem.path)}: {problem.message}" if problem.path else problem.message
    return f"{place}: {what}; {problem.remedy}" if problem.remedy else f"{place}: {what}"


def sifted(file: Path, problems: Iterable[Problem], daemon: str, warn: Callable[[str], None]) -> tuple[str, ...]:
    """The lines that keep this daemon from starting; `warn` hears all others."""
    errors = []
    for problem in problems:
        if problem.stops(daemon):
            errors.append(said(file, problem))
        else:
            warn(said(file, problem))
    return tuple(errors)


def findings(text: str) -> Findings:
    """An empty list for what a daemon itself finds wrong in a text that reads as JSON with comments: each entry gets
    the line and column of its value there."""
    document = parse(text)
    return Findings(lambda path, key: document.where(path))
