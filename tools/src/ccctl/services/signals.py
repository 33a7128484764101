"""Ends long-running commands the same way for ctrl-C and for TERM: as KeyboardInterrupt, so that clean-up runs.

It changes the handling of TERM while a block runs and puts it back afterwards.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def interruptible() -> Iterator[None]:
    """While the block runs, SIGTERM and SIGHUP interrupt it as ctrl-C does."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    # A shell that starts a job in the background sets SIGINT to "ignore"; whoever sends it means it all the same.
    before = [signal.signal(number, _interrupt) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
