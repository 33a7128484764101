"""What ledd knows of the station: the last value of each topic that it listens to, and what follows from time.

It takes note and judges nothing. Nobody publishes a reservation yet (it comes with OCPP), so nothing sets `reserved`
in this version. Guide §15.5, §3.3.4 (MQTT conditions), §11.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from secc.contract.enums import (
    CpState,
    DaemonState,
    FirmwareState,
    Operative,
    PlugLockFailure,
    ProximityError,
    RcdError,
)
from secc.contract.topics import availability, charge, evse, firmware, metering, power, rcd, rfid, session
from secc.contract.topics.row import Topic
from secc.contract.topics.runtime import DAEMON_STATE
from secc.fsm import Received, replace

POWER_PATH, UPDATER = "evsed", "fwupdated"
_GONE = (DaemonState.LOST, DaemonState.STOPPED)
_OFFER_PCT = (8.0, 97.0)
"""Duty cycles that offer current (IEC 61851-1 table A.8)."""


@dataclass(frozen=True, slots=True)
class Facts:
    """`running`: evsed says so. `troubled`: evsed or the broker got lost, or the start takes too long.
    `plugged`: a car is there. `offered`: current is offered to it. `allowed`: the last word about its user.
    `tag`: a tag was shown and nobody has answered. `pilot_lost`: the pilot has fitted no car for a while.
    """

    running: bool = False
    troubled: bool = False
    version: str = ""
    availability: Operative = Operative.OPERATIVE
    cp: CpState = CpState.A
    plugged: bool = False
    pilot_lost: bool = False
    offered: bool = False
    charging: bool = False
    allowed: bool = False
    tag: bool = False
    reserved: bool = False
    contactor_error: bool = False
    emergency: bool = False
    rcd_error: RcdError = RcdError.NONE
    lock_failure: PlugLockFailure = PlugLockFailure.NONE
    proximity_error: ProximityError = ProximityError.NONE
    reader: bool = True
    meter: bool = True
    firmware: FirmwareState = FirmwareState.IDLE


_PLAIN: dict[Topic[Any], str] = {
    charge.VERSION_CHARGING_SOFTWARE: "version",
    availability.ACTUAL: "availability",
    power.CHARGING: "charging",
    power.CONTACTOR_ERROR: "contactor_error",
    power.EMERGENCY_SHUTDOWN: "emergency",
    rcd.ERROR: "rcd_error",
    power.PLUG_LOCK_PERMANENT_FAILURE: "lock_failure",
    power.PROXIMITY_ERROR: "proximity_error",
    rfid.AVAILABLE: "reader",
    metering.METER_AVAILABLE: "meter",
    firmware.STATE_ACTUAL: "firmware",
}
"""Topics whose value is taken as it is."""

SUBSCRIBED: tuple[Topic[Any], ...] = (
    *_PLAIN,
    charge.CP_STATUS,
    power.CP_DUTY_CYCLE,
    session.AUTHORIZATION_STATUS,
    rfid.AUTHORIZATION_REQUEST,
    evse.AUTH_ERROR,
    DAEMON_STATE,
)
"""What ledd listens to. The states of the daemons come last: once evsed is known to run, everything retained is known,
and what changes from then on has just happened."""


def heard(facts: Facts, event: Received) -> Facts:
    """Take note of a payload. Tags and refusals are events and no facts; they are for the core."""
    name, value = _PLAIN.get(event.topic), event.value
    if name is not None:
        return facts if getattr(facts, name) == value else replace(facts, **{name: value})
    if event.topic is charge.CP_STATUS:
        return _pilot(facts, CpState(value))
    if event.topic is power.CP_DUTY_CYCLE:
        return replace(facts, offered=_offered(facts, value))
    if event.topic is session.AUTHORIZATION_STATUS:
        return replace(facts, allowed=bool(value), tag=False)
    if event.topic is DAEMON_STATE:
        return _daemon(facts, event.params[0], value)
    return facts


def forgotten(facts: Facts) -> Facts:
    """After the connection to the broker broke: nothing is known but the user's word, which nobody may repeat."""
    return Facts(allowed=facts.allowed, troubled=True)


def _pilot(facts: Facts, state: CpState) -> Facts:
    """In E the pilot tells nothing about the car: it may be pulsed to wake it up. F is the station's own doing, and
    hides a car that leaves."""
    plugged = facts.plugged if state is CpState.E else state in (CpState.B, CpState.C, CpState.D)
    lost = facts.pilot_lost and state in (CpState.E, CpState.F)
    return replace(facts, cp=state, plugged=plugged, pilot_lost=lost)


def _offered(facts: Facts, duty_pct: float) -> bool:
    """What is neither an offer nor 100 % (0 V to wake a car up, 5 % to talk to it) does not take an offer back."""
    low, high = _OFFER_PCT
    return low <= duty_pct <= high or (facts.offered and duty_pct < high)


def _daemon(facts: Facts, daemon: str, state: DaemonState) -> Facts:
    if daemon == UPDATER and state in _GONE:
        return replace(facts, firmware=FirmwareState.IDLE)
    if daemon != POWER_PATH:
        return facts
    running = state is DaemonState.RUNNING
    troubled = not running and (facts.troubled or state is DaemonState.LOST)
    return replace(facts, running=running, troubled=troubled)
