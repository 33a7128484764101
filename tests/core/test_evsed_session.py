"""One car after another through the core of evsed: what is driven, what is told, and in which order."""

from __future__ import annotations

from typing import Any

import pytest
from evsed_bench import Bench, contactor_sensed, settings

from secc.contract.enums import CpState, Operative
from secc.contract.topics import availability, limits, session
from secc.evsed.authorization import Method
from secc.evsed.core import initial
from secc.evsed.events import (
    Drive,
    DriveLock,
    DrivePilot,
    DriveRelay,
    PilotSampled,
    SettingsChanged,
    Started,
    Stopping,
)
from secc.fsm import FaultCleared, FaultRaised, Resubscribe


def index(bench: Bench, topic: str, value: object) -> int:
    return bench.order.index((topic, value))


def test_a_session_in_order() -> None:
    bench = Bench.started()
    bench.order.clear()
    bench.plug(32)
    bench.charge()
    bench.pilot(CpState.B)
    bench.run(1000)
    bench.pilot(CpState.A)
    expected = [
        ("port0/ci/charge/cp/status", CpState.B),
        ("port0/cp/duty_cycle", 53.33),
        ("port0/ci/charge/pwm/status", 53.33),
        ("port0/ci/charge/cp/status", CpState.C),
        ("port0/plug_lock/state/target", True),
        ("port0/ci/charge/plug/status", "locked"),
        ("port0/contactor/state/target", True),
        ("port0/contactor/state/actual", True),
        ("port0/charging", True),
        ("port0/contactor/state/target", False),
        ("port0/charging", False),
        ("port0/contactor/state/actual", False),
        ("port0/plug_lock/state/actual", False),
        ("port0/ci/charge/cp/status", CpState.A),
        ("port0/cp/duty_cycle", 100.0),
    ]
    seen = iter(bench.order)
    for pair in expected:
        assert pair in seen, f"{pair} is missing or out of order in {bench.order}"


@pytest.mark.parametrize("state", [CpState.A, CpState.B, CpState.E, CpState.F])
def test_leaving_c_opens_the_contactor_before_anything_else(state: CpState) -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()
    bench.effects.clear()
    bench.pilot(state)
    assert bench.effects[0] == DriveRelay(1, closed=False)
    assert not bench.coil


def test_the_lock_opens_only_after_the_contactor() -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()
    bench.stuck = True
    bench.effects.clear()
    bench.pilot(CpState.B)
    assert DriveLock(Drive.UNLOCK) not in bench.effects
    bench.stuck = False

    bench.post(contactor_sensed(False))
    bench.run(20)
    assert DriveLock(Drive.UNLOCK) in bench.effects


SOCKET: dict[str, Any] = {}
FIXED: dict[str, Any] = {"pluggable": False, "motor": None, "fixed_cable_da": 320}


@pytest.mark.parametrize("station", [SOCKET, FIXED], ids=["socket", "fixed cable"])
def test_below_six_ampere_full_duty_cycle_and_the_contactor_stays(station: dict[str, Any]) -> None:
    bench = Bench.started(**station)
    bench.plug()
    bench.charge()
    bench.receive(limits.DYN_CURRENT_LIMIT, 5.9, "x")
    assert bench.topics["port0/ci/evse/basic/offered_current_limit"] == 0
    assert bench.duty == 10_000
    bench.run(600_000)
    assert bench.coil
    bench.receive(limits.DYN_CURRENT_LIMIT, 10.0, "x")
    assert bench.duty == 1666
    bench.receive(limits.DYN_CURRENT_LIMIT, 0, "x")
    bench.pilot(CpState.B)
    assert not bench.coil
    bench.run(30_000)
    bench.pilot(CpState.C)
    bench.run(30_000)
    assert not bench.coil


def test_the_five_limits_of_the_guide() -> None:
    bench = Bench.started(grid_da=None, evse_da=None)
    for name, value in (("internal_example_limit", 6), ("custom_ocpp_limit", 13), ("special_limit", 20),
                        ("custom_limit_1", 32), ("custom_limit_2", 63), ("ignored_limit", 1)):  # fmt: skip
        bench.receive(limits.DYN_CURRENT_LIMIT, value, name)
    assert bench.topics["port0/ci/evse/basic/offered_current_limit"] == 6.0
    bench.receive(limits.DYN_CURRENT_LIMIT, 20, "internal_example_limit")
    assert bench.topics["port0/ci/evse/basic/offered_current_limit"] == 13.0


