"""From configuration to settings: what is taken over, what is refused, and that names agree with the contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from secc.contract import config, faults, jsonc
from secc.contract.enums import PlugLockFailure, PowerFault
from secc.evsed.configuration import load
from secc.evsed.motors import MOTORS
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


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ports[0]/rcd_monitor/enable", True),
        ("ports[0]/ventilation/enable", True),
        ("ports[0]/switch3to1phase/enable", True),
        ("ports[0]/charging_type", "highlevel"),
        ("ports[0]/charging_type", "basic+fake_highlevel_dc"),
        ("ports[0]/user_authentication", "key-switch"),
        ("ports[0]/force_wake_up", True),
        ("ports[0]/wake_up_after_timeout", True),
        ("ports[0]/emergency_alarm/gpio", 76),
        ("ports[0]/evse_current_limit", "16"),
    ],
)
def test_what_evsed_cannot_do_is_refused_with_file_and_line(key: str, value: object, tmp_path: Path) -> None:
    folder = configured(tmp_path, {"ports[0]/emergency_alarm/enable": True, key: value})
    with pytest.raises(ConfigurationRefused) as caught:
        load(folder, 0, lambda _: None)
    text = (folder / "customer.json").read_text()
    place = jsonc.parse(text).where(jsonc.parse_path(key))
    assert place is not None
    assert len(caught.value.lines) == 1
    assert caught.value.lines[0].startswith(f"{folder / 'customer.json'}:{place[0]}:{place[1]}: {key}: ")


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
