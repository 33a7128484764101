"""The whole simulated station, composed: levels that the board drives in, readings that it sees out.

`step` is pure: no clock, no I/O, no chance but the seed of the meter. It only moves time; what people do to
the station is in `actions.py`. Names of lines are those of ports.Station. Guide §4.2.2 (rotary switch),
§7.5 to 7.7.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from secc.sim import cable as cables
from secc.sim import contactor as contactors
from secc.sim import ev as evs
from secc.sim import meter as meters
from secc.sim import pilot, pluglock, rcd
from secc.sim.cable import Cable
from secc.sim.contactor import Contactor, Feedback
from secc.sim.ev import Ev, EvSpec
from secc.sim.meter import Meter
from secc.sim.pluglock import PlugLock
from secc.sim.rcd import Kind as RcdKind
from secc.sim.rcd import Polarity, Rcd

Live = tuple[bool, bool, bool]
DEAD: Live = (False, False, False)
INPUTS = 6
_EMERGENCY, _RCD_FEEDBACK, _RCD_TEST = 0, 1, 3
INPUT_LOW_MV, INPUT_HIGH_MV = 200, 12_000
"""What a contact at a digital input gives."""


class SecondRelay(StrEnum):
    """What hangs on relay 2."""

    NONE = "none"
    VENTILATION = "ventilation"
    PHASES = "phases"
    """A secondary contactor for L2 and L3 (guide §15.20)."""


@dataclass(frozen=True, slots=True)
class StationSpec:
    """How the station is built. `fixed_cable_a` is the rating of its own cable, None for a socket. `rcd_polarity` and
    `rcd_test_polarity` are those of the two wires of the RCD.
    """

    rotary: int = 13
    contactor_feedback: Feedback = Feedback.NO
    relay_2: SecondRelay = SecondRelay.NONE
    relay_2_feedback: Feedback = Feedback.NO
    lock_type: str = pluglock.DEFAULT_TYPE
    fixed_cable_a: int | None = None
    grid_phases: int = 3
    rcd: RcdKind = RcdKind.WESTERN
    rcd_polarity: Polarity = Polarity.ACTIVE_HIGH
    rcd_test_polarity: Polarity = Polarity.ACTIVE_HIGH
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Controls:
    """What the board drives. `duty_pct` as in ports.PilotOut; the digital outputs are 1 to 6; the digital inputs are
    compared with `threshold_mv`.
    """

    relay_1: bool = False
    relay_2: bool = False
    motor_in1: bool = False
    motor_in2: bool = False
    duty_pct: float | None = None
    digital_out: tuple[bool, ...] = (False,) * INPUTS
    threshold_mv: int = 0


@dataclass(frozen=True, slots=True)
class Readings:
    """What the board sees: converter values 0..4095 and logical levels. `rotary` is the position 0..15."""

    cp_positive_raw: int
    cp_negative_raw: int
    proximity_raw: int
    motor_1_sense_raw: int
    motor_capacitor_raw: int
    relay_1_sense: bool
    relay_2_sense: bool
    rotary: int
    digital_in: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Plant:
    """The station at one moment. `ev_spec` is the kind of car that comes next, `ev` the one at the cable."""

    station: StationSpec
    ev_spec: EvSpec
    cable: Cable
    rotary: int
    meter: Meter
    ev: Ev | None = None
    relay_1: Contactor = contactors.RESTING
    relay_2: Contactor = contactors.RESTING
    lock: PlugLock = pluglock.RESTING
    rcd: Rcd = rcd.WELL
    faults: frozenset[str] = frozenset()
    t_ms: int = 0

    @property
    def outlet(self) -> Live:
        """Whether L1, L2, L3 are live at the outlet."""
        return outlet(self.station, self.relay_1.closed, self.relay_2.closed)


def _raw(mv: int) -> int:
    return min(4095, mv * 4095 // 3300)


DEAD_BOARD = Readings(pilot.raw(0), pilot.raw(0), _raw(cables.NONE_MV), 0, 0, False, False, 0, (False,) * INPUTS)
"""What a board reads that has lost its plant: 0 V at the pilot, no cable, nothing active."""


def build(station: StationSpec, ev_spec: EvSpec, rating_a: int = 32) -> Plant:
    """A station at rest. `rating_a` is the cable that lies ready; a fixed cable has the rating of the
    station.
    """
    if station.fixed_cable_a is not None:
        cable = Cable(station.fixed_cable_a, at_station=True, fixed=True)
    else:
        cable = Cable(rating_a)
    return Plant(station, ev_spec, cable, station.rotary, Meter(station.seed))


def outlet(station: StationSpec, closed_1: bool, closed_2: bool) -> Live:
    """Live wires at the outlet by the wiring of the station."""
    three = station.grid_phases == 3
    rest = three and (closed_2 if station.relay_2 is SecondRelay.PHASES else closed_1)
    return closed_1, rest, rest


def _car(plant: Plant, live: Live, controls: Controls, dt_ms: int) -> Ev | None:
    if plant.ev is None:
        return None
    faults = plant.faults
    broken = faults and ("cp_short" in faults or "cp_open" in faults)
    duty_pct = controls.duty_pct if plant.cable.through and not broken else None
    return evs.step(plant.ev, duty_pct, live if plant.cable.through else DEAD, dt_ms)


def step(plant: Plant, controls: Controls, dt_ms: int) -> tuple[Plant, Readings]:
    """The plant `dt_ms` later while the board drives `controls`, and what the board then sees."""
    faults, station = plant.faults, plant.station
    relay_1 = contactors.step(plant.relay_1, controls.relay_1, faults, "contactor", dt_ms)
    relay_2 = contactors.step(plant.relay_2, controls.relay_2, faults, "contactor_2", dt_ms)
    live = outlet(station, relay_1.closed, relay_2.closed)
    ev = _car(plant, live, controls, dt_ms)
    t_ms = plant.t_ms + dt_ms
    current_ma = evs.drawn_ma(ev, live)
    meter = meters.step(plant.meter, t_ms, current_ma, dt_ms)
    if ev is not None and current_ma[0]:
        taken_uj = ev.taken_uj + meter.energy_uj - plant.meter.energy_uj
        ev = Ev(ev.spec, ev.wants, ev.s2, ev.asked_ms, ev.current_ma, taken_uj, ev.dark_ms)
    motor = pluglock.Motor(controls.motor_in1, controls.motor_in2, plant.cable.blocks_lock)
    lock = pluglock.step(plant.lock, pluglock.TYPES[station.lock_type], motor, faults, dt_ms)
    testing = rcd.driven(controls.digital_out[_RCD_TEST], station.rcd_test_polarity)
    residual = bool(faults) and ("rcd_trip" in faults or ("rcd_leakage" in faults and ev is not None and live[0]))
    monitor = rcd.step(plant.rcd, station.rcd, testing, residual, faults, dt_ms)
    after = Plant(
        station,
        plant.ev_spec,
        plant.cable,
        plant.rotary,
        meter,
        ev,
        relay_1,
        relay_2,
        lock,
        monitor,
        faults,
        t_ms,
    )
    return after, readings(after, controls)


def readings(plant: Plant, controls: Controls) -> Readings:
    """What the board sees of this plant while it drives `controls`."""
    faults, station, lock = plant.faults, plant.station, plant.lock
    there = plant.ev is not None and plant.cable.through and "cp_open" not in faults
    load_ohm = plant.ev.load_ohm if plant.ev is not None and there else None
    line = pilot.peaks(controls.duty_pct, load_ohm, "diode_short" not in faults, "cp_short" in faults)
    if "cp_noise" in faults:
        line = pilot.disturbed(line, plant.t_ms)
    high_mv, low_mv = pilot.detected(*line) if controls.duty_pct is not None else line
    inputs = [False] * INPUTS
    inputs[_EMERGENCY] = "emergency_stop" in faults
    inputs[_RCD_FEEDBACK] = rcd.level(plant.rcd, station.rcd_polarity)
    return Readings(
        pilot.raw(high_mv),
        pilot.raw(low_mv),
        _raw(cables.proximity_mv(plant.cable, faults)),
        _raw(pluglock.TYPES[station.lock_type].sense_mv(lock.position)),
        _raw(pluglock.capacitor_sense_mv(lock)),
        contactors.sense(plant.relay_1, station.contactor_feedback, faults, "contactor"),
        contactors.sense(plant.relay_2, station.relay_2_feedback, faults, "contactor_2"),
        plant.rotary,
        tuple((INPUT_HIGH_MV if level else INPUT_LOW_MV) > controls.threshold_mv for level in inputs),
    )
