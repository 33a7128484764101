"""Switching the count of phases: order of the contactors, the pause, what a broken secondary does (guide §15.20)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from phases_bed import FEEDBACKS, INTERVAL_MS, REST_MS, SWITCHING, Path, charging, fault
from relay_bench import Contacts

from secc.contract.topics import power
from secc.evsed import phases
from secc.evsed.contactor import Stage
from secc.evsed.events import DriveRelay
from secc.evsed.phases import phases_of
from secc.evsed.settings import Feedback, PhaseSwitching
from secc.fsm import FaultCleared, FaultRaised, Log, Resubscribe


def test_secondary_first_then_primary_and_back() -> None:
    path = charging()
    path.asks(False)
    path.run(35)
    assert path.primary.stage is Stage.OPEN
    assert path.part.may_be_closed
    path.run(1000)
    assert not path.part.may_be_closed
    moves = [(r, e.closed) for _, e in path.rig.done if isinstance(e, DriveRelay) for r in (e.relay,)]
    assert moves[2:] == [(2, True), (1, True), (1, False), (2, False)]
    times = {(e.relay, e.closed): at for at, e in path.rig.done if isinstance(e, DriveRelay)}
    assert times[1, True] - times[2, True] == 35  # 25 ms until the contacts moved, 10 ms until they were believed
    assert times[2, False] - times[1, False] == 35
    assert path.actual == 0


def test_three_to_one_to_three() -> None:
    path = charging()
    for count in (1, 3, 1, 3):
        path.target(count)
        assert not path.offered
        assert path.coils[0]  # the car gets the time to stop
        path.run(600)
        assert path.coils == (False, False)
        assert path.actual == 0
        path.run(20_000 - 600 + 499)
        assert not path.offered
        path.run(1)
        assert path.offered
        path.asks(True)
        path.run(100)
        assert path.actual == count
        assert path.coils == (True, count == 3)
        assert path.live == (True, count == 3)
        path.run(60_000)
    assert path.pauses == [(20_000, 20_000)] * 4
    assert path.wrong == []


def test_a_car_that_does_not_stop_loses_the_phases_after_its_grace() -> None:
    path = charging(stops_ms=None)
    path.target(1)
    path.run(5_999)
    assert path.coils == (True, True)
    path.run(1)
    assert path.coils == (False, True)
    path.run(100)
    assert path.coils == (False, False)
    assert path.wrong == []


@pytest.mark.parametrize("charging_at_all", [True, False])
def test_the_wait_begins_at_once_where_nothing_is_driven(charging_at_all: bool) -> None:
    path = Path()
    path.plug()
    path.asks(False)
    path.target(1)
    assert path.part.pausing
    path.asks(charging_at_all)
    path.run(19_999)
    assert not path.offered
    path.run(1)
    assert path.offered


def test_without_a_car_the_count_changes_at_once() -> None:
    path = Path()
    path.target(1)
    assert path.part.count == 1
    assert not path.part.pausing
    path.plug()
    path.run(100)
    assert path.actual == 1
    assert path.coils == (True, False)


def test_the_last_target_counts_and_the_wait_goes_on() -> None:
    path = charging()
    path.target(1)
    path.run(10_000)
    path.target(3)
    path.run(5_000)
    path.target(1)
    path.run(1_000)
    path.target(3)
    path.run(4_499)
    assert not path.offered
    path.run(1)
    assert path.offered
    assert path.part.count == 3


def test_the_old_count_before_the_car_has_stopped_is_still_a_pause() -> None:
    path = charging()
    path.target(1)
    path.target(3)
    path.run(19_000)
    assert path.coils == (False, False)
    assert not path.offered
    path.run(2_000)
    assert path.offered


def test_the_same_count_is_no_switching() -> None:
    path = charging()
    path.target(3)
    path.run(1000)
    assert path.coils == (True, True)
    assert path.offered


def test_a_new_delay_counts_from_the_next_wait_on() -> None:
    path = charging()
    path.target(1)
    path.run(1000)
    path.delay(100)
    path.run(19_500)
    assert path.offered
    path.asks(True)
    path.run(1000)
    path.target(3)
    path.run(100_499)
    assert not path.offered
    path.run(1)
    assert path.offered


def test_a_car_that_leaves_ends_the_wait() -> None:
    path = charging()
    path.target(1)
    path.run(3000)
    path.unplug()
    path.run(1000)
    assert path.part.count == 1
    path.plug()
    assert path.offered
    path.run(60_000)
    assert path.actual == 1


def test_a_car_that_leaves_under_load() -> None:
    path = charging()
    path.target(1)
    path.unplug()
    assert path.coils == (False, True)
    path.run(100)
    assert path.coils == (False, False)
    assert path.part.count == 1
    assert path.wrong == []


def test_the_secondary_waits_for_the_rest_of_the_primary_and_the_other_way_round() -> None:
    path = charging()
    path.asks(False)
    path.run(1000)
    path.asks(True)
    path.run(5_000)
    assert path.coils == (False, False)  # neither: the outlet is dead as a whole
    path.run(10_000)
    assert path.coils == (True, True)
    opened = {relay: [at for at, on in path.rig.driven(relay) if not on][-1] for relay in (1, 2)}
    closed = {relay: [at for at, on in path.rig.driven(relay) if on][-1] for relay in (1, 2)}
    assert all(closed[relay] - opened[relay] >= REST_MS for relay in (1, 2))
    assert closed[2] < closed[1]


def test_may_feed_says_when_it_is_worth_while_to_lock_the_plug() -> None:
    path = charging()
    assert path.part.may_feed
    path.asks(False)
    path.run(1000)
    assert not path.part.may_feed  # the secondary rests
    path.run(10_000)
    assert path.part.may_feed
    path.target(1)
    assert not path.part.may_feed
    path.run(21_000)
    assert path.part.may_feed


@pytest.mark.parametrize("feedback", FEEDBACKS)
@pytest.mark.parametrize("second", FEEDBACKS)
def test_each_kind_of_feedback(feedback: Feedback, second: Feedback) -> None:
    """Contactors without feedback get 250 ms to move before the other one follows."""
    path = charging(feedback=feedback, switching=PhaseSwitching(second, 10))
    path.rig.contacts[1].lag_ms = path.rig.contacts[2].lag_ms = 240
    for count in (1, 3):
        path.asks(False)
        path.run(20_000)
        path.target(count)
        path.run(20_000)
        path.asks(True)
        path.run(1000)
        assert path.live == (True, count == 3)
        assert path.actual == count
    assert path.wrong == []
    assert fault(path) == 0


def test_where_nothing_can_be_switched_relay_2_is_left_alone() -> None:
    path = Path(switching=None)
    path.target(1)
    path.target(1)
    path.delay(10)
    path.plug()
    path.run(1000)
    assert path.actual == 3
    assert path.coils == (True, False)
    assert path.rig.driven(2) == []
    assert not any("relay_2" in repr(effect) for _, effect in path.rig.done)
    logs = [effect.message for _, effect in path.rig.done if isinstance(effect, Log)]
    assert logs == ["port0/ci/evse/phase/target is ignored: ports[0]/switch3to1phase/enable is false"]


def test_a_welded_secondary_is_found_when_it_does_not_open() -> None:
    path = charging()
    path.rig.contacts[2].stays = True
    path.target(1)
    path.run(500 + 35 + 249)
    assert fault(path) == 0
    path.run(1)
    assert fault(path) == 1
    assert path.part.failed
    assert path.coils == (False, False)
    path.run(60_000)
    assert not path.offered
    path.asks(True)
    path.run(60_000)
    assert path.coils == (False, False)


def test_a_secondary_that_does_not_close_keeps_the_primary_open() -> None:
    path = Path()
    path.rig.contacts[2].stays = False
    path.plug()
    path.run(249)
    assert path.coils == (False, True)
    path.run(1)
    assert path.part.failed
    assert path.coils == (False, False)
    assert path.rig.driven(1) == [(0, False)]


def test_a_secondary_that_opens_by_itself_lets_go_of_its_coil_only_behind_the_primary() -> None:
    path = charging()
    path.rig.contacts[2].stays = False
    path.rig.move(2, closed=False)
    path.run(10)
    assert path.part.failed
    assert path.coils == (False, True)  # what the wire says may be wrong: the primary breaks the current
    path.run(25 + 9)
    assert path.coils == (False, True)
    assert path.part.may_be_closed
    path.run(1)
    assert path.coils == (False, False)
    assert not path.part.may_be_closed
    assert path.wrong == []
    assert [e for _, e in path.rig.done if isinstance(e, Log)][-1].message.startswith("the secondary contactor")


def test_a_secondary_that_closes_by_itself_is_a_fault() -> None:
    path = charging()
    path.target(1)
    path.run(30_000)
    path.asks(True)
    path.run(1000)
    path.rig.move(2, closed=True)
    path.run(10)
    assert path.part.failed
    assert path.coils == (False, False)


def test_the_primary_does_not_close_while_the_line_of_the_secondary_moves() -> None:
    path = Path()
    path.target(1)
    path.rig.move(2, closed=True)
    path.plug()
    assert path.coils == (False, False)
    path.rig.move(2, closed=False)
    path.run(10)
    assert path.coils == (True, False)


@pytest.mark.parametrize("second", [Feedback.NO, Feedback.NC])
def test_a_secondary_that_is_closed_at_start_is_a_fault(second: Feedback) -> None:
    contacts = Contacts(second, closed=True)
    part, _ = phases.started(phases_of(PhaseSwitching(second, 20), 3, REST_MS, INTERVAL_MS))
    part, _ = phases.sensed(part, contacts.level)
    assert not part.failed
    part, effects = phases.elapsed(part, "verify")
    assert part.failed
    assert FaultRaised("PowerSwitchFailure") in effects


def test_a_welded_primary_does_not_keep_the_secondary_closed() -> None:
    path = charging()
    path.rig.contacts[1].stays = True
    path.asks(False)
    path.run(249)
    assert path.coils == (False, True)
    path.run(1)
    assert path.primary.stage is Stage.FAILED
    assert path.coils == (False, False)
    path.run(100)
    assert path.live == (True, False)
    assert path.actual == 1


def test_edited_settings() -> None:
    path = Path()
    path.target(1)
    path.delay(30)
    slower = phases_of(PhaseSwitching(Feedback.NO, 60), 3, REST_MS, 20_000)
    part, effects = phases.replaced(path.part, slower)
    assert (part.count, part.delay_s, part.secondary.interval_ms, effects) == (1, 60, 20_000, ())
    part, effects = phases.replaced(path.part, phases_of(SWITCHING, 3, REST_MS, INTERVAL_MS))
    assert (part, effects) == (path.part, ())  # the delay that came over MQTT holds
    off, effects = phases.replaced(path.part, phases_of(None, 3, REST_MS, INTERVAL_MS))
    assert (off.switching, off.count, off.target) == (None, 3, 3)
    assert DriveRelay(2, closed=False) in effects
    on, effects = phases.replaced(off, phases_of(SWITCHING, 3, REST_MS, INTERVAL_MS))
    assert {e.topic for e in effects if isinstance(e, Resubscribe)} == {power.PHASE_TARGET, power.PHASE_SWITCH_DELAY}
    assert on.secondary.spacing


def test_a_failure_ends_when_the_feedback_is_configured_anew_and_says_open() -> None:
    path = Path()
    path.rig.contacts[2].stays = False
    path.plug()
    path.run(300)
    path.unplug()
    off, _ = phases.replaced(path.part, phases_of(None, 3, REST_MS, INTERVAL_MS))
    assert off.failed  # switching it off ends nothing
    assert not off.feeds
    other = phases_of(PhaseSwitching(Feedback.NC, 20), 3, REST_MS, INTERVAL_MS)
    for before in (path.part, off):
        part, _ = phases.replaced(before, other)
        assert part.failed
        again, effects = phases.sensed(part, level=False)
        assert again.failed  # normally closed and low: closed
        again, effects = phases.sensed(part, level=True)
        assert not again.failed
        assert effects == (FaultCleared("PowerSwitchFailure"),)


def test_the_phases_of_a_station_are_not_those_of_its_cable() -> None:
    """Without switching the count is that of the grid, whatever relay 2 does."""
    for count in (1, 3):
        part = phases_of(None, count, REST_MS, INTERVAL_MS)
        assert part.feeds
        assert (part.actual(False), part.actual(True)) == (0, count)
        assert replace(part, secondary=replace(part.secondary, closed=True)).actual(True) == count
