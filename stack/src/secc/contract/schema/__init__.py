"""The configuration, written once: one JSON Schema (2020-12) a file, with an entry for every key.

Everything else about the configuration is generated from here: the views and rules in contract/generated, the files
in contract/shipped, the OCPP keys and the reference pages. Annotations beside the standard's: x-owner (daemon that
uses the key), x-applies (when a change takes effect), x-ocpp, x-guide, x-unit, x-secret, x-shipped (value, or
commented out with x-example), x-default-note (the default in words, where it is no value), x-form (a pattern in
words), x-truncated, x-lenient, x-used-items, x-renamed and x-renamed-to (old spellings), x-class (name of the view).
Guide §14.1.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def load(kind: str) -> dict[str, Any]:
    """The schema of customer, leds or rotaryencd; FileNotFoundError for anything else."""
    text = Path(__file__).with_name(f"{kind}.schema.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document
