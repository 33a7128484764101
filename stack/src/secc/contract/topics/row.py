"""What a topic is: one typed row of the catalogue.

The row knows how its payload is written and read, who publishes it, and how to match a topic that arrived.
Segments of a topic that are `+` or `<name>` are parameters. Guide §15.1, §15.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from secc.contract.values import MAX_PAYLOAD_BYTES, Codec, PayloadError

T = TypeVar("T")


class Direction(StrEnum):
    """Seen from a customer's software."""

    PUBLISH = "publish"
    SUBSCRIBE = "subscribe"
    INTERNAL = "internal"


def _is_parameter(segment: str) -> bool:
    return segment == "+" or (segment.startswith("<") and segment.endswith(">"))


@dataclass(frozen=True, slots=True, eq=False)
class Topic(Generic[T]):
    """One topic. `owner` is the daemon that publishes it ("customer": software beside the stack).

    `aliases` are other spellings found in the field; those in `mirrors` are published along with the topic.
    """

    name: str
    topic: str
    payload: Codec[T]
    direction: Direction
    owner: str
    retain: bool
    guide: str
    about: str
    unit: str | None = None
    aliases: tuple[str, ...] = ()
    mirrors: tuple[str, ...] = ()
    deprecated: bool = False

    @property
    def parameters(self) -> int:
        """How many segments are parameters."""
        return sum(map(_is_parameter, self.topic.split("/")))

    @property
    def filter(self) -> str:
        """The subscription that covers the topic."""
        return "/".join("+" if _is_parameter(s) else s for s in self.topic.split("/"))

    def at(self, *values: str) -> str:
        """The topic with its parameters filled in; ValueError if a value is empty or holds / + # or NUL."""
        rest = list(values)
        segments = []
        for segment in self.topic.split("/"):
            if not _is_parameter(segment):
                segments.append(segment)
                continue
            if not rest:
                raise ValueError(f"{self.topic} needs {self.parameters} values")
            value = rest.pop(0)
            if not value or any(c in value for c in "/+#\0"):
                raise ValueError(f"{value!r} cannot stand for a segment of {self.topic}")
            segments.append(value)
        if rest:
            raise ValueError(f"{self.topic} takes {self.parameters} values")
        return "/".join(segments)

    def match(self, topic: str) -> tuple[str, ...] | None:
        """The values of the parameters if `topic` is this one (or an alias), else None."""
        if topic in self.aliases:
            return ()
        mine, theirs = self.topic.split("/"), topic.split("/")
        if len(mine) != len(theirs):
            return None
        found = []
        for pattern, segment in zip(mine, theirs, strict=True):
            if _is_parameter(pattern):
                if not segment:
                    return None
                found.append(segment)
            elif pattern != segment:
                return None
        return tuple(found)

    def encode(self, value: T) -> bytes:
        """The payload; PayloadError if the value is outside the range of the topic."""
        return self.payload.encode(value).encode()

    def decode(self, payload: bytes) -> T:
        """The value; PayloadError names the topic and what is wrong."""
        if len(payload) > MAX_PAYLOAD_BYTES:
            raise PayloadError(f"{self.topic}: {len(payload)} bytes are more than {MAX_PAYLOAD_BYTES}")
        try:
            return self.payload.decode(payload.decode("utf-8"))
        except UnicodeDecodeError:
            raise PayloadError(f"{self.topic}: the payload is not UTF-8") from None
        except PayloadError as error:
            raise PayloadError(f"{self.topic}: {error}") from None
