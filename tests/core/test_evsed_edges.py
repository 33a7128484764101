"""Bad moments of the power path: things that happen while something else is on its way."""

from __future__ import annotations

import pytest
from evsed_bench import HIGH, LOW_PWM, Bench, contactor_sensed, settings

from secc.contract.enums import CpState, LockStatus
from secc.contract.topics import limits, session
from secc.evsed.authorization import Method
from secc.evsed.contactor import Stage
from secc.evsed.core import initial
from secc.evsed.events import (
    Drive,
    DriveLock,
    DriveRelay,
    PilotSampled,
    SettingsChanged,
    Started,
)
from secc.evsed.motors import MOTORS
from secc.evsed.settings import Feedback
from secc.fsm import FaultCleared, FaultRaised, Log, Resubscribe


def drives(bench: Bench) -> list[Drive]:
    return [effect.drive for effect in bench.effects if isinstance(effect, DriveLock)]


@pytest.mark.parametrize("after_ms", [1, 300, 599, 601, 650, 699, 701])
def test_a_car_that_changes_its_mind_while_the_lock_moves(after_ms: int) -> None:
    """No drive is cut short, and the plug comes free."""
    bench = Bench.started()
    bench.plug()
    bench.pilot(CpState.C)
    bench.run(after_ms)
    bench.pilot(CpState.B)
    bench.run(2000)
    assert not bench.bolt
    assert bench.model.lock.status is LockStatus.UNLOCKED
    assert not any(isinstance(effect, FaultRaised) for effect in bench.effects)


def test_a_bolt_that_would_not_open_is_tried_again_until_it_does() -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()
    bench.jammed = True
    bench.pilot(CpState.B)
    bench.run(30_000)
    assert FaultRaised("PlugLockCannotUnlock") in bench.effects
    bench.jammed = False
    bench.run(75_000)
    assert FaultCleared("PlugLockCannotUnlock") in bench.effects
    assert not bench.bolt
    bench.pilot(CpState.A)
    bench.run(10_000)
    bench.plug()
    bench.charge()
    assert bench.coil


def test_a_bolt_that_obeys_at_the_second_try_is_no_fault() -> None:
    bench = Bench.started()
    bench.plug()
    bench.jammed = True
    bench.pilot(CpState.C)
    bench.run(700)
    bench.jammed = False
    bench.run(20_000)
    assert bench.coil
    assert not any(isinstance(effect, FaultRaised) for effect in bench.effects)


def test_the_motor_is_spared_from_a_nervous_car() -> None:
    bench = Bench.started()
    bench.plug()
    bench.effects.clear()
    for _ in range(40):
        bench.pilot(CpState.C)
        bench.run(750)
        bench.pilot(CpState.B)
        bench.run(750)
    assert drives(bench).count(Drive.LOCK) <= 7
    assert bench.effects.count(DriveRelay(1, closed=True)) <= 7


def test_the_motor_is_spared_from_a_nervous_central_system() -> None:
    bench = Bench.started(method=Method.MQTT)
    bench.plug()
    bench.pilot(CpState.C)
    bench.effects.clear()
    for word in (1, 0) * 100:
        bench.receive(session.AUTHORIZATION_STATUS, word)
        bench.run(300)
    assert drives(bench).count(Drive.LOCK) <= 12


@pytest.mark.parametrize(
    "samples",
    [
        [(HIGH[CpState.A], HIGH[CpState.A]), (HIGH[CpState.B], LOW_PWM)],
        [(HIGH[CpState.E], HIGH[CpState.E]), (1450, 1450)],
        [(HIGH[CpState.B], LOW_PWM), (HIGH[CpState.A], LOW_PWM), (HIGH[CpState.D], LOW_PWM), (1450, LOW_PWM)],
    ],
    ids=["A and B", "E and nothing", "everything"],
)
def test_a_pilot_that_never_agrees_with_itself_opens_the_contactor(samples: list[tuple[int, int]]) -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()
    for number in range(5):
        bench.post(PilotSampled(*samples[number % len(samples)]))
    assert not bench.coil


def test_an_edited_file_keeps_a_standing_permission() -> None:
    bench = Bench.started(method=Method.MQTT)
    bench.receive(session.AUTHORIZATION_STATUS, 1)
    bench.post(SettingsChanged(settings(method=Method.MQTT, evse_da=160)))
    bench.plug()
    bench.charge()
    assert bench.coil


