"""What has to hold after every step of the random walk, whatever the step did: the second half of the judge.

Pure comparisons between the world, what was published, and the judge's own opinion; each tells the invariant that is
violated. Guide §3.3.4, §15.13 (table 70), §15.15, §15.16.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from power_invariants import CABLE_FAULTS, CONTACTOR, GRACE_MS, LASTING, NOTICED_MS, PULSE_MS, TEST, Invariant
from power_oracle import CHARGE, FULL, KEY_MS, NONE, UNDRIVEN, permitted_duty
from power_setup import RCD_TIMES

from secc.contract.topics import charge, limits, power
from secc.contract.topics import rcd as rcd_topics
from secc.evsed.motors import MOTORS

if TYPE_CHECKING:
    from collections.abc import Callable

    from power_judge import Judge

REST_OF_LOCK_MS = 10_500
"""Drives of the lock follow each other within 5 s, and 5 s more where the capacitor is slow."""
PATIENCE_MS = 3000
"""So long an offer may take although nothing stands in its way."""


def look_at_coil(judge: Judge) -> None:
    """What the present state of the world says to a coil that is driven."""
    world, setup, now = judge.world, judge.setup, judge.world.now_ms
    pilot = judge.pilot
    if judge.permission.emergency:
        judge.say(Invariant.AT_ONCE, "the coil is driven in an emergency")
    if setup.rcd and judge.rcd.normal is False:
        judge.say(Invariant.AT_ONCE, "the coil is driven although the RCD says tripped")
    if judge.broken:
        return  # what else is wrong with a coil that should be off says nothing new
    if pilot.shown != CHARGE and not pilot.doubt:
        judge.say(Invariant.PERMISSION, f"the coil is driven while the pilot shows {pilot.shown}")
    for code in (CONTACTOR, TEST):
        if code in judge.raised:
            judge.say(Invariant.PERMISSION, f"the coil is driven in spite of {code}")
    if judge.stopping:
        judge.say(Invariant.PERMISSION, "the coil is driven although the process ends")
    if world.duty in (NONE, UNDRIVEN):
        judge.say(Invariant.PERMISSION, f"the coil is driven over a duty cycle of {world.duty}")
    if judge.full_since is not None and now - judge.full_since > GRACE_MS:
        judge.say(Invariant.PERMISSION, "the coil is driven for more than 6 s of 100 % although 6 A are there")
    if judge.revoked_since is not None and now - judge.revoked_since > GRACE_MS + KEY_MS:
        judge.say(Invariant.PERMISSION, "the coil is driven for more than 6 s after the permission ended")


def _since(before: int | None, now: int, holds: bool) -> int | None:
    if not holds:
        return None
    return now if before is None else before


def _offer(judge: Judge) -> None:
    world, offers = judge.world, judge.offers()
    if 0 < world.duty < FULL and world.duty not in {permitted_duty(offer) for offer in offers}:
        judge.say(
            Invariant.LIMIT, f"{world.duty / 100} % are driven, the limit is {sorted(offers)} tenths of an ampere"
        )
    if 0 < world.duty < FULL and judge.raised & CABLE_FAULTS:
        judge.say(Invariant.LIMIT, f"current is offered over {sorted(judge.raised & CABLE_FAULTS)}")
    told = judge.told.get(limits.OFFERED_CURRENT_LIMIT.topic)
    if told is not None and round(told * 10) not in offers:
        judge.say(Invariant.LIMIT, f"{told} A are told, the limit is {sorted(offers)} tenths of an ampere")
    granted = judge.permission.granted(judge.setup, world.now_ms)
    full = world.contacts[1].coil and world.duty == FULL and min(offers) >= 60
    judge.full_since = _since(judge.full_since, world.now_ms, full)
    judge.revoked_since = _since(judge.revoked_since, world.now_ms, world.contacts[1].coil and not granted)
    if granted and judge.permission.in_service and judge.pilot.sight_ms is not None:
        judge.permission.admitted = True


def _pilot(judge: Judge) -> None:
    world, now = judge.world, judge.world.now_ms
    if judge.dark_since is not None and now - judge.dark_since > PULSE_MS:
        judge.say(Invariant.PILOT, "0 V for more than the time of a pulse")
    if judge.raised & LASTING and world.duty != NONE:
        judge.say(Invariant.PILOT, f"{world.duty / 100} % although {sorted(judge.raised & LASTING)}")
    if world.duty == NONE and not judge.raised & (LASTING | {TEST}):
        judge.say(Invariant.PILOT, "0 % without an unrecoverable fault")


def _timed(judge: Judge) -> None:
    """Whatever is driven for a time, and no longer."""
    setup, now = judge.setup, judge.world.now_ms
    held_since = judge.rcd.trigger_on_ms
    if held_since is not None and now - held_since > RCD_TIMES.get(setup.rcd, (0,))[0]:
        judge.say(Invariant.RCD, "the test trigger is held for too long")
    passed = None if judge.stopping else judge.rcd.verdict(setup, now)
    if passed is not None and passed is (TEST in judge.raised):
        judge.say(Invariant.RCD, f"the test should have {'passed' if passed else 'failed'}")
    if judge.motor in ("lock", "unlock") and now - judge.motor_ms > MOTORS[setup.motor].drive_ms:
        judge.say(Invariant.MOTOR, f"the lock motor is driven for {now - judge.motor_ms} ms")


def _contacts(judge: Judge) -> None:
    """The lines of the feedback, against the coils."""
    now = judge.world.now_ms
    for relay in (1, 2) if judge.setup.switching else (1,):
        kind, contacts = judge.feedback(relay), judge.world.contacts[relay]
        says_closed = contacts.level is (kind == "no")
        astray = kind != "none" and says_closed is not contacts.coil and CONTACTOR not in judge.raised
        since = judge.astray_since[relay] = _since(judge.astray_since[relay], now, astray)
        if since is not None and now - since > NOTICED_MS:
            judge.say(Invariant.NOTICED, f"relay {relay}: its feedback disagrees for {now - since} ms")


def _mirror(judge: Judge) -> None:
    told, world = judge.told, judge.world
    percent = max(world.duty, 0) / 100
    for topic in (power.CP_DUTY_CYCLE, charge.PWM_STATUS):
        if told.get(topic.topic, percent) != percent:
            judge.say(Invariant.MIRROR, f"{topic.topic} says {told[topic.topic]}, {percent} are driven")
    coil = world.contacts[1].coil
    if told.get(power.CONTACTOR_STATE_TARGET.topic, coil) is not coil:
        judge.say(Invariant.MIRROR, f"{power.CONTACTOR_STATE_TARGET.topic} does not say {coil}")
    if told.get(power.CHARGING.topic) and not coil:
        judge.say(Invariant.MIRROR, "charging is told although the coil is off")
    error = CONTACTOR in judge.raised
    if told.get(power.CONTACTOR_ERROR.topic, error) is not error:
        judge.say(Invariant.MIRROR, f"{power.CONTACTOR_ERROR.topic} does not say {error}")
    for name, codes in ((power.PLUG_LOCK_PERMANENT_FAILURE.topic, "PlugLock"), (rcd_topics.ERROR.topic, "Rcd")):
        word, raised = told.get(name), {code for code in judge.raised if codes in code}
        if word is not None and {str(word)} - {""} != raised:
            judge.say(Invariant.MIRROR, f"{name} says {word!r}, raised are {sorted(raised)}")
    since_ms = max(judge.motor_ms, judge.lock_told_ms)
    resting = judge.motor == "coast" and world.now_ms - since_ms >= REST_OF_LOCK_MS
    target = told.get(power.PLUG_LOCK_STATE_TARGET.topic)
    if "PlugLockMotorCapNotCharged" in judge.raised:
        judge.motor_ms = world.now_ms  # it is told to move, and cannot
    elif resting and judge.direction is not None and target is not (judge.direction == "lock"):
        judge.say(Invariant.MIRROR, f"the lock was driven to {judge.direction}, its target is told as {target}")


def _relay_2(judge: Judge) -> None:
    if not judge.world.contacts[2].coil or judge.setup.switching:
        return
    fan = judge.setup.fan
    if not fan:
        judge.say(Invariant.MIRROR, "relay 2 is driven although nothing uses it")
    elif fan == "internal" and judge.told.get(power.VENTILATION_STATE_TARGET.topic) is False:
        judge.say(Invariant.MIRROR, "the fan is driven, its target is told as 0")
    elif fan != "internal" and not judge.fan_asked:
        judge.say(Invariant.MIRROR, "the fan is driven although the customer did not ask for it")


def _ready(judge: Judge) -> bool:
    """Nothing stands in the way of an offer, as far as can be told from outside."""
    setup, pilot, now, world = judge.setup, judge.pilot, judge.world.now_ms, judge.world
    if judge.raised or judge.stopping or not (pilot.connected and pilot.trusted) or pilot.doubt:
        return False
    if setup.wake_word or setup.wake_timeout or (judge.seen_d and not setup.accept_d):
        return False
    if judge.permission.emergency is not False and setup.emergency:
        return False
    if setup.pluggable and not (judge.cable.understood and judge.motor == "coast"):
        return False
    if setup.rcd and (judge.rcd.normal is not True or judge.rcd.running(setup, now)):
        return False
    granted = judge.permission.key_level if setup.method == "key-switch" else judge.permission.granted(setup, now)
    astray = judge.astray_since[1] is not None or judge.astray_since[2] is not None
    return granted and not astray and judge.permission.in_service and min(judge.offers()) >= 60 and world.car.cp


def _due(judge: Judge) -> None:
    """An offer that nothing stands in the way of is made; where the count of phases changes, after the delay."""
    now = judge.world.now_ms
    # Under load it is a car that was asked to stop; `look_at_coil` sees to it that this takes 6 s and no longer.
    due = not 0 < judge.world.duty < FULL and not judge.world.contacts[1].coil and _ready(judge)
    since = judge.ready_since = _since(judge.ready_since, now, due)
    if since is None:
        return
    if judge.pause_ms is not None:
        if now > max(judge.pause_ms + judge.pause_s * 1000, since) + 1000:
            judge.say(Invariant.ORDER, "the offer does not come back after the delay")
    elif now > since + PATIENCE_MS and not judge.setup.switching:
        judge.say(Invariant.OFFER, f"nothing is offered for {now - since} ms")


CHECKS: tuple[Callable[[Judge], None], ...] = (_offer, _pilot, _timed, _contacts, _mirror, _relay_2, _due)


def look(judge: Judge) -> None:
    """All of it."""
    for check in CHECKS:
        check(judge)
    if judge.world.contacts[1].coil:
        look_at_coil(judge)
