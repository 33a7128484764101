"""The contactor: closes when it may, opens at once, and believes only its feedback.

It keeps the spacing that the relay needs (6 s from open to close, 10 s from close to close, settings), filters
bouncing feedback, and fails for good when feedback and coil disagree. It does not decide when to close.
Guide §3.3.4.1, §3.4 (table 14), §15.13; decision 19.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from secc.contract.enums import ContactorStatus
from secc.evsed.events import DriveContactor
from secc.evsed.settings import Feedback
from secc.fsm import After, Cancel, Effects, FaultRaised

FEEDBACK_MS = 250
DEBOUNCE_MS = 10
VERIFY, SETTLE, REST, INTERVAL = (
    "contactor.verify",
    "contactor.settle",
    "contactor.rest",
    "contactor.interval",
)


class Stage(Enum):
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    OPENING = "opening"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Contactor:
    """`level` is the last level of the feedback line, `closed` what it says once it holds still."""

    feedback: Feedback
    rest_ms: int
    interval_ms: int
    stage: Stage = Stage.OPEN
    level: bool = False
    closed: bool = False
    resting: bool = False
    spacing: bool = False

    @property
    def may_close(self) -> bool:
        return self.stage is Stage.OPEN and not self.resting and not self.spacing

    @property
    def driven(self) -> bool:
        return self.stage in (Stage.CLOSING, Stage.CLOSED)

    @property
    def status(self) -> ContactorStatus:
        """For `ci/charge/contactor/status` (guide table 58)."""
        if self.feedback is Feedback.NONE:
            return ContactorStatus.UNKNOWN
        return ContactorStatus.CLOSED if self.closed else ContactorStatus.OPENED

    def _says(self, level: bool) -> bool:
        return level if self.feedback is Feedback.NO else not level


def started(contactor: Contactor, level: bool) -> tuple[Contactor, Effects]:
    """At start: nothing is known of the last opening, so the rest begins now."""
    effects: Effects = (DriveContactor(False), After(REST, contactor.rest_ms))
    contactor = replace(contactor, resting=True, level=level)
    if contactor.feedback is not Feedback.NONE and contactor._says(level):
        contactor, more = _failed(replace(contactor, closed=True))
        effects += more
    return contactor, effects


def close(contactor: Contactor) -> tuple[Contactor, Effects]:
    """Close if that is allowed now; otherwise nothing happens and the caller asks again after the next event."""
    if not contactor.may_close:
        return contactor, ()
    effects: Effects = (DriveContactor(True), After(INTERVAL, contactor.interval_ms))
    contactor = replace(contactor, stage=Stage.CLOSING, spacing=True)
    if contactor.feedback is Feedback.NONE:
        return replace(contactor, stage=Stage.CLOSED, closed=True), effects
    return contactor, (*effects, After(VERIFY, FEEDBACK_MS))


def open_(contactor: Contactor) -> tuple[Contactor, Effects]:
    """Open at once if the coil is driven."""
    if not contactor.driven:
        return contactor, ()
    effects: Effects = (DriveContactor(False), After(REST, contactor.rest_ms))
    contactor = replace(contactor, stage=Stage.OPENING, resting=True)
    if contactor.feedback is Feedback.NONE:
        return replace(contactor, stage=Stage.OPEN, closed=False), effects
    return contactor, (*effects, After(VERIFY, FEEDBACK_MS))


def sensed(contactor: Contactor, level: bool) -> tuple[Contactor, Effects]:
    """After an edge of the feedback line: wait until it holds still."""
    if contactor.feedback is Feedback.NONE or level == contactor.level:
        return contactor, ()
    return replace(contactor, level=level), (After(SETTLE, DEBOUNCE_MS),)


def elapsed(contactor: Contactor, timer: str) -> tuple[Contactor, Effects]:
    """After one of the contactor's own timers."""
    if timer == REST:
        return replace(contactor, resting=False), ()
    if timer == INTERVAL:
        return replace(contactor, spacing=False), ()
    if timer == SETTLE:
        return _settled(replace(contactor, closed=contactor._says(contactor.level)))
    if timer == VERIFY and contactor.stage in (Stage.CLOSING, Stage.OPENING):
        # An edge may have come so late that it has not settled yet: what counts is the line as it is now.
        return _settled(replace(contactor, closed=contactor._says(contactor.level)), last_call=True)
    return contactor, ()


def _settled(contactor: Contactor, last_call: bool = False) -> tuple[Contactor, Effects]:
    match contactor.stage:
        case Stage.CLOSING if contactor.closed:
            return replace(contactor, stage=Stage.CLOSED), (Cancel(VERIFY),)
        case Stage.OPENING if not contactor.closed:
            return replace(contactor, stage=Stage.OPEN), (Cancel(VERIFY),)
        case Stage.CLOSING | Stage.OPENING if not last_call:
            return contactor, ()
        case Stage.CLOSED if contactor.closed:
            return contactor, ()
        case Stage.OPEN if not contactor.closed:
            return contactor, ()
        case Stage.FAILED:
            return contactor, ()
    return _failed(contactor)


def _failed(contactor: Contactor) -> tuple[Contactor, Effects]:
    """Feedback and coil disagree: coil off, and it stays off until the process is started anew."""
    effects: Effects = (DriveContactor(False), Cancel(VERIFY), FaultRaised("PowerSwitchFailure"))
    return replace(contactor, stage=Stage.FAILED), effects
