"""The simulated residual current device: both kinds against table 72, its wires, and what can be broken about it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from secc.sim import rcd
from secc.sim.actions import Plug, act
from secc.sim.ev import EvSpec
from secc.sim.plant import Controls, StationSpec, build, step
from secc.sim.scenario import ScenarioError, read

NO_FAULT: frozenset[str] = frozenset()
WESTERN, BENDER = rcd.Kind.WESTERN, rcd.Kind.BENDER
TABLE_72 = {WESTERN: (815, 810, 410), BENDER: (50, 750, 2000)}


def tripped_when_tested(
    kind: rcd.Kind, times: tuple[int, int, int], faults: frozenset[str], dt_ms: int
) -> tuple[bool, bool]:
    """Whether it says tripped when the board looks, at the check and at the end, in steps of `dt_ms`."""
    trigger_ms, check_ms, normal_ms = times
    it, seen = rcd.WELL, {}
    for ms in range(0, trigger_ms + normal_ms + dt_ms, dt_ms):
        seen.update(dict.fromkeys(range(ms, ms + dt_ms), it.tripped))
        it = rcd.step(it, kind, ms < trigger_ms, False, faults, dt_ms)
    return seen[check_ms], seen[trigger_ms + normal_ms]


@pytest.mark.parametrize("dt_ms", [1, 5, 20])
@pytest.mark.parametrize(
    ("kind", "times", "faults", "seen"),
    [
        (WESTERN, TABLE_72[WESTERN], set(), (True, False)),
        (BENDER, TABLE_72[BENDER], set(), (True, False)),
        (WESTERN, TABLE_72[BENDER], set(), (False, False)),  # an impulse is too short for it
        (BENDER, TABLE_72[WESTERN], set(), (True, True)),  # it needs longer to come back
        (WESTERN, TABLE_72[WESTERN], {"rcd_test_fails"}, (False, False)),
        (BENDER, TABLE_72[BENDER], {"rcd_test_fails"}, (False, False)),
        (WESTERN, TABLE_72[WESTERN], {"rcd_stays_tripped"}, (True, True)),
        (BENDER, TABLE_72[BENDER], {"rcd_stays_tripped"}, (True, True)),
    ],
)
def test_the_rcd_when_it_is_tested(
    kind: rcd.Kind, times: tuple[int, int, int], faults: set[str], seen: tuple[bool, bool], dt_ms: int
) -> None:
    assert tripped_when_tested(kind, times, frozenset(faults), dt_ms) == seen


def rcd_after(it: rcd.Rcd, kind: rcd.Kind, ms: int, testing: bool = False, residual: bool = False) -> list[bool]:
    """Whether it says tripped, every millisecond."""
    seen = []
    for _ in range(ms):
        it = rcd.step(it, kind, testing, residual, NO_FAULT, 1)
        seen.append(it.tripped)
    return seen


def test_one_impulse_is_one_test_however_long_it_lasts() -> None:
    """About 500 ms after the impulse, for about 1 s, and never again until the next one."""
    seen = rcd_after(rcd.WELL, BENDER, 5_000, testing=True)
    assert (seen.index(True) + 1, seen.count(True), sum(a != b for a, b in pairwise(seen))) == (500, 999, 2)


def test_an_rcd_whose_test_input_has_to_be_held_does_not_mind_an_impulse() -> None:
    it = rcd.WELL
    for ms in range(2_000):
        it = rcd.step(it, WESTERN, ms < 50, False, NO_FAULT, 1)
        assert not it.tripped


def test_a_disturbance_is_no_impulse() -> None:
    it = rcd.WELL
    for ms in range(5_000):
        it = rcd.step(it, BENDER, ms % 100 < rcd.IMPULSE_MS - 1, False, NO_FAULT, 1)
        assert not it.tripped


@pytest.mark.parametrize("kind", rcd.Kind)
def test_a_residual_current_trips_at_once_and_goes_after_a_moment(kind: rcd.Kind) -> None:
    it = rcd.step(rcd.WELL, kind, False, True, NO_FAULT, 1)
    assert it.tripped
    assert rcd_after(it, kind, 300).count(True) == rcd.RECOVERS_AFTER_MS - 1
    stuck = rcd.step(it, kind, False, False, frozenset({"rcd_stays_tripped"}), 60_000)
    assert stuck.tripped
    assert rcd.step(stuck, kind, False, False, NO_FAULT, 1) is rcd.WELL


RCD_WIRES = [
    (kind, wires, tested)
    for kind in rcd.Kind
    for wires in ((high, test) for high in rcd.Polarity for test in rcd.Polarity)
    for tested in (True, False)
]


@pytest.mark.parametrize(("kind", "wires", "tested"), RCD_WIRES)
def test_the_rcd_at_its_terminals(kind: rcd.Kind, wires: tuple[rcd.Polarity, rcd.Polarity], tested: bool) -> None:
    """Digital input 2 and output 4 of the whole plant, for each polarity of the two wires."""
    plant = build(StationSpec(rcd=kind, rcd_polarity=wires[0], rcd_test_polarity=wires[1]), EvSpec())
    normal, driven = (polarity is rcd.Polarity.ACTIVE_HIGH for polarity in wires)
    levels = []
    trigger_ms, check_ms, normal_ms = TABLE_72[kind]
    for ms in range(0, trigger_ms + normal_ms + 5, 5):
        active = tested and ms < trigger_ms
        outputs = tuple(active is driven if number == 3 else False for number in range(6))
        plant, readings = step(plant, Controls(digital_out=outputs, threshold_mv=6_000), 5)
        levels.append(readings.digital_in[1])
    assert levels[0] is normal
    assert levels[check_ms // 5] is (normal is not tested)
    assert levels[-1] is normal


@pytest.mark.parametrize(
    ("car", "live", "normal"), [(True, True, False), (True, False, True), (False, True, True), (False, False, True)]
)
def test_a_leaking_car_trips_the_rcd_while_its_wires_are_live(car: bool, live: bool, normal: bool) -> None:
    plant = replace(build(StationSpec(), EvSpec()), faults=frozenset({"rcd_leakage"}))
    if car:
        plant, _ = act(plant, Plug())
    for _ in range(100):
        plant, readings = step(plant, Controls(relay_1=live, threshold_mv=6_000), 5)
    assert readings.digital_in[1] is normal


STATION = """about = "x"
[station]
rcd = "bender"
rcd_polarity = "active_low"
rcd_test_polarity = "active_high"
"""


def test_a_scenario_chooses_the_rcd_and_its_wires() -> None:
    high, low = rcd.Polarity.ACTIVE_HIGH, rcd.Polarity.ACTIVE_LOW
    assert read(STATION, "x.toml").station == StationSpec(rcd=BENDER, rcd_polarity=low, rcd_test_polarity=high)
    assert read('about = "x"', "x.toml").station == StationSpec(rcd=WESTERN, rcd_polarity=high)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('"bender"', '"siemens"', '\'siemens\': write one of "western", "bender"'),
        ('rcd_polarity = "active_low"', "rcd_polarity = true", "x.toml:4: "),
        ('test_polarity = "active_high"', 'test_polarity = "low"', "x.toml:5: "),
    ],
)
def test_an_rcd_that_nobody_sells_is_refused(right: str, wrong: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=re.escape(said)):
        read(STATION.replace(right, wrong), "x.toml")
