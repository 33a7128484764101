"""A hand-held evsed for tests of its core: settings, raw readings for pilot voltages, and a runner with timers.

Nothing here decides; it feeds events and remembers effects.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from secc.contract.enums import CpState
from secc.contract.topics.row import Topic
from secc.evsed.authorization import Method
from secc.evsed.core import initial, step
from secc.evsed.events import (
    RELAY_SENSE,
    CapacitorSensed,
    Drive,
    DriveLock,
    DrivePilot,
    DriveRelay,
    InputSensed,
    LockSensed,
    PilotSampled,
    ProximitySampled,
    ReadTime,
    SenseCapacitor,
    SenseLock,
    Started,
    TimeRead,
    WatchInput,
)
from secc.evsed.model import Model
from secc.evsed.motors import MOTORS
from secc.evsed.settings import Feedback, Settings
from secc.fsm import After, Cancel, Effect, Elapsed, Event, Publish, Received

SETTINGS = Settings(
    version="1.2.3",
    pluggable=True,
    fixed_cable_da=160,
    evse_da=320,
    grid_da=320,
    failsafe_da=None,
    phases=3,
    feedback=Feedback.NO,
    rest_ms=6000,
    interval_ms=10_000,
    method=Method.FREE,
    accept_state_d=False,
    motor=MOTORS["EV-T2M3S-E-LOCK12V"],
    emergency=None,
)

HIGH = {CpState.A: 3633, CpState.B: 3173, CpState.C: 2838, CpState.D: 2463, CpState.E: 2074, CpState.F: 527}
LOW_PWM = 527
TRAVEL_MS = 300
CHARGED_RAW = 3640
"""12 V at the capacitor of the lock motor."""
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
CABLE_RAW = {None: 4092, 13: 2606, 20: 1861, 32: 1266, 63: 1018, "invalid": 500}


def settings(**changes: Any) -> Settings:
    return replace(SETTINGS, **changes)


def contactor_sensed(level: bool) -> InputSensed:
    return InputSensed(RELAY_SENSE[1], level)


@dataclass
class Bench:
    """Runs a core in virtual time. Contactor and lock obey at once unless `stuck` or `jammed`; `stuck_2` is relay 2."""

    model: Model
    now_ms: int = 0
    stuck: bool = False
    stuck_2: bool = False
    jammed: bool = False
    coils: dict[int, bool] = field(default_factory=lambda: {1: False, 2: False})
    capacitor_raw: int = CHARGED_RAW
    bolt: bool = False
    driving: tuple[Drive, int] = (Drive.COAST, 0)
    effects: list[Effect] = field(default_factory=list)
    topics: dict[str, Any] = field(default_factory=dict)
    order: list[tuple[str, Any]] = field(default_factory=list)
    timers: dict[str, int] = field(default_factory=dict)
    inputs: dict[str, bool] = field(default_factory=dict)
    wired: dict[int, Feedback] = field(default_factory=dict)
    shown: CpState | None = None
    queue: list[Event] = field(default_factory=list)

    @classmethod
    def started(cls, **changes: Any) -> Bench:
        bench = cls(initial(settings(**changes)))
        bench.post(Started())
        bench.cable(None)
        bench.pilot(CpState.A)
        bench.run(20_000)
        return bench

    def post(self, event: Event) -> None:
        """As the mailbox does it: what an effect causes waits until all effects are carried out."""
        self.queue.append(event)
        if len(self.queue) > 1:
            return
        while self.queue:
            self.model, effects = step(self.model, self.queue[0])
            self.effects += effects
            for effect in effects:
                self._perform(effect)
            del self.queue[0]
            self.settled()

    def settled(self) -> None:
        """An event and its effects have been dealt with; for those who want to look."""

    def _perform(self, effect: Effect) -> None:
        match effect:
            case After(name, ms):
                self.timers[name] = self.now_ms + ms
            case Cancel(name):
                self.timers.pop(name, None)
            case Publish(topic, value):
                self.topics[topic.topic] = value
                self.order.append((topic.topic, value))
            case DriveRelay(relay, closed):
                changed, self.coils[relay] = self.coils[relay] is not closed, closed
                if changed and not (self.stuck if relay == 1 else self.stuck_2):
                    self.post(InputSensed(RELAY_SENSE[relay], closed is not self._is_nc(relay)))
            case DriveLock(drive):
                self._drive_lock(drive)
            case DrivePilot(cycle) if 0 < cycle < 10_000 and self.shown is not None:
                self.post(self._sample(self.shown))  # the car goes on showing what it showed
            case WatchInput(line):
                self.post(InputSensed(line, self.inputs.get(line, self._at_rest(line))))
            case SenseLock():
                self.post(LockSensed(200 if self.bolt else 4000))
            case SenseCapacitor():
                self.post(CapacitorSensed(self.capacitor_raw))
            case ReadTime():
                self.post(TimeRead(EPOCH + timedelta(milliseconds=self.now_ms)))

    def _is_nc(self, relay: int) -> bool:
        """How it is wired, whatever the settings say later."""
        if relay not in self.wired:
            self.wired[relay] = self.model.settings.feedback if relay == 1 else Feedback.NO
        return self.wired[relay] is Feedback.NC

    def _at_rest(self, line: str) -> bool:
        """What an input reads when nobody set it: an open contactor, or low."""
        relay = next((number for number, sense in RELAY_SENSE.items() if sense == line), None)
        return relay is not None and self.coils[relay] is not self._is_nc(relay)

    @property
    def coil(self) -> bool:
        return self.coils[1]

    def _drive_lock(self, drive: Drive) -> None:
        """The bolt needs TRAVEL_MS of driving without a break to get to the other end."""
        before, since_ms = self.driving
        if before in (Drive.LOCK, Drive.UNLOCK) and self.now_ms - since_ms >= TRAVEL_MS and not self.jammed:
            self.bolt = before is Drive.LOCK
        self.driving = (drive, self.now_ms)

    def run(self, ms: int) -> None:
        """Let `ms` pass, with the timers that run out on the way."""
        end = self.now_ms + ms
        while due := [(at, name) for name, at in self.timers.items() if at <= end]:
            at, name = min(due)
            self.now_ms = max(self.now_ms, at)
            del self.timers[name]
            self.post(Elapsed(name))
        self.now_ms = end

    def pilot(self, state: CpState, low: int | None = None) -> None:
        """Two equal samples of a state, with the negative peak that the driven duty cycle gives."""
        self.shown = state if low is None else None
        for _ in range(2):
            self.post(self._sample(state, low))

    def _sample(self, state: CpState, low: int | None = None) -> PilotSampled:
        high = HIGH[state]
        if low is None:
            low = LOW_PWM if 0 < self.model.duty < 10_000 and state is not CpState.E else high
        return PilotSampled(high, low)

    def cable(self, rating: int | str | None, readings: int = 2) -> None:
        for _ in range(readings):
            self.post(ProximitySampled(CABLE_RAW[rating]))

    def plug(self, rating: int = 32) -> None:
        self.cable(rating)
        self.pilot(CpState.B)
        self.run(1000)

    def charge(self) -> None:
        """From plugged to charging."""
        self.pilot(CpState.C)
        self.run(1000)

    def receive(self, topic: Topic[Any], value: Any, *params: str) -> None:
        self.post(Received(topic, value, params))

    @property
    def duty(self) -> int:
        return [e.duty for e in self.effects if isinstance(e, DrivePilot)][-1]
