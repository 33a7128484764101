"""Key switch, RCD, wake-up, phase switching and the threshold of the inputs, through the whole core.

Each part has tests of its own; here is what the power path does with them: duty cycle, lock, contactor and topics.
"""

from __future__ import annotations

from typing import Any

import pytest
from evsed_bench import EPOCH, Bench, settings

from secc.contract.enums import CpState, RcdError
from secc.contract.topics import power, rcd, session
from secc.evsed.authorization import Method
from secc.evsed.core import initial, step
from secc.evsed.events import (
    DriveOutput,
    DrivePilot,
    DriveRelay,
    DriveThreshold,
    InputSensed,
    SettingsChanged,
    Started,
    Stopping,
)
from secc.evsed.inputs import Input, Output
from secc.evsed.settings import Feedback, PhaseSwitching, RcdMonitor, RcdTest
from secc.fsm import FaultCleared, FaultRaised, Tick

KEY = Input("digital_in_3", active_high=True)
RCD = RcdMonitor(Input("digital_in_2", active_high=True), None)
TRIGGER = Output("digital_out_4", active_high=True)
TESTED = RcdMonitor(RCD.feedback, RcdTest(TRIGGER, 815, 810, 410))
DAY_MS = 86_400_000


def started(inputs: dict[str, bool], **changes: Any) -> Bench:
    bench = Bench(initial(settings(**changes)), inputs=inputs)
    switching = bench.model.settings.switching
    bench.wired[2] = switching.feedback if switching else Feedback.NO
    bench.post(Started())
    bench.cable(None)
    bench.pilot(CpState.A)
    return bench


def feedback(bench: Bench, normal: bool) -> None:
    bench.inputs["digital_in_2"] = normal
    bench.post(InputSensed("digital_in_2", normal))


def run_test(bench: Bench, ms: int = 3000, device_works: bool = True) -> None:
    """Let time pass with an RCD that trips 300 ms after its trigger and comes back 200 ms after it."""
    end = bench.now_ms + ms
    while bench.now_ms < end:
        bench.run(5)
        left_ms = bench.timers.get("rcd.trigger", bench.now_ms) - bench.now_ms
        tripped = 0 < left_ms <= 515 and device_works
        if bench.inputs["digital_in_2"] is tripped:
            feedback(bench, not tripped)


@pytest.mark.parametrize("turned_before", [True, False])
def test_the_key_switch_authorizes_for_as_long_as_it_is_turned(turned_before: bool) -> None:
    bench = started({"digital_in_3": turned_before}, method=Method.KEY_SWITCH, key_switch=KEY)
    bench.run(20_000)
    bench.plug()
    assert bench.model.duty == (5333 if turned_before else 10_000)
    bench.receive(session.AUTHORIZATION_STATUS, not turned_before)
    assert bench.model.duty == (5333 if turned_before else 10_000), "the broker has no say"
    bench.post(InputSensed("digital_in_3", level=True))
    bench.run(50)
    bench.charge()
    assert bench.coil
    bench.post(InputSensed("digital_in_3", level=False))
    bench.run(49)
    assert bench.model.duty == 5333, "a contact bounces"
    bench.run(1)
    assert bench.model.duty == 10_000
    bench.run(6000)
    assert not bench.coil


def test_a_key_that_bounces_and_a_car_that_comes_twice() -> None:
    bench = started({"digital_in_3": False}, method=Method.KEY_SWITCH, key_switch=KEY)
    bench.run(20_000)
    bench.plug()
    for level in (True, False, True, False, True):
        bench.post(InputSensed("digital_in_3", level))
        bench.run(10)
    assert bench.model.duty == 10_000
    bench.run(40)
    assert bench.model.duty == 5333
    bench.pilot(CpState.A)
    bench.run(1000)
    bench.plug()
    assert bench.model.duty == 5333, "the key is still turned"


def test_the_threshold_stands_before_an_input_is_read() -> None:
    bench = started({"digital_in_2": True}, rcd=RCD, threshold_mv=4500)
    assert DriveThreshold(4500) in bench.effects
    assert bench.model.rcd.says_normal is None
    bench.run(100)
    assert bench.model.rcd.says_normal is True
    bench.run(20_000)
    bench.post(SettingsChanged(settings(rcd=RCD, threshold_mv=8000)))
    assert DriveThreshold(8000) in bench.effects


