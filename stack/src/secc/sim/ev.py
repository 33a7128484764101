"""The car: what it asks for over the pilot, and how much current it draws.

Decides when the switch S2 closes (state C, or D for a car that wants ventilation), whether the car sleeps, and how
the on-board charger follows the duty cycle. It knows nothing of the station but the pilot line and the live wires
at its inlet. IEC 61851-1 annex A (resistors, duty cycle to current, reaction times), guide table 57.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from secc.sim.pilot import OHM_B, OHM_C, OHM_D

RAMP_UP_MS = 4_000
"""From nothing to full current; the standard allows 5 s."""
RAMP_DOWN_MS = 2_500
"""From full current to nothing; the standard allows 3 s."""
UJ_PER_WH = 3_600_000_000
WAKE_MS = 3_500
"""How long the pilot must be at 0 V for a sleeping car to notice."""
STARTING_MS = 500
"""How long a car that was woken has no resistors on the pilot: its electronics start."""


class Behaviour(StrEnum):
    """How a car treats the duty cycle."""

    ORDINARY = "ordinary"
    """Waits in B for a nominal duty cycle; opens S2 when it ends."""
    LEGACY = "legacy"
    """Asks for C as soon as it sees +12 V, with or without a duty cycle."""
    PATIENT = "patient"
    """Like ordinary, but stays in C without drawing current when the duty cycle ends."""
    SLEEPY = "sleepy"
    """Asleep when it is plugged in: no duty cycle wakes it, only a pilot that was at 0 V for WAKE_MS. When that comes
    back it looks for STARTING_MS as if no car were there."""


class EvState(StrEnum):
    """For people: what the car is doing."""

    ASLEEP = "asleep"
    WAITING = "waiting"
    READY = "ready"
    CHARGING = "charging"
    STOPPED = "stopped"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class EvSpec:
    """A kind of car. `energy_wh` is what it takes until its battery of `battery_wh` is full."""

    phases: int = 3
    max_current_a: int = 16
    energy_wh: float = 20_000
    battery_wh: float = 60_000
    ready_after_ms: int = 1_500
    behaviour: Behaviour = Behaviour.ORDINARY
    ventilation: bool = False


@dataclass(frozen=True, slots=True)
class Ev:
    """A car at the cable. `current_ma` flows in each phase it uses; `wants` is the driver's wish. `dark_ms`: so long
    the pilot was at 0 V (no more than WAKE_MS), and then so long it is back, until a car that slept is up.
    """

    spec: EvSpec
    wants: bool = True
    s2: bool = False
    asked_ms: int = 0
    current_ma: int = 0
    taken_uj: int = 0
    dark_ms: int = 0

    @property
    def asleep(self) -> bool:
        return self.spec.behaviour is Behaviour.SLEEPY and self.dark_ms < WAKE_MS

    @property
    def starting(self) -> bool:
        slept = self.spec.behaviour is Behaviour.SLEEPY
        return slept and WAKE_MS <= self.dark_ms < WAKE_MS + STARTING_MS

    @property
    def load_ohm(self) -> float | None:
        if self.starting:
            return None
        if not self.s2:
            return OHM_B
        return OHM_D if self.spec.ventilation else OHM_C

    @property
    def full(self) -> bool:
        return self.taken_uj >= self.spec.energy_wh * UJ_PER_WH

    @property
    def soc_pct(self) -> float:
        missing = max(0.0, self.spec.energy_wh - self.taken_uj / UJ_PER_WH)
        return 100 * (1 - missing / self.spec.battery_wh)

    @property
    def state(self) -> EvState:
        if self.full:
            return EvState.FULL
        if self.current_ma:
            return EvState.CHARGING
        if self.s2:
            return EvState.READY
        if self.asleep or self.starting:
            return EvState.ASLEEP
        return EvState.WAITING if self.wants else EvState.STOPPED


def offered_a(duty_pct: float | None) -> float:
    """Ampere that a duty cycle permits (IEC 61851-1 table A.8); 0 outside the nominal range and for 5 %."""
    if duty_pct is None or duty_pct < 8 or duty_pct > 97:
        return 0.0
    if duty_pct < 10:
        return 6.0
    if duty_pct <= 85:
        return duty_pct * 0.6
    return min(80.0, (duty_pct - 64) * 2.5)


def _asks(ev: Ev, duty_pct: float | None) -> bool:
    if not ev.wants or duty_pct is None or ev.full:
        return False
    if ev.spec.behaviour is Behaviour.LEGACY:
        return duty_pct > 0
    return 8 <= duty_pct <= 97


def _ramped(ev: Ev, target_ma: int, dt_ms: int) -> int:
    full_ma = ev.spec.max_current_a * 1000
    if ev.current_ma < target_ma:
        return min(target_ma, ev.current_ma + max(1, full_ma * dt_ms // RAMP_UP_MS))
    return max(target_ma, ev.current_ma - max(1, full_ma * dt_ms // RAMP_DOWN_MS))


def _slept(ev: Ev, duty_pct: float | None, dt_ms: int) -> Ev:
    """A car that sleeps notices nothing but 0 V, and forgets a gap that was too short; then it starts."""
    if ev.starting:
        dark_ms = ev.dark_ms if duty_pct is None else ev.dark_ms + dt_ms
    else:
        dark_ms = min(ev.dark_ms + dt_ms, WAKE_MS) if duty_pct is None else 0
    return ev if dark_ms == ev.dark_ms else replace(ev, dark_ms=dark_ms)


def step(ev: Ev, duty_pct: float | None, live: tuple[bool, bool, bool], dt_ms: int) -> Ev:
    """The car after `dt_ms`. `duty_pct` is what reaches it over the pilot (None: nothing), `live` its inlet
    L1..L3.
    """
    if ev.asleep or ev.starting:
        return _slept(ev, duty_pct, dt_ms)
    asks = _asks(ev, duty_pct)
    if not ev.s2:
        if not asks:
            return ev if ev.asked_ms == 0 else Ev(ev.spec, ev.wants, False, 0, 0, ev.taken_uj, ev.dark_ms)
        asked_ms = ev.asked_ms + dt_ms
        return Ev(ev.spec, ev.wants, asked_ms >= ev.spec.ready_after_ms, asked_ms, 0, ev.taken_uj, ev.dark_ms)
    target_ma = round(min(offered_a(duty_pct), ev.spec.max_current_a) * 1000) if asks else 0
    current_ma = ev.current_ma if live[0] else 0
    if live[0] and current_ma != target_ma:
        current_ma = _ramped(ev, target_ma, dt_ms)
    held = ev.spec.behaviour is Behaviour.PATIENT and ev.wants and not ev.full and duty_pct is not None and duty_pct > 0
    if not asks and not held and current_ma == 0:
        return Ev(ev.spec, ev.wants, False, 0, 0, ev.taken_uj, ev.dark_ms)
    if current_ma == ev.current_ma:
        return ev
    return Ev(ev.spec, ev.wants, True, ev.asked_ms, current_ma, ev.taken_uj, ev.dark_ms)


def drawn_ma(ev: Ev | None, live: tuple[bool, bool, bool]) -> tuple[int, int, int]:
    """Current in each phase; a phase carries some only if the car uses it and it is live."""
    if ev is None or not ev.current_ma or not live[0]:
        return 0, 0, 0
    three = ev.spec.phases == 3
    return ev.current_ma, ev.current_ma if three and live[1] else 0, ev.current_ma if three and live[2] else 0
