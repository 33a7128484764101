"""What ledd takes from the configuration: the LEDs with their behaviors, and how users are authorized.

Decides which outputs an LED may use: digital outputs alone, each once, and none that evsed needs for the test of the
RCD. Pure: reading files is for `configuration`. Guide §14.1 (tables 47 and 49), §7.9.2 (table 28).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

from secc.contract.config_problem import Findings
from secc.contract.terminals import OUTPUTS
from secc.ledd.conditions import Condition

if TYPE_CHECKING:
    from secc.contract.generated.customer import Customer
    from secc.contract.generated.leds import Led as LedSection
    from secc.contract.generated.leds import Leds

CENTISECOND_MS = 10
"""Durations of leds.json count hundredths of a second (decision 61)."""


class Mode(StrEnum):
    """As in leds.json."""

    SOLID = "solid"
    BLINK_SLOW = "blink_slow"
    BLINK_FAST = "blink_fast"


class Color(Enum):
    """Which of red, green and blue are lit."""

    BLACK = (False, False, False)
    RED = (True, False, False)
    GREEN = (False, True, False)
    BLUE = (False, False, True)
    YELLOW = (True, True, False)
    CYAN = (False, True, True)
    MAGENTA = (True, False, True)
    WHITE = (True, True, True)


@dataclass(frozen=True, slots=True)
class Behavior:
    """What to show under a condition; `duration_ms` 0 is as long as it lasts."""

    condition: Condition
    mode: Mode
    color: Color
    duration_ms: int = 0


@dataclass(frozen=True, slots=True)
class Led:
    """One LED: the outputs of its red, green and blue channel as far as it has them."""

    lines: tuple[str, ...]
    behaviors: tuple[Behavior, ...]

    def behavior(self, condition: Condition) -> Behavior | None:
        """What it shows under a condition; None if leds.json does not say."""
        return next((b for b in self.behaviors if b.condition is condition), None)


@dataclass(frozen=True, slots=True)
class Settings:
    """`asks`: a user has to be authorized. `tags`: this may be done with an RFID tag."""

    leds: tuple[Led, ...]
    asks: bool = False
    tags: bool = False


def check(leds: Leds, customer: Customer, found: Findings) -> None:
    """Note in `found` (for leds.json) what cannot be obeyed as it is written."""
    rcd = customer.ports[0].rcd_monitor
    trigger = rcd.test_gpio if rcd.enable else None
    used: set[int] = set()
    for index, led in enumerate(leds.leds):
        for channel, gpio in enumerate(led.gpios):
            path = ("leds", index, "gpios", channel)
            if gpio not in OUTPUTS:
                known = ", ".join(map(str, OUTPUTS))
                found.error(path, "ledd", f"{gpio} is no digital output", f"write one of {known}")
            elif gpio == trigger:
                found.error(
                    path,
                    "ledd",
                    f"{gpio} is the test trigger of the RCD",
                    "write another GPIO, or change ports[0]/rcd_monitor/test_gpio in customer.json",
                )
            elif gpio in used:
                found.error(path, "ledd", f"{gpio} is used twice", "write another GPIO")
            used.add(gpio)
        _behaviors(index, led, found)


def _behaviors(index: int, led: LedSection, found: Findings) -> None:
    seen: set[str] = set()
    for number, behavior in enumerate(led.behaviors):
        if behavior.condition in seen:
            path = ("leds", index, "behaviors", number, "condition")
            found.error(path, "ledd", f'"{behavior.condition}" has a behavior already', "remove one of the two")
        seen.add(behavior.condition)


def settings_from(leds: Leds, customer: Customer) -> Settings:
    """The settings of files that `check` found nothing wrong with."""
    method = customer.ports[0].user_authentication
    return Settings(leds=tuple(_led(led) for led in leds.leds), asks=method != "free", tags=method in ("mqtt", "ocpp"))


def _led(led: LedSection) -> Led:
    return Led(
        lines=tuple(OUTPUTS[gpio] for gpio in led.gpios),
        behaviors=tuple(
            Behavior(Condition(b.condition), Mode(b.mode), Color[b.color.upper()], b.duration * CENTISECOND_MS)
            for b in led.behaviors
        ),
    )
