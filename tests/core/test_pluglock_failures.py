"""A plug lock that does not obey, or that somebody else moves: recovery, failures, and what never happens.

Guide §15.13 (back to the last valid state, then to the desired one), §3.3.4.3 to 6.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from lock_bench import CAP, EVSE, LOCKED, NOT_LOCKED, NOT_UNLOCKED, OPEN, OPENED, SHUT, LockBench, raw

from secc.contract.enums import LockStatus, PlugLockFailure
from secc.evsed import pluglock
from secc.evsed.motors import MOTORS
from secc.evsed.pluglock import PlugLock, Stage
from secc.fsm import FaultCleared

BLIND = "SCAME-200.23261BL"


def test_a_bolt_that_would_not_lock() -> None:
    bench = LockBench.started()
    bench.board.jammed = True
    bench.want(True)
    bench.run(60_000)
    assert bench.drives == [(0, "lock"), (700, "unlock"), (6_400, "lock")], "back, and once more"
    assert bench.faults == [(7_100, "+" + NOT_LOCKED)]
    assert bench.lock.at_rest
    bench.want(False)
    bench.run(1_000)
    assert bench.lock.failure.value == NOT_LOCKED, "until the car has left"
    bench.car_left()
    assert bench.faults[1:] == [(bench.now_ms, "-" + NOT_LOCKED)]


def test_a_bolt_that_would_not_open() -> None:
    bench = LockBench.locked()
    bench.board.jammed = True
    bench.want(False)
    bench.run(60_000)
    assert bench.drives == [(0, "unlock"), (5_700, "lock"), (6_400, "unlock")], "back, and once more"
    assert bench.faults == [(7_100, "+" + NOT_UNLOCKED)]
    bench.run(60_000)
    retry = 7_100 + 60_000
    assert bench.drives[3:] == [(retry, "lock"), (retry + 700, "unlock")]
    bench.car_left()
    assert bench.lock.failure.value == NOT_UNLOCKED
    bench.board.jammed = False
    bench.run(20_000)
    assert bench.faults[1:] == [(retry + 1_400 + 60_000 + 1_400, "-" + NOT_UNLOCKED)]
    assert bench.board.opened


@pytest.mark.parametrize("locked", [True, False])
def test_a_bolt_that_obeys_at_the_second_try_is_no_fault(locked: bool) -> None:
    bench = LockBench.started() if locked else LockBench.locked()
    bench.board.jammed = True
    bench.want(locked)
    bench.run(700)
    bench.board.jammed = False
    bench.run(20_000)
    assert bench.faults == []
    assert len(bench.drives) == 3
    assert bench.lock.reached is locked


def test_a_bolt_that_comes_free_by_itself_needs_no_further_drive() -> None:
    bench = LockBench.locked()
    bench.board.jammed = True
    bench.want(False)
    bench.run(20_000)
    bench.lever(OPEN)
    bench.run(1_000)
    assert [code for _, code in bench.faults] == ["+" + NOT_UNLOCKED, "-" + NOT_UNLOCKED]
    bench.run(120_000)
    assert len(bench.drives) == 3


def test_a_bolt_that_would_not_lock_and_then_does() -> None:
    bench = LockBench.started()
    bench.board.jammed = True
    bench.want(True)
    bench.run(10_000)
    bench.want(False)
    bench.board.jammed = False
    bench.run(10_000)
    bench.want(True)
    bench.run(700)
    assert [code for _, code in bench.faults] == ["+" + NOT_LOCKED, "-" + NOT_LOCKED]
    assert bench.lock.holds


@pytest.mark.parametrize("failure", [word for word in PlugLockFailure if word is not PlugLockFailure.NONE])
def test_nothing_holds_while_there_is_a_failure(failure: PlugLockFailure) -> None:
    lock = PlugLock(MOTORS[EVSE], target=True, way=True, reached=True, status=LockStatus.LOCKED)
    assert lock.holds
    failed = replace(lock, failures=frozenset({failure}))
    assert not failed.holds
    assert pluglock.forgotten(failed) == (lock, (FaultCleared(failure.value),))


def test_a_retry_that_is_no_longer_wanted() -> None:
    bench = LockBench.locked()
    bench.board.jammed = True
    bench.want(False)
    bench.run(8_000)
    bench.board.full_mv = bench.board.capacitor_mv = 9_000
    bench.want(True)
    bench.run(90_000)
    assert len(bench.drives) == 3
    assert bench.lock.failure.value == CAP


def test_a_bolt_that_comes_back_before_it_could_be_driven_open() -> None:
    bench = LockBench.started()
    bench.board.full_mv = bench.board.capacitor_mv = 9_000
    bench.lever(LOCKED)
    bench.run(2_050)
    bench.lever(OPEN)
    bench.run(20_000)
    assert [code for _, code in bench.faults] == ["+" + SHUT, "-" + SHUT]
    assert bench.drives == []
    assert bench.lock.at_rest


def test_a_bolt_that_somebody_levers_open() -> None:
    bench = LockBench.locked()
    bench.lever(OPEN)
    bench.run(1_050)
    assert not bench.lock.holds, "the first odd look is enough not to close a contactor"
    assert bench.faults == []
    bench.run(1_000)
    assert [code for _, code in bench.faults] == ["+" + OPENED]
    bench.lever(None)
    bench.run(100_000)
    assert bench.drives == [], "nobody's hand is caught"
    bench.want(False)
    bench.run(1_000)
    assert [way for _, way in bench.drives] == ["unlock"]
    assert bench.lock.failure.value == OPENED
    bench.car_left()
    assert bench.lock.failure is PlugLockFailure.NONE


def test_a_bolt_that_is_pushed_shut_is_driven_open() -> None:
    bench = LockBench.started()
    bench.lever(LOCKED)
    bench.run(2_050)
    raised = bench.faults[0][0]
    assert bench.faults == [(raised, "+" + SHUT)]
    assert bench.drives == [(raised, "unlock")]
    bench.run(7_000)
    assert bench.lock.failures == {PlugLockFailure.MOTOR_UNEXPECTED_CLOSE, PlugLockFailure.CANNOT_UNLOCK}
    assert len(bench.faults) == 1, "it cannot be opened either, but table 3 tells the first one"
    bench.lever(None)
    bench.run(70_000)
    assert bench.drives[3:] == [(raised + 67_100, "lock"), (raised + 67_800, "unlock")]
    assert bench.faults[1:] == [(raised + 67_800 + 700, "-" + SHUT)]
    assert bench.board.opened


@pytest.mark.parametrize("locked", [True, False])
def test_one_odd_look_and_a_look_between_the_windows(locked: bool) -> None:
    bench = LockBench.locked() if locked else LockBench.started()
    home, away = (LOCKED, OPEN) if locked else (OPEN, LOCKED)
    status = bench.lock.status
    for position, expected in (
        (away, status), (home, status), (500, LockStatus.UNKNOWN), (away, LockStatus.UNKNOWN),
        (500, LockStatus.UNKNOWN), (home, status),
    ):  # fmt: skip
        bench.lever(position)
        bench.run(1_000)
        assert bench.lock.status is expected
        assert bench.lock.holds is (locked and position == home)
    assert (bench.faults, bench.drives) == ([], [])


def test_a_type_without_feedback_is_believed_and_unknown() -> None:
    bench = LockBench.locked(BLIND)
    assert (bench.lock.status, bench.lock.locked, bench.lock.holds) == (LockStatus.UNKNOWN, True, True)
    bench.lever(OPEN)
    bench.run(60_000)
    bench.want(False)
    bench.run(2_000)
    assert (bench.lock.status, bench.lock.locked, bench.lock.holds) == (LockStatus.UNKNOWN, False, False)
    assert bench.faults == []
    assert [way for _, way in bench.drives] == ["unlock"]


def test_a_reading_that_comes_while_the_motor_runs_means_nothing() -> None:
    driving = PlugLock(MOTORS[EVSE], target=True, way=True, stage=Stage.DRIVING)
    assert pluglock.sensed(driving, raw(400)) == (driving, ())
    stale = replace(driving, stage=Stage.STILL, reached=True, status=LockStatus.LOCKED)
    for timer in ("lock.driven", "lock.braked", "lock.charge", "lock.patience", "lock.retry"):
        assert pluglock.elapsed(stale, timer) == (stale, ())


def _happen(bench: LockBench, chance: Random) -> None:
    board = bench.board
    match chance.randrange(12):
        case 0 | 1 | 2 | 3 | 4:
            bench.want(chance.random() < 0.5)
        case 5:
            board.jammed = not board.jammed
        case 6:
            board.full_mv = chance.choice([4_000, 9_900, 10_100, 12_000, 12_000])
        case 7:
            board.charge_mv_per_s = chance.choice([0, 100, 3_000, 3_000])
        case 8:
            bench.lever(chance.choice([None, None, OPEN, LOCKED, 500]))
        case 9:
            board.capacitor_mv = chance.choice([0, 9_000, 12_000])
        case 10:
            bench.want(False)
            bench.car_left()
        case 11:
            bench.lever(None)
            board.jammed, board.full_mv, board.charge_mv_per_s = False, 12_000, 3_000


@pytest.mark.parametrize("seed", range(22))
def test_random_histories(seed: int) -> None:
    """The bench judges every command; after the last wish the bolt is where it should be, or a failure says why."""
    chance = Random(seed)  # noqa: S311 - a history that can be told again
    kind = tuple(MOTORS)[seed % len(MOTORS)]
    bench = LockBench.of(kind)
    bench.start()
    ended: set[bool] = set()
    for _ in range(1_000):
        _happen(bench, chance)
        bench.run(chance.choice([0, 1, 50, 100, 300, 600, 700, 1_000, 3_000, 6_000, 20_000]))
        if chance.random() < 0.05:
            bench.run(500_000 if bench.lock.first else 25_000)
            while not bench.lock.at_rest:
                bench.run(100)
            there = bench.board.locked if bench.lock.target else bench.board.opened
            ended.add(there)
            moved = bench.lock.status is LockStatus.UNKNOWN and bench.lock.reached is bench.lock.target
            why = {True: {CAP, OPENED, NOT_LOCKED}, False: {CAP, SHUT, NOT_UNLOCKED}}[bench.lock.target]
            assert there or moved or bench.lock.failures & why, f"nobody says why it is not {bench.lock.target}"
    assert True in ended
