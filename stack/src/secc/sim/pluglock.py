"""The plug lock at X9: a small motor moves a bolt through the plug, and a switch tells where it stands.

IN1/IN2 drive it as the board's motor driver does: 1/0 unlocks, 0/1 locks, 1/1 brakes, 0/0 coasts. The motor
feeds on a capacitor that charges again while nothing is driven. What the station does with it is none of
this module's business. Guide §3.3.4.2 to 6, §7.6, §14.1 (plug_lock/type).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

UNLOCKED, LOCKED = 0, 1_000
"""Travel of the bolt in thousandths; the switch knows only its ends."""
END_ZONE = 100
BLOCKED_AT = 300
"""How far the bolt comes against a plug that is not home."""
FULL_MV = 12_000
FLAT_MV = 4_000
CHARGE_MV_PER_S = 3_000
DRAIN_MV_PER_S = 2_000
MOVING_MV = 7_000
"""Below this the motor does not turn."""


@dataclass(frozen=True, slots=True)
class LockType:
    """Drive time that its maker asks for, and windows of its sense voltage in mV."""

    drive_ms: int
    unlocked_mv: tuple[int, int]
    locked_mv: tuple[int, int]

    @property
    def travel_ms(self) -> int:
        """From end to end; the drive time leaves a reserve."""
        return self.drive_ms * 6 // 10

    def sense_mv(self, position: int) -> int:
        """Middle of the window at either end, between the windows under way."""
        if position <= UNLOCKED + END_ZONE:
            return sum(self.unlocked_mv) // 2
        if position >= LOCKED - END_ZONE:
            return sum(self.locked_mv) // 2
        return (self.locked_mv[1] + self.unlocked_mv[0]) // 2


_KUESTER_02S = LockType(600, (2_900, 3_300), (0, 700))
_HELLA = LockType(400, (2_900, 3_300), (0, 950))
_SCAME_BS = LockType(500, (2_900, 3_300), (0, 700))

TYPES = {
    "KUESTER-02S": _KUESTER_02S,
    "EV-T2M3S-E-LOCK12V": _KUESTER_02S,
    "EV-T2M3SM-E-LOCK12V": _KUESTER_02S,
    "KUESTER-04S": LockType(600, (2_700, 3_300), (0, 1_950)),
    "HELLA-MICRO-ACTUATOR-1": _HELLA,
    "WALTHER-WERKE-9798999009": _HELLA,
    "INTRAMCO-603205": _HELLA,
    "SCAME-200.23260BS": _SCAME_BS,
    "SCAME-200.23261BS": _SCAME_BS,
    "SCAME-200.23261BP": LockType(500, (2_700, 3_300), (0, 950)),
    "SCAME-200.23261BL": LockType(500, (0, 3_300), (0, 3_300)),
}
DEFAULT_TYPE = "EV-T2M3S-E-LOCK12V"


@dataclass(frozen=True, slots=True)
class PlugLock:
    """`micro` is the travel in millionths, so that every step length moves the bolt by whole numbers."""

    micro: int = 0
    capacitor_uv: int = FULL_MV * 1000

    @property
    def position(self) -> int:
        return self.micro // 1000

    @property
    def holds(self) -> bool:
        """Whether the bolt keeps a plug in, or out."""
        return self.position > END_ZONE

    @property
    def word(self) -> str:
        if not self.holds:
            return "unlocked"
        return "locked" if self.position >= LOCKED - END_ZONE else "between"


RESTING = PlugLock()


class Motor(NamedTuple):
    """Logical levels at the motor driver, and whether a plug is in the way of the bolt."""

    in1: bool
    in2: bool
    blocked: bool


def _capacitor(lock: PlugLock, driven: bool, faults: frozenset[str], dt_ms: int) -> int:
    full_uv = (FLAT_MV if "lock_capacitor_flat" in faults else FULL_MV) * 1000
    if driven:
        return max(0, min(full_uv, lock.capacitor_uv) - DRAIN_MV_PER_S * dt_ms)
    return min(full_uv, lock.capacitor_uv + CHARGE_MV_PER_S * dt_ms)


def _forced(faults: frozenset[str]) -> int | None:
    if "lock_forced_open" in faults:
        return UNLOCKED * 1000
    return LOCKED * 1000 if "lock_forced_closed" in faults else None


def step(lock: PlugLock, kind: LockType, motor: Motor, faults: frozenset[str], dt_ms: int) -> PlugLock:
    """The lock after `dt_ms` of this motor."""
    driven = motor.in1 != motor.in2
    if not driven and not faults and lock.capacitor_uv == FULL_MV * 1000:
        return lock
    capacitor_uv = _capacitor(lock, driven, faults, dt_ms)
    micro = lock.micro
    forced = _forced(faults)
    if forced is not None:
        micro = forced
    elif driven and "lock_jam" not in faults and capacitor_uv >= MOVING_MV * 1000:
        way = LOCKED * 1000 * dt_ms // kind.travel_ms
        far = (BLOCKED_AT if motor.blocked else LOCKED) * 1000
        micro = max(UNLOCKED, micro - way) if motor.in1 else max(micro, min(far, micro + way))
    if micro == lock.micro and capacitor_uv == lock.capacitor_uv:
        return lock
    return PlugLock(micro, capacitor_uv)


def capacitor_sense_mv(lock: PlugLock) -> int:
    """The capacitor behind the divider of 22 to 90 in front of the converter."""
    return lock.capacitor_uv // 1000 * 22 // 90
