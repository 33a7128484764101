"""The simulated station as a whole: what people do to it, how every fault shows, and what a step costs."""

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secc.sim import actions
from secc.sim.actions import ActionError, Break, Clear, Plug, Request, Rotary, Stop, Unplug, act, read_action
from secc.sim.contactor import Feedback
from secc.sim.ev import UJ_PER_WH, EvSpec
from secc.sim.faults import FAULTS
from secc.sim.plant import Controls, Plant, Readings, SecondRelay, StationSpec, build, step

NOMINAL = 53.33


def board_mv(raw: int) -> int:
    return (raw * 3300 // 4095) * 4561 // 476 - 16013


def proximity_mv(raw: int) -> int:
    return raw * 3300 // 4096


def sense_mv(raw: int) -> int:
    return raw * 3300 // 4095


def run(plant: Plant, controls: Controls, ms: int) -> tuple[Plant, Readings]:
    plant, readings = step(plant, controls, 5)
    for _ in range(ms // 5 - 1):
        plant, readings = step(plant, controls, 5)
    return plant, readings


def done(plant: Plant, action: actions.Action) -> Plant:
    plant, refused = act(plant, action)
    assert refused is None
    return plant


def charging(station: StationSpec | None = None, spec: EvSpec | None = None) -> tuple[Plant, Controls]:
    """A plant that charges, and what the board drives."""
    controls = Controls(relay_1=True, relay_2=True, duty_pct=NOMINAL, threshold_mv=6000)
    plant = done(build(station or StationSpec(), spec or EvSpec(max_current_a=32)), Plug())
    plant, _ = run(plant, replace(controls, motor_in2=True), 600)
    plant, _ = run(plant, controls, 10_000)
    assert plant.ev is not None
    assert plant.ev.current_ma > 30_000 or spec is not None
    return plant, controls


@pytest.mark.parametrize(
    ("state", "positive", "negative"),
    [("A", 12_000, -12_000), ("B", 8_979, -12_000), ("C", 5_995, -12_000), ("D", 2_929, -12_000)],
)
def test_pilot_readings_of_the_states(state: str, positive: int, negative: int) -> None:
    plant = build(StationSpec(), EvSpec(ventilation=state == "D", ready_after_ms=0))
    if state != "A":
        plant = done(plant, Plug())
    if state == "B":
        plant = done(plant, Stop())
    _, readings = run(plant, Controls(duty_pct=NOMINAL, threshold_mv=6000), 1000)
    assert 0 <= board_mv(readings.cp_positive_raw) - positive <= 20
    assert 0 <= board_mv(readings.cp_negative_raw) - negative <= 20


@pytest.mark.parametrize(("duty", "positive", "negative"), [(100.0, 12_000, 55), (0.0, 55, -12_000), (None, 0, 0)])
def test_pilot_readings_without_pulses(duty: float | None, positive: int, negative: int) -> None:
    _, readings = run(build(StationSpec(), EvSpec()), Controls(duty_pct=duty), 10)
    assert abs(board_mv(readings.cp_positive_raw) - positive) <= 20
    assert abs(board_mv(readings.cp_negative_raw) - negative) <= 20


@pytest.mark.parametrize("position", range(16))
def test_rotary_switch(position: int) -> None:
    plant = done(build(StationSpec(), EvSpec()), Rotary(position))
    _, readings = step(plant, Controls(), 5)
    assert readings.rotary == position


def test_a_session_from_plug_to_unplug() -> None:
    plant, controls = charging()
    assert plant.outlet == (True, True, True)
    assert act(plant, Unplug())[1] == "the plug is held by the lock (locked): it must be unlocked"
    plant = done(plant, Stop())
    plant, readings = run(plant, controls, 3_500)
    assert 8_900 < board_mv(readings.cp_positive_raw) < 9_100
    plant, _ = run(plant, replace(controls, relay_1=False, motor_in1=True), 600)
    assert plant.outlet == (False, False, False)
    plant = done(plant, Unplug())
    _, readings = run(plant, controls, 10)
    assert board_mv(readings.cp_positive_raw) >= 12_000
    assert proximity_mv(readings.proximity_raw) >= 2459


def test_the_battery_ends_the_charge() -> None:
    plant, controls = charging(spec=EvSpec(energy_wh=50, max_current_a=32))
    plant, _ = run(plant, controls, 20_000)
    assert plant.ev is not None
    assert plant.ev.full
    assert not plant.ev.s2
    assert 50 <= plant.ev.taken_uj / UJ_PER_WH < 65
    assert plant.ev.taken_uj == plant.meter.energy_uj
    assert plant.ev.soc_pct == 100


@pytest.mark.parametrize(
    ("relay_2", "closed_2", "phases", "currents"),
    [
        (SecondRelay.NONE, False, 3, 3), (SecondRelay.PHASES, False, 3, 1), (SecondRelay.PHASES, True, 3, 3),
        (SecondRelay.VENTILATION, True, 1, 1),
    ],
)  # fmt: skip
def test_phases(relay_2: SecondRelay, closed_2: bool, phases: int, currents: int) -> None:
    plant = done(build(StationSpec(relay_2=relay_2), EvSpec(phases=phases)), Plug())
    plant, readings = run(plant, Controls(relay_1=True, relay_2=closed_2, duty_pct=NOMINAL), 10_000)
    assert sum(ma > 0 for ma in plant.meter.current_ma) == currents
    assert readings.relay_2_sense is closed_2


def test_pulling_the_connector_out_of_the_car_under_load_shows_at_once() -> None:
    plant, controls = charging()
    plant = done(plant, Unplug("ev"))
    plant, readings = step(plant, controls, 5)
    assert board_mv(readings.cp_positive_raw) >= 12_000
    assert plant.meter.current_ma == (0, 0, 0)


def test_pulling_the_plug_out_of_the_socket_under_load_ends_the_current_at_once() -> None:
    """Possible only when the lock is open; the car still hangs at the other end of the cable."""
    plant, controls = charging()
    plant, _ = run(plant, replace(controls, motor_in1=True), 600)
    assert plant.meter.current_ma[0] > 30_000
    plant = done(plant, Unplug("station"))
    plant, readings = step(plant, controls, 5)
    assert plant.outlet == (True, True, True)
    assert plant.meter.current_ma == (0, 0, 0)
    assert plant.ev is not None
    assert board_mv(readings.cp_positive_raw) >= 12_000


def test_a_half_plugged_cable_is_seen_but_gives_no_pilot_and_cannot_be_locked() -> None:
    plant = done(build(StationSpec(), EvSpec()), Plug(half=True))
    plant, readings = run(plant, Controls(duty_pct=NOMINAL, motor_in2=True), 600)
    assert 891 <= proximity_mv(readings.proximity_raw) < 1170
    assert board_mv(readings.cp_positive_raw) >= 12_000
    assert 700 < sense_mv(readings.motor_1_sense_raw) < 2900
    plant, _ = run(plant, Controls(motor_in1=True), 600)
    plant = done(plant, Plug())
    plant, readings = run(plant, Controls(duty_pct=NOMINAL, motor_in2=True), 600)
    assert board_mv(readings.cp_positive_raw) < 9_100
    assert sense_mv(readings.motor_1_sense_raw) <= 700


def test_a_fixed_cable() -> None:
    plant = build(StationSpec(fixed_cable_a=20), EvSpec())
    _, readings = step(plant, Controls(duty_pct=100), 5)
    assert proximity_mv(readings.proximity_raw) >= 2459
    plant = done(plant, Plug())
    _, readings = step(plant, Controls(duty_pct=100), 5)
    assert 8_900 < board_mv(readings.cp_positive_raw) < 9_100
    assert proximity_mv(readings.proximity_raw) >= 2459
    assert act(plant, Unplug("station"))[1] is not None
    assert act(plant, Plug(rating_a=20))[1] is not None
    assert done(plant, Unplug()).ev is None


@pytest.mark.parametrize(
    ("before", "action", "reason"),
    [
        ((), Unplug(), "nothing is plugged in"),
        ((), Request(), "no car is plugged in"),
        ((), Stop(), "no car is plugged in"),
        ((), Clear("cp_open"), "cp_open is not there"),
        ((Plug(),), Plug(), "plugged in already"),
        ((Plug("station"),), Plug(rating_a=13), "another cable"),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    before: tuple[actions.Action, ...], action: actions.Action, reason: str
) -> None:
    plant = build(StationSpec(), EvSpec())
    for earlier in before:
        plant = done(plant, earlier)
    after, refused = act(plant, action)
    assert refused is not None
    assert reason in refused
    assert after == plant


def test_a_bolt_that_is_out_bars_the_socket() -> None:
    plant, _ = run(build(StationSpec(), EvSpec()), Controls(motor_in2=True), 600)
    assert act(plant, Plug())[1] == "the bolt of the plug lock bars the socket: it must be unlocked"


def pilot(readings: Readings) -> tuple[int, int]:
    return board_mv(readings.cp_positive_raw), board_mv(readings.cp_negative_raw)


TESTING = Controls(digital_out=(False, False, False, True, False, False), threshold_mv=6000)
OFF = Controls(duty_pct=NOMINAL, threshold_mv=6000)
SHOWS = {
    "contactor_weld": lambda p: run(p, OFF, 1000)[1].relay_1_sense,
    "contactor_stuck_open": lambda p: not run(p, replace(OFF, relay_1=True), 1000)[1].relay_1_sense,
    "contactor_feedback_lost": lambda p: not run(p, replace(OFF, relay_1=True), 1000)[1].relay_1_sense,
    "contactor_slow": lambda p: run(p, OFF, 400)[1].relay_1_sense,
    "contactor_bounce": lambda p: any(run(p, OFF, ms)[1].relay_1_sense for ms in range(60, 150, 5)),
    "contactor_2_weld": lambda p: run(p, OFF, 1000)[1].relay_2_sense,
    "contactor_2_stuck_open": lambda p: not run(p, replace(OFF, relay_2=True), 1000)[1].relay_2_sense,
    "contactor_2_slow": lambda p: run(p, OFF, 400)[1].relay_2_sense,
    "contactor_2_bounce": lambda p: any(run(p, OFF, ms)[1].relay_2_sense for ms in range(60, 150, 5)),
    "contactor_2_feedback_lost": lambda p: not run(p, replace(OFF, relay_2=True), 1000)[1].relay_2_sense,
    "diode_short": lambda p: abs(sum(pilot(run(p, OFF, 5)[1]))) <= 40,
    "cp_short": lambda p: all(abs(mv) < 100 for mv in pilot(run(p, OFF, 5)[1])),
    "cp_noise": lambda p: len({pilot(run(p, OFF, ms)[1]) for ms in range(5, 60, 5)}) > 2,
    "cp_open": lambda p: pilot(run(p, OFF, 5)[1])[0] >= 12_000,
    "proximity_open": lambda p: proximity_mv(run(p, OFF, 5)[1].proximity_raw) >= 2459,
    "proximity_invalid": lambda p: proximity_mv(run(p, OFF, 5)[1].proximity_raw) < 751,
    "proximity_changed": lambda p: 1813 <= proximity_mv(run(p, OFF, 5)[1].proximity_raw) < 2459,
    "lock_jam": lambda p: sense_mv(run(p, replace(OFF, motor_in1=True), 600)[1].motor_1_sense_raw) < 2900,
    "lock_forced_open": lambda p: sense_mv(run(p, OFF, 5)[1].motor_1_sense_raw) >= 2900,
    "lock_forced_closed": lambda p: sense_mv(run(p, replace(OFF, motor_in1=True), 600)[1].motor_1_sense_raw) <= 700,
    "lock_capacitor_flat": lambda p: sense_mv(run(p, OFF, 500)[1].motor_capacitor_raw) * 90 // 22 < 10_000,
    "rcd_trip": lambda p: not run(p, OFF, 5)[1].digital_in[1],
    "rcd_leakage": lambda p: not run(p, replace(OFF, relay_1=True), 500)[1].digital_in[1],
    "rcd_stays_tripped": lambda p: not run(run(p, TESTING, 815)[0], OFF, 410)[1].digital_in[1],
    "rcd_test_fails": lambda p: run(p, TESTING, 810)[1].digital_in[1],
    "emergency_stop": lambda p: run(p, OFF, 5)[1].digital_in[0],
}


def test_every_fault_has_a_test_and_a_line_for_people() -> None:
    assert {fault.name for fault in FAULTS} == set(SHOWS)
    assert all(fault.about and "\n" not in fault.about and fault.part for fault in FAULTS)


@pytest.mark.parametrize("name", SHOWS)
def test_every_fault_shows_in_the_readings_and_goes_away(name: str) -> None:
    plant, controls = charging()
    if name.endswith("stuck_open"):
        plant, _ = run(plant, OFF, 1000)
    assert not SHOWS[name](plant)
    broken = done(plant, Break(name))
    assert SHOWS[name](broken)
    mended, _ = run(done(broken, Clear(name)), controls, 20_000)
    assert not SHOWS[name](mended) or name.startswith("lock_forced")


def test_clearing_everything() -> None:
    plant = done(done(build(StationSpec(), EvSpec()), Break("cp_open")), Break("lock_jam"))
    assert done(plant, Clear()).faults == frozenset()


@pytest.mark.parametrize("feedback", list(Feedback))
def test_feedback_at_rest(feedback: Feedback) -> None:
    _, readings = step(build(StationSpec(contactor_feedback=feedback), EvSpec()), Controls(), 5)
    assert readings.relay_1_sense is (feedback is Feedback.NC)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from([None, 0.0, 10.0, 53.33, 96.0, 100.0]), st.integers(1, 200)),
        max_size=30,
    )
)
def test_energy_is_counted_once_and_only_while_the_outlet_is_live(
    course: list[tuple[bool, float | None, int]],
) -> None:
    plant = done(build(StationSpec(), EvSpec(ready_after_ms=0, max_current_a=32)), Plug())
    energy_uj = 0
    for closed, duty, steps in course:
        for _ in range(steps):
            plant, _ = step(plant, Controls(relay_1=closed, duty_pct=duty), 5)
            energy_uj += sum(plant.meter.power_mw) * 5
            assert plant.outlet[0] or plant.meter.current_ma == (0, 0, 0)
    assert plant.meter.energy_uj == energy_uj
    assert plant.ev is not None
    assert plant.ev.taken_uj == energy_uj


