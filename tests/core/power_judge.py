"""The judge of the random walk: ten things that never happen, told by effects and by the simulated hardware alone.

It sees each event before the core does, each effect before it is carried out, and the world after each step. It knows
nothing of the core's model. What is violated is collected in `broken`. Guide §3.3.4, §3.4, §15.13 to §15.20;
IEC 61851-1 annex A; SAF-01, SAF-07, SAF-10, SAF-11.
"""

from __future__ import annotations

from typing import Any

from power_invariants import CABLE_FAULTS, CONTACTOR, MOVED_MS, NOTICED_MS, SETTLE_MS, Invariant
from power_levels import look, look_at_coil
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

from secc.contract.topics import charge, power, session
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
from secc.fsm import Effect, Effects, Event, FaultCleared, FaultRaised, Publish, Received, Resubscribe

FORGOTTEN_MS = 200
"""Within this time evsed may have seen the car leave earlier than we did."""
NAMES = {1: "primary", 2: "secondary"}


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
        self.closed_ms, self.interval_ms = {1: 0, 2: 0}, {1: 0, 2: 0}
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
        self.delay_s = self.least_s = self.setup.delay_s
        self.started_ms = now
        for relay, switched in ((1, True), (2, bool(self.setup.switching))):
            self.closed_ms[relay] = now
            self.interval_ms[relay] = self.setup.interval_s * 1000 if switched else 10_000
        self.full_since: int | None = None
        self.revoked_since: int | None = None
        self.dark_since: int | None = None
        self.astray_since: dict[int, int | None] = {1: None, 2: None}
        self.motor, self.motor_ms, self.pilots = "coast", now, 0
        self.direction: str | None = None
        self.lock_told_ms = now
        self.fan_asked = False
        self.offered_phases: int | None = None
        self.seen_d = False
        self.ready_since: int | None = None
        self.pause_ms: int | None = None
        self.pause_s = 0
        self.fails = False
        self.forgot_ms = -FORGOTTEN_MS

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
                self.seen_d = self.seen_d or -1000 < _millivolts(high) < 5000
                if self.pilot.doubt and self.world.duty != UNDRIVEN:
                    self.cable.open_to_doubt = True
                if self.pilot.left:
                    self._session_over()
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
                    self.least_s = min(self.least_s, self.delay_s)
                elif event.topic is power.VENTILATION_STATE_TARGET:
                    self.fan_asked = bool(event.value)
            case Stopping():
                self.stopping = True

    def _session_over(self) -> None:
        """Whoever comes next is another car, or begins anew."""
        if self.world.now_ms - self.forgot_ms > FORGOTTEN_MS:
            self.permission.word = False
        self.permission.admitted = self.seen_d = False
        self.cable.car_left(self.setup)
        self.offered_phases = None

    def _renewed(self, version: int) -> None:
        """Other settings are in force."""
        if version == self.version:
            return
        before, self.version = self.setup, version
        setup = self.setup
        if setup.method != before.method:
            self.permission.word = False
        if setup.emergency != before.emergency:
            self.permission.emergency = None
        if (setup.rcd, setup.rcd_normal) != (before.rcd, before.rcd_normal):
            self.rcd = RcdOracle()
        if setup.delay_s != before.delay_s or not before.switching:
            self.delay_s = self.least_s = setup.delay_s
        if not setup.switching:
            self.phases_wanted = setup.phases
        if (setup.switching, setup.fan) != (before.switching, before.fan):
            self.interval_ms[2] = 10_000
        self._count("edit in force")
        if self.world.contacts[1].coil:
            self.say(Invariant.PERMISSION, "settings changed under a closed contactor")

    # --- what evsed does

    def answered(self, effects: Effects) -> None:
        """What the step will do, before any of it is done."""
        for effect in effects:
            if isinstance(effect, Publish) and effect.topic is charge.VERSION_CHARGING_SOFTWARE:
                self._renewed(int(effect.value))
        self.fails = FaultRaised(CONTACTOR) in effects

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
                if level is self.setup.trigger_active:
                    self._count("RCD test")
                self.rcd.trigger(level is self.setup.trigger_active, self.world.now_ms, self.world.boot_ms)
            case FaultRaised(code):
                self._count(code)
                if code in self.raised:
                    self.say(Invariant.NOTICED, f"{code} is raised twice")
                self.raised.add(code)
                if code == "EmergencyShutdown":  # ends the session; whoever is there begins anew
                    self.pilot.connected = False
                    self._session_over()
            case FaultCleared(code):
                if code not in self.raised:
                    self.say(Invariant.NOTICED, f"{code} is cleared, but was not raised")
                self.raised.discard(code)
            case Resubscribe(topic) if topic is session.AUTHORIZATION_STATUS:
                self.permission.word, self.forgot_ms = False, self.world.now_ms
            case Publish(topic, value):
                if topic is power.PLUG_LOCK_STATE_TARGET and self.told.get(topic.topic) is not value:
                    self.lock_told_ms = self.world.now_ms
                self.told[topic.topic] = value

    @property
    def lately_driven(self) -> bool:
        """The primary is driven, or nobody has looked at the cable again since it was."""
        return self.world.contacts[1].coil or self.cable.ceiling is not None

    def offers(self) -> set[int]:
        """What may be offered now; one value but for moments in which it cannot be known from outside."""
        faulty = bool(self.raised & CABLE_FAULTS)
        candidates = self.cable.candidates(self.setup, lately_driven=self.lately_driven, faulty=faulty)
        return {self.limit.offer(self.setup, cable) for cable in candidates}

    def _relay(self, relay: int, closed: bool) -> None:
        now, other = self.world.now_ms, self.world.contacts[3 - relay]
        switched = relay == 1 or bool(self.setup.switching)
        if relay == 2 and self.setup.switching and not (other.coil is False and self._is_open(1)):
            self.say(Invariant.ORDER, "the secondary moves under a closed primary")
        if not closed:
            self.opened_ms[relay] = now
            self.least_s = self.delay_s
            return
        if switched and now - max(self.opened_ms[relay], self.started_ms) < REST_MS:
            self.say(Invariant.SPACING, f"relay {relay} closes {now - self.opened_ms[relay]} ms after it opened")
        if now - self.closed_ms[relay] < self.interval_ms[relay]:
            self.say(Invariant.SPACING, f"relay {relay} closes {now - self.closed_ms[relay]} ms after it closed")
        self.closed_ms[relay] = now
        self.interval_ms[relay] = self.setup.interval_s * 1000 if switched else 10_000
        if relay == 1:
            self._count("closing")
            self._closing()
            self.cable.closed()

    def _is_open(self, relay: int) -> bool:
        """The contacts are open, or as good as known to be so (without feedback: after a time)."""
        contacts = self.world.contacts[relay]
        if CONTACTOR in self.raised or self.fails:
            return True
        if contacts.wiring == "none" or self.feedback(relay) == "none":
            return not contacts.coil and self.world.now_ms - self.opened_ms[relay] >= MOVED_MS
        return not contacts.closed or contacts.mute or (contacts.forced and not self.noticeable(relay))

    def noticeable(self, relay: int) -> bool:
        """The feedback has disagreed for so long that it should have been noticed."""
        since = self.astray_since[relay]
        return since is not None and self.world.now_ms - since > NOTICED_MS

    def feedback(self, relay: int) -> str:
        return self.setup.feedback if relay == 1 else self.setup.switching or self.setup.fan_feedback

    def _closing(self) -> None:
        """The primary is about to close."""
        setup, now, pilot = self.setup, self.world.now_ms, self.pilot
        if pilot.shown != CHARGE and not pilot.doubt:
            self.say(Invariant.PERMISSION, f"closes while the pilot shows {pilot.shown}")
        if not UNDRIVEN < self.world.duty < FULL or not self.world.duty:
            self.say(Invariant.PERMISSION, f"closes over a duty cycle of {self.world.duty / 100} %")
        if not self.permission.granted(setup, now):
            self.say(Invariant.PERMISSION, "closes without authorization")
        if not (self.permission.in_service or self.permission.admitted):
            self.say(Invariant.PERMISSION, "closes out of service")
        if setup.pluggable and self.world.lock.drive in ("lock", "unlock"):
            self.say(Invariant.LOCK, "closes while the lock moves")
        if setup.pluggable and MOTORS[setup.motor].has_feedback and self.direction != "lock":
            self.say(Invariant.LOCK, "closes before the plug was locked")
        if setup.rcd and self.rcd.normal is not True:
            self.say(Invariant.RCD, "closes over a tripped RCD")
        if setup.rcd in RCD_TIMES and (why := self._untested()) is not None:
            self.say(Invariant.RCD, why)
        if setup.switching:
            self._secondary()

    def _untested(self) -> str | None:
        now, test = self.world.now_ms, self.rcd
        if test.running(self.setup, now):
            return "closes while the RCD is tested"
        if test.released_ms is None:
            return "closes before the RCD was tested"
        if self.pilot.sight_ms is not None and test.released_ms + RCD_TIMES[self.setup.rcd][2] < self.pilot.sight_ms:
            return "closes without a test for this car"
        if self.world.boot_ms - test.begun_boot_ms > DAY_MS + TICK_MS:
            return "closes without a test for a day"
        return None

    def _secondary(self) -> None:
        second, now = self.world.contacts[2], self.world.now_ms
        wanted = self.phases_wanted == 3
        if second.coil is not wanted:
            self.say(Invariant.ORDER, f"the primary closes for {self.phases_wanted} phases, the secondary is not there")
        silent = self.setup.switching == "none"
        moved_ms = self.closed_ms[2] if wanted else self.opened_ms[2]
        if silent and now - moved_ms < MOVED_MS:
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
        elif self.dark_since is not None:
            self.dark_since, self.pilot.hushed_to_ms = None, now + SETTLE_MS
        if UNDRIVEN < cycle < FULL and cycle and self.setup.switching:
            self._new_count()

    def _new_count(self) -> None:
        """Current is offered; perhaps for another count of phases than before."""
        if self.offered_phases not in (None, self.phases_wanted):
            self._count("phases switched")
            short = self.world.now_ms - self.opened_ms[1] < self.least_s * 1000
            if short and not self.cable.open_to_doubt:  # then it may have been the offer to another car
                self.say(Invariant.ORDER, "another count of phases is offered before the delay is over")
        self.offered_phases, self.pause_ms = self.phases_wanted, None

    def _lock(self, drive: str) -> None:
        now = self.world.now_ms
        for relay in (1, 2) if self.setup.switching else (1,):
            if drive == "unlock" and (self.world.contacts[relay].coil or not self._is_open(relay)):
                self.say(Invariant.LOCK, f"the lock is driven open under a closed {NAMES[relay]}")
        if not self.setup.pluggable and drive in ("lock", "unlock"):
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
        pausing = self.setup.switching and self.offered_phases not in (None, self.phases_wanted)
        if not pausing:
            self.pause_ms = None
        elif self.pause_ms is None and not self.world.contacts[1].coil:
            self.pause_ms, self.pause_s = self.world.now_ms, self.delay_s
        if effects or not isinstance(event, PilotSampled):
            look(self)
        elif self.world.contacts[1].coil:
            look_at_coil(self)


def _millivolts(raw: int) -> int:
    return raw * 3300 // 4095 * 4561 // 476 - 16013
