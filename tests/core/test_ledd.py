"""The core of ledd: which condition holds, which goes first, and what the outputs do about it."""

from __future__ import annotations

import pytest
from ledd_bench import Told, bench, told

from secc.contract.enums import (
    CpState,
    DaemonState,
    FirmwareState,
    Operative,
    PlugLockFailure,
    ProximityError,
    RcdError,
)
from secc.contract.generated import leds_rules
from secc.contract.topics import availability, charge, evse, firmware, metering, power, rcd, rfid, session
from secc.contract.topics.runtime import DAEMON_STATE
from secc.fsm import Resubscribe
from secc.ledd.conditions import Condition, held
from secc.ledd.core import SUBSCRIBED
from secc.ledd.events import BrokerSeen, ShowOperational
from secc.ledd.facts import Facts

CP, DUTY = charge.CP_STATUS, power.CP_DUTY_CYCLE
A, B, C, D, E, F = CpState
OFFER: Told = (DUTY, 53.33)
CHARGING: Told = (power.CHARGING, True)
WORD, TAG = session.AUTHORIZATION_STATUS, rfid.AUTHORIZATION_REQUEST
UID = ["ISO14443", "04A2B3"]
INOPERATIVE: Told = (availability.ACTUAL, Operative.INOPERATIVE)
INSTALLING: Told = (firmware.STATE_ACTUAL, FirmwareState.INSTALLING)
METER_GONE: Told = (metering.METER_AVAILABLE, False)
READER_GONE: Told = (rfid.AVAILABLE, False)

FREE = [
    ((), "ready"),
    (((CP, B),), "connected"),
    (((CP, B), OFFER), "connected"),
    (((CP, C), OFFER), "charge_request"),
    (((CP, D), OFFER), "ventilation_request"),
    (((CP, C), OFFER, CHARGING), "charge_1"),
    (((CP, C), (DUTY, 100), CHARGING), "charge_1"),  # below 6 A the contactor stays closed
    (((CP, D), OFFER, CHARGING), "ventilation_1"),
    ((INOPERATIVE,), "deactivated"),
    ((INOPERATIVE, OFFER), "deactivated"),  # what the last car was offered
    ((INOPERATIVE, (CP, B), (DUTY, 100)), "deactivated"),
    ((INOPERATIVE, (CP, B), OFFER), "connected"),  # the car that was admitted may finish
    ((INOPERATIVE, (CP, C), OFFER, CHARGING), "charge_1"),
    ((INSTALLING,), "updating"),
    (((firmware.STATE_ACTUAL, FirmwareState.DOWNLOADING),), "updating"),
    (((firmware.STATE_ACTUAL, FirmwareState.DOWNLOAD_SUCCEEDED),), "updating"),
    (((firmware.STATE_ACTUAL, FirmwareState.INSTALL_SUCCEEDED),), "ready"),
    (((firmware.STATE_ACTUAL, FirmwareState.INSTALL_FAILED),), "ready"),
    (((firmware.STATE_ACTUAL, FirmwareState.DOWNLOAD_FAILED),), "ready"),
    ((INSTALLING, (CP, B)), "connected"),
    ((INSTALLING, (CP, C), CHARGING), "charge_1"),
    (((power.CONTACTOR_ERROR, True),), "failure"),
    (((power.EMERGENCY_SHUTDOWN, True),), "failure"),
    (((rcd.ERROR, RcdError.SPURIOUS),), "failure"),
    (((rcd.ERROR, RcdError.TEST),), "failure"),
    (((rcd.ERROR, RcdError.GROUND_FAILURE),), "error"),
    (((rcd.ERROR, RcdError.GROUND_FAILURE), (power.CONTACTOR_ERROR, True)), "failure"),
    (((power.PROXIMITY_ERROR, ProximityError.NO_CABLE), (CP, B)), "error"),
    (((power.PROXIMITY_ERROR, ProximityError.INVALID), (CP, B)), "error"),
    (((power.PROXIMITY_ERROR, ProximityError.CHANGED), (CP, C), CHARGING), "charge_1"),
    ((METER_GONE,), "error"),
    ((METER_GONE, (CP, C), CHARGING), "charge_1"),
    ((READER_GONE,), "ready"),
    (((power.CONTACTOR_ERROR, True), (CP, C), CHARGING), "failure"),
    ((INSTALLING, INOPERATIVE), "deactivated"),
]
ASKED = [
    ((), "ready"),
    (((CP, B),), "auth_pending"),
    (((CP, C),), "auth_pending"),
    (((CP, D),), "auth_pending"),
    (((CP, B), (WORD, True)), "connected"),
    (((CP, C), (WORD, True)), "charge_request"),
    (((CP, B), OFFER), "connected"),  # the key switch: the offer alone tells
    (((CP, B), (DUTY, 5)), "auth_pending"),
    (((CP, C), CHARGING), "charge_1"),
    ((INOPERATIVE, (CP, B)), "deactivated"),
    (((WORD, True),), "ready"),
    (((TAG, UID),), "auth_pending"),
    (((TAG, UID), (WORD, True)), "ready"),
    (((TAG, UID), (WORD, False)), "ready"),
    (((TAG, UID), INSTALLING), "auth_pending"),
    ((READER_GONE,), "error"),
    ((READER_GONE, (CP, C), CHARGING), "charge_1"),
]


