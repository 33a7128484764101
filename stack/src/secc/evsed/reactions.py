"""What an event means: the part that it concerns takes note, and the model says so.

`react` decides nothing about driving, but for what a part does by itself (a lock that brakes, a test that ends);
`driving` compares afterwards what is wanted with what is driven. No clock, no pin, no broker. Guide §15.13, §15.16.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from secc.contract.enums import CpState, Operative
from secc.contract.topics import availability, limits, power
from secc.contract.topics import rcd as rcd_topics
from secc.contract.topics import session as session_topics
from secc.contract.topics.row import Topic
from secc.contract.values import shown
from secc.evsed import cable, contactor, emergency, keyswitch, phases, pluglock, rcd, ventilation, wakeup
from secc.evsed.events import (
    RELAY_SENSE,
    CapacitorSensed,
    DriveThreshold,
    InputSensed,
    LockSensed,
    PilotSampled,
    ProximitySampled,
    SettingsChanged,
    Started,
    Stopping,
    TimeRead,
    TimeSet,
)
from secc.evsed.model import Model, Session
from secc.evsed.pilot import PilotFault
from secc.evsed.session import CABLE, CABLE_MS, CONNECTED, GRACE
from secc.fsm import After, Cancel, Effects, Elapsed, Event, Level, Log, Received, Resubscribe, Tick, replace

Answer = tuple[Model, Effects]

_FAULTS = {
    PilotFault.DIODE: "the diode of the car is not there (both halves of the signal are alike)",
    PilotFault.SHORT: "it is shorted to protective earth",
    PilotFault.RANGE: "its voltage fits no state",
}
REFERENCE, REFERENCE_MS = "inputs.reference", 100
"""The threshold of the digital inputs needs a moment; what they read before it means nothing."""
BOLT, BOLT_MS = "start.bolt", 300
"""Contactors that were let go when the predecessor died get their time to open before the plug is let go."""


def react(model: Model, event: Event) -> Answer:
    """The model after the event, and what its parts do by themselves; the same model if nothing is new."""
    match event:
        case PilotSampled(high_raw, low_raw):
            return _pilot_sampled(model, high_raw, low_raw)
        case ProximitySampled(raw):
            proximity = model.proximity.sampled(raw)
            if proximity is model.proximity:
                return model, ()
            return cable.judged(replace(model, proximity=proximity)), ()
        case InputSensed(line, level):
            return _input_sensed(model, line, level)
        case Elapsed(name):
            return _elapsed(model, name)
        case LockSensed(raw):
            lock, effects = pluglock.sensed(model.lock, raw)
            if not model.session.connected:  # the car left during the drive that failed
                lock, more = pluglock.car_left(lock)
                effects += more
            return replace(model, lock=lock), effects
        case CapacitorSensed(raw):
            lock, effects = pluglock.capacitor_sensed(model.lock, raw)
            return replace(model, lock=lock), effects
        case Received():
            heard = HEARD.get(event.topic)
            return heard(model, event) if heard else (model, ())
        case Tick(now_ms):
            return _residual(model, rcd.ticked(model.rcd, now_ms))
        case TimeRead(utc):
            return _residual(model, rcd.time_read(model.rcd, utc))
        case TimeSet(known):
            return (model if known == model.time_set else replace(model, time_set=known)), ()
        case Started():
            return _started(model)
        case SettingsChanged(settings):
            return replace(model, next_settings=settings), ()
        case Stopping():
            lock, effects = pluglock.stopping(model.lock)
            return replace(model, stopping=True, lock=lock), (*effects, *rcd.released(model.rcd))
    return model, ()


def _residual(model: Model, answer: tuple[rcd.Rcd, Effects]) -> Answer:
    monitor, effects = answer
    return (model if monitor is model.rcd else replace(model, rcd=monitor)), effects


def _started(model: Model) -> Answer:
    primary, effects = contactor.started(model.contactor)
    secondary, more = phases.started(model.phases)
    air, blowing = ventilation.started(model.fan)
    model = replace(model, running=True, contactor=primary, phases=secondary, fan=air)
    begun = (DriveThreshold(model.settings.threshold_mv), After(REFERENCE, REFERENCE_MS), After(BOLT, BOLT_MS))
    return model, (*effects, *more, *blowing, *begun)


def _listening(model: Model) -> Answer:
    """The reference of the digital inputs stands: from now on they are believed."""
    alarm, effects = emergency.started(model.emergency)
    monitor, more = rcd.started(model.rcd)
    key, turning = keyswitch.started(model.key)
    return replace(model, emergency=alarm, rcd=monitor, key=key), (*effects, *more, *turning)


def _pilot_sampled(model: Model, high_raw: int, low_raw: int) -> Answer:
    """Right after a wake-up pulse the line has to settle; before that there is nothing to measure."""
    if not (model.wake.heard or model.wake.pulsing):
        return model, ()
    before = model.pilot
    pilot = before.sampled(high_raw, low_raw, model.duty)
    if pilot is before:
        return model, ()
    model = replace(model, pilot=pilot)
    if pilot.told == before.told:
        return model, ()
    model, effects = _pilot_changed(model)
    return model, (*_said(before.fault, pilot.fault), *effects)


def _said(before: PilotFault, now: PilotFault) -> Effects:
    """No error code of the guide fits a fault of the pilot line, so the journal has to tell."""
    if now is before:
        return ()
    if now is PilotFault.NONE:
        return (Log(Level.INFO, "the control pilot is well again"),)
    return (Log(Level.WARNING, f"control pilot: {_FAULTS[now]}; look at cable, plug and car"),)


def _pilot_changed(model: Model) -> Answer:
    state, before = model.pilot.state, model.cp
    if state is before and state is not None:
        return model, ()
    model = replace(model, cp=state, measured=model.measured or state is not None)
    effects: Effects = ()
    # F is only measured while the station itself drives -12 V; whether a car is still there cannot be seen then. The
    # session ends all the same, but a trip after that (an emergency stop may cut the supply of the RCD) is no reason
    # to close the station for good.
    if state is CpState.A and model.rcd.connected:
        model, effects = _residual(model, rcd.car_left(model.rcd))
    if state in (CpState.A, CpState.F) and model.session.connected:
        model, more = _car_left(model)
        return model, (*effects, *more)
    if state in CONNECTED and not model.session.connected:
        waited, may_ask = not model.authorization.granted, before is not CpState.F or state is CpState.B
        session = Session(model.session.number + 1, connected=True, waited=waited, may_ask=may_ask)
        model, effects = _residual(replace(model, session=session), rcd.car_came(model.rcd))
        effects += (After(CABLE, CABLE_MS),)
    if state is CpState.B and not model.session.may_ask:
        model = replace(model, session=replace(model.session, may_ask=True))
    return cable.judged(model), effects


def _car_left(model: Model) -> Answer:
    """The session is over: the user's word is used up, unless the broker keeps it as a standing one."""
    lock, effects = pluglock.car_left(model.lock)
    wake, woken = wakeup.car_left(model.wake)
    gone = model.cp is CpState.A  # behind -12 V a car may still be there: it gets its pause
    switching, switched = phases.car_left(model.phases) if gone else (model.phases, ())
    air, aired = ventilation.car_left(model.fan)
    model = replace(
        model,
        lock=lock,
        wake=wake,
        phases=switching,
        fan=air,
        session=Session(model.session.number),
        authorization=replace(model.authorization, word=False),
    )
    return cable.judged(model), (
        *effects,
        *woken,
        *switched,
        *aired,
        Resubscribe(session_topics.AUTHORIZATION_STATUS),
        Cancel(GRACE),
        Cancel(CABLE),
    )


