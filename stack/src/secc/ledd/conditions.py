"""The conditions of leds.json: which of them hold, given what is known, and which goes before which.

A failure is a fault whose safe state cannot pass (duty cycle 0.00 %), an error one that can (100.00 %), both as guide
§15.13 tells them apart; a fault under which charging goes on never hides the charge. Nothing is driven here.
Guide §14.1 (table 49), §15.13 (table 70), §3.3.4, §15.15.2.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias

from secc.contract.enums import CpState, FirmwareState, Operative, PlugLockFailure, ProximityError, RcdError
from secc.ledd.facts import Facts


class Condition(StrEnum):
    """As in leds.json."""

    INIT = "init"
    UPDATING = "updating"
    AUTH_PENDING = "auth_pending"
    AUTH_ACCEPTED = "auth_accepted"
    AUTH_REJECTED = "auth_rejected"
    READY = "ready"
    DEACTIVATED = "deactivated"
    RESERVED = "reserved"
    CONNECTED = "connected"
    CHARGE_REQUEST = "charge_request"
    VENTILATION_REQUEST = "ventilation_request"
    CHARGE_1 = "charge_1"
    VENTILATION_1 = "ventilation_1"
    ERROR = "error"
    FAILURE = "failure"


TROUBLE = (Condition.FAILURE, Condition.ERROR, Condition.INIT)
"""What goes before the answer that a user gets."""
_UPDATING = (FirmwareState.DOWNLOADING, FirmwareState.DOWNLOAD_SUCCEEDED, FirmwareState.INSTALLING)
_CABLE = (ProximityError.NO_CABLE, ProximityError.INVALID)
Holds: TypeAlias = Callable[[Facts], bool]


def served(facts: Facts) -> bool:
    """Whether a car is there and evsed offers it current."""
    return facts.charging or (facts.plugged and facts.offered)


def permitted(facts: Facts) -> bool:
    """Whether the user may charge: by the word, or by what evsed makes of key switch and word."""
    return facts.allowed or served(facts)


def in_service(facts: Facts) -> bool:
    """A car that was offered current may finish while the station is inoperative (decision 41)."""
    return facts.availability is Operative.OPERATIVE or served(facts)


def waiting(facts: Facts, asks: bool) -> bool:
    """Whether somebody waits for an authorization: who showed a tag, or whose car is plugged in. `asks`: without one
    nobody charges."""
    return asks and facts.running and in_service(facts) and (facts.tag or (facts.plugged and not permitted(facts)))


def _failure(facts: Facts) -> bool:
    lasting = facts.rcd_error in (RcdError.SPURIOUS, RcdError.TEST)
    return facts.contactor_error or facts.emergency or lasting


def _error(facts: Facts, tags: bool) -> bool:
    """A reader or meter that does not answer shows only while nobody charges."""
    passing = (
        facts.lock_failure is not PlugLockFailure.NONE
        or facts.proximity_error in _CABLE
        or facts.rcd_error is RcdError.GROUND_FAILURE
        or facts.pilot_lost
    )
    unheard = not facts.meter or (tags and not facts.reader)
    return passing or (unheard and not facts.charging)


_ROWS: tuple[tuple[Condition, Holds], ...] = (
    (Condition.CHARGE_1, lambda f: f.charging and f.cp is not CpState.D),
    (Condition.VENTILATION_1, lambda f: f.charging and f.cp is CpState.D),
    (Condition.DEACTIVATED, lambda f: not in_service(f)),
)
_SESSION: tuple[tuple[Condition, Holds], ...] = (
    (Condition.CHARGE_REQUEST, lambda f: f.plugged and f.cp is CpState.C and not f.charging),
    (Condition.VENTILATION_REQUEST, lambda f: f.plugged and f.cp is CpState.D and not f.charging),
    (Condition.CONNECTED, lambda f: f.plugged),
    (Condition.UPDATING, lambda f: f.firmware in _UPDATING),
    (Condition.RESERVED, lambda f: f.reserved),
    (Condition.READY, lambda f: not f.plugged and f.availability is Operative.OPERATIVE),
)
"""Below the question whether somebody waits."""


def held(facts: Facts, asks: bool, tags: bool) -> tuple[Condition, ...]:
    """All conditions that hold, at least one, the one that goes before all others first. `asks`: users have to be
    authorized; `tags`: by RFID tags, if they like."""
    if not facts.running:
        return (Condition.ERROR, Condition.INIT) if facts.troubled else (Condition.INIT,)
    return (
        *((Condition.FAILURE,) if _failure(facts) else ()),
        *((Condition.ERROR,) if _error(facts, tags) else ()),
        *(condition for condition, holds in _ROWS if holds(facts)),
        *((Condition.AUTH_PENDING,) if waiting(facts, asks) else ()),
        *(condition for condition, holds in _SESSION if holds(facts)),
    )


def ranked(standing: tuple[Condition, ...], word: Condition | None) -> tuple[Condition, ...]:
    """The conditions that hold, with the answer that a user just got where it belongs: behind trouble alone."""
    if word is None:
        return standing
    behind = sum(condition in TROUBLE for condition in standing)
    return (*standing[:behind], word, *standing[behind:])
