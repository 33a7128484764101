"""Writes down what a core heard and said, one JSON line each, so that a bug of the field can be replayed.

Events that changed nothing and had no effects are left out. The file is bounded: when it is full it becomes
FILE.1 and a new one begins, whose header carries the model of that moment. A full or broken disk ends the
trace, not the charge.
"""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any

from secc import __version__
from secc.fsm import Effects, Event
from secc.runtime.encoding import TraceError, encode

SCHEMA = 1
MAX_BYTES = 1 << 20


class Trace:
    """The trace of one daemon. `max_bytes` is the size of the file; its predecessor may be as large."""

    def __init__(self, path: Path, daemon: str, max_bytes: int = MAX_BYTES) -> None:
        self._path = path
        self._daemon = daemon
        self._max_bytes = max_bytes
        self._settings: object = None
        self._written = 0
        self._file: int | None = None
        self._failed = False
        self._log = logging.getLogger(f"secc.{daemon}.trace")

    def begin(self, settings: object) -> None:
        """The settings from which `initial(settings)` builds the first model; call it before any event.
        Without it the header carries the model itself."""
        self._settings = settings

    def record(self, at_ms: int, event: Event, effects: Effects, before: object, after: object) -> None:
        """Write an event with its effects, unless nothing came of it. A failure is logged and is the end."""
        if self._failed or (not effects and before == after):
            return
        try:
            line = {"at": at_ms, "event": encode(event), "effects": encode(tuple(effects))}
            file = self._file
            if file is None:
                file = self._open(model=before if self._settings is None else None)
            elif self._written >= self._max_bytes:
                self.close()
                self._path.replace(self._path.with_name(self._path.name + ".1"))
                file = self._open(model=before)
            self._write(file, line)
        except OSError as error:
            self._failed = True
            self._log.error("the trace %s ends: %s", self._path, error.strerror)
        except TraceError as error:
            self._failed = True
            self._log.error("the trace %s ends: %s", self._path, error)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self, model: object) -> int:
        # A trace holds identifiers of customers: it is not for everybody's eyes.
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
        self._file = file = os.open(self._path, flags, 0o640)
        self._written = 0
        header = {"daemon": self._daemon, "version": __version__, "schema": SCHEMA}
        if self._settings is not None:
            header["settings"] = encode(self._settings)
        if model is not None:
            header["model"] = encode(model)
        self._write(file, header)
        return file

    def _write(self, file: int, line: dict[str, Any]) -> None:
        # JSON in ASCII, in one call: what a crash leaves is whole lines, and one cut line at the most.
        self._written += os.write(file, (json.dumps(line, separators=(",", ":")) + "\n").encode())