def _input_sensed(model: Model, line: str, level: bool) -> Answer:
    if line == model.contactor.sense_line:
        part, effects = contactor.sensed(model.contactor, level)
        return (model if part is model.contactor else replace(model, contactor=part)), effects
    if line == RELAY_SENSE[2]:
        return _relay_2(model, lambda it: phases.sensed(it, level), lambda it: ventilation.sensed(it, level))
    alarm, effects = emergency.sensed(model.emergency, line, level)
    monitor, more = rcd.sensed(model.rcd, line, level)
    key, turning = keyswitch.sensed(model.key, line, level)
    if (alarm, monitor, key) == (model.emergency, model.rcd, model.key):
        return model, ()
    raised = bool(alarm.asserted) and not model.emergency.asserted
    model = replace(model, emergency=alarm, rcd=monitor, key=key)
    if raised and model.session.connected:  # however short it is: the car has to ask anew, and its user too
        model, left = _car_left(model)
        effects += left
    return model, (*effects, *more, *turning)


def _relay_2(
    model: Model,
    switched: Callable[[phases.Phases], tuple[phases.Phases, Effects]],
    blown: Callable[[ventilation.Fan], tuple[ventilation.Fan, Effects]],
) -> Answer:
    """Relay 2 belongs to phase switching or to the ventilation."""
    if model.settings.switching is not None:
        switching, effects = switched(model.phases)
        return replace(model, phases=switching), effects
    air, effects = blown(model.fan)
    return replace(model, fan=air), effects


