"""The fan on relay 2: the rows of guide tables 78, 79 and 80, the safe state of table 70, and a relay that disobeys."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from relay_bench import Contacts, Rig

from secc.contract.topics import power
from secc.evsed import ventilation
from secc.evsed.events import DriveRelay, WatchInput
from secc.evsed.settings import Feedback, Ventilation
from secc.evsed.ventilation import Answer, Fan, fan_of
from secc.fsm import Effects, FaultRaised, Log, Resubscribe

CASE_1 = Ventilation(enabled=False, external=False, feedback=Feedback.NO)
CASE_2 = Ventilation(enabled=False, external=True, feedback=Feedback.NO)
CASE_3 = Ventilation(enabled=True, external=False, feedback=Feedback.NO)
CASE_4 = Ventilation(enabled=True, external=True, feedback=Feedback.NO)
CASES = (CASE_1, CASE_2, CASE_3, CASE_4)


@dataclass
class Aired:
    """A fan with a relay, as the core asks it: `car` is one in state D that could charge, `safe` the safe state."""

    fan: Fan
    car: bool = False
    safe: bool = False
    rig: Rig = field(init=False)

    @classmethod
    def of(cls, wiring: Ventilation, wired: Feedback | None = None) -> Aired:
        """Started, and long enough ago for the relay to close. `wired` is the feedback as it really is."""
        it = cls(fan_of(wiring))
        it.rig = Rig({2: Contacts(wired or wiring.feedback)}, it._sensed, it._elapsed)
        it.take(ventilation.started(it.fan))
        it.rig.run(10_001)
        return it

    @property
    def contacts(self) -> Contacts:
        return self.rig.contacts[2]

    @property
    def coil(self) -> bool:
        return self.contacts.coil

    def take(self, answer: tuple[Fan, Effects]) -> None:
        self.fan, effects = answer
        self.rig.perform((*effects, *self._settled()))

    def _settled(self) -> Effects:
        self.fan, effects = ventilation.wanted(self.fan, self.car, self.safe)
        again, nothing = ventilation.wanted(self.fan, self.car, self.safe)
        assert again is self.fan
        assert nothing == ()
        return effects

    def _sensed(self, _relay: int, level: bool) -> Effects:
        self.fan, effects = ventilation.sensed(self.fan, level)
        return (*effects, *self._settled())

    def _elapsed(self, timer: str) -> Effects:
        self.fan, effects = ventilation.elapsed(self.fan, timer.partition(".")[2])
        return (*effects, *self._settled())

    def wants(self, car: bool = False, safe: bool = False) -> None:
        self.car, self.safe = car, safe
        self.take((self.fan, ()))

    def leaves(self) -> None:
        self.car = False
        self.take(ventilation.car_left(self.fan))

    def available(self, value: bool) -> None:
        self.take(ventilation.heard_available(self.fan, value))

    def target(self, value: bool) -> None:
        self.take(ventilation.heard_target(self.fan, value))

    def run(self, ms: int) -> None:
        self.rig.run(ms)

    @property
    def logs(self) -> list[str]:
        return [effect.message for _, effect in self.rig.done if isinstance(effect, Log)]


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


def test_a_fan_that_does_not_start_is_refused_until_the_car_leaves() -> None:
    it = Aired.of(CASE_3)
    it.contacts.stays = False
    it.wants(car=True)
    it.run(249)
    assert not it.fan.refuses_d
    it.run(1)
    assert it.fan.refuses_d
    it.wants()  # the car steps back to B because of the 100 %
    it.run(60_000)
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
    asked_for = {effect.topic for _, effect in it.rig.done if isinstance(effect, Resubscribe)}
    assert asked_for == {power.VENTILATION_AVAILABLE, power.VENTILATION_STATE_TARGET}
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
