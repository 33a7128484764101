"""A random walk of the power path: draws a station and what happens to it, plays it, and says what was violated.

A walk is a Setup and a list of actions, all plain data: the same walk always ends the same way, so that it can be
minimised, pasted into a test and replayed by its seed. Most actions help a car to charge, because a walk that never
charges proves nothing; the others are whatever may happen. SAF-01, SAF-07, SAF-10, SAF-11.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random

from power_actions import Action, act, drawn_action, helpful_action
from power_invariants import Invariant
from power_judge import Judge
from power_setup import Setup, drawn
from power_world import World

STEPS_A_WALK = 250
HELP = 0.7
"""Share of the actions that help a car to charge."""


@dataclass
class Walk:
    """What was played and what came of it. `broken`: what the last action violated; nothing is played after that."""

    setup: Setup
    actions: list[Action] = field(default_factory=list)
    broken: list[tuple[Invariant, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def violated(self) -> set[Invariant]:
        return {invariant for invariant, _ in self.broken}


Choose = Callable[[World, Judge], Action | None]


def _played(setup: Setup, choose: Choose) -> Walk:
    world, walk = World(setup), Walk(setup)
    judge = world.judge = Judge(world)
    world.start()
    counts = walk.counts
    while (action := choose(world, judge)) is not None:
        walk.actions.append(action)
        counts["steps"] += 1
        before_ms, charged = world.now_ms, _charges(world)
        act(world, action)
        if charged and _charges(world):
            counts["steps charging"] += 1
            counts["ms charging"] += world.now_ms - before_ms
        counts["ms"] += world.now_ms - before_ms
        if judge.broken:
            break
    walk.broken = judge.broken
    counts["events"] = world.events
    counts.update(judge.counts)
    return walk


def _charges(world: World) -> bool:
    return world.contacts[1].coil and world.contacts[1].closed and 0 < world.duty < 10_000


def replay(setup: Setup, actions: Iterable[Action]) -> Walk:
    """Play a list of actions until something is violated or it ends."""
    left = iter(actions)
    return _played(setup, lambda world, judge: next(left, None))


def walk(seed: int | str, steps: int = STEPS_A_WALK, setup: Setup | None = None) -> Walk:
    """Draw and play one walk of so many steps; a string or a number is the seed of all of it."""
    random = Random(seed)  # noqa: S311 - chance, not secrecy
    station = drawn(random) if setup is None else setup

    def choose(world: World, judge: Judge) -> Action | None:
        nonlocal steps
        steps -= 1
        if steps < 0:
            return None
        if random.random() < HELP and (action := helpful_action(random, world, judge)) is not None:
            return action
        return drawn_action(random, world)

    return _played(station, choose)


def seeds(seed: int | str, steps: int) -> list[tuple[str, int]]:
    """The walks that make up so many steps: seed and length of each."""
    whole, rest = divmod(steps, STEPS_A_WALK)
    lengths = [STEPS_A_WALK] * whole + ([rest] if rest else [])
    return [(f"{seed}.{number}", length) for number, length in enumerate(lengths)]
