"""What a daemon needs from the outside, as small protocols; hw/ and runtime/ implement them, tests fake them.

Lines and channels are found by logical names (those of boards/*.toml), never by index.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from secc.contract.topics.row import Topic

T = TypeVar("T")


class PortError(Exception):
    """A pin, a bus or a file did not do what it should; the message says which one and what to look at."""


class DigitalIn(Protocol):
    """One input line. Levels are logical: polarity is settled by the board profile."""

    def read(self) -> bool: ...

    def watch(self, changed: Callable[[bool], None]) -> None:
        """Call `changed` with the new level after every edge."""


class DigitalOut(Protocol):
    """One output line. Relays and motors fall when claimed; other outputs keep their level until written."""

    def write(self, active: bool) -> None: ...


class Adc(Protocol):
    """One channel of the 12 bit converter (0..4095 for 0..3300 mV)."""

    def read(self) -> int: ...


class PilotOut(Protocol):
    """The control pilot generator (IEC 61851-1 annex A)."""

    def drive(self, duty_pct: float | None) -> None:
        """1 kHz with this duty cycle; 100 is +12 V, 0 is -12 V (state F), None is not driven (state E)."""


class Peaks(Protocol):
    """The two peak detectors behind the control pilot line. They keep what they saw until they are reset."""

    def reset(self, held: bool) -> None:
        """Empty both detectors and keep them empty (True), or let them follow the line (False)."""

    def read(self) -> tuple[int, int]:
        """Highest and lowest voltage since they were let go, raw (0..4095)."""


class Threshold(Protocol):
    """The reference voltage that all digital inputs of the board are compared with (guide §7.9.1)."""

    def drive(self, mv: int) -> None:
        """0 to 12000 mV; above it an input reads as high."""


class Station(Protocol):
    """The hardware of one charging port, by logical name; PortError for a name that the board does not have.

    A line is claimed from the operating system when it is first asked for, and only then.
    """

    def digital_in(self, name: str) -> DigitalIn: ...

    def digital_out(self, name: str) -> DigitalOut: ...

    def adc(self, name: str) -> Adc: ...

    def pilot(self) -> PilotOut: ...

    def peaks(self) -> Peaks: ...

    def threshold(self) -> Threshold: ...


class Timer(Protocol):
    """A pending call of a Clock."""

    def cancel(self) -> None: ...


class Clock(Protocol):
    """Monotonic time and calls in the future. Nothing but the runtime and the tests implement it."""

    def now_ms(self) -> int: ...

    def call_later(self, ms: int, call: Callable[[], None]) -> Timer: ...


class Bus(Protocol):
    """The broker, seen through the catalogue. Payloads that do not decode are logged and dropped, never delivered."""

    def publish(self, topic: Topic[T], value: T, *params: str) -> None:
        """Publish at once if connected. Retained values are kept and published again after a reconnect."""

    def subscribe(self, topic: Topic[T], received: Callable[[T, tuple[str, ...]], None]) -> None:
        """Hear every valid payload; `received(value, params)`."""

    def resubscribe(self, topic: Topic[Any]) -> None:
        """Have the broker deliver what is retained on the topic once more."""
