"""The catalogue of topics against the guide: nothing missing, nothing misspelt, every payload read as printed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from topic_rows import GUIDE, OWN, Printed

from secc.contract import documents, values
from secc.contract.topics import ALL, FAMILIES, Direction, find, power
from secc.contract.topics.row import Topic
from secc.contract.values import PayloadError

BY_NAME = {row.name: row for row in ALL}
EVERY = GUIDE + OWN

_PUBLISH = """
    TOPIC_EVSE_BASIC_MAXCURRENTLIMIT
    TOPIC_CHARGE_REINIT_SESSION TOPIC_AUTHORIZATION_STATUS TOPIC_AVAILABILITY_TARGET TOPIC_GLOBAL_DYN_CURRENT_LIMIT
    TOPIC_EVSE_PHASE_TARGET TOPIC_EVSE_PHASE_SWITCH_DELAY TOPIC_VENTILATION_AVAILABLE TOPIC_VENTILATION_STATE_TARGET
    TOPIC_FIRMWARE_UPDATE_TARGET_URL TOPIC_FIRMWARE_UPDATE_TARGET_MAX_TRIALS TOPIC_FIRMWARE_UPDATE_TARGET_INTERVAL
    TOPIC_OCPP_DATA_TRANSFER_FROM_CS_CONFIRM TOPIC_OCPP_DATA_TRANSFER_TO_CS_SERVICE_ID
    TOPIC_OCPP_DATA_TRANSFER_TO_CS_REQUEST
    TOPIC_EVSE_INIT_SESSIONID TOPIC_EVSE_INIT_EVSEID TOPIC_EVSE_INIT_DATETIMENOW TOPIC_EVSE_INIT_PAYMENTOPTIONS
    TOPIC_EVSE_INIT_CHARGESERVICE TOPIC_EVSE_INIT_SERVICELIST TOPIC_EVSE_INIT_SERVICEPARAMETERLIST
    TOPIC_EVSE_AUTH_GENCHALLENGE TOPIC_EVSE_AUTH_EVSEPROCESSING TOPIC_EVSE_AUTH_ERROR
    TOPIC_EVSE_PARAMETER_EVSEPROCESSING TOPIC_EVSE_PARAMETER_SASCHEDULELIST TOPIC_EVSE_PARAMETER_SALESTARIFF
    TOPIC_EVSE_PARAMETER_MAXCURRENTLIMIT TOPIC_EVSE_PARAMETER_NOTIFICATIONMAXDELAY
    TOPIC_EVSE_PARAMETER_NOTIFICATION TOPIC_EVSE_PARAMETER_NOMINALVOLTAGE TOPIC_EVSE_PARAMETER_RCD
    TOPIC_EVSE_CHARGE_NOTIFICATIONMAXDELAY TOPIC_EVSE_CHARGE_NOTIFICATION TOPIC_EVSE_CHARGE_METERINFO
    TOPIC_EVSE_CHARGE_RECEIPTREQUIRED
"""
_INTERNAL = """
    TOPIC_CONTACTOR_STATE_TARGET TOPIC_PLUG_LOCK TOPIC_CP_DUTY_CYCLE TOPIC_CABLE_CURRENT_LIMIT
    TOPIC_RCD_TEST_PERFORM TOPIC_RFID_AUTHORIZATION_REQUEST TOPIC_RFID_AUTHORIZEREQ
    TOPIC_AVAILABILITY_BACKEND TOPIC_SIM_COMMAND TOPIC_SIM_STATE
