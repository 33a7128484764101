"""Digital inputs and outputs as evsed uses them: the terminal behind a GPIO number of customer.json, and its polarity.

A lookup alone. Guide §7.9, tables 26 and 28.
"""

from __future__ import annotations

from dataclasses import dataclass

from secc.contract.terminals import INPUTS, OUTPUTS


@dataclass(frozen=True, slots=True)
class Input:
    """A terminal by its logical name, and the level at which it is active."""

    line: str
    active_high: bool

    def is_active(self, level: bool) -> bool:
        return level is self.active_high


@dataclass(frozen=True, slots=True)
class Output:
    """A terminal by its logical name, and the level at which it is active."""

    line: str
    active_high: bool

    def level(self, active: bool) -> bool:
        return active is self.active_high


def input_of(gpio: int, polarity: str) -> Input | None:
    """The terminal of a GPIO number with the polarity of customer.json; None if the number is no digital input."""
    line = INPUTS.get(gpio)
    return None if line is None else Input(line, polarity == "active_high")


def output_of(gpio: int, polarity: str) -> Output | None:
    """The terminal of a GPIO number with the polarity of customer.json; None if the number is no digital output."""
    line = OUTPUTS.get(gpio)
    return None if line is None else Output(line, polarity == "active_high")
