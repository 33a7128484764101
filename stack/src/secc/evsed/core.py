"""The core of evsed: one event in, a new model and effects out.

`react` lets the part that the event concerns take note; `settle` compares what is wanted with what is driven and
drives the difference, opening before anything else; `view` tells the broker. No clock, no pin, no broker.
Guide §15.13, §15.16; house rules.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from secc.contract.enums import CpState, Operative, ProximityError
from secc.contract.topics import availability, limits
from secc.contract.topics import session as session_topics
from secc.contract.values import shown
from secc.evsed import contactor, emergency, pluglock
from secc.evsed.contactor import Stage
from secc.evsed.events import (
    ContactorSensed,
    DriveContactor,
    DriveLock,
    DrivePilot,
    InputSensed,
    LockSensed,
    PilotSampled,
    ProximitySampled,
    SenseLock,
    SettingsChanged,
    Started,
    Stopping,
    TimeSet,
    WatchInput,
)
from secc.evsed.model import Model, Session, initial
from secc.evsed.proximity import Plug, rating_a
from secc.evsed.session import CABLE, CABLE_MS, CONNECTED, GRACE, GRACE_MS, wish
from secc.evsed.settings import Settings
from secc.evsed.view import publications
from secc.fsm import After, Cancel, Effects, Elapsed, Event, Level, Log, Received, Resubscribe, Tick

EVENTS = (
    Started, Stopping, SettingsChanged, PilotSampled, ProximitySampled, ContactorSensed, LockSensed, InputSensed,
    TimeSet, Tick, Elapsed, Received,
)  # fmt: skip
EFFECTS = (DrivePilot, DriveContactor, DriveLock, SenseLock, WatchInput)
SETTINGS = Settings
SUBSCRIBED = (
    availability.TARGET,
    availability.BACKEND,
    limits.MAXCURRENTLIMIT,
    limits.DYN_CURRENT_LIMIT,
    session_topics.AUTHORIZATION_STATUS,
)
"""What evsed listens to; nothing else that arrives is obeyed."""

__all__ = ["EFFECTS", "EVENTS", "SETTINGS", "SUBSCRIBED", "at_rest", "initial", "step"]


def step(model: Model, event: Event) -> tuple[Model, Effects]:
    """The model after `event`, and what is to be done about it, in order."""
    reacted, effects = react(model, event)
    if reacted is model and not effects:
        return model, ()
    settled, driven = settle(reacted)
    if settled.next_settings is not None and at_rest(settled):
        settled, renewed = _renewed(settled, settled.next_settings)
        settled, again = settle(settled)
        driven += (*renewed, *again)
    values, told = publications(settled) if settled.running else ((), ())
    settled = replace(
        settled, published=values, published_session=settled.session.number, published_limits=settled.limits.heard
    )
    return settled, _opening_first((*effects, *driven)) + told


def _opening_first(effects: Effects) -> Effects:
    """Whatever else is to be done: the contactor opens first."""
    opening = DriveContactor(False)
    if opening not in effects:
        return effects
    return (opening, *(effect for effect in effects if effect != opening))


def react(model: Model, event: Event) -> tuple[Model, Effects]:
    """The part that the event concerns takes note. The same model and no effects if nothing is new."""
    match event:
        case PilotSampled(high_raw, low_raw):
            pilot = model.pilot.sampled(high_raw, low_raw)
            if pilot is model.pilot:
                return model, ()
            return _pilot_changed(replace(model, pilot=pilot))
        case ProximitySampled(raw):
            proximity = model.proximity.sampled(raw)
            if proximity is model.proximity:
                return model, ()
            return _cable(replace(model, proximity=proximity)), ()
        case Elapsed(name):
            return _elapsed(model, name)
        case ContactorSensed(level):
            part, effects = contactor.sensed(model.contactor, level)
            return replace(model, contactor=part) if part is not model.contactor else model, effects
        case LockSensed(raw):
            lock, effects = pluglock.sensed(model.lock, raw)
            if not model.session.connected:  # the car left during the drive that failed
                lock, more = pluglock.car_left(lock)
                effects += more
            return replace(model, lock=lock), effects
        case InputSensed(line, level):
            alarm, effects = emergency.sensed(model.emergency, line, level)
            return replace(model, emergency=alarm) if alarm is not model.emergency else model, effects
        case Received():
            return _received(model, event)
        case TimeSet(known):
            return (model if known == model.time_set else replace(model, time_set=known)), ()
        case Started(sensed):
            return _started(model, sensed)
        case SettingsChanged(settings):
            return replace(model, next_settings=settings), ()
        case Stopping():
            return replace(model, stopping=True), ()
    return model, ()


def settle(model: Model) -> tuple[Model, Effects]:
    """Drive what is wanted and not yet driven. Opening comes first, and the lock opens only after the contactor."""
    if not model.running:
        return model, ()
    want = wish(model)
    effects: Effects = ()
    if not want.closed:
        part, effects = contactor.open_(model.contactor)
        model = replace(model, contactor=part)
        want = wish(model)
    if want.duty != model.duty:
        model = replace(model, duty=want.duty)
        effects += (DrivePilot(want.duty),)
    model, more = _wind_down(model, want.may_offer)
    lock, driven = pluglock.want(model.lock, want.locked)
    model = replace(model, lock=lock)
    effects += (*more, *driven)
    if want.may_offer and not model.session.admitted:
        model = replace(model, session=replace(model.session, admitted=True))
    if want.closed and model.lock.holds and model.contactor.may_close:
        part, more = contactor.close(model.contactor)
        ceiling_da = model.limits.cable_da if model.settings.pluggable else None
        model = replace(model, contactor=part, session=replace(model.session, ceiling_da=ceiling_da))
        effects += more
    return model, effects


def _wind_down(model: Model, allowed: bool) -> tuple[Model, Effects]:
    """Where the permission ends under load, the car gets its time to stop; limits below 6 A are no such end."""
    session = model.session
    if model.contactor.driven and not allowed:
        if session.winding_down:
            return model, ()
        return replace(model, session=replace(session, winding_down=True)), (After(GRACE, GRACE_MS),)
    if session.winding_down or session.grace_over:
        return replace(model, session=replace(session, winding_down=False, grace_over=False)), (Cancel(GRACE),)
    return model, ()


def _started(model: Model, sensed: bool) -> tuple[Model, Effects]:
    part, effects = contactor.started(model.contactor, sensed)
    lock, driven = pluglock.started(model.lock)
    alarm, listening = emergency.started(model.emergency)
    model = replace(model, running=True, contactor=part, lock=lock, emergency=alarm)
    return model, (*effects, *driven, *listening)


def _pilot_changed(model: Model) -> tuple[Model, Effects]:
    state = model.pilot.state
    if state is model.cp and state is not None:
        return model, ()
    model = replace(model, cp=state, measured=model.measured or state is not None)
    # F is only measured while the station itself drives -12 V; whether a car is still there cannot be seen then.
    if state in (CpState.A, CpState.F) and model.session.connected:
        return _car_left(model)
    if state in CONNECTED and not model.session.connected:
        session = Session(model.session.number + 1, connected=True)
        return _cable(replace(model, session=session)), (After(CABLE, CABLE_MS),)
    return _cable(model), ()


def _car_left(model: Model) -> tuple[Model, Effects]:
    """The session is over: the user's word is used up, unless the broker keeps it as a standing one."""
    lock, effects = pluglock.car_left(model.lock)
    model = replace(
        model,
        lock=lock,
        session=Session(model.session.number),
        authorization=replace(model.authorization, word=False),
    )
    return _cable(model), (
        *effects,
        Resubscribe(session_topics.AUTHORIZATION_STATUS),
        Cancel(GRACE),
        Cancel(CABLE),
    )


