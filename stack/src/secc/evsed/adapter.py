"""The hands of evsed: reads the pins of a station into events, and carries effects out to them.

It samples the pilot every 5 ms and the proximity pin every 100 ms, decides nothing, and lets PortError pass: a
power path that cannot reach its pins must end, so that the safe-state helper takes over. Guide §7.5 to §7.7.
"""

from __future__ import annotations

from collections.abc import Callable

from secc.evsed.events import (
    ContactorSensed,
    Drive,
    DriveContactor,
    DriveLock,
    DrivePilot,
    InputSensed,
    LockSensed,
    PilotSampled,
    ProximitySampled,
    SenseLock,
    Started,
    WatchInput,
)
from secc.fsm import Effect, Event
from secc.ports import Clock, Station

SAMPLE_MS = 5
PROXIMITY_EVERY = 20

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
        self._high = station.adc("cp_positive_peak")
        self._low = station.adc("cp_negative_peak")
        self._proximity = station.adc("proximity")
        self._lock_sense = station.adc("motor_1_sense")
        self._relay = station.digital_out("relay_1_enable")
        self._relay_sense = station.digital_in("relay_1_sense")
        self._motor = (station.digital_out("motor_1_in1"), station.digital_out("motor_1_in2"))
        self._station = station
        self._watched: set[str] = set()
        self._samples = 0
        self._post: Callable[[Event], None]

    def begin(self, post: Callable[[Event], None]) -> None:
        """Start to report to `post`."""
        self._post = post
        self._relay_sense.watch(lambda level: post(ContactorSensed(level)))
        post(Started(self._relay_sense.read()))
        self._sample()

    def _sample(self) -> None:
        self._post(PilotSampled(self._high.read(), self._low.read()))
        if self._samples % PROXIMITY_EVERY == 0:
            self._post(ProximitySampled(self._proximity.read()))
        self._samples += 1
        self._clock.call_later(SAMPLE_MS, self._sample)

    def _watch(self, line: str) -> None:
        """An input is requested when something uses it, and only then."""
        source = self._station.digital_in(line)
        if line not in self._watched:
            self._watched.add(line)
            source.watch(lambda level: self._post(InputSensed(line, level)))
        self._post(InputSensed(line, source.read()))

    def perform(self, effect: Effect) -> None:
        """Carry out one effect of the core."""
        match effect:
            case DriveContactor(closed):
                self._relay.write(closed)
            case DrivePilot(duty):
                self._pilot.drive(duty / 100)
            case DriveLock(drive):
                for line, level in zip(self._motor, _MOTOR[drive], strict=True):
                    line.write(level)
            case WatchInput(line):
                self._watch(line)
            case SenseLock():
                self._post(LockSensed(self._lock_sense.read()))
            case _:
                raise TypeError(f"evsed has no hands for {effect!r}")