def test_a_residual_current_under_load_opens_at_once_and_ends_with_the_car() -> None:
    bench = started({"digital_in_2": True}, rcd=RCD)
    bench.run(20_000)
    bench.plug()
    bench.charge()
    assert bench.coil
    bench.effects.clear()
    feedback(bench, normal=False)
    assert bench.effects[0] == DriveRelay(1, closed=False)
    assert FaultRaised("RcdGroundFailure") in bench.effects
    assert bench.model.duty == 10_000
    assert bench.topics["port0/rcd/error"] is RcdError.GROUND_FAILURE
    assert bench.topics["port0/rcd/state/actual"] is False
    feedback(bench, normal=True)
    bench.run(20_000)
    assert bench.topics["port0/rcd/state/actual"] is True
    assert (bench.coil, bench.bolt, bench.model.duty) == (False, True, 10_000), "until the car has left"
    bench.pilot(CpState.A)
    bench.run(1000)
    assert not bench.bolt
    assert bench.topics["port0/rcd/error"] is RcdError.NONE
    assert FaultCleared("RcdGroundFailure") in bench.effects
    bench.run(10_000)
    bench.plug()
    bench.charge()
    assert bench.coil


def test_a_residual_current_that_stays_when_the_car_has_left() -> None:
    bench = started({"digital_in_2": True}, rcd=RCD)
    bench.run(20_000)
    bench.plug()
    bench.charge()
    feedback(bench, normal=False)
    bench.run(1000)
    bench.pilot(CpState.A)
    bench.run(2000)
    assert bench.topics["port0/rcd/error"] is RcdError.SPURIOUS
    assert (bench.model.duty, bench.bolt) == (0, False)
    feedback(bench, normal=True)
    bench.run(60_000)
    assert bench.model.duty == 0, "only people can end it"


def test_a_trip_without_a_car_bars_the_station() -> None:
    bench = started({"digital_in_2": True}, rcd=RCD)
    bench.run(20_000)
    feedback(bench, normal=False)
    assert bench.topics["port0/rcd/error"] is RcdError.SPURIOUS
    assert bench.model.duty == 0
    feedback(bench, normal=True)
    bench.run(1000)
    bench.receive(rcd.TEST_PERFORM, None)
    assert bench.topics["port0/rcd/error"] is RcdError.NONE, "cancelled by hand: no test is configured"
    assert bench.model.duty == 10_000


def test_the_rcd_is_tested_at_the_start_before_a_session_and_every_day() -> None:
    bench = started({"digital_in_2": True}, rcd=TESTED)
    bench.post(Tick(0))
    run_test(bench)
    assert bench.model.rcd.tests == 1
    assert bench.topics["port0/rcd/test/timestamp"] > EPOCH
    bench.run(20_000)
    bench.pilot(CpState.B)
    bench.cable(32)
    run_test(bench, 1200)
    assert (bench.model.rcd.tests, bench.model.duty) == (1, 10_000), "nothing is offered before the test"
    run_test(bench)
    assert bench.model.rcd.tests == 2
    assert bench.model.duty == 5333
    bench.charge()
    assert bench.coil
    bench.post(Tick(DAY_MS + 5000))
    run_test(bench)
    assert (bench.model.rcd.tests, bench.coil) == (2, True), "a charge is not interrupted for a test"
    bench.pilot(CpState.B)
    bench.run(300)
    run_test(bench)
    assert bench.model.rcd.tests == 3
    assert {value for topic, value in bench.order if topic == "port0/rcd/state/actual"} == {True}
    assert [value for topic, value in bench.order if topic == "port0/rcd/error"].count(RcdError.NONE) >= 4


def test_a_test_that_fails_with_a_car() -> None:
    bench = started({"digital_in_2": True}, rcd=TESTED)
    run_test(bench)
    bench.pilot(CpState.B)
    bench.cable(32)
    run_test(bench, device_works=False)
    assert bench.topics["port0/rcd/error"] is RcdError.TEST
    assert bench.topics["port0/rcd/state/actual"] is True
    assert bench.model.duty == 10_000
    bench.pilot(CpState.A)
    assert bench.model.duty == 0


