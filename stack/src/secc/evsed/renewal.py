"""Taking over edited settings: when, and what has to be looked at anew.

A setting never changes under a car or while something moves. Hardware that is described anew is looked at as at the
start. Guide §14.1; decision 53.
"""

from __future__ import annotations

from secc.contract.topics import session as session_topics
from secc.evsed import cable, contactor, emergency, keyswitch, phases, pluglock, rcd, ventilation
from secc.evsed.contactor import Stage
from secc.evsed.events import DriveThreshold
from secc.evsed.model import Model, initial
from secc.evsed.settings import Settings
from secc.fsm import Effects, Resubscribe, replace

Answer = tuple[Model, Effects]


def at_rest(model: Model) -> bool:
    """Whether nobody uses the station (or it was stopped) and nothing moves."""
    contacts = model.contactor.stage in (Stage.OPEN, Stage.FAILED) and model.phases.at_rest
    bolt = model.lock.at_rest and not model.lock.target
    free = model.stopping or not (model.session.connected or model.rcd.testing)
    return model.locking and contacts and bolt and free


def renewed(model: Model, settings: Settings) -> Answer:
    """Take over edited settings; hardware that is described anew is looked at as at the start."""
    fresh = initial(settings)
    effects: Effects = ()
    if settings.threshold_mv != model.settings.threshold_mv:
        effects += (DriveThreshold(settings.threshold_mv),)
    authorization = replace(fresh.authorization, key=model.authorization.key)
    if settings.method is model.authorization.method:
        authorization = model.authorization
    else:
        effects += (Resubscribe(session_topics.AUTHORIZATION_STATUS),)
    kept = model.limits
    limits = replace(fresh.limits, central_da=kept.central_da, dynamic=kept.dynamic, heard=kept.heard)
    before = model.settings
    model = replace(
        model, settings=settings, next_settings=None, limits=limits, authorization=authorization, wake=fresh.wake
    )
    for renew in (_contacts, _bolt, _inputs):
        model, more = renew(model, fresh, before)
        effects += more
    return cable.judged(model), effects


def _contacts(model: Model, fresh: Model, before: Settings) -> Answer:
    settings = model.settings
    part = replace(model.contactor, rest_ms=settings.rest_ms, interval_ms=settings.interval_ms)
    effects: Effects = ()
    if settings.feedback is not part.feedback:
        part, effects = contactor.rewired(part, settings.feedback)
    model = replace(model, contactor=part)
    switching, more = phases.replaced(model.phases, fresh.phases)
    model = replace(model, phases=switching)
    effects += more
    if settings.ventilation != before.ventilation:
        air, more = ventilation.replaced(model.fan, fresh.fan)
        model = replace(model, fan=air)
        effects += more
    return model, effects


def _bolt(model: Model, fresh: Model, before: Settings) -> Answer:
    if model.settings.motor == before.motor:
        return model, ()
    _, cleared = pluglock.forgotten(model.lock)
    lock, more = pluglock.started(fresh.lock)
    return replace(model, lock=lock), (*cleared, *more)


def _inputs(model: Model, fresh: Model, before: Settings) -> Answer:
    settings = model.settings
    effects: Effects = ()
    if settings.emergency != before.emergency:
        alarm, more = emergency.replaced(model.emergency, fresh.emergency)
        model = replace(model, emergency=alarm)
        effects += more
    if settings.rcd != before.rcd or settings.threshold_mv != before.threshold_mv:
        monitor, more = rcd.replaced(model.rcd, fresh.rcd)
        model = replace(model, rcd=monitor)
        effects += more
    if settings.key_switch != before.key_switch:
        key, more = keyswitch.replaced(model.key, fresh.key)
        model = replace(model, key=key, authorization=replace(model.authorization, key=key.turned))
        effects += more
    return model, effects