@pytest.mark.parametrize(("facts", "expected"), FREE)
def test_condition_without_authorization(facts: tuple[Told, ...], expected: str) -> None:
    assert told(bench().run(), facts).first == expected


@pytest.mark.parametrize(("facts", "expected"), ASKED)
def test_condition_with_authorization(facts: tuple[Told, ...], expected: str) -> None:
    assert told(bench(asks=True, tags=True).run(), facts).first == expected


@pytest.mark.parametrize("failure", [failure for failure in PlugLockFailure if failure])
def test_each_failure_of_the_lock_is_an_error(failure: PlugLockFailure) -> None:
    this = bench().run()
    this.hear(power.PLUG_LOCK_PERMANENT_FAILURE, failure)
    assert this.first == "error"
    this.hear(power.PLUG_LOCK_PERMANENT_FAILURE, PlugLockFailure.NONE)
    assert this.first == "ready"


def test_a_reservation_shows_while_nobody_is_plugged_in() -> None:
    """No topic tells of one in this version."""
    assert held(Facts(running=True, reserved=True), asks=False, tags=False)[0] is Condition.RESERVED
    taken = Facts(running=True, reserved=True, plugged=True, cp=CpState.B)
    assert held(taken, asks=False, tags=False)[0] is Condition.CONNECTED


def test_the_conditions_are_those_of_leds_json() -> None:
    choice = leds_rules._BEHAVIOR.members["condition"]
    assert tuple(Condition) == choice.choices  # type: ignore[attr-defined]


def test_every_topic_is_heard_and_the_states_of_the_daemons_come_last() -> None:
    assert SUBSCRIBED[-1] is DAEMON_STATE
    assert len(set(SUBSCRIBED)) == len(SUBSCRIBED) == 17


# The charging software


def test_init_until_evsed_runs_and_an_error_when_that_takes_a_minute() -> None:
    this = bench()
    assert this.first == "init"
    this.wait(59_999)
    assert this.first == "init"
    this.wait(1)
    assert this.first == "error"
    this.run()
    assert this.first == "ready"
    this.wait(120_000)
    assert this.first == "ready"


@pytest.mark.parametrize("state", [DaemonState.STOPPED, DaemonState.STARTING])
def test_an_orderly_end_of_evsed_is_init_for_a_minute(state: DaemonState) -> None:
    this = bench().run()
    this.wait(100_000)
    this.hear(DAEMON_STATE, state, "evsed")
    assert this.first == "init"
    this.wait(59_999)
    assert this.first == "init"
    this.wait(1)
    assert this.first == "error"


def test_the_loss_of_evsed_is_an_error_until_it_runs_again() -> None:
    this = bench().run()
    this.hear(DAEMON_STATE, DaemonState.LOST, "evsed")
    assert this.first == "error"
    this.hear(DAEMON_STATE, DaemonState.STARTING, "evsed")
    assert this.first == "error"
    this.run()
    assert this.first == "ready"


def test_other_daemons_may_come_and_go() -> None:
    this = bench().run()
    for daemon in ("ocppd", "ledd", "meteringd"):
        this.hear(DAEMON_STATE, DaemonState.LOST, daemon)
    assert this.first == "ready"


