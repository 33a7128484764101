"""The core of ledd: one event in, a new model and effects out.

`_react` takes note of the event; `_shown` then has every LED show what belongs to the conditions that hold. It decides
how long a start may take, how long a tag waits for its answer, and when the pilot counts as lost. It publishes
nothing, and blinking costs timers alone. Guide §4.1.1, §7.9.2, §14.1 (table 49).
"""

from __future__ import annotations

from secc.contract.enums import CpState
from secc.contract.topics import charge, evse, rfid, session
from secc.fsm import After, Cancel, Effects, Elapsed, Event, Level, Log, Received, Resubscribe, Tick, replace
from secc.ledd import lamp as lamps
from secc.ledd.conditions import Condition, held, permitted, ranked, waiting
from secc.ledd.events import BrokerSeen, DriveOutput, SettingsChanged, ShowOperational, Started, Stopping
from secc.ledd.facts import SUBSCRIBED, forgotten, heard
from secc.ledd.model import Model, initial, lamps_of
from secc.ledd.settings import Settings

EVENTS = (Started, Stopping, SettingsChanged, BrokerSeen, Tick, Elapsed, Received)
EFFECTS = (DriveOutput, ShowOperational)
SETTINGS = Settings

START, START_MS = "software.start", 60_000
"""How long the charging software may take to run until that counts as an error."""
ANSWER, ANSWER_MS = "tag.answer", 30_000
"""How long a tag waits; no answer is a rejection."""
PILOT, PILOT_MS = "pilot.lost", 6_000
"""Longer than a pulse at 0 V that wakes a car up (4 s) and what the car needs to come back (1 s)."""

__all__ = ["EFFECTS", "EVENTS", "SETTINGS", "SUBSCRIBED", "initial", "step"]


def step(model: Model, event: Event) -> tuple[Model, Effects]:
    """The model after `event`, and what is to be done about it, in order."""
    if not model.active and not isinstance(event, Started):
        return model, ()
    if isinstance(event, Elapsed) and event.name.endswith(lamps.BLINK):
        return _lamp_elapsed(model, event.name)  # ten times a second, and nothing else changes
    reacted, effects = _react(model, event)
    if (reacted is model and not effects) or not reacted.active:
        return reacted, effects
    shown, driven = _shown(model, reacted)
    return shown, (*driven, *effects)


def _react(model: Model, event: Event) -> tuple[Model, Effects]:
    match event:
        case Started():
            return replace(model, active=True), (After(START, START_MS),)
        case Stopping():
            return _stopped(model)
        case Received():
            return _received(model, event)
        case Elapsed(name):
            return _elapsed(model, name)
        case BrokerSeen(connection) if connection != model.connection:
            return _broker(model, connection)
        case SettingsChanged(settings) if settings != model.settings:
            return _renewed(model, settings)
    return model, ()


def _received(model: Model, event: Received) -> tuple[Model, Effects]:
    before = model.facts
    if event.topic is rfid.AUTHORIZATION_REQUEST:
        if not model.settings.tags or permitted(before):  # who may charge already ends the session with a tag
            return model, ()
        return replace(model, facts=replace(before, tag=True), word=None), (After(ANSWER, ANSWER_MS),)
    if event.topic is evse.AUTH_ERROR:
        return _rejected(model) if event.value else (model, ())
    after = heard(before, event)
    if after == before:
        return model, ()
    known = replace(model, facts=after)
    effects: Effects = ()
    if before.tag and not after.tag:
        effects += (Cancel(ANSWER),)
        if event.topic is session.AUTHORIZATION_STATUS and not after.allowed:
            known, more = _rejected(known)
            effects += more
    if event.topic is charge.CP_STATUS:
        known, more = _pilot(model, known)
        effects += more
    if before.running and not after.running:
        effects += (After(START, START_MS),)
    return known, effects


def _rejected(model: Model) -> tuple[Model, Effects]:
    facts = replace(model.facts, tag=False)
    model = replace(model, facts=facts, word=Condition.AUTH_REJECTED, rejections=model.rejections + 1)
    return model, (Cancel(ANSWER),)