def _cable(model: Model) -> Model:
    """Cable limit and proximity error of a socket. During a session the limit only ever gets smaller."""
    if not model.settings.pluggable:
        return model
    session, rating = model.session, rating_a(model.proximity.plug, model.settings.phases)
    cable_da = None if rating is None else rating * 10
    error = _proximity_error(model)
    if session.ceiling_da is not None and cable_da is not None and cable_da != session.ceiling_da:
        ceiling_da = min(cable_da, session.ceiling_da)
        session = replace(session, ceiling_da=ceiling_da, cable_changed=True)
        cable_da = ceiling_da
    if error is ProximityError.NONE and session.cable_changed:
        error = ProximityError.CHANGED
    if error in (ProximityError.NO_CABLE, ProximityError.INVALID) and model.contactor.driven:
        cable_da = model.limits.cable_da  # the last one that was understood, until the contactor has opened
    return replace(
        model,
        session=replace(session, proximity_error=error),
        limits=replace(model.limits, cable_da=cable_da),
    )


def _proximity_error(model: Model) -> ProximityError:
    if not model.session.connected or not model.session.cable_settled:
        return ProximityError.NONE
    if model.proximity.plug in (Plug.NONE, Plug.UNKNOWN):
        return ProximityError.NO_CABLE
    return ProximityError.INVALID if model.proximity.plug is Plug.INVALID else ProximityError.NONE


