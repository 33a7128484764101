"""The schemas against the tables of the guide, row by row: type, default, range, words, OCPP column."""

from __future__ import annotations

import pytest
from config_examples import NOTHING, entry

from secc.contract import config
from secc.contract.config import read_customer, read_leds, read_rotary

FEEDBACK = ["nc", "no", "none"]
POLARITY = ["active_low", "active_high"]
PARITY = ["none", "odd", "even"]
LOCKS = [
    "KUESTER-02S", "KUESTER-04S", "EV-T2M3S-E-LOCK12V", "EV-T2M3SM-E-LOCK12V", "HELLA-MICRO-ACTUATOR-1",
    "WALTHER-WERKE-9798999009", "INTRAMCO-603205", "SCAME-200.23260BS", "SCAME-200.23261BS", "SCAME-200.23261BP",
    "SCAME-200.23261BL",
]  # fmt: skip
METERS = [
    "dzg", "eastron", "eastron,sdm230", "eastron,sdm630", "eastron,sdm72dm-v1", "eastron,sdm72dm-v2",
    "elecnova,dds1946", "elecnova,dts1946", "gavazzi", "klefr", "eem-350-d-mcb", "abb", "iskra", "socomec", "sunspec",
]  # fmt: skip
UART = "/dev/ttymxc0"  # decision: the name of the guide, /dev/ttymx0, is a slip
ENERGY = ["Energy.Active.Import.Register"]

