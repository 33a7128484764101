"""The simulated station as hardware: ports.Station over the levels and readings of the plant.

It keeps what the board drives and shows what the plant lets it see; it decides nothing and knows no time.
The plant is in this process (SimStation, wired up by the bench) or behind a socket (hw/linked.py). Names
of lines are those of the board, guide §7.5 to 7.7.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from secc.ports import PortError
from secc.sim.plant import DEAD_BOARD, INPUTS, Controls, Readings

T = TypeVar("T")
Watcher = Callable[[bool], None]
Drive = Callable[[Controls, bool], Controls]


def _rotary(bit: int) -> Callable[[Readings], bool]:
    return lambda readings: bool(readings.rotary & bit)


def _input(index: int) -> Callable[[Readings], bool]:
    return lambda readings: readings.digital_in[index]


def _output(index: int) -> Drive:
    def drive(controls: Controls, active: bool) -> Controls:
        before = controls.digital_out
        return replace(controls, digital_out=(*before[:index], active, *before[index + 1 :]))

    return drive


_DIGITAL_IN: dict[str, Callable[[Readings], bool]] = {
    "relay_1_sense": lambda readings: readings.relay_1_sense,
    "relay_2_sense": lambda readings: readings.relay_2_sense,
    **{f"rotary_switch_1_{bit}": _rotary(bit) for bit in (1, 2, 4, 8)},
    **{f"digital_in_{index + 1}": _input(index) for index in range(INPUTS)},
}
_DIGITAL_OUT: dict[str, Drive] = {
    "relay_1_enable": lambda controls, active: replace(controls, relay_1=active),
    "relay_2_enable": lambda controls, active: replace(controls, relay_2=active),
    "motor_1_in1": lambda controls, active: replace(controls, motor_in1=active),
    "motor_1_in2": lambda controls, active: replace(controls, motor_in2=active),
    **{f"digital_out_{index + 1}": _output(index) for index in range(INPUTS)},
}
_ADC: dict[str, Callable[[Readings], int]] = {
    "proximity": lambda readings: readings.proximity_raw,
    "motor_1_sense": lambda readings: readings.motor_1_sense_raw,
    "motor_capacitor": lambda readings: readings.motor_capacitor_raw,
}


def _look_up(known: dict[str, T], name: str, what: str) -> T:
    found = known.get(name)
    if found is None:
        raise PortError(f"the simulated board has no {what} {name!r}; it has {', '.join(known)}")
    return found


class SimDigitalIn:
    """One input line (ports.DigitalIn)."""

    def __init__(self, station: SimStation, level: Callable[[Readings], bool]) -> None:
        self._station = station
        self._level = level

    def read(self) -> bool:
        """The level as the plant shows it now."""
        return self._level(self._station.readings)

    def watch(self, changed: Watcher) -> None:
        """Call `changed` after every edge that the plant shows."""
        self._station.watch(self._level, changed)


class SimDigitalOut:
    """One output line (ports.DigitalOut)."""

    def __init__(self, station: SimStation, drive: Drive) -> None:
        self._station = station
        self._drive = drive

    def write(self, active: bool) -> None:
        """Drive the line from now on."""
        self._station.drive(self._drive(self._station.controls, active))


class SimAdc:
    """One channel of the converter (ports.Adc)."""

    def __init__(self, station: SimStation, value: Callable[[Readings], int]) -> None:
        self._station = station
        self._value = value

    def read(self) -> int:
        """0..4095."""
        return self._value(self._station.readings)


class SimPilotOut:
    """The pilot generator (ports.PilotOut)."""

    def __init__(self, station: SimStation) -> None:
        self._station = station

    def drive(self, duty_pct: float | None) -> None:
        """Drive this duty cycle from now on; PortError for one that no generator can make."""
        if duty_pct is not None and not 0 <= duty_pct <= 100:
            raise PortError(f"a duty cycle of {duty_pct} % cannot be made: 0 to 100, or None")
        self._station.drive(replace(self._station.controls, duty_pct=duty_pct))


class SimPeaks:
    """The peak detectors (ports.Peaks). The plant shows peaks as they are, so there is nothing to reset."""

    def __init__(self, station: SimStation) -> None:
        self._station = station

    def reset(self, held: bool) -> None:
        """Nothing to do."""

    def read(self) -> tuple[int, int]:
        """0..4095 each."""
        return self._station.readings.cp_positive_raw, self._station.readings.cp_negative_raw


class SimThreshold:
    """The reference of the digital inputs (ports.Threshold)."""

    def __init__(self, station: SimStation) -> None:
        self._station = station

    def drive(self, mv: int) -> None:
        """Compare with this from now on; PortError for a voltage that the board cannot make."""
        if not 0 <= mv <= 12_000:
            raise PortError(f"a threshold of {mv} mV cannot be made: 0 to 12000")
        self._station.drive(replace(self._station.controls, threshold_mv=mv))


class SimStation:
    """A board without a board. Until a plant shows something it reads like a dead one."""

    def __init__(self) -> None:
        self.readings: Readings = DEAD_BOARD
        self._controls = Controls()
        self._watchers: list[tuple[Callable[[Readings], bool], Watcher]] = []

    @property
    def controls(self) -> Controls:
        """What the board drives now."""
        return self._controls

    def drive(self, controls: Controls) -> None:
        """Drive all of this from now on."""
        self._controls = controls

    def show(self, readings: Readings) -> None:
        """The plant shows new readings; watchers hear of edges."""
        before, self.readings = self.readings, readings
        if readings == before:
            return
        for level, changed in tuple(self._watchers):
            if level(before) != level(readings):
                changed(level(readings))

    def watch(self, level: Callable[[Readings], bool], changed: Watcher) -> None:
        """Call `changed` whenever `level` of the readings does."""
        self._watchers.append((level, changed))

    def digital_in(self, name: str) -> SimDigitalIn:
        """An input line by name; PortError lists the known ones."""
        return SimDigitalIn(self, _look_up(_DIGITAL_IN, name, "digital input"))

    def digital_out(self, name: str) -> SimDigitalOut:
        """An output line by name; PortError lists the known ones."""
        return SimDigitalOut(self, _look_up(_DIGITAL_OUT, name, "digital output"))

    def adc(self, name: str) -> SimAdc:
        """A channel by name; PortError lists the known ones."""
        return SimAdc(self, _look_up(_ADC, name, "analogue input"))

    def pilot(self) -> SimPilotOut:
        """The pilot generator."""
        return SimPilotOut(self)

    def peaks(self) -> SimPeaks:
        """The peak detectors of the pilot."""
        return SimPeaks(self)

    def threshold(self) -> SimThreshold:
        """The reference of the digital inputs."""
        return SimThreshold(self)
