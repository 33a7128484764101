r"""Foreign text made safe to show: what a device, a broker or a file sent never reaches the terminal as it is.

Control characters (C0, DEL, C1), direction overrides, invisible characters, line separators and lone surrogates are
written as \x1b or \u202e. Letters of every script stay. It never shortens without saying so.
"""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
_UNSAFE_IN_JSON = re.compile(_UNSAFE.pattern.replace("\x00-\x1f", "", 1))


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if match[0] in "\t\n\r":
        return {"\t": r"\t", "\n": r"\n", "\r": r"\r"}[match[0]]
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


def clean(text: object, limit: int | None = None) -> str:
    """`text` as one printable line; longer than `limit` characters it is cut and ends in `...`."""
    shown = str(text)
    if limit is not None and len(shown) > limit:
        shown = shown[: max(limit - 3, 0)] + "..."
    return _UNSAFE.sub(_escaped, shown)


def clean_json(text: str) -> str:
    """JSON text with the same characters as JSON escapes: the value stays exactly what it was."""

    def escape(match: re.Match[str]) -> str:
        code = ord(match[0])
        if code < 65536:
            return f"\\u{code:04x}"
        code -= 65536
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"

    return _UNSAFE_IN_JSON.sub(escape, text)
