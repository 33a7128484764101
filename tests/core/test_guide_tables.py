"""Tables 4, 79 and 80 of the guide, row by row, through the whole core and on its topics."""

from __future__ import annotations

from typing import Any

import pytest
from evsed_bench import Bench

from secc.contract.enums import CpState, Operative
from secc.contract.topics import availability, power
from secc.evsed.events import DriveRelay, WatchInput
from secc.evsed.settings import Feedback, Ventilation

IN, OUT = Operative.OPERATIVE, Operative.INOPERATIVE
AVAILABLE, TARGET, ACTUAL = (f"port0/ventilation/{name}" for name in ("available", "state/target", "state/actual"))


def fan(enabled: bool, control: str) -> Ventilation:
    return Ventilation(enabled=enabled, external=control == "external", feedback=Feedback.NO)


@pytest.mark.parametrize(
    ("backend", "customer", "actual"),
    [
        (OUT, IN, OUT),
        (OUT, OUT, OUT),
        (IN, IN, IN),
        (IN, OUT, OUT),
    ],
)
@pytest.mark.parametrize("backend_first", [True, False])
def test_table_4(backend: Operative, customer: Operative, actual: Operative, backend_first: bool) -> None:
    bench = Bench.started()
    words = [(availability.BACKEND, backend), (availability.TARGET, customer)]
    for topic, word in words if backend_first else reversed(words):
        bench.receive(topic, word)
    assert bench.topics["port0/availability/actual"] is actual
    bench.plug()
    assert bench.model.duty == (5333 if actual is IN else 10_000)


# use case, ventilation/enable, ventilation/control, what the stack publishes: available, target, actual
USE_CASES: list[tuple[int, bool, str, Any, Any, Any]] = [
    (1, False, "internal", False, False, False),  # target once, with the safe state at the start (decision 46)
    (2, False, "external", None, None, False),
    (3, True, "internal", True, False, False),
    (4, True, "external", None, None, False),  # in table 80 alone
]


@pytest.mark.parametrize(("case", "enable", "control", "available", "target", "actual"), USE_CASES)
def test_table_79_what_is_published(
    case: int, enable: bool, control: str, available: Any, target: Any, actual: Any
) -> None:
    bench = Bench.started(ventilation=fan(enable, control))
    assert bench.topics.get(AVAILABLE) is available, case
    assert bench.topics.get(TARGET) is target
    assert bench.topics[ACTUAL] is actual


@pytest.mark.parametrize(("enable", "control"), [(row[1], row[2]) for row in USE_CASES])
def test_table_79_who_may_switch_the_relay(enable: bool, control: str) -> None:
    bench = Bench.started(ventilation=fan(enable, control))
    bench.receive(power.VENTILATION_STATE_TARGET, True)
    assert bench.coils[2] is (control == "external")
    bench.run(300)
    assert bench.topics[ACTUAL] is (control == "external")
    bench.receive(power.VENTILATION_STATE_TARGET, False)
    assert not bench.coils[2]


def test_table_79_use_case_1_leaves_relay_2_alone() -> None:
    bench = Bench.started()
    bench.plug()
    bench.pilot(CpState.D)
    bench.run(30_000)
    assert WatchInput("relay_2_sense") not in bench.effects
    assert not any(isinstance(effect, DriveRelay) and effect.relay == 2 for effect in bench.effects)


YES, NO, OPEN = True, False, None
# always_accept_cp_state_d, ventilation/enable, ventilation/control, available (by the customer), fan runs: may charge
TABLE_80: list[tuple[bool, bool, str, bool | None, bool, bool]] = [
    (YES, NO, "internal", OPEN, NO, True),
    (YES, NO, "external", OPEN, NO, True),
    (YES, NO, "external", YES, YES, True),
    (YES, YES, "internal", OPEN, NO, True),
    (YES, YES, "internal", OPEN, YES, True),
    (YES, YES, "external", OPEN, NO, True),
    (YES, YES, "external", NO, YES, True),
    (NO, NO, "internal", OPEN, NO, False),
    (NO, NO, "external", OPEN, NO, False),
    (NO, NO, "external", YES, YES, False),
    (NO, YES, "internal", OPEN, YES, True),
    (NO, YES, "internal", OPEN, NO, False),
    (NO, YES, "external", YES, YES, True),
    (NO, YES, "external", YES, NO, False),
    (NO, YES, "external", NO, YES, False),
    (NO, YES, "external", OPEN, YES, False),
]


@pytest.mark.parametrize(("always", "enable", "control", "available", "runs", "charges"), TABLE_80)
def test_table_80(always: bool, enable: bool, control: str, available: bool | None, runs: bool, charges: bool) -> None:
    bench = Bench.started(accept_state_d=always, ventilation=fan(enable, control))
    bench.stuck_2 = not runs
    if available is not None:
        bench.receive(power.VENTILATION_AVAILABLE, available)
    if control == "external" and runs:
        bench.receive(power.VENTILATION_STATE_TARGET, True)
    bench.plug()
    assert bench.model.duty == 5333
    bench.pilot(CpState.D)
    bench.run(5_000)
    assert bench.coil is charges
    assert bench.model.duty == (5333 if charges else 10_000)
    assert bench.bolt, "the plug is locked, whether it charges or not"
    if enable and control == "internal":
        assert bench.coils[2], "the fan is told to run as soon as the car asks"


def test_a_car_that_was_refused_ventilation_does_not_come_and_go() -> None:
    bench = Bench.started()
    bench.plug()
    bench.pilot(CpState.D)
    bench.run(1000)
    assert bench.model.duty == 10_000
    bench.pilot(CpState.B)
    bench.run(60_000)
    assert bench.model.duty == 10_000
    bench.pilot(CpState.A)
    bench.run(1000)
    bench.plug()
    assert bench.model.duty == 5333


def test_the_fan_runs_for_as_long_as_a_car_charges_in_d() -> None:
    bench = Bench.started(ventilation=fan(YES, "internal"))
    bench.plug()
    assert not bench.coils[2]
    bench.pilot(CpState.D)
    bench.run(2000)
    assert bench.coil
    assert bench.topics[TARGET] is True
    bench.pilot(CpState.B)
    bench.run(1000)
    assert (bench.coil, bench.coils[2]) == (False, False)
    assert bench.topics[TARGET] is False


def test_a_fan_that_stops_under_load_ends_the_charge_in_good_order() -> None:
    bench = Bench.started(ventilation=fan(YES, "external"))
    bench.receive(power.VENTILATION_AVAILABLE, True)
    bench.receive(power.VENTILATION_STATE_TARGET, True)
    bench.plug()
    bench.pilot(CpState.D)
    bench.run(2000)
    assert bench.coil
    bench.receive(power.VENTILATION_STATE_TARGET, False)
    bench.run(300)
    assert (bench.coil, bench.model.duty) == (True, 10_000)
    bench.run(6_000)
    assert not bench.coil