# path, type, default, constraint: words, or (lowest, highest) with None for what the guide leaves open
ROWS = [
    # table 2
    ("ocpp/WebSocketPingInterval", "integer", 0, (0, None)),
    ("ocpp/webSocketPingTimeout", "integer", 120, (1, None)),
    # table 9
    ("ocpp/csDataTransfers[]/vendorId", "string", NOTHING, None),
    ("ocpp/csDataTransfers[]/messageId", "string", NOTHING, None),
    ("ocpp/csDataTransfers[]/confirmTimeout", "integer", 1, (1, 60)),
    # table 47
    ("ports[0]/pluggable", "boolean", True, None),
    ("ports[0]/pp/cable_current_limit", "integer", 6, None),
    ("ports[0]/evse_current_limit", "integer", 6, None),
    ("ports[0]/failsafe_current_limit", "integer", -1, (-1, None)),
    ("ports[0]/contactor/feedback_type", "string", "no", FEEDBACK),
    ("ports[0]/ventilation/enable", "boolean", False, None),
    ("ports[0]/ventilation/control", "string", "internal", ["internal", "external"]),
    ("ports[0]/ventilation/feedback_type", "string", "no", FEEDBACK),
    ("ports[0]/emergency_alarm/enable", "boolean", False, None),
    ("ports[0]/emergency_alarm/gpio", "integer", 121, None),
    ("ports[0]/emergency_alarm/polarity", "string", "active_high", POLARITY),
    ("ports[0]/rcd_monitor/enable", "boolean", False, None),
    ("ports[0]/rcd_monitor/gpio", "integer", 122, None),
    ("ports[0]/rcd_monitor/polarity", "string", "active_high", POLARITY),
    ("ports[0]/rcd_monitor/test_gpio", "integer", 87, (-1, None)),
    ("ports[0]/rcd_monitor/test_gpio_polarity", "string", "active_high", POLARITY),
    ("ports[0]/rcd_monitor/test_trigger_time", "integer", 815, (1, 5000)),
    ("ports[0]/rcd_monitor/test_check_tripped_time", "integer", 810, (1, 5000)),
    ("ports[0]/rcd_monitor/test_check_normal_time", "integer", 410, (1, 5000)),
    ("ports[0]/plug_lock/type", "string", "EV-T2M3S-E-LOCK12V", LOCKS),
    ("ports[0]/meter/enable", "boolean", False, None),
    ("ports[0]/meter/port", "string", UART, None),
    ("ports[0]/meter/protocol", "string", "dzg", METERS),
    ("ports[0]/meter/baudrate", "integer", NOTHING, None),
    ("ports[0]/meter/parity", "string", NOTHING, PARITY),
    ("ports[0]/meter/address", "integer", NOTHING, (1, 247)),
    ("ports[0]/recloser/enable", "boolean", False, None),
    ("ports[0]/recloser/port", "string", UART, None),
    ("ports[0]/recloser/protocol", "string", "geya", ["geya"]),
    ("ports[0]/recloser/baudrate", "integer", 9600, None),
    ("ports[0]/recloser/parity", "string", "none", PARITY),
    ("ports[0]/recloser/address", "integer", NOTHING, (1, 247)),
    ("ports[0]/rfid/enable", "boolean", False, None),
    ("ports[0]/rfid/port", "string", UART, None),
    (
        "ports[0]/rfid/protocol",
        "string",
        "Stronglink",
        ["Stronglink", "stronglink-modbus", "smarttec-mcr-legic", "mqtt"],
    ),
    ("ports[0]/rfid/baudrate", "integer", 9600, None),
    ("ports[0]/rfid/parity", "string", "none", PARITY),
    ("ports[0]/rfid/address", "integer", NOTHING, (1, 247)),
    ("ports[0]/rfid/remote_ports", "array", [], None),
    ("ports[0]/rfid/remote_ports[]/uri", "string", NOTHING, None),
    ("io/digital_input_threshold_voltage", "integer", 6000, (0, 12000)),
    # table 48
    ("ports[0]/hlc_protocols", "string", "urn:iso:15118:2:2013", ["urn:iso:15118:2:2013"]),
    ("ports[0]/always_accept_cp_state_d", "boolean", False, None),
    ("ports[0]/force_wake_up", "boolean", False, None),
    ("ports[0]/wake_up_after_timeout", "boolean", False, None),
    ("ports[0]/charging_type", "string", "basic", ["basic", "highlevel", "basic+fake_highlevel_dc"]),
    ("ports[0]/user_authentication", "string", "free", ["free", "ocpp", "mqtt", "key-switch"]),
    ("ports[0]/highlevel_authentication_mode", "string", "eim", ["eim"]),
    ("ports[0]/tls_security", "string", "prohibit", ["prohibit", "allow", "force"]),
    ("ports[0]/evse_id", "string", "DE*INT* ECH 1234567890", None),
    ("ports[0]/meter/publish_settings/timer", "integer", 30, None),
    ("fake_highlevel_dc_vendors", "object", {}, None),
    ("fake_highlevel_dc_vendors/MyCar/oui", "array", [], None),
    ("fake_highlevel_dc_vendors/MyCar/hlc_terminates_after", "string", "SoC", ["MAC", "SoC"]),
    ("fake_highlevel_dc_vendors/MyCar/switch_method", "integer", 1, (1, 4)),
    ("ocpp/enable", "boolean", False, None),
    ("ocpp/uri", "string", "", None),
    ("ocpp/verifyCert", "boolean", True, None),
    ("ocpp/rfidStopTransaction", "boolean", True, None),
    ("ocpp/rfidRequiresEvPresent", "boolean", False, None),
    ("ocpp/chargePointModel", "string", NOTHING, None),
    ("ocpp/chargePointVendor", "string", NOTHING, None),
    ("ocpp/chargePointSerialNumber", "string", NOTHING, None),
    ("ocpp/ftpTryTLSUpgrade", "boolean", False, None),
    ("ocpp/AllowOfflineTxForUnknownId", "boolean", False, None),
    ("ocpp/allowTxWithInvalidTime", "boolean", False, None),
    ("ocpp/AuthorizationCacheEnabled", "boolean", True, None),
    ("ocpp/AuthorizeRemoteTxRequests", "boolean", False, None),
    ("ocpp/calibrationLawFormat", "string", "ocmf,plain", ["ocmf,plain", "ocmf,hex"]),
    ("ocpp/ClockAlignedDataInterval", "integer", 0, None),
    ("ocpp/ConnectionTimeOut", "integer", 60, None),
    ("ocpp/LocalAuthListEnabled", "boolean", True, None),
    ("ocpp/LocalPreAuthorize", "boolean", True, None),
    ("ocpp/LocalAuthorizeOffline", "boolean", True, None),
    ("ocpp/MeterValueSampleInterval", "integer", 60, None),
    ("ocpp/MeterValuesSampledData", "array", ENERGY, None),
    ("ocpp/StopTransactionOnInvalidId", "boolean", True, None),
    ("ocpp/StopTxnSampledData", "array", [], None),
    ("ocpp/TransactionMessageAttempts", "integer", 3, None),
    ("ocpp/TransactionMessageRetryInterval", "integer", 30, None),
    ("ocpp/useAsTimeSource", "boolean", True, None),
    ("ocpp/bootNotificationOnReconnect", "boolean", False, None),
    # table 51
    ("network/skip_configuration", "boolean", False, None),
    ("network/ipv4/dhcp", "boolean", True, None),
    ("network/ipv4/address", "string", NOTHING, None),
    ("network/ipv4/gateway", "string or array", NOTHING, None),
    ("network/ipv4/dns", "string or array", NOTHING, None),
    ("network/ntp", "string or array", NOTHING, None),
    # table 56
    ("uplink/apn_name", "string", "", None),
    ("uplink/apn_username", ["string", "null"], None, None),
    ("uplink/apn_password", ["string", "null"], None, None),
    # table 82
    ("ports[0]/switch3to1phase/enable", "boolean", False, None),
    ("ports[0]/switch3to1phase/feedback_type", "string", "no", ["nc", "no"]),
    ("ports[0]/switch3to1phase/switch_delay", "integer", 20, (10, 300)),
    # not in a table of the guide: decisions 13, 15, 19, 25, 26
    ("ports[0]/contactor/min_close_interval", "integer", 10, (10, None)),
    ("grid/nominal_voltage", "integer", 230, None),
    ("grid/phase_count", "integer", NOTHING, [1, 3]),
    ("ocpp/MeterValuesAlignedData", "array", [], None),
    ("ocpp/StopTxnAlignedData", "array", [], None),
    ("ocpp/sendMeterPublicKeyOnBootNotification", "boolean", True, None),
    ("ocpp/extendedProfiles", "boolean", False, None),
    ("ocpp/reportSuspended", "boolean", False, None),
]  # fmt: skip
# Keys that the OCPP column of the guide closes; CentralSystemURI opens ocpp/uri in table 6.
NOT_OVER_OCPP = {
    "ocpp/enable",
    "ocpp/verifyCert",
    "ocpp/chargePointModel",
    "ocpp/chargePointVendor",
    "ocpp/chargePointSerialNumber",
}
LENGTHS = {
    "ports[0]/evse_id": 37,
    "ocpp/chargePointModel": 20,
    "ocpp/chargePointVendor": 20,
    "ocpp/chargePointSerialNumber": 25,
}
POSITIONS = [
    (1, 6), (1, 10), (1, 13), (1, 16), (1, 20), (1, 32), (1, 40), (1, 63),
    (3, 6), (3, 10), (3, 13), (3, 16), (3, 20), (3, 32), (3, 40), (3, 63),
]  # fmt: skip
CONDITIONS = [
    "init", "updating", "auth_pending", "auth_accepted", "auth_rejected", "ready", "deactivated", "reserved",
    "connected", "charge_request", "ventilation_request", "charge_1", "ventilation_1", "error", "failure",
]  # fmt: skip


