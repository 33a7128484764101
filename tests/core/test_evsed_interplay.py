"""Functions that meet: what one does while another is at work, and inputs that do not hold still.

Each of these once went wrong, or nearly. Guide §15.13 to §15.20, §3.3.5; IEC 61851-1 annex A.
"""

from __future__ import annotations

import pytest
from evsed_bench import HIGH, Bench, settings

from secc.contract.enums import CpState, Operative
from secc.contract.topics import availability, power, rcd, session
from secc.evsed.authorization import Method
from secc.evsed.core import initial
from secc.evsed.events import (
    Drive,
    DriveLock,
    DriveOutput,
    DrivePilot,
    InputSensed,
    PilotSampled,
    ProximitySampled,
    SettingsChanged,
    Started,
    Stopping,
)
from secc.evsed.inputs import Input, Output
from secc.evsed.pilot import millivolts
from secc.evsed.settings import Feedback, PhaseSwitching, RcdMonitor, RcdTest, Ventilation
from secc.fsm import Tick

EMERGENCY = Input("digital_in_1", active_high=True)
KEY = Input("digital_in_3", active_high=True)
MONITOR = RcdMonitor(
    Input("digital_in_2", active_high=True), RcdTest(Output("digital_out_4", active_high=True), 50, 40, 50)
)
MIRRORED = min(range(4096), key=lambda raw: abs(millivolts(raw) + millivolts(HIGH[CpState.C])))


def press(bench: Bench, pressed: bool) -> None:
    bench.post(InputSensed("digital_in_1", pressed))


def test_the_contactor_waits_for_a_diode_that_was_seen_under_pwm() -> None:
    bench = Bench.started(pluggable=False, motor=None, method=Method.MQTT)
    bench.pilot(CpState.B)
    bench.pilot(CpState.C)
    bench.shown = None  # a resistor without a diode: +12 V alone does not show it
    bench.run(1000)
    bench.receive(session.AUTHORIZATION_STATUS, 1)
    assert (bench.model.duty, bench.coil) == (2666, False)
    for _ in range(2):
        bench.post(PilotSampled(HIGH[CpState.C], MIRRORED))
        assert not bench.coil
    assert bench.model.duty == 10_000


def test_short_presses_of_the_emergency_stop_are_one_long_one() -> None:
    bench = Bench.started(emergency=EMERGENCY, method=Method.MQTT)
    bench.plug()
    bench.receive(session.AUTHORIZATION_STATUS, 1)
    bench.charge()
    bench.effects.clear()
    for _ in range(3):
        press(bench, True)
        bench.run(2)
        press(bench, False)
        bench.run(2)
    assert [e.duty for e in bench.effects if isinstance(e, DrivePilot)] == [0]
    bench.pilot(CpState.F)
    bench.run(500)
    assert bench.model.duty == 10_000
    bench.pilot(CpState.B)
    bench.run(60_000)
    assert (bench.coil, bench.model.duty) == (False, 10_000), "the word is used up"


def test_after_an_emergency_a_car_has_to_ask_anew() -> None:
    bench = Bench.started(emergency=EMERGENCY)
    bench.plug()
    bench.charge()
    press(bench, True)
    bench.pilot(CpState.F)
    bench.run(5000)
    press(bench, False)
    bench.run(1000)
    bench.pilot(CpState.C)
    bench.run(60_000)
    assert not bench.coil, "it never stopped asking"
    bench.pilot(CpState.B)
    bench.run(1000)
    bench.pilot(CpState.C)
    bench.run(8000)
    assert bench.coil


@pytest.mark.parametrize("pluggable", [True, False])
def test_out_of_service_that_comes_late_after_a_start_counts(pluggable: bool) -> None:
    motor = settings().motor if pluggable else None
    bench = Bench.started(pluggable=pluggable, motor=motor)
    bench.plug()
    bench.receive(availability.TARGET, Operative.INOPERATIVE)
    bench.pilot(CpState.C)
    bench.run(30_000)
    assert (bench.coil, bench.model.duty) == (False, 10_000)