@pytest.mark.parametrize(("rating", "duty"), [(13, 2166), (20, 3333), (32, 5333), (63, 5333)])
def test_the_cable_limits_the_offer(rating: int, duty: int) -> None:
    bench = Bench.started()
    bench.plug(rating)
    assert bench.duty == duty
    assert bench.topics["port0/cable_current_limit"] == rating


def test_a_fixed_cable_has_its_limit_from_the_configuration() -> None:
    bench = Bench.started(pluggable=False, motor=None)
    bench.pilot(CpState.B)
    assert bench.duty == 2666
    assert bench.topics["port0/cable_current_limit"] == -1
    assert bench.topics["port0/ci/evse/basic/physical_current_limit"] == 16
    bench.charge()
    assert bench.coil
    assert bench.topics["port0/ci/charge/plug/status"] == "unknown"


@pytest.mark.parametrize(("rating", "error"), [(None, "ProximityNoCable"), ("invalid", "ProximityInvalid")])
def test_a_cable_that_is_not_understood(rating: str | None, error: str) -> None:
    bench = Bench.started()
    bench.cable(rating)
    bench.pilot(CpState.B)
    assert bench.topics["port0/session/proximity_error"] == ""
    bench.run(500)
    assert bench.topics["port0/session/proximity_error"] == error
    assert bench.model.duty == 10_000
    bench.pilot(CpState.C)
    bench.run(10_000)
    assert not bench.coil
    bench.cable(20, readings=31)
    assert bench.topics["port0/session/proximity_error"] == error, "a loose wire must not have the PWM come and go"
    bench.cable(20, readings=1)
    assert bench.topics["port0/session/proximity_error"] == ""
    bench.run(1000)
    assert bench.coil


def test_a_cable_that_changes_under_load_only_ever_lowers_the_limit() -> None:
    bench = Bench.started()
    bench.plug(32)
    bench.charge()
    bench.cable(20)
    assert bench.topics["port0/session/proximity_error"] == "ProximityChanged"
    assert (bench.duty, bench.coil) == (3333, True)
    bench.cable(63)
    assert (bench.duty, bench.coil) == (3333, True)
    bench.pilot(CpState.A)
    assert bench.topics["port0/session/proximity_error"] == ""


def test_a_legacy_car_that_asks_without_an_offer_gets_nothing() -> None:
    bench = Bench.started(method=Method.MQTT, **FIXED)
    bench.pilot(CpState.C)
    bench.run(30_000)
    assert not bench.coil


def test_without_a_word_there_is_no_offer() -> None:
    bench = Bench.started(method=Method.MQTT)
    bench.plug()
    assert bench.model.duty == 10_000
    bench.receive(session.AUTHORIZATION_STATUS, 1)
    assert bench.duty == 5333
    bench.charge()
    assert bench.coil
    bench.pilot(CpState.B)
    bench.run(1000)
    assert bench.model.lock.target, "the plug stays locked while the user's word holds"
    bench.pilot(CpState.A)
    assert Resubscribe(session.AUTHORIZATION_STATUS) in bench.effects
    bench.run(20_000)
    bench.plug()
    assert bench.model.duty == 10_000


def test_a_word_taken_back_gives_the_car_six_seconds() -> None:
    bench = Bench.started(method=Method.MQTT)
    bench.receive(session.AUTHORIZATION_STATUS, 1)
    bench.plug()
    bench.charge()
    bench.receive(session.AUTHORIZATION_STATUS, 0)
    assert (bench.duty, bench.coil) == (10_000, True)
    bench.run(5999)
    assert bench.coil
    bench.run(1)
    assert not bench.coil
    bench.run(60_000)
    assert not bench.coil


