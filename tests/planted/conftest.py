"""Planted bugs are found by what stands in tests/core: its modules can be imported from here."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "core"))
