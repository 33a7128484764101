"""One LED: which of the conditions that hold it shows, for how long, and whether it is lit right now.

It shows the first condition whose time is not over. One that leds.json does not list leaves it as it is; if the time
of all is over it is dark. It knows no topic. Timers are `<name>.blink` and `<name>.duration`. Guide §14.1 (table 49).
"""

from __future__ import annotations

from dataclasses import dataclass

from secc.fsm import After, Cancel, Effects, replace
from secc.ledd.conditions import Condition
from secc.ledd.events import DriveOutput
from secc.ledd.settings import Behavior, Led, Mode

BLINK, DURATION = ".blink", ".duration"
HALF_MS = {Mode.BLINK_SLOW: 1000, Mode.BLINK_FAST: 100}
"""How long it is lit, and how long it is dark."""


@dataclass(frozen=True, slots=True)
class Look:
    """Levels of the channels while lit, and the rhythm; what is dark anyway does not blink."""

    mode: Mode = Mode.SOLID
    levels: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Lamp:
    """`look` is what it shows, `rest` the last look without an end. `levels` are those that are driven, None before
    the first. `condition` is what it shows the look for, `timed` whether that has an end; `spent` are conditions that
    hold and whose time is over. `beneath` is what stood first beneath an answer when that began to show.
    """

    name: str
    led: Led
    look: Look | None = None
    rest: Look | None = None
    lit: bool = True
    levels: tuple[bool, ...] | None = None
    condition: Condition | None = None
    timed: bool = False
    spent: tuple[Condition, ...] = ()
    beneath: Condition | None = None

    @property
    def dark(self) -> Look:
        return Look(levels=(False,) * len(self.led.lines))


def show(lamp: Lamp, conditions: tuple[Condition, ...], word: Condition | None, fresh: bool) -> tuple[Lamp, Effects]:
    """Show what belongs to the conditions that hold, first things first. `word` is the one among them that is no state
    but an answer; `fresh`: it was given just now."""
    before = lamp
    lamp = replace(lamp, spent=_spent(lamp, conditions, word, fresh))
    chosen = _chosen(lamp, conditions, word)
    if word is not None and word in conditions and word is not chosen and word not in lamp.spent:
        lamp = replace(lamp, spent=(*lamp.spent, word))  # an answer shows at once or never
    if chosen is lamp.condition and chosen is not None and not (fresh and chosen is word):
        return (before if lamp == before else lamp), ()
    behavior = lamp.led.behavior(chosen) if chosen is not None else None
    if chosen is not None and behavior is None:
        return _left_as_it_is(lamp, chosen)
    effects: Effects = ()
    if lamp.timed:
        effects += (Cancel(f"{lamp.name}{DURATION}"),)
        if lamp.condition is not chosen and lamp.condition in conditions:
            lamp = replace(lamp, spent=(*lamp.spent, lamp.condition))
    look = lamp.dark if behavior is None else _look(lamp, behavior)
    timed = behavior is not None and behavior.duration_ms > 0
    lamp = replace(
        lamp, condition=chosen, timed=timed, rest=lamp.rest if timed else look, beneath=_beneath(conditions, word)
    )
    if behavior is not None and timed:
        effects += (After(f"{lamp.name}{DURATION}", behavior.duration_ms),)
    lamp, driven = _turned(lamp, look)
    return lamp, (*driven, *effects)


def elapsed(lamp: Lamp, timer: str) -> tuple[Lamp, Effects]:
    """After one of its own timers (the part of the name behind the dot). `show` has to follow."""
    if timer == "duration" and lamp.timed and lamp.condition is not None:
        return replace(lamp, condition=None, timed=False, spent=(*lamp.spent, lamp.condition)), ()
    if timer == "blink" and lamp.look is not None and lamp.look.mode in HALF_MS:
        half_ms = HALF_MS[lamp.look.mode]
        lamp, effects = _driven(replace(lamp, lit=not lamp.lit))
        return lamp, (*effects, After(f"{lamp.name}{BLINK}", half_ms))
    return lamp, ()


def put_out(lamp: Lamp) -> tuple[Lamp, Effects]:
    """Dark, with no timer left."""
    lamp, effects = _turned(lamp, lamp.dark)
    return lamp, (*effects, *((Cancel(f"{lamp.name}{DURATION}"),) if lamp.timed else ()))


def _spent(lamp: Lamp, conditions: tuple[Condition, ...], word: Condition | None, fresh: bool) -> tuple[Condition, ...]:
    """Conditions whose time is over, without those that ceased: when they come again their time begins anew."""
    spent = tuple(c for c in lamp.spent if c in conditions and not (fresh and c is word))
    if word is None or fresh or lamp.condition is not word or lamp.timed or word in spent:
        return spent
    # An answer without a duration shows until what stands beneath it is something else.
    return spent if lamp.beneath is _beneath(conditions, word) else (*spent, word)


def _beneath(conditions: tuple[Condition, ...], word: Condition | None) -> Condition | None:
    return next((c for c in conditions if c is not word), None)


def _chosen(lamp: Lamp, conditions: tuple[Condition, ...], word: Condition | None) -> Condition | None:
    """The first condition whose time is not over; an answer that is not listed is none."""
    return next(
        (c for c in conditions if c not in lamp.spent and not (c is word and lamp.led.behavior(c) is None)), None
    )


def _left_as_it_is(lamp: Lamp, condition: Condition) -> tuple[Lamp, Effects]:
    """Under a condition that is not listed. What shows for a while ends by itself, and then rests as before."""
    if lamp.timed:
        return lamp, ()
    return _turned(replace(lamp, condition=condition), lamp.rest or lamp.dark)


def _look(lamp: Lamp, behavior: Behavior) -> Look:
    levels = behavior.color.value[: len(lamp.led.lines)]
    return Look(behavior.mode, levels) if any(levels) else lamp.dark


def _turned(lamp: Lamp, look: Look) -> tuple[Lamp, Effects]:
    """Show another look. The same look goes on in its rhythm."""
    if look == lamp.look:
        return lamp, ()
    blink = f"{lamp.name}{BLINK}"
    blinked = lamp.look is not None and lamp.look.mode in HALF_MS
    lamp, effects = _driven(replace(lamp, look=look, lit=True))
    if look.mode in HALF_MS:
        return lamp, (*effects, After(blink, HALF_MS[look.mode]))
    return lamp, (*effects, Cancel(blink)) if blinked else effects


def _driven(lamp: Lamp) -> tuple[Lamp, Effects]:
    """Drive the channels whose level changes."""
    look = lamp.look or lamp.dark
    levels = look.levels if lamp.lit else lamp.dark.levels
    effects = tuple(
        DriveOutput(line, level)
        for index, (line, level) in enumerate(zip(lamp.led.lines, levels, strict=True))
        if lamp.levels is None or lamp.levels[index] is not level
    )
    return replace(lamp, levels=levels), effects
