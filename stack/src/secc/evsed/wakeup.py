"""Waking a car up: the pilot is taken to 0 V for a while and driven again, so that to the car it looks like a plug.

It decides when such a pulse begins and how long it lasts: at once when the user's word begins the offer, and when a car
that is offered current does not ask for it within 30 s; each at most once a session. It drives nothing, it does not
decide what is offered, and it never pulses a car that asks. While the pilot is not `heard` the core keeps the contactor
open. Guide §14.1 (table 47: force_wake_up, wake_up_after_timeout), ISO 15118-3 (T_step_EF).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from secc.fsm import After, Cancel, Effects, replace

WAIT, PULSE, SETTLE = "wait", "pulse", "settle"
"""Timers, each behind the name of this part: wakeup.wait."""
WAIT_MS = 30_000
PULSE_MS = 4_000
"""T_step_EF: state E for at least so long is what ISO 15118-3 takes a car back to the beginning with. Older cars are
woken with the same time; a shorter gap can pass for a bad contact."""
SETTLE_MS = 1_000
"""After a pulse a car may take a moment to put its resistors back on the line; meanwhile it looks as if nobody were
there."""


class Stage(Enum):
    RESTING = "resting"
    WAITING = "waiting"
    PULSING = "pulsing"
    SETTLING = "settling"


@dataclass(frozen=True, slots=True)
class WakeUp:
    """The first two are the keys of customer.json. `offering`: current is offered to this car; `awake`: it asked for it
    in this offer, or the last one. `forced` and `timed_out`: it was given the pulse of that cause.
    """

    after_authorization: bool
    after_timeout: bool
    stage: Stage = Stage.RESTING
    offering: bool = False
    awake: bool = False
    forced: bool = False
    timed_out: bool = False

    @property
    def pulsing(self) -> bool:
        """Whether 0 V are to be driven."""
        return self.stage is Stage.PULSING

    @property
    def heard(self) -> bool:
        """Whether the pilot shows what the car does: not while nothing is driven, nor right after."""
        return self.stage in (Stage.RESTING, Stage.WAITING)


def offered(wakeup: WakeUp, *, authorized: bool, asks: bool) -> tuple[WakeUp, Effects]:
    """Current is offered to this car. `authorized`: what was waited for was the word of a user. `asks`: the car is in
    C or D already. Only the first call of an offer counts.
    """
    if wakeup.offering:
        return wakeup, ()
    wakeup = replace(wakeup, offering=True, awake=asks)
    if asks or not wakeup.heard:
        return wakeup, ()  # a pulse that has not settled yet is enough for now
    if wakeup.after_authorization and authorized and not wakeup.forced:
        return replace(wakeup, stage=Stage.PULSING, forced=True), (_after(PULSE, PULSE_MS),)
    return _waiting(wakeup)


def asked(wakeup: WakeUp) -> tuple[WakeUp, Effects]:
    """The car is in C or D: there is nobody to wake up any more."""
    if not wakeup.offering or wakeup.awake:
        return wakeup, ()
    return _not_waiting(replace(wakeup, awake=True))


def stopped(wakeup: WakeUp) -> tuple[WakeUp, Effects]:
    """Current is no longer offered. A pulse ends at once, but the line has to settle all the same."""
    if not wakeup.offering:
        return wakeup, ()
    wakeup = replace(wakeup, offering=False)
    if wakeup.pulsing:
        return replace(wakeup, stage=Stage.SETTLING), (_cancel(PULSE), _after(SETTLE, SETTLE_MS))
    return _not_waiting(wakeup)


def car_left(wakeup: WakeUp) -> tuple[WakeUp, Effects]:
    """The next car may sleep as well."""
    fresh = WakeUp(wakeup.after_authorization, wakeup.after_timeout)
    if fresh == wakeup:
        return wakeup, ()
    running = wakeup.stage is not Stage.RESTING
    return fresh, (_cancel(WAIT), _cancel(PULSE), _cancel(SETTLE)) if running else ()


def elapsed(wakeup: WakeUp, timer: str) -> tuple[WakeUp, Effects]:
    """After one of its own timers (the part of the name behind the dot)."""
    if timer == WAIT and wakeup.stage is Stage.WAITING:
        return replace(wakeup, stage=Stage.PULSING, timed_out=True), (_after(PULSE, PULSE_MS),)
    if timer == PULSE and wakeup.stage is Stage.PULSING:
        return replace(wakeup, stage=Stage.SETTLING), (_after(SETTLE, SETTLE_MS),)
    if timer == SETTLE and wakeup.stage is Stage.SETTLING:
        return _waiting(replace(wakeup, stage=Stage.RESTING))
    return wakeup, ()


def _waiting(wakeup: WakeUp) -> tuple[WakeUp, Effects]:
    """Begin to wait for the car, if that can lead to a pulse."""
    if not wakeup.offering or wakeup.awake or not wakeup.after_timeout or wakeup.timed_out:
        return wakeup, ()
    return replace(wakeup, stage=Stage.WAITING), (_after(WAIT, WAIT_MS),)


def _not_waiting(wakeup: WakeUp) -> tuple[WakeUp, Effects]:
    if wakeup.stage is not Stage.WAITING:
        return wakeup, ()
    return replace(wakeup, stage=Stage.RESTING), (_cancel(WAIT),)


def _after(timer: str, ms: int) -> After:
    return After(f"wakeup.{timer}", ms)


def _cancel(timer: str) -> Cancel:
    return Cancel(f"wakeup.{timer}")