def test_who_charges_may_finish_but_not_begin_again() -> None:
    bench = Bench.started(method=Method.MQTT)
    bench.plug()
    bench.receive(session.AUTHORIZATION_STATUS, 1)
    bench.charge()
    bench.receive(availability.TARGET, Operative.INOPERATIVE)
    assert bench.coil
    bench.receive(session.AUTHORIZATION_STATUS, 0)
    bench.pilot(CpState.B)
    bench.run(30_000)
    bench.receive(session.AUTHORIZATION_STATUS, 1)
    bench.charge()
    assert not bench.coil


def test_a_loose_proximity_wire_ends_the_charge() -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()
    bench.effects.clear()
    for _ in range(40):
        for raw in (500, 500, 1266, 1266):
            bench.post(ProximitySampled(raw))
            bench.run(100)
    assert not bench.coil
    assert [e.duty for e in bench.effects if isinstance(e, DrivePilot)] == [10_000]


def test_a_word_that_comes_and_goes_does_not_hold_the_contactor() -> None:
    bench = Bench.started(method=Method.MQTT)
    bench.plug()
    bench.receive(session.AUTHORIZATION_STATUS, 1)
    bench.charge()
    for _ in range(3):
        bench.receive(session.AUTHORIZATION_STATUS, 0)
        bench.run(5900)
        bench.receive(session.AUTHORIZATION_STATUS, 1)
        bench.run(10)
    assert not bench.coil


