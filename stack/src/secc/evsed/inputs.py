"""The digital inputs that evsed listens to, by the GPIO numbers of customer.json.

Data and a lookup alone: which number is which terminal (guide §7.9.1, table 26). Lines that no function uses are never
named here to the adapter, so they stay free for the customer's own software.
"""

from __future__ import annotations

from dataclasses import dataclass

LINES = {
    121: "digital_in_1",
    122: "digital_in_2",
    124: "digital_in_3",
    123: "digital_in_4",
    116: "digital_in_5",
    119: "digital_in_6",
}


@dataclass(frozen=True, slots=True)
class Input:
    """A terminal by its logical name, and the level at which it is active."""

    line: str
    active_high: bool

    def is_active(self, level: bool) -> bool:
        return level is self.active_high


def input_of(gpio: int, polarity: str) -> Input | None:
    """The terminal of a GPIO number with the polarity of customer.json; None if the number is no digital input."""
    line = LINES.get(gpio)
    return None if line is None else Input(line, polarity == "active_high")
