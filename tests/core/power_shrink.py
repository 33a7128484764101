"""Makes a failing walk short: leaves out what is not needed to violate the same invariant, and prints it as a test.

Delta debugging on the list of actions (halves, quarters, ... single ones), then shorter times, then a plainer station.
Every candidate is played from the start, so the result fails for certain.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from power_actions import Action
from power_invariants import Invariant
from power_setup import DEFAULTS, Setup
from power_walk import Walk, replay

TIMES = (0, 5, 100, 1000, 10_000)


class Shrinker:
    """Shrinks one walk. `plays` counts how often a candidate was played."""

    def __init__(self, walk: Walk, most_plays: int = 4000) -> None:
        self.goal: Invariant = walk.broken[0][0]
        self.best = walk
        self.plays, self._most = 0, most_plays

    def _fails(self, setup: Setup, actions: list[Action]) -> bool:
        if self.plays >= self._most:
            return False
        self.plays += 1
        walk = replay(setup, actions)
        if self.goal not in walk.violated:
            return False
        self.best = walk
        return True

    def shrunk(self) -> Walk:
        """The shortest that was found."""
        before = None
        while before != (self.best.setup, self.best.actions):
            before = (self.best.setup, list(self.best.actions))
            self._fewer()
            self._merged()
            self._sooner()
            self._plainer()
        return self.best

    def _fewer(self) -> None:
        size = max(1, len(self.best.actions) // 2)
        while size:
            at = 0
            while at < len(self.best.actions):
                actions = self.best.actions
                if not self._fails(self.best.setup, actions[:at] + actions[at + size :]):
                    waited = sum(action[-1] for action in actions[at : at + size])
                    rest: list[Action] = [("wait", waited)]
                    plain = size > 1 or actions[at][0] != "wait"
                    if not (plain and self._fails(self.best.setup, actions[:at] + rest + actions[at + size :])):
                        at += size
                    else:
                        at += 1
            size //= 2

    def _merged(self) -> None:
        """Two waits in a row are one."""
        at = 1
        while at < len(self.best.actions):
            actions = self.best.actions
            if actions[at][0] == "wait":
                before = (*actions[at - 1][:-1], actions[at - 1][-1] + actions[at][-1])
                if self._fails(self.best.setup, [*actions[: at - 1], before, *actions[at + 1 :]]):
                    continue
            at += 1

    def _sooner(self) -> None:
        for at in range(len(self.best.actions)):
            for ms in TIMES:
                if at >= len(self.best.actions) or ms >= self.best.actions[at][-1]:
                    break
                actions = list(self.best.actions)
                actions[at] = (*actions[at][:-1], ms)
                if self._fails(self.best.setup, actions):
                    break

    def _plainer(self) -> None:
        for name, value in DEFAULTS.items():
            if self.best.setup.differs(name):
                changes: dict[str, Any] = {name: value}
                self._fails(replace(self.best.setup, **changes), self.best.actions)


def as_test(walk: Walk, seed: str) -> str:
    """The walk as a test that can be pasted into tests/core/test_power_path_random.py."""
    name = re.sub(r"\W+", "_", seed).strip("_")
    lines = "".join(f"        {action!r},\n" for action in walk.actions)
    told = "".join(dict.fromkeys(f"    # {invariant.name}: {text}\n" for invariant, text in walk.broken[:3]))
    return (
        f"def test_walk_{name}() -> None:\n{told}"
        f"    setup = {walk.setup!r}\n"
        f"    actions = [\n{lines}    ]\n"
        "    assert replay(setup, actions).broken == []\n"
    )
