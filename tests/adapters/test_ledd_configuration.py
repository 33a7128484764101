"""What ledd takes from leds.json and customer.json, what it refuses, and where it says the mistake is."""

from __future__ import annotations

from pathlib import Path

import pytest

from secc.contract import config
from secc.contract.generated.leds import Led, Leds
from secc.ledd.conditions import Condition
from secc.ledd.configuration import load
from secc.ledd.settings import Behavior, Color, Mode, settings_from
from secc.runtime.configuration import MAX_BYTES
from secc.runtime.context import ConfigurationRefused

RCD = '{"ports": [{"rcd_monitor": {"enable": true, "test_gpio": %s}}]}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, config.shipped("leds"), config.shipped("customer"))
    return tmp_path


def write(folder: Path, leds: str, customer: str = "{}") -> None:
    (folder / "leds.json").write_text(leds)
    (folder / "customer.json").write_text(customer)


def silent(line: str) -> None:
    raise AssertionError(line)


def refused(folder: Path) -> tuple[str, ...]:
    with pytest.raises(ConfigurationRefused) as caught:
        load(folder, silent)
    return caught.value.lines


def test_the_shipped_files(folder: Path) -> None:
    settings = load(folder, silent)
    (led,) = settings.leds
    assert led.lines == ("digital_out_1",)
    assert {b.condition for b in led.behaviors} == set(Condition)
    assert led.behavior(Condition.AUTH_ACCEPTED) == Behavior(Condition.AUTH_ACCEPTED, Mode.SOLID, Color.WHITE, 3_000)
    assert led.behavior(Condition.CHARGE_1) == Behavior(Condition.CHARGE_1, Mode.BLINK_SLOW, Color.WHITE)
    assert led.behavior(Condition.ERROR) == Behavior(Condition.ERROR, Mode.BLINK_FAST, Color.RED)
    assert (settings.asks, settings.tags) == (False, False)


@pytest.mark.parametrize(
    ("method", "asks", "tags"),
    [("free", False, False), ("mqtt", True, True), ("ocpp", True, True), ("key-switch", True, False)],
)
def test_how_users_are_authorized(tmp_path: Path, method: str, asks: bool, tags: bool) -> None:
    write(tmp_path, "{}", f'{{"ports": [{{"user_authentication": "{method}"}}]}}')
    settings = load(tmp_path, silent)
    assert (settings.asks, settings.tags) == (asks, tags)


def test_outputs_by_their_numbers(tmp_path: Path) -> None:
    write(tmp_path, '{"leds": [{"gpios": [85, 89, 88]}]}')
    assert load(tmp_path, silent).leds[0].lines == ("digital_out_2", "digital_out_6", "digital_out_5")


def test_several_leds() -> None:
    customer, _ = config.read_customer("{}")
    settings = settings_from(Leds(leds=(Led(gpios=(84,)), Led(gpios=(85, 86), behaviors=()))), customer)
    assert [led.lines for led in settings.leds] == [("digital_out_1",), ("digital_out_2", "digital_out_3")]
    assert settings.leds[1].behavior(Condition.READY) is None


def test_no_digital_output(tmp_path: Path) -> None:
    write(tmp_path, '{"leds": [\n  {"gpios": [84, 121]}]}')
    expected = "leds.json:2:18: leds[0]/gpios[1]: 121 is no digital output; write one of 84, 85, 86, 87, 88, 89"
    assert refused(tmp_path) == (f"{tmp_path}/{expected}",)


def test_the_same_output_twice(tmp_path: Path) -> None:
    write(tmp_path, '{"leds": [{"gpios": [84, 84]}]}')
    expected = "leds.json:1:26: leds[0]/gpios[1]: 84 is used twice; write another GPIO"
    assert refused(tmp_path) == (f"{tmp_path}/{expected}",)


