"""The decision: what the power path wants to drive, given everything that is known.

Pure rules from the model to wishes; the core carries them out. A car is offered current while it is connected, its
user may charge, the station is in service, the cable is understood, nothing is broken and at least 6 A are left.
Below 6 A the duty cycle is 100 % and the contactor stays as it is. Where the offer ends under load, the car gets 6 s
to stop before the contactor opens. IEC 61851-1 annex A, guide §15.3, §15.13, §15.16, §3.3.5.
"""

from __future__ import annotations

from dataclasses import dataclass

from secc.contract.enums import CpState, Operative, PlugLockFailure, ProximityError
from secc.evsed import duty
from secc.evsed.authorization import Method
from secc.evsed.contactor import Stage
from secc.evsed.model import Model

GRACE_MS = 6000
GRACE = "session.grace"
CABLE_MS = 500
CABLE = "session.cable"
CONNECTED = (CpState.B, CpState.C, CpState.D)


@dataclass(frozen=True, slots=True)
class Wish:
    """`duty` in 1/100 %. `may_offer`: everything but the limits allows to charge."""

    duty: int
    closed: bool
    locked: bool
    may_offer: bool


def requested(model: Model) -> bool:
    """Whether the car asks for energy (and the station grants ventilation without having any)."""
    return model.cp is CpState.C or (model.cp is CpState.D and model.settings.accept_state_d)


def may_offer(model: Model) -> bool:
    """Whether everything but the current limits allows to charge."""
    in_service = model.availability.actual is Operative.OPERATIVE or model.session.admitted
    cable_known = model.session.proximity_error in (ProximityError.NONE, ProximityError.CHANGED)
    if model.settings.pluggable and model.limits.cable_da is None:
        cable_known = False
    ventilated = model.cp is not CpState.D or model.settings.accept_state_d
    return (
        model.running
        and not model.stopping
        and model.emergency.released
        and model.session.connected
        and model.cp in CONNECTED
        and ventilated
        and in_service
        and cable_known
        and model.authorization.granted
        and model.lock.failure is PlugLockFailure.NONE
    )


def wish(model: Model) -> Wish:
    """What to drive now. The unrecoverable cases of guide §15.13 come first."""
    if model.contactor.stage is Stage.FAILED or model.emergency.asserted:
        return Wish(duty.NONE, closed=False, locked=False, may_offer=False)
    allowed = may_offer(model)
    offered_da = model.limits.offered_da if allowed else 0
    asks = requested(model)
    if model.contactor.driven:
        closed = asks and not model.session.grace_over and not model.stopping
    else:
        closed = asks and offered_da > 0
    return Wish(duty.from_current(offered_da), closed, _lock(model, allowed, asks), allowed)


def _lock(model: Model, allowed: bool, asks: bool) -> bool:
    """Lock before the contactor closes, open after it opened; a word from the user holds the plug in between."""
    if not model.settings.pluggable:
        return False
    if model.contactor.stage is not Stage.OPEN:
        return True
    if model.session.connected and model.session.proximity_error in (ProximityError.NO_CABLE, ProximityError.INVALID):
        return model.lock.target  # guide §3.3.4.34 and 35: locked stays locked, open stays open
    if allowed and asks and model.limits.offered_da > 0:
        return model.lock.target or model.contactor.may_close  # not long before, so the motor is spared
    return allowed and model.lock.target and model.authorization.method is not Method.FREE
