"""The plug lock: drives its motor for the time of its type, then looks where the bolt is.

It does not decide when to lock. A bolt that is not where it was driven is a fault: one that would not lock lasts
until the car has left, so that the motor is not worn out in vain; one that would not open until it opens.
Guide §3.3.4.5 and 6, §7.6, §15.13 (table 70).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from secc.contract.enums import LockStatus, PlugLockFailure
from secc.evsed.events import Drive, DriveLock, SenseLock
from secc.evsed.motors import Motor
from secc.fsm import After, Effects, FaultCleared, FaultRaised

DRIVEN, BRAKED = "lock.driven", "lock.braked"
BRAKE_MS = 100


@dataclass(frozen=True, slots=True)
class PlugLock:
    """`motor` is None where the cable is fixed and there is nothing to lock."""

    motor: Motor | None
    target: bool = False
    moving: bool = False
    status: LockStatus = LockStatus.UNKNOWN
    failure: PlugLockFailure = PlugLockFailure.NONE

    @property
    def holds(self) -> bool:
        """Whether the plug can be trusted to stay (or there is no plug to pull)."""
        if self.motor is None:
            return True
        if not self.target or self.moving or self.failure is not PlugLockFailure.NONE:
            return False
        return self.status is LockStatus.LOCKED or not self.motor.has_feedback


def started(lock: PlugLock) -> tuple[PlugLock, Effects]:
    """At start the bolt may be anywhere: open it."""
    return drive(lock, False) if lock.motor else (lock, ())


def want(lock: PlugLock, locked: bool) -> tuple[PlugLock, Effects]:
    """Have the bolt locked or open; nothing happens while it is on its way or already wanted there."""
    if lock.motor is None or lock.moving or lock.target is locked:
        return lock, ()
    return drive(lock, locked)


def drive(lock: PlugLock, locked: bool) -> tuple[PlugLock, Effects]:
    """Start the motor, whatever the bolt does now."""
    assert lock.motor is not None  # noqa: S101 - callers looked
    effects = (DriveLock(Drive.LOCK if locked else Drive.UNLOCK), After(DRIVEN, lock.motor.drive_ms))
    return replace(lock, target=locked, moving=True), effects


def elapsed(lock: PlugLock, timer: str) -> tuple[PlugLock, Effects]:
    """After one of the lock's own timers."""
    if timer == DRIVEN:
        return lock, (DriveLock(Drive.BRAKE), SenseLock(), After(BRAKED, BRAKE_MS))
    if timer == BRAKED:
        return lock, (DriveLock(Drive.COAST),)
    return lock, ()


def sensed(lock: PlugLock, raw: int) -> tuple[PlugLock, Effects]:
    """After the feedback was read (0..4095)."""
    motor = lock.motor
    if motor is None:
        return lock, ()
    status = _status(motor, raw * 3300 // 4095)
    lock = replace(lock, moving=False, status=status)
    wanted = LockStatus.LOCKED if lock.target else LockStatus.UNLOCKED
    if status is not wanted and motor.has_feedback:
        return _judged(lock, PlugLockFailure.CANNOT_LOCK if lock.target else PlugLockFailure.CANNOT_UNLOCK)
    if lock.target or lock.failure is PlugLockFailure.CANNOT_UNLOCK:
        return _judged(lock, PlugLockFailure.NONE)
    return lock, ()


def car_left(lock: PlugLock) -> tuple[PlugLock, Effects]:
    """The next car may have a plug that locks."""
    return _judged(lock, PlugLockFailure.NONE) if lock.failure is PlugLockFailure.CANNOT_LOCK else (lock, ())


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
