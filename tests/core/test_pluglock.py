"""The plug lock by itself: its motors, its capacitor, and wishes that come at bad moments (guide §7.6, §3.3.4.2)."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from lock_bench import CAP, EVSE, OPEN, OPENED, LockBench, raw

from secc.contract import config
from secc.contract.enums import LockStatus, PlugLockFailure
from secc.contract.faults import FAULTS
from secc.evsed import pluglock
from secc.evsed.events import Drive, DriveLock, SenseCapacitor, SenseLock
from secc.evsed.motors import MOTORS
from secc.evsed.pluglock import PlugLock, Stage
from secc.fsm import After, Cancel
from secc.sim.pluglock import TYPES

BLIND = "SCAME-200.23261BL"

# type, drive time in ms, highest voltage of a locked bolt, lowest of an open one (None: no feedback)
TABLE = [
    ("KUESTER-02S", 600, 850, 2900),
    ("EV-T2M3S-E-LOCK12V", 600, 850, 2900),
    ("EV-T2M3SM-E-LOCK12V", 600, 850, 2900),
    ("KUESTER-04S", 600, 1950, 2700),
    ("HELLA-MICRO-ACTUATOR-1", 400, 950, 2900),
    ("WALTHER-WERKE-9798999009", 400, 950, 2900),
    ("INTRAMCO-603205", 400, 950, 2900),
    ("SCAME-200.23260BS", 500, 850, 2900),
    ("SCAME-200.23261BS", 500, 850, 2900),
    ("SCAME-200.23261BP", 500, 950, 2700),
    (BLIND, 500, None, None),
]


def test_the_motors_are_those_of_the_configuration_and_of_the_simulation() -> None:
    entry = config.schema("customer")["properties"]["ports"]["items"]["properties"]["plug_lock"]["properties"]["type"]
    names = [kind for kind, *_ in TABLE]
    assert sorted(names) == sorted(entry["enum"]) == sorted(MOTORS) == sorted(TYPES)
    assert entry["default"] == EVSE
    assert all(TYPES[kind].drive_ms == MOTORS[kind].drive_ms for kind in names)


@pytest.mark.parametrize(("kind", "drive_ms", "locked_to", "unlocked_from"), TABLE)
def test_a_type_drives_for_its_time_and_reads_its_windows(
    kind: str, drive_ms: int, locked_to: int | None, unlocked_from: int | None
) -> None:
    bench = LockBench.started(kind)
    del bench.timers["lock.look"]
    bench.want(True)
    bench.run(5_000)
    assert bench.log == [
        (0, SenseCapacitor()), (0, After("lock.patience", 5_000)),
        (0, DriveLock(Drive.LOCK)), (0, After("lock.driven", drive_ms)),
        (0, Cancel("lock.charge")), (0, Cancel("lock.patience")), (0, Cancel("lock.rest")), (0, Cancel("lock.retry")),
        (drive_ms, DriveLock(Drive.BRAKE)), (drive_ms, SenseLock()), (drive_ms, After("lock.braked", 100)),
        (drive_ms + 100, DriveLock(Drive.COAST)), (drive_ms + 100, After("lock.rest", 5_000)),
    ]  # fmt: skip
    assert bench.lock.holds
    if locked_to is None or unlocked_from is None:
        expected = dict.fromkeys((0, 1_650, 3_300), LockStatus.UNKNOWN)
    else:
        expected = {
            0: LockStatus.LOCKED, locked_to: LockStatus.LOCKED, locked_to + 1: LockStatus.UNKNOWN,
            unlocked_from - 1: LockStatus.UNKNOWN, unlocked_from: LockStatus.UNLOCKED, 3_300: LockStatus.UNLOCKED,
        }  # fmt: skip
    for mv, status in expected.items():
        lock, _ = pluglock.sensed(PlugLock(MOTORS[kind], target=True, way=True, stage=Stage.BRAKING), raw(mv))
        assert lock.status is status, f"{mv} mV"


@pytest.mark.parametrize(("reading", "drives"), [(0, 0), (3_034, 0), (3_035, 1), (4_095, 1)])
def test_ten_volts_are_enough(reading: int, drives: int) -> None:
    """3034 is 9998 mV behind the divider, 3035 is 10002 mV."""
    waiting = PlugLock(MOTORS[EVSE], target=True, way=True, stage=Stage.CHARGING)
    lock, effects = pluglock.capacitor_sensed(waiting, reading)
    assert [effect.drive for effect in effects if isinstance(effect, DriveLock)] == [Drive.LOCK] * drives
    assert lock.moving is bool(drives)


def test_without_a_motor_nothing_happens() -> None:
    fixed = PlugLock(None)
    assert fixed.holds
    assert fixed.at_rest
    for answer in (
        pluglock.want(fixed, True), pluglock.sensed(fixed, 200), pluglock.capacitor_sensed(fixed, 4_000),
        *(pluglock.elapsed(fixed, timer) for timer in pluglock.TIMERS),
    ):  # fmt: skip
        assert answer == (fixed, ())
    assert pluglock.started(fixed) == (fixed, tuple(Cancel(timer) for timer in pluglock.TIMERS))


def test_the_first_opening_waits_400_s_for_the_capacitor() -> None:
    bench = LockBench.of(full_mv=4_000)
    bench.board.capacitor_mv = 0
    bench.start()
    bench.run(399_999)
    assert (bench.drives, bench.faults, bench.lock.at_rest) == ([], [], False)
    assert bench.lock.status is LockStatus.UNLOCKED, "the feedback can be read all the same"
    bench.run(1_000)
    assert bench.drives == [(400_000, "unlock")]
    assert bench.faults == [(400_000, "+" + CAP)]


def test_a_start_with_an_empty_capacitor_that_charges_slowly() -> None:
    bench = LockBench.of(charge_mv_per_s=50)
    bench.board.capacitor_mv = 0
    bench.start()
    bench.run(300_000)
    assert bench.drives == [(200_100, "unlock")]
    assert bench.faults == []


def test_a_locking_that_gets_no_charge_within_5_s_does_not_happen() -> None:
    bench = LockBench.started()
    bench.board.full_mv = bench.board.capacitor_mv = 9_900
    bench.want(True)
    bench.run(4_950)
    looks = bench.sensed_at(SenseCapacitor)
    assert looks == list(range(0, 5_000, 100))
    assert (bench.faults, bench.lock.at_rest) == ([], False)
    bench.log.clear()
    bench.run(9_950)
    assert (bench.drives, bench.faults) == ([], [(5_000, "+" + CAP)])
    bench.log = [entry for entry in bench.log if entry[0] > 5_000]
    assert bench.lock.failure is PlugLockFailure.MOTOR_CAP_NOT_CHARGED
    assert bench.lock.at_rest
    assert not bench.lock.holds
    looks = bench.sensed_at(SenseCapacitor)
    assert looks[0] <= 6_000
    assert {later - before for before, later in pairwise(looks)} == {1_000}
    bench.board.full_mv = 12_000
    bench.run(4_000)
    assert bench.faults == [(looks[-1] + 1_000, "-" + CAP)]
    assert bench.drives == [(looks[-1] + 1_000, "lock")]
    assert bench.lock.holds


def test_an_opening_that_gets_no_charge_within_5_s_is_driven_all_the_same() -> None:
    bench = LockBench.locked()
    bench.board.full_mv = bench.board.capacitor_mv = 9_900
    bench.want(False)
    assert not bench.lock.at_rest, "something is still to come"
    bench.run(6_000)
    assert bench.drives == [(5_000, "unlock")]
    assert bench.faults == [(5_000, "+" + CAP)]
    assert bench.lock.status is LockStatus.UNLOCKED, "9.9 V were enough"
    bench.board.full_mv = 12_000
    bench.run(10_000)
    assert bench.faults[1:] == [(bench.faults[1][0], "-" + CAP)]
    assert len(bench.drives) == 1, "nothing is left to do"


def test_a_bolt_that_does_not_open_without_charge_opens_as_soon_as_there_is_some() -> None:
    bench = LockBench.locked()
    bench.board.full_mv = bench.board.capacitor_mv = 4_000
    bench.want(False)
    bench.run(170_000)
    again = [5_000, 5_000 + 700 + 60_000 + 5_000, 5_000 + 2 * (700 + 60_000 + 5_000)]
    assert bench.drives == [(at, "unlock") for at in again], "every minute, and no locking in between"
    assert bench.faults == [(5_000, "+" + CAP)]
    assert bench.lock.at_rest
    bench.board.full_mv = 12_000
    bench.run(10_000)
    assert [code for _, code in bench.faults] == ["+" + CAP, "-" + CAP]
    assert bench.board.opened
    assert bench.lock.reached is False


def test_an_opening_waits_only_as_long_as_the_capacitor_needs() -> None:
    bench = LockBench.locked()
    bench.board.capacitor_mv = 9_000
    bench.want(False)
    bench.run(2_000)
    assert bench.drives == [(400, "unlock")]
    assert bench.faults == []


def test_recovery_without_charge_opens_and_does_not_lock() -> None:
    bench = LockBench.locked()
    bench.board.jammed = True
    bench.want(False)
    bench.run(2_000)
    bench.board.full_mv = bench.board.capacitor_mv = 9_000
    bench.run(20_000)
    assert bench.drives == [(0, "unlock"), (5_700 + 5_000, "unlock")]
    assert [code for _, code in bench.faults] == ["+" + CAP]


def test_of_two_failures_the_first_of_table_3_is_told() -> None:
    ranks = {fault.code: fault.priority for fault in FAULTS if fault.error_code == "ConnectorLockFailure"}
    words = [word for word in PlugLockFailure if word is not PlugLockFailure.NONE]
    assert [ranks[word.value] for word in words] == [2, 3, 4, 5, 6]
    for first, second in pairwise(words):
        assert PlugLock(MOTORS[EVSE], failures=frozenset({second, first})).failure is first
    bench = LockBench.locked()
    bench.lever(OPEN)
    bench.run(2_100)
    bench.board.full_mv = bench.board.capacitor_mv = 9_000
    bench.want(False)
    bench.run(6_000)
    assert bench.lock.failure.value == CAP
    bench.board.full_mv = 12_000
    bench.run(2_000)
    assert bench.lock.failure.value == OPENED
    assert [code for _, code in bench.faults] == ["+" + OPENED, "-" + OPENED, "+" + CAP, "-" + CAP, "+" + OPENED]


@pytest.mark.parametrize(("capacitor_mv", "opens_at"), [(12_000, 0), (9_800, 100), (4_000, 500)])
def test_at_the_end_of_the_process_there_is_half_a_second(capacitor_mv: int, opens_at: int) -> None:
    bench = LockBench.locked()
    bench.board.capacitor_mv = capacitor_mv
    bench.board.charge_mv_per_s = 3_000 if capacitor_mv != 4_000 else 8_000
    bench.stop()
    bench.want(False)
    bench.run(opens_at + 700)
    assert bench.drives == [(opens_at, "unlock")]
    assert bench.faults == []
    assert bench.lock.at_rest


def test_an_opening_that_waits_already_when_the_process_ends() -> None:
    bench = LockBench.locked()
    bench.board.full_mv = bench.board.capacitor_mv = 9_000
    bench.want(False)
    bench.run(2_000)
    bench.stop()
    bench.run(1_300)
    assert bench.drives == [(2_500, "unlock")]
    assert bench.lock.at_rest


def test_the_process_ends_in_time_even_from_the_midst_of_a_locking() -> None:
    bench = LockBench.started()
    bench.board.drain_mv_per_s, bench.board.charge_mv_per_s = 4_000, 0
    bench.want(True)
    bench.stop()
    bench.want(False)
    bench.run(1_950)
    assert bench.drives == [(0, "lock"), (1_200, "unlock")]
    assert bench.lock.at_rest


@pytest.mark.parametrize("after_ms", [0, 1, 300, 599, 600, 650, 699, 700, 701])
def test_a_wish_that_changes_during_the_drive_waits_for_brake_and_end(after_ms: int) -> None:
    bench = LockBench.started()
    bench.want(True)
    bench.run(after_ms)
    bench.want(False)
    assert not bench.lock.holds
    assert not bench.lock.at_rest
    bench.run(2_000)
    assert bench.drives == [(0, "lock"), (max(700, after_ms), "unlock")]
    assert bench.board.opened
    assert bench.lock.at_rest


def test_a_wish_that_comes_back_during_the_drive_changes_nothing() -> None:
    bench = LockBench.started()
    bench.want(True)
    for locked in (False, True, False, True):
        bench.run(100)
        bench.want(locked)
    bench.run(20_000)
    assert bench.drives == [(0, "lock")]
    assert bench.lock.holds


def test_locking_again_waits_until_the_motor_has_rested() -> None:
    bench = LockBench.locked()
    bench.want(False)
    bench.run(700)
    bench.want(True)
    assert bench.lock.stage is Stage.RESTING
    bench.run(10_000)
    assert bench.drives == [(0, "unlock"), (5_700, "lock")]


def test_a_wish_for_where_the_bolt_is_drives_nothing() -> None:
    bench = LockBench.locked()
    bench.board.full_mv = bench.board.capacitor_mv = 9_000
    bench.want(False)
    bench.run(3_000)
    bench.want(True)
    assert bench.lock.holds
    assert bench.lock.at_rest
    assert set(bench.timers) == {"lock.look"}
    bench.run(60_000)
    assert (bench.drives, bench.faults) == ([], [])


def test_a_locking_that_has_to_rest_does_not_lose_patience() -> None:
    bench = LockBench.locked()
    bench.want(False)
    bench.run(700)
    bench.board.full_mv = bench.board.capacitor_mv = 9_000
    bench.want(True)
    bench.lock = replace(bench.lock, stage=Stage.STILL, reached=None)
    bench.want(False)
    bench.want(True)
    assert set(bench.timers) == {"lock.look", "lock.rest"}


def test_a_new_wish_forgets_the_plan_of_the_old_one() -> None:
    bench = LockBench.started()
    bench.board.jammed = True
    bench.want(True)
    bench.run(900)
    bench.want(False)
    bench.board.jammed = False
    bench.run(20_000)
    assert bench.drives == [(0, "lock"), (700, "unlock")]


def test_every_wish_is_tried_twice() -> None:
    bench = LockBench.started()
    bench.board.jammed = True
    bench.want(True)
    bench.run(700)
    bench.board.jammed = False
    bench.run(20_000)
    bench.board.jammed = True
    bench.log.clear()
    bench.want(False)
    bench.run(20_000)
    assert [way for _, way in bench.drives] == ["unlock", "lock", "unlock"]
