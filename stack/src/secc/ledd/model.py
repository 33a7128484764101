"""What ledd remembers: its settings, its LEDs, what is known of the station, and the answer that a user got last.

Data alone. House rules section 3.
"""

from __future__ import annotations

from dataclasses import dataclass

from secc.ledd.conditions import Condition
from secc.ledd.facts import Facts
from secc.ledd.lamp import Lamp
from secc.ledd.settings import Led, Settings


@dataclass(frozen=True, slots=True)
class Model:
    """`active`: between start and stop. `connection` is that to the broker (0: none). `word` is auth_accepted or
    auth_rejected; `rejections` counts the latter. `standing` are the conditions that hold. `operational`: the green LED
    of the board was told.
    """

    settings: Settings
    lamps: tuple[Lamp, ...]
    facts: Facts = Facts()
    active: bool = False
    connection: int = 0
    word: Condition | None = None
    rejections: int = 0
    standing: tuple[Condition, ...] = ()
    operational: bool = False


def lamps_of(leds: tuple[Led, ...]) -> tuple[Lamp, ...]:
    """An LED for each of the settings, not driven yet."""
    return tuple(Lamp(f"led{index}", led) for index, led in enumerate(leds))


def initial(settings: Settings) -> Model:
    """Before anything is known."""
    return Model(settings, lamps_of(settings.leds))