def test_the_test_trigger_of_the_rcd(tmp_path: Path) -> None:
    write(tmp_path, '{"leds": [{"gpios": [87]}]}', RCD % 87)
    expected = (
        "leds.json:1:22: leds[0]/gpios[0]: 87 is the test trigger of the RCD; write another GPIO, or change "
        "ports[0]/rcd_monitor/test_gpio in customer.json"
    )
    assert refused(tmp_path) == (f"{tmp_path}/{expected}",)


def test_an_led_that_leds_json_does_not_write_down_is_placed_at_the_file(tmp_path: Path) -> None:
    write(tmp_path, "{}", RCD % 84)
    (line,) = refused(tmp_path)
    assert line.startswith(f"{tmp_path}/leds.json:1:1: leds[0]/gpios[0]: 84 is the test trigger")


@pytest.mark.parametrize(
    "customer",
    ["{}", RCD % 88, RCD % -1, '{"ports": [{"rcd_monitor": {"enable": false, "test_gpio": 87}}]}'],
    ids=["no rcd", "elsewhere", "no test", "off"],
)
def test_the_output_is_free_without_a_test_there(tmp_path: Path, customer: str) -> None:
    write(tmp_path, '{"leds": [{"gpios": [87]}]}', customer)
    assert load(tmp_path, silent).leds[0].lines == ("digital_out_4",)


def test_two_behaviors_for_one_condition(tmp_path: Path) -> None:
    rows = ",\n".join(f'{{"condition": "{c}", "mode": "solid", "color": "red"}}' for c in ("ready", "error", "ready"))
    write(tmp_path, f'{{"leds": [{{"behaviors": [{rows}]}}]}}')
    expected = 'leds.json:3:15: leds[0]/behaviors[2]/condition: "ready" has a behavior already; remove one of the two'
    assert refused(tmp_path) == (f"{tmp_path}/{expected}",)


def test_a_wrong_value_of_leds_json(tmp_path: Path) -> None:
    write(tmp_path, '{"leds": [{"behaviors": [{"condition": "ready", "mode": "glow", "color": "red"}]}]}')
    (line,) = refused(tmp_path)
    assert line.startswith(f"{tmp_path}/leds.json:1:57: leds[0]/behaviors[0]/mode:")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "leds.json: cannot be read (No such file or directory); restore it from leds.json.shipped, or"),
        (b"\xff", "leds.json: byte 0 is not UTF-8; save the file as UTF-8"),
        (b" " * (MAX_BYTES + 1), f"leds.json: {MAX_BYTES + 1} bytes are more than {MAX_BYTES}; this is no"),
        (b'{"leds"', "leds.json:1:8: "),
    ],
    ids=["missing", "no text", "large", "no JSON"],
)
def test_a_leds_json_that_cannot_be_read(tmp_path: Path, content: bytes | None, said: str) -> None:
    write(tmp_path, "{}")
    (tmp_path / "leds.json").unlink()
    if content is not None:
        (tmp_path / "leds.json").write_bytes(content)
    (line,) = refused(tmp_path)
    assert line.startswith(f"{tmp_path}/{said}")


@pytest.mark.parametrize("content", [None, b"\xff", b'{"ports": '], ids=["missing", "no text", "no JSON"])
def test_a_customer_json_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    write(tmp_path, "{}")
    (tmp_path / "customer.json").unlink()
    if content is not None:
        (tmp_path / "customer.json").write_bytes(content)
    (line,) = refused(tmp_path)
    warned: list[str] = []
    assert load(tmp_path, warned.append, anyway=True) == settings_from(Leds(), config.read_customer("{}")[0])
    assert warned == [f"{line} (the LEDs take its defaults)"]


def test_wrong_values_of_customer_json_are_for_their_owners(tmp_path: Path) -> None:
    write(tmp_path, "{}", '{"ports": [{"pluggable": 3, "user_authentication": "mqtt"}], "colour": 1}')
    assert load(tmp_path, silent).asks