"""
PUBLISH = _PUBLISH.split()
INTERNAL = _INTERNAL.split()
# Events, signals and values of one session: everything else is retained.
NOT_RETAINED_PREFIXES = ("port0/ci/evse/init/", "port0/ci/evse/auth/", "port0/ci/evse/parameter/",
    "port0/ci/evse/charge/", "port0/ci/ev/init/", "port0/ci/ev/auth/", "port0/ci/ev/parameter/", "port0/ci/ev/charge/",
    "port0/ci/ev/stop/", "firmware/update/target/", "ocpp/data_transfer_")  # fmt: skip
NOT_RETAINED = (
    "port0/ci/charge/reinit_session",
    "port0/session/v2g_mac",
    "port0/rcd/test/perform",
    "port0/rfid/authorization_request",
    "port0/rfid/authorizeReq",
    "port0/ci/evse/phase/target",
    "port0/ci/evse/phase/switch_delay",
    "sim/command",
)
OWNERS = {
    "TOPIC_CHARGE_INIT_PROTOCOL": "evsed", "TOPIC_CHARGE_CP_STATUS": "evsed", "TOPIC_CHARGE_PWM_STATUS": "evsed",
    "TOPIC_CHARGE_PLUG_STATUS": "evsed", "TOPIC_CHARGE_CONTACTOR_STATUS": "evsed",
    "TOPIC_GLOBAL_VERSION_CHARGING_SOFTWARE": "evsed", "TOPIC_GLOBAL_TIME_SET_STATUS": "evsed",
    "TOPIC_CHARGE_INIT_STATUS": "iso15118d", "TOPIC_CHARGE_TCP_STATUS": "iso15118d", "TOPIC_V2G_MAC": "iso15118d",
    "TOPIC_EV_SOC_ACTUAL": "iso15118d", "TOPIC_EV_SOC_TIMESTAMP": "iso15118d", "TOPIC_EV_STOP_PROGRESS": "iso15118d",
    "TOPIC_OCPP_ONLINE": "ocppd", "TOPIC_EVSE_BASIC_MAXCURRENTLIMIT": "ocppd", "TOPIC_AVAILABILITY_BACKEND": "ocppd",
    "TOPIC_OCPP_DATA_TRANSFER_FROM_CS_REQUEST": "ocppd", "TOPIC_OCPP_DATA_TRANSFER_TO_CS_CONFIRM": "ocppd",
    "TOPIC_METERING_METER_AVAILABLE": "meteringd", "TOPIC_METERING_POWER_TOTAL": "meteringd",
    "TOPIC_RFID_AVAILABLE": "rfidd", "TOPIC_RFID_AUTHORIZATION_REQUEST": "rfidd",
    "TOPIC_RCD_RECLOSER_ERROR": "recloserd", "TOPIC_RCD_ERROR": "evsed", "TOPIC_RCD_TEST_PERFORM": "webd",
    "TOPIC_FIRMWARE_UPDATE_STATE_ACTUAL": "fwupdated", "TOPIC_GLOBAL_DYN_CURRENT_LIMIT": "customer",
    "TOPIC_AUTHORIZATION_STATUS": "customer", "TOPIC_AVAILABILITY_ACTUAL": "evsed", "TOPIC_DAEMON_STATE": "secc",
}  # fmt: skip
UNITS = {
    "A": "TOPIC_CABLE_CURRENT_LIMIT TOPIC_GLOBAL_DYN_CURRENT_LIMIT TOPIC_EVSE_BASIC_OFFERED_CURRENT_LIMIT",
    "%": "TOPIC_CHARGE_PWM_STATUS TOPIC_CP_DUTY_CYCLE TOPIC_EV_SOC_ACTUAL TOPIC_FIRMWARE_UPDATE_STATE_PROGRESS",
    "s": "TOPIC_EVSE_PHASE_SWITCH_DELAY TOPIC_EV_PARAMETER_DEPARTURETIME TOPIC_FIRMWARE_UPDATE_TARGET_INTERVAL",
    "ms": "TOPIC_EVSE_INIT_DATETIMENOW",
    "V": "TOPIC_METERING_VOLTAGE_L1 TOPIC_EVSE_PARAMETER_NOMINALVOLTAGE TOPIC_EV_PARAMETER_MAXVOLTAGELIMIT",
    "W": "TOPIC_METERING_POWER_L1 TOPIC_METERING_POWER_TOTAL",
    "Wh": "TOPIC_METERING_ENERGY_IMPORT TOPIC_EV_PARAMETER_EAMOUNT",
    "Hz": "TOPIC_METERING_FREQUENCY",
}


def row_of(printed: Printed) -> Topic[Any]:
    found = find(printed.topic)
    assert found is not None, printed.topic
    return found[0]


def test_the_guide_names_108_topics() -> None:
    assert len(GUIDE) == 108
    assert len({p.topic for p in GUIDE}) == 108


@pytest.mark.parametrize("printed", EVERY, ids=lambda p: p.topic)
def test_each_topic_is_found_under_its_name(printed: Printed) -> None:
    assert row_of(printed).name == printed.name


def test_the_catalogue_holds_nothing_else() -> None:
    assert Counter(row.name for row in ALL) == Counter(p.name for p in EVERY)


def test_spelling_is_that_of_the_guide_except_where_it_is_garbled() -> None:
    corrected = {p.topic: row_of(p).topic for p in GUIDE if row_of(p).topic != p.topic}
    assert corrected == {
        "port0/ci/ev/auth/emaaid": "port0/ci/ev/auth/emaid",
        "port0/ci/ev/parameter/maxsascheduleuples": "port0/ci/ev/parameter/maxsascheduletuples",
        "port0/ci/ev/parameter/maxvoltage limit": "port0/ci/ev/parameter/maxvoltagelimit",
    }
    mirrored = {alias for row in ALL for alias in row.mirrors}
    assert mirrored == {"port0/ci/ev/auth/emaaid", "port0/ci/ev/parameter/maxsascheduleuples"}
    assert all(set(row.mirrors) <= set(row.aliases) for row in ALL)


def test_names_topics_and_aliases_are_unique() -> None:
    spellings = [name for row in ALL for name in (row.topic, *row.aliases)]
    assert [s for s, n in Counter(spellings).items() if n > 1] == []
    assert [s for s, n in Counter(row.name for row in ALL).items() if n > 1] == []
    assert sum(len(rows) for _, rows in FAMILIES) == len(ALL)


def test_families_are_complete_modules() -> None:
    assert [title for title, rows in FAMILIES if not rows] == []
    assert power.CONTACTOR_STATE_TARGET in dict(FAMILIES)["Power path"]


@pytest.mark.parametrize("printed", EVERY, ids=lambda p: p.topic)
def test_good_payloads_are_read_and_written_again(printed: Printed) -> None:
    row = row_of(printed)
    assert printed.good
    for text in printed.good:
        value = row.decode(text.encode())
        assert row.decode(row.encode(value)) == value


@pytest.mark.parametrize("printed", EVERY, ids=lambda p: p.topic)
def test_bad_payloads_are_refused_with_the_topic_in_the_message(printed: Printed) -> None:
    row = row_of(printed)
    for text in printed.bad:
        with pytest.raises(PayloadError) as error:
            row.decode(text.encode())
        assert str(error.value).startswith(row.topic + ": ")
        assert "\x1b" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("TOPIC_CHARGE_PWM_STATUS", 53.333, "53.33"),
        ("TOPIC_CHARGE_PWM_STATUS", 100.0, "100.00"),
        ("TOPIC_CP_DUTY_CYCLE", 0.0, "0.00"),
        ("TOPIC_GLOBAL_DYN_CURRENT_LIMIT", 20.2, "20.2"),
        ("TOPIC_EVSE_BASIC_OFFERED_CURRENT_LIMIT", 16, "16.0"),
        ("TOPIC_CABLE_CURRENT_LIMIT", -1, "-1"),
        ("TOPIC_RCD_TEST_TIMESTAMP", None, ""),
        ("TOPIC_RCD_TEST_TIMESTAMP", datetime(2023, 6, 23, 6, 54, 55, 123000, UTC), "2023-06-23T06:54:55.123Z"),
        ("TOPIC_RCD_TEST_PERFORM", values.SIGNAL, "1"),
        ("TOPIC_AUTHORIZATION_STATUS", True, "1"),
        ("TOPIC_FIRMWARE_UPDATE_TARGET_MAX_TRIALS", None, ""),
        ("TOPIC_METERING_VOLTAGE_L1", 230.12, "230.1"),
        ("TOPIC_METERING_CURRENT_L1", 16, "16.00"),
        ("TOPIC_METERING_POWER_TOTAL", 11039.6, "11040"),
        ("TOPIC_METERING_ENERGY_IMPORT", 1234567, "1234567"),
        ("TOPIC_METERING_FREQUENCY", 49.98, "49.98"),
        ("TOPIC_EVSE_PARAMETER_MAXCURRENTLIMIT", documents.PhysicalValue(32), '{"Multiplier":0,"Value":32}'),
    ],
)
def test_what_goes_on_the_wire(name: str, value: object, text: str) -> None:
    assert BY_NAME[name].encode(value) == text.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10000.1, -1.1])
def test_a_current_that_cannot_be_is_not_sent(value: float) -> None:
    with pytest.raises(PayloadError):
        BY_NAME["TOPIC_EVSE_BASIC_OFFERED_CURRENT_LIMIT"].encode(value)


@given(row=st.sampled_from(ALL), payload=st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_any_payload_is_read_or_refused(row: Topic[Any], payload: bytes) -> None:
    try:
        value = row.decode(payload)
    except PayloadError:
        return
    assert row.decode(row.encode(value)) == value


def test_a_payload_is_bounded() -> None:
    for row in ALL:
        with pytest.raises(PayloadError):
            row.decode(b" " * (values.MAX_PAYLOAD_BYTES + 1))


def test_directions() -> None:
    assert sorted(r.name for r in ALL if r.direction is Direction.PUBLISH) == sorted(PUBLISH)
    assert sorted(r.name for r in ALL if r.direction is Direction.INTERNAL) == sorted(INTERNAL)


def test_what_customers_own_they_may_publish() -> None:
    foreign = {"TOPIC_VENTILATION_AVAILABLE", "TOPIC_VENTILATION_STATE_TARGET", "TOPIC_EVSE_BASIC_MAXCURRENTLIMIT"}
    assert {r.name for r in ALL if r.owner == "customer"} == set(PUBLISH) - foreign


def test_what_is_retained() -> None:
    expected = [r.topic for r in ALL if not r.topic.startswith(NOT_RETAINED_PREFIXES) and r.topic not in NOT_RETAINED]
    assert [r.topic for r in ALL if r.retain] == expected
    assert [r.topic for r in ALL if r.owner == "evsed" and not r.retain] == []


def test_owners_and_units() -> None:
    assert {name: BY_NAME[name].owner for name in OWNERS} == OWNERS
    for unit, names in UNITS.items():
        assert {BY_NAME[name].unit for name in names.split()} == {unit}
    assert {row.unit for row in ALL} == {*UNITS, None}


def test_one_topic_is_deprecated() -> None:
    assert [r.topic for r in ALL if r.deprecated] == ["port0/rfid/authorizeReq"]


def test_every_row_says_what_it_means_and_where_it_comes_from() -> None:
    for row in ALL:
        assert row.about.endswith("."), row.topic
        assert "\n" not in row.about
        assert row.guide.startswith(("§", "decision ", "beyond the guide")), row.topic


@pytest.mark.parametrize(
    ("topic", "name", "params"),
    [
        ("ci/global/dyn_current_limit/custom_limit_1", "TOPIC_GLOBAL_DYN_CURRENT_LIMIT", ("custom_limit_1",)),
        ("ocpp/data_transfer_to_cs/4711/request", "TOPIC_OCPP_DATA_TRANSFER_TO_CS_REQUEST", ("4711",)),
        ("ocpp/data_transfer_to_cs/service_id", "TOPIC_OCPP_DATA_TRANSFER_TO_CS_SERVICE_ID", ()),
        ("secc/evsed/state", "TOPIC_DAEMON_STATE", ("evsed",)),
        ("port0/ci/ev/auth/emaid", "TOPIC_EV_AUTH_EMAID", ()),
        ("port0/ci/ev/auth/emaaid", "TOPIC_EV_AUTH_EMAID", ()),
        ("port0/ci/ev/parameter/maxvoltage limit", "TOPIC_EV_PARAMETER_MAXVOLTAGELIMIT", ()),
    ],
)
def test_find(topic: str, name: str, params: tuple[str, ...]) -> None:
    assert find(topic) == (BY_NAME[name], params)


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "port0/ci/charge/cp",
        "port1/ci/charge/cp/status",
        "port0/ci/charge/cp/status/",
        "ci/global/dyn_current_limit/",
        "ci/global/dyn_current_limit/a/b",
        "$SYS/broker/uptime",
    ],
)
def test_unknown_topics_are_not_found(topic: str) -> None:
    assert find(topic) is None