def test_another_method_of_authorization_asks_for_the_word_anew() -> None:
    bench = Bench.started(method=Method.MQTT)
    bench.receive(session.AUTHORIZATION_STATUS, 1)
    bench.effects.clear()
    bench.post(SettingsChanged(settings(method=Method.OCPP)))
    assert not bench.model.authorization.granted
    assert Resubscribe(session.AUTHORIZATION_STATUS) in bench.effects


@pytest.mark.parametrize("feedback", [Feedback.NC, Feedback.NONE])
def test_feedback_edited_during_a_charge_waits_until_the_contactor_rests(feedback: Feedback) -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()
    bench.post(SettingsChanged(settings(feedback=feedback)))
    bench.pilot(CpState.A)
    assert bench.model.settings.feedback is Feedback.NO, "the contactor is still opening"
    bench.run(2000)
    assert bench.model.settings.feedback is feedback
    bench.run(250)
    if feedback is Feedback.NC:
        # The line is low, which now says closed: the station must not charge with it.
        assert bench.model.contactor.stage is Stage.FAILED
    else:
        assert bench.model.contactor.stage is Stage.OPEN


def test_a_feedback_type_that_is_put_right_ends_the_failure() -> None:
    bench = Bench(initial(settings(feedback=Feedback.NC)), stuck=True, wired={1: Feedback.NO})
    bench.post(Started())
    bench.run(250)
    assert bench.model.contactor.stage is Stage.FAILED
    bench.cable(None)
    bench.pilot(CpState.A)
    bench.run(20_000)
    bench.post(SettingsChanged(settings(feedback=Feedback.NO)))
    assert FaultCleared("PowerSwitchFailure") in bench.effects
    bench.stuck = False
    bench.plug()
    bench.charge()
    assert bench.coil


def test_a_failure_is_not_edited_away_by_feedback_none() -> None:
    bench = Bench(initial(settings()), inputs={"relay_1_sense": True})
    bench.post(Started())
    bench.run(20_000)
    bench.post(SettingsChanged(settings(feedback=Feedback.NONE)))
    assert bench.model.contactor.stage is Stage.FAILED


def test_feedback_that_comes_into_use_is_believed_at_once() -> None:
    bench = Bench.started(feedback=Feedback.NONE)
    bench.inputs["relay_1_sense"] = True
    bench.post(SettingsChanged(settings(feedback=Feedback.NO)))
    bench.run(250)
    assert bench.model.contactor.stage is Stage.FAILED
    assert bench.duty == 0


def test_a_socket_that_becomes_a_fixed_cable_and_back() -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()
    bench.post(SettingsChanged(settings(pluggable=False, motor=None)))
    bench.pilot(CpState.A)
    bench.run(200)
    assert bench.model.settings.pluggable, "the lock is still opening"
    bench.run(5000)
    assert not bench.model.settings.pluggable
    bench.post(SettingsChanged(settings()))
    bench.run(20_000)
    bench.plug()
    bench.charge()
    assert bench.coil


def test_another_motor_is_driven_open_first() -> None:
    bench = Bench.started()
    bench.effects.clear()
    bench.post(SettingsChanged(settings(motor=MOTORS["KUESTER-04S"])))
    assert drives(bench) == [Drive.COAST, Drive.UNLOCK]


def test_when_feedback_fails_the_coil_goes_first() -> None:
    bench = Bench.started()
    bench.plug()
    bench.stuck = True
    bench.pilot(CpState.C)
    bench.run(750)
    bench.effects.clear()
    bench.run(100)
    assert bench.effects[0] == DriveRelay(1, closed=False)


@pytest.mark.parametrize("rating", [None, "invalid"])
def test_a_cable_that_gets_lost_under_load_leaves_the_plug_locked(rating: str | None) -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()
    bench.cable(rating)
    assert bench.duty == 10_000
    bench.run(10_000)
    assert not bench.coil
    assert bench.bolt
    bench.pilot(CpState.A)
    bench.run(2000)
    assert not bench.bolt


def test_a_smaller_cable_is_remembered_until_the_car_has_left() -> None:
    bench = Bench.started()
    bench.plug(32)
    bench.charge()
    bench.cable(13)
    bench.cable(None)
    bench.pilot(CpState.B)
    bench.cable(32, readings=32)
    bench.run(1000)
    assert bench.topics["port0/session/proximity_error"] == "ProximityChanged"
    assert bench.duty == 2166


