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


_NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def held_back() -> Iterator[None]:
    """Signals that would interrupt arrive after the block, so that it leaves nothing half done. Keep it short."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _NUMBERS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def interruptible() -> Iterator[None]:
    """While the block runs, SIGTERM and SIGHUP interrupt it as ctrl-C does."""
    # A shell that starts a job in the background sets SIGINT to "ignore"; whoever sends it means it all the same.
    before = [signal.signal(number, _interrupt) for number in _NUMBERS]
    try:
        yield
    finally:
        for number, handler in zip(_NUMBERS, before, strict=True):
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
