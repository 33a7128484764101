"""Switching between three phases and one: the count that is offered, the pause between two counts, and relay 2.

The secondary contactor closes before the primary and opens after it, whatever happens. A new count takes the offer
away from a connected car, waits from the moment the primary is let go, and gives the offer back. A secondary that
does not do what it is told is a contactor fault like that of the primary. It never drives the primary and never
decides whether to charge. Guide §15.20 (tables 81, 82), §3.3.4.1.
"""

from __future__ import annotations

from dataclasses import dataclass

from secc.contract.topics import power
from secc.evsed import contactor
from secc.evsed.contactor import Contactor, Stage
from secc.evsed.events import DriveRelay
from secc.evsed.settings import Feedback, PhaseSwitching
from secc.fsm import After, Cancel, Effects, Level, Log, Resubscribe, replace

RELAY = 2
THREE = 3
DELAY = "delay"
_TIMER = f"phases.{DELAY}"
_LET_GO = DriveRelay(RELAY, closed=False)


@dataclass(frozen=True, slots=True)
class Phases:
    """`count` is what is offered, `target` what the customer wants. `switching` is None where nothing can be switched.

    `paused`: the car was asked to stop for a new count; `waiting`: the delay runs. `holding`: the secondary failed, and
    its coil stays driven until the primary is open.
    """

    switching: PhaseSwitching | None
    count: int
    target: int
    delay_s: int
    secondary: Contactor
    paused: bool = False
    waiting: bool = False
    holding: bool = False
    ignored: bool = False

    @property
    def pausing(self) -> bool:
        """Nothing may be offered: another count of phases is on its way."""
        return self.paused or self.target != self.count

    @property
    def failed(self) -> bool:
        """The secondary and its feedback disagree: PowerSwitchFailure, like the primary."""
        return self.secondary.stage is Stage.FAILED

    @property
    def feeds(self) -> bool:
        """The secondary is where this count wants it and holds still, so the primary may close."""
        if self.failed or self.pausing or self.secondary.unsettled:
            return False
        if self.switching is None:
            return True
        return self.secondary.stage is (Stage.CLOSED if self.count == THREE else Stage.OPEN)

    @property
    def may_feed(self) -> bool:
        """It feeds, or would at once if it were asked to."""
        return self.feeds or (not self.pausing and self.count == THREE and self.secondary.may_close)

    @property
    def may_be_closed(self) -> bool:
        """Whether contacts of the secondary may still be closed that nobody has found to be broken."""
        return self.holding or self.secondary.stage in (Stage.CLOSING, Stage.CLOSED, Stage.OPENING)

    @property
    def at_rest(self) -> bool:
        """Whether relay 2 is let go and nothing is about to move."""
        return not self.may_be_closed and not self.paused

    def actual(self, primary_closed: bool) -> int:
        """How many phases are at the outlet now: 0, 1 or 3."""
        if not primary_closed:
            return 0
        if self.switching is None:
            return self.count
        return THREE if self.secondary.closed else 1


def phases_of(switching: PhaseSwitching | None, count: int, rest_ms: int, interval_ms: int) -> Phases:
    """As built: `count` is the count of phases of the grid, spacing is that of the primary."""
    feedback = Feedback.NONE if switching is None else switching.feedback
    delay_s = 0 if switching is None else switching.delay_s
    return Phases(switching, count, count, delay_s, Contactor(feedback, rest_ms, interval_ms, relay=RELAY))


def started(phases: Phases) -> tuple[Phases, Effects]:
    """The secondary begins open. Where nothing can be switched relay 2 is left alone."""
    if phases.switching is None:
        return phases, ()
    secondary, effects = contactor.started(phases.secondary)
    return replace(phases, secondary=secondary), effects


def replaced(old: Phases, new: Phases) -> tuple[Phases, Effects]:
    """Edited settings; nothing is driven and no car is there. A failure does not end by switching the feature off."""
    before, after = old.switching, new.switching
    if after is None:
        if old.failed:
            new = replace(new, secondary=old.secondary)
        return new, (Cancel(_TIMER), _LET_GO) if before is not None else ()
    if before is None:
        new, effects = started(replace(new, secondary=replace(new.secondary, stage=old.secondary.stage)))
        return new, (*effects, Resubscribe(power.PHASE_TARGET), Resubscribe(power.PHASE_SWITCH_DELAY))
    fresh = new.secondary
    secondary = replace(old.secondary, rest_ms=fresh.rest_ms, interval_ms=fresh.interval_ms)
    delay_s = old.delay_s if after.delay_s == before.delay_s else after.delay_s
    kept = replace(old, switching=after, delay_s=delay_s, secondary=secondary)
    if after.feedback is before.feedback:
        return kept, ()
    secondary, effects = contactor.rewired(secondary, after.feedback)
    return replace(kept, secondary=secondary), effects


