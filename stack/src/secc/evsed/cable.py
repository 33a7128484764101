"""What the plug in the socket means for the session: the limit of the cable, and the proximity error.

During a session the limit only ever gets smaller. It reads no pin and drives nothing. Guide §3.3.4.34 to 36, §15.16;
IEC 61851-1 annex B.
"""

from __future__ import annotations

from secc.contract.enums import ProximityError
from secc.evsed.model import Model
from secc.evsed.proximity import Plug, rating_a
from secc.fsm import Effects, FaultCleared, FaultRaised, replace


def judged(model: Model) -> Model:
    """The model after the plug, the session or the settings changed."""
    if not model.settings.pluggable:
        return model
    session, rating = model.session, rating_a(model.proximity.plug, model.settings.phases)
    cable_da = None if rating is None else rating * 10
    error = _error(model)
    if session.ceiling_da is not None and cable_da is not None and cable_da != session.ceiling_da:
        ceiling_da = min(cable_da, session.ceiling_da)
        session = replace(session, ceiling_da=ceiling_da, cable_changed=True)
        cable_da = ceiling_da
    if error is ProximityError.NONE and session.cable_changed:
        error = ProximityError.CHANGED
    if error in (ProximityError.NO_CABLE, ProximityError.INVALID) and model.contactor.driven:
        cable_da = model.limits.cable_da  # the last one that was understood, until the contactor has opened
    if session is model.session and error is session.proximity_error and cable_da == model.limits.cable_da:
        return model
    return replace(
        model,
        session=replace(session, proximity_error=error),
        limits=replace(model.limits, cable_da=cable_da),
    )


def faults(before: ProximityError, now: ProximityError) -> Effects:
    """What the journal and ocppd's catalogue call the change."""
    if now is before:
        return ()
    cleared = (FaultCleared(before.value),) if before is not ProximityError.NONE else ()
    return (*cleared, FaultRaised(now.value)) if now is not ProximityError.NONE else cleared


def _error(model: Model) -> ProximityError:
    if not model.session.connected or not model.session.cable_settled:
        return ProximityError.NONE
    held = model.session.proximity_error in (ProximityError.NO_CABLE, ProximityError.INVALID)
    if model.proximity.plug in (Plug.NONE, Plug.UNKNOWN):
        return ProximityError.NO_CABLE
    if model.proximity.plug is Plug.INVALID:
        return ProximityError.INVALID
    return model.session.proximity_error if held and not model.proximity.steady else ProximityError.NONE
