"""The plug lock: waits for its capacitor, drives its motor for the time of its type, then looks where the bolt is.

It does not decide when to lock, and it never cuts a drive short. A drive waits until the capacitor is charged. If that
takes too long it is a fault: an opening is driven all the same (somebody wants his cable back), a locking is not. A
bolt that did not obey is driven back and driven again; if that does not help it is a fault as well: one that would not
lock lasts until the car has left, one that would not open is tried again every minute. While nothing moves it looks
once a second whether somebody else moved the bolt. The fault line of the motor driver (table 22) is left alone: the
guide attaches no reaction to it. Guide §3.3.4.2 to 6, §7.6, §15.13 (table 70).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from secc.contract.enums import LockStatus, PlugLockFailure
from secc.evsed.events import Drive, DriveLock, SenseCapacitor, SenseLock
from secc.evsed.motors import Motor
from secc.fsm import After, Cancel, Effects, FaultCleared, FaultRaised, replace

DRIVEN, BRAKED, REST, RETRY, LOOK = "lock.driven", "lock.braked", "lock.rest", "lock.retry", "lock.look"
CHARGE, PATIENCE = "lock.charge", "lock.patience"
TIMERS = (DRIVEN, BRAKED, REST, RETRY, LOOK, CHARGE, PATIENCE)
BRAKE_MS = 100
REST_MS = 5_000
RETRY_MS = 60_000
LOOK_MS = 1_000
POLL_MS = 100
"""Between two looks at a capacitor that a drive waits for."""
PATIENCE_MS = 5_000
FIRST_PATIENCE_MS = 400_000
"""For the first drive: after power-up the capacitor is empty, and on some boards it charges slowly."""
HURRY_MS = 500
"""At the end of the process, which waits 2 s for everything: a locking that runs (700 ms), this, and an opening."""
CHARGED_MV = 10_000

_CAP = PlugLockFailure.MOTOR_CAP_NOT_CHARGED
_OPENED = PlugLockFailure.MOTOR_UNEXPECTED_OPEN
_SHUT = PlugLockFailure.MOTOR_UNEXPECTED_CLOSE
_UNTIL_THE_CAR_LEFT = frozenset({PlugLockFailure.CANNOT_LOCK, _OPENED})
_UNTIL_IT_OPENS = frozenset({PlugLockFailure.CANNOT_UNLOCK, _SHUT})


class Stage(Enum):
    STILL = "still"
    RESTING = "resting"
    """A locking waits for the motor, which locked or opened a moment ago."""
    CHARGING = "charging"
    """A drive waits for the capacitor."""
    DRIVING = "driving"
    BRAKING = "braking"


@dataclass(frozen=True, slots=True)
class PlugLock:
    """`motor` is None where the cable is fixed and there is nothing to lock.

    `target` is where the bolt shall be (True: locked); `way` is where the drive goes that runs or comes next; `plan`
    are drives after that one, to recover from a bolt that did not obey; `tried` says that this was done for the present
    target. `reached` is where the last drive brought the bolt, None if it did not obey or was moved since.
    `resting`: the motor is spared from locking again. `first`: nothing was driven since the start. `hurried`: the
    process ends. `doubts`: the last look found the bolt where nobody had driven it.
    """

    motor: Motor | None
    target: bool = False
    stage: Stage = Stage.STILL
    way: bool = False
    plan: tuple[bool, ...] = ()
    reached: bool | None = None
    tried: bool = False
    resting: bool = False
    first: bool = True
    hurried: bool = False
    doubts: bool = False
    status: LockStatus = LockStatus.UNKNOWN
    failures: frozenset[PlugLockFailure] = frozenset()

    @property
    def failure(self) -> PlugLockFailure:
        """The failure that is told: of several the first of guide table 3, whose order is that of the words."""
        return next((it for it in PlugLockFailure if it in self.failures), PlugLockFailure.NONE)

    @property
    def holds(self) -> bool:
        """Whether the plug can be trusted to stay (or there is no plug to pull)."""
        if self.motor is None:
            return True
        if not (self.target and self.reached) or self.doubts or self.failures:
            return False
        return self.locked

    @property
    def locked(self) -> bool:
        """What the feedback says; without feedback, what the last drive should have done."""
        if self.motor is None or self.motor.has_feedback:
            return self.status is LockStatus.LOCKED
        return bool(self.reached)

    @property
    def moving(self) -> bool:
        return self.stage in (Stage.DRIVING, Stage.BRAKING)

    @property
    def at_rest(self) -> bool:
        """Whether nothing moves and nothing is about to. A dead capacitor or a stuck bolt that is only tried again
        from time to time is at rest: otherwise nobody could ever configure another motor.
        """
        return self.stage is Stage.STILL


def started(lock: PlugLock) -> tuple[PlugLock, Effects]:
    """At start the bolt may be anywhere: open it."""
    quiet = tuple(Cancel(timer) for timer in TIMERS)
    if lock.motor is None:
        return lock, quiet
    lock, effects = _approach(replace(lock, target=False), False)
    return lock, (*quiet, DriveLock(Drive.COAST), *effects, After(LOOK, LOOK_MS))


def stopping(lock: PlugLock) -> tuple[PlugLock, Effects]:
    """The process ends and cannot wait for long: what is not charged by then is driven as it is, and is no fault."""
    waiting = lock.stage is Stage.CHARGING
    return replace(lock, hurried=True), (After(PATIENCE, HURRY_MS),) if waiting else ()


def want(lock: PlugLock, locked: bool) -> tuple[PlugLock, Effects]:
    """Have the bolt locked or open. A drive that runs goes to its end first; a bolt that is there is not driven."""
    if lock.motor is None or lock.target is locked:
        return lock, ()
    lock = replace(lock, target=locked, tried=False, plan=())
    if lock.moving:
        return lock, ()
    return _stand(lock) if lock.reached is locked else _approach(lock, locked)


def elapsed(lock: PlugLock, timer: str) -> tuple[PlugLock, Effects]:
    """After one of the lock's own timers."""
    if lock.motor is None:
        return lock, ()
    if timer == DRIVEN and lock.stage is Stage.DRIVING:
        return replace(lock, stage=Stage.BRAKING), (DriveLock(Drive.BRAKE), SenseLock(), After(BRAKED, BRAKE_MS))
    if timer == BRAKED and lock.stage is Stage.BRAKING:
        lock, effects = _judged(replace(lock, stage=Stage.STILL, resting=True))
        return lock, (DriveLock(Drive.COAST), After(REST, REST_MS), *effects)
    if timer == REST:
        lock = replace(lock, resting=False)
        return _approach(lock, lock.way) if lock.stage is Stage.RESTING else (lock, ())
    if timer == CHARGE and lock.stage is Stage.CHARGING:
        return lock, (SenseCapacitor(),)
    if timer == PATIENCE and lock.stage is Stage.CHARGING:
        return _not_charged(lock)
    if timer == LOOK:
        effects = () if lock.moving else (SenseLock(),)
        if lock.stage is Stage.STILL and _CAP in lock.failures:
            effects += (SenseCapacitor(),)
        return lock, (*effects, After(LOOK, LOOK_MS))
    if timer == RETRY and lock.stage is Stage.STILL and not lock.target and lock.reached is None:
        return _back_and_again(lock)
    return lock, ()


