"""A contactor on relay 1 or 2: closes when it may, opens at once, and believes only its feedback.

It keeps the spacing that the relay needs (6 s from open to close, 10 s from close to close, settings), filters
bouncing feedback, and fails for good when feedback and coil disagree, unless it is forgiving: then the feedback is
only told. Without feedback it is thought to have moved after 250 ms. It does not decide when to close.
Guide §3.3.4.1, §3.4 (table 14), §7.7 (table 24), §15.13; decision 19.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from secc.contract.enums import ContactorStatus, PowerFault
from secc.evsed.events import RELAY_SENSE, DriveRelay, WatchInput
from secc.evsed.settings import Feedback
from secc.fsm import After, Cancel, Effects, FaultCleared, FaultRaised, replace

FEEDBACK_MS = 250
DEBOUNCE_MS = 10
VERIFY, SETTLE, REST, INTERVAL = "verify", "settle", "rest", "interval"
"""Timers, each behind the name of its relay: relay_1.verify."""


class Stage(Enum):
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    OPENING = "opening"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Contactor:
    """`level` is the last level of the feedback line (None: never read), `closed` what it says once it holds still
    (`unsettled`: not yet).

    `resting` and `spacing`: too little time has passed since the last opening and the last closing. `forgiving`: no
    charging current runs through it, so a feedback that disagrees is no fault and lets go of nothing.
    """

    feedback: Feedback
    rest_ms: int
    interval_ms: int
    relay: int = 1
    forgiving: bool = False
    stage: Stage = Stage.OPEN
    level: bool | None = None
    closed: bool = False
    unsettled: bool = False
    resting: bool = False
    spacing: bool = False

    @property
    def may_close(self) -> bool:
        """Whether it is known to be open, and for long enough. A line that moves just now is waited for."""
        known = self.level is not None or self.feedback is Feedback.NONE
        still = self.forgiving or not self.unsettled
        return known and still and self.stage is Stage.OPEN and not self.resting and not self.spacing

    @property
    def sense_line(self) -> str:
        return RELAY_SENSE[self.relay]

    @property
    def driven(self) -> bool:
        return self.stage in (Stage.CLOSING, Stage.CLOSED)

    @property
    def status(self) -> ContactorStatus:
        """For `ci/charge/contactor/status` (guide table 58)."""
        if self.feedback is Feedback.NONE:
            return ContactorStatus.UNKNOWN
        return ContactorStatus.CLOSED if self.closed else ContactorStatus.OPENED

    @property
    def _says_closed(self) -> bool:
        return self.level is not None and self.level is (self.feedback is Feedback.NO)

    def _coil(self, closed: bool) -> DriveRelay:
        return DriveRelay(self.relay, closed)

    def _after(self, timer: str, ms: int) -> After:
        return After(f"relay_{self.relay}.{timer}", ms)

    def _cancel(self, timer: str) -> Cancel:
        return Cancel(f"relay_{self.relay}.{timer}")


def started(contactor: Contactor) -> tuple[Contactor, Effects]:
    """At start nothing is known of the last operation, so rest and spacing begin now."""
    effects: Effects = (
        contactor._coil(False),
        contactor._after(REST, contactor.rest_ms),
        contactor._after(INTERVAL, contactor.interval_ms),
    )
    contactor, more = rewired(replace(contactor, resting=True, spacing=True), contactor.feedback)
    return contactor, (*effects, *more)


def rewired(contactor: Contactor, feedback: Feedback) -> tuple[Contactor, Effects]:
    """Have the feedback line of an open contactor read anew, with (new) eyes. No feedback: the line is left alone."""
    contactor = replace(contactor, feedback=feedback, level=None, closed=False, unsettled=False)
    effects: Effects = (contactor._cancel(SETTLE), contactor._cancel(VERIFY))
    return contactor, effects if feedback is Feedback.NONE else (*effects, WatchInput(contactor.sense_line))


def _first_sensed(contactor: Contactor, level: bool) -> tuple[Contactor, Effects]:
    """The line was read for the first time. A failure ends if it says open; contacts that are closed get the time of
    an opening, because the coil may have been let go a moment ago by whoever drove it before."""
    contactor = replace(contactor, level=level)
    closed, failed = contactor._says_closed, contactor.stage is Stage.FAILED
    contactor = replace(contactor, closed=closed)
    if closed and not failed:
        return replace(contactor, stage=Stage.OPENING), (contactor._after(VERIFY, FEEDBACK_MS),)
    if failed and not closed:
        return replace(contactor, stage=Stage.OPEN), (FaultCleared(PowerFault.CONTACTOR.value),)
    return contactor, ()


def close(contactor: Contactor) -> tuple[Contactor, Effects]:
    """Close if that is allowed now; otherwise nothing happens and the caller asks again after the next event."""
    if not contactor.may_close:
        return contactor, ()
    effects: Effects = (contactor._coil(True), contactor._after(INTERVAL, contactor.interval_ms))
    closed = contactor.closed or contactor.feedback is Feedback.NONE
    contactor = replace(contactor, stage=Stage.CLOSING, closed=closed, spacing=True)
    return contactor, (*effects, contactor._after(VERIFY, FEEDBACK_MS))


def open_(contactor: Contactor) -> tuple[Contactor, Effects]:
    """Open at once if the coil is driven."""
    if not contactor.driven:
        return contactor, ()
    effects: Effects = (contactor._coil(False), contactor._after(REST, contactor.rest_ms))
    closed = contactor.closed and contactor.feedback is not Feedback.NONE
    contactor = replace(contactor, stage=Stage.OPENING, closed=closed, resting=True)
    return contactor, (*effects, contactor._after(VERIFY, FEEDBACK_MS))


def sensed(contactor: Contactor, level: bool) -> tuple[Contactor, Effects]:
    """After an edge of the feedback line: wait until it holds still, but not for ever."""
    if contactor.feedback is Feedback.NONE or level == contactor.level:
        return contactor, ()
    if contactor.level is None:
        return _first_sensed(contactor, level)
    fresh = replace(contactor, level=level)
    effects: Effects = (contactor._after(SETTLE, DEBOUNCE_MS),)
    if contactor.stage in (Stage.OPEN, Stage.CLOSED) and not contactor.unsettled:
        effects += (contactor._after(VERIFY, FEEDBACK_MS),)
    return replace(fresh, unsettled=True), effects


def elapsed(contactor: Contactor, timer: str) -> tuple[Contactor, Effects]:
    """After one of the contactor's own timers (the part of the name behind its relay)."""
    if timer == REST:
        return replace(contactor, resting=False), ()
    if timer == INTERVAL:
        return replace(contactor, spacing=False), ()
    if contactor.feedback is Feedback.NONE:
        return _settled(contactor, last_call=True) if timer == VERIFY else (contactor, ())
    if timer == SETTLE:
        settled = replace(contactor, closed=contactor._says_closed, unsettled=False)
        at_work = settled.stage in (Stage.CLOSING, Stage.OPENING)
        settled, effects = _settled(settled)
        return settled, effects if at_work else (contactor._cancel(VERIFY), *effects)
    if timer == VERIFY and contactor.stage in (Stage.CLOSING, Stage.OPENING):
        # An edge may have come so late that it has not settled yet: what counts is the line as it is now.
        contactor, effects = _settled(replace(contactor, closed=contactor._says_closed), last_call=True)
        if contactor.unsettled and contactor.stage is not Stage.FAILED:  # it still flickers: its time runs from here
            effects += (contactor._after(VERIFY, FEEDBACK_MS),)
        return contactor, effects
    if timer == VERIFY and contactor.unsettled and contactor.stage is not Stage.FAILED:
        return _failed(contactor)
    return contactor, ()


def _settled(contactor: Contactor, last_call: bool = False) -> tuple[Contactor, Effects]:
    match contactor.stage:
        case Stage.CLOSING if contactor.closed:
            return replace(contactor, stage=Stage.CLOSED), (contactor._cancel(VERIFY),)
        case Stage.OPENING if not contactor.closed:
            return replace(contactor, stage=Stage.OPEN), (contactor._cancel(VERIFY),)
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
    """Feedback and coil disagree: coil off, until the process is started anew or the feedback is configured anew.

    A forgiving one goes on; of a line that does not hold still it says that it is open.
    """
    if contactor.forgiving:
        stage = Stage.CLOSED if contactor.driven else Stage.OPEN
        still_closed = contactor.closed and not contactor.unsettled
        return replace(contactor, stage=stage, closed=still_closed), (contactor._cancel(VERIFY),)
    effects: Effects = (contactor._coil(False), contactor._cancel(VERIFY), contactor._after(REST, contactor.rest_ms))
    return replace(contactor, stage=Stage.FAILED, resting=True), (*effects, FaultRaised(PowerFault.CONTACTOR.value))
