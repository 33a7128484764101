"""Reading the configuration: what is said about each mistake, what stands in for it, and what never happens."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, asdict, fields, replace
from typing import Any

import pytest
from config_examples import GUIDE
from hypothesis import given
from hypothesis import strategies as st

from secc.contract import config
from secc.contract.config import EVERY_DAEMON, Problem, Severity, read_customer, read_leds, read_rotary, validate
from secc.contract.generated.customer import Contactor, Customer, Uplink
from secc.contract.jsonc import format_path

ERROR, WARNING = Severity.ERROR, Severity.WARNING
PORT = '{"ports": [{%s}]}'
OCPP = '{"ocpp": {%s}}'

# text, severity, path, owner, a part of the message, a part of the remedy
MISTAKES = [
    (PORT % '"plugable": true', ERROR, "ports[0]/plugable", "evsed", "no key", '"pluggable"'),
    (PORT % '"Pluggable": true', ERROR, "ports[0]/Pluggable", "evsed", "no key", '"pluggable"'),
    ('{"zzzzz": 1}', ERROR, "zzzzz", "configd", "no key", "remove it"),
    (OCPP % '"verifycert": true', ERROR, "ocpp/verifycert", "ocppd", "no key", '"verifyCert"'),
    (PORT % '"pluggable": "true"', ERROR, "ports[0]/pluggable", "evsed", "a string stands", "true or false"),
    (PORT % '"pluggable": 1', ERROR, "ports[0]/pluggable", "evsed", "a number stands", "true or false"),
    (PORT % '"evse_current_limit": "16"', ERROR, "ports[0]/evse_current_limit", "evsed", "a string stands", "1 to"),
    (PORT % '"evse_current_limit": true', ERROR, "ports[0]/evse_current_limit", "evsed", "true stands", "whole"),
    (PORT % '"evse_current_limit": 6.5', ERROR, "ports[0]/evse_current_limit", "evsed", "a number stands", "whole"),
    (PORT % '"evse_current_limit": 0', ERROR, "ports[0]/evse_current_limit", "evsed", "0 is out of range", "A"),
    (PORT % '"failsafe_current_limit": -2', ERROR, "ports[0]/failsafe_current_limit", "evsed", "-2 is out", "from -1"),
    (PORT % '"meter": {"protocol": "DZG"}', ERROR, "ports[0]/meter/protocol", "meteringd", "'DZG' is none", '"dzg"'),
    (PORT % '"meter": {"address": 248}', ERROR, "ports[0]/meter/address", "meteringd", "248", "from 1 to 247"),
    (PORT % '"meter": {"baudrate": 9601}', ERROR, "ports[0]/meter/baudrate", "meteringd", "9601", "9600"),
    (PORT % '"meter": {"port": "ttymxc0"}', ERROR, "ports[0]/meter/port", "meteringd", "'ttymxc0'", "/dev/ttymxc0"),
    (PORT % '"meter": {"port": "/dev/../etc/x"}', ERROR, "ports[0]/meter/port", "meteringd", "form", "/dev/ttymxc0"),
    (PORT % '"rfid": {"port": "/dev/ttymx4"}', WARNING, "ports[0]/rfid/port", "rfidd", "old", "/dev/ttymxc4"),
    (PORT % '"recloser": {"protocol": 1}', ERROR, "ports[0]/recloser/protocol", "recloserd", "a number", "a string"),
    (PORT % '"rzd_monitor": {}', WARNING, "ports[0]/rzd_monitor", "evsed", "old spelling", '"rcd_monitor"'),
    (PORT % '"rzd_monitor": {"gpio": -1}', ERROR, "ports[0]/rzd_monitor/gpio", "evsed", "-1", "from 0"),
    (PORT % f'"evse_id": "{"x" * 38}"', WARNING, "ports[0]/evse_id", "iso15118d", "38 characters", "shorten"),
    (PORT % '"evse_id": "a\\nb"', ERROR, "ports[0]/evse_id", "iso15118d", "form", "control characters"),
    ('{"ports": []}', ERROR, "ports", "evsed", "number of items is 0", "at least 1"),
    ('{"ports": {}}', ERROR, "ports", "evsed", "an object stands", "an array"),
    ('{"ports": [{}, {}]}', WARNING, "ports[1]", "evsed", "only the first", "remove"),
    (
        PORT % '"rfid": {"remote_ports": [{}, {}, {}, {"uri": "mqtt://h"}]}',
        WARNING,
        "ports[0]/rfid/remote_ports[3]",
        "rfidd",
        "only the first 3",
        "remove",
    ),
    ('{"io": {"digital_input_threshold_voltage": 12001}}', ERROR, "io/digital_input_threshold_voltage", "evsed",
     "12001", "from 0 to 12000 mV"),
    ('{"grid": null}', ERROR, "grid", "evsed", "null stands", "an object"),
    ('{"grid": {"phase_count": 2}}', ERROR, "grid/phase_count", "evsed", "2 is none", "1, 3"),
    (OCPP % '"uri": "WSS://example.com/"', ERROR, "ocpp/uri", "ocppd", "form", "ws://"),
    (OCPP % '"uri": "https://example.com/"', ERROR, "ocpp/uri", "ocppd", "form", "ws://"),
    (OCPP % '"uri": "wss://example.com/ "', ERROR, "ocpp/uri", "ocppd", "form", "blanks"),
    (OCPP % '"uri": "wss://example.com/\\n"', ERROR, "ocpp/uri", "ocppd", "form", "blanks"),
    (OCPP % '"chargePointModel": "123456789012345678901"', WARNING, "ocpp/chargePointModel", "ocppd", "21", "shorten"),
    (OCPP % '"ClockAlignedDataInterval": 5', ERROR, "ocpp/ClockAlignedDataInterval", "ocppd", "5", "0, or from 10"),
    (OCPP % '"WebSocketPingInterval": 2147483648', ERROR, "ocpp/WebSocketPingInterval", "ocppd", "2147483648", "0 or"),
    (OCPP % '"MeterValuesSampledData": ["Power"]', ERROR, "ocpp/MeterValuesSampledData[0]", "ocppd", "Power", "write"),
    (OCPP % '"csDataTransfers": [{}]', ERROR, "ocpp/csDataTransfers[0]/vendorId", "ocppd", "missing", "vendorId"),
    (OCPP % '"csDataTransfers": [{"vendorId": ""}]', ERROR, "ocpp/csDataTransfers[0]/vendorId", "ocppd", "empty", "w"),
    ('{"network": {"ipv4": {"dhcp": "no"}}}', WARNING, "network/ipv4/dhcp", "configd", "a string", "true or false"),
    ('{"network": {"skip_configuration": 1}}', WARNING, "network/skip_configuration", "configd", "a number", "true"),
    ('{"network": {"ipv4": {"gateway": "1.2.3.256"}}}', ERROR, "network/ipv4/gateway", "configd", "form", "IPv4"),
    ('{"network": {"ipv4": {"dns": ["1.2.3.4", 5]}}}', ERROR, "network/ipv4/dns[1]", "configd", "a number", "string"),
    ('{"network": {"ipv4": {"address": "1.2.3.4"}}}', ERROR, "network/ipv4/address", "configd", "form", "/24"),
    ('{"network": {"ntp": "a\\nDNS=b"}}', ERROR, "network/ntp", "configd", "form", "host name"),
    ('{"uplink": {"apn_name": null}}', ERROR, "uplink/apn_name", "uplinkd", "null stands", "a string"),
    ('{"fake_highlevel_dc_vendors": {"MyCar": {"oui": ["98-ED-5C"]}}}', ERROR,
     "fake_highlevel_dc_vendors/MyCar/oui[0]", "iso15118d", "98-ED-5C", "98:ED:5C"),
    ('{"fake_highlevel_dc_vendors": {"MyCar": {"switch_method": 5}}}', ERROR,
     "fake_highlevel_dc_vendors/MyCar/switch_method", "iso15118d", "5", "from 1 to 4"),
    ("[]", ERROR, "", "configd", "an array stands", "an object"),
    # rules across keys
    (
        PORT % '"rcd_monitor": {"test_trigger_time": 50, "test_check_tripped_time": 460}',
        ERROR, "ports[0]/rcd_monitor/test_check_tripped_time", "evsed", "460 ms is not before", "smaller",
    ),
    (
        PORT % '"switch3to1phase": {"enable": true}, "ventilation": {"enable": true}',
        ERROR, "ports[0]/switch3to1phase/enable", "evsed", "relay 2", "false",
    ),
    (
        PORT % '"switch3to1phase": {"enable": true}, "charging_type": "highlevel"',
        WARNING, "ports[0]/switch3to1phase/enable", "evsed", "highlevel", "basic",
    ),
    (PORT % '"user_authentication": "ocpp"', WARNING, "ports[0]/user_authentication", "evsed", "nobody", "ocpp/enable"),
    ('{"ports": [{"meter": {"enable": true}}], "ocpp": {"enable": true}}', ERROR, "ocpp/uri", "ocppd", "empty", "uri"),
    (OCPP % '"enable": true, "uri": "ws://h"', WARNING, "ports[0]/meter/enable", "ocppd", "no meter", "true"),
    ('{"network": {"ipv4": {"dhcp": false}}}', WARNING, "network/ipv4/address", "configd", "no address", "add"),
    (
        '{"ports": [{"rfid": {"enable": true, "protocol": "mqtt"}}], "ocpp": {"rfidRequiresEvPresent": true}}',
        WARNING, "ocpp/rfidStopTransaction", "ocppd", "needs false", "false",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "severity", "path", "owner", "message", "remedy"), MISTAKES)
def test_mistake(*, text: str, severity: Severity, path: str, owner: str, message: str, remedy: str) -> None:
    problems = validate("customer", text)
    found = [p for p in problems if format_path(p.path) == path and p.severity is severity]
    assert len(found) == 1, problems
    assert all(p == found[0] or p.severity is WARNING for p in problems)
    problem = found[0]
    assert message in problem.message
    assert remedy in problem.remedy
    assert problem.owner == owner
    assert problem.stops(owner) is (severity is ERROR)
    assert not problem.stops("nobody")
    assert problem.line == 1


LEDS = [
    ('{"leds": [{"gpios": []}]}', "leds[0]/gpios", "number of items is 0"),
    ('{"leds": [{"gpios": [1, 2, 3, 4]}]}', "leds[0]/gpios", "number of items is 4"),
    ('{"leds": [{"behaviors": [{"condition": "ready", "mode": "solid"}]}]}', "leds[0]/behaviors[0]/color", "missing"),
    (
        '{"leds": [{"behaviors": [{"condition": "redy", "mode": "solid", "color": "red"}]}]}',
        "leds[0]/behaviors[0]/condition",
        "redy",
    ),
]


@pytest.mark.parametrize(("text", "path", "message"), LEDS)
def test_mistake_in_leds(text: str, path: str, message: str) -> None:
    (problem,) = validate("leds", text)
    assert format_path(problem.path) == path
    assert message in problem.message
    assert problem.stops("ledd")


def test_a_wrong_behavior_is_left_out() -> None:
    good = '{"condition": "ready", "mode": "solid", "color": "red", "duration": 5}'
    view, problems = read_leds(f'{{"leds": [{{"behaviors": [{{"mode": "solid"}}, {good}]}}]}}')
    assert len(problems) == 2
    assert [(b.condition, b.duration) for b in view.leds[0].behaviors] == [("ready", 5)]


def test_rotary_positions_keep_their_place() -> None:
    """What is wrong at one position moves no other one; the weakest setting stands in."""
    rows: list[Any] = [{"phase_count": 3, "current_limit": 10 + i} for i in range(16)]
    rows[4] = "broken"
    rows[5] = {"phase_count": 2, "current_limit": 15}
    view, problems = read_rotary(json.dumps({"rotary_switch_1": rows}))
    assert [format_path(p.path) for p in problems] == ["rotary_switch_1[4]", "rotary_switch_1[5]/phase_count"]
    assert [p.current_limit for p in view.rotary_switch_1] == [10, 11, 12, 13, 6, *range(15, 26)]
    assert [p.phase_count for p in view.rotary_switch_1[3:7]] == [3, 1, 1, 3]


@pytest.mark.parametrize("count", [0, 15, 17])
def test_rotary_has_sixteen_positions(count: int) -> None:
    text = json.dumps({"rotary_switch_1": [{"phase_count": 1, "current_limit": 6}] * count})
    view, (problem,) = read_rotary(text)
    assert "exactly 16" in problem.remedy
    assert view == read_rotary("{}")[0]


def test_place_of_a_problem() -> None:
    text = '{\n  // socket\n  "ports": [{\n    "plugable": true,\n    "pp": {"cable_current_limit": "6"}\n  }]\n}\n'
    problems = validate("customer", text)
    assert [(p.line, p.column) for p in problems] == [(4, 5), (5, 35)]
    assert str(problems[0]).startswith("line 4, column 5: error: ports[0]/plugable: ")


def test_place_of_what_is_missing() -> None:
    """A key that does not stand in the file is reported at the object around it."""
    text = '{\n"ports": [{"meter": {"enable": true}}],\n"ocpp":\n  {"enable": true}}'
    (problem,) = validate("customer", text)
    assert (problem.line, problem.column) == (4, 3)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ("{", 1, 2),
        ('{\n  "ports": [}\n', 2, 13),
        ('{"a": 1 "b": 2}', 1, 9),
        ('{"io": {}, "io": {}}', 1, 12),
        ("{} x", 1, 4),
        ("NaN", 1, 1),
    ],
)
@pytest.mark.parametrize("kind", config.KINDS)
def test_syntax_error(kind: str, text: str, line: int, column: int) -> None:
    (problem,) = validate(kind, text)
    assert (problem.line, problem.column) == (line, column)
    assert problem.severity is ERROR
    assert problem.owner == EVERY_DAEMON
    assert all(problem.stops(daemon) for daemon in ("evsed", "ocppd", "ledd"))


@pytest.mark.parametrize("text", ["", "{", "[]", "5", '{"ports": [5]}', '{"ports": []}', '{"ports": [[]]}'])
def test_defaults_stand_in(text: str) -> None:
    view, problems = read_customer(text)
    assert problems
    assert view == Customer()
    assert view.ports[0].evse_current_limit == 6


@pytest.mark.parametrize("place", GUIDE)
def test_examples_of_the_guide(place: str) -> None:
    problems = validate("customer", json.dumps(GUIDE[place]))
    assert [str(p) for p in problems if p.severity is ERROR] == []


def test_warnings_about_the_examples_of_the_guide() -> None:
    """Only what the guide itself spells in two ways, and surplus items, raise a warning."""
    warned = {place for place in GUIDE if validate("customer", json.dumps(GUIDE[place]))}
    assert warned == {
        "table 47, spelling rzd_monitor",
        "table 47, serial ports",
        "table 47, more than three remote_ports",
    }


def test_old_spellings_are_normalised() -> None:
    text = (
        '{"ports": [{"rzd_monitor": {"enable": true, "gpio": 118, "test_gpio": 86},'
        ' "rcd_monitor": {"test_gpio": 88, "test_trigger_time": 50},'
        ' "meter": {"port": "/dev/ttymx4"}}]}'
    )
    port = read_customer(text)[0].ports[0]
    assert (port.rcd_monitor.enable, port.rcd_monitor.gpio) == (True, 118)
    assert (port.rcd_monitor.test_gpio, port.rcd_monitor.test_trigger_time) == (88, 50)
    assert port.meter.port == "/dev/ttymxc4"


def test_missing_meter_settings_are_those_of_the_protocol() -> None:
    meter = read_customer('{"ports": [{"meter": {"protocol": "socomec"}}]}')[0].ports[0].meter
    assert (meter.baudrate, meter.parity, meter.address) == (None, None, None)
    shipped = read_customer(config.shipped("customer"))[0].ports[0].meter
    assert (shipped.protocol, shipped.baudrate, shipped.parity, shipped.address) == ("dzg", 9600, "even", None)


def test_strings_and_arrays_of_strings() -> None:
    view = read_customer('{"network": {"ipv4": {"dns": "1.2.3.4", "gateway": ["1.2.3.4", "1.2.3.5"]}, "ntp": []}}')[0]
    assert view.network.ipv4.dns == ("1.2.3.4",)
    assert view.network.ipv4.gateway == ("1.2.3.4", "1.2.3.5")
    assert view.network.ntp == ()
    assert view.network.ipv4.address is None


def test_vendors_keep_their_order_and_name() -> None:
    view = read_customer('{"fake_highlevel_dc_vendors": {"B": {"oui": ["98:ED:5C"]}, "A": {"switch_method": 4}}}')[0]
    assert [(v.name, v.oui, v.hlc_terminates_after, v.switch_method) for v in view.fake_highlevel_dc_vendors] == [
        ("B", ("98:ED:5C",), "SoC", 1),
        ("A", (), "SoC", 4),
    ]


def test_surplus_remote_ports_are_ignored() -> None:
    items = [{"uri": "mqtt://a"}, {}, {"uri": "mqtt://c"}, {"uri": "mqtt://d"}]
    view = read_customer(json.dumps({"ports": [{"rfid": {"remote_ports": items}}]}))[0]
    assert [p.uri for p in view.ports[0].rfid.remote_ports] == ["mqtt://a", None, "mqtt://c"]


def test_long_strings_are_cut() -> None:
    text = json.dumps({"ocpp": {"chargePointSerialNumber": "1234567890123456789012345678"}})
    assert read_customer(text)[0].ocpp.chargePointSerialNumber == "1234567890123456789012345"


def test_whole_numbers_with_a_point_are_numbers() -> None:
    """JSON Schema counts 16.0 as an integer; the view shows one."""
    limit = read_customer('{"ports": [{"evse_current_limit": 16.0}]}')[0].ports[0].evse_current_limit
    assert (limit, type(limit)) == (16, int)


def test_null_uplink() -> None:
    assert read_customer('{"uplink": null}') == (Customer(), ())


SECRET = "s3cr3t-value"


@pytest.mark.parametrize(
    "text",
    [
        f'{{"uplink": {{"apn_password": "{SECRET}\\u0007"}}}}',
        f'{{"uplink": {{"apn_password": ["{SECRET}"]}}}}',
        f'{{"uplink": {{"apn_password": "{SECRET * 40}"}}}}',
        f'{{"uplink": {{"apn_password": {SECRET}}}}}',
        f'{{"uplink": {{"apn_password": "{SECRET}}}}}',
        f'{{"uplink": {{"apn_password"\n: \n{SECRET}}}}}',
        f'{{"uplink": {{"apn_password"\n\n\n// a\n\n// b\n:\n\n\n{SECRET}}}}}',
        f'{{"uplink": {{apn_password: "{SECRET}"}}}}',
        f'{{"uplink": {{"apn_password": "x" "{SECRET}"}}}}',
        f'{{"ocpp": {{"uri": "http://me:{SECRET}@h/"}}}}',
        f'{{"ocpp": {{"uri": wss://{SECRET}@h/}}}}',
        f'{{"ports": [{{"rfid": {{"remote_ports": [{{"uri": "{SECRET}"}}]}}}}]}}',
    ],
)
def test_secrets_stay_out_of_messages(text: str) -> None:
    view, problems = read_customer(text)
    assert problems
    assert "s3cr" not in "".join(map(str, problems))
    assert "s3cr" not in repr(view)


def test_secrets_stay_out_of_repr() -> None:
    text = f'{{"uplink": {{"apn_password": "{SECRET}"}}, "ocpp": {{"uri": "wss://{SECRET}@h/"}}}}'
    view, problems = read_customer(text)
    assert problems == ()
    assert view.uplink.apn_password == SECRET
    assert SECRET not in repr(view)


def test_the_number_of_problems_is_bounded() -> None:
    problems = validate("customer", json.dumps({f"key{i}": i for i in range(5000)}))
    assert len(problems) == 101
    assert any("more than 100" in p.message and p.stops("ocppd") for p in problems)


def test_messages_are_bounded() -> None:
    text = json.dumps({"x" * 100_000: 1, "ports": [{"meter": {"protocol": "y" * 100_000}}]})
    assert all(len(p.message) + len(p.remedy) < 500 for p in validate("customer", text))


@given(st.text(max_size=200))
def test_reading_never_raises(text: str) -> None:
    for read in (read_customer, read_leds, read_rotary):
        view, problems = read(text)
        assert view is not None
        assert all(isinstance(p, Problem) and p.line for p in problems)


def test_views_are_frozen_values() -> None:
    a, b = Contactor(), Contactor(feedback_type="nc")
    assert (a == Contactor(), a == b, hash(a) == hash(Contactor())) == (True, False, True)
    other: object = Uplink()
    assert a != other
    assert replace(a, feedback_type="nc") == b
    assert [f.name for f in fields(Contactor)] == ["feedback_type", "min_close_interval"]
    assert asdict(b) == {"feedback_type": "nc", "min_close_interval": 10}
    assert repr(b) == "Contactor(feedback_type='nc', min_close_interval=10)"
    with pytest.raises(FrozenInstanceError):
        a.feedback_type = "nc"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del a.feedback_type
    with pytest.raises(TypeError, match="has no typo"):
        Contactor(typo=1)  # type: ignore[call-arg]
    assert not hasattr(a, "__dict__")


def test_views_can_be_copied() -> None:
    import copy
    import pickle

    view = read_customer(config.shipped("customer"))[0]
    assert copy.deepcopy(view) == view
    assert pickle.loads(pickle.dumps(view)) == view  # noqa: S301


def test_unknown_kind() -> None:
    with pytest.raises(ValueError, match="none of customer, leds, rotaryencd"):
        config.shipped("../customer")
    with pytest.raises(ValueError, match="none of"):
        config.schema("wrong")
    with pytest.raises(KeyError):
        validate("wrong", "{}")