@given(
    st.dictionaries(
        st.sampled_from(["do", "end", "cable", "half", "fault", "position", "patience", "topic", "payload", "x"]),
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(-5, 70),
            st.floats(),
            st.text("aF0 +#/\0\x1bé", max_size=5),
            st.lists(st.none()),
        )
        | st.sampled_from([*actions.VERBS, "both", "station", "cp_open", "sim/state", "{}"]),
    )
)
def test_a_strange_document_is_an_error_or_an_action_that_can_be_tried(document: dict[str, object]) -> None:
    try:
        action = read_action(document)
    except ActionError as error:
        said: str | None = str(error)
    else:
        _, said = act(build(StationSpec(), EvSpec()), action)
    assert said is None or said


@pytest.mark.parametrize(
    ("document", "action"),
    [
        ({"do": "plug"}, Plug()),
        ({"do": "plug", "cable": 13, "end": "station", "half": True}, Plug("station", 13, True)),
        ({"do": "unplug", "patience": 1.5}, Unplug("both", 1500)),
        ({"do": "request"}, Request()),
        ({"do": "stop"}, Stop()),
        ({"do": "fault", "fault": "cp_short"}, Break("cp_short")),
        ({"do": "clear"}, Clear()),
        ({"do": "clear", "fault": "cp_short"}, Clear("cp_short")),
        ({"do": "rotary", "position": "d"}, Rotary(13)),
        ({"do": "rotary", "position": 13}, Rotary(13)),
    ],
)
def test_documents_and_their_actions(document: dict[str, object], action: actions.Action) -> None:
    assert read_action(document) == action


def test_a_minute_of_the_plant_costs_well_under_three_seconds() -> None:
    plant, controls = charging()
    begun = time.perf_counter()
    run(plant, controls, 60_000)
    assert time.perf_counter() - begun < 3
