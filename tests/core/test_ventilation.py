"""The fan on relay 2: the rows of guide tables 78, 79 and 80, and the safe state of table 70."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fan_bed import CASE_1, CASE_2, CASE_3, CASE_4, CASES, Aired

from secc.evsed import ventilation
from secc.evsed.events import WatchInput
from secc.evsed.settings import Feedback, Ventilation
from secc.evsed.ventilation import Answer, fan_of

# Table 79: who publishes what. (what we publish as available, whether we publish the target, whether relay 2 is ours,
# whether the customer's target is obeyed, whether a car in D starts the fan)
TABLE_79 = [
    (CASE_1, False, True, False, False, False),  # "not published" but for the 0 of the safe state at start: decision 46
    (CASE_2, None, False, True, True, False),
    (CASE_3, True, True, True, False, True),
    (CASE_4, None, False, True, True, False),
]


@pytest.mark.parametrize(("wiring", "available", "target_ours", "relay_ours", "obeys", "starts"), TABLE_79)
def test_table_79(
    wiring: Ventilation, available: bool | None, target_ours: bool, relay_ours: bool, obeys: bool, starts: bool
) -> None:
    it = Aired.of(wiring)
    assert it.fan.available is available
    assert it.fan.target is (False if target_ours else None)
    assert it.fan.actual is False
    assert bool(it.rig.done) is relay_ours
    it.target(True)
    it.run(100)
    assert it.coil is obeys
    assert it.fan.actual is obeys
    it.target(False)
    it.run(10_000)
    assert not it.coil
    assert it.fan.actual is False
    it.wants(car=True)
    it.run(100)
    assert it.coil is starts
    assert it.fan.actual is starts
    assert it.fan.target is (starts if target_ours else None)
    it.wants()
    assert not it.coil
    assert it.fan.target is (False if target_ours else None)


def test_case_1_never_names_a_line_of_relay_2() -> None:
    it = Aired.of(CASE_1)
    it.target(True)
    it.available(True)
    it.wants(car=True)
    it.wants(safe=True)
    it.leaves()
    for level in (True, False):
        it.take(ventilation.sensed(it.fan, level))
    for timer in ("rest", "interval", "verify", "settle"):
        it.take(ventilation.elapsed(it.fan, timer))
    it.take(ventilation.replaced(it.fan, fan_of(replace(CASE_1, feedback=Feedback.NC))))
    assert it.rig.done == []


# Table 80: (enable, external, available announced, target asked by the customer, feedback follows) -> may a car in D
# charge, without always_accept_cp_state_d. In internal control the car itself starts the fan.
TABLE_80 = [
    (False, False, False, False, True, False),
    (False, False, True, True, True, False),  # don't care
    (False, True, False, False, True, False),
    (False, True, True, True, True, False),  # available: don't care; the fan runs, and still no
    (True, False, False, False, True, True),
    (True, False, True, True, True, True),
    (True, False, False, False, False, False),
    (True, True, False, False, True, False),
    (True, True, False, True, True, False),
    (True, True, True, False, True, False),
    (True, True, True, True, True, True),
    (True, True, True, True, False, False),
]


@pytest.mark.parametrize(("enabled", "external", "announced", "asked", "follows", "accepted"), TABLE_80)
@pytest.mark.parametrize("feedback", [Feedback.NO, Feedback.NC])
def test_table_80(
    feedback: Feedback, enabled: bool, external: bool, announced: bool, asked: bool, follows: bool, accepted: bool
) -> None:
    it = Aired.of(Ventilation(enabled, external, feedback))
    if not follows:
        it.contacts.stays = False
    it.available(announced)
    it.target(asked)
    it.run(1000)
    assert it.fan.accepts_d is (accepted and external)  # internal: nobody asked yet
    it.wants(car=True)
    it.run(5000)
    assert it.fan.accepts_d is accepted
    assert it.fan.refuses_d is not accepted


@pytest.mark.parametrize("external", [True, False])
def test_without_feedback_actual_confirms_the_target(external: bool) -> None:
    it = Aired.of(Ventilation(enabled=True, external=external, feedback=Feedback.NONE))
    assert not any(isinstance(effect, WatchInput) for _, effect in it.rig.done)
    it.contacts.stays = False
    it.available(True)
    it.target(external)
    it.wants(car=True)
    assert it.fan.actual
    assert not it.fan.accepts_d
    it.run(250)  # the time that contacts get which nobody can see
    assert it.fan.accepts_d
    it.target(False)
    it.wants()
    assert not it.fan.actual


@pytest.mark.parametrize("wiring", CASES)
def test_the_safe_state_opens_relay_2_and_the_customers_word_counts_again_afterwards(wiring: Ventilation) -> None:
    it = Aired.of(wiring)
    it.available(True)
    it.target(True)
    it.wants(car=True)
    it.run(1000)
    before = it.coil
    assert before is (wiring is not CASE_1)
    it.wants(car=True, safe=True)
    assert not it.coil
    assert it.fan.target is (None if wiring.external else False)
    it.run(20_000)
    assert not it.coil
    assert not it.fan.accepts_d
    it.wants(car=True)
    it.run(1000)
    assert it.coil is before
    assert it.fan.accepts_d is wiring.enabled


def test_the_safe_state_is_no_refusal() -> None:
    it = Aired.of(CASE_3)
    it.wants(car=True, safe=True)
    assert it.fan.answer is Answer.NONE
    assert it.fan.target is False
