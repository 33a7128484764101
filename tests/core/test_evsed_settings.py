"""From configuration to settings: what is taken over, what is refused, and that names agree with the contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from secc.contract import config, faults, jsonc
from secc.contract.enums import PlugLockFailure, PowerFault
from secc.evsed.authorization import Method
from secc.evsed.configuration import load
from secc.evsed.inputs import Input, Output
from secc.evsed.motors import MOTORS
from secc.evsed.settings import Feedback, PhaseSwitching, RcdMonitor, RcdTest, Ventilation
from secc.runtime.context import ConfigurationRefused


def configured(folder: Path, changes: dict[str, Any], kind: str = "customer") -> Path:
    """A folder with the shipped files, one of them changed."""
    for each in config.KINDS:
        (folder / f"{each}.json").write_text(config.shipped(each), encoding="utf-8")
    document = jsonc.parse(config.shipped(kind))
    for path, value in changes.items():
        document = document.set(jsonc.parse_path(path), value)
    (folder / f"{kind}.json").write_text(document.text, encoding="utf-8")
    return folder


def no_warning(text: str) -> None:
    raise AssertionError(text)


def test_the_shipped_files_at_every_position_of_the_switch(tmp_path: Path) -> None:
    folder = configured(tmp_path, {})
    found = [load(folder, position, no_warning) for position in range(16)]
    amperes = (60, 100, 130, 160, 200, 320, 400, 630)
    assert [(each.phases, each.grid_da) for each in found] == [(p, a) for p in (1, 3) for a in amperes]
    assert (found[0].evse_da, found[0].failsafe_da, found[0].interval_ms) == (60, None, 10_000)


EMERGENCY = {"ports[0]/emergency_alarm/enable": True}
RCD = {"ports[0]/rcd_monitor/enable": True}
SWITCHING = {"ports[0]/switch3to1phase/enable": True}


@pytest.mark.parametrize(
    ("key", "changes", "position"),
    [
        ("ports[0]/charging_type", {"ports[0]/charging_type": "highlevel"}, 0),
        ("ports[0]/charging_type", {"ports[0]/charging_type": "basic+fake_highlevel_dc"}, 0),
        ("ports[0]/emergency_alarm/gpio", {**EMERGENCY, "ports[0]/emergency_alarm/gpio": 76}, 0),
        ("ports[0]/rcd_monitor/gpio", {**RCD, "ports[0]/rcd_monitor/gpio": 131}, 0),
        ("ports[0]/rcd_monitor/gpio", {**RCD, **EMERGENCY, "ports[0]/rcd_monitor/gpio": 121}, 0),
        ("ports[0]/rcd_monitor/gpio",
         {**RCD, "ports[0]/user_authentication": "key-switch", "ports[0]/rcd_monitor/gpio": 124}, 0),
        ("ports[0]/rcd_monitor/test_gpio", {**RCD, "ports[0]/rcd_monitor/test_gpio": 77}, 0),
        ("ports[0]/rcd_monitor/test_check_tripped_time",
         {**RCD, "ports[0]/rcd_monitor/test_check_tripped_time": 1225}, 0),
        ("ports[0]/switch3to1phase/enable", SWITCHING, 7),
        ("ports[0]/switch3to1phase/enable", {**SWITCHING, "grid/phase_count": 1}, 8),
        ("ports[0]/switch3to1phase/enable", {**SWITCHING, "ports[0]/ventilation/enable": True}, 8),
        ("ports[0]/switch3to1phase/enable", {**SWITCHING, "ports[0]/ventilation/control": "external"}, 8),
        ("ports[0]/evse_current_limit", {"ports[0]/evse_current_limit": "16"}, 0),
    ],
)  # fmt: skip
def test_what_evsed_cannot_do_is_refused_with_file_and_line(
    key: str, changes: dict[str, Any], position: int, tmp_path: Path
) -> None:
    folder = configured(tmp_path, changes)
    with pytest.raises(ConfigurationRefused) as caught:
        load(folder, position, lambda _: None)
    text = (folder / "customer.json").read_text()
    place = jsonc.parse(text).where(jsonc.parse_path(key))
    assert place is not None
    assert len(caught.value.lines) == 1
    assert caught.value.lines[0].startswith(f"{folder / 'customer.json'}:{place[0]}:{place[1]}: {key}: ")


def test_every_function_of_the_power_path_is_taken_over(tmp_path: Path) -> None:
    changes = {
        **EMERGENCY, **RCD, **SWITCHING,
        "ports[0]/emergency_alarm/polarity": "active_low",
        "ports[0]/rcd_monitor/polarity": "active_low",
        "ports[0]/rcd_monitor/test_gpio": 88,
        "ports[0]/rcd_monitor/test_gpio_polarity": "active_low",
        "ports[0]/rcd_monitor/test_trigger_time": 50,
        "ports[0]/rcd_monitor/test_check_tripped_time": 750,
        "ports[0]/rcd_monitor/test_check_normal_time": 2000,
        "ports[0]/switch3to1phase/feedback_type": "nc",
        "ports[0]/switch3to1phase/switch_delay": 30,
        "ports[0]/user_authentication": "key-switch",
        "ports[0]/force_wake_up": True,
        "io/digital_input_threshold_voltage": 5000,
    }  # fmt: skip
    found = load(configured(tmp_path, changes), 13, no_warning)
    assert found.emergency == Input("digital_in_1", active_high=False)
    trigger = Output("digital_out_5", active_high=False)
    assert found.rcd == RcdMonitor(Input("digital_in_2", active_high=False), RcdTest(trigger, 50, 750, 2000))
    assert found.switching == PhaseSwitching(Feedback.NC, 30)
    assert found.key_switch == Input("digital_in_3", active_high=True)
    assert (found.method, found.threshold_mv) == (Method.KEY_SWITCH, 5000)
    assert (found.wake_after_authorization, found.wake_after_timeout) == (True, False)


def test_a_monitor_without_a_test(tmp_path: Path) -> None:
    found = load(configured(tmp_path, {**RCD, "ports[0]/rcd_monitor/test_gpio": -1}), 0, no_warning)
    assert found.rcd == RcdMonitor(Input("digital_in_2", active_high=True), None)


def test_ventilation_is_taken_over(tmp_path: Path) -> None:
    changes = {"ports[0]/ventilation/enable": True, "ports[0]/ventilation/control": "external",
               "ports[0]/ventilation/feedback_type": "none"}  # fmt: skip
    found = load(configured(tmp_path, changes), 0, no_warning)
    assert found.ventilation == Ventilation(enabled=True, external=True, feedback=Feedback.NONE)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    folder = configured(tmp_path, {})
    (folder / "rotaryencd.json").unlink()
    with pytest.raises(ConfigurationRefused, match=r"rotaryencd\.json: cannot be read .*--config"):
        load(folder, 0, no_warning)
    (folder / "customer.json").write_bytes(b"{}\xff")
    with pytest.raises(ConfigurationRefused, match="byte 2 is not UTF-8"):
        load(folder, 0, no_warning)
    (folder / "customer.json").write_bytes(b" " * 200_000)
    with pytest.raises(ConfigurationRefused, match="200000 bytes"):
        load(folder, 0, no_warning)


def test_every_lock_that_can_be_configured_has_a_motor() -> None:
    port = config.schema("customer")["properties"]["ports"]["items"]["properties"]
    assert sorted(MOTORS) == sorted(port["plug_lock"]["properties"]["type"]["enum"])


@pytest.mark.parametrize("code", [*PowerFault, *(code for code in PlugLockFailure if code.value)])
def test_every_fault_that_evsed_raises_is_in_the_catalogue(code: PowerFault | PlugLockFailure) -> None:
    found = faults.find(code.value)
    assert found is not None
    assert found.code == code.value
