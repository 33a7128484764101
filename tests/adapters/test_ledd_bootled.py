"""The green LED of the board on a tree like that of the kernel: both names, what is written, and what is left alone."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from secc.ledd.bootled import show_operational

CURRENT = ("green:boot", "yellow:programming", "red:heartbeat")
BEFORE = ("evse:green:led1", "evse:yellow:led2", "evse:red:led3")


def board(root: Path, names: tuple[str, ...], full: str = "255") -> dict[str, Path]:
    """LEDs as the kernel shows them after the boot: the green one blinks."""
    for name in names:
        (root / name).mkdir(parents=True)
        for file, text in (("trigger", "none [timer] heartbeat"), ("brightness", "0"), ("max_brightness", full)):
            (root / name / file).write_text(f"{text}\n")
    return {color: root / name for color, name in zip(("green", "yellow", "red"), names, strict=True)}


def written(led: Path) -> tuple[str, str]:
    return (led / "trigger").read_text(), (led / "brightness").read_text()


@pytest.mark.parametrize("names", [CURRENT, BEFORE], ids=["current", "before"])
@pytest.mark.parametrize("full", ["255", "1"])
def test_the_green_led_is_on_and_the_others_are_left_alone(
    tmp_path: Path, names: tuple[str, ...], full: str, caplog: pytest.LogCaptureFixture
) -> None:
    leds = board(tmp_path, names, full)
    show_operational(tmp_path)
    assert written(leds["green"]) == ("none\n", f"{full}\n")
    for color in ("yellow", "red"):
        assert written(leds[color]) == ("none [timer] heartbeat\n", "0\n")
    assert caplog.records == []


def test_a_board_without_it_is_one_line_and_no_failure(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        show_operational(tmp_path)
    assert [r.getMessage() for r in caplog.records] == [
        f"{tmp_path} has no green board LED (green:boot, evse:green:led1)"
    ]


def test_an_led_that_does_not_let_us_is_one_line_and_no_failure(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    leds = board(tmp_path, CURRENT)
    trigger = leds["green"] / "trigger"
    trigger.unlink()
    trigger.mkdir()  # nobody writes there, not even root
    show_operational(tmp_path)
    (record,) = caplog.records
    assert record.getMessage() == f"{trigger}: cannot be switched on: Is a directory"
    assert (leds["green"] / "brightness").read_text() == "0\n"
