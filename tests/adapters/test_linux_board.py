"""The reader of board profiles: what it takes is TOML, what it does not take it refuses with file and line."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secc.hw.board import PROFILES, BoardError, load, parse

TARRAGON = (Path(PROFILES) / "tarragon.toml").read_text()


def nested(text: str) -> object:
    """What our reader makes of a text, in the shape in which tomllib gives it."""
    document: dict[str, object] = {}
    for name, table in parse(text, "x").items():
        place = document
        for part in name.split("."):
            place = place.setdefault(part, {})  # type: ignore[assignment]
        place.update({key: value for key, (value, _) in table.items()})
    return document


def test_the_shipped_profile_is_toml_and_we_read_the_same_in_it() -> None:
    assert nested(TARRAGON) == tomllib.loads(TARRAGON)


def test_the_shipped_profile() -> None:
    board = load("tarragon")
    assert [line.name for line in board.safe_lines] == [
        "relay_1_enable", "relay_2_enable", "motor_1_in1", "motor_1_in2",
    ]  # fmt: skip
    assert [(line.line, line.gpio) for line in board.lines.values() if line.active_low] == [
        ("MOTOR_1_DRIVER_IN1_N", 71), ("ROTARY_SWITCH_1_1_N", 128), ("ROTARY_SWITCH_1_2_N", 22),
        ("ROTARY_SWITCH_1_4_N", 23), ("ROTARY_SWITCH_1_8_N", 24),
    ]  # fmt: skip
    assert [line.name for line in board.lines.values() if line.keep] == [f"digital_out_{n}" for n in range(1, 7)]
    assert (board.pilot_enable.line, board.pilot_enable.gpio, board.pilot_enable.keep) == ("CP_INVERT", 13, True)
    assert [(line.line, line.gpio) for line in board.peak_resets] == [
        ("CP_POSITIVE_PEAK_RST", 138), ("CP_NEGATIVE_PEAK_RST", 139),
    ]  # fmt: skip
    assert (board.pilot.device, board.pilot.period_ns) == ("20fc000.pwm", 1_000_000)
    assert (board.threshold.device, board.threshold.period_ns, board.full_scale_mv) == ("2084000.pwm", 40_000, 12_000)
    assert (board.adc_device, board.peak_channels) == ("2198000.adc", (2, 3))


@pytest.mark.parametrize(
    ("name", "gpio", "label", "offset"),
    [
        ("relay_1_enable", 76, "20a4000.gpio", 12),
        ("relay_1_sense", 131, "20ac000.gpio", 3),
        ("motor_1_in2", 72, "20a4000.gpio", 8),
        ("digital_in_3", 124, "20a8000.gpio", 28),
        ("digital_out_6", 89, "20a4000.gpio", 25),
        ("rotary_switch_1_1", 128, "20ac000.gpio", 0),
        ("rotary_switch_1_8", 24, "209c000.gpio", 24),
    ],
)
def test_numbers_are_banks_and_lines(name: str, gpio: int, label: str, offset: int) -> None:
    board = load("tarragon")
    line = board.lines[name]
    assert (line.gpio, board.label_of(line), line.gpio % 32) == (gpio, label, offset)


LINE = '[lines.relay_1_enable]\nline = "RELAY_1_ENABLE"\ngpio = 76\ndirection = "out"\nclaim = "off"\nsafe = true\n'


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[adc]\n", "[ada]\n", r"my\.toml: the table \[adc\] is missing"),
        ("[adc]\n", "[fan]\nspeed = 1\n[adc]\n", r"my\.toml:\d+: there is no table \[fan\] in a board profile"),
        ("gpio = 76\n", "", r"my\.toml:12: \[lines.relay_1_enable\] has no gpio"),
        ("gpio = 76\n", "gpio = 1024\n", r"my\.toml:13: gpio must be a whole number from 0 to 1023"),
        ("gpio = 76\n", "gpio = true\n", r"my\.toml:13: gpio must be a whole number"),
        ("gpio = 76\n", "gpio = 076\n", r"my\.toml:13: a value is a text in quotes"),
        ("gpio = 76\n", "gpio = 76\ngpio = 77\n", r"my\.toml:14: gpio stands there twice"),
        ("gpio = 76\n", "gpio = 76\ncolour = 7\n", r"my\.toml:14: \[lines.relay_1_enable\] has no key colour"),
        ('"RELAY_1_ENABLE"', '"../RELAY"', r"my\.toml:12: line must be a name in quotes"),
        ('"RELAY_1_ENABLE"', '""', r"my\.toml:12: line must be a name in quotes"),
        ('"RELAY_1_ENABLE"', "RELAY_1_ENABLE", r"my\.toml:12: a value is a text in quotes"),
        ('claim = "off"', 'claim = "on"', r"my\.toml:15: claim must be one of off, keep"),
        ("safe = true", "safe = 1", r"my\.toml:16: safe must be true or false"),
        (LINE, LINE + LINE, r"my\.toml:17: the table \[lines.relay_1_enable\] stands there twice"),
        ('enable = "pilot_enable"', 'enable = "digital_in_1"', r"my\.toml:\d+: enable must name one of the outputs"),
        ('negative_reset = "negative', 'negative_reset = "positive', r"my\.toml:\d+: negative_reset must name one of"),
        ('name = "tarragon"', "name", r"my\.toml:\d+: below a table, a line is: key = value"),
        ("[board]", "stray = 1\n[board]", r"my\.toml:\d+: below a table"),
        ("[board]", "[board", r"my\.toml:\d+: a table is \[name\]"),
        ("[board]", '[board."x y"]', r"my\.toml:\d+: a table is \[name\]"),
        ("[board]", "[[board]]", r"my\.toml:\d+: a table is \[name\]"),
        ("proximity = 5", "proximity = 32", r"my\.toml:\d+: proximity must be a whole number from 0 to 31"),
    ],
)
def test_whatever_is_wrong_is_refused_with_file_and_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = TARRAGON[TARRAGON.index("[board]") :]
    assert old in text
    file = tmp_path / "my.toml"
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(BoardError, match=message):
        load(str(file))


def test_a_profile_of_your_own(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text(TARRAGON.replace('"tarragon"', '"mine" # with a comment').replace("\n", "\r\n"), newline="")
    assert load(str(file)).name == "mine"


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(BoardError, match=r"none\.toml: no board profile can be read there: No such file"):
        load(str(tmp_path / "none.toml"))
    (tmp_path / "latin.toml").write_bytes(b"# gr\xfc\xdfe\n")
    with pytest.raises(BoardError, match=r"latin\.toml: byte 4 is not UTF-8"):
        load(str(tmp_path / "latin.toml"))
    with pytest.raises(BoardError, match=r"boards/moon\.toml: no board profile"):
        load("moon")


plain = st.sampled_from(
    ['"', "[a]\n", "[a.b]\n", "k", "=", "1", "true", "# c", "\n", " ", "\\", "'", ".", "0", "\r", "ü"]
)


@given(st.lists(plain, max_size=12).map("".join) | st.text(max_size=30))
def test_what_we_read_is_what_toml_says(text: str) -> None:
    try:
        ours = nested(text)
    except BoardError:
        return
    assert ours == tomllib.loads(text)


def test_the_reader_imports_next_to_nothing() -> None:
    code = "import sys; before = set(sys.modules); import secc.hw.board; print(*sorted(set(sys.modules) - before))"
    ended = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout.split() == ["__future__", "secc", "secc.hw", "secc.hw.board"]
