"""The decision: what the power path wants to drive, given everything that is known.

Pure rules from the model to wishes; `driving` carries them out. A car is offered current while it is connected, its
user may charge, the station is in service, cable, RCD and ventilation are as they should, nothing is broken and at
least 6 A are left. Below 6 A the duty cycle is 100 % and the contactor stays as it is. Where the offer ends under load,
the car gets 6 s to stop before the contactor opens; a residual current or a pilot that makes no sense opens it at once.
IEC 61851-1 annex A, guide §15.3, §15.13 to §15.16, §15.19, §15.20, §3.3.4, §3.3.5.
"""

from __future__ import annotations

from dataclasses import dataclass

from secc.contract.enums import CpState, Operative, PlugLockFailure, ProximityError, RcdError
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
    """`duty` in 1/100 %. `may_offer`: everything but the limits allows to charge. `unrecoverable`: the safe
    state with 0 % (guide table 70).
    """

    duty: int
    closed: bool
    locked: bool
    may_offer: bool
    unrecoverable: bool = False


def requested(model: Model) -> bool:
    """Whether the car asks for energy over a pilot that can be trusted."""
    return model.cp in (CpState.C, CpState.D) and model.pilot.usable


def switch_failed(model: Model) -> bool:
    """Whether one of the contactors does not do what it is told (guide §3.3.4.1)."""
    return model.contactor.stage is Stage.FAILED or model.phases.failed


def unrecoverable(model: Model) -> bool:
    """Whether only people can help (guide §15.13)."""
    return switch_failed(model) or bool(model.emergency.asserted) or model.rcd.unrecoverable


def _cable_known(model: Model) -> bool:
    if model.settings.pluggable and (model.limits.cable_da is None or not model.session.cable_settled):
        return False
    return model.session.proximity_error in (ProximityError.NONE, ProximityError.CHANGED)


def may_offer(model: Model) -> bool:
    """Whether everything but the current limits allows to charge.

    A car that asked for ventilation in vain is not offered current again, or it would come and go (guide table 80).
    """
    without_air = model.cp is CpState.C or model.settings.accept_state_d
    return _allowed(model) and (without_air or not model.fan.refuses_d)


def asks_air(model: Model) -> bool:
    """Whether a car in state D charges, or could if it got ventilation."""
    if model.contactor.driven:  # what runs goes on under load, for a car that comes back to D within seconds
        ours = model.fan.commanded and not model.settings.ventilation.external
        return model.cp is CpState.D or ours
    return model.cp is CpState.D and _allowed(model) and model.limits.offered_da > 0


def _allowed(model: Model) -> bool:
    in_service = model.availability.actual is Operative.OPERATIVE or model.session.admitted
    return (
        model.running
        and not model.stopping
        and model.emergency.released
        and model.session.connected
        and model.cp in CONNECTED
        and model.pilot.usable
        and model.pilot.steady
        and in_service
        and _cable_known(model)
        and model.authorization.granted
        and model.lock.failure is PlugLockFailure.NONE
        and (model.rcd.ready or (model.contactor.driven and model.rcd.error is RcdError.NONE))
        and not model.phases.pausing
        and not (model.session.winding_down and model.contactor.driven)
    )


def wish(model: Model) -> Wish:
    """What to drive now. The unrecoverable cases of guide §15.13 come first."""
    if unrecoverable(model):
        locked = model.lock.target and _opening(model)
        return Wish(duty.NONE, closed=False, locked=locked, may_offer=False, unrecoverable=True)
    allowed = may_offer(model)
    offered_da = model.limits.offered_da if allowed else 0
    asks = requested(model)
    if model.contactor.driven:
        closed = asks and not model.session.grace_over and not model.stopping and model.rcd.error is RcdError.NONE
    else:
        aired = model.cp is not CpState.D or model.settings.accept_state_d or model.fan.accepts_d
        closed = asks and offered_da > 0 and aired and model.pilot.proven and model.session.may_ask
    return Wish(duty.from_current(offered_da), closed, _lock(model, allowed, asks), allowed)


def _opening(model: Model) -> bool:
    """Whether contacts may still be closed that were told to open."""
    return model.contactor.stage in (Stage.CLOSED, Stage.CLOSING, Stage.OPENING) or model.phases.may_be_closed


def _held(model: Model) -> bool:
    """Whether the plug stays as it is while the car is there: under a fault of cable or RCD (guide §3.3.4.13, 14, 34
    and 35), and while the RCD is tested."""
    cable = model.session.proximity_error in (ProximityError.NO_CABLE, ProximityError.INVALID)
    return model.session.connected and not model.stopping and (cable or not model.rcd.ready)


def _lock(model: Model, allowed: bool, asks: bool) -> bool:
    """Lock before the contactor closes, open after it opened; a word from the user holds the plug in between."""
    if not model.settings.pluggable:
        return False
    if model.contactor.stage is not Stage.OPEN or model.phases.may_be_closed:
        return True
    if _held(model):
        return model.lock.target
    if _allowed(model) and model.cp is CpState.D and model.fan.refuses_d and not model.settings.accept_state_d:
        return True  # guide table 80: the plug is or remains locked
    if allowed and asks and model.limits.offered_da > 0:
        soon = model.contactor.may_close and model.phases.may_feed
        return model.lock.target or soon  # not long before, so the motor is spared
    word = model.authorization.granted and model.authorization.method is not Method.FREE
    return (allowed or (model.phases.pausing and not model.stopping)) and word and model.lock.target
