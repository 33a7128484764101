"""The core of evsed: one event in, a new model and effects out.

`reactions` lets the part that the event concerns take note; `driving` compares what is wanted with what is driven and
drives the difference; `renewal` takes over edited settings; `view` tells the broker. Here is only the order of these,
and that opening the contactor comes before anything else. No clock, no pin, no broker. Guide §15.13; house rules.
"""

from __future__ import annotations

from secc.contract.enums import PowerFault
from secc.evsed import cable
from secc.evsed.driving import settle
from secc.evsed.events import (
    CapacitorSensed,
    DriveLock,
    DriveOutput,
    DrivePilot,
    DriveRelay,
    DriveThreshold,
    InputSensed,
    LockSensed,
    PilotSampled,
    ProximitySampled,
    ReadTime,
    SenseCapacitor,
    SenseLock,
    SettingsChanged,
    Started,
    Stopping,
    TimeRead,
    TimeSet,
    WatchInput,
)
from secc.evsed.model import Model, initial
from secc.evsed.reactions import HEARD, react
from secc.evsed.renewal import at_rest, renewed
from secc.evsed.session import switch_failed
from secc.evsed.settings import Settings
from secc.evsed.view import publications, questions
from secc.fsm import Effects, Elapsed, Event, FaultCleared, FaultRaised, Received, Tick, replace

EVENTS = (
    Started, Stopping, SettingsChanged, PilotSampled, ProximitySampled, LockSensed, CapacitorSensed, InputSensed,
    TimeSet, TimeRead, Tick, Elapsed, Received,
)  # fmt: skip
EFFECTS = (
    DrivePilot, DriveRelay, DriveLock, DriveOutput, DriveThreshold, SenseLock, SenseCapacitor, WatchInput, ReadTime,
)  # fmt: skip
SETTINGS = Settings
SUBSCRIBED = tuple(HEARD)
"""What evsed listens to; nothing else that arrives is obeyed."""

__all__ = ["EFFECTS", "EVENTS", "SETTINGS", "SUBSCRIBED", "at_rest", "initial", "step"]

_OPENING = DriveRelay(1, closed=False)


def step(model: Model, event: Event) -> tuple[Model, Effects]:
    """The model after `event`, and what is to be done about it, in order."""
    reacted, effects = react(model, event)
    if not effects and reacted.next_settings is None:
        if reacted is model:
            return model, ()
        if isinstance(event, PilotSampled) and reacted.pilot.told == model.pilot.told:
            return reacted, ()  # an odd sample, or one more good one after a fault: nothing that anybody acts on
    settled, driven = settle(reacted)
    quiet = not (effects or driven or settled.stopping)  # what was just driven counts before other settings do
    if settled.next_settings is not None and quiet and at_rest(settled):
        settled, more = renewed(settled, settled.next_settings)
        settled, again = settle(settled)
        driven += (*more, *again)
    effects = _told_once(model, settled, (*effects, *driven))
    effects += cable.faults(model.session.proximity_error, settled.session.proximity_error)
    values, told = publications(settled) if settled.running else ((), ())
    settled = replace(settled, published=values, answered=questions(settled))
    return settled, _opening_first(effects) + told


def _told_once(before: Model, after: Model, effects: Effects) -> Effects:
    """Two contactors share one fault: it begins with the first that fails and ends with the last that is mended."""
    raised, cleared = FaultRaised(PowerFault.CONTACTOR.value), FaultCleared(PowerFault.CONTACTOR.value)
    if raised not in effects and cleared not in effects:
        return effects
    others = tuple(effect for effect in effects if effect not in (raised, cleared))
    failed_before, failed = switch_failed(before), switch_failed(after)
    if failed is failed_before:
        return others
    return (*others, raised if failed else cleared)


def _opening_first(effects: Effects) -> Effects:
    """Whatever else is to be done: the contactor opens first."""
    if _OPENING not in effects:
        return effects
    return (_OPENING, *(effect for effect in effects if effect != _OPENING))
