"""One relay of the board with the contactor behind it: coil in, contacts and feedback out.

Contacts follow the coil after a lag, with a short bounce. Here are the ways in which a real one fails:
welded, stuck open, slow, chattering, feedback wire off. Times are those of common installation contactors.
Guide §3.3.4.1, §7.7.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LAG_MS = 25
BOUNCE_MS = 5
SLOW_LAG_MS = 600
"""Longer than the 250 ms within which the board expects the feedback to follow."""
LONG_BOUNCE_MS = 150


class Feedback(StrEnum):
    """Kind of the auxiliary contact (ports[0]/contactor/feedback_type)."""

    NC = "nc"
    NO = "no"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Contactor:
    """`closed` is what the main contacts do right now; `lag_ms` and `bounce_ms` count down."""

    coil: bool = False
    closed: bool = False
    lag_ms: int = 0
    bounce_ms: int = 0


RESTING = Contactor()


def step(contactor: Contactor, coil: bool, faults: frozenset[str], prefix: str, dt_ms: int) -> Contactor:
    """The contactor after `dt_ms` with this coil. `prefix` names its faults, e.g. "contactor" for
    "contactor_weld".
    """
    if faults:
        if prefix + "_weld" in faults:
            return Contactor(coil, True)
        if prefix + "_stuck_open" in faults:
            return Contactor(coil, False)
    if coil != contactor.coil:
        if coil == contactor.closed and not contactor.bounce_ms:
            return Contactor(coil, contactor.closed)
        lag_ms = SLOW_LAG_MS if prefix + "_slow" in faults else LAG_MS
        return Contactor(coil, contactor.closed, lag_ms, 0)
    if contactor.lag_ms:
        left_ms = contactor.lag_ms - dt_ms
        if left_ms > 0:
            return Contactor(coil, contactor.closed, left_ms)
        return Contactor(coil, coil, 0, LONG_BOUNCE_MS if prefix + "_bounce" in faults else BOUNCE_MS)
    if contactor.bounce_ms:
        left_ms = contactor.bounce_ms - dt_ms
        if left_ms > 0:
            return Contactor(coil, not contactor.closed, 0, left_ms)
        return Contactor(coil, coil)
    return contactor if contactor.closed == coil else Contactor(coil, contactor.closed, LAG_MS)


def sense(contactor: Contactor, feedback: Feedback, faults: frozenset[str], prefix: str) -> bool:
    """Level of the sense line: a normally open auxiliary contact is active while closed, a normally closed
    one while open.
    """
    if feedback is Feedback.NONE or (faults and prefix + "_feedback_lost" in faults):
        return False
    return contactor.closed == (feedback is Feedback.NO)
