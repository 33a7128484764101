"""The contactor: closes when it may, opens at once, and believes only its feedback.

It keeps the spacing that the relay needs (6 s from open to close, 10 s from close to close, settings), filters
bouncing feedback, and fails for good when feedback and coil disagree. It does not decide when to close.
Guide §3.3.4.1, §3.4 (table 14), §15.13; decision 19.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from secc.contract.enums import ContactorStatus, PowerFault
from secc.evsed.events import DriveContactor
from secc.evsed.settings import Feedback
from secc.fsm import After, Cancel, Effects, FaultCleared, FaultRaised

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
    """`level` is the last level of the feedback line, `closed` what it says once it holds still (`unsettled`: not yet).

    `resting` and `spacing`: too little time has passed since the last opening and the last closing.
    """

    feedback: Feedback
    rest_ms: int
    interval_ms: int
    stage: Stage = Stage.OPEN
    level: bool = False
    closed: bool = False
    unsettled: bool = False
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
    """At start nothing is known of the last operation, so rest and spacing begin now."""
    effects: Effects = (DriveContactor(False), After(REST, contactor.rest_ms), After(INTERVAL, contactor.interval_ms))
    contactor, more = rewired(replace(contactor, resting=True, spacing=True, level=level), contactor.feedback)
    return contactor, (*effects, *more)


def rewired(contactor: Contactor, feedback: Feedback) -> tuple[Contactor, Effects]:
    """Look at the feedback line of an open contactor with (new) eyes; a failure ends if the line now says open."""
    closed = feedback is not Feedback.NONE and replace(contactor, feedback=feedback)._says(contactor.level)
    failed = contactor.stage is Stage.FAILED
    contactor = replace(contactor, feedback=feedback, closed=closed, unsettled=False)
    effects: Effects = (Cancel(SETTLE), Cancel(VERIFY))
    if closed and not failed:
        contactor, more = _failed(contactor)
        return contactor, (*effects, *more)
    if failed and not closed and feedback is not Feedback.NONE:
        return replace(contactor, stage=Stage.OPEN), (*effects, FaultCleared(PowerFault.CONTACTOR.value))
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
    """After an edge of the feedback line: wait until it holds still, but not for ever."""
    if level == contactor.level:
        return contactor, ()
    fresh = replace(contactor, level=level)
    if contactor.feedback is Feedback.NONE:
        return fresh, ()
    effects: Effects = (After(SETTLE, DEBOUNCE_MS),)
    if contactor.stage in (Stage.OPEN, Stage.CLOSED) and not contactor.unsettled:
        effects += (After(VERIFY, FEEDBACK_MS),)
    return replace(fresh, unsettled=True), effects


def elapsed(contactor: Contactor, timer: str) -> tuple[Contactor, Effects]:
    """After one of the contactor's own timers."""
    if timer == REST:
        return replace(contactor, resting=False), ()
    if timer == INTERVAL:
        return replace(contactor, spacing=False), ()
    if contactor.feedback is Feedback.NONE:
        return contactor, ()
    if timer == SETTLE:
        settled = replace(contactor, closed=contactor._says(contactor.level), unsettled=False)
        at_work = settled.stage in (Stage.CLOSING, Stage.OPENING)
        settled, effects = _settled(settled)
        return settled, effects if at_work else (Cancel(VERIFY), *effects)
    if timer == VERIFY and contactor.stage in (Stage.CLOSING, Stage.OPENING):
        # An edge may have come so late that it has not settled yet: what counts is the line as it is now.
        contactor, effects = _settled(replace(contactor, closed=contactor._says(contactor.level)), last_call=True)
        if contactor.unsettled and contactor.stage is not Stage.FAILED:  # it still flickers: its time runs from here
            effects += (After(VERIFY, FEEDBACK_MS),)
        return contactor, effects
    if timer == VERIFY and contactor.unsettled and contactor.stage is not Stage.FAILED:
        return _failed(contactor)
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
    """Feedback and coil disagree: coil off, until the process is started anew or the feedback is configured anew."""
    effects: Effects = (DriveContactor(False), Cancel(VERIFY), After(REST, contactor.rest_ms))
    return replace(contactor, stage=Stage.FAILED, resting=True), (*effects, FaultRaised(PowerFault.CONTACTOR.value))