def at_rest(model: Model) -> bool:
    """Whether nobody uses the station (or it was stopped) and nothing moves."""
    hardware = model.contactor.stage in (Stage.OPEN, Stage.FAILED) and model.lock.at_rest and not model.lock.target
    return model.running and hardware and (model.stopping or not model.session.connected)


def _renewed(model: Model, settings: Settings) -> tuple[Model, Effects]:
    """Take over edited settings; hardware that is described anew is looked at as at the start."""
    fresh, effects = initial(settings), cast(Effects, ())
    part = replace(model.contactor, rest_ms=settings.rest_ms, interval_ms=settings.interval_ms)
    if settings.feedback is not part.feedback:
        part, more = contactor.rewired(part, settings.feedback)
        effects += more
    lock = model.lock
    if settings.motor != lock.motor:
        _, cleared = pluglock.forgotten(lock)
        lock, more = pluglock.started(fresh.lock)
        effects += (*cleared, *more)
    alarm = model.emergency
    if settings.emergency != alarm.input:
        alarm, more = emergency.replaced(alarm, fresh.emergency)
        effects += more
    authorization = fresh.authorization
    if settings.method is model.authorization.method:
        authorization = model.authorization
    else:
        effects += (Resubscribe(session_topics.AUTHORIZATION_STATUS),)
    limits_now = replace(
        fresh.limits, central_da=model.limits.central_da, dynamic=model.limits.dynamic, heard=model.limits.heard
    )
    model = replace(
        model,
        settings=settings,
        next_settings=None,
        contactor=part,
        lock=lock,
        limits=limits_now,
        authorization=authorization,
        emergency=alarm,
    )
    return _cable(model), effects


def _elapsed(model: Model, name: str) -> tuple[Model, Effects]:
    if name == GRACE:
        return replace(model, session=replace(model.session, grace_over=True)), ()
    if name == CABLE:
        return _cable(replace(model, session=replace(model.session, cable_settled=True))), ()
    if name.startswith("contactor."):
        part, effects = contactor.elapsed(model.contactor, name)
        return replace(model, contactor=part), effects
    lock, effects = pluglock.elapsed(model.lock, name)
    return replace(model, lock=lock), effects


def _received(model: Model, event: Received) -> tuple[Model, Effects]:
    value: Any = event.value
    if event.topic is limits.DYN_CURRENT_LIMIT:
        changed = model.limits.with_dynamic(event.params[0], value)
        if changed is model.limits:
            if model.limit_refused:
                return model, ()
            text = f"dynamic limit {shown(event.params[0])} is ignored: five other names are in use already"
            return replace(model, limit_refused=True), (Log(Level.WARNING, text),)
        return replace(model, limits=changed), ()
    if event.topic is limits.MAXCURRENTLIMIT:
        return replace(model, limits=model.limits.with_central(value)), ()
    if event.topic is availability.TARGET:
        return replace(model, availability=replace(model.availability, customer=Operative(value))), ()
    if event.topic is availability.BACKEND:
        return replace(model, availability=replace(model.availability, backend=Operative(value))), ()
    if event.topic is session_topics.AUTHORIZATION_STATUS:
        return replace(model, authorization=replace(model.authorization, word=bool(value))), ()
    return model, ()
