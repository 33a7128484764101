"""`ccctl mqtt` against a real broker: the catalogue, watching, getting, sending, recording and replaying."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ccctl_call import Call
from hypothesis import given
from hypothesis import strategies as st

from ccctl.services.catalogue import check_filter, matches
from ccctl.services.errors import CcctlError
from ccctl.services.mqtt import Broker, Connection, parse_broker
from ccctl.services.recording import Entry, read_all, write

CP = "port0/ci/charge/cp/status"
INTERNAL = "port0/contactor/state/target"
LIMIT = "ci/global/dyn_current_limit/house"


@pytest.fixture
def at(broker: Any) -> str:
    """The test's own broker as --broker takes it."""
    return f"127.0.0.1:{broker.port}"


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """ccctl as a program that runs on; ended by its id."""
    command = [sys.executable, "-m", "ccctl", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def watching(at: str, ccctl: Call, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`ccctl mqtt watch` that is subscribed: it has shown a message that was stored before."""
    assert ccctl("mqtt", "pub", "mark", "here", "--force", "--retain", "--broker", at).code == 0
    with running("mqtt", "watch", "-o", "jsonl", "--broker", at, *arguments) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["topic"] == "mark"
        yield process


def line(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    found: dict[str, Any] = json.loads(process.stdout.readline())
    return found


def test_topics_lists_the_catalogue(ccctl: Call) -> None:
    rows = json.loads(ccctl("mqtt", "topics", "-o", "json").out)
    assert len(rows) >= 107
    keys = {"name", "topic", "aliases", "type", "direction", "retain", "owner", "unit", "guide", "about"}
    assert all(set(row) == keys for row in rows)
    assert {row["direction"] for row in rows} == {"publish", "subscribe", "internal"}


@pytest.mark.parametrize(
    ("arguments", "good"),
    [
        (("plug_lock",), lambda row: "lock" in json.dumps(row).lower()),
        (("--owner", "evsed"), lambda row: row["owner"] == "evsed"),
        (("--direction", "internal"), lambda row: row["direction"] == "internal"),
        (("contactor", "--direction", "subscribe"), lambda row: row["direction"] == "subscribe"),
    ],
)
def test_topics_are_filtered(arguments: tuple[str, ...], good: Callable[[Any], bool], ccctl: Call) -> None:
    every = json.loads(ccctl("mqtt", "topics", "-o", "json").out)
    rows = json.loads(ccctl("mqtt", "topics", *arguments, "-o", "json").out)
    assert rows
    assert len(rows) < len(every)
    assert all(map(good, rows))


def test_filters_that_find_nothing(ccctl: Call) -> None:
    assert ccctl("mqtt", "topics", "no such words").code == 3
    ended = ccctl("mqtt", "topics", "--owner", "nobody")
    assert ended.code == 3
    assert "evsed" in ended.err


def test_pub_and_get(at: str, ccctl: Call) -> None:
    sent = ccctl("mqtt", "pub", CP, "C", "--broker", at)
    assert (sent.code, sent.out) == (0, "")
    assert "retained" in sent.err
    got = ccctl("mqtt", "get", CP, "--broker", at, "-o", "json")
    found = json.loads(got.out)
    assert (got.code, found["value"], found["valid"], found["retained"]) == (0, "C", True, True)
    assert ccctl("mqtt", "get", CP, "--broker", at).out == "C\n"


def test_the_broker_may_come_from_the_environment(at: str, ccctl: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCCTL_BROKER", at)
    assert ccctl("mqtt", "pub", CP, "B").code == 0
    assert ccctl("mqtt", "get", CP).out == "B\n"


def test_a_unix_socket(broker: Any, at: str, ccctl: Call) -> None:
    if not broker.unix_path.exists():
        pytest.skip("the embedded broker has no UNIX socket")
    assert ccctl("mqtt", "pub", CP, "D", "--broker", f"unix:{broker.unix_path}").code == 0
    assert ccctl("mqtt", "get", CP, "--broker", at).out == "D\n"


@pytest.mark.parametrize(
    ("topic", "value", "code", "words"),
    [
        (CP, "Q", 1, "'A', 'B'"),
        (LIMIT, "16,5", 1, "separator"),
        (LIMIT, "nan", 1, "not a number"),
        (INTERNAL, "1", 1, "actuator"),
        ("port0/ci/charge/cp/statu", "A", 3, f"did you mean {CP}"),
        ("a/#", "A", 2, "wildcard"),
        ("", "A", 2, "empty"),
    ],
)
def test_pub_refuses(topic: str, value: str, code: int, words: str, *, at: str, ccctl: Call) -> None:
    ended = ccctl("mqtt", "pub", topic, value, "--broker", at)
    assert ended.code == code
    assert words in ended.err
    assert ccctl("mqtt", "watch", "--timeout", "0.2", "--broker", at).out == "", "nothing was sent"


def test_force_sends_what_would_be_refused(at: str, ccctl: Call) -> None:
    assert ccctl("mqtt", "pub", INTERNAL, "1", "--force", "--retain", "--broker", at).code == 0
    assert ccctl("mqtt", "pub", "my/own", "-5", "--force", "--retain", "--broker", at).code == 0
    assert ccctl("mqtt", "get", INTERNAL, "--broker", at).out == "1\n"
    assert ccctl("mqtt", "get", "my/own", "--broker", at).out == "-5\n"


def test_retain_follows_the_catalogue_unless_told(at: str, ccctl: Call) -> None:
    rows = {row["topic"]: row["retain"] for row in json.loads(ccctl("mqtt", "topics", "-o", "json").out)}
    assert rows[CP] is True
    assert ccctl("mqtt", "pub", CP, "A", "--no-retain", "--broker", at).code == 0
    assert ccctl("mqtt", "get", CP, "--timeout", "0.2", "--broker", at).code == 5
    assert ccctl("mqtt", "pub", CP, "A", "--broker", at).code == 0
    assert ccctl("mqtt", "get", CP, "--broker", at).code == 0
    assert ccctl("mqtt", "pub", CP, "", "--broker", at).code == 0, "the empty value takes it back"
    assert ccctl("mqtt", "get", CP, "--timeout", "0.2", "--broker", at).code == 5


def test_get_reports_a_value_that_the_catalogue_forbids(at: str, ccctl: Call) -> None:
    with Connection(parse_broker(at)) as connection:
        connection.publish(CP, b"nonsense\x1b[31m", True)
    ended = ccctl("mqtt", "get", CP, "--broker", at)
    assert ended.code == 1
    assert "\x1b" not in ended.out + ended.err
    assert "none of" in ended.err


def test_watch_decodes_and_marks(at: str, ccctl: Call) -> None:
    with watching(at, ccctl, "--count", "6") as process, Connection(parse_broker(at)) as connection:
        for topic, payload in (
            (CP, b"B"), (CP, b"x"), ("unheard/of", b"1"), ("bytes", b"\xff\xfe"), (LIMIT, b"16"),
        ):  # fmt: skip
            connection.publish(topic, payload, False)
        found = [line(process) for _ in range(5)]
        assert process.wait(10) == 0, "--count was reached"
    assert [row["valid"] for row in found] == [True, False, None, None, True]
    assert found[0]["name"] == "TOPIC_CHARGE_CP_STATUS"
    assert "none of" in found[1]["problem"]
    assert found[2]["problem"] == "not in the catalogue"
    assert found[3]["payload"] == "base64:" + base64.b64encode(b"\xff\xfe").decode()
    assert found[4]["value"] == 16


def test_watch_filters(at: str, ccctl: Call) -> None:
    with watching(at, ccctl, "mark", "port0/#") as process, Connection(parse_broker(at)) as connection:
        connection.publish("other", b"1", False)
        connection.publish(CP, b"F", False)
        assert line(process)["topic"] == CP


def test_watch_prints_a_valid_array_in_json_even_when_interrupted(at: str, ccctl: Call) -> None:
    assert ccctl("mqtt", "pub", CP, "A", "--broker", at).code == 0
    with running("mqtt", "watch", "-o", "json", "--broker", at) as process:
        assert process.stdout is not None
        begin = b""
        while b"}" not in begin:
            begin += os.read(process.stdout.fileno(), 65536)
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert [row["value"] for row in json.loads(begin.decode() + rest)] == ["A"]


def test_watch_without_messages(at: str, ccctl: Call) -> None:
    assert ccctl("mqtt", "watch", "--timeout", "0.1", "--broker", at, "-o", "json").out == "[]\n"
    assert ccctl("mqtt", "watch", "--timeout", "0.1", "--count", "1", "--broker", at).code == 5


def test_watch_on_a_terminal_escapes_payloads(at: str, ccctl: Call) -> None:
    with Connection(parse_broker(at)) as connection:
        connection.publish("x", b"\x1b]0;title\x07\xe2\x80\xae", True)
    ended = ccctl("mqtt", "watch", "--count", "1", "--broker", at)
    assert r"\x1b]0;title\x07\u202e" in ended.out
    assert " ?r x = " in ended.out


def test_a_lost_broker_is_exit_code_4(broker: Any, at: str, ccctl: Call) -> None:
    with watching(at, ccctl) as process:
        broker.kill()
        assert process.wait(10) == 4


def test_record_and_replay(at: str, ccctl: Call, tmp_path: Path) -> None:
    file = tmp_path / "session.jsonl"
    messages = [(CP, b"B", True), ("raw", b"\x00\xff", True), (INTERNAL, b"1", True), (LIMIT, b"10.0", True)]
    with Connection(parse_broker(at)) as connection:
        for topic, payload, retain in messages:
            connection.publish(topic, payload, retain)
    ended = ccctl("mqtt", "record", str(file), "--count", "4", "--broker", at)
    assert (ended.code, ended.out) == (0, "")
    assert {(entry.topic, entry.payload, entry.retain) for entry in read_all(str(file))} == set(messages)
    assert ccctl("mqtt", "record", str(file), "--count", "4", "--broker", at).code == 1, "it is not overwritten"
    assert ccctl("mqtt", "record", str(file), "--count", "4", "--force", "--broker", at).code == 0

    with Connection(parse_broker(at)) as connection:
        for topic, _, _ in messages:
            connection.publish(topic, b"", True)
    ended = ccctl("mqtt", "replay", str(file), "--speed", "0", "--broker", at)
    assert ended.code == 0
    assert "1 message on topics internal" in ended.err
    found = ccctl("mqtt", "watch", "--timeout", "0.3", "--broker", at, "-o", "json").out
    assert {row["topic"] for row in json.loads(found)} == {CP, "raw", LIMIT}
    assert ccctl("mqtt", "replay", str(file), "--speed", "0", "--internal", "--broker", at).code == 0
    assert ccctl("mqtt", "get", INTERNAL, "--broker", at).out == "1\n"


def test_replay_keeps_the_pace(at: str, ccctl: Call, tmp_path: Path) -> None:
    file = tmp_path / "pace.jsonl"
    with file.open("w", encoding="utf-8") as stream:
        for number in range(3):
            write(stream, Entry(number * 2.0, "beat", str(number).encode(), False))
    with watching(at, ccctl, "--count", "4") as process:
        assert ccctl("mqtt", "replay", str(file), "--speed", "10", "--broker", at).code == 0
        found = [line(process) for _ in range(3)]
    seconds = [float(row["time"][17:23]) for row in found]
    assert [row["payload"] for row in found] == ["0", "1", "2"]
    assert 0.35 <= (seconds[2] - seconds[0]) % 60 <= 2


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("{}\n", ":1: "),
        ('{"t":0,"topic":"a","payload":"1"}\n[]\n', ":2: not a JSON object"),
        ('{"t":0,"topic":"a/#","payload":"1"}\n', ":1: "),
        ('{"t":-1,"topic":"a","payload":"1"}\n', ':1: "t"'),
        ('{"t":NaN,"topic":"a","payload":"1"}\n', ':1: "t"'),
        ('{"t":0,"topic":"a"}\n', ':1: one of "payload"'),
        ('{"t":0,"topic":"a","payload_base64":"*"}\n', ":1: "),
        ('{"t":0,"topic":"a","payload":"1","retain":1}\n', ':1: "retain"'),
        ("[" * 100_000, ":1: "),
        ('{"t":0\n', ":1: "),
    ],
)
def test_a_bad_recording_is_named_by_line_and_nothing_is_sent(
    text: str, where: str, at: str, ccctl: Call, tmp_path: Path
) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(text, encoding="utf-8")
    ended = ccctl("mqtt", "replay", str(file), "--broker", at)
    assert ended.code == 1
    assert f"{file}{where}" in ended.err
    assert ccctl("mqtt", "watch", "--timeout", "0.2", "--broker", at).out == ""


def test_a_recording_that_is_not_there(at: str, ccctl: Call) -> None:
    assert ccctl("mqtt", "replay", "/nowhere.jsonl", "--broker", at).code == 3


@pytest.mark.parametrize(
    ("text", "broker"),
    [
        ("host", Broker("host", 1883)),
        ("host:1", Broker("host", 1)),
        ("[::1]:1884", Broker("::1", 1884)),
        ("[fe80::1%usb0]", Broker("fe80::1%usb0", 1883)),
        ("::1", Broker("::1", 1883)),
        ("unix:/run/m.sock", Broker("", 0, "/run/m.sock")),
    ],
)
def test_brokers(text: str, broker: Broker) -> None:
    assert parse_broker(text) == broker
    assert parse_broker(str(broker)) == broker


@pytest.mark.parametrize(
    "text", ["", ":1883", "host:", "host:0", "host:65536", "host:x", "unix:", "[::1", "a b", "[]:1"]
)
def test_no_brokers(text: str) -> None:
    with pytest.raises(ValueError, match=r"host|port|address|unix"):
        parse_broker(text)


@given(st.text(max_size=30))
def test_a_broker_text_is_read_or_refused(text: str) -> None:
    try:
        broker = parse_broker(text)
    except ValueError:
        return
    assert broker.path or 1 <= broker.port <= 65535


@pytest.mark.parametrize(
    ("topic", "pattern", "covered"),
    [
        ("a/b/c", "a/#", True), ("a", "a/#", True), ("a/b/c", "a/+/c", True), ("a/b", "a/+/c", False),
        ("a/b/c", "#", True), ("$SYS/x", "#", False), ("$SYS/x", "$SYS/#", True), ("a/b", "a", False),
    ],
)  # fmt: skip
def test_filters(topic: str, pattern: str, covered: bool) -> None:
    assert matches(topic, pattern) is covered


@pytest.mark.parametrize("text", ["", "a#", "a/#/b", "a+/b", "#a", "a\0"])
def test_no_filters(text: str, ccctl: Call) -> None:
    with pytest.raises(CcctlError):
        check_filter(text)
