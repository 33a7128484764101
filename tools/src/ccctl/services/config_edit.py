"""A configuration file in the hands of a technician: read, asked, changed by one value, compared.

A change is made only if the file is not the worse for it, and touches that one value; comments and layout stay
(secc.contract.jsonc sees to that). Guide §14.1.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ccctl.services.config_schema import HIDDEN, Path, default_of, masked_all, node_at
from ccctl.services.errors import CcctlError
from ccctl.services.textfile import read_text

if TYPE_CHECKING:
    from secc.contract.config import Problem
    from secc.contract.jsonc import Document


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was read: its name, kind and document."""

    name: str
    kind: str
    document: Document


def at(name: str, problem: Problem) -> str:
    """`file:line:column` of a problem."""
    return f"{name}:{problem.line or 1}:{problem.column or 1}"


def problem_line(name: str, problem: Problem) -> str:
    """A problem as one line, in the form of a compiler."""
    from secc.contract.jsonc import format_path

    key = f"{format_path(problem.path)}: " if problem.path else ""
    return f"{at(name, problem)}: {problem.severity.value}: {key}{problem.message}"


def open_text(name: str, kind: str, text: str) -> Opened:
    """The document of a text; CcctlError with line and column if it is no JSON with comments."""
    from secc.contract.config import validate
    from secc.contract.jsonc import JsoncError, parse

    try:
        return Opened(name, kind, parse(text))
    except JsoncError:
        # The contract's own words for it: they never quote a secret.
        problem = validate(kind, text)[0]
        raise CcctlError(f"{at(name, problem)}: {problem.message}", problem.remedy) from None


def open_file(name: str, kind: str) -> Opened:
    """Read a configuration file."""
    return open_text(name, kind, read_text(name))


def check_change(opened: Opened, after: Document) -> list[Problem]:
    """Raise if the change brings an error that was not there; gives the errors that were there before."""
    from secc.contract.config import Severity, validate

    before = {(p.path, p.message) for p in validate(opened.kind, opened.document.text) if p.severity is Severity.ERROR}
    errors = [p for p in validate(opened.kind, after.text) if p.severity is Severity.ERROR]
    for problem in errors:
        if (problem.path, problem.message) not in before:
            from secc.contract.jsonc import format_path

            key = f"{format_path(problem.path)}: " if problem.path else ""
            raise CcctlError(f"{opened.name}: not changed: {key}{problem.message}", problem.remedy)
    return errors


def set_value(opened: Opened, path: Path, value: Any) -> Document:
    """The document with `value` at `path`; CcctlError if that place cannot be reached."""
    from secc.contract.jsonc import JsoncError

    try:
        return opened.document.set(path, value)
    except JsoncError as error:
        raise CcctlError(f"{opened.name}:{error.line}:{error.column}: {error.message}") from error


def unset_value(opened: Opened, path: Path, delete: bool) -> Document:
    """The document without `path`: commented out, or deleted."""
    from secc.contract.jsonc import JsoncError

    try:
        return opened.document.remove(path) if delete else opened.document.comment_out(path)
    except JsoncError as error:
        raise CcctlError(f"{opened.name}:{error.line}:{error.column}: {error.message}") from error


def _secrets(kind: str, path: Path, value: Any) -> Iterator[str]:
    node = node_at(kind, path)
    if node is not None and node.get("x-secret") and isinstance(value, str) and value:
        if masked_all(kind, path, value) != value:
            yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _secrets(kind, (*path, key), item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _secrets(kind, (*path, index), item)


def text_diff(opened: Opened, after: Document, show_secrets: bool) -> list[str]:
    """The lines that a change changes, as a unified diff without context; secret values hidden unless asked for."""
    before = opened.document.text
    lines = difflib.unified_diff(
        before.splitlines(), after.text.splitlines(), opened.name, opened.name, lineterm="", n=0
    )
    hidden = set() if show_secrets else {
        *_secrets(opened.kind, (), opened.document.value), *_secrets(opened.kind, (), after.value)
    }  # fmt: skip
    result = []
    for line in lines:
        for secret in sorted(hidden, key=len, reverse=True):
            for written in (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
                line = line.replace(written, HIDDEN)  # noqa: PLW2901
        result.append(line)
    return result


def _flat(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _flat(item, (*path, key))
    elif isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        for index, item in enumerate(value):
            yield from _flat(item, (*path, index))
    else:
        yield path, value


def _is_default(kind: str, path: Path, value: Any) -> bool:
    node = node_at(kind, path)
    return node is not None and json.dumps(default_of(kind, node)) == json.dumps(value)


def differences(kind: str, before: Any, after: Any, show_secrets: bool) -> list[dict[str, Any]]:
    """What `after` says otherwise than `before`, value by value: path, change, old, new.

    A key that is missing on one side and has its default on the other is no difference: both mean the same.
    """
    from secc.contract.jsonc import format_path

    old, new = dict(_flat(before, ())), dict(_flat(after, ()))
    found = []
    for path in [*old, *(path for path in new if path not in old)]:
        if path in old and path in new and json.dumps(old[path]) == json.dumps(new[path]):
            continue
        if (path in old) is not (path in new) and _is_default(kind, path, old.get(path, new.get(path))):
            continue
        change = "changed" if path in old and path in new else "removed" if path in old else "added"
        values = {"old": old.get(path), "new": new.get(path)}
        if not show_secrets:
            values = {key: masked_all(kind, path, value) for key, value in values.items()}
        found.append({"path": format_path(path), "change": change, **values})
    return found
