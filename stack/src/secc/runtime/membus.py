"""A broker in memory, for tests and for runs under a virtual clock.

Every value goes through the codec of its row in both directions, as on the wire. Delivery is synchronous and
in order. Unlike the real bus it raises when a daemon publishes a value that its topic cannot carry: a test
wants to know. Guide §15.1.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from secc.contract.topics.row import Topic
from secc.runtime.routing import Routes, outgoing, params_of

T = TypeVar("T")


class MemoryBus:
    """Bus without a broker. Several daemons may share one.

    `retained` is what a new subscriber would hear, `log` every message in order, `refused` what did not
    decode.
    """

    def __init__(self) -> None:
        self.retained: dict[str, str] = {}
        self.log: list[tuple[str, str]] = []
        self.refused: list[tuple[str, str]] = []
        self._routes = Routes()
        self._waiting: deque[tuple[str, bytes]] = deque()
        self._delivering = False

    def publish(self, topic: Topic[T], value: T, *params: str) -> None:
        """Deliver to the subscribers; PayloadError for a value that the topic cannot carry."""
        for name, payload in outgoing(topic, value, params):
            self._accept(name, payload, topic.retain)

    def subscribe(self, topic: Topic[T], received: Callable[[T, tuple[str, ...]], None]) -> None:
        """Hear every valid payload; what is retained arrives before this returns."""
        self._routes.add(topic, received)
        once = Routes()
        once.add(topic, received)
        self._replay(once, topic)

    def resubscribe(self, topic: Topic[Any]) -> None:
        """Deliver what is retained on the topic once more, to all its subscribers."""
        self._replay(self._routes, topic)

    def inject(self, topic: str, payload: str | bytes, retain: bool = False) -> None:
        """A message of somebody beside the stack."""
        self._accept(topic, payload if isinstance(payload, bytes) else payload.encode(), retain)

    def _replay(self, routes: Routes, row: Topic[Any]) -> None:
        for name, text in list(self.retained.items()):
            if params_of(row, name) is not None:
                self._deliver(routes, name, text.encode())

    def _accept(self, name: str, payload: bytes, retain: bool) -> None:
        text = payload.decode("utf-8", "replace")
        self.log.append((name, text))
        if retain:
            self.retained.pop(name, None)
            if payload:
                self.retained[name] = text
        self._waiting.append((name, payload))
        if self._delivering:
            return
        self._delivering = True
        try:
            while self._waiting:
                self._deliver(self._routes, *self._waiting.popleft())
        finally:
            self._delivering = False

    def _deliver(self, routes: Routes, name: str, payload: bytes) -> None:
        for _, error in routes.deliver(name, payload):
            self.refused.append((name, str(error)))
