"""The emergency input and the bolt that somebody else moves: reactions, topics, and how they end (guide §3.3.4)."""

from __future__ import annotations

import pytest
from evsed_bench import Bench, settings

from secc.contract.enums import CpState
from secc.contract.topics import power
from secc.evsed.core import initial, step
from secc.evsed.events import DriveLock, DrivePilot, DriveRelay, InputSensed, SettingsChanged, Started, WatchInput
from secc.evsed.inputs import Input, input_of
from secc.fsm import Elapsed, FaultCleared, FaultRaised, Publish

HIGH = Input("digital_in_1", active_high=True)
LOW = Input("digital_in_1", active_high=False)


@pytest.mark.parametrize(
    ("gpio", "line"),
    [(121, "digital_in_1"), (122, "digital_in_2"), (124, "digital_in_3"), (123, "digital_in_4"), (116, "digital_in_5"),
     (119, "digital_in_6"), (76, None)],
)  # fmt: skip
def test_terminals_by_number(gpio: int, line: str | None) -> None:
    found = input_of(gpio, "active_low")
    assert (found.line if found else None) == line
    assert found is None or not found.active_high


@pytest.mark.parametrize("emergency", [HIGH, LOW])
def test_an_assertion_under_load(emergency: Input) -> None:
    bench = Bench(initial(settings(emergency=emergency)), inputs={"digital_in_1": not emergency.active_high})
    bench.post(Started())
    bench.cable(None)
    bench.pilot(CpState.A)
    bench.run(20_000)
    bench.plug()
    bench.charge()
    assert bench.coil
    bench.effects.clear()
    bench.post(InputSensed("digital_in_1", emergency.active_high))
    assert bench.effects[0] == DriveRelay(1, closed=False)
    assert DrivePilot(0) in bench.effects
    assert FaultRaised("EmergencyShutdown") in bench.effects
    assert bench.topics["port0/emergency_shutdown"] is True
    bench.run(2000)
    assert not bench.bolt
    bench.pilot(CpState.F)
    bench.run(60_000)
    assert not bench.coil
    bench.post(InputSensed("digital_in_1", not emergency.active_high))
    bench.run(499)
    assert bench.topics["port0/emergency_shutdown"] is True, "-12 V is held for long enough to be noticed"
    bench.run(1)
    assert bench.topics["port0/emergency_shutdown"] is False
    assert FaultCleared("EmergencyShutdown") in bench.effects
    assert bench.duty == 10_000
    bench.pilot(CpState.B)
    bench.run(1000)
    bench.charge()
    assert bench.coil


def test_until_the_input_was_read_nothing_is_offered_and_nothing_told() -> None:
    model, effects = step(initial(settings(emergency=HIGH)), Started())
    assert WatchInput("digital_in_1") not in effects, "the reference of the inputs does not stand yet"
    assert WatchInput("digital_in_1") in step(model, Elapsed("inputs.reference"))[1]
    assert DrivePilot(10_000) in effects
    assert not any(isinstance(effect, FaultRaised) for effect in effects)
    told = {effect.topic.topic for effect in effects if isinstance(effect, Publish)}
    assert "port0/emergency_shutdown" not in told
    assert not model.emergency.released
    _, effects = step(model, InputSensed("digital_in_1", level=False))
    assert Publish(power.EMERGENCY_SHUTDOWN, value=False) in effects
    assert not any(isinstance(effect, FaultCleared) for effect in effects)


def test_without_the_function_no_input_is_touched() -> None:
    bench = Bench.started()
    assert [effect for effect in bench.effects if isinstance(effect, WatchInput)] == [WatchInput("relay_1_sense")]
    bench.post(InputSensed("digital_in_1", level=True))
    assert bench.topics["port0/emergency_shutdown"] is False


def test_the_function_can_be_switched_on_and_off() -> None:
    bench = Bench.started()
    bench.inputs["digital_in_1"] = True
    bench.post(SettingsChanged(settings(emergency=HIGH)))
    assert bench.topics["port0/emergency_shutdown"] is True
    bench.post(SettingsChanged(settings()))
    assert bench.topics["port0/emergency_shutdown"] is False
    assert FaultCleared("EmergencyShutdown") in bench.effects


def test_a_bolt_that_is_levered_open_under_load() -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()
    bench.bolt = False
    bench.run(2100)
    assert bench.topics["port0/plug_lock/permanent_failure"] == "PlugLockMotorUnexpectedOpen"
    assert bench.duty == 10_000
    bench.run(6100)
    assert not bench.coil
    bench.pilot(CpState.A)
    assert bench.topics["port0/plug_lock/permanent_failure"] == ""


def test_a_bolt_that_is_pushed_shut_is_driven_open_again() -> None:
    bench = Bench.started()
    bench.bolt = True
    bench.run(3100)
    raised, cleared = FaultRaised("PlugLockMotorUnexpectedClose"), FaultCleared("PlugLockMotorUnexpectedClose")
    assert [effect for effect in bench.effects if effect in (raised, cleared)] == [raised, cleared]
    assert not bench.bolt


def test_a_bolt_that_is_pushed_shut_and_comes_back() -> None:
    bench = Bench.started()
    bench.bolt, bench.jammed = True, True
    bench.run(2100)
    assert bench.topics["port0/plug_lock/permanent_failure"] == "PlugLockMotorUnexpectedClose"
    bench.plug()
    assert bench.model.duty == 10_000
    bench.bolt = False
    bench.run(1100)
    assert bench.topics["port0/plug_lock/permanent_failure"] == ""
    bench.run(1000)
    assert bench.model.duty == 5333


def test_one_odd_look_changes_nothing() -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()
    bench.bolt = False
    bench.run(1000)
    bench.bolt = True
    bench.run(60_000)
    assert bench.coil
    assert not any(isinstance(effect, FaultRaised) for effect in bench.effects)


def test_looking_never_drives_the_motor() -> None:
    bench = Bench.started()
    bench.effects.clear()
    bench.run(600_000)
    assert not any(isinstance(effect, DriveLock) for effect in bench.effects)