def _pilot(before: Model, model: Model) -> tuple[Model, Effects]:
    """What a new state of the pilot means beside the state itself."""
    effects: Effects = ()
    if before.facts.plugged and not model.facts.plugged:
        # As in evsed: the user's word ends with the session, unless the broker keeps it.
        model = replace(model, facts=replace(model.facts, allowed=False, tag=False))
        effects += (Cancel(ANSWER), Resubscribe(session.AUTHORIZATION_STATUS))
    was_odd, is_odd = (facts.cp in (CpState.E, CpState.F) for facts in (before.facts, model.facts))
    if was_odd is not is_odd:
        effects += (After(PILOT, PILOT_MS) if is_odd else Cancel(PILOT),)
    return model, effects


def _elapsed(model: Model, name: str) -> tuple[Model, Effects]:
    if name == START:
        facts = model.facts if model.facts.running else replace(model.facts, troubled=True)
        return replace(model, facts=facts), ()
    if name == PILOT:
        return replace(model, facts=replace(model.facts, pilot_lost=True)), ()
    if name == ANSWER:
        return _rejected(model)
    return _lamp_elapsed(model, name)


def _lamp_elapsed(model: Model, name: str) -> tuple[Model, Effects]:
    part, _, timer = name.partition(".")
    for index, this in enumerate(model.lamps):
        if this.name == part:
            after, effects = lamps.elapsed(this, timer)
            return replace(model, lamps=(*model.lamps[:index], after, *model.lamps[index + 1 :])), effects
    return model, ()


def _broker(model: Model, connection: int) -> tuple[Model, Effects]:
    """The connection was lost, or unnoticed for a moment. Conditions that ended meanwhile may never have been told,
    since a broker does not keep empty payloads: nothing is taken for granted then."""
    before, model = model.connection, replace(model, connection=connection)
    if before == 0:  # what came since then came over the connection that was just noticed
        return model, ()
    model = replace(model, facts=forgotten(model.facts))
    again = tuple(Resubscribe(topic) for topic in SUBSCRIBED) if connection else ()
    return model, (Cancel(ANSWER), Cancel(PILOT), *again)


def _renewed(model: Model, settings: Settings) -> tuple[Model, Effects]:
    """Take over edited settings. Outputs that are no LED any more go dark."""
    if settings.leds == model.settings.leds:
        return replace(model, settings=settings), ()
    effects: Effects = ()
    used = {line for led in settings.leds for line in led.lines}
    for this in model.lamps:
        _, dark = lamps.put_out(this)
        effects += tuple(e for e in dark if not (isinstance(e, DriveOutput) and e.line in used))
    model = replace(model, settings=settings, lamps=lamps_of(settings.leds), word=None)
    return model, effects


def _stopped(model: Model) -> tuple[Model, Effects]:
    effects: Effects = ()
    for this in model.lamps:
        _, dark = lamps.put_out(this)
        effects += dark
    gone = tuple(Cancel(name) for name in (START, ANSWER, PILOT))
    return replace(model, active=False, lamps=lamps_of(model.settings.leds)), (*effects, *gone)


def _word(before: Model, after: Model) -> Condition | None:
    """The answer that this event gave to a user who waited for one, None if it gave none."""
    asks = after.settings.asks
    if waiting(before.facts, asks) and permitted(after.facts) and not waiting(after.facts, asks):
        return Condition.AUTH_ACCEPTED
    return Condition.AUTH_REJECTED if after.rejections > before.rejections else None


def _shown(before: Model, model: Model) -> tuple[Model, Effects]:
    """Every LED shows what belongs to the conditions that hold now."""
    effects: Effects = ()
    word = _word(before, model)
    settings = model.settings
    standing = held(model.facts, settings.asks, settings.tags)
    model = replace(model, standing=standing, word=word or model.word)
    conditions = ranked(standing, model.word)
    shown = []
    for this in model.lamps:
        after, driven = lamps.show(this, conditions, model.word, fresh=word is not None)
        shown.append(after)
        effects += driven
    model = replace(model, lamps=tuple(shown))
    if standing[:1] != before.standing[:1]:
        effects += (Log(Level.DEBUG, f"the LEDs show {standing[0]}"),)
    if model.facts.running and model.facts.version and not model.operational:
        model = replace(model, operational=True)
        effects += (ShowOperational(),)
    return model, effects