def _elapsed(model: Model, name: str) -> Answer:
    part, _, timer = name.partition(".")
    match part:
        case "relay_1":
            primary, effects = contactor.elapsed(model.contactor, timer)
            return replace(model, contactor=primary), effects
        case "relay_2":
            return _relay_2(model, lambda it: phases.elapsed(it, timer), lambda it: ventilation.elapsed(it, timer))
        case "phases":
            switching, effects = phases.elapsed(model.phases, timer)
            return replace(model, phases=switching), effects
        case "fan":
            air, effects = ventilation.elapsed(model.fan, timer)
            return replace(model, fan=air), effects
        case "lock":
            lock, effects = pluglock.elapsed(model.lock, name)
            return replace(model, lock=lock), effects
        case "rcd":
            return _residual(model, rcd.elapsed(model.rcd, timer))
        case "wakeup":
            wake, effects = wakeup.elapsed(model.wake, timer)
            return replace(model, wake=wake), effects
        case "key":
            key, effects = keyswitch.elapsed(model.key)
            session = model.session if key.turned else replace(model.session, admitted=False)
            authorization = replace(model.authorization, key=key.turned)
            return replace(model, key=key, session=session, authorization=authorization), effects
        case "emergency":
            alarm, effects = emergency.elapsed(model.emergency)
            return replace(model, emergency=alarm), effects
        case "inputs":
            return _listening(model)
        case "start":
            lock, effects = pluglock.started(model.lock)
            return replace(model, lock=lock, locking=True), effects
    if name == GRACE:
        return replace(model, session=replace(model.session, grace_over=True)), ()
    return cable.judged(replace(model, session=replace(model.session, cable_settled=True))), ()


def _dynamic_limit(model: Model, event: Received) -> Answer:
    changed = model.limits.with_dynamic(event.params[0], event.value)
    if changed is not model.limits:
        return replace(model, limits=changed), ()
    if model.limit_refused:
        return model, ()
    text = f"dynamic limit {shown(event.params[0])} is ignored: five other names are in use already"
    return replace(model, limit_refused=True), (Log(Level.WARNING, text),)


def _central_limit(model: Model, event: Received) -> Answer:
    return replace(model, limits=model.limits.with_central(event.value)), ()


def _customer_availability(model: Model, event: Received) -> Answer:
    return replace(model, availability=replace(model.availability, customer=Operative(event.value))), ()


def _backend_availability(model: Model, event: Received) -> Answer:
    return replace(model, availability=replace(model.availability, backend=Operative(event.value))), ()


def _authorization(model: Model, event: Received) -> Answer:
    word = bool(event.value)
    session = model.session if word else replace(model.session, admitted=False)
    return replace(model, session=session, authorization=replace(model.authorization, word=word)), ()


def _ventilation_available(model: Model, event: Received) -> Answer:
    air, effects = ventilation.heard_available(model.fan, bool(event.value))
    return replace(model, fan=air), effects


def _ventilation_target(model: Model, event: Received) -> Answer:
    air, effects = ventilation.heard_target(model.fan, bool(event.value))
    return replace(model, fan=air), effects


def _phase_target(model: Model, event: Received) -> Answer:
    switching, effects = phases.heard_target(model.phases, event.value)
    return replace(model, phases=switching), effects


def _switch_delay(model: Model, event: Received) -> Answer:
    switching, effects = phases.heard_delay(model.phases, event.value)
    return replace(model, phases=switching), effects


def _rcd_test(model: Model, _: Received) -> Answer:
    return _residual(model, rcd.requested(model.rcd))


HEARD: dict[Topic[Any], Callable[[Model, Received], Answer]] = {
    availability.TARGET: _customer_availability,
    availability.BACKEND: _backend_availability,
    limits.MAXCURRENTLIMIT: _central_limit,
    limits.DYN_CURRENT_LIMIT: _dynamic_limit,
    session_topics.AUTHORIZATION_STATUS: _authorization,
    power.VENTILATION_AVAILABLE: _ventilation_available,
    power.VENTILATION_STATE_TARGET: _ventilation_target,
    power.PHASE_TARGET: _phase_target,
    power.PHASE_SWITCH_DELAY: _switch_delay,
    rcd_topics.TEST_PERFORM: _rcd_test,
}
"""What evsed listens to; nothing else that arrives is obeyed."""
