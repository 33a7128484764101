"""The hands of evsed: reads the pins of a station into events, and carries effects out to them.

It samples the pilot every 5 ms and the proximity pin every 100 ms, decides nothing, and lets PortError pass: a
power path that cannot reach its pins must end, so that the safe-state helper takes over. A line is claimed when an
effect names it, and only then. Guide §7.5 to §7.9.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from secc.evsed import duty
from secc.evsed.events import (
    CapacitorSensed,
    Drive,
    DriveLock,
    DriveOutput,
    DrivePilot,
    DriveRelay,
    DriveThreshold,
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
from secc.fsm import Effect, Event
from secc.ports import Clock, DigitalOut, Station

RESET_MS = 2
"""How long the peak detectors are emptied before each sample (1.5 ms at least)."""
FOLLOW_MS = 3
"""How long they follow the line: two periods of the PWM at least."""
PROXIMITY_EVERY = 20
"""Samples of the pilot between two of the proximity pin."""

_MOTOR = {
    Drive.COAST: (False, False),
    Drive.UNLOCK: (True, False),
    Drive.LOCK: (False, True),
    Drive.BRAKE: (True, True),
}


class Adapter:
    """Give it a station and a clock; `begin` starts the sampling, `perform` carries out one effect."""

    def __init__(self, station: Station, clock: Clock) -> None:
        self._clock = clock
        self._pilot = station.pilot()
        self._peaks = station.peaks()
        self._proximity = station.adc("proximity")
        self._lock_sense = station.adc("motor_1_sense")
        self._capacitor = station.adc("motor_capacitor")
        self._motor = (station.digital_out("motor_1_in1"), station.digital_out("motor_1_in2"))
        self._outputs: dict[str, DigitalOut] = {"relay_1_enable": station.digital_out("relay_1_enable")}
        self._station = station
        self._watched: set[str] = set()
        self._samples = 0
        self._torn = False
        self._post: Callable[[Event], None]

    def begin(self, post: Callable[[Event], None]) -> None:
        """Start to report to `post`."""
        self._post = post
        post(Started())
        post(ProximitySampled(self._proximity.read()))
        self._reset()

    def _reset(self) -> None:
        self._peaks.reset(held=True)
        self._clock.call_later(RESET_MS, self._follow)

    def _follow(self) -> None:
        self._peaks.reset(held=False)
        self._torn = False
        self._clock.call_later(FOLLOW_MS, self._sample)

    def _sample(self) -> None:
        """A sample during which the duty cycle changed holds peaks of both, and is left out."""
        if not self._torn:
            self._post(PilotSampled(*self._peaks.read()))
        self._samples += 1
        if self._samples % PROXIMITY_EVERY == 0:
            self._post(ProximitySampled(self._proximity.read()))
        self._reset()

    def _watch(self, line: str) -> None:
        """An input is requested when something uses it, and only then."""
        source = self._station.digital_in(line)
        if line not in self._watched:
            self._watched.add(line)
            source.watch(lambda level: self._post(InputSensed(line, level)))
        self._post(InputSensed(line, source.read()))

    def _output(self, line: str) -> DigitalOut:
        if line not in self._outputs:
            self._outputs[line] = self._station.digital_out(line)
        return self._outputs[line]

    def perform(self, effect: Effect) -> None:
        """Carry out one effect of the core."""
        match effect:
            case DriveRelay(relay, closed):
                self._output(f"relay_{relay}_enable").write(closed)
            case DrivePilot(cycle):
                self._torn = True
                self._pilot.drive(None if cycle == duty.UNDRIVEN else cycle / 100)
            case DriveOutput(line, level):
                self._output(line).write(level)
            case DriveThreshold(mv):
                self._station.threshold().drive(mv)
            case DriveLock(drive):
                for pin, level in zip(self._motor, _MOTOR[drive], strict=True):
                    pin.write(level)
            case WatchInput(line):
                self._watch(line)
            case SenseLock():
                self._post(LockSensed(self._lock_sense.read()))
            case SenseCapacitor():
                self._post(CapacitorSensed(self._capacitor.read()))
            case ReadTime():
                self._post(TimeRead(datetime.now(UTC)))
            case _:
                raise TypeError(f"evsed has no hands for {effect!r}")
