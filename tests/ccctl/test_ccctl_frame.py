"""The frame of every command: help, examples, global options, exit codes, errors, and the printing of results."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys

import click
import pytest
import yaml
from ccctl_call import Call, program
from hypothesis import given
from hypothesis import strategies as st

from ccctl import __version__
from ccctl.cli import root
from ccctl.generate.cli_reference import PAGE, products, walk
from ccctl.services import output
from ccctl.services.errors import CcctlError
from ccctl.services.escape import clean, clean_json
from ccctl.services.exit_codes import MEANING, ExitCode
from ccctl.services.frame import Command, Group
from ccctl.services.yaml import dump

COMMANDS = dict(walk("ccctl", root))
LEAVES = {path: each for path, each in COMMANDS.items() if not isinstance(each, click.Group)}
EXPECTED = (
    "completion", "config diff", "config get", "config keys", "config schema", "config set", "config shipped",
    "config unset",
    "config validate", "faults explain", "faults list", "label build", "label parse", "mqtt get", "mqtt pub",
    "mqtt record", "mqtt replay", "mqtt topics", "mqtt watch", "sim ev plug", "sim ev request", "sim ev stop",
    "sim ev unplug", "sim fault clear", "sim fault inject", "sim list", "sim up", "version",
)  # fmt: skip


def test_the_commands_of_this_version() -> None:
    assert {f"ccctl {name}" for name in EXPECTED} <= set(LEAVES), "more may come: a command is one file"


@pytest.mark.parametrize("path", ["ccctl", *COMMANDS])
def test_every_command_has_help_and_an_example_that_parses(path: str, ccctl: Call) -> None:
    command = root if path == "ccctl" else COMMANDS[path]
    assert isinstance(command, (Command, Group))
    assert command.examples
    ended = ccctl(*path.split()[1:], "--help")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"Usage: {path}")
    for example in command.examples:
        assert example in ended.out
        _parse(example)


def _parse(example: str) -> None:
    """The example, without the shell around it, must be accepted by the parser of the command that it names."""
    if example.startswith("eval "):
        example = example.removeprefix('eval "$(').removesuffix(')"')
    words = shlex.split(example.partition(" | ")[0].partition(" > ")[0])
    assert words[0] == "ccctl"
    words = words[1:]
    if words == ["--version"]:
        return
    command: click.Command = root
    context = click.Context(root, info_name="ccctl")
    while isinstance(command, click.Group):
        words = command.make_parser(context).parse_args(words)[1] if words[0].startswith("-") else words
        found = command.get_command(context, words[0])
        assert found is not None, example
        command, words = found, words[1:]
        context = click.Context(command, parent=context, info_name=command.name)
    command.make_context(command.name, words, parent=context.parent)


def test_exit_codes_stand_in_the_help_and_on_the_reference_page(ccctl: Call) -> None:
    assert {int(code) for code in ExitCode} == {0, 1, 2, 3, 4, 5, 70, 130}
    shown, page = ccctl("--help").out, products()[PAGE]
    for code, text in MEANING.items():
        assert text in shown
        assert f"| {int(code)} | {text} |" in page


def test_the_reference_page_names_every_command_and_option() -> None:
    page = products()[PAGE]
    for path, command in COMMANDS.items():
        assert f" {path}\n" in page
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.opts[-1] in page
    assert products() == products()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--version",), 0, ""),
        (("-o", "json", "--version"), 0, ""),
        (("mqt",), 2, "did you mean mqtt?"),
        (("mqtt", "topcs"), 2, "did you mean topics?"),
        (("faults", "list", "--no-such"), 2, "--no-such"),
        (("faults", "list", "-o", "xml"), 2, "'xml'"),
        (("faults", "explain", "nothing like it"), 3, "ccctl faults list"),
        (("mqtt", "get", "a", "--broker", "127.0.0.1:1"), 4, "127.0.0.1:1"),
        (("mqtt", "get", "a", "--broker", "a:b:c:d:e"), 4, "a:b:c:d:e"),
        (("mqtt", "get", "a", "--broker", "host:99999"), 2, "1 to 65535"),
        (("mqtt", "get", "a", "--broker", "unix:/nowhere/at/all"), 4, "unix:/nowhere/at/all"),
    ],
)
def test_exit_codes(arguments: tuple[str, ...], code: int, words: str, ccctl: Call) -> None:
    ended = ccctl(*arguments)
    assert ended.code == code
    assert words in ended.err
    assert "Traceback" not in ended.err
    assert ended.err.count("\n") == (code != 0), "one error is one line"


def test_a_defect_is_exit_code_70_and_debug_shows_where(ccctl: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccctl.services.fault_view.row", lambda _fault: 1 / 0)
    monkeypatch.setattr("ccctl.commands.faults.list.row", lambda _fault: 1 / 0)
    plain, debug = ccctl("faults", "list"), ccctl("faults", "list", "--debug")
    assert (plain.code, debug.code) == (70, 70)
    assert "ZeroDivisionError" in plain.err
    assert "Traceback" not in plain.err
    assert "Traceback" in debug.err


def test_debug_shows_where_an_expected_error_arose_and_keeps_its_code(ccctl: Call) -> None:
    ended = ccctl("--debug", "faults", "explain", "x")
    assert ended.code == 3
    assert "Traceback" in ended.err


@pytest.mark.parametrize("where", ["before", "after", "both"])
def test_output_works_before_and_after_the_command(where: str, ccctl: Call) -> None:
    before = ("-o", "json") if where == "before" else ("-o", "yaml") if where == "both" else ()
    after = ("-o", "json") if where != "before" else ()
    assert isinstance(json.loads(ccctl(*before, "faults", "list", *after).out), list)


def test_the_formats_say_the_same(ccctl: Call) -> None:
    rows = json.loads(ccctl("mqtt", "topics", "-o", "json").out)
    assert [json.loads(line) for line in ccctl("mqtt", "topics", "-o", "jsonl").out.splitlines()] == rows
    assert yaml.safe_load(ccctl("mqtt", "topics", "-o", "yaml").out) == rows


def test_quiet_leaves_results_and_errors(ccctl: Call) -> None:
    assert ccctl("mqtt", "topics").err != ""
    assert ccctl("mqtt", "topics", "-q").err == ""
    assert ccctl("-q", "faults", "explain", "x").err != ""


def test_a_table_in_a_pipe_is_plain(ccctl: Call) -> None:
    text = ccctl("mqtt", "topics").out
    assert "\t" not in text
    assert not set(text) & set("─│┃━┏╭|\x1b")
    assert len({line.index("TOPIC_") for line in text.splitlines() if "TOPIC_" in line}) == 1


@pytest.mark.parametrize("width", [80, 200])
def test_a_table_on_a_terminal_fits(width: int, ccctl: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", str(width))
    text = ccctl("mqtt", "topics").out
    assert max(map(len, text.splitlines())) <= width
    assert "port0/ci/charge/cp/status" in text, "the topic stands in one piece"
    assert ("TOPIC_CHARGE_CP_STATUS" in text) is (width == 200)


def test_no_colour_where_it_is_not_wanted(ccctl: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "is_terminal", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in ccctl("faults", "list").out


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\r\nb\tc", r"a\r\nb\tc"),
        ("bell\x07 del\x7f c1\x9b", r"bell\x07 del\x7f c1\x9b"),
        ("evil\u202egnp.exe", r"evil\u202egnp.exe"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("line\u2028end", r"line\u2028end"),
        ("Größe 世界 ok", "Größe 世界 ok"),
    ],
)
def test_foreign_text_is_escaped(foreign: str, shown: str) -> None:
    assert clean(foreign) == shown
    assert json.loads(clean_json(json.dumps(foreign, ensure_ascii=False))) == foreign


@given(st.text())
def test_what_is_shown_is_one_line_without_control_characters(text: str) -> None:
    shown = clean(text)
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 or 0x202A <= ord(c) <= 0x202E for c in shown)
    assert len(shown.splitlines()) <= 1
    assert clean(shown) == shown


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_json_keeps_the_value(text: str) -> None:
    assert json.loads(clean_json(json.dumps(text, ensure_ascii=False))) == text


_PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(
    st.characters(exclude_categories=["Cs"])
)  # fmt: skip


@given(
    st.recursive(
        _PLAIN,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=12,
    )
)
def test_yaml_reads_back_as_what_was_written(value: object) -> None:
    read = yaml.safe_load(dump(value))
    assert json.dumps(read, default=str) == json.dumps(value) or read == value


def test_errors_of_a_command_are_escaped(ccctl: Call) -> None:
    ended = ccctl("faults", "explain", "a\x1b[31m\u202e")
    assert "\x1b" not in ended.err
    assert "\u202e" not in ended.err


def test_the_error_says_what_where_and_what_to_do() -> None:
    assert CcctlError("what, where", "do this").line() == "what, where; do this"


def test_version(ccctl: Call) -> None:
    assert ccctl("--version").out == f"ccctl {__version__}\n"
    assert program("--version").stdout == f"ccctl {__version__}\n"
    assert json.loads(ccctl("version", "-o", "json").out)["ccctl"] == __version__


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str, ccctl: Call) -> None:
    script = ccctl("completion", shell).out
    assert f"_CCCTL_COMPLETE={shell}_complete" in script


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ccctl mq", "mqtt"),
        ("ccctl mqtt get port0/ci/charge/cp", "port0/ci/charge/cp/status"),
        ("ccctl config set ocpp/ur", "ocpp/uri"),
        ("ccctl config set ocpp/enable t", "true"),
        ("ccctl faults explain plugl", "PlugLockCannotLock"),
        ("ccctl sim up --scenario lo", "loop"),
        ("ccctl sim fault inject contactor_w", "contactor_weld"),
    ],
)
def test_completion(words: str, found: str) -> None:
    count = len(words.split()) - 1
    ended = program(env={"_CCCTL_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(count)})
    assert f"plain,{found}" in ended.stdout.splitlines()


def test_the_reader_of_a_pipe_may_leave() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        command = [sys.executable, "-m", "ccctl", "config", "schema"]
        ended = subprocess.run(command, stdout=gone, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
