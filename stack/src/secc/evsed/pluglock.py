"""The plug lock: drives its motor for the time of its type, then looks where the bolt is.

It does not decide when to lock. A bolt that did not obey is driven back and driven again (guide §15.13); if that does
not help it is a fault: one that would not lock lasts until the car has left, one that would not open is tried again
every minute. While nothing moves it looks once a second whether somebody else moved the bolt. Between a drive and the
next locking the capacitor gets its time. Guide §3.3.4.3 to 6, §7.6, §15.13 (table 70).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from secc.contract.enums import LockStatus, PlugLockFailure
from secc.evsed.events import Drive, DriveLock, SenseLock
from secc.evsed.motors import Motor
from secc.fsm import After, Cancel, Effects, FaultCleared, FaultRaised

DRIVEN, BRAKED, REST, RETRY, LOOK = "lock.driven", "lock.braked", "lock.rest", "lock.retry", "lock.look"
BRAKE_MS = 100
REST_MS = 5_000
RETRY_MS = 60_000
LOOK_MS = 1_000
_UNTIL_THE_CAR_LEFT = (PlugLockFailure.CANNOT_LOCK, PlugLockFailure.MOTOR_UNEXPECTED_OPEN)


@dataclass(frozen=True, slots=True)
class PlugLock:
    """`motor` is None where the cable is fixed and there is nothing to lock.

    `target` is where the bolt shall be; `plan` are drives still to come to recover from a bolt that did not obey, and
    `tried` says that this was done for the present target. `settled`: the feedback was read after the last drive.
    `doubts`: the last look found the bolt where nobody had driven it.
    `resting`: the capacitor is being charged.
    """

    motor: Motor | None
    target: bool = False
    moving: bool = False
    settled: bool = False
    resting: bool = False
    tried: bool = False
    doubts: bool = False
    plan: tuple[bool, ...] = ()
    status: LockStatus = LockStatus.UNKNOWN
    failure: PlugLockFailure = PlugLockFailure.NONE

    @property
    def holds(self) -> bool:
        """Whether the plug can be trusted to stay (or there is no plug to pull)."""
        if self.motor is None:
            return True
        if not self.target or not self.settled or self.plan or self.failure is not PlugLockFailure.NONE:
            return False
        return self.status is LockStatus.LOCKED or not self.motor.has_feedback

    @property
    def at_rest(self) -> bool:
        """Whether nothing moves and nothing is about to."""
        return not self.moving and not self.plan


def started(lock: PlugLock) -> tuple[PlugLock, Effects]:
    """At start the bolt may be anywhere: open it."""
    if lock.motor is None:
        return lock, (Cancel(LOOK),)
    lock, effects = _drive(replace(lock, target=False), False)
    return lock, (*effects, After(LOOK, LOOK_MS))


def want(lock: PlugLock, locked: bool) -> tuple[PlugLock, Effects]:
    """Have the bolt locked or open; nothing happens while it moves, or while it rests from the last drive.

    Only locking has to rest: a driver who wants his cable back does not wait.
    """
    if lock.motor is None or lock.moving or lock.target is locked or (locked and lock.resting):
        return lock, ()
    return _drive(replace(lock, target=locked, tried=False, plan=()), locked)


def elapsed(lock: PlugLock, timer: str) -> tuple[PlugLock, Effects]:
    """After one of the lock's own timers."""
    if lock.motor is None:
        return lock, ()
    if timer == DRIVEN:
        return lock, (DriveLock(Drive.BRAKE), SenseLock(), After(BRAKED, BRAKE_MS))
    if timer == BRAKED:
        return replace(lock, moving=False, resting=True), (DriveLock(Drive.COAST), After(REST, REST_MS))
    if timer == REST:
        lock = replace(lock, resting=False)
        return _next(lock) if lock.plan and not lock.moving else (lock, ())
    if timer == LOOK:
        return lock, (SenseLock(), After(LOOK, LOOK_MS)) if lock.settled and lock.at_rest else (After(LOOK, LOOK_MS),)
    if timer == RETRY and lock.failure is PlugLockFailure.CANNOT_UNLOCK and lock.at_rest and not lock.target:
        return _next(replace(lock, plan=(True, False)))
    return lock, ()


