"""Writes the generated files, or with --check says which of them are stale.

Decides nothing about what is in them: that is for the modules listed in SOURCES. To add one, write a module with
`products()` beside this one, import it here and append it to SOURCES. Only files whose content changes are written.
Exit codes: 0 all fresh, or written; 1 stale files (--check) or a product that cannot be formatted.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from ccctl.generate import asyncapi, cli_reference, configuration, faults, header, topics

SOURCES: tuple[ModuleType, ...] = (configuration, topics, asyncapi, header, faults, cli_reference)
ROOT = Path(__file__).resolve().parents[4]


class GenerateError(Exception):
    """Products that cannot be written: which, and what to do."""


def collect(sources: Iterable[ModuleType] = SOURCES) -> dict[str, str]:
    """Path from the root of the project to content, Python formatted; GenerateError if two modules claim a path."""
    found: dict[str, str] = {}
    for source in sources:
        for path, content in source.products().items():
            if path in found:
                raise GenerateError(f"{path} is written by two modules, one of them {source.__name__}: remove one")
            found[path] = _formatted(path, content) if path.endswith(".py") else content
    return found


def _formatted(path: str, content: str) -> str:
    """The Python source as `ruff format` wants it, with the settings of the project."""
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(ROOT / path), "-"]
    done = subprocess.run(command, input=content, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode != 0:
        raise GenerateError(f"{path}: ruff cannot format it: {done.stderr.strip()}")
    return done.stdout


def stale(root: Path, found: dict[str, str]) -> list[str]:
    """The products that are missing below `root` or differ from what is there."""
    return [path for path, content in found.items() if not _same(root / path, content)]


def _same(path: Path, content: str) -> bool:
    return path.is_file() and path.read_bytes() == content.encode()


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m ccctl.generate", description="Write the generated files.")
    parser.add_argument("--check", action="store_true", help="write nothing; list stale files and exit with 1")
    parser.add_argument("--root", type=Path, default=ROOT, help="root of the project (default: where this file is)")
    options = parser.parse_args(arguments)
    root: Path = options.root
    try:
        found = collect()
    except GenerateError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    old = stale(root, found)
    for path in old:
        if options.check:
            sys.stdout.write(f"{path}\n")
            continue
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(found[path].encode())
        sys.stderr.write(f"wrote {path}\n")
    if options.check and old:
        sys.stderr.write(f"{len(old)} of {len(found)} generated files are stale: run scripts/generate\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
