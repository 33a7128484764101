"""What tests of ccctl share beside fixtures: how a call ended, and ccctl as a program of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ended:
    """How a call ended."""

    code: int
    out: str
    err: str


Call = Callable[..., Ended]


def program(*arguments: str, **extra: Any) -> subprocess.CompletedProcess[str]:
    """ccctl as a program of its own."""
    command = [sys.executable, "-m", "ccctl", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **extra)