def test_feedback_that_flickers_without_end_is_a_fault() -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()
    for number in range(60):
        bench.post(contactor_sensed(number % 2 == 1))
        bench.run(9)
    assert bench.model.contactor.stage is Stage.FAILED
    assert not bench.coil


def test_close_to_close_holds_over_a_restart() -> None:
    bench = Bench(initial(settings(interval_ms=60_000)))
    bench.post(Started())
    bench.cable(32)
    bench.pilot(CpState.B)
    bench.pilot(CpState.C)
    bench.run(59_999)
    assert not bench.coil
    bench.run(1000)
    assert bench.coil


def test_refused_limits_do_not_flood_the_journal() -> None:
    bench = Bench.started()
    for number in range(1000):
        bench.receive(limits.DYN_CURRENT_LIMIT, 16.0, f"name{number}" * 1000)
    lines = [effect for effect in bench.effects if isinstance(effect, Log)]
    assert len(lines) == 1
    assert len(lines[0].message) < 200


def test_every_limit_is_answered() -> None:
    bench = Bench.started()
    bench.order.clear()
    for value in (20.0, 20.0, 25.0):
        bench.receive(limits.DYN_CURRENT_LIMIT, value, "one")
    bench.receive(limits.MAXCURRENTLIMIT, 50.0)
    assert bench.order == [(limits.OFFERED_CURRENT_LIMIT.topic, v) for v in (20.0, 20.0, 25.0, 25.0)]


def test_an_edit_does_not_lose_the_cable_that_lies_in_the_socket() -> None:
    bench = Bench.started()
    bench.cable(20)
    bench.post(SettingsChanged(settings(evse_da=200)))
    assert bench.topics["port0/cable_current_limit"] == 20


def test_a_car_that_leaves_during_the_last_try_to_lock_leaves_no_fault_behind() -> None:
    bench = Bench.started()
    bench.plug()
    bench.jammed = True
    bench.pilot(CpState.C)
    while bench.effects.count(DriveLock(Drive.LOCK)) < 2:
        bench.run(10)
        assert bench.now_ms < 120_000
    bench.pilot(CpState.A)
    bench.run(30_000)
    assert FaultRaised("PlugLockCannotLock") not in bench.effects
    bench.jammed = False
    bench.run(180_000)
    bench.plug()
    bench.charge()
    assert bench.coil


def test_a_failure_at_the_first_closing_ends_when_the_feedback_is_put_right() -> None:
    """The usual case of a wrong feedback type: the car is there, and state F hides whether it still is."""
    bench = Bench.started()
    bench.plug()
    bench.stuck = True
    bench.charge()
    assert bench.model.contactor.stage is Stage.FAILED
    bench.pilot(CpState.F)
    bench.post(SettingsChanged(settings(feedback=Feedback.NONE)))
    bench.run(10_000)
    assert bench.model.settings.feedback is Feedback.NONE, "the edit is taken over"
    bench.inputs["relay_1_sense"] = True
    bench.post(SettingsChanged(settings(feedback=Feedback.NC)))
    assert bench.model.contactor.stage is Stage.OPEN
    bench.pilot(CpState.B)
    bench.run(500)
    assert bench.duty == 5333


@pytest.mark.parametrize("phase_ms", range(10))
def test_feedback_that_flickers_from_the_closing_on_is_a_fault(phase_ms: int) -> None:
    bench = Bench.started()
    bench.plug()
    bench.stuck = True
    bench.pilot(CpState.C)
    bench.run(600 + phase_ms)
    for number in range(200):
        bench.post(contactor_sensed(number % 2 == 1))
        bench.run(9)
    assert bench.model.contactor.stage is Stage.FAILED


def test_another_motor_takes_the_fault_of_the_old_one_away() -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()
    bench.jammed = True
    bench.pilot(CpState.A)
    bench.run(20_000)
    assert FaultRaised("PlugLockCannotUnlock") in bench.effects
    bench.jammed = False
    bench.post(SettingsChanged(settings(motor=MOTORS["KUESTER-04S"])))
    bench.run(1000)
    assert FaultCleared("PlugLockCannotUnlock") in bench.effects
    assert bench.topics["port0/plug_lock/permanent_failure"] == ""
