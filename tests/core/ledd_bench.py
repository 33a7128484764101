"""A hand-held ledd for tests of its core: facts by name, a runner with timers, and what the outputs do.

Nothing here decides; it feeds events and remembers effects.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from secc.contract.enums import DaemonState
from secc.contract.generated.leds import Led as LedSection
from secc.contract.topics.row import Topic
from secc.contract.topics.runtime import DAEMON_STATE
from secc.fsm import After, Cancel, Effect, Elapsed, Event, Received
from secc.ledd.conditions import Condition
from secc.ledd.core import initial, step
from secc.ledd.events import DriveOutput, Started
from secc.ledd.model import Model
from secc.ledd.settings import Behavior, Color, Led, Mode, Settings

Told = tuple[Topic[Any], Any]
LINES = ("digital_out_1", "digital_out_2", "digital_out_3")


def led(*behaviors: tuple[str, str, str, int], channels: int = 3, first: int = 0) -> Led:
    """An LED; behaviors are condition, mode, color, duration in ms."""
    rows = tuple(Behavior(Condition(c), Mode(m), Color[k.upper()], ms) for c, m, k, ms in behaviors)
    return Led(LINES[first : first + channels], rows)


SHIPPED = led(*((b.condition, b.mode, b.color, b.duration * 10) for b in LedSection().behaviors))


@dataclass
class Bench:
    """Runs the core in virtual time."""

    settings: Settings
    model: Model = field(init=False)
    now_ms: int = 0
    timers: dict[str, int] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    levels: dict[str, bool] = field(default_factory=dict)
    edges: list[tuple[int, str, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.model = initial(self.settings)
        self.post(Started())

    def post(self, event: Event) -> None:
        self.model, effects = step(self.model, event)
        for effect in effects:
            self.effects.append(effect)
            match effect:
                case After(name, ms):
                    self.timers[name] = self.now_ms + ms
                case Cancel(name):
                    self.timers.pop(name, None)
                case DriveOutput(line, level):
                    self.levels[line] = level
                    self.edges.append((self.now_ms, line, level))

    def hear(self, topic: Topic[Any], value: Any, *params: str) -> None:
        self.post(Received(topic, value, params))

    def run(self) -> Bench:
        """evsed says that it runs."""
        self.hear(DAEMON_STATE, DaemonState.RUNNING, "evsed")
        return self

    def wait(self, ms: int) -> None:
        end_ms = self.now_ms + ms
        while due := sorted((at, name) for name, at in self.timers.items() if at <= end_ms):
            at, name = due[0]
            del self.timers[name]
            self.now_ms = at
            self.post(Elapsed(name))
        self.now_ms = end_ms

    @property
    def first(self) -> str:
        """The condition that goes before all others."""
        return self.model.standing[0].value

    @property
    def shows(self) -> tuple[str, str]:
        """Mode and color of the first LED (three channels)."""
        look = self.model.lamps[0].look
        assert look is not None
        levels = (*look.levels, False, False, False)[:3]
        return look.mode.value, Color(levels).name.lower()

    def rhythm(self, line: str = LINES[0]) -> list[tuple[int, bool]]:
        """Time and level of each edge of a line."""
        return [(at, level) for at, name, level in self.edges if name == line]

    def count(self, kind: type[Any]) -> int:
        return sum(isinstance(effect, kind) for effect in self.effects)


def bench(*behaviors: tuple[str, str, str, int], asks: bool = False, tags: bool = False, channels: int = 3) -> Bench:
    """A running ledd with these behaviors, or the shipped ones."""
    this = led(*behaviors, channels=channels) if behaviors else SHIPPED
    return Bench(Settings((this,), asks=asks, tags=tags))


def told(this: Bench, facts: tuple[Told, ...]) -> Bench:
    for topic, value in facts:
        this.hear(topic, value)
    return this
