"""The test bench: lets time pass for a plant that is wired to a station, and plays the steps of a scenario.

Every STEP_MS of its clock is one step of the plant. A bench that came late catches up, with longer steps if
it must, so that energy counts real time; only what lies beyond MAX_BEHIND_MS (a suspended machine) is left
out. It runs on any Clock, a virtual one included, and knows no broker. Guide: none, this is how the
simulation breathes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from secc.ports import Clock, Timer
from secc.sim.actions import Action, Unplug, act
from secc.sim.plant import Controls, Plant, Readings, readings, step
from secc.sim.scenario import Scenario

STEP_MS = 5
MAX_STEPS_AT_ONCE = 40
MAX_BEHIND_MS = 10_000

_log = logging.getLogger("secc.sim")


@runtime_checkable
class Wiring(Protocol):
    """The board's side of the wires; hw.sim.SimStation and sim.link.LinkServer are such."""

    @property
    def controls(self) -> Controls:
        """What the board drives now."""

    def show(self, readings: Readings) -> None:
        """What the board sees from now on."""


class Bench:
    """A plant with time running through it. `stepped` is called after each step, for those who watch or
    play.
    """

    def __init__(self, plant: Plant, wiring: Wiring, clock: Clock, stepped: Callable[[], None] | None = None) -> None:
        self.plant = plant
        self.readings = readings(plant, wiring.controls)
        self.steps = 0
        self._wiring = wiring
        self._clock = clock
        self._stepped = stepped
        self._timer: Timer | None = None
        self._reached_ms = 0

    def start(self) -> None:
        """Show the plant as it is, and let time pass from now on."""
        self._reached_ms = self._clock.now_ms()
        self._wiring.show(self.readings)
        self._timer = self._clock.call_later(STEP_MS, self._run)

    def stop(self) -> None:
        """Time stands still; starting again leaves out what passed meanwhile."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def act(self, action: Action) -> str | None:
        """Do something to the plant; the reason if it cannot be done. It shows in the readings of the next
        step.
        """
        self.plant, refused = act(self.plant, action)
        return refused

    def _run(self) -> None:
        behind_ms = self._clock.now_ms() - self._reached_ms
        if behind_ms > MAX_BEHIND_MS:
            _log.warning("the simulation stood still for %d ms and goes on from here", behind_ms)
            self._reached_ms += behind_ms - MAX_BEHIND_MS
            behind_ms = MAX_BEHIND_MS
        dt_ms = max(STEP_MS, -(-behind_ms // MAX_STEPS_AT_ONCE))
        while behind_ms >= dt_ms and self._timer is not None:
            behind_ms -= dt_ms
            self._reached_ms += dt_ms
            self._step(dt_ms)
        if self._timer is not None:
            late_ms = self._clock.now_ms() - self._reached_ms
            self._timer = self._clock.call_later(max(0, STEP_MS - late_ms), self._run)

    def _step(self, dt_ms: int) -> None:
        self.plant, self.readings = step(self.plant, self._wiring.controls, dt_ms)
        self.steps += 1
        self._wiring.show(self.readings)
        if self._stepped is not None:
            self._stepped()


class Player:
    """Plays the steps of a scenario at a bench. Drivers with patience try again until they succeed or give
    up.
    """

    def __init__(self, scenario: Scenario, perform: Callable[[Action], str | None]) -> None:
        self.scenario = scenario
        self._perform = perform
        self._lap_began_ms = 0
        self._next = 0
        self._trying: tuple[Unplug, int] | None = None

    def time_ms(self, t_ms: int) -> int:
        """Time of the story at plant time `t_ms`; a repeated story begins at 0 each time."""
        return t_ms - self._lap_began_ms

    def play(self, t_ms: int) -> tuple[str, ...]:
        """Do what is due at plant time `t_ms`; the reasons of what was refused."""
        refused: list[str] = []
        if self._trying is not None:
            self._note(self._try(*self._trying, t_ms), refused)
        steps = self.scenario.steps
        while self._next < len(steps) and steps[self._next].t_ms <= self.time_ms(t_ms):
            action = steps[self._next].action
            self._next += 1
            self._note(self.attempt(action, t_ms), refused)
        every_ms = self.scenario.every_ms
        if every_ms is not None and self.time_ms(t_ms) >= every_ms:
            self._lap_began_ms += every_ms
            self._next = 0
        return tuple(refused)

    def attempt(self, action: Action, t_ms: int) -> str | None:
        """Do one thing at plant time `t_ms`; the reason if it cannot be done and nobody goes on trying."""
        if not isinstance(action, Unplug):
            return self._perform(action)
        return self._try(action, t_ms + action.patience_ms, t_ms)

    def _try(self, action: Unplug, until_ms: int, t_ms: int) -> str | None:
        reason = self._perform(action)
        self._trying = (action, until_ms) if reason is not None and t_ms < until_ms else None
        return reason if self._trying is None else None

    @staticmethod
    def _note(reason: str | None, refused: list[str]) -> None:
        if reason is not None:
            refused.append(reason)
