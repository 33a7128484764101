"""The error catalogue against table 3 and the 36 sub-sections of §3.3.4."""

from __future__ import annotations

import pytest

from secc.contract.enums import PlugLockFailure, ProximityError, RcdError
from secc.contract.faults import FAULTS, Fault, find

# ChargePointErrorCode of OCPP 1.6, so far as the guide uses it.
OCPP_CODES = {
    "ConnectorLockFailure", "GroundFailure", "LocalListConflict", "OtherError", "PowerMeterFailure",
    "PowerSwitchFailure", "ReaderFailure",
}  # fmt: skip
LOCK, METER, GROUND, OTHER = "ConnectorLockFailure", "PowerMeterFailure", "GroundFailure", "OtherError"
PLUG = "port0/plug_lock/permanent_failure = "
RCD = "port0/rcd/error = "
PROXIMITY = "port0/session/proximity_error = "
ANY, PORT, STATION = ">= 0", ">= 1", "== 0"

# error code, vendor code, priority, connector, MQTT condition, and how many causes, impacts, remedies from afar and
# on site the guide lists (the branches of the nested impacts of Proximity counted one by one).
TABLE_3 = [
    ("PowerSwitchFailure", "", 1, PORT, "port0/contactor/error = 1", (2, 4, 1, 2)),
    (LOCK, "PlugLockMotorCapNotCharged", 2, PORT, PLUG + "PlugLockMotorCapNotCharged", (2, 3, 0, 3)),
    (LOCK, "PlugLockMotorUnexpectedOpen", 3, PORT, PLUG + "PlugLockMotorUnexpectedOpen", (2, 2, 1, 1)),
    (LOCK, "PlugLockMotorUnexpectedClose", 4, PORT, PLUG + "PlugLockMotorUnexpectedClose", (2, 2, 1, 2)),
    (LOCK, "PlugLockCannotLock", 5, PORT, PLUG + "PlugLockCannotLock", (3, 3, 2, 2)),
    (LOCK, "PlugLockCannotUnlock", 6, PORT, PLUG + "PlugLockCannotUnlock", (3, 2, 2, 2)),
    (METER, "CommunicationError", 7, PORT, "port0/metering/meter/available = 0", (6, 2, 1, 4)),
    (METER, "InternalError", 8, PORT, None, (2, 1, 2, 2)),
    (METER, "IdleMeterError", 9, PORT, None, (3, 1, 2, 2)),
    (METER, "ActiveMeterError", 10, PORT, None, (4, 1, 2, 3)),
    ("ReaderFailure", "", 11, PORT, "port0/rfid/available = 0", (6, 3, 1, 4)),
    (GROUND, "SpuriousRcdError", 12, PORT, RCD + "SpuriousRcdError", (5, 3, 1, 3)),
    (GROUND, "RcdTestError", 12, PORT, RCD + "RcdTestError", (4, 5, 1, 3)),
    (GROUND, "RcdGroundFailure", 12, PORT, RCD + "RcdGroundFailure", (4, 4, 1, 3)),
    (OTHER, "EmergencyShutdown", 13, ANY, "port0/emergency_shutdown = 1", (2, 3, 1, 1)),
    (OTHER, "RcdRecloserFailure", 14, PORT, "port0/rcd/recloser/error = 1", (7, 1, 1, 5)),
    (OTHER, "PersistenceOpenFailed", 15, ANY, None, (1, 1, 2, 2)),
    (OTHER, "PersistenceUnlinkDenied", 15, ANY, None, (1, 1, 2, 2)),
    (OTHER, "PersistenceReadOnly", 15, ANY, None, (1, 1, 2, 2)),
    (OTHER, "PersistenceInvalidType", 15, ANY, None, (1, 1, 1, 2)),
    (OTHER, "PersistenceCountError", 15, ANY, None, (2, 1, 2, 3)),
    (OTHER, "PersistenceClearError", 15, ANY, None, (2, 1, 2, 3)),
    (OTHER, "PersistenceNoInsertRowId", 15, ANY, None, (3, 3, 1, 3)),
    (OTHER, "PersistencePrepareFailed", 15, ANY, None, (2, 3, 1, 3)),
    (OTHER, "PersistenceUpdateFailed", 15, ANY, None, (4, 3, 2, 3)),
    (OTHER, "PersistenceDropFailed", 15, ANY, None, (2, 1, 2, 3)),
    (OTHER, "PersistenceTransactionFailed", 15, ANY, None, (3, 1, 2, 3)),
    (OTHER, "PersistenceCreateFailed", 15, ANY, None, (3, 1, 2, 3)),
    (OTHER, "PersistenceInsertFailed", 15, ANY, None, (4, 3, 2, 3)),
    (OTHER, "PersistenceDeleteFailed", 15, ANY, None, (2, 1, 2, 2)),
    (OTHER, "PersistenceTooManyTransactions", 15, ANY, None, (1, 1, 1, 1)),
    (OTHER, "PersistenceFinalizeFailed", 15, ANY, None, (2, 3, 2, 2)),
    ("LocalListConflict", "", 16, STATION, None, (1, 1, 1, 0)),
    (OTHER, "ProximityNoCable", None, PORT, PROXIMITY + "ProximityNoCable", (4, 5, 1, 3)),
    (OTHER, "ProximityInvalid", None, PORT, PROXIMITY + "ProximityInvalid", (4, 5, 1, 3)),
    (OTHER, "ProximityChanged", None, PORT, PROXIMITY + "ProximityChanged", (4, 1, 1, 3)),
]