@pytest.mark.parametrize(("path", "kind", "default", "constraint"), ROWS, ids=[row[0] for row in ROWS])
def test_row(path: str, kind: object, default: object, constraint: object) -> None:
    node = entry("customer", path)
    types = node.get("type", "string or array" if "anyOf" in node else None)
    assert types == kind
    if default is NOTHING:
        assert "default" not in node
    else:
        assert node["default"] == default
        assert type(node["default"]) is type(default)
    if isinstance(constraint, list):
        assert node["enum"] == constraint
    elif isinstance(constraint, tuple):
        assert node["minimum"] == constraint[0]
        assert constraint[1] is None or node["maximum"] == constraint[1]


def test_no_key_is_without_a_row() -> None:
    from test_schema import keys

    found = {
        path.lstrip("/").replace("<name>", "MyCar").replace("ports[]", "ports[0]", 1) for path, _ in keys("customer")
    }
    found = {path.replace("$defs/rcd_monitor", "ports[0]/rcd_monitor") for path in found}
    assert found - {row[0] for row in ROWS} == {"ports", "ocpp/csDataTransfers"}


@pytest.mark.parametrize("path", sorted({row[0] for row in ROWS[5:-8]} - {"fake_highlevel_dc_vendors"}))
def test_ocpp_column(path: str) -> None:
    ocpp = entry("customer", path)["x-ocpp"]
    if path in NOT_OVER_OCPP:
        assert ocpp == {"configurable": False}
    else:
        assert ocpp.get("configurable", True) is True


