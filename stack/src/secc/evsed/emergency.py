"""The emergency input: while it is asserted nothing is driven, and the pilot says that the station is unavailable.

It ends when the input is released; the car then has to ask anew. Until the line was read once nothing is offered, but
no emergency is told either. Guide §3.3.4.15, §15.14.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from secc.contract.enums import PowerFault
from secc.evsed.events import WatchInput
from secc.evsed.inputs import Input
from secc.fsm import Effects, FaultCleared, FaultRaised


@dataclass(frozen=True, slots=True)
class Emergency:
    """`input` is None where no emergency input is configured. `asserted` is None until the line was read."""

    input: Input | None
    asserted: bool | None = None

    @property
    def released(self) -> bool:
        """Whether it is known that nobody asked for an emergency stop."""
        return self.input is None or self.asserted is False


def started(emergency: Emergency) -> tuple[Emergency, Effects]:
    """Begin to listen."""
    return emergency, (WatchInput(emergency.input.line),) if emergency.input else ()


def replaced(old: Emergency, new: Emergency) -> tuple[Emergency, Effects]:
    """Listen to another input, or to none: what the old one said counts no more."""
    fresh, effects = started(new)
    return fresh, (*((FaultCleared(PowerFault.EMERGENCY.value),) if old.asserted else ()), *effects)


def sensed(emergency: Emergency, line: str, level: bool) -> tuple[Emergency, Effects]:
    """After a line was read or changed."""
    if emergency.input is None or emergency.input.line != line:
        return emergency, ()
    before, asserted = bool(emergency.asserted), emergency.input.is_active(level)
    if asserted is emergency.asserted:
        return emergency, ()
    effects: Effects = ()
    if asserted is not before:
        code = PowerFault.EMERGENCY.value
        effects = (FaultRaised(code) if asserted else FaultCleared(code),)
    return replace(emergency, asserted=asserted), effects
