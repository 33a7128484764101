"""Paths into a configuration file, written as the guide writes them: ports[0]/rcd_monitor/test_gpio.

Decides how a text becomes a path (a tuple of keys and indexes) and back. It never looks into a document:
whether something stands at a path is for the document to say. A key that holds "/", brackets, quotes or
outer blanks is written in double quotes, so that every path can be written and read back. Guide §14.1.
"""

from __future__ import annotations

import json
import re
from typing import Final

from secc.contract.jsonc_lines import JsoncError
from secc.contract.values import shown

Path = tuple[str | int, ...]

MAX_PATH: Final = 4096
_NAME = re.compile(r'[^/\[\]"\x00-\x1f]++')
_QUOTED = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"')
_INDEX = re.compile(r"\[(0|[1-9][0-9]{0,5})\]")
_FORM: Final = "write it like ports[0]/rcd_monitor/test_gpio"


class PathError(JsoncError):
    """A text that is no path; `column` says where in the text."""

    def __str__(self) -> str:
        return self.message


def parse_path(text: str) -> Path:
    """`ports[0]/evse_current_limit` as ("ports", 0, "evse_current_limit"); PathError says what is wrong."""
    if not text:
        raise PathError(f"the path is empty: {_FORM}")
    if len(text) > MAX_PATH:
        raise PathError(f"the path has {len(text)} characters, more than {MAX_PATH}: {_FORM}")
    parts: list[str | int] = []
    offset = 0
    while True:
        offset = _step(text, offset, parts)
        if offset == len(text):
            return tuple(parts)
        if text[offset] != "/":
            raise _wrong(text, offset, f'{shown(text[offset])} where "/" or the end is expected')
        offset += 1


def _step(text: str, offset: int, parts: list[str | int]) -> int:
    """Read one name and the indexes behind it."""
    name = _NAME.match(text, offset)
    quoted = _QUOTED.match(text, offset)
    if name:
        if name.group() != name.group().strip():
            raise _wrong(text, offset, "a blank before or after a name")
        parts.append(name.group())
        offset = name.end()
    elif quoted:
        parts.append(json.loads(quoted.group()))
        offset = quoted.end()
    elif parts or not text.startswith("[", offset):
        raise _wrong(text, offset, "a name is missing")
    while text.startswith("[", offset):
        index = _INDEX.match(text, offset)
        if index is None:
            raise _wrong(text, offset, "brackets that hold no index (a number from 0, without leading zeros)")
        parts.append(int(index.group(1)))
        offset = index.end()
    return offset


def _wrong(text: str, offset: int, what: str) -> PathError:
    return PathError(f"{shown(text, 80)}, column {offset + 1}: {what}; {_FORM}", 1, offset + 1)


def format_path(path: Path) -> str:
    """The text of a path; parse_path reads it back. The empty path, the whole document, is the empty text."""
    pieces: list[str] = []
    for part in path:
        if isinstance(part, int):
            pieces.append(f"[{part}]")
            continue
        bare = _NAME.fullmatch(part) is not None and part == part.strip()
        pieces.append(("/" if pieces else "") + (part if bare else json.dumps(part)))
    return "".join(pieces)