def capacitor_sensed(lock: PlugLock, raw: int) -> tuple[PlugLock, Effects]:
    """After the capacitor of the motor was read (0..4095)."""
    if lock.motor is None:
        return lock, ()
    if (raw * 3300 // 4095) * 90 // 22 < CHARGED_MV:
        return lock, (After(CHARGE, POLL_MS),) if lock.stage is Stage.CHARGING else ()
    was_flat = _CAP in lock.failures
    lock, effects = _told(lock, lock.failures - {_CAP})
    if lock.stage is Stage.CHARGING:
        lock, more = _drive(lock, lock.way)
        return lock, (*effects, *more)
    if was_flat and lock.stage is Stage.STILL and lock.reached is not lock.target:
        lock, more = _approach(lock, lock.target)
        return lock, (*effects, *more)
    return lock, effects


def sensed(lock: PlugLock, raw: int) -> tuple[PlugLock, Effects]:
    """After the feedback was read (0..4095): at the end of a drive, or to look whether the bolt is still there."""
    motor = lock.motor
    if motor is None or lock.stage is Stage.DRIVING:
        return lock, ()
    status = _status(motor, raw * 3300 // 4095)
    if lock.stage is not Stage.BRAKING:
        return _looked(lock, status)
    obeyed = not motor.has_feedback or status is (LockStatus.LOCKED if lock.way else LockStatus.UNLOCKED)
    return replace(lock, status=status, reached=lock.way if obeyed else None), ()


def car_left(lock: PlugLock) -> tuple[PlugLock, Effects]:
    """The next car may have a plug that locks, and that stays locked."""
    return _told(lock, lock.failures - _UNTIL_THE_CAR_LEFT)


def forgotten(lock: PlugLock) -> tuple[PlugLock, Effects]:
    """Another motor, or none, takes its place: no fault of this one matters any more."""
    return _told(lock, frozenset())


def _judged(lock: PlugLock) -> tuple[PlugLock, Effects]:
    """A drive is over: on with the plan, or with a wish that changed meanwhile; else it is judged."""
    if lock.plan:
        return _approach(replace(lock, plan=lock.plan[1:]), lock.plan[0])
    if lock.way is not lock.target:
        return _approach(lock, lock.target)
    if lock.reached is lock.target:
        over = _UNTIL_IT_OPENS | _UNTIL_THE_CAR_LEFT if lock.target else _UNTIL_IT_OPENS
        return _told(lock, lock.failures - over)
    if _CAP in lock.failures:  # only an opening is driven then, and it is no wonder
        return lock, (After(RETRY, RETRY_MS),)
    if not lock.tried:
        return _back_and_again(lock)
    if lock.target:
        return _told(lock, lock.failures | {PlugLockFailure.CANNOT_LOCK})
    lock, effects = _told(lock, lock.failures | {PlugLockFailure.CANNOT_UNLOCK})
    return lock, (*effects, After(RETRY, RETRY_MS))


def _looked(lock: PlugLock, status: LockStatus) -> tuple[PlugLock, Effects]:
    """Nobody drives the motor; a bolt that is elsewhere twice in a row was moved by somebody else."""
    if lock.reached is lock.target and status is (LockStatus.UNLOCKED if lock.target else LockStatus.LOCKED):
        return _moved(lock, status) if lock.doubts else (replace(lock, doubts=True), ())
    if status is lock.status and not lock.doubts:
        return lock, ()
    lock = replace(lock, status=status, doubts=False)
    recovering = lock.reached is None and (lock.tried or lock.failures & _UNTIL_IT_OPENS)
    if lock.target or status is not LockStatus.UNLOCKED or not recovering:
        return lock, ()
    lock, effects = _told(lock, lock.failures - _UNTIL_IT_OPENS)  # it came free without us
    lock, more = _stand(replace(lock, reached=False))
    return lock, (*effects, *more)


def _moved(lock: PlugLock, status: LockStatus) -> tuple[PlugLock, Effects]:
    """A bolt that was levered open is left to people; one that bars the socket is driven open again."""
    lock = replace(lock, status=status, reached=None, doubts=False, tried=False)
    if lock.target:
        return _told(lock, lock.failures | {_OPENED})
    lock, effects = _told(lock, lock.failures | {_SHUT})
    lock, more = _approach(lock, False)
    return lock, (*effects, *more)


def _back_and_again(lock: PlugLock) -> tuple[PlugLock, Effects]:
    """Guide §15.13: to where it was valid last, then to where it shall be."""
    return _approach(replace(lock, tried=True, plan=(lock.target,)), not lock.target)


def _approach(lock: PlugLock, way: bool) -> tuple[PlugLock, Effects]:
    """On the way to a drive: a locking rests first, and every drive waits for the capacitor."""
    waiting = lock.stage is Stage.CHARGING
    if way and lock.resting:
        return replace(lock, way=way, stage=Stage.RESTING), (Cancel(CHARGE), Cancel(PATIENCE)) if waiting else ()
    lock = replace(lock, way=way, stage=Stage.CHARGING)
    if waiting:
        return lock, ()
    patience_ms = FIRST_PATIENCE_MS if lock.first else PATIENCE_MS
    return lock, (SenseCapacitor(), After(PATIENCE, HURRY_MS if lock.hurried else patience_ms))


def _not_charged(lock: PlugLock) -> tuple[PlugLock, Effects]:
    """It took too long: a locking does not happen, an opening happens with what is there."""
    effects: Effects = ()
    if not lock.hurried:
        lock, effects = _told(lock, lock.failures | {_CAP})
    if lock.way and lock.plan:
        lock = replace(lock, way=lock.plan[0], plan=lock.plan[1:])
    lock, more = _stand(replace(lock, first=False)) if lock.way else _drive(lock, False)
    return lock, (*effects, *more)


def _drive(lock: PlugLock, way: bool) -> tuple[PlugLock, Effects]:
    assert lock.motor is not None  # noqa: S101 - callers looked
    effects = (
        DriveLock(Drive.LOCK if way else Drive.UNLOCK),
        After(DRIVEN, lock.motor.drive_ms),
        *(Cancel(timer) for timer in (CHARGE, PATIENCE, REST, RETRY)),
    )
    lock = replace(lock, way=way, stage=Stage.DRIVING, reached=None, resting=False, doubts=False, first=False)
    return lock, effects


def _stand(lock: PlugLock) -> tuple[PlugLock, Effects]:
    """Nothing is to be driven (any more)."""
    if lock.stage is Stage.STILL:
        return lock, ()
    return replace(lock, stage=Stage.STILL, plan=()), (Cancel(CHARGE), Cancel(PATIENCE))


def _told(lock: PlugLock, failures: frozenset[PlugLockFailure]) -> tuple[PlugLock, Effects]:
    """With other failures; what is told is always one of them, as on its topic."""
    if failures == lock.failures:
        return lock, ()
    before, lock = lock.failure, replace(lock, failures=failures)
    effects: Effects = ()
    if before is not lock.failure:
        effects += () if before is PlugLockFailure.NONE else (FaultCleared(before.value),)
        effects += () if lock.failure is PlugLockFailure.NONE else (FaultRaised(lock.failure.value),)
    return lock, effects


def _status(motor: Motor, mv: int) -> LockStatus:
    if not motor.has_feedback:
        return LockStatus.UNKNOWN
    if motor.locked_mv[0] <= mv <= motor.locked_mv[1]:
        return LockStatus.LOCKED
    if motor.unlocked_mv[0] <= mv <= motor.unlocked_mv[1]:
        return LockStatus.UNLOCKED
    return LockStatus.UNKNOWN