@pytest.mark.parametrize("path", LENGTHS)
def test_lengths(path: str) -> None:
    assert entry("customer", path)["maxLength"] == LENGTHS[path]


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("ClockAlignedDataInterval", (0, 10, 86400), (-1, 1, 9, 86401)),
        ("MeterValueSampleInterval", (0, 10, 86400), (-1, 1, 9, 86401)),
        ("ConnectionTimeOut", (0, 10, 86401), (-1, 1, 9)),
    ],
)
def test_intervals_with_a_gap(key: str, good: tuple[int, ...], bad: tuple[int, ...]) -> None:
    for value in good:
        view, problems = read_customer(f'{{"ocpp": {{"{key}": {value}}}}}')
        assert problems == ()
        assert getattr(view.ocpp, key) == value
    for value in bad:
        assert len(read_customer(f'{{"ocpp": {{"{key}": {value}}}}}')[1]) == 1


def test_rotary_positions() -> None:
    """Table 16, and the same in the shipped file."""
    for text in ("{}", config.shipped("rotaryencd")):
        view, problems = read_rotary(text)
        assert problems == ()
        assert [(p.phase_count, p.current_limit) for p in view.rotary_switch_1] == POSITIONS
    node = entry("rotaryencd", "rotary_switch_1")
    assert (node["minItems"], node["maxItems"]) == (16, 16)
    assert entry("rotaryencd", "rotary_switch_1[]/phase_count")["enum"] == [1, 3]
    limit = entry("rotaryencd", "rotary_switch_1[]/current_limit")
    assert (limit["minimum"], limit["maximum"]) == (1, 10000)


def test_leds() -> None:
    """Table 49, and the behavior of the status LED of §7.9.2 on the one GPIO of the shipped file."""
    assert entry("leds", "leds[]/behaviors[]/condition")["enum"] == CONDITIONS
    assert entry("leds", "leds[]/behaviors[]/mode")["enum"] == ["solid", "blink_slow", "blink_fast"]
    colors = ["black", "white", "red", "green", "blue", "cyan", "yellow", "magenta"]
    assert entry("leds", "leds[]/behaviors[]/color")["enum"] == colors
    assert entry("leds", "leds[]/behaviors[]/duration")["default"] == 0
    for text in ("{}", config.shipped("leds")):
        view, problems = read_leds(text)
        assert problems == ()
        assert view.leds[0].gpios == (84,)
        shown = {b.condition: b for b in view.leds[0].behaviors}
        assert list(shown) == CONDITIONS
        assert shown["ready"].mode == "solid"
        assert shown["charge_1"].mode == "blink_slow"
        assert shown["error"].mode == shown["failure"].mode == "blink_fast"
        red = {"white", "red", "yellow", "magenta"}
        assert {shown[c].color for c in ("ready", "charge_1", "error", "failure")} <= red
