"""A small YAML writer for what ccctl prints: mappings, lists and scalars, block style, no references, no types.

Strings that could be read as anything else are written in double quotes, which YAML 1.2 shares with JSON. It never
reads YAML.
"""

from __future__ import annotations

import json
import re

from ccctl.services.escape import clean_json

_PLAIN = re.compile(r"[A-Za-z_/§<][A-Za-z0-9_./<>+§() -]*")
_RESERVED = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}


def _scalar(value: object) -> str:
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.lower() not in _RESERVED and value == value.strip()
        return value if plain else clean_json(json.dumps(value, ensure_ascii=False))
    text = clean_json(json.dumps(value, ensure_ascii=False, default=str))
    # YAML 1.1 takes 1e-05 for a text; with a point both versions take it for a number.
    return text.replace("e", ".0e") if isinstance(value, float) and "." not in text else text


def _lines(value: object) -> list[str]:
    if isinstance(value, dict) and value:
        lines = []
        for key, item in value.items():
            name = _scalar(str(key))
            if isinstance(item, (dict, list, tuple)) and item:
                lines += [f"{name}:", *(f"  {line}" for line in _lines(item))]
            else:
                lines.append(f"{name}: {_lines(item)[0]}")
        return lines
    if isinstance(value, (list, tuple)) and value:
        lines = []
        for item in value:
            first, *rest = _lines(item)
            lines += [f"- {first}", *(f"  {line}" for line in rest)]
        return lines
    if isinstance(value, tuple):
        return ["[]"]
    return [_scalar(value)]


def dump(value: object) -> str:
    """`value` (what json.dumps accepts) as YAML text that ends with a newline."""
    return "\n".join(_lines(value)) + "\n"
