"""Child processes of a command: started with their own log, watched, and ended by their own ids.

They get a session of their own, so that ctrl-C reaches ccctl alone and ccctl ends them in order. It knows nothing of
what they do.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ccctl.services.errors import CcctlError
from ccctl.services.exit_codes import ExitCode

_PATIENCE_S = 5.0
_LOG_BYTES = 8192
_PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """In the child: ask the kernel for TERM when ccctl dies without a goodbye (Linux; elsewhere nothing happens)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(slots=True)
class Child:
    """One running child."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    read_bytes: int = 0

    def news(self) -> list[str]:
        """Warnings and errors that came into its log since the last call, and what it says of its configuration."""
        with self.log.open("rb") as file:
            file.seek(self.read_bytes)
            fresh = file.read(_LOG_BYTES)
        whole = fresh[: fresh.rfind(b"\n") + 1] if b"\n" in fresh else b""
        self.read_bytes += len(whole)
        lines = whole.decode("utf-8", "replace").splitlines()
        return [line for line in lines if line.startswith(("WARNING", "ERROR")) or "configuration" in line]

    def last_words(self, lines: int = 15) -> str:
        """The end of its log."""
        with self.log.open("rb") as file:
            file.seek(max(0, self.log.stat().st_size - _LOG_BYTES))
            text = file.read().decode("utf-8", "replace")
        return "\n".join(text.splitlines()[-lines:])


@dataclass(slots=True)
class Children:
    """The children of one command, in the order of their start. Leaving the `with` block ends them all, last first."""

    folder: Path
    running: list[Child] = field(default_factory=list)

    def start(self, name: str, command: Sequence[str]) -> Child:
        """Start one; its output goes to NAME.log in the folder."""
        log = self.folder / f"{name}.log"
        try:
            with log.open("wb") as output:
                process = subprocess.Popen(
                    list(command),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                    preexec_fn=_end_with_parent,  # noqa: PLW1509 - ccctl has no threads
                )
        except OSError as error:
            raise CcctlError(f"{command[0]} cannot be started: {error.strerror}", "is it installed?") from error
        child = Child(name, process, log)
        self.running.append(child)
        return child

    def check(self) -> None:
        """Raise CcctlError with the end of its log if a child has ended."""
        for child in self.running:
            code = child.process.poll()
            if code is not None:
                raise ChildEndedError(child, code)

    def __enter__(self) -> Children:
        return self

    def __exit__(self, *_: object) -> None:
        for child in reversed(self.running):
            _end(child.process)


class ChildEndedError(CcctlError):
    """A child ended that should run; `words` is the end of its log."""

    def __init__(self, child: Child, code: int) -> None:
        how = f"exit code {code}" if code >= 0 else f"signal {-code}"
        super().__init__(f"{child.name} ended by itself ({how})", "the end of its log stands above", ExitCode.NO)
        self.words = child.last_words()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end, wait, and make it end."""
    if process.poll() is None:
        process.terminate()
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            process.wait(max(deadline - time.monotonic(), 0.05))
        except subprocess.TimeoutExpired:
            process.kill()
            deadline = time.monotonic() + _PATIENCE_S
        else:
            return
