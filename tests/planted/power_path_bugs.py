"""Bugs of the power path, as somebody might make them. Each is one wrong function, and says what it breaks.

Data: to plant another one add an entry; the test beside plants it and looks whether the random walk finds it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from planting import Bug, Function
from power_invariants import CONTACTOR, Invariant
from power_setup import Setup

from secc.contract.enums import CpState, Operative, RcdError
from secc.contract.topics import power
from secc.evsed import duty
from secc.evsed.contactor import Stage
from secc.evsed.events import Drive, DriveLock, DrivePilot
from secc.fsm import After, FaultRaised

PLAIN = Setup()
FIXED = Setup(pluggable=False)
WORDS = Setup(pluggable=False, method="mqtt")
TESTED = Setup(pluggable=False, rcd="brisk")
ALARM = Setup(pluggable=False, emergency="high")
SWITCHED = Setup(pluggable=False, switching="no")


def always(value: Any) -> Any:
    """A function that answers the same, whatever it is asked."""
    return lambda right: lambda *args, **kwargs: value


def swapped(change: Any) -> Any:
    """A function whose effects are changed one by one; None leaves one out."""

    def wrong(right: Function) -> Function:
        def answer(*args: Any, **kwargs: Any) -> Any:
            part, effects = right(*args, **kwargs)
            return part, tuple(each for each in map(change, effects) if each is not None)

        return answer

    return wrong


def timer(name: str, factor: float) -> Any:
    """A timer of another length."""
    return swapped(lambda each: replace(each, ms=int(each.ms * factor)) if _is_timer(each, name) else each)


def _is_timer(effect: Any, name: str) -> bool:
    return isinstance(effect, After) and effect.name == name


def _closes_below_six(right: Function) -> Function:
    def wrong(model: Any) -> Any:
        want = right(model)
        asks = model.cp is CpState.C and want.may_offer and model.pilot.usable
        return replace(want, closed=True) if asks and not model.contactor.driven else want

    return wrong


def _emergency_waits(right: Function) -> Function:
    def wrong(model: Any) -> Any:
        want = right(model)
        driven = model.contactor.driven and model.emergency.asserted and model.cp in (CpState.C, CpState.D)
        return replace(want, closed=True) if driven else want

    return wrong


def _trip_waits(right: Function) -> Function:
    def wrong(model: Any) -> Any:
        want = right(model)
        driven = model.contactor.driven and model.rcd.error is RcdError.GROUND_FAILURE and model.cp is CpState.C
        return replace(want, closed=True) if driven else want

    return wrong


def _unlocks_too_soon(right: Function) -> Function:
    def wrong(model: Any, *args: Any) -> Any:
        opening = model.contactor.stage is Stage.OPENING
        return right(replace(model, contactor=replace(model.contactor, stage=Stage.OPEN)) if opening else model, *args)

    return wrong


def _unlocks_under_load(right: Function) -> Function:
    def wrong(model: Any, allowed: bool, asks: bool) -> bool:
        return bool(right(model, allowed, asks)) and (allowed or model.contactor.stage is not Stage.CLOSED)

    return wrong


def _secondary_at_once(right: Function) -> Function:
    def wrong(phases: Any, primary: Any, **kwargs: Any) -> Any:
        opening = primary.stage is Stage.OPENING
        return right(phases, replace(primary, stage=Stage.OPEN) if opening else primary, **kwargs)

    return wrong


def _full_in_between(right: Function) -> Function:
    def wrong(model: Any, want: Any) -> Any:
        model, effects = right(model, want)
        return model, (DrivePilot(duty.FULL), *effects) if effects and model.duty != duty.FULL else effects

    return wrong


def _no_brake(effect: Any) -> Any:
    return DriveLock(Drive.COAST) if effect == DriveLock(Drive.BRAKE) else effect


def _told_once(right: Function) -> Function:
    def wrong(model: Any) -> Any:
        values, told = right(model)
        again = [each for each in told if each.topic is not power.CP_DUTY_CYCLE or each.value == 100]
        return values, tuple(again)

    return wrong


def _half_heard(right: Function) -> Function:
    return lambda contactor, timer: (contactor, ()) if timer == "verify" else right(contactor, timer)


def _three_readings(right: Function) -> Function:
    def wrong(side: Any, mv: int) -> Any:
        after = right(side, mv)
        again = side.seen is not None and side.odd < 2 and after.counts is side.seen
        return replace(side, odd=side.odd + 1) if again and side.counts is not None else after

    return wrong


def _each_twice(right: Function) -> Function:
    def wrong(*args: Any) -> Any:
        effects = right(*args)
        return (*effects, *(each for each in effects if each == FaultRaised(CONTACTOR)))

    return wrong


def _only_first_name(right: Function) -> Function:
    return lambda limits: right(replace(limits, dynamic=limits.dynamic[:1]))


def _names_without_end(right: Function) -> Function:
    def wrong(limits: Any, name: str, ampere: float) -> Any:
        known = dict(limits.dynamic)
        known[name] = None if ampere == -1 else max(0, int(ampere * 10 + 1e-6))
        return replace(limits, dynamic=tuple(known.items()), heard=limits.heard + 1)

    return wrong


def _failsafe_stays(right: Function) -> Function:
    return lambda limits: right(replace(limits, heard=0))


def _cable_grows(right: Function) -> Function:
    return lambda model: right(replace(model, session=replace(model.session, ceiling_da=None)))


def _up(limit_da: int) -> int:
    if limit_da < 60:
        return duty.FULL
    return -(-limit_da * 50 // 3) if limit_da <= 510 else limit_da * 4 + 6400


BUGS = (
    Bug(
        "nobody has to authorize",
        Invariant.PERMISSION,
        "secc.evsed.authorization:Authorization.granted",
        always(True),
        WORDS,
    ),
    Bug(
        "service does not matter",
        Invariant.PERMISSION,
        "secc.evsed.availability:Availability.actual",
        always(Operative.OPERATIVE),
        FIXED,
    ),
    Bug(
        "closes below 6 A", Invariant.PERMISSION, "secc.evsed.driving:wish", _closes_below_six, replace(FIXED, evse_a=5)
    ),
    Bug("B needs three readings", Invariant.PERMISSION, "secc.evsed.pilot:Side.sampled", _three_readings, FIXED),
    Bug(
        "the car gets 9 s to stop",
        Invariant.PERMISSION,
        "secc.evsed.driving:_wind_down",
        timer("session.grace", 1.5),
        WORDS,
    ),
    Bug(
        "closed in B as well",
        Invariant.PERMISSION,
        "secc.evsed.session:requested",
        lambda right: lambda model: right(model) or (model.cp is CpState.B and model.contactor.driven),
        FIXED,
    ),
    Bug("5.9 s of rest", Invariant.SPACING, "secc.evsed.contactor:open_", timer("relay_1.rest", 5900 / 6000), FIXED),
    Bug(
        "9.9 s from close to close",
        Invariant.SPACING,
        "secc.evsed.contactor:close",
        timer("relay_1.interval", 0.99),
        FIXED,
    ),
    Bug("unlocks while the contactor opens", Invariant.LOCK, "secc.evsed.session:_lock", _unlocks_too_soon, PLAIN),
    Bug(
        "unlocks when the permission ends",
        Invariant.LOCK,
        "secc.evsed.session:_lock",
        _unlocks_under_load,
        replace(PLAIN, method="mqtt"),
    ),
    Bug(
        "only the first dynamic limit counts",
        Invariant.LIMIT,
        "secc.evsed.limits:Limits.offered_da",
        _only_first_name,
        FIXED,
    ),
    Bug("a sixth name counts", Invariant.LIMIT, "secc.evsed.limits:Limits.with_dynamic", _names_without_end, FIXED),
    Bug(
        "the failsafe limit stays",
        Invariant.LIMIT,
        "secc.evsed.limits:Limits.offered_da",
        _failsafe_stays,
        replace(FIXED, failsafe_a=10),
    ),
    Bug("the cable limit grows under load", Invariant.LIMIT, "secc.evsed.cable:judged", _cable_grows, PLAIN),
    Bug("the duty cycle is rounded up", Invariant.LIMIT, "secc.evsed.duty:from_current", lambda right: _up, FIXED),
    Bug(
        "6 A are offered below 6 A",
        Invariant.LIMIT,
        "secc.evsed.limits:Limits.offered_da",
        lambda right: lambda limits: max(60, right(limits)),
        FIXED,
    ),
    Bug(
        "the primary does not wait for the secondary",
        Invariant.ORDER,
        "secc.evsed.phases:Phases.feeds",
        lambda right: lambda phases: not phases.failed and not phases.pausing,
        SWITCHED,
    ),
    Bug(
        "the secondary does not wait for the primary",
        Invariant.ORDER,
        "secc.evsed.phases:settled",
        _secondary_at_once,
        SWITCHED,
    ),
    Bug("the pause is too short", Invariant.ORDER, "secc.evsed.phases:_paced", timer("phases.delay", 0.9), SWITCHED),
    Bug("the pause is too long", Invariant.ORDER, "secc.evsed.phases:_paced", timer("phases.delay", 1.2), SWITCHED),
    Bug("an emergency waits for the car", Invariant.AT_ONCE, "secc.evsed.driving:wish", _emergency_waits, ALARM),
    Bug("a residual current waits for the car", Invariant.AT_ONCE, "secc.evsed.driving:wish", _trip_waits, TESTED),
    Bug(
        "a test that is due is forgotten",
        Invariant.OFFER,
        "secc.evsed.rcd:Rcd.wants_test",
        lambda right: lambda rcd: right(rcd) and rcd.tests == 0,
        TESTED,
    ),
    Bug(
        "every test passes",
        Invariant.RCD,
        "secc.evsed.rcd:_verdict",
        lambda right: lambda rcd, test: right(replace(rcd, saw_trip=True), test),
        TESTED,
    ),
    Bug(
        "a new car needs no test",
        Invariant.RCD,
        "secc.evsed.rcd:car_came",
        lambda right: lambda rcd: (replace(rcd, connected=True), ()),
        TESTED,
    ),
    Bug(
        "a day is 30 hours",
        Invariant.RCD,
        "secc.evsed.rcd:ticked",
        lambda right: lambda rcd, now_ms: right(rcd, now_ms * 4 // 5),
        TESTED,
    ),
    Bug("the trigger is held", Invariant.RCD, "secc.evsed.rcd:begin", timer("rcd.trigger", 1.5), TESTED),
    Bug("100 % before every duty cycle", Invariant.PILOT, "secc.evsed.driving:_pilot", _full_in_between, FIXED),
    Bug(
        "a pulse of 5 s",
        Invariant.PILOT,
        "secc.evsed.wakeup:offered",
        timer("wakeup.pulse", 1.25),
        replace(FIXED, method="mqtt", wake_word=True),
    ),
    Bug(
        "a lasting fault shows 100 %",
        Invariant.PILOT,
        "secc.evsed.driving:wish",
        lambda right: lambda model: replace(right(model), duty=duty.FULL) if model.emergency.asserted else right(model),
        ALARM,
    ),
    Bug("the lock is not braked", Invariant.MOTOR, "secc.evsed.pluglock:elapsed", swapped(_no_brake), PLAIN),
    Bug(
        "the lock is driven for too long",
        Invariant.MOTOR,
        "secc.evsed.pluglock:_drive",
        timer("lock.driven", 1.01),
        PLAIN,
    ),
    Bug("the duty cycle is told once", Invariant.MIRROR, "secc.evsed.core:publications", _told_once, FIXED),
    Bug("a weld is not noticed", Invariant.NOTICED, "secc.evsed.contactor:elapsed", _half_heard, FIXED),
    Bug("a fault is raised twice", Invariant.NOTICED, "secc.evsed.core:_told_once", _each_twice, FIXED),
    Bug(
        "the word is forgotten",
        Invariant.OFFER,
        "secc.evsed.authorization:Authorization.granted",
        lambda right: lambda authorization: authorization.key,
        WORDS,
    ),
)
