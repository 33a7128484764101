"""The emergency input: while it is asserted nothing is driven, and the pilot says that the station is unavailable.

It ends when the input is released; the car then has to ask anew. Until the line was read once, an input that is
configured counts as asserted. Guide §3.3.4.15, §15.14.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from secc.evsed.events import WatchInput
from secc.evsed.inputs import Input
from secc.fsm import Effects, FaultCleared, FaultRaised

FAULT = "EmergencyShutdown"


@dataclass(frozen=True, slots=True)
class Emergency:
    """`input` is None where no emergency input is configured."""

    input: Input | None
    asserted: bool = False


def started(emergency: Emergency) -> tuple[Emergency, Effects]:
    """Begin to listen."""
    if emergency.input is None:
        return emergency, ()
    return replace(emergency, asserted=True), (WatchInput(emergency.input.line), FaultRaised(FAULT))


def sensed(emergency: Emergency, line: str, level: bool) -> tuple[Emergency, Effects]:
    """After a line was read or changed."""
    if emergency.input is None or emergency.input.line != line:
        return emergency, ()
    asserted = emergency.input.is_active(level)
    if asserted is emergency.asserted:
        return emergency, ()
    return replace(emergency, asserted=asserted), (FaultRaised(FAULT) if asserted else FaultCleared(FAULT),)