def run_with_rcd(bench: Bench, ms: int) -> None:
    """Let time pass with an RCD that trips while its trigger is driven."""
    for _ in range(ms // 5):
        tripped = bench.timers.get("rcd.trigger", 0) > bench.now_ms
        if bench.inputs["digital_in_2"] is tripped:
            bench.inputs["digital_in_2"] = not tripped
            bench.post(InputSensed("digital_in_2", not tripped))
        bench.run(5)


@pytest.mark.parametrize("why", ["refused air", "test due", "ground failure", "proximity"])
def test_a_stop_always_lets_the_plug_go(why: str) -> None:
    bench = Bench(initial(settings(rcd=MONITOR)), inputs={"digital_in_2": True})
    bench.post(Started())
    bench.cable(None)
    bench.pilot(CpState.A)
    run_with_rcd(bench, 20_000)
    bench.cable(32)
    bench.pilot(CpState.B)
    run_with_rcd(bench, 2000)
    bench.pilot(CpState.D if why == "refused air" else CpState.C)
    run_with_rcd(bench, 2000)
    assert bench.bolt
    match why:
        case "test due":
            bench.receive(rcd.TEST_PERFORM, None)
        case "ground failure":
            bench.post(InputSensed("digital_in_2", level=False))
        case "proximity":
            bench.cable("invalid")
    bench.effects.clear()
    bench.post(Stopping())
    bench.run(8000)
    assert (bench.coil, bench.bolt) == (False, False)
    assert not any(isinstance(e, DriveOutput) and e.level for e in bench.effects)


def test_a_start_leaves_the_plug_alone_until_the_contactor_can_be_open() -> None:
    bench = Bench(initial(settings()), bolt=True, inputs={"relay_1_sense": True})
    bench.post(Started())
    bench.run(299)
    assert not any(isinstance(e, DriveLock) for e in bench.effects)
    bench.run(1)
    assert DriveLock(Drive.UNLOCK) in bench.effects


def test_an_emergency_does_not_cut_the_pause_between_phases_short() -> None:
    bench = Bench.started(switching=PhaseSwitching(Feedback.NO, 300), emergency=EMERGENCY)
    bench.plug()
    bench.charge()
    bench.run(1000)
    bench.receive(power.PHASE_TARGET, 1)
    bench.pilot(CpState.B)
    bench.run(1000)
    press(bench, True)
    bench.pilot(CpState.F)
    press(bench, False)
    bench.run(1000)
    bench.pilot(CpState.B)
    bench.run(290_000)
    assert bench.model.duty == 10_000
    bench.run(10_000)
    assert bench.model.duty == 5333


def test_the_plug_stays_locked_between_two_counts_of_phases() -> None:
    bench = Bench.started(switching=PhaseSwitching(Feedback.NO, 20), method=Method.MQTT)
    bench.plug()
    bench.receive(session.AUTHORIZATION_STATUS, 1)
    bench.charge()
    bench.run(1000)
    bench.receive(power.PHASE_TARGET, 1)
    bench.pilot(CpState.B)
    bench.run(10_000)
    assert bench.bolt


def test_a_car_that_leaves_d_for_a_moment_finds_the_fan_running() -> None:
    bench = Bench.started(ventilation=Ventilation(enabled=True, external=False, feedback=Feedback.NO))
    bench.plug()
    bench.pilot(CpState.D)
    bench.run(2000)
    assert bench.coil
    bench.pilot(CpState.C)
    bench.run(1000)
    bench.pilot(CpState.D)
    bench.run(1)
    assert (bench.coil, bench.coils[2], bench.model.duty) == (True, True, 5333)


def test_nothing_is_offered_while_the_plug_goes_in() -> None:
    bench = Bench.started()
    bench.effects.clear()
    bench.pilot(CpState.B)
    bench.cable(63)
    bench.run(100)
    bench.cable(13)
    bench.run(1000)
    assert [e.duty for e in bench.effects if isinstance(e, DrivePilot)] == [2166]


def test_tests_of_the_rcd_on_demand_leave_a_car_time_to_charge() -> None:
    bench = Bench(initial(settings(rcd=MONITOR)), inputs={"digital_in_2": True})
    bench.post(Started())
    bench.cable(None)
    bench.pilot(CpState.A)
    for second in range(30):
        bench.post(Tick(second * 1000))
        for _ in range(100):
            bench.receive(rcd.TEST_PERFORM, None)
            run_with_rcd(bench, 10)
    assert 3 <= bench.model.rcd.tests <= 4


def test_a_pending_edit_is_not_taken_over_while_stopping() -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()
    bench.post(SettingsChanged(settings(feedback=Feedback.NC)))
    bench.post(Stopping())
    bench.run(20_000)
    assert bench.topics["port0/contactor/error"] is False
    assert bench.model.settings.feedback is Feedback.NO


def test_a_key_that_chatters_is_not_turned() -> None:
    bench = Bench(initial(settings(method=Method.KEY_SWITCH, key_switch=KEY)), inputs={"digital_in_3": True})
    bench.post(Started())
    bench.cable(None)
    bench.pilot(CpState.A)
    bench.run(20_000)
    bench.plug()
    bench.charge()
    assert bench.coil
    for number in range(20):
        bench.post(InputSensed("digital_in_3", number % 2 == 1))
        bench.run(30)
    assert bench.model.duty == 10_000


def test_an_edited_emergency_input_that_is_asserted_on_both_sides() -> None:
    bench = Bench.started(emergency=EMERGENCY)
    press(bench, True)
    bench.inputs["digital_in_4"] = True
    bench.effects.clear()
    bench.post(SettingsChanged(settings(emergency=Input("digital_in_4", active_high=True))))
    assert not any(isinstance(e, DrivePilot) for e in bench.effects)
    assert bench.topics["port0/emergency_shutdown"] is True


def test_the_cable_limit_is_unknown_once_a_bad_cable_has_ended_a_charge() -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()
    bench.cable("invalid")
    assert bench.topics["port0/cable_current_limit"] == 32
    bench.run(6000)
    assert not bench.coil
    assert bench.topics["port0/cable_current_limit"] == -1
