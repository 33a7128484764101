"""One station in virtual time for the random walk: the hardware around the board, the process of evsed, and the broker.

It feeds the core what the adapter would (pilot every 5 ms while it is of interest, proximity, edges of inputs, timers,
ticks, topics) and carries out what the core answers; before each effect is carried out a judge may look at it. It
knows the core's `step`, its events and effects, and nothing of its model but whether it is at rest. House rules 3.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Protocol

from power_hardware import RCD_DEVICES, Car, Contacts, Lock, Rcd
from power_setup import EMERGENCY, KEY, RCD, TRIGGER, Setup, settings_of

from secc.contract.topics.row import Topic
from secc.evsed import core
from secc.evsed.events import (
    RELAY_SENSE,
    CapacitorSensed,
    DriveLock,
    DriveOutput,
    DrivePilot,
    DriveRelay,
    InputSensed,
    LockSensed,
    PilotSampled,
    ProximitySampled,
    ReadTime,
    SenseCapacitor,
    SenseLock,
    SettingsChanged,
    Started,
    Stopping,
    TimeRead,
    WatchInput,
)
from secc.evsed.motors import MOTORS
from secc.fsm import After, Cancel, Effect, Effects, Elapsed, Event, Publish, Received, Resubscribe, Tick

SAMPLE_MS, PROXIMITY_MS, TICK_MS = 5, 100, 5000
AWAKE_MS, NAP_MS = 18, 1000
"""So long the pilot is sampled after something changed; as the samples after that are all alike, two of them are taken
in each NAP_MS."""
STOP_MS = 2000
"""So long a process that ends waits for its hardware to rest."""
CHARGED_RAW, FLAT_RAW = 3640, 800
CABLES = {0: 4092, 13: 2606, 20: 1861, 32: 1266, 63: 1018, -1: 500}
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class Judge(Protocol):
    """Somebody who looks on. `began` when a process starts, `ended` when it goes."""

    def began(self) -> None: ...
    def ended(self) -> None: ...
    def before(self, event: Event) -> None: ...
    def answered(self, effects: Effects) -> None: ...
    def effect(self, effect: Effect) -> None: ...
    def after(self, event: Event, effects: Effects) -> None: ...


@cache
def raw_of(mv: int) -> int:
    """The converter's reading of a pilot voltage; the inverse of the board's scaling."""
    return max(0, min(4095, round((mv + 16013) * 476 / 4561 * 4095 / 3300)))


class World:
    """Build it, give it a judge, `start`, then let things happen and `run`."""

    def __init__(self, setup: Setup) -> None:
        self.setup, self.version = setup, 1
        self.now_ms = self.slept_ms = 0
        self._heap: list[tuple[int, int, Callable[[], None]]] = []
        self._count = 0
        self._timers: dict[str, int] = {}
        self._queue: deque[Event] = deque()
        self.alive = False
        self.events = 0
        self.judge: Judge
        second = setup.switching or setup.fan_feedback
        self.contacts = {
            relay: Contacts(wiring, self.later, lambda level, line=RELAY_SENSE[relay]: self.edge(line, level))  # type: ignore[misc]
            for relay, wiring in ((1, setup.feedback), (2, second))
        }
        self.motor = MOTORS[setup.motor]
        self.lock = Lock(self.motor, lambda: self.now_ms)
        self.capacitor_raw = CHARGED_RAW
        self.rcd = Rcd(*RCD_DEVICES[setup.rcd], self.later, self._rcd_told)
        self.car = Car(lambda: self.now_ms, self.later, self.wake)
        self.cable = 0 if setup.pluggable else 32
        self.inputs = {EMERGENCY: setup.emergency == "low", RCD: setup.rcd_normal, KEY: False}
        self.retained: dict[tuple[Topic[Any], tuple[str, ...]], Any] = {}
        self.duty = -1
        self._awake_to = self._torn_ms = 0
        self._sampling = False
        self._naps = 0
        self._watched: set[str] = set()
        self._model: Any = None

    # --- the process

    def start(self) -> None:
        """evsed is started with the configuration as it is now."""
        self.alive, self.duty = True, -1
        self._watched.clear()
        settings = settings_of(self.setup, self.version)
        self._model = core.initial(settings)
        self.judge.began()
        self.post(Started())
        self.post(ProximitySampled(CABLES[self.cable]))
        for (topic, params), value in list(self.retained.items()):
            self.post(Received(topic, value, params))
        self.later(100, lambda life=self._life: self._proximity(life))  # type: ignore[misc]
        self.later(TICK_MS, lambda life=self._life: self._tick(life))  # type: ignore[misc]
        self.post(Tick(self.boot_ms))
        self.wake()

    _life = 0

    def kill(self) -> None:
        """It dies. Its lines go back to where nobody drives them, and the safe-state helper agrees."""
        self.judge.ended()
        self.alive = False
        self._life += 1
        self._timers.clear()
        self._queue.clear()
        for contacts in self.contacts.values():
            if contacts.coil:
                contacts.drive(False)
        self.rcd.trigger(False)
        self.lock.driven("coast")
        self.duty = -1
        self.car.hear(-1)

    def stop(self) -> None:
        """It is asked to end, and gets its time."""
        self.post(Stopping())
        end = self.now_ms + STOP_MS
        while self.now_ms < end and not core.at_rest(self._model):
            self.run(10)
        self.kill()

    def edit(self, setup: Setup) -> None:
        self.setup, self.version = setup, self.version + 1
        self.post(SettingsChanged(settings_of(setup, self.version)))

    @property
    def boot_ms(self) -> int:
        return self.now_ms + self.slept_ms

    def _tick(self, life: int) -> None:
        if life == self._life:
            self.post(Tick(self.boot_ms))
            self.later(TICK_MS, lambda: self._tick(life))

    # --- time

    def later(self, ms: int, call: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._heap, (self.now_ms + ms, self._count, call))

    def run(self, ms: int) -> None:
        """Let time pass, with everything that happens on the way."""
        end, heap = self.now_ms + ms, self._heap
        while heap and heap[0][0] <= end:
            at, _, call = heapq.heappop(heap)
            self.now_ms = at
            call()
        self.now_ms = end

    # --- events in

    def post(self, event: Event) -> None:
        """As the mailbox does it: what an effect causes waits until all effects are carried out."""
        if not self.alive:
            return
        queue, judge = self._queue, self.judge
        queue.append(event)
        if len(queue) > 1:
            return
        while queue:
            event = queue[0]
            judge.before(event)
            self._model, effects = core.step(self._model, event)
            self.events += 1
            judge.answered(effects)
            for effect in effects:
                judge.effect(effect)
                self._perform(effect)
            judge.after(event, effects)
            queue.popleft()

    def publish(self, topic: Topic[Any], value: Any, *params: str, retain: bool = False) -> None:
        if retain:
            self.retained[topic, params] = value
        self.post(Received(topic, value, params))

    def edge(self, line: str, level: bool) -> None:
        """The level of an input line has changed."""
        if line in self._watched:
            self.post(InputSensed(line, level))

    def _level(self, line: str) -> bool:
        for relay, sense in RELAY_SENSE.items():
            if sense == line:
                return self.contacts[relay].level
        return self.inputs.get(line, False)

    def drive_input(self, line: str, level: bool) -> None:
        if self.inputs[line] is not level:
            self.inputs[line] = level
            self.edge(line, level)

    def _rcd_told(self, normal: bool) -> None:
        self.drive_input(RCD, normal is self._wired_normal)

    @property
    def _wired_normal(self) -> bool:
        return self.setup.rcd_normal

    def wake(self, ms: int = AWAKE_MS) -> None:
        """The pilot is of interest again."""
        self._awake_to = max(self._awake_to, self.now_ms + ms)
        if not self._sampling:
            self._sampling = True
            self.later(SAMPLE_MS, self._sample)

    def _sample(self) -> None:
        if self.now_ms > self._awake_to:
            self._sampling = False
            self._naps += 1
            self.later(NAP_MS, lambda nap=self._naps: self._nap_over(nap))  # type: ignore[misc]
            return
        if self.now_ms - self._torn_ms >= SAMPLE_MS:
            self.sample()
        self.later(SAMPLE_MS, self._sample)

    def _nap_over(self, nap: int) -> None:
        if nap == self._naps:
            self._proximity(self._life)
            self.wake(2 * SAMPLE_MS)

    def sample(self) -> None:
        """One sample of the pilot as it is."""
        high, low = self.car.peaks_mv
        self.post(PilotSampled(raw_of(high), raw_of(low)))

    def plug(self, cable: int) -> None:
        """Put a cable into the socket (0: none, -1: one that nobody understands)."""
        self.cable = cable
        life = self._life
        for number in range(1, 4):
            self.later(number * PROXIMITY_MS, lambda: self._proximity(life))

    def _proximity(self, life: int) -> None:
        if life == self._life:
            self.post(ProximitySampled(CABLES[self.cable]))

    # --- effects out

    def _perform(self, effect: Effect) -> None:
        match effect:
            case Publish():
                pass
            case After(name, ms):
                self._count += 1
                token = self._timers[name] = self._count
                heapq.heappush(self._heap, (self.now_ms + ms, token, lambda: self._elapsed(name, token)))
            case Cancel(name):
                self._timers.pop(name, None)
            case DriveRelay(relay, closed):
                if self.contacts[relay].coil is not closed:
                    self.contacts[relay].drive(closed)
            case DrivePilot(cycle):
                self.duty, self._torn_ms = cycle, self.now_ms
                self.car.hear(cycle)
                self.wake()
            case DriveLock(drive):
                self.lock.driven(drive.value)
            case DriveOutput(line, level):
                if line == TRIGGER:
                    self.rcd.trigger(level is self.setup.trigger_active)
            case WatchInput(line):
                self._watched.add(line)
                self.post(InputSensed(line, self._level(line)))
            case SenseLock():
                self.post(LockSensed(self.lock.raw))
            case SenseCapacitor():
                self.post(CapacitorSensed(self.capacitor_raw))
            case ReadTime():
                self.post(TimeRead(EPOCH + timedelta(milliseconds=self.boot_ms)))
            case Resubscribe(topic):
                for (retained, params), value in self.retained.items():
                    if retained is topic:
                        self.post(Received(topic, value, params))

    def _elapsed(self, name: str, token: int) -> None:
        if self._timers.get(name) == token:
            del self._timers[name]
            self.post(Elapsed(name))
