"""`ccctl config` on real files: one value changes and nothing else, errors say where, secrets stay hidden."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from ccctl_call import Call, program
from jsonschema import Draft202012Validator

from ccctl.services import textfile
from ccctl.services.config_schema import leaves
from ccctl.services.errors import CcctlError
from ccctl.services.textfile import replace_text
from secc.contract.config import KINDS, shipped, validate
from secc.contract.jsonc import format_path, parse

URI = "ws://127.0.0.1:9000/CP1"


def changed(before: str, after: str) -> list[tuple[str, str]]:
    """The lines that differ; the number of lines must not."""
    old, new = before.split("\n"), after.split("\n")
    assert len(old) == len(new)
    return [(a, b) for a, b in zip(old, new, strict=True) if a != b]


def test_set_changes_one_line_and_keeps_every_comment(customer: Path) -> None:
    before = customer.read_text()
    ended = program("config", "set", "ocpp/uri", URI, "--file", "customer.json", cwd=customer.parent)
    assert (ended.returncode, ended.stdout) == (0, "")
    assert ended.stderr == f"customer.json: ocpp/uri = {URI}; applies after a reboot\n"
    [(old, new)] = changed(before, customer.read_text())
    assert old.strip() == '"uri": "",'
    assert new.strip() == f'"uri": "{URI}",'
    assert parse(customer.read_text()).get(("ocpp", "uri")) == URI
    assert not [p for p in validate("customer", customer.read_text()) if p.severity.value == "error"]


@pytest.mark.parametrize(
    ("path", "value", "stored"),
    [
        ("ports[0]/evse_current_limit", "16", 16),
        ("ports[0]/failsafe_current_limit", "13", 13),
        ("ports[0]/force_wake_up", "true", True),
        ("ports[0]/contactor/feedback_type", "nc", "nc"),
        ("network/ntp", '["a.example", "b.example"]', ["a.example", "b.example"]),
        ("network/ntp", "a.example", "a.example"),
        ("ports[0]/evse_id", "12345", "12345"),
        ("uplink/apn_password", "true", "true"),
    ],
)
def test_the_type_of_a_value_is_that_of_the_key(
    path: str, value: str, stored: object, customer: Path, ccctl: Call
) -> None:
    ended = ccctl("config", "set", path, value)
    assert ended.code == 0, ended.err
    found = json.loads(ccctl("config", "get", path, "--show-secrets", "-o", "json").out)
    assert found["value"] == stored
    assert type(found["value"]) is type(stored)
    assert found["source"] == "file"


@pytest.mark.parametrize(
    ("path", "value", "code", "words"),
    [
        ("ports[0]/evse_current_limit", "99999", 1, "1 to 10000"),
        ("ports[0]/evse_current_limit", "0", 1, "1 to 10000"),
        ("ports[0]/evse_current_limit", "16.5", 1, "whole number"),
        ("ports[0]/evse_current_limit", "many", 1, "a whole number"),
        ("ocpp/enable", "yes", 1, "true or false"),
        ("ocpp/uri", "http://x", 1, "ws://"),
        ("ports[0]/contactor/feedback_type", "maybe", 1, "nc"),
        ("network/ntp", "[1", 1, "not JSON"),
        ("ports[0]/nothing", "1", 3, "no key"),
        ("evse_current_limit", "1", 3, "did you mean ports[0]/evse_current_limit?"),
        ("ports[", "1", 2, "write it like"),
        ("", "1", 2, "empty"),
    ],
)
def test_set_refuses_and_leaves_the_file(
    path: str, value: str, code: int, words: str, *, customer: Path, ccctl: Call
) -> None:
    before = customer.read_bytes()
    ended = ccctl("config", "set", path, value)
    assert ended.code == code
    assert words in ended.err
    assert customer.read_bytes() == before
    assert os.listdir(customer.parent) == ["customer.json"]


def test_dry_run_prints_the_difference(customer: Path, ccctl: Call) -> None:
    before = customer.read_bytes()
    ended = ccctl("config", "set", "ports[0]/evse_current_limit", "16", "--dry-run")
    lines = ended.out.splitlines()
    assert (ended.code, ended.err) == (0, "")
    assert [line.split('"', 1)[1] for line in lines[3:]] == ['evse_current_limit": 6,', 'evse_current_limit": 16,']
    assert [line[0] for line in lines[3:]] == ["-", "+"]
    assert len(lines) == 5
    assert customer.read_bytes() == before


def test_the_same_value_again_changes_nothing(customer: Path, ccctl: Call) -> None:
    before = customer.stat()
    ended = ccctl("config", "set", "ports[0]/evse_current_limit", "6")
    assert ended.code == 0
    assert "already" in ended.err
    assert customer.stat().st_ino == before.st_ino


def test_unset_and_set_again_give_the_same_file(customer: Path, ccctl: Call) -> None:
    before = customer.read_bytes()
    assert ccctl("config", "unset", "ports[0]/evse_current_limit").code == 0
    assert '// "evse_current_limit": 6,' in customer.read_text()
    found = json.loads(ccctl("config", "get", "ports[0]/evse_current_limit", "-o", "json").out)
    assert (found["value"], found["source"]) == (6, "default")
    assert ccctl("config", "get", "ports[0]/evse_current_limit").out == "6  (default)\n"
    assert ccctl("config", "set", "ports[0]/evse_current_limit", "6").code == 0
    assert customer.read_bytes() == before


def test_unset_delete(customer: Path, ccctl: Call) -> None:
    assert ccctl("config", "unset", "ocpp/enable", "--delete").code == 0
    assert parse(customer.read_text()).get(("ocpp", "enable")) is None
    assert ccctl("config", "unset", "ocpp/enable").code == 3


def test_unset_refuses_to_break_a_file(tmp_path: Path, ccctl: Call) -> None:
    file = tmp_path / "rotaryencd.json"
    file.write_text(shipped("rotaryencd"), newline="")
    before = file.read_bytes()
    ended = ccctl("config", "unset", "rotary_switch_1[0]", "--delete", "--file", str(file))
    assert ended.code == 1
    assert file.read_bytes() == before


def test_mode_and_link_stay(customer: Path, ccctl: Call) -> None:
    customer.chmod(0o640)
    link = customer.parent / "link.json"
    link.symlink_to(customer.name)
    assert ccctl("config", "set", "ports[0]/force_wake_up", "true", "--file", str(link)).code == 0
    assert link.is_symlink()
    assert stat.S_IMODE(customer.stat().st_mode) == 0o640
    assert parse(customer.read_text()).get(("ports", 0, "force_wake_up")) is True
    assert sorted(os.listdir(customer.parent)) == ["customer.json", "link.json"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_the_owner_stays(customer: Path, ccctl: Call) -> None:
    os.chown(customer, 1234, 2345)
    assert ccctl("config", "set", "ports[0]/force_wake_up", "true").code == 0
    assert (customer.stat().st_uid, customer.stat().st_gid) == (1234, 2345)


def test_line_endings_and_byte_order_mark_stay(customer: Path, ccctl: Call) -> None:
    text = "\ufeff" + customer.read_text().replace("\n", "\r\n")
    customer.write_bytes(text.encode())
    assert ccctl("config", "set", "ports[0]/force_wake_up", "true").code == 0
    assert customer.read_bytes().count(b"\r\n") == text.count("\r\n")
    assert customer.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_write_that_fails_leaves_the_file_and_no_rest(
    customer: Path, ccctl: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(textfile.os, "replace", full)
    before = customer.read_bytes()
    ended = ccctl("config", "set", "ports[0]/force_wake_up", "true")
    assert ended.code == 1
    assert "No space left" in ended.err
    assert customer.read_bytes() == before
    assert os.listdir(customer.parent) == ["customer.json"]


def test_a_file_that_changed_meanwhile_is_left_alone(customer: Path) -> None:
    customer.write_text("{} // somebody else")
    with pytest.raises(CcctlError, match="somebody else"):
        replace_text(str(customer), "{}", '{"a": 1}')
    assert customer.read_text() == "{} // somebody else"
    assert os.listdir(customer.parent) == ["customer.json"]


def test_an_error_that_was_there_does_not_forbid_to_mend_another(customer: Path, ccctl: Call) -> None:
    customer.write_text('{"ports": [{"evse_current_limit": 0, "failsafe_current_limit": -7}]}\n')
    ended = ccctl("config", "set", "ports[0]/evse_current_limit", "16")
    assert ended.code == 0
    assert "still has errors" in ended.err
    assert ccctl("config", "validate").code == 1


def test_validate(customer: Path, ccctl: Call) -> None:
    assert ccctl("config", "validate", "customer.json") == ccctl("config", "validate")
    assert ccctl("config", "validate").code == 0
    customer.write_text('{\n  "ports": [{"evse_current_limit": 0}],\n  "nonsense": 1\n}\n')
    ended = ccctl("config", "validate", "customer.json")
    assert ended.code == 1
    assert "customer.json:2:36: error: ports[0]/evse_current_limit: " in ended.out
    lines = ended.out.splitlines()
    assert all(line.startswith(("customer.json:", "    ")) for line in lines)
    rows = json.loads(ccctl("config", "validate", "-o", "json").out)
    assert {(row["severity"], row["line"]) for row in rows} >= {("error", 2)}
    assert len(lines) == 2 * len(rows)


def test_warnings_alone_are_good(customer: Path, ccctl: Call) -> None:
    customer.write_text('{"ports": [{"rzd_monitor": {"enable": false}}]}\n')
    ended = ccctl("config", "validate")
    assert "warning" in ended.out
    assert ended.code == 0


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b'{"ports": [\n}', 1, "customer.json:2:1"),
        (b'{"a": "\xff"}', 1, "not UTF-8"),
        (b"", 1, "customer.json:1:1"),
        (b"x" * 5_000_000, 1, "bytes"),
    ],
)
def test_files_that_are_none(content: bytes, code: int, words: str, customer: Path, ccctl: Call) -> None:
    customer.write_bytes(content)
    for arguments in (("get", "ocpp/uri"), ("set", "ocpp/uri", ""), ("validate",), ("diff", "customer.json")):
        ended = ccctl("config", *arguments)
        assert ended.code == code
        assert words in ended.out + ended.err
    assert customer.read_bytes() == content


@pytest.mark.parametrize("command", [("get",), ("set", "ocpp/uri", "x"), ("unset", "ocpp/uri"), ("validate",)])
def test_a_file_that_is_not_there(
    command: tuple[str, ...], tmp_path: Path, ccctl: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ccctl("config", *command).code == 3
    assert os.listdir(tmp_path) == []


def test_secrets_are_hidden_unless_asked_for(customer: Path, ccctl: Call) -> None:
    said = ccctl("config", "set", "uplink/apn_password", "hunter2").err
    said += ccctl("config", "set", "ocpp/uri", "wss://me:hunter2@cs.example/CP1?token=hunter2").err
    for arguments in (
        ("get",),
        ("get", "uplink"),
        ("get", "uplink", "-o", "json"),
        ("get", "ocpp/uri"),
        ("get", "uplink/apn_password", "-o", "yaml"),
        ("diff", "customer.json"),
        ("diff", "customer.json", "-o", "json"),
        ("set", "uplink/apn_password", "other", "--dry-run"),
        ("unset", "uplink/apn_password", "--dry-run"),
    ):
        ended = ccctl("config", *arguments)
        said += ended.out + ended.err
    assert "hunter2" not in said
    assert "********" in said
    assert "cs.example/CP1" in said
    assert ccctl("config", "get", "uplink/apn_password", "--show-secrets").out == "hunter2\n"


def test_diff(customer: Path, ccctl: Call) -> None:
    assert (ccctl("config", "diff", "customer.json").code, ccctl("config", "diff", "customer.json").out) == (0, "")
    other = customer.parent / "other.json"
    other.write_bytes(customer.read_bytes())
    ccctl("config", "set", "ports[0]/evse_current_limit", "16", "--file", "other.json")
    ccctl("config", "unset", "ocpp/enable", "--file", "other.json")  # its default is what the file said
    ccctl("config", "unset", "ports[0]/meter/parity", "--file", "other.json")
    ccctl("config", "set", "uplink/apn_username", "web", "--file", "other.json")
    ended = ccctl("config", "diff", "customer.json", "other.json")
    assert ended.code == 1
    assert set(ended.out.splitlines()) >= {"~ ports[0]/evse_current_limit: 6 -> 16", '- ports[0]/meter/parity: "even"'}
    rows = json.loads(ccctl("config", "diff", "customer.json", "other.json", "-o", "json").out)
    assert {row["change"] for row in rows} >= {"changed", "removed"}
    assert len(rows) == 3


def test_comments_do_not_count_as_a_difference(customer: Path, ccctl: Call) -> None:
    value = parse(customer.read_text()).value
    customer.write_text(json.dumps(value))
    assert ccctl("config", "diff", "customer.json").code == 0


@pytest.mark.parametrize("kind", KINDS)
def test_schema_is_valid_and_accepts_the_shipped_file(kind: str, ccctl: Call) -> None:
    schema = json.loads(ccctl("config", "schema", kind).out)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(parse(shipped(kind)).value)


def test_schema_refuses_what_is_wrong(ccctl: Call) -> None:
    schema = json.loads(ccctl("config", "schema").out)
    assert not Draft202012Validator(schema).is_valid({"ports": [{"evse_current_limit": 0}]})


def test_keys(ccctl: Call) -> None:
    rows = json.loads(ccctl("config", "keys", "-o", "json").out)
    assert len(rows) == 47
    assert all(set(row) == {"key", "access", "default", "applies", "vendor", "path"} for row in rows)
    by_key = {row["key"]: row for row in rows}
    assert by_key["CentralSystemURI"]["path"] == "ocpp/uri"
    assert by_key["NumberOfConnectors"]["path"] is None
    assert ccctl("config", "keys", "no such key").code == 3


def test_every_key_of_the_schema_can_be_asked_for(customer: Path, ccctl: Call) -> None:
    rows = json.loads(ccctl("config", "get", "-o", "json").out)
    assert [row["path"] for row in rows] == [format_path(path) for path, _ in leaves("customer")]
    assert len(rows) > 90


@pytest.mark.parametrize(
    ("name", "kind"), [("leds.json", "leds"), ("rotaryencd.json", "rotaryencd"), ("x.json", "customer")]
)
def test_the_kind_is_guessed_from_the_name(name: str, kind: str, tmp_path: Path, ccctl: Call) -> None:
    file = tmp_path / name
    file.write_text(shipped(kind), newline="")
    assert ccctl("config", "validate", str(file)).code == 0
    assert ccctl("config", "diff", str(file)).code == 0
