"""Notices that a configuration file has changed, by looking at it once a second.

No inotify: a look works on every file system, and survives atomic replacement. A change is reported only when
the file looked the same twice running, so nobody reads a half-written one. It never reads the file itself.
Guide §10.3.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeAlias

from secc.ports import Clock, Timer

Look: TypeAlias = tuple[int, int, int, int] | None


def look_at(path: Path) -> Look:
    """Time of change (ns), size, inode and device; None if there is nothing to read."""
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino, stat.st_dev


class ConfigWatch:
    """Watches some files. `changed()` is called once for all changes that settled in one look."""

    def __init__(self, clock: Clock, paths: Iterable[Path], changed: Callable[[], None], every_ms: int = 1000) -> None:
        self._clock = clock
        self._changed = changed
        self._every_ms = every_ms
        self._reported = {path: look_at(path) for path in paths}
        self._last = dict(self._reported)
        self._timer: Timer | None = clock.call_later(every_ms, self._look)

    def close(self) -> None:
        """No more looks and no more calls."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = self._clock.call_later(self._every_ms, self._look)
        settled = False
        for path, last in self._last.items():
            now = look_at(path)
            self._last[path] = now
            if now == last and now != self._reported[path]:
                self._reported[path] = now
                settled = True
        if settled:
            self._changed()