def counted(fault: Fault) -> tuple[int, int, int, int]:
    return len(fault.cause), len(fault.impact), len(fault.remote), len(fault.on_site)


def test_table_3_row_by_row() -> None:
    assert len(TABLE_3) == 36
    rows = [(f.error_code, f.vendor_code, f.priority, f.connector, f.condition, counted(f)) for f in FAULTS]
    assert rows == TABLE_3


def test_the_order_is_that_of_the_priority_and_none_comes_last() -> None:
    order = [17 if f.priority is None else f.priority for f in FAULTS]
    assert order == sorted(order)
    assert [f.code for f in FAULTS if f.priority is None] == [f.code for f in FAULTS[-3:]]


def test_every_fault_is_found_by_its_code() -> None:
    assert len({f.code for f in FAULTS}) == 36
    for fault in FAULTS:
        assert find(fault.code) is fault


@pytest.mark.parametrize("code", ["", "OtherError", "GroundFailure", "powerswitchfailure", "NoError"])
def test_what_names_no_single_fault_is_not_found(code: str) -> None:
    assert find(code) is None


def test_a_code_without_vendor_code_is_the_error_code() -> None:
    assert [f.code for f in FAULTS if not f.vendor_code] == ["PowerSwitchFailure", "ReaderFailure", "LocalListConflict"]


def test_codes_fit_into_an_ocpp_message() -> None:
    assert {f.error_code for f in FAULTS} <= OCPP_CODES
    assert all(len(f.vendor_code) <= 50 for f in FAULTS)


def test_each_condition_is_a_payload_of_its_topic() -> None:
    for fault in FAULTS:
        assert (fault.topic is None) == (fault.value is None)
        if fault.topic is not None and fault.value is not None:
            assert fault.topic.retain
            assert fault.topic.encode(fault.topic.decode(fault.value.encode())) == fault.value.encode()


@pytest.mark.parametrize("words", [RcdError, PlugLockFailure, ProximityError])
def test_each_word_that_a_topic_can_say_is_a_fault(
    words: type[RcdError] | type[PlugLockFailure] | type[ProximityError],
) -> None:
    for word in words:
        fault = find(word.value)
        assert (fault is None) == (word.value == "")
        assert fault is None or fault.value == word.value


def test_texts_are_short_phrases() -> None:
    for fault in FAULTS:
        for text in (fault.about, *fault.cause, *fault.impact, *fault.remote, *fault.on_site):
            assert text == text.strip()
            assert text, fault.code
            assert not text.endswith("."), fault.code
        for items in (fault.cause, fault.impact, fault.remote, fault.on_site):
            assert len(set(items)) == len(items), fault.code


@pytest.mark.parametrize(
    ("code", "lost", "reset", "free_space", "delete"),
    [
        ("PersistenceOpenFailed", False, True, False, True),
        ("PersistenceInvalidType", False, False, False, True),
        ("PersistenceCountError", False, True, True, True),
        ("PersistenceNoInsertRowId", True, False, True, True),
        ("PersistencePrepareFailed", True, False, True, True),
        ("PersistenceUpdateFailed", True, True, True, True),
        ("PersistenceTransactionFailed", False, True, True, True),
        ("PersistenceDeleteFailed", False, True, False, True),
        ("PersistenceTooManyTransactions", False, True, False, False),
        ("PersistenceFinalizeFailed", True, True, False, True),
    ],
)
def test_where_the_persistence_faults_differ(
    code: str, lost: bool, reset: bool, free_space: bool, delete: bool
) -> None:
    fault = find(code)
    assert fault is not None
    assert any("may be lost" in text for text in fault.impact) is lost
    assert any("Reset" in text for text in fault.remote) is reset
    assert any("/srv" in text for text in fault.on_site) is free_space
    assert any("/var/lib/ocppd/transactions.db" in text for text in fault.on_site) is delete


@pytest.mark.parametrize(
    ("code", "duty_cycle"),
    [
        ("PowerSwitchFailure", "0 %"),
        ("PlugLockCannotLock", "100 %"),
        ("SpuriousRcdError", "0 %"),
        ("RcdGroundFailure", "100 %"),
        ("EmergencyShutdown", "0 %"),
        ("ProximityInvalid", "100 %"),
    ],
)
def test_the_duty_cycle_of_the_safe_state_is_told(code: str, duty_cycle: str) -> None:
    fault = find(code)
    assert fault is not None
    assert f"the duty cycle is {duty_cycle}" in fault.impact