def test_an_updater_that_is_gone_installs_nothing() -> None:
    this = told(bench().run(), (INSTALLING,))
    this.hear(DAEMON_STATE, DaemonState.LOST, "fwupdated")
    assert this.first == "ready"


def test_the_green_led_is_told_once_when_version_and_state_are_there() -> None:
    this = bench()
    this.hear(charge.VERSION_CHARGING_SOFTWARE, "1.2.3")
    assert this.count(ShowOperational) == 0
    this.run()
    assert this.count(ShowOperational) == 1
    this.hear(DAEMON_STATE, DaemonState.LOST, "evsed")
    this.run()
    assert this.count(ShowOperational) == 1


def test_the_green_led_waits_for_the_version() -> None:
    this = bench().run()
    assert this.count(ShowOperational) == 0
    this.hear(charge.VERSION_CHARGING_SOFTWARE, "1.2.3")
    assert this.count(ShowOperational) == 1


# The broker


def test_the_first_connection_changes_nothing() -> None:
    this = bench().run()
    this.post(BrokerSeen(0))
    this.post(BrokerSeen(1))
    this.post(BrokerSeen(1))
    assert this.first == "ready"
    assert this.count(Resubscribe) == 0


def test_without_a_broker_there_is_an_error_until_evsed_is_heard_again() -> None:
    this = told(bench(), ((power.CONTACTOR_ERROR, True),)).run()
    this.post(BrokerSeen(1))
    this.post(BrokerSeen(0))
    assert this.model.standing == (Condition.ERROR, Condition.INIT)
    this.post(BrokerSeen(2))
    assert this.count(Resubscribe) == 0  # the bus has subscribed anew, and what it brought is fresh
    assert this.first == "error"
    this.run()
    assert this.first == "ready"  # the contactor's error was not told again


def test_a_broker_that_was_gone_unnoticed_is_asked_for_everything() -> None:
    this = told(bench().run(), ((power.PLUG_LOCK_PERMANENT_FAILURE, PlugLockFailure.CANNOT_LOCK),))
    this.post(BrokerSeen(1))
    this.post(BrokerSeen(2))
    asked = [effect.topic for effect in this.effects if isinstance(effect, Resubscribe)]
    assert asked == list(SUBSCRIBED)
    this.run()
    assert this.first == "ready"


def test_the_word_of_the_user_outlives_the_broker() -> None:
    this = told(bench(asks=True, tags=True).run(), ((CP, B), (WORD, True)))
    this.post(BrokerSeen(1))
    this.post(BrokerSeen(0))
    told(this, ((CP, B),)).run()
    assert this.first == "connected"


# The pilot


def test_a_pilot_that_fits_no_car_is_an_error_after_six_seconds() -> None:
    this = told(bench().run(), ((CP, B), (CP, E)))
    this.wait(5_999)
    assert this.first == "connected"
    this.wait(1)
    assert this.first == "error"
    this.hear(CP, F)
    assert this.first == "error"
    this.hear(CP, A)
    assert this.first == "ready"
    this.wait(60_000)
    assert this.first == "ready"


@pytest.mark.parametrize("word", [((WORD, True),), ()], ids=["word", "key switch"])
def test_a_pulse_that_wakes_a_car_up_changes_nothing(word: tuple[Told, ...]) -> None:
    this = told(bench(asks=True).run(), ((CP, B), *word, OFFER))
    this.hear(DUTY, 0)
    this.hear(CP, E)
    this.wait(4_000)
    assert this.first == "connected"
    this.hear(CP, B)
    this.hear(DUTY, 53.33)
    assert this.shows == ("solid", "white")
    this.wait(10_000)
    assert this.first == "connected"
    assert this.model.word is Condition.AUTH_ACCEPTED
    assert this.shows == ("solid", "white")


def test_the_word_ends_with_the_session_unless_the_broker_keeps_it() -> None:
    this = told(bench(asks=True).run(), ((CP, B), (WORD, True), (CP, A)))
    assert [e.topic for e in this.effects if isinstance(e, Resubscribe)] == [WORD]
    this.hear(CP, B)
    assert this.first == "auth_pending"


# Answers


def test_accepted_shows_for_three_seconds_and_then_what_is_beneath() -> None:
    this = told(bench(asks=True, tags=True).run(), ((CP, B),))
    assert this.shows == ("solid", "yellow")
    this.hear(WORD, True)
    assert this.shows == ("solid", "white")
    told(this, ((CP, C), OFFER, CHARGING))
    this.wait(2_999)
    assert this.shows == ("solid", "white")
    this.wait(1)
    assert this.shows == ("blink_slow", "white")


