"""Relays in virtual time for tests of the parts that drive them: coils in, contacts and feedback lines out.

Contacts follow their coil late, bounce, stick and weld as they are told to. Nothing here decides anything.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from secc.evsed.events import RELAY_SENSE, DriveRelay, WatchInput
from secc.evsed.settings import Feedback
from secc.fsm import After, Cancel, Effect, Effects

CHATTER_MS = 3


@dataclass
class Contacts:
    """What hangs on a relay. `stays` is where welded or stuck contacts are, whatever the coil does."""

    feedback: Feedback = Feedback.NO
    lag_ms: int = 25
    bounce_ms: int = 0
    stays: bool | None = None
    coil: bool = False
    closed: bool = False
    moves: int = 0

    @property
    def level(self) -> bool:
        return self.feedback is not Feedback.NONE and self.closed is (self.feedback is Feedback.NO)


@dataclass
class Rig:
    """Runs timers and contacts. Whoever is tested answers `sensed` and `elapsed` with effects.

    `watched` hears of every drive before it happens. `done` holds all effects with their times.
    """

    contacts: dict[int, Contacts]
    sensed: Callable[[int, bool], Effects]
    elapsed: Callable[[str], Effects]
    watched: Callable[[DriveRelay], None] = lambda drive: None
    now_ms: int = 0
    done: list[tuple[int, Effect]] = field(default_factory=list)
    timers: dict[str, int] = field(default_factory=dict)
    _due: list[tuple[int, int, Callable[[], None]]] = field(default_factory=list)
    _number: count[int] = field(default_factory=count)

    def perform(self, effects: Effects) -> None:
        for effect in effects:
            self.done.append((self.now_ms, effect))
            match effect:
                case After(name, ms):
                    self._start(name, ms)
                case Cancel(name):
                    self.timers.pop(name, None)
                case DriveRelay(relay, closed):
                    self.watched(effect)
                    self._drive(relay, closed)
                case WatchInput(line):
                    relay = next(number for number, sense in RELAY_SENSE.items() if sense == line)
                    self.at(0, lambda relay=relay: self.perform(self.sensed(relay, self.contacts[relay].level)))  # type: ignore[misc]

    def at(self, ms: int, call: Callable[[], None]) -> None:
        """Call in `ms` from now."""
        heapq.heappush(self._due, (self.now_ms + ms, next(self._number), call))

    def run(self, ms: int) -> None:
        end = self.now_ms + ms
        while self._due and self._due[0][0] <= end:
            self.now_ms, _, call = heapq.heappop(self._due)
            call()
        self.now_ms = end

    def move(self, relay: int, closed: bool) -> None:
        """The contacts move, now, and the feedback line with them."""
        contacts = self.contacts[relay]
        before, contacts.closed = contacts.level, closed
        if contacts.level is not before:
            self.perform(self.sensed(relay, contacts.level))

    def driven(self, relay: int) -> list[tuple[int, bool]]:
        """When the coil was switched, and how."""
        return [(at, e.closed) for at, e in self.done if isinstance(e, DriveRelay) and e.relay == relay]

    def _start(self, name: str, ms: int) -> None:
        self.timers[name] = due = self.now_ms + ms
        number = next(self._number)

        def run_out() -> None:
            if self.timers.get(name) == due:
                del self.timers[name]
                self.perform(self.elapsed(name))

        heapq.heappush(self._due, (due, number, run_out))

    def _drive(self, relay: int, closed: bool) -> None:
        contacts = self.contacts[relay]
        if contacts.coil is closed:
            return
        contacts.coil = closed
        contacts.moves += 1
        move = contacts.moves

        def follow(to: bool) -> None:
            if contacts.moves == move and contacts.stays is None:
                self.move(relay, to)

        for k, ms in enumerate(range(0, contacts.bounce_ms, CHATTER_MS)):
            self.at(contacts.lag_ms + ms, lambda k=k: follow(closed if k % 2 == 0 else not closed))  # type: ignore[misc]
        self.at(contacts.lag_ms + contacts.bounce_ms, lambda: follow(closed))
