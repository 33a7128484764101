"""A fan on relay 2 in virtual time, asked as the core asks it. Nothing here is tested by itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from relay_bench import Contacts, Rig

from secc.evsed import ventilation
from secc.evsed.settings import Feedback, Ventilation
from secc.evsed.ventilation import Fan, fan_of
from secc.fsm import Effects, Log

CASE_1 = Ventilation(enabled=False, external=False, feedback=Feedback.NO)
CASE_2 = Ventilation(enabled=False, external=True, feedback=Feedback.NO)
CASE_3 = Ventilation(enabled=True, external=False, feedback=Feedback.NO)
CASE_4 = Ventilation(enabled=True, external=True, feedback=Feedback.NO)
CASES = (CASE_1, CASE_2, CASE_3, CASE_4)


@dataclass
class Aired:
    """A fan with a relay, as the core asks it: `car` is one in state D that could charge, `safe` the safe state."""

    fan: Fan
    car: bool = False
    safe: bool = False
    rig: Rig = field(init=False)

    @classmethod
    def of(cls, wiring: Ventilation, wired: Feedback | None = None) -> Aired:
        """Started, and long enough ago for the relay to close. `wired` is the feedback as it really is."""
        it = cls(fan_of(wiring))
        it.rig = Rig({2: Contacts(wired or wiring.feedback)}, it._sensed, it._elapsed)
        it.take(ventilation.started(it.fan))
        it.rig.run(10_001)
        return it

    @property
    def contacts(self) -> Contacts:
        return self.rig.contacts[2]

    @property
    def coil(self) -> bool:
        return self.contacts.coil

    def take(self, answer: tuple[Fan, Effects]) -> None:
        self.fan, effects = answer
        self.rig.perform((*effects, *self._settled()))

    def _settled(self) -> Effects:
        self.fan, effects = ventilation.wanted(self.fan, self.car, self.safe)
        again, nothing = ventilation.wanted(self.fan, self.car, self.safe)
        assert again is self.fan
        assert nothing == ()
        return effects

    def _sensed(self, _relay: int, level: bool) -> Effects:
        self.fan, effects = ventilation.sensed(self.fan, level)
        return (*effects, *self._settled())

    def _elapsed(self, timer: str) -> Effects:
        self.fan, effects = ventilation.elapsed(self.fan, timer.partition(".")[2])
        return (*effects, *self._settled())

    def wants(self, car: bool = False, safe: bool = False) -> None:
        self.car, self.safe = car, safe
        self.take((self.fan, ()))

    def leaves(self) -> None:
        self.car = False
        self.take(ventilation.car_left(self.fan))

    def available(self, value: bool) -> None:
        self.take(ventilation.heard_available(self.fan, value))

    def target(self, value: bool) -> None:
        self.take(ventilation.heard_target(self.fan, value))

    def run(self, ms: int) -> None:
        self.rig.run(ms)

    @property
    def logs(self) -> list[str]:
        return [effect.message for _, effect in self.rig.done if isinstance(effect, Log)]
