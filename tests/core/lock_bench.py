"""A plug lock on a bench: its core part, a bolt with a motor, a capacitor, and time that only passes when told.

The bench decides nothing about the lock. It judges every command to the motor at the moment it is given: never longer
than the type allows, never reversed without a brake, never locked from an empty capacitor or before the rest is over.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from secc.evsed import pluglock
from secc.evsed.events import Drive, DriveLock, SenseCapacitor, SenseLock
from secc.evsed.motors import MOTORS, Motor
from secc.evsed.pluglock import PlugLock
from secc.fsm import After, Cancel, Effect, Effects, FaultCleared, FaultRaised

OPEN, LOCKED = 0, 1000
"""Travel of the bolt; its switch knows the last tenth at either end."""
FULL_MV = 12_000
CHARGED_MV = 10_000
TURNING_MV = 7_000
EVSE = "EV-T2M3S-E-LOCK12V"
CAP, OPENED, SHUT = "PlugLockMotorCapNotCharged", "PlugLockMotorUnexpectedOpen", "PlugLockMotorUnexpectedClose"
NOT_LOCKED, NOT_UNLOCKED = "PlugLockCannotLock", "PlugLockCannotUnlock"


def raw(mv: int) -> int:
    """The reading that says exactly `mv`."""
    return -(-mv * 4095 // 3300)


def capacitor_raw(mv: int) -> int:
    """Behind the divider; 10002 mV are the first that read as 10 V."""
    return raw(mv * 22 // 90)


@dataclass
class Board:
    """`full_mv` is how far the capacitor charges, `held` where somebody holds the bolt, `jammed`: it does not move."""

    motor: Motor
    bolt: int = OPEN
    capacitor_mv: int = FULL_MV
    full_mv: int = FULL_MV
    charge_mv_per_s: int = 3_000
    drain_mv_per_s: int = 2_000
    held: int | None = None
    jammed: bool = False
    drive: Drive = Drive.COAST

    def pass_ms(self, ms: int) -> None:
        driven = self.drive in (Drive.LOCK, Drive.UNLOCK)
        if driven and self.held is None and not self.jammed and self.capacitor_mv >= TURNING_MV:
            way = LOCKED * 10 * ms // (6 * self.motor.drive_ms)
            self.bolt = min(LOCKED, self.bolt + way) if self.drive is Drive.LOCK else max(OPEN, self.bolt - way)
        if driven:
            self.capacitor_mv = max(0, self.capacitor_mv - self.drain_mv_per_s * ms // 1000)
        else:
            self.capacitor_mv = min(self.full_mv, self.capacitor_mv + self.charge_mv_per_s * ms // 1000)
        if self.held is not None:
            self.bolt = self.held

    @property
    def locked(self) -> bool:
        return self.bolt >= 900

    @property
    def opened(self) -> bool:
        return self.bolt <= 100

    @property
    def sense_mv(self) -> int:
        if self.opened:
            return sum(self.motor.unlocked_mv) // 2
        if self.locked:
            return sum(self.motor.locked_mv) // 2
        return (self.motor.locked_mv[1] + self.motor.unlocked_mv[0]) // 2


@dataclass
class LockBench:
    """Runs one PlugLock against one Board; `log` has the time of every effect."""

    lock: PlugLock
    board: Board
    now_ms: int = 0
    timers: dict[str, int] = field(default_factory=dict)
    log: list[tuple[int, Effect]] = field(default_factory=list)
    queue: list[Effects] = field(default_factory=list)
    since_ms: int = 0
    rested_ms: int = -1_000_000
    moved_ms: int = -1_000_000

    @classmethod
    def of(cls, kind: str = EVSE, **board: int) -> LockBench:
        return cls(PlugLock(MOTORS[kind]), Board(MOTORS[kind], **board))  # type: ignore[arg-type]

    @classmethod
    def started(cls, kind: str = EVSE) -> LockBench:
        """Open, charged and rested."""
        bench = cls.of(kind)
        bench.start()
        return bench._from_here()

    @classmethod
    def locked(cls, kind: str = EVSE) -> LockBench:
        """Locked, charged and rested."""
        bench = cls.started(kind)
        bench.want(True)
        return bench._from_here()

    def _from_here(self) -> LockBench:
        """After a while of rest, half a second before the next look: the log begins anew, at 0 ms."""
        self.run(9_500 - self.now_ms % 1_000)
        self.timers = {name: at - self.now_ms for name, at in self.timers.items()}
        self.rested_ms -= self.now_ms
        self.since_ms -= self.now_ms
        self.now_ms = 0
        self.log.clear()
        return self

    def start(self) -> None:
        self._take(pluglock.started(self.lock))

    def want(self, locked: bool) -> None:
        self._take(pluglock.want(self.lock, locked))

    def stop(self) -> None:
        self._take(pluglock.stopping(self.lock))

    def lever(self, position: int | None) -> None:
        """Somebody moves the bolt and holds it there; None: lets go of it."""
        self.board.held, self.moved_ms = position, self.now_ms
        self.board.pass_ms(0)

    def car_left(self) -> None:
        self._take(pluglock.car_left(self.lock))

    def _take(self, answer: tuple[PlugLock, Effects]) -> None:
        """As the mailbox does it: what an effect causes waits until all effects are carried out."""
        self.lock = answer[0]
        self.queue.append(answer[1])
        if len(self.queue) > 1:
            return
        while self.queue:
            senses = []
            for effect in self.queue[0]:
                self.log.append((self.now_ms, effect))
                if isinstance(effect, SenseLock | SenseCapacitor):
                    senses.append(effect)
                self._perform(effect)
            self._judge()
            for sense in senses:
                self._answer(sense)
            del self.queue[0]

    def _perform(self, effect: Effect) -> None:
        match effect:
            case After(name, ms):
                self.timers[name] = self.now_ms + ms
            case Cancel(name):
                self.timers.pop(name, None)
            case DriveLock(drive):
                self._drive(drive)

    def _answer(self, sense: Effect) -> None:
        if isinstance(sense, SenseLock):
            self._take(pluglock.sensed(self.lock, raw(self.board.sense_mv)))
        else:
            self._take(pluglock.capacitor_sensed(self.lock, capacitor_raw(self.board.capacitor_mv)))

    def _drive(self, drive: Drive) -> None:
        before, lasted_ms = self.board.drive, self.now_ms - self.since_ms
        if before in (Drive.LOCK, Drive.UNLOCK):
            assert drive is Drive.BRAKE, f"{before} is followed by {drive}"
            assert lasted_ms == self.board.motor.drive_ms, "driven for another time than that of the type"
            self.rested_ms = self.now_ms
        if before is Drive.BRAKE:
            assert drive is Drive.COAST
            assert lasted_ms >= pluglock.BRAKE_MS, "hardly braked"
        if drive is Drive.LOCK:
            assert self.board.capacitor_mv >= CHARGED_MV, "locked from an empty capacitor"
            assert self.now_ms - self.rested_ms >= pluglock.REST_MS, "locked without a rest"
        self.board.drive, self.since_ms = drive, self.now_ms

    def _judge(self) -> None:
        """A lock that says that it holds must hold; a bolt that somebody moved is found out at the next look."""
        wrong = self.lock.holds and not self.board.locked and self.board.motor.has_feedback
        look_ms = pluglock.LOOK_MS + pluglock.BRAKE_MS
        assert not wrong or self.now_ms - self.moved_ms <= look_ms, "holds while the bolt is open"

    def run(self, ms: int) -> None:
        """Let `ms` pass, with the timers that run out on the way."""
        end = self.now_ms + ms
        while due := [(at, name) for name, at in self.timers.items() if at <= end]:
            at, name = min(due)
            self._pass_to(at)
            del self.timers[name]
            self._take(pluglock.elapsed(self.lock, name))
        self._pass_to(end)

    def _pass_to(self, at: int) -> None:
        self.board.pass_ms(at - self.now_ms)
        self.now_ms = at
        if self.board.drive in (Drive.LOCK, Drive.UNLOCK):
            assert at - self.since_ms <= self.board.motor.drive_ms, "driven for too long"

    @property
    def drives(self) -> list[tuple[int, str]]:
        """When the motor was set in motion, and where to."""
        moving = (Drive.LOCK, Drive.UNLOCK)
        return [(at, it.drive.value) for at, it in self.log if isinstance(it, DriveLock) and it.drive in moving]

    @property
    def faults(self) -> list[tuple[int, str]]:
        """When which failure was raised (+) and cleared (-)."""
        signs = {FaultRaised: "+", FaultCleared: "-"}
        return [(at, signs[type(it)] + it.code) for at, it in self.log if type(it) in signs]

    def sensed_at(self, sense: type[Effect]) -> list[int]:
        return [at for at, it in self.log if isinstance(it, sense)]
