"""What a daemon is given when it starts, and what it gives back.

A daemon is a module `secc.<daemon>.main` with `start(context) -> Running`. It opens nothing at import time,
and builds clock, bus or hardware nowhere: all of that comes in the context. Guide §12.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from secc.ports import Bus, Clock, Station

if TYPE_CHECKING:
    from secc.runtime.trace import Trace


class ConfigurationRefused(Exception):
    """The configuration keeps this daemon from starting; `lines` say what is wrong, where, and what to do."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        super().__init__("; ".join(self.lines))


@dataclass(frozen=True, slots=True)
class Context:
    """`stop(reason)` ends the process, in order but with a failure. `hide(secrets)` keeps values out of the
    journal.

    `station()` gives the hardware, the same object to every daemon of the process (PortError if there is
    none).
    """

    name: str
    clock: Clock
    bus: Bus
    station: Callable[[], Station]
    config_dir: Path
    trace: Trace | None
    stop: Callable[[str], None]
    hide: Callable[[Iterable[str]], None] = lambda secrets: None
    scenario: str | None = None


@runtime_checkable
class Resting(Protocol):
    """A daemon that needs a moment after `stop` until its hardware is at rest; the process waits for it."""

    @property
    def at_rest(self) -> bool:
        """Whether nothing moves any more."""


class Running(Protocol):
    """A daemon at work."""

    @property
    def ticked(self) -> int:
        """How many ticks have been dealt with by every core of the daemon; the watchdog looks at it."""

    def tick(self, now_ms: int) -> None:
        """About once a second: post a Tick into every mailbox."""

    def stop(self) -> None:
        """End in order: the hardware into its safe state, nothing left to come."""
