"""The judge of the random walk: ten things that never happen, told by effects and by the simulated hardware alone.

It sees each event before the core does, each effect before it is carried out, and the world after each step. It knows
nothing of the core's model. What is violated is collected in `broken`. Guide §3.3.4, §3.4, §15.13 to §15.20;
IEC 61851-1 annex A; SAF-01, SAF-07, SAF-10, SAF-11.
"""

from __future__ import annotations

from typing import Any

from power_invariants import CONTACTOR, MOVED_MS, Invariant
from power_levels import look
from power_oracle import (
    CHARGE,
    DAY_MS,
    FULL,
    UNDRIVEN,
    CableOracle,
    LimitOracle,
    Permission,
    PilotOracle,
    RcdOracle,
)
from power_setup import RCD, RCD_TIMES, REST_MS, TRIGGER, Setup
from power_world import TICK_MS, World

from secc.contract.topics import charge, power
from secc.evsed.events import (
    DriveLock,
    DriveOutput,
    DrivePilot,
    DriveRelay,
    InputSensed,
    PilotSampled,
    ProximitySampled,
    Stopping,
)
from secc.evsed.motors import MOTORS
from secc.fsm import Effect, Effects, Event, FaultCleared, FaultRaised, Publish, Received

class Judge:
    """Looks at one world. `broken` is what the present step violated."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.broken: list[tuple[Invariant, str]] = []
        self.told: dict[str, Any] = {}
        self.raised: set[str] = set()
        self.setups = {1: world.setup}
        self.counts: dict[str, int] = {}
        self.opened_ms = {1: -REST_MS, 2: -REST_MS}
        self.closed_ms: dict[int, int | None] = {1: None, 2: None}
        self.began()

    def began(self) -> None:
        """A process starts. Nobody knows what was before, so relays rest and no test was made."""
        now = self.world.now_ms
        self.told.clear()
        self.raised.clear()
        self.version = self.world.version
        self.setups[self.version] = self.world.setup
        self.limit, self.cable, self.pilot = LimitOracle(), CableOracle(), PilotOracle()
        self.rcd, self.permission = RcdOracle(), Permission()
        self.stopping = False
        self.phases_wanted: int = self.setup.phases
        self.delay_s = self.setup.delay_s
        self.started_ms = now
        self.full_since: int | None = None
        self.revoked_since: int | None = None
        self.dark_since: int | None = None
        self.astray_since: dict[int, int | None] = {1: None, 2: None}
        self.motor, self.motor_ms, self.pilots = "coast", now, 0
        self.direction: str | None = None
        self.fan_asked = False
        self.offered_phases: int | None = None
        self.pause_ms: int | None = None
        self.pause_s = 0
        self._unless_failed: list[str] = []

    def ended(self) -> None:
        """The process goes, and its lines with it."""
        for relay, contacts in self.world.contacts.items():
            if contacts.coil:
                self.opened_ms[relay] = self.world.now_ms

    @property
    def setup(self) -> Setup:
        """The configuration in force, as the version that is published tells."""
        return self.setups[self.version]

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def say(self, invariant: Invariant, text: str) -> None:
        self.broken.append((invariant, text))

    # --- what evsed hears

    def before(self, event: Event) -> None:
        now = self.world.now_ms
        self.pilots = 0
        self.setups[self.world.version] = self.world.setup
        match event:
            case PilotSampled(high, low):
                self.pilot.sampled(_millivolts(high), _millivolts(low), self.world.duty, now)
                if self.pilot.left:
                    self.permission.word = self.permission.admitted = False
                    self.cable.car_left(self.setup)
                    self.offered_phases = None
            case ProximitySampled(raw):
                self.cable.sampled(raw, self.setup, driven=self.world.contacts[1].coil)
            case InputSensed(line, level):
                self.permission.sensed(line, level, self.setup, now)
                if line == RCD and self.setup.rcd:
                    self.rcd.sensed(level is self.setup.rcd_normal, now)
            case Received():
                self.permission.received(event)
                self.limit.received(event)
                if event.topic is power.PHASE_TARGET and self.setup.switching:
                    self.phases_wanted = event.value
                elif event.topic is power.PHASE_SWITCH_DELAY and self.setup.switching:
                    self.delay_s = event.value
                elif event.topic is power.VENTILATION_STATE_TARGET:
                    self.fan_asked = bool(event.value)
            case Stopping():
                self.stopping = True

    def _renewed(self, version: int) -> None:
        """Other settings are in force."""
        before, self.version = self.setup, version
        setup = self.setup
        if setup.method != before.method:
            self.permission.word = False
        if setup.emergency != before.emergency:
            self.permission.emergency = None
        if (setup.rcd, setup.rcd_normal) != (before.rcd, before.rcd_normal):
            self.rcd = RcdOracle()
        if setup.delay_s != before.delay_s or not before.switching:
            self.delay_s = setup.delay_s
        if not setup.switching:
            self.phases_wanted = setup.phases
        self.cable.car_left(setup)
        self._count("edit in force")
        if self.world.contacts[1].coil or self.world.contacts[1].closed and setup.feedback != "none":
            self.say(Invariant.PERMISSION, "settings changed under a closed contactor")

    # --- what evsed does

    def effect(self, effect: Effect) -> None:
        match effect:
            case DriveRelay(relay, closed):
                if closed is not self.world.contacts[relay].coil:
                    self._relay(relay, closed)
            case DrivePilot(cycle):
                self._pilot(cycle)
            case DriveLock(drive):
                self._lock(drive.value)
            case DriveOutput(line, level) if line == TRIGGER:
                self.rcd.trigger(level is self.setup.trigger_active, self.world.now_ms, self.world.boot_ms)
            case FaultRaised(code):
                self._count(code)
                if code in self.raised:
                    self.say(Invariant.NOTICED, f"{code} is raised twice")
                self.raised.add(code)
            case FaultCleared(code):
                if code not in self.raised:
                    self.say(Invariant.NOTICED, f"{code} is cleared, but was not raised")
                self.raised.discard(code)
            case Publish(topic, value):
                self.told[topic.topic] = value
                if topic is charge.VERSION_CHARGING_SOFTWARE and int(value) != self.version:
                    self._renewed(int(value))

    @property
    def lately_driven(self) -> bool:
        """The primary is driven, or nobody has looked at the cable again since it was."""
        return self.world.contacts[1].coil or self.cable.ceiling is not None

    def offers(self) -> set[int]:
        """What may be offered now; one value but for moments in which it cannot be known from outside."""
        candidates = self.cable.candidates(self.setup, lately_driven=self.lately_driven)
        return {self.limit.offer(self.setup, cable) for cable in candidates}

    def _relay(self, relay: int, closed: bool) -> None:
        now, other = self.world.now_ms, self.world.contacts[3 - relay]
        switched = relay == 1 or bool(self.setup.switching)
        if relay == 2 and self.setup.switching and not (other.coil is False and self._is_open(1)):
            self.say(Invariant.ORDER, "the secondary moves under a closed primary")
        if not closed:
            self.opened_ms[relay] = now
            return
        rest, interval = (REST_MS, self.setup.interval_s * 1000) if switched else (0, 10_000)
        if now - max(self.opened_ms[relay], self.started_ms) < rest:
            self.say(Invariant.SPACING, f"relay {relay} closes {now - self.opened_ms[relay]} ms after it opened")
        before = self.closed_ms[relay]
        if now - max(self.started_ms if before is None else before, self.started_ms) < interval:
            self.say(Invariant.SPACING, f"relay {relay} closes again too soon")
        self.closed_ms[relay] = now
        if relay == 1:
            self._count("closing")
            self._closing()
            self.cable.closed()

    def _is_open(self, relay: int) -> bool:
        """The contacts are open, or as good as known to be so (without feedback: after a time)."""
        contacts = self.world.contacts[relay]
        if CONTACTOR in self.raised:
            return True
        if contacts.wiring == "none" or self.feedback(relay) == "none":
            return not contacts.coil and self.world.now_ms - self.opened_ms[relay] >= MOVED_MS
        return not contacts.closed or contacts.mute

    def feedback(self, relay: int) -> str:
        return self.setup.feedback if relay == 1 else self.setup.switching or self.setup.fan_feedback

    def _closing(self) -> None:
        """The primary is about to close."""
        setup, now, pilot = self.setup, self.world.now_ms, self.pilot
        if pilot.shown != CHARGE and not pilot.doubt:
            self.say(Invariant.PERMISSION, f"closes while the pilot shows {pilot.shown}")
        if not self.permission.granted(setup, now):
            self.say(Invariant.PERMISSION, "closes without authorization")
        if not (self.permission.in_service or self.permission.admitted):
            self.say(Invariant.PERMISSION, "closes out of service")
        if setup.pluggable and (self.world.lock.drive != "coast" and self.world.lock.drive != "brake"):
            self.say(Invariant.LOCK, "closes while the lock moves")
        if setup.pluggable and MOTORS[setup.motor].has_feedback and self.direction != "lock":
            self.say(Invariant.LOCK, "closes before the plug was locked")
        if setup.rcd and self.rcd.normal is not True:
            self.say(Invariant.RCD, "closes over a tripped RCD")
        if setup.rcd in RCD_TIMES:
            self._tested()
        if setup.switching:
            self._secondary()

    def _tested(self) -> None:
        now, test = self.world.now_ms, self.rcd
        if test.running(self.setup, now):
            self.say(Invariant.RCD, "closes while the RCD is tested")
        elif test.released_ms is None:
            self.say(Invariant.RCD, "closes before the RCD was tested")
        elif self.pilot.sight_ms is not None and test.released_ms + RCD_TIMES[self.setup.rcd][2] < self.pilot.sight_ms:
            self.say(Invariant.RCD, "closes without a test for this car")
        elif self.world.boot_ms - test.begun_boot_ms > DAY_MS + TICK_MS:
            self.say(Invariant.RCD, "closes without a test for a day")

    def _secondary(self) -> None:
        second, now = self.world.contacts[2], self.world.now_ms
        wanted = self.phases_wanted == 3
        if second.coil is not wanted:
            self.say(Invariant.ORDER, f"the primary closes for {self.phases_wanted} phases, the secondary is not there")
        silent = self.setup.switching == "none"
        moved_ms = self.closed_ms[2] if wanted else self.opened_ms[2]
        if silent and moved_ms is not None and now - moved_ms < MOVED_MS:
            self.say(Invariant.ORDER, "the primary closes before the secondary can be where it was told to be")
        if not silent and not second.mute and second.wiring == self.setup.switching and second.closed is not wanted:
            self.say(Invariant.ORDER, "the primary closes while the contacts of the secondary are elsewhere")

    def _pilot(self, cycle: int) -> None:
        now = self.world.now_ms
        self.pilots += 1
        if self.pilots > 1:
            self.say(Invariant.PILOT, "two duty cycles in one step")
        if cycle == UNDRIVEN:
            self.dark_since = now
            self._count("wake-up")
            if not (self.setup.wake_word or self.setup.wake_timeout):
                self.say(Invariant.PILOT, "0 V although no wake-up is configured")
            if self.world.contacts[1].coil or not self._is_open(1):
                self.say(Invariant.PILOT, "0 V under a closed contactor")
        else:
            self.dark_since = None
        if UNDRIVEN < cycle < FULL and cycle and self.setup.switching:
            self._new_count()

    def _new_count(self) -> None:
        """Current is offered; perhaps for another count of phases than before."""
        if self.offered_phases not in (None, self.phases_wanted):
            self._count("phases switched")
            if self.pause_ms is None or self.world.now_ms - self.pause_ms < self.pause_s * 1000:
                self.say(Invariant.ORDER, "another count of phases is offered before the delay is over")
        self.offered_phases, self.pause_ms = self.phases_wanted, None

    def _lock(self, drive: str) -> None:
        now = self.world.now_ms
        for relay in (1, 2) if self.setup.switching else (1,):
            if drive == "unlock" and (self.world.contacts[relay].coil or not self._is_open(relay)):
                self._unless_failed.append(f"the lock is driven open under closed contacts of relay {relay}")
        if not self.setup.pluggable:
            self.say(Invariant.MOTOR, "a lock is driven where there is none")
        moving = self.motor in ("lock", "unlock")
        if moving and drive != "brake":
            self.say(Invariant.MOTOR, f"{self.motor} is followed by {drive}, not by the brake")
        if moving and now - self.motor_ms > MOTORS[self.setup.motor].drive_ms:
            self.say(Invariant.MOTOR, f"driven for {now - self.motor_ms} ms")
        if drive in ("lock", "unlock"):
            self.direction = drive
            self._count(drive)
        self.motor, self.motor_ms = drive, now

    # --- what is left when it is done

    def after(self, event: Event, effects: Effects) -> None:
        """The step is over, and everything is carried out."""
        if self._unless_failed:
            if CONTACTOR not in self.raised:
                self.broken += [(Invariant.LOCK, text) for text in self._unless_failed]
            self._unless_failed.clear()
        if self.setup.switching and self.pause_ms is None and not self.world.contacts[1].coil:
            if self.offered_phases not in (None, self.phases_wanted):
                self.pause_ms, self.pause_s = self.world.now_ms, self.delay_s
        look(self)


def _millivolts(raw: int) -> int:
    return raw * 3300 // 4095 * 4561 // 476 - 16013
