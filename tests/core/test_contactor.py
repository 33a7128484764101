"""The contactor: feedback of all kinds and times, spacing, and faults that stay."""

from __future__ import annotations

import pytest
from evsed_bench import Bench, settings

from secc.contract.enums import ContactorStatus, CpState
from secc.evsed.contactor import Stage
from secc.evsed.core import initial
from secc.evsed.events import ContactorSensed, DriveContactor, Started
from secc.evsed.settings import Feedback
from secc.fsm import FaultRaised


@pytest.mark.parametrize("feedback", list(Feedback))
def test_closes_and_opens_with_every_kind_of_feedback(feedback: Feedback) -> None:
    bench = Bench.started(feedback=feedback)
    bench.plug()
    bench.charge()
    assert bench.coil
    assert bench.model.contactor.stage is Stage.CLOSED
    expected = ContactorStatus.UNKNOWN if feedback is Feedback.NONE else ContactorStatus.CLOSED
    assert bench.topics["port0/ci/charge/contactor/status"] is expected
    bench.pilot(CpState.B)
    assert not bench.coil
    bench.run(300)
    assert bench.model.contactor.stage is Stage.OPEN


@pytest.mark.parametrize("late_ms", [0, 1, 100, 239, 249])
def test_feedback_that_is_late_but_in_time(late_ms: int) -> None:
    bench = Bench.started()
    bench.plug()
    bench.stuck = True
    bench.pilot(CpState.C)
    bench.run(600)  # the lock
    assert bench.model.contactor.stage is Stage.CLOSING
    bench.run(late_ms)
    bench.post(ContactorSensed(True))
    bench.run(300)
    assert bench.model.contactor.stage is Stage.CLOSED


@pytest.mark.parametrize("feedback", [Feedback.NO, Feedback.NC])
def test_feedback_that_never_comes_is_a_fault_for_good(feedback: Feedback) -> None:
    bench = Bench.started(feedback=feedback)
    bench.plug()
    bench.stuck = True
    bench.charge()
    assert FaultRaised("PowerSwitchFailure") in bench.effects
    assert not bench.coil
    assert bench.duty == 0
    assert bench.topics["port0/contactor/error"] is True
    assert bench.topics["port0/plug_lock/state/target"] is False
    bench.stuck = False
    bench.pilot(CpState.B)
    bench.pilot(CpState.A)
    bench.run(60_000)
    before = len(bench.effects)
    bench.plug()
    bench.charge()
    bench.run(60_000)
    assert DriveContactor(True) not in bench.effects[before:]


def test_welded_contacts_are_found_when_opening() -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()
    bench.stuck = True
    bench.pilot(CpState.B)
    bench.run(249)
    assert bench.topics["port0/contactor/error"] is False
    bench.run(1)
    assert bench.topics["port0/contactor/error"] is True
    assert bench.duty == 0


def test_contacts_that_are_closed_at_start_are_a_fault() -> None:
    bench = Bench(initial(settings()))
    bench.post(Started(sensed=True))
    assert bench.model.contactor.stage is Stage.FAILED
    assert bench.duty == 0


def test_contacts_that_move_by_themselves_are_a_fault() -> None:
    bench = Bench.started()
    bench.plug()
    bench.post(ContactorSensed(True))
    bench.run(10)
    assert bench.model.contactor.stage is Stage.FAILED


def test_bouncing_feedback_is_one_edge() -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()
    for level in (False, True, False, True):
        bench.post(ContactorSensed(level))
        bench.run(4)
    bench.run(300)
    assert bench.model.contactor.stage is Stage.CLOSED


def closings(bench: Bench) -> bool:
    return DriveContactor(True) in bench.effects


def test_spacing_from_open_to_close_and_close_to_close() -> None:
    bench = Bench.started()
    bench.plug()
    bench.pilot(CpState.C)
    bench.run(600)
    closed_at = bench.now_ms
    assert closings(bench)
    bench.run(1000)
    bench.pilot(CpState.B)
    opened_at = bench.now_ms
    bench.run(1000)
    bench.effects.clear()
    bench.pilot(CpState.C)
    while not closings(bench):
        bench.run(10)
        assert bench.now_ms < 120_000
    assert bench.now_ms - opened_at >= 6000
    assert 10_000 <= bench.now_ms - closed_at <= 10_000 + 610  # the lock begins when the contactor may close


def test_the_relay_rests_after_a_start() -> None:
    bench = Bench(initial(settings()))
    bench.post(Started(sensed=False))
    bench.cable(32)
    bench.pilot(CpState.B)
    bench.pilot(CpState.C)
    bench.run(10_000)
    assert not closings(bench)
    bench.run(610)
    assert closings(bench)