def test_a_word_given_again_in_time_changes_nothing() -> None:
    bench = Bench.started(method=Method.MQTT)
    bench.receive(session.AUTHORIZATION_STATUS, 1)
    bench.plug()
    bench.charge()
    bench.receive(session.AUTHORIZATION_STATUS, 0)
    bench.run(3000)
    bench.receive(session.AUTHORIZATION_STATUS, 1)
    bench.run(60_000)
    assert (bench.duty, bench.coil) == (5333, True)


@pytest.mark.parametrize(
    ("backend", "customer", "actual"),
    [("inoperative", "operative", "inoperative"), ("inoperative", "inoperative", "inoperative"),
     ("operative", "operative", "operative"), ("operative", "inoperative", "inoperative")],
)  # fmt: skip
def test_availability_matrix(backend: str, customer: str, actual: str) -> None:
    bench = Bench.started()
    bench.receive(availability.BACKEND, Operative(backend))
    bench.receive(availability.TARGET, Operative(customer))
    assert bench.topics["port0/availability/actual"] == actual
    bench.plug()
    assert (bench.model.duty == 5333) is (actual == "operative")


def test_going_out_of_service_waits_for_the_car() -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()
    bench.receive(availability.TARGET, Operative.INOPERATIVE)
    bench.run(60_000)
    assert (bench.duty, bench.coil) == (5333, True)
    bench.pilot(CpState.A)
    bench.run(20_000)
    bench.plug()
    assert bench.model.duty == 10_000


@pytest.mark.parametrize(("accept", "closed"), [(False, False), (True, True)])
def test_a_car_that_wants_ventilation(accept: bool, closed: bool) -> None:
    bench = Bench.started(accept_state_d=accept)
    bench.plug()
    bench.pilot(CpState.D)
    bench.run(2000)
    assert bench.coil is closed
    assert bench.model.duty == (5333 if accept else 10_000)


def test_a_lock_that_jams_is_not_driven_over_and_over() -> None:
    bench = Bench.started()
    bench.plug()
    bench.jammed = True
    bench.effects.clear()
    bench.pilot(CpState.C)
    bench.run(60_000)
    assert FaultRaised("PlugLockCannotLock") in bench.effects
    assert bench.effects.count(DriveLock(Drive.LOCK)) == 2, "guide §15.13: back, and once more"
    assert (bench.duty, bench.coil) == (10_000, False)
    bench.jammed = False
    bench.pilot(CpState.A)
    assert FaultCleared("PlugLockCannotLock") in bench.effects
    bench.run(1000)
    bench.plug()
    bench.charge()
    assert bench.coil


def test_a_pilot_that_fits_no_state_is_told_as_e_and_ends_the_offer() -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()

    for _ in range(2):
        bench.post(PilotSampled(4095, 527))
    assert bench.topics["port0/ci/charge/cp/status"] == "E"
    assert (bench.duty, bench.coil) == (10_000, False)


def test_edited_settings_wait_for_the_car_to_leave() -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()
    bench.post(SettingsChanged(settings(evse_da=100)))
    assert bench.duty == 5333
    bench.pilot(CpState.A)
    bench.run(1000)
    bench.pilot(CpState.A)  # nothing moves any more, and the next sample brings them in
    assert bench.topics["port0/ci/evse/basic/evse_current_limit/actual"] == 10
    bench.plug()
    assert bench.duty == 1666


def test_stopping_leaves_the_safe_state_of_the_guide() -> None:
    bench = Bench.started()
    bench.plug()
    bench.charge()
    bench.post(Stopping())
    bench.run(2000)
    assert not bench.coil
    assert bench.effects[-1] != DrivePilot(0)
    safe = {"port0/contactor/state/target": False, "port0/ventilation/state/target": False, "port0/charging": False,
            "port0/plug_lock/state/target": False, "port0/cp/duty_cycle": 100.0}  # fmt: skip
    assert {topic: bench.topics[topic] for topic in safe} == safe


def test_a_car_that_is_there_before_the_process() -> None:
    bench = Bench(initial(settings()))
    bench.post(Started())
    bench.pilot(CpState.C)
    bench.cable(32)
    bench.run(10_610)
    assert bench.duty == 5333
    assert bench.coil
    first = next(value for topic, value in bench.order if topic == "port0/ci/charge/cp/status")
    assert first is CpState.C
