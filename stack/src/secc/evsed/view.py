"""What the broker is told: every topic of evsed as a function of the model.

The rows stand in the order in which they are published when several change at once: first what was measured, then
what is driven in answer, from the plug to the contactor. Nothing here decides anything. Guide tables 5, 24, 58, 59,
70, 73, 74, 78, 81 and the conditions of §3.3.4.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeAlias

from secc.contract.enums import CpState, LockStatus, Protocol
from secc.contract.topics import availability, charge, limits, power, rcd
from secc.contract.topics.row import Topic
from secc.evsed.contactor import Stage
from secc.evsed.model import Model
from secc.evsed.session import requested, switch_failed
from secc.fsm import Effects, Publish

Row: TypeAlias = tuple[Topic[Any], Callable[[Model], Any]]


def _whole(limit_da: int | None) -> int:
    return -1 if limit_da is None else limit_da // 10


class _NotYet(Enum):
    NOT_YET = "not yet"


NOT_YET = _NotYet.NOT_YET
"""Nothing is known yet, and nothing is published."""


def _cp(model: Model) -> CpState | _NotYet:
    """A pilot that fits no state is reported as E (guide table 57: short or outage)."""
    return (model.cp or CpState.E) if model.measured else NOT_YET


def _emergency(model: Model) -> bool | _NotYet:
    unread = model.emergency.input is not None and model.emergency.asserted is None
    return NOT_YET if unread else bool(model.emergency.asserted)


def _duty(model: Model) -> float:
    """An undriven pilot has no duty cycle."""
    return max(model.duty, 0) / 100


def _ours(value: bool | None) -> bool | _NotYet:
    """None: a topic that the customer's software publishes."""
    return NOT_YET if value is None else value


def _locked(model: Model) -> bool:
    """A motor without feedback is believed to have done what it was told."""
    blind = model.lock.motor is not None and not model.lock.motor.has_feedback
    return model.lock.target if blind else model.lock.status is LockStatus.LOCKED


def _charging(model: Model) -> bool:
    return model.contactor.stage is Stage.CLOSED and requested(model)


ROWS: tuple[Row, ...] = (
    (charge.VERSION_CHARGING_SOFTWARE, lambda m: m.settings.version),
    (charge.TIME_SET_STATUS, lambda m: m.time_set),
    (availability.ACTUAL, lambda m: m.availability.actual),
    (limits.GRID_CURRENT_LIMIT, lambda m: _whole(m.settings.grid_da)),
    (limits.EVSE_CURRENT_LIMIT, lambda m: _whole(m.settings.evse_da)),
    (limits.CABLE_CURRENT_LIMIT, lambda m: _whole(m.limits.cable_da) if m.settings.pluggable else -1),
    (limits.PHYSICAL_CURRENT_LIMIT, lambda m: _whole(m.limits.physical_da)),
    (limits.OFFERED_CURRENT_LIMIT, lambda m: m.limits.offered_da / 10),
    (charge.CP_STATUS, _cp),
    (power.CP_DUTY_CYCLE, _duty),
    (charge.PWM_STATUS, _duty),
    (power.PLUG_LOCK_STATE_TARGET, lambda m: m.lock.target),
    (power.PLUG_LOCK_STATE_ACTUAL, _locked),
    (charge.PLUG_STATUS, lambda m: m.lock.status),
    (power.CONTACTOR_STATE_TARGET, lambda m: m.contactor.driven),
    (power.CONTACTOR_STATE_ACTUAL, lambda m: m.contactor.closed),
    (charge.CONTACTOR_STATUS, lambda m: m.contactor.status),
    (power.CHARGING, _charging),
    (power.PHASE_ACTUAL, lambda m: m.phases.actual(m.contactor.closed)),
    (power.VENTILATION_AVAILABLE, lambda m: _ours(m.fan.available)),
    (power.VENTILATION_STATE_TARGET, lambda m: _ours(m.fan.target)),
    (power.VENTILATION_STATE_ACTUAL, lambda m: m.fan.actual),
    (rcd.FEEDBACK_AVAILABLE, lambda m: m.rcd.feedback_available),
    (rcd.TEST_AVAILABLE, lambda m: m.rcd.test_available),
    (rcd.STATE_ACTUAL, lambda m: m.rcd.normal),
)
"""Published when the value changes."""

PER_SESSION: tuple[Row, ...] = (
    (charge.INIT_PROTOCOL, lambda m: Protocol.IEC61851),
    (power.CONTACTOR_ERROR, switch_failed),
    (power.PLUG_LOCK_PERMANENT_FAILURE, lambda m: m.lock.failure),
    (power.PROXIMITY_ERROR, lambda m: m.session.proximity_error),
    (power.EMERGENCY_SHUTDOWN, _emergency),
    (rcd.ERROR, lambda m: m.rcd.error),
    (rcd.TEST_TIMESTAMP, lambda m: m.rcd.last_test),
)
"""Published when the value changes, and once more at the begin of each session: the protocol, because it is that of
the session, and the conditions, because most of them say "nothing is wrong" with an empty string, which a broker does
not keep for those who come later."""

ALL_ROWS = ROWS + PER_SESSION


def questions(model: Model) -> tuple[int, int, int]:
    """What calls for an answer each time: sessions begun, limits commanded, RCD tests ended."""
    return model.session.number, model.limits.heard, model.rcd.tests


def publications(model: Model) -> tuple[tuple[Any, ...], Effects]:
    """All values in the order of ALL_ROWS, and Publish effects for those that must be told."""
    values = tuple(value(model) for _, value in ALL_ROWS)
    session, limit, test = (now != told for now, told in zip(questions(model), model.answered, strict=True))
    effects = []
    for index, (topic, _) in enumerate(ALL_ROWS):
        again = session and index >= len(ROWS)
        again = again or (limit and topic is limits.OFFERED_CURRENT_LIMIT) or (test and topic is rcd.ERROR)
        if values[index] is NOT_YET:
            continue
        if again or not model.published or model.published[index] != values[index]:
            effects.append(Publish(topic, values[index]))
    return values, tuple(effects)
