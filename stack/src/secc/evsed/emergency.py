"""The emergency input: while it is asserted nothing is driven, and the pilot says that the station is unavailable.

It ends when the input has been released for a while; the car then has to ask anew. Until the line was read once
nothing is offered, but no emergency is told either. Guide §3.3.4.15, §15.14.
"""

from __future__ import annotations

from dataclasses import dataclass

from secc.contract.enums import PowerFault
from secc.evsed.events import WatchInput
from secc.evsed.inputs import Input
from secc.fsm import After, Cancel, Effects, FaultCleared, FaultRaised, replace

RELEASE, RELEASE_MS = "emergency.release", 500
"""However short the input is asserted, state F is held for longer than the 300 ms that a car needs to notice it."""


@dataclass(frozen=True, slots=True)
class Emergency:
    """`input` is None where no emergency input is configured. `asserted` is None until the line was read.
    `letting_go`: the input is released, but not for long enough.
    """

    input: Input | None
    asserted: bool | None = None
    letting_go: bool = False

    @property
    def released(self) -> bool:
        """Whether it is known that nobody asked for an emergency stop."""
        return self.input is None or self.asserted is False


def started(emergency: Emergency) -> tuple[Emergency, Effects]:
    """Begin to listen."""
    return emergency, (WatchInput(emergency.input.line),) if emergency.input else ()


def replaced(old: Emergency, new: Emergency) -> tuple[Emergency, Effects]:
    """Listen to another input: what the old one said counts until the new one was read. Or to none."""
    fresh, effects = started(new)
    if old.asserted and new.input is not None:
        return replace(fresh, asserted=True), (Cancel(RELEASE), *effects)
    return fresh, (Cancel(RELEASE), *((FaultCleared(PowerFault.EMERGENCY.value),) if old.asserted else ()), *effects)


def sensed(emergency: Emergency, line: str, level: bool) -> tuple[Emergency, Effects]:
    """After a line was read or changed."""
    if emergency.input is None or emergency.input.line != line:
        return emergency, ()
    asserted = emergency.input.is_active(level)
    if asserted and not emergency.asserted:
        return replace(emergency, asserted=True), (FaultRaised(PowerFault.EMERGENCY.value),)
    if asserted and emergency.letting_go:
        return replace(emergency, letting_go=False), (Cancel(RELEASE),)
    if not asserted and emergency.asserted and not emergency.letting_go:
        return replace(emergency, letting_go=True), (After(RELEASE, RELEASE_MS),)
    return (emergency if asserted or emergency.asserted is not None else replace(emergency, asserted=False)), ()


def elapsed(emergency: Emergency) -> tuple[Emergency, Effects]:
    """The input has been released for long enough."""
    if not emergency.letting_go:
        return emergency, ()
    return replace(emergency, asserted=False, letting_go=False), (FaultCleared(PowerFault.EMERGENCY.value),)