def heard_target(phases: Phases, count: int) -> tuple[Phases, Effects]:
    """After `port0/ci/evse/phase/target` (1 or 3). Said once where nothing can be switched."""
    if phases.switching is None:
        if phases.ignored:
            return phases, ()
        text = "port0/ci/evse/phase/target is ignored: ports[0]/switch3to1phase/enable is false"
        return replace(phases, ignored=True), (Log(Level.WARNING, text),)
    return (phases if count == phases.target else replace(phases, target=count)), ()


def heard_delay(phases: Phases, delay_s: int) -> tuple[Phases, Effects]:
    """After `port0/ci/evse/phase/switch_delay` (10 to 300). A wait that has begun keeps its time."""
    if phases.switching is None or delay_s == phases.delay_s:
        return phases, ()
    return replace(phases, delay_s=delay_s), ()


def settled(phases: Phases, primary: Contactor, closing: bool, connected: bool) -> tuple[Phases, Effects]:
    """Drive the secondary, and let the pause begin. To be called after the primary was opened and before it closes.

    `closing`: the primary shall be closed, or stay so, and nothing but the secondary is in its way.
    """
    if phases.switching is None:
        return phases, ()
    phases, effects = _paced(phases, primary, connected)
    if primary.driven:
        return phases, effects
    if closing and primary.may_close and phases.count == THREE and not phases.pausing and not phases.failed:
        secondary, more = contactor.close(phases.secondary)
    elif primary.stage not in (Stage.OPEN, Stage.FAILED):
        return phases, effects  # its contacts may still be closed: the secondary waits
    elif phases.holding:
        return replace(phases, holding=False), (*effects, _LET_GO)
    else:
        secondary, more = contactor.open_(phases.secondary)
    if secondary is not phases.secondary:
        phases = replace(phases, secondary=secondary)
    return phases, (*effects, *more)


def sensed(phases: Phases, level: bool) -> tuple[Phases, Effects]:
    """After the feedback line of relay 2 was read or changed."""
    return _judged(phases, *contactor.sensed(phases.secondary, level))


def elapsed(phases: Phases, timer: str) -> tuple[Phases, Effects]:
    """After a timer of the part or of its contactor (`phases.*`, `relay_2.*`)."""
    if timer == DELAY:
        return replace(phases, count=phases.target, paused=False, waiting=False), ()
    return _judged(phases, *contactor.elapsed(phases.secondary, timer))


def car_left(phases: Phases) -> tuple[Phases, Effects]:
    """Nobody is there to be kept waiting; `settled` takes the new count over."""
    if not phases.paused:
        return phases, ()
    return replace(phases, paused=False, waiting=False), (Cancel(_TIMER),)


def _paced(phases: Phases, primary: Contactor, connected: bool) -> tuple[Phases, Effects]:
    """A connected car gets its pause; without one the new count holds as soon as the primary is let go."""
    if phases.target != phases.count and not phases.paused:
        if connected:
            phases = replace(phases, paused=True)
        elif not primary.driven:
            phases = replace(phases, count=phases.target)
    if phases.paused and not phases.waiting and not primary.driven:
        return replace(phases, waiting=True), (After(_TIMER, phases.delay_s * 1000),)
    return phases, ()


def _judged(phases: Phases, secondary: Contactor, effects: Effects) -> tuple[Phases, Effects]:
    """Take over what became of the secondary. If it fails, its coil is let go only behind the primary (`settled`)."""
    if secondary is phases.secondary:
        return phases, effects
    before, phases = phases.secondary, replace(phases, secondary=secondary)
    if secondary.stage is not Stage.FAILED or before.stage is Stage.FAILED:
        return phases, effects
    says = "closed" if secondary.closed else "open"
    text = f"the secondary contactor on relay 2 failed: its feedback says {says}; look at the contactor and its wiring"
    kept = tuple(effect for effect in effects if effect != _LET_GO)
    return replace(phases, holding=before.driven), (*kept, Log(Level.ERROR, text))
