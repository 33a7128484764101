"""The contactor: feedback of all kinds and times, spacing, and faults that stay."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from evsed_bench import Bench, contactor_sensed, settings
from relay_bench import Contacts, Rig

from secc.contract.enums import ContactorStatus, CpState
from secc.evsed import contactor
from secc.evsed.contactor import Contactor, Stage
from secc.evsed.core import initial
from secc.evsed.events import DriveRelay, Started, WatchInput
from secc.evsed.settings import Feedback
from secc.fsm import After, Cancel, Effects, FaultRaised


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
    bench.post(contactor_sensed(True))
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
    assert DriveRelay(1, closed=True) not in bench.effects[before:]


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
    bench = Bench(initial(settings()), inputs={"relay_1_sense": True})
    bench.post(Started())
    bench.run(249)
    assert bench.model.contactor.stage is Stage.OPENING
    bench.run(1)
    assert bench.model.contactor.stage is Stage.FAILED
    assert bench.duty == 0


def test_contacts_that_were_let_go_just_before_the_start_are_no_fault() -> None:
    bench = Bench(initial(settings()), inputs={"relay_1_sense": True})
    bench.post(Started())
    bench.run(100)
    bench.post(contactor_sensed(False))
    bench.run(300)
    assert bench.model.contactor.stage is Stage.OPEN


def test_contacts_that_move_by_themselves_are_a_fault() -> None:
    bench = Bench.started()
    bench.plug()
    bench.post(contactor_sensed(True))
    bench.run(10)
    assert bench.model.contactor.stage is Stage.FAILED


def test_bouncing_feedback_is_one_edge() -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()
    for level in (False, True, False, True):
        bench.post(contactor_sensed(level))
        bench.run(4)
    bench.run(300)
    assert bench.model.contactor.stage is Stage.CLOSED


def closings(bench: Bench) -> bool:
    return DriveRelay(1, closed=True) in bench.effects


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
    bench.post(Started())
    bench.cable(32)
    bench.pilot(CpState.B)
    bench.pilot(CpState.C)
    bench.run(10_000)
    assert not closings(bench)
    bench.run(610)
    assert closings(bench)


# SAF-06: each way in which contacts and feedback can disagree, for each kind of feedback and twenty times.

TIMES_MS = (0, 1, 2, 5, 9, 10, 11, 25, 50, 100, 150, 200, 239, 240, 249, 251, 260, 300, 600, 5000)
KINDS = tuple(Feedback)


@dataclass
class One:
    """A contactor alone, with contacts that do what the test says."""

    part: Contactor
    rig: Rig = field(init=False)

    def __post_init__(self) -> None:
        self.rig = Rig({self.part.relay: Contacts(self.part.feedback)}, self._sensed, self._elapsed)
        self._take(contactor.started(self.part))
        self.rig.run(10_001)
        assert self.part.may_close

    @property
    def contacts(self) -> Contacts:
        return self.rig.contacts[self.part.relay]

    def _take(self, answer: tuple[Contactor, Effects]) -> None:
        self.part, effects = answer
        self.rig.perform(effects)

    def _sensed(self, _relay: int, level: bool) -> Effects:
        self.part, effects = contactor.sensed(self.part, level)
        return effects

    def _elapsed(self, timer: str) -> Effects:
        relay, _, name = timer.partition(".")
        assert relay == f"relay_{self.part.relay}"
        self.part, effects = contactor.elapsed(self.part, name)
        return effects

    def close(self) -> None:
        self._take(contactor.close(self.part))

    def open_(self) -> None:
        self._take(contactor.open_(self.part))

    def faults(self) -> int:
        return sum(effect == FaultRaised("PowerSwitchFailure") for _, effect in self.rig.done)

    def assert_well(self, stage: Stage) -> None:
        assert self.part.stage is stage
        assert self.contacts.coil is (stage is Stage.CLOSED)
        assert self.faults() == 0

    def assert_failed(self) -> None:
        assert self.part.stage is Stage.FAILED
        assert not self.contacts.coil
        assert self.faults() == 1
        assert not self.part.may_close


def one(feedback: Feedback, relay: int, forgiving: bool = False) -> One:
    return One(Contactor(feedback, 6000, 10_000, relay=relay, forgiving=forgiving))


RELAYS = pytest.mark.parametrize("relay", [1, 2])
FEEDBACKS = pytest.mark.parametrize("feedback", KINDS)
TIMES = pytest.mark.parametrize("ms", TIMES_MS)


@RELAYS
@FEEDBACKS
@TIMES
def test_late_closing(relay: int, feedback: Feedback, ms: int) -> None:
    it = one(feedback, relay)
    it.contacts.lag_ms = ms
    it.close()
    it.rig.run(249)
    assert it.faults() == 0
    it.rig.run(11_000)
    if feedback is Feedback.NONE or ms < 250:
        it.assert_well(Stage.CLOSED)
    else:
        it.assert_failed()


@RELAYS
@FEEDBACKS
@TIMES
def test_late_opening(relay: int, feedback: Feedback, ms: int) -> None:
    it = one(feedback, relay)
    it.close()
    it.rig.run(1000)
    it.contacts.lag_ms = ms
    it.open_()
    assert not it.contacts.coil  # at once, whatever the contacts do
    it.rig.run(249)
    assert it.faults() == 0
    it.rig.run(11_000)
    if feedback is Feedback.NONE or ms < 250:
        it.assert_well(Stage.OPEN)
    else:
        it.assert_failed()
        assert it.part.closed is False  # open by now, and told so, but never trusted again


@RELAYS
@FEEDBACKS
@TIMES
def test_contacts_that_weld_while_closed(relay: int, feedback: Feedback, ms: int) -> None:
    it = one(feedback, relay)
    it.close()
    it.rig.run(25 + ms)
    it.contacts.stays = True
    it.rig.run(1000)
    it.open_()
    it.rig.run(249)
    assert it.faults() == 0
    it.rig.run(1)
    if feedback is Feedback.NONE:
        it.assert_well(Stage.OPEN)  # nobody can know
    else:
        it.assert_failed()
        assert it.part.closed


@RELAYS
@FEEDBACKS
@TIMES
def test_contacts_that_stick_open(relay: int, feedback: Feedback, ms: int) -> None:
    """They closed before and were opened `ms` ago when they stick."""
    it = one(feedback, relay)
    it.close()
    it.rig.run(1000)
    it.open_()
    it.rig.run(25 + ms)
    it.contacts.stays = False
    it.rig.run(11_000)
    it.close()
    it.rig.run(249)
    assert it.contacts.coil
    it.rig.run(1)
    if feedback is Feedback.NONE:
        it.assert_well(Stage.CLOSED)
    else:
        it.assert_failed()


@RELAYS
@FEEDBACKS
@TIMES
@pytest.mark.parametrize("closed", [True, False])
def test_contacts_that_move_by_themselves(relay: int, feedback: Feedback, ms: int, closed: bool) -> None:
    """For `ms`: shorter than the debounce is nothing, longer is a fault, told 10 ms after the edge."""
    it = one(feedback, relay)
    if closed:
        it.close()
        it.rig.run(1000)
    it.rig.move(relay, not closed)
    it.rig.at(ms, lambda: it.rig.move(relay, closed))
    it.rig.run(9)
    assert it.faults() == 0
    it.rig.run(6000)
    if feedback is Feedback.NONE or ms < 10:
        it.assert_well(Stage.CLOSED if closed else Stage.OPEN)
    elif ms > 10:
        it.assert_failed()
        at = next(at for at, effect in it.rig.done if isinstance(effect, FaultRaised))
        assert at == (11_011 if closed else 10_011)


@RELAYS
@FEEDBACKS
@TIMES
@pytest.mark.parametrize("closing", [True, False])
@pytest.mark.parametrize("lag_ms", [0, 2])
def test_bouncing(relay: int, feedback: Feedback, ms: int, closing: bool, lag_ms: int) -> None:
    """Bouncing that ends in time is no fault; one that goes on is one within half a second, wherever the contacts
    happen to be when they are looked at after 250 ms (that is what the lag varies).
    """
    it = one(feedback, relay)
    if not closing:
        it.close()
        it.rig.run(1000)
    it.contacts.lag_ms, it.contacts.bounce_ms = lag_ms, ms
    (it.close if closing else it.open_)()
    it.rig.run(500)
    if feedback is Feedback.NONE or ms < 250:
        it.assert_well(Stage.CLOSED if closing else Stage.OPEN)
    elif ms > 500:
        it.assert_failed()
    it.rig.run(6000)
    assert it.part.stage in (Stage.FAILED, Stage.CLOSED if closing else Stage.OPEN)
    assert it.faults() == (it.part.stage is Stage.FAILED)


@FEEDBACKS
@TIMES
@pytest.mark.parametrize("stays", [None, True, False])
def test_a_forgiving_one_never_lets_go_and_tells_what_it_sees(feedback: Feedback, ms: int, stays: bool | None) -> None:
    it = one(feedback, 2, forgiving=True)
    it.contacts.lag_ms, it.contacts.stays = ms, stays
    if stays is not None:
        it.rig.move(2, stays)
        it.rig.run(300)
    it.close()
    it.rig.run(6000)
    assert it.contacts.coil
    assert it.part.stage is Stage.CLOSED
    assert it.part.closed is (feedback is Feedback.NONE or it.contacts.closed)
    it.open_()
    it.rig.run(6000)
    assert not it.contacts.coil
    assert it.part.stage is Stage.OPEN
    assert it.part.closed is (feedback is not Feedback.NONE and it.contacts.closed)
    assert it.faults() == 0
    assert it.part.may_close


def test_a_forgiving_one_does_not_trust_a_line_that_never_holds_still() -> None:
    it = one(Feedback.NO, 2, forgiving=True)
    it.contacts.lag_ms, it.contacts.bounce_ms = 28, 5000  # closed when it is looked at for the first time
    it.close()
    it.rig.run(251)
    assert it.part.closed
    it.rig.run(349)
    assert (it.part.stage, it.part.closed, it.contacts.coil) == (Stage.CLOSED, False, True)
    it.rig.run(5000)
    assert it.part.closed


def test_it_does_not_close_while_its_line_moves() -> None:
    it = one(Feedback.NO, 1)
    it.rig.move(1, closed=True)
    assert not it.part.may_close
    it.rig.move(1, closed=False)
    it.rig.run(10)
    assert it.part.may_close


def test_timers_and_lines_carry_the_name_of_the_relay() -> None:
    _, effects = contactor.started(Contactor(Feedback.NO, 6000, 10_000, relay=2))
    names = {effect.name for effect in effects if isinstance(effect, After | Cancel)}
    assert names == {"relay_2.rest", "relay_2.interval", "relay_2.verify", "relay_2.settle"}
    assert DriveRelay(2, closed=False) in effects
    assert WatchInput("relay_2_sense") in effects