def sensed(lock: PlugLock, raw: int) -> tuple[PlugLock, Effects]:
    """After the feedback was read (0..4095)."""
    motor = lock.motor
    if motor is None:
        return lock, ()
    status = _status(motor, raw * 3300 // 4095)
    if lock.settled:
        return _looked(lock, status)
    lock = replace(lock, status=status, settled=True)
    if lock.plan:
        return lock, ()  # on the way back; what counts is the last drive of the plan
    obeyed = not motor.has_feedback or status is (LockStatus.LOCKED if lock.target else LockStatus.UNLOCKED)
    if not obeyed and not lock.tried:
        return replace(lock, tried=True, plan=(not lock.target, lock.target)), ()
    if not obeyed:
        failure = PlugLockFailure.CANNOT_LOCK if lock.target else PlugLockFailure.CANNOT_UNLOCK
        lock, effects = _judged(lock, failure)
        return lock, effects if lock.target else (*effects, After(RETRY, RETRY_MS))
    if lock.target or lock.failure is PlugLockFailure.CANNOT_UNLOCK:
        return _judged(lock, PlugLockFailure.NONE)
    return lock, ()


def car_left(lock: PlugLock) -> tuple[PlugLock, Effects]:
    """The next car may have a plug that locks, and that stays locked."""
    return _judged(lock, PlugLockFailure.NONE) if lock.failure in _UNTIL_THE_CAR_LEFT else (lock, ())


def forgotten(lock: PlugLock) -> tuple[PlugLock, Effects]:
    """Another motor, or none, takes its place: no fault of this one matters any more."""
    return _judged(lock, PlugLockFailure.NONE)


def _looked(lock: PlugLock, status: LockStatus) -> tuple[PlugLock, Effects]:
    """Nobody drove the motor; a bolt that is elsewhere twice in a row was moved by somebody else."""
    assert lock.motor is not None  # noqa: S101 - callers looked
    elsewhere = status is (LockStatus.UNLOCKED if lock.target else LockStatus.LOCKED)
    if not elsewhere or not lock.motor.has_feedback:
        if status is lock.status and not lock.doubts:
            return lock, ()
        lock = replace(lock, status=status, doubts=False)
        back = lock.failure is PlugLockFailure.MOTOR_UNEXPECTED_CLOSE
        return _judged(lock, PlugLockFailure.NONE) if back else (lock, ())
    if not lock.doubts:
        return replace(lock, doubts=True), ()
    lock = replace(lock, status=status)
    if lock.failure is not PlugLockFailure.NONE:
        return lock, ()
    return _judged(
        lock, PlugLockFailure.MOTOR_UNEXPECTED_OPEN if lock.target else PlugLockFailure.MOTOR_UNEXPECTED_CLOSE
    )


def _next(lock: PlugLock) -> tuple[PlugLock, Effects]:
    return _drive(replace(lock, plan=lock.plan[1:]), lock.plan[0])


def _drive(lock: PlugLock, locked: bool) -> tuple[PlugLock, Effects]:
    assert lock.motor is not None  # noqa: S101 - callers looked
    effects = (
        DriveLock(Drive.LOCK if locked else Drive.UNLOCK),
        After(DRIVEN, lock.motor.drive_ms),
        Cancel(BRAKED),
        Cancel(REST),
        Cancel(RETRY),
    )
    return replace(lock, moving=True, settled=False, resting=False, doubts=False), effects


def _judged(lock: PlugLock, failure: PlugLockFailure) -> tuple[PlugLock, Effects]:
    if failure is lock.failure:
        return lock, ()
    effects: Effects = ()
    if lock.failure is not PlugLockFailure.NONE:
        effects += (FaultCleared(lock.failure.value),)
    if failure is not PlugLockFailure.NONE:
        effects += (FaultRaised(failure.value),)
    return replace(lock, failure=failure), effects


def _status(motor: Motor, mv: int) -> LockStatus:
    if not motor.has_feedback:
        return LockStatus.UNKNOWN
    if motor.locked_mv[0] <= mv <= motor.locked_mv[1]:
        return LockStatus.LOCKED
    if motor.unlocked_mv[0] <= mv <= motor.unlocked_mv[1]:
        return LockStatus.UNLOCKED
    return LockStatus.UNKNOWN