def test_a_car_is_woken_after_the_word_and_after_30_s() -> None:
    bench = Bench.started(method=Method.MQTT, wake_after_authorization=True, wake_after_timeout=True)
    bench.plug()
    bench.effects.clear()
    bench.receive(session.AUTHORIZATION_STATUS, 1)
    assert [e.duty for e in bench.effects if isinstance(e, DrivePilot)] == [-1], "0 V, and nothing in between"
    assert bench.topics["port0/cp/duty_cycle"] == 0
    bench.run(4000)
    assert bench.model.duty == 5333
    bench.run(1000)
    bench.pilot(CpState.B)
    bench.run(30_000)
    assert bench.model.duty == -1
    bench.run(5000)
    assert [e.duty for e in bench.effects if isinstance(e, DrivePilot)] == [-1, 5333, -1, 5333]
    bench.pilot(CpState.B)
    bench.run(300_000)
    assert bench.model.duty == 5333, "each cause once a session"
    bench.charge()
    assert bench.coil


def test_an_emergency_ends_a_wake_up_pulse() -> None:
    emergency = Input("digital_in_1", active_high=True)
    bench = Bench.started(method=Method.MQTT, wake_after_authorization=True, emergency=emergency)
    bench.plug()
    bench.receive(session.AUTHORIZATION_STATUS, 1)
    assert bench.model.duty == -1
    bench.post(InputSensed("digital_in_1", level=True))
    assert bench.model.duty == 0


@pytest.mark.parametrize("kind", list(Feedback))
def test_phases_are_switched_under_a_charge(kind: Feedback) -> None:
    bench = started({}, switching=PhaseSwitching(kind, 20))
    bench.run(20_000)
    bench.plug()
    bench.charge()
    bench.run(1000)
    assert bench.coils == {1: True, 2: True}
    assert bench.topics["port0/ci/evse/phase/actual"] == 3
    bench.receive(power.PHASE_TARGET, 1)
    assert bench.model.duty == 10_000
    bench.effects.clear()
    bench.pilot(CpState.B)
    bench.run(300)
    relays = [e for e in bench.effects if isinstance(e, DriveRelay)]
    assert relays == [DriveRelay(1, closed=False), DriveRelay(2, closed=False)]
    assert bench.topics["port0/ci/evse/phase/actual"] == 0
    bench.run(19_600)
    assert bench.model.duty == 10_000
    bench.run(200)
    assert bench.model.duty == 5333
    bench.charge()
    assert bench.coils == {1: True, 2: False}
    assert bench.topics["port0/ci/evse/phase/actual"] == 1


def test_no_input_and_no_relay_2_is_touched_without_a_function() -> None:
    _, effects = step(initial(settings()), Started())
    assert not any(isinstance(effect, DriveOutput) for effect in effects)
    assert not any(isinstance(effect, DriveRelay) and effect.relay == 2 for effect in effects)


def test_a_test_that_waits_does_not_begin_when_the_process_ends() -> None:
    bench = started({"digital_in_2": True}, rcd=TESTED)
    run_test(bench)
    bench.run(20_000)
    bench.pilot(CpState.B)
    bench.cable(32)
    run_test(bench)
    bench.charge()
    assert bench.coil
    bench.receive(rcd.TEST_PERFORM, None)
    bench.effects.clear()
    bench.post(Stopping())
    bench.pilot(CpState.B)
    bench.run(5000)
    assert not bench.coil
    assert [e for e in bench.effects if isinstance(e, DriveOutput) and e.level] == []


def test_an_emergency_stop_that_cuts_the_supply_of_the_rcd_bars_nothing() -> None:
    emergency = Input("digital_in_1", active_high=True)
    bench = started({"digital_in_2": True}, rcd=RCD, emergency=emergency)
    bench.run(20_000)
    bench.plug()
    bench.charge()
    bench.post(InputSensed("digital_in_1", level=True))
    bench.pilot(CpState.F)
    feedback(bench, normal=False)
    bench.run(60_000)
    assert bench.topics["port0/rcd/error"] is RcdError.GROUND_FAILURE
    feedback(bench, normal=True)
    bench.post(InputSensed("digital_in_1", level=False))
    bench.run(1000)
    bench.pilot(CpState.A)
    bench.run(1000)
    assert bench.topics["port0/rcd/error"] is RcdError.NONE
    bench.plug()
    assert bench.model.duty == 5333
