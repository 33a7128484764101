"""Who hears what: finds the row of an arrived topic, decodes, and hands the value to its subscribers.

Shared by the broker's bus and the one in memory, so that tests and the device treat a payload alike. A
payload that does not decode is refused with a reason and reaches nobody. Guide §15.1, §15.5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias, TypeVar

from secc.contract.topics.row import Topic
from secc.contract.values import PayloadError

T = TypeVar("T")
Receiver: TypeAlias = Callable[[Any, tuple[str, ...]], None]


def outgoing(row: Topic[T], value: T, params: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """The messages that one publication makes: the topic itself, then its mirrors.

    PayloadError if the value is out of range, ValueError if a parameter cannot be a topic segment.
    """
    payload = row.encode(value)
    yield row.at(*params), payload
    for mirror in row.mirrors:
        yield mirror, payload


def filters(row: Topic[Any]) -> list[str]:
    """The subscriptions of a row. What its owner mirrors is left out, or every value would arrive twice."""
    return [row.filter, *(alias for alias in row.aliases if alias not in row.mirrors)]


def params_of(row: Topic[Any], topic: str) -> tuple[str, ...] | None:
    """The parameters of an arrived topic if the subscriptions of this row cover it, else None."""
    return None if topic in row.mirrors else row.match(topic)


class Routes:
    """The subscriptions of one daemon, in the order they were made."""

    def __init__(self) -> None:
        self.rows: list[Topic[Any]] = []
        self._exact: dict[str, list[tuple[Topic[Any], Receiver]]] = {}
        self._patterns: list[tuple[Topic[Any], Receiver]] = []

    def add(self, row: Topic[T], received: Callable[[T, tuple[str, ...]], None]) -> bool:
        """Add a subscriber; True if it is the first one of this row."""
        first = row not in self.rows
        if first:
            self.rows.append(row)
        if row.parameters:
            self._patterns.append((row, received))
        else:
            for topic in filters(row):
                self._exact.setdefault(topic, []).append((row, received))
        return first

    def filters(self) -> list[str]:
        """Every subscription, without doubles, in order."""
        return list(dict.fromkeys(name for row in self.rows for name in filters(row)))

    def deliver(self, topic: str, payload: bytes) -> Iterator[tuple[Topic[Any], PayloadError]]:
        """Hand a message to whoever subscribed to it; yields the rows that refuse it, with the reason."""
        hearers: list[tuple[Topic[Any], tuple[str, ...], Receiver]]
        hearers = [(row, (), received) for row, received in self._exact.get(topic, ())]
        hearers += [(r, p, received) for r, received in self._patterns if (p := params_of(r, topic)) is not None]
        for row, params, received in hearers:
            try:
                value = row.decode(payload)
            except PayloadError as error:
                yield row, error
                continue
            received(value, params)
