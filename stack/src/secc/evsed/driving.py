"""Driving: what is wanted and not yet driven is driven, in the order that safety asks for.

The contactor opens before anything else happens and closes after everything else has. Guide §15.13, §15.16, §15.20;
IEC 61851-1 annex A.
"""

from __future__ import annotations

from secc.contract.enums import CpState
from secc.evsed import cable, contactor, duty, phases, pluglock, rcd, ventilation, wakeup
from secc.evsed.contactor import Stage
from secc.evsed.events import DrivePilot
from secc.evsed.model import Model
from secc.evsed.session import GRACE, GRACE_MS, Wish, asks_air, wish
from secc.fsm import After, Cancel, Effects, replace

Answer = tuple[Model, Effects]


def settle(model: Model) -> Answer:
    """Drive what is wanted and not yet driven. Opening comes first, and the lock opens only after the contactor."""
    if not model.running:
        return model, ()
    want = wish(model)
    effects: Effects = ()
    if not want.closed and model.contactor.driven:
        part, effects = contactor.open_(model.contactor)
        model = cable.judged(replace(model, contactor=part))
    for prepare in (_air, _test):
        model, more = prepare(model, want)
        effects += more
    want = wish(model)
    for drive in (_wake, _pilot, _wind_down, _lock, _close):
        model, more = drive(model, want)
        effects += more
    return model, effects


def _air(model: Model, want: Wish) -> Answer:
    """The fan goes before the contactor: its feedback is what a car in state D waits for."""
    safe = want.unrecoverable or model.stopping
    fan, effects = ventilation.wanted(model.fan, running=asks_air(model), safe=safe)
    return (model if fan is model.fan else replace(model, fan=fan)), effects


def _test(model: Model, _: Wish) -> Answer:
    """The RCD is tested while the contactor rests."""
    resting = model.contactor.stage in (Stage.OPEN, Stage.FAILED)
    if model.stopping or not resting or not model.rcd.wants_test:
        return model, ()
    monitor, effects = rcd.begin(model.rcd)
    return replace(model, rcd=monitor), effects


def _wake(model: Model, want: Wish) -> Answer:
    """A car that sleeps is woken by 0 V on the pilot, before it is offered current (again)."""
    if not want.may_offer or want.duty == duty.FULL:
        wake, effects = wakeup.stopped(model.wake)
    else:
        asks = model.cp in (CpState.C, CpState.D)
        if model.contactor.stage is not Stage.OPEN and not asks:
            return model, ()  # it has just stopped; no 0 V under contacts that may still be closed
        wake, effects = wakeup.offered(model.wake, authorized=model.session.waited, asks=asks)
        if asks:
            wake, more = wakeup.asked(wake)
            effects += more
    return (model if wake is model.wake else replace(model, wake=wake)), effects


def _pilot(model: Model, want: Wish) -> Answer:
    """At most one change of the duty cycle in a step: a car never sees one that is not meant."""
    cycle = duty.UNDRIVEN if model.wake.pulsing else want.duty
    if cycle == model.duty:
        return model, ()
    return replace(model, duty=cycle), (DrivePilot(cycle),)


def _wind_down(model: Model, want: Wish) -> Answer:
    """Where the permission ends under load, the car gets its time to stop; limits below 6 A are no such end.

    A permission that comes back meanwhile comes too late: it counts again once the contactor has opened. Otherwise one
    that comes and goes would start the 6 s anew each time.
    """
    session = model.session
    if model.contactor.driven and (session.winding_down or not want.may_offer):
        if session.winding_down:
            return model, ()
        return replace(model, session=replace(session, winding_down=True)), (After(GRACE, GRACE_MS),)
    if session.winding_down or session.grace_over:
        return replace(model, session=replace(session, winding_down=False, grace_over=False)), (Cancel(GRACE),)
    return model, ()


def _lock(model: Model, want: Wish) -> Answer:
    if not model.locking:
        return model, ()
    lock, effects = pluglock.want(model.lock, want.locked)
    return (model if lock is model.lock else replace(model, lock=lock)), effects


def _close(model: Model, want: Wish) -> Answer:
    """The secondary contactor goes before the primary when closing, and after it when opening."""
    closing = want.closed and model.lock.holds and model.wake.heard
    connected = model.cp is not CpState.A  # behind -12 V somebody may still be there
    switching, effects = phases.settled(model.phases, model.contactor, closing=closing, connected=connected)
    if switching is not model.phases:
        model = replace(model, phases=switching)
    if closing and switching.feeds and model.contactor.may_close:
        part, more = contactor.close(model.contactor)
        ceiling_da = model.limits.cable_da if model.settings.pluggable else None
        model = replace(model, contactor=part, session=replace(model.session, ceiling_da=ceiling_da, admitted=True))
        effects += more
    return model, effects