def test_accepted_by_the_key_switch() -> None:
    this = told(bench(asks=True).run(), ((CP, B), OFFER))
    assert this.model.word is Condition.AUTH_ACCEPTED


def test_a_word_before_anybody_waits_is_no_answer() -> None:
    this = told(bench(asks=True, tags=True), ((WORD, True), (CP, B))).run()
    assert this.model.word is None
    assert this.first == "connected"


def test_a_retained_word_for_a_car_that_was_there_at_the_start_is_no_answer() -> None:
    this = told(bench(asks=True, tags=True), ((CP, B), (WORD, True))).run()
    assert this.model.word is None


def test_rejected_shows_for_three_seconds() -> None:
    this = told(bench(asks=True, tags=True).run(), ((TAG, UID),))
    assert this.shows == ("solid", "yellow")
    this.hear(WORD, False)
    assert this.shows == ("blink_fast", "red")
    this.wait(2_999)
    assert this.shows == ("blink_fast", "red")
    this.wait(1)
    assert this.shows == ("solid", "white")
    assert not this.timers.keys() & {"led0.blink", "led0.duration", "tag.answer"}


def test_a_tag_that_nobody_answers_is_rejected_after_half_a_minute() -> None:
    this = told(bench(asks=True, tags=True).run(), ((TAG, UID),))
    this.wait(29_999)
    assert this.model.word is None
    this.wait(1)
    assert this.model.word is Condition.AUTH_REJECTED
    assert this.first == "ready"


def test_a_second_tag_is_pending_at_once_and_rejected_anew() -> None:
    this = told(bench(asks=True, tags=True).run(), ((TAG, UID), (WORD, False)))
    this.wait(1_000)
    this.hear(TAG, UID)
    assert this.shows == ("solid", "yellow")
    this.hear(WORD, False)
    this.wait(2_999)
    assert this.shows == ("blink_fast", "red")
    this.wait(1)
    assert this.shows == ("solid", "white")


def test_a_repeated_zero_is_no_rejection() -> None:
    this = told(bench(asks=True, tags=True).run(), ((CP, B), (WORD, False), (WORD, False)))
    assert this.model.word is None
    assert this.first == "auth_pending"


def test_the_tag_that_ends_a_session_asks_for_nothing() -> None:
    this = told(bench(asks=True, tags=True).run(), ((CP, B), (WORD, True), (CP, C), OFFER, CHARGING))
    this.wait(5_000)
    told(this, ((TAG, UID), (WORD, False)))
    assert this.first == "charge_1"
    assert this.shows == ("blink_slow", "white")
    told(this, ((power.CHARGING, False), (DUTY, 100), (CP, B)))
    assert this.first == "auth_pending"


@pytest.mark.parametrize(("asks", "tags"), [(False, False), (True, False)])
def test_tags_mean_nothing_where_they_do_not_authorize(asks: bool, tags: bool) -> None:
    this = told(bench(asks=asks, tags=tags).run(), ((TAG, UID),))
    assert this.first == "ready"
    assert "tag.answer" not in this.timers


def test_a_user_who_could_not_be_authenticated_over_iso_15118() -> None:
    this = told(bench(asks=True).run(), ((CP, B), (evse.AUTH_ERROR, False)))
    assert this.model.word is None
    this.hear(evse.AUTH_ERROR, True)
    assert this.model.word is Condition.AUTH_REJECTED


@pytest.mark.parametrize("facts", [((CP, B), INOPERATIVE), ((TAG, UID), INOPERATIVE)])
def test_a_word_while_out_of_service_is_no_answer(facts: tuple[Told, ...]) -> None:
    this = told(bench(asks=True, tags=True).run(), facts)
    this.hear(WORD, True)
    assert this.model.word is None


def test_an_answer_under_an_error_is_not_made_up_for() -> None:
    this = told(bench(asks=True, tags=True).run(), ((TAG, UID), METER_GONE, (WORD, False)))
    assert this.shows == ("blink_fast", "red")
    this.wait(60_000)
    this.hear(metering.METER_AVAILABLE, True)
    assert this.shows == ("solid", "white")
