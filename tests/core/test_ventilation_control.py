"""The fan on relay 2 in the course of time: waiting, spacing, a relay that disobeys, edited settings."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from fan_bed import CASE_1, CASE_2, CASE_3, CASE_4, Aired

from secc.contract.topics import power
from secc.evsed import ventilation
from secc.evsed.events import DriveRelay
from secc.evsed.settings import Feedback
from secc.evsed.ventilation import fan_of
from secc.fsm import FaultRaised, Publish


def test_internal_control_the_car_waits_for_the_fan_with_the_offer_standing() -> None:
    it = Aired.of(CASE_3)
    it.wants(car=True)
    assert it.coil
    assert (it.fan.accepts_d, it.fan.refuses_d) == (False, False)
    it.run(34)  # 25 ms until the contacts move, 10 ms until they are believed
    assert not it.fan.accepts_d
    it.run(1)
    assert it.fan.accepts_d
    it.wants()
    assert not it.coil
    assert not it.fan.accepts_d


def test_ten_seconds_from_close_to_close_and_opening_never_waits() -> None:
    it = Aired.of(CASE_3)
    for _ in range(5):
        it.wants(car=True)
        it.run(50)
        it.wants()
        it.run(50)
        it.wants(car=True)
        it.run(3000)
        assert (it.fan.accepts_d, it.fan.refuses_d) == (False, False)  # it waits for the relay, and is not refused
        it.run(7000)
        assert it.fan.accepts_d
        it.wants()
        assert not it.coil
        it.run(11_000)
    closed = [at for at, on in it.rig.driven(2) if on]
    assert len(closed) == 10
    assert all(later - earlier >= 10_000 for earlier, later in pairwise(closed))


def test_the_relay_rests_after_a_start_also_for_the_customer() -> None:
    it = Aired.of(CASE_2)
    it.take(ventilation.started(it.fan))
    it.target(True)
    it.run(9_999)
    assert not it.coil
    it.run(1)
    assert it.coil


@pytest.mark.parametrize("stays", [False, True])
def test_a_relay_that_disobeys_is_said_once_and_is_no_fault(stays: bool) -> None:
    it = Aired.of(CASE_3)
    it.wants(car=True)
    it.run(1000)
    it.wants()
    it.run(10_000)
    it.contacts.stays = stays
    it.rig.move(2, stays)
    for _ in range(5):
        it.wants(car=True)
        it.run(20_000)
        assert it.fan.actual is stays
        it.leaves()
        it.run(20_000)
    assert len(it.logs) == 1
    assert ("closed" if stays else "open") in it.logs[0].partition("says")[2]
    assert "ports[0]/ventilation/feedback_type" in it.logs[0]
    assert not any(isinstance(effect, FaultRaised) for _, effect in it.rig.done)


def test_a_car_that_was_refused_may_ask_again_after_a_minute() -> None:
    it = Aired.of(CASE_3)
    it.contacts.stays = False
    it.wants(car=True)
    it.run(249)
    assert not it.fan.refuses_d
    it.run(1)
    assert it.fan.refuses_d
    it.wants()  # the car steps back to B because of the 100 %
    it.run(59_999)
    assert it.fan.refuses_d
    it.run(1)
    assert not it.fan.refuses_d
    it.wants(car=True)
    it.run(250)
    assert it.fan.refuses_d
    it.leaves()
    assert not it.fan.refuses_d


def test_a_fan_that_stops_while_a_car_charges_is_refused_at_once() -> None:
    it = Aired.of(CASE_3)
    it.wants(car=True)
    it.run(1000)
    it.rig.move(2, closed=False)
    it.run(9)
    assert it.fan.accepts_d
    it.run(1)
    assert (it.fan.accepts_d, it.fan.refuses_d) == (False, True)
    assert it.coil  # still told to run: air is better than none
    it.rig.move(2, closed=True)
    it.run(10)
    assert (it.fan.accepts_d, it.fan.refuses_d) == (True, False)


def test_feedback_that_is_configured_the_wrong_way_round_never_lets_a_car_charge() -> None:
    """An open relay then reads as closed, and still does for the time that the contacts need."""
    it = Aired.of(CASE_3, wired=Feedback.NC)
    assert it.fan.actual
    it.wants(car=True)
    for _ in range(2000):
        assert not it.fan.accepts_d
        it.run(1)
    assert it.fan.refuses_d


def test_a_fan_that_runs_by_another_switch_counts_once_it_was_told_to_run() -> None:
    it = Aired.of(CASE_3)
    it.contacts.stays = True
    it.rig.move(2, closed=True)
    it.run(1000)
    assert it.fan.actual
    assert not it.fan.accepts_d
    it.wants(car=True)
    it.run(250)
    assert it.fan.accepts_d


def test_external_control_gives_the_customers_software_three_seconds() -> None:
    it = Aired.of(CASE_4)
    it.available(True)
    it.wants(car=True)
    it.run(2_999)
    assert not it.fan.refuses_d
    it.run(1)
    assert it.fan.refuses_d
    it.target(True)
    it.run(100)
    assert (it.fan.accepts_d, it.fan.refuses_d) == (True, False)


def test_external_control_waits_for_the_relay_when_the_customer_has_asked() -> None:
    it = Aired.of(CASE_4)
    it.available(True)
    for target in (True, False):
        it.target(target)
        it.run(100)
    it.wants(car=True)
    it.target(True)
    it.run(9_500)
    assert (it.fan.accepts_d, it.fan.refuses_d) == (False, False)
    it.run(500)
    assert it.fan.accepts_d


def test_external_control_refuses_at_once_where_nothing_was_announced() -> None:
    it = Aired.of(CASE_4)
    it.wants(car=True)
    assert it.fan.refuses_d
    it.wants()
    it.available(True)
    assert not it.fan.refuses_d  # offered again: the customer's fan may depend on state D
    it.wants(car=True)
    it.run(1000)
    it.target(True)
    it.run(100)
    assert it.fan.accepts_d


@pytest.mark.parametrize("withdrawn", ["available", "target"])
def test_external_control_what_was_granted_and_is_withdrawn_is_refused_at_once(withdrawn: str) -> None:
    it = Aired.of(CASE_4)
    it.available(True)
    it.target(True)
    it.wants(car=True)
    it.run(1000)
    assert it.fan.accepts_d
    (it.available if withdrawn == "available" else it.target)(False)
    assert (it.fan.accepts_d, it.fan.refuses_d) == (False, True)


def test_announcement_withdrawn_while_the_car_waits() -> None:
    it = Aired.of(CASE_4)
    it.available(True)
    it.wants(car=True)
    assert "fan.patience" in it.rig.timers
    it.available(False)
    assert it.fan.refuses_d
    assert "fan.patience" not in it.rig.timers


def test_the_customers_word_counts_in_external_control_alone() -> None:
    for wiring in (CASE_1, CASE_3):
        fan = fan_of(wiring)
        assert ventilation.heard_available(fan, True)[0] is fan
        assert ventilation.heard_target(fan, True)[0] is fan


def test_edited_settings_let_the_old_fan_go_and_begin_anew() -> None:
    it = Aired.of(CASE_4)
    it.available(True)
    it.target(True)
    it.run(1000)
    it.take(ventilation.replaced(it.fan, it.fan))
    assert it.coil
    it.take(ventilation.replaced(it.fan, fan_of(CASE_2)))
    assert not it.coil
    it.run(10_000)
    assert it.coil  # the customer's word counts on
    it.take(ventilation.replaced(it.fan, fan_of(CASE_3)))
    assert not it.coil
    assert (it.fan.announced, it.fan.asked) == (False, False)
    it.rig.done.clear()
    it.take(ventilation.replaced(it.fan, fan_of(CASE_4)))
    told = {effect.topic: effect.value for _, effect in it.rig.done if isinstance(effect, Publish)}
    # What the broker keeps is our own word; it must not come back as the customer's.
    assert told == {power.VENTILATION_AVAILABLE: False, power.VENTILATION_STATE_TARGET: False}
    it.rig.done.clear()
    it.take(ventilation.replaced(it.fan, fan_of(CASE_1)))
    assert [effect for _, effect in it.rig.done] == [DriveRelay(2, closed=False)]
    assert it.fan.actual is False


def test_other_feedback_is_read_anew() -> None:
    it = Aired.of(CASE_2)
    it.target(True)
    it.run(100)
    assert it.fan.actual
    it.contacts.feedback = Feedback.NC
    it.take(ventilation.replaced(it.fan, fan_of(replace(CASE_2, feedback=Feedback.NC))))
    it.run(100)
    assert not it.fan.actual
    it.run(10_000)
    assert it.coil
    assert it.fan.actual
