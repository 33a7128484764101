"""The parts of the simulated station, each against literal tables."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secc.sim import cable, contactor, ev, meter, pilot, pluglock
from secc.sim.cable import Cable
from secc.sim.contactor import Contactor, Feedback
from secc.sim.ev import Behaviour, Ev, EvSpec
from secc.sim.meter import Meter
from secc.sim.pluglock import LOCKED, TYPES, Motor, PlugLock

NO_FAULT: frozenset[str] = frozenset()
LIVE = (True, True, True)
DEAD = (False, False, False)


def board_mv(raw: int) -> int:
    """The board's own scaling of the pilot peaks, cut at each step."""
    return (raw * 3300 // 4095) * 4561 // 476 - 16013


@pytest.mark.parametrize(
    ("raw", "mv"),
    [(0, -16013), (527, -11951), (940, -8760), (2075, 7), (2411, 2595), (3606, 11822), (4095, 15607)],
)
def test_golden_values_of_the_pilot(raw: int, mv: int) -> None:
    assert board_mv(raw) == mv
    found = pilot.raw(mv)
    assert board_mv(found) == mv
    assert abs(found - raw) <= 1


@given(st.integers(-15_000, 15_000))
def test_the_board_reads_back_what_the_line_has(mv: int) -> None:
    assert 0 <= board_mv(pilot.raw(mv)) - mv <= 20


PEAKS = (
    # duty %, load, diode, short to PE: highest and lowest voltage in mV
    ((53.33, None, True, False), (12_000, -12_000)),
    ((53.33, pilot.OHM_B, True, False), (8_979, -12_000)),
    ((53.33, pilot.OHM_C, True, False), (5_995, -12_000)),
    ((53.33, pilot.OHM_D, True, False), (2_929, -12_000)),
    ((100, None, True, False), (12_000, 12_000)),
    ((100, pilot.OHM_B, True, False), (8_979, 8_979)),
    ((0, None, True, False), (-12_000, -12_000)),
    ((0, pilot.OHM_B, True, False), (-12_000, -12_000)),
    ((None, None, True, False), (0, 0)),
    ((None, pilot.OHM_C, True, False), (0, 0)),
    ((53.33, pilot.OHM_B, False, False), (8_791, -8_791)),
    ((53.33, pilot.OHM_C, False, False), (5_623, -5_623)),
    ((53.33, pilot.OHM_B, True, True), (0, 0)),
    ((100, pilot.OHM_B, True, True), (0, 0)),
)


@pytest.mark.parametrize(("given", "line"), PEAKS)
def test_peaks(given: tuple[float | None, float | None, bool, bool], line: tuple[int, int]) -> None:
    assert pilot.peaks(*given) == line


@pytest.mark.parametrize(
    ("line", "held"),
    [((12_000, 12_000), (12_000, 55)), ((-12_000, -12_000), (55, -12_000)), ((8_979, -12_000), (8_979, -12_000))],
)
def test_detectors_hold_their_own_half(line: tuple[int, int], held: tuple[int, int]) -> None:
    assert pilot.detected(*line) == held


@pytest.mark.parametrize(
    ("duty", "ampere"),
    [
        (None, 0), (0, 0), (2.9, 0), (5, 0), (7.9, 0), (8, 6), (9.9, 6), (10, 6), (16.67, 10.0), (26.67, 16.0),
        (53.33, 32.0), (85, 51.0), (85.1, 52.75), (89.6, 64.0), (96, 80), (96.5, 80), (97, 80), (97.1, 0), (100, 0),
    ],
)  # fmt: skip
def test_duty_cycle_to_current(duty: float | None, ampere: float) -> None:
    assert ev.offered_a(duty) == pytest.approx(ampere, abs=0.01)


def drive_ev(car: Ev, duty: float | None, live: tuple[bool, bool, bool], ms: int) -> Ev:
    for _ in range(ms // 5):
        car = ev.step(car, duty, live, 5)
    return car


def test_an_ordinary_car_asks_after_a_while_and_only_for_a_nominal_duty_cycle() -> None:
    for duty in (None, 0.0, 5.0, 100.0):
        assert not drive_ev(Ev(EvSpec(ready_after_ms=1000)), duty, DEAD, 20_000).s2
    assert not drive_ev(Ev(EvSpec(ready_after_ms=1000)), 53.33, DEAD, 995).s2
    assert drive_ev(Ev(EvSpec(ready_after_ms=1000)), 53.33, DEAD, 1000).s2


def test_the_wait_begins_anew_when_the_duty_cycle_ends() -> None:
    car = drive_ev(Ev(EvSpec(ready_after_ms=1000)), 53.33, DEAD, 900)
    car = drive_ev(car, 100.0, DEAD, 100)
    assert not drive_ev(car, 53.33, DEAD, 995).s2


def test_a_legacy_car_asks_without_a_duty_cycle_and_draws_nothing() -> None:
    car = drive_ev(Ev(EvSpec(behaviour=Behaviour.LEGACY)), 100.0, LIVE, 5_000)
    assert (car.s2, car.current_ma) == (True, 0)
    assert not drive_ev(car, None, LIVE, 100).s2


def test_a_patient_car_stays_in_c_without_current_when_the_duty_cycle_ends() -> None:
    car = drive_ev(Ev(EvSpec(behaviour=Behaviour.PATIENT, max_current_a=16)), 26.67, LIVE, 10_000)
    assert car.current_ma == 16_000
    car = drive_ev(car, 100.0, LIVE, 3_000)
    assert (car.s2, car.current_ma) == (True, 0)
    assert not drive_ev(car, 0.0, LIVE, 100).s2


@pytest.mark.parametrize(("duty", "ma"), [(10.0, 6_000), (26.67, 16_002), (53.33, 31_998), (96.0, 32_000)])
def test_the_car_follows_the_duty_cycle_within_5_s(duty: float, ma: int) -> None:
    car = drive_ev(Ev(EvSpec(max_current_a=32, ready_after_ms=0)), duty, LIVE, 5_000)
    assert car.current_ma == ma
    assert drive_ev(car, 53.33, LIVE, 5_000).current_ma == 31_998


@pytest.mark.parametrize("duty", [100.0, 0.0, None, 5.0, 98.0])
def test_the_car_stops_within_3_s_of_the_end_of_the_duty_cycle_then_opens_s2(duty: float | None) -> None:
    car = drive_ev(Ev(EvSpec(max_current_a=32)), 53.33, LIVE, 10_000)
    assert drive_ev(car, duty, LIVE, 1_000).current_ma > 6_000
    car = drive_ev(car, duty, LIVE, 3_000)
    assert (car.current_ma, car.s2) == (0, False)


def test_no_current_without_voltage() -> None:
    car = drive_ev(Ev(EvSpec(max_current_a=32)), 53.33, LIVE, 10_000)
    assert ev.step(car, 53.33, DEAD, 5).current_ma == 0
    assert ev.drawn_ma(car, (True, False, False)) == (car.current_ma, 0, 0)
    assert ev.drawn_ma(car, DEAD) == (0, 0, 0)


@pytest.mark.parametrize(
    ("fields", "ohm"),
    [({}, 2740), ({"s2": True}, 881.68), ({"s2": True, "spec": EvSpec(ventilation=True)}, 245.78)],
)
def test_resistors(fields: dict[str, object], ohm: float) -> None:
    assert Ev(**({"spec": EvSpec()} | fields)).load_ohm == pytest.approx(ohm, abs=0.01)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rating", "low", "high"), [(13, 1813, 2459), (20, 1170, 1813), (32, 891, 1170), (63, 751, 891)]
)
def test_proximity_sits_in_its_window(rating: int, low: int, high: int) -> None:
    mv = cable.proximity_mv(Cable(rating, at_station=True), NO_FAULT)
    assert abs(mv - (low + high) / 2) <= 1
    assert cable.proximity_mv(Cable(rating), NO_FAULT) == 3297
    assert cable.proximity_mv(Cable(rating, at_station=True, fixed=True), NO_FAULT) == 3297


def run_contactor(faults: frozenset[str], coils: list[tuple[bool, int]]) -> list[bool]:
    """Whether it is closed, every millisecond."""
    it, seen = Contactor(), []
    for coil, ms in coils:
        for _ in range(ms):
            it = contactor.step(it, coil, faults, "contactor", 1)
            seen.append(it.closed)
    return seen


def edges(seen: list[bool]) -> int:
    return sum(a != b for a, b in pairwise(seen))


def test_contacts_follow_the_coil_after_their_lag() -> None:
    seen = run_contactor(NO_FAULT, [(True, 200), (False, 200)])
    assert seen.index(True) == contactor.LAG_MS
    assert seen[199]
    assert not seen[-1]
    assert all(seen[contactor.LAG_MS + contactor.BOUNCE_MS + 1 : 200])


def test_a_coil_that_was_on_for_a_moment_only_closes_nothing() -> None:
    assert not any(run_contactor(NO_FAULT, [(True, 10), (False, 100)]))


@pytest.mark.parametrize(
    ("fault", "closed_after", "open_after"),
    [("contactor_weld", True, True), ("contactor_stuck_open", False, False), ("contactor_slow", False, True)],
)
def test_broken_contactors(fault: str, closed_after: bool, open_after: bool) -> None:
    """250 ms after the coil went on (where the board looks), and 500 ms after it went off."""
    seen = run_contactor(frozenset({fault}), [(True, 1000), (False, 500)])
    assert (seen[249], seen[-1]) == (closed_after, open_after)


def test_bounce() -> None:
    assert edges(run_contactor(frozenset({"contactor_bounce"}), [(True, 500)])) > 10
    assert edges(run_contactor(NO_FAULT, [(True, 500)])) < 8


@pytest.mark.parametrize(
    ("feedback", "closed", "level"),
    [
        (Feedback.NO, True, True), (Feedback.NO, False, False), (Feedback.NC, True, False),
        (Feedback.NC, False, True), (Feedback.NONE, True, False), (Feedback.NONE, False, False),
    ],
)  # fmt: skip
def test_feedback(feedback: Feedback, closed: bool, level: bool) -> None:
    assert contactor.sense(Contactor(closed, closed), feedback, NO_FAULT, "contactor") is level
    assert not contactor.sense(Contactor(closed, closed), feedback, frozenset({"contactor_feedback_lost"}), "contactor")


def drive_lock(lock: PlugLock, kind: str, levels: tuple[bool, bool], ms: int, **more: object) -> PlugLock:
    faults = more.get("faults", NO_FAULT)
    assert isinstance(faults, frozenset)
    for _ in range(ms // 5):
        motor = Motor(*levels, bool(more.get("blocked", False)))
        lock = pluglock.step(lock, TYPES[kind], motor, faults, 5)
    return lock


LOCK, UNLOCK, BRAKE, COAST = (False, True), (True, False), (True, True), (False, False)
WINDOWS = {
    "KUESTER-02S": (600, 2900, 700),
    "EV-T2M3S-E-LOCK12V": (600, 2900, 700),
    "EV-T2M3SM-E-LOCK12V": (600, 2900, 700),
    "KUESTER-04S": (600, 2700, 1950),
    "HELLA-MICRO-ACTUATOR-1": (400, 2900, 950),
    "WALTHER-WERKE-9798999009": (400, 2900, 950),
    "INTRAMCO-603205": (400, 2900, 950),
    "SCAME-200.23260BS": (500, 2900, 700),
    "SCAME-200.23261BS": (500, 2900, 700),
    "SCAME-200.23261BP": (500, 2700, 950),
}


@pytest.mark.parametrize("kind", WINDOWS)
def test_a_lock_driven_for_its_time_reads_within_its_windows(kind: str) -> None:
    drive_ms, unlocked_from, locked_to = WINDOWS[kind]
    sense = TYPES[kind].sense_mv
    assert unlocked_from <= sense(PlugLock().position) <= 3300
    under_way = drive_lock(PlugLock(), kind, LOCK, drive_ms // 4)
    assert locked_to < sense(under_way.position) < unlocked_from
    locked = drive_lock(PlugLock(), kind, LOCK, drive_ms)
    assert 0 <= sense(locked.position) <= locked_to
    assert drive_lock(locked, kind, UNLOCK, drive_ms).position == 0


def test_the_lock_without_feedback_reads_the_same_everywhere() -> None:
    sense = TYPES["SCAME-200.23261BL"].sense_mv
    assert {sense(position) for position in range(0, 1001, 50)} == {1650}


@pytest.mark.parametrize("levels", [BRAKE, COAST])
def test_brake_and_coast_move_nothing(levels: tuple[bool, bool]) -> None:
    half = drive_lock(PlugLock(), "KUESTER-02S", LOCK, 200)
    assert drive_lock(half, "KUESTER-02S", levels, 1000).position == half.position


def test_the_capacitor_drains_and_charges_again() -> None:
    tired = drive_lock(PlugLock(), "KUESTER-02S", LOCK, 600)
    assert tired.capacitor_uv == 10_800_000
    assert drive_lock(tired, "KUESTER-02S", BRAKE, 400).capacitor_uv == 12_000_000
    assert pluglock.capacitor_sense_mv(PlugLock()) * 90 // 22 >= 11_990


@pytest.mark.parametrize(
    ("more", "position"),
    [
        ({"faults": frozenset({"lock_jam"})}, 0),
        ({"faults": frozenset({"lock_capacitor_flat"})}, 0),
        ({"faults": frozenset({"lock_forced_open"})}, 0),
        ({"blocked": True}, pluglock.BLOCKED_AT),
        ({}, LOCKED),
    ],
)
def test_locks_that_do_not_lock(more: dict[str, object], position: int) -> None:
    assert drive_lock(PlugLock(), "KUESTER-02S", LOCK, 600, **more).position == position


@given(
    st.integers(0, 1000),
    st.lists(st.tuples(st.integers(0, 80_000), st.integers(1, 100), st.integers(1, 3)), max_size=60),
)
def test_the_register_is_exactly_power_times_time(seed: int, course: list[tuple[int, int, int]]) -> None:
    it, t_ms, energy_uj = Meter(seed), 0, 0
    for current_ma, dt_ms, phases in course:
        t_ms += dt_ms
        three = current_ma if phases == 3 else 0
        it = meter.step(it, t_ms, (current_ma, three, three), dt_ms)
        energy_uj += dt_ms * sum(v * i // 1000 for v, i in zip(it.voltage_mv, it.current_ma, strict=True))
        assert it.power_mw == tuple(v * i // 1000 for v, i in zip(it.voltage_mv, it.current_ma, strict=True))
        assert all(228_000 <= v <= 232_000 for v in it.voltage_mv)
        assert 49_900 <= it.frequency_mhz <= 50_100
    assert it.energy_uj == energy_uj


def test_the_ripple_depends_on_the_seed_and_on_nothing_else() -> None:
    def course(seed: int) -> list[tuple[int, int, int]]:
        it, seen = Meter(seed), []
        for second in range(20):
            it = meter.step(it, second * 1000, (0, 0, 0), 1000)
            seen.append(it.voltage_mv)
        return seen

    assert course(7) == course(7)
    assert course(7) != course(8)
    assert len(set(course(7))) > 10
