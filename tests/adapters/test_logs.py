"""The journal: no secret, no control character, no endless field, in both forms."""

from __future__ import annotations

import io
import logging
import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secc.runtime.logs import FIELD_BYTES, JournalHandler, Mask, PlainHandler, Seldom, journal_is_ours, safe


def line(message: str, *values: object, mask: Mask | None = None, **fields: object) -> str:
    stream = io.StringIO()
    logger = logging.Logger("secc.evsed.core")
    logger.addHandler(PlainHandler(stream, mask or Mask()))
    logger.warning(message, *values, extra={"fields": fields})
    return stream.getvalue()


def test_the_plain_form() -> None:
    assert line("limit is %s A", 16, port=0, source="grid") == "WARNING evsed: limit is 16 A port=0 source=grid\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\r\tc", r"a\x0ab\x0d\x09c"),
        ("\x1b]0;owned\x07", r"\x1b]0;owned\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("user\u202egpj.exe", r"user\u202egpj.exe"),
        ("\u2066x\u2069\u200f", r"\u2066x\u2069\u200f"),
        ("\ud800", r"\ud800"),
        ("Grüße, 日本", "Grüße, 日本"),
    ],
)
def test_control_and_bidi_characters_are_escaped(text: str, shown: str) -> None:
    assert safe(text) == shown
    assert line("got %s", text) == f"WARNING evsed: got {shown}\n"


@given(st.text(max_size=2000) | st.text(alphabet="\x00\u202e日a", min_size=400, max_size=2000))
def test_every_text_is_bounded_and_printable(text: str) -> None:
    shown = safe(text)
    assert len(shown.encode()) <= FIELD_BYTES
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 or 0x202A <= ord(c) <= 0x202E for c in shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET ftp://user:pa@ss@host/x", "GET ftp://***@host/x"),
        ("ws://cp1:key@[::1]:80/ocpp", "ws://***@[::1]:80/ocpp"),
        ("https://host/a@b", "https://host/a@b"),
        ("AuthorizationKey=0123456789abcdef", "AuthorizationKey=***"),
        ('{"AuthorizationKey": "top secret", "x": 1}', '{"AuthorizationKey": ***, "x": 1}'),
        ("password: hunter2, user bob", "password: ***, user bob"),
        ("the token is missing", "the token is missing"),
        ("apn key is s3cr3t-value", "apn key is ***"),
    ],
)
def test_secrets_are_masked(text: str, shown: str) -> None:
    mask = Mask()
    mask.hide(["s3cr3t-value", "abc", ""])
    assert mask(text) == shown


def test_a_secret_is_masked_in_fields_and_by_their_names() -> None:
    mask = Mask()
    mask.hide(["hush-hush"])
    shown = line("x", mask=mask, uri="http://a:b@h/", authorization_key="0123456789abcdef", note="hush-hush")
    assert shown == "WARNING evsed: x uri=http://***@h/ authorization_key=*** note=***\n"


def test_a_secret_does_not_escape_by_being_cut() -> None:
    mask = Mask()
    mask.hide(["S" * 40])
    shown = line("%s", "x" * (FIELD_BYTES - 20) + "S" * 40, mask=mask)
    assert "SS" not in shown


def test_a_line_written_wrongly_ends_nothing() -> None:
    assert line("%d A", "sixteen") == "WARNING evsed: %d A ('sixteen',)\n"


def test_a_stream_that_is_gone_ends_nothing() -> None:
    stream = io.StringIO()
    stream.close()
    logger = logging.Logger("secc.evsed")
    logger.addHandler(PlainHandler(stream, Mask()))
    logger.warning("nobody hears")


def test_the_journal_gets_fields_in_its_own_protocol(tmp_path: Path) -> None:
    path = str(tmp_path / "journal")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.bind(path)
        handler = JournalHandler(path, Mask())
        logger = logging.Logger("secc.evsed.bus")
        logger.addHandler(handler)
        logger.error("bad\nMESSAGE=forged", extra={"fields": {"left-out": 3, "code": "x\ny"}})
        sent = journal.recv(65536).decode()
        handler.close()
    assert sent.splitlines() == [
        r"MESSAGE=bad\x0aMESSAGE=forged",
        "PRIORITY=3",
        "SYSLOG_IDENTIFIER=evsed",
        "SECC_LOGGER=secc.evsed.bus",
        "SECC_LEFT_OUT=3",
        r"SECC_CODE=x\x0ay",
    ]


def test_a_journal_that_does_not_listen_never_blocks(tmp_path: Path) -> None:
    path = str(tmp_path / "journal")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.bind(path)
        handler = JournalHandler(path, Mask())
        logger = logging.Logger("secc.evsed")
        logger.addHandler(handler)
        for _ in range(2000):
            logger.info("x" * 400)
        assert handler.lost > 0
        handler.close()


def test_the_journal_is_ours_only_if_the_stream_is(tmp_path: Path) -> None:
    with (tmp_path / "x").open("w") as file:
        stat = os.fstat(file.fileno())
        assert journal_is_ours({"JOURNAL_STREAM": f"{stat.st_dev}:{stat.st_ino}"}, file.fileno())
        assert not journal_is_ours({"JOURNAL_STREAM": f"{stat.st_dev}:{stat.st_ino + 1}"}, file.fileno())
        assert not journal_is_ours({}, file.fileno())


def test_complaints_come_once_a_minute_with_a_count(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = 1000.0
    monkeypatch.setattr("secc.runtime.logs.time.monotonic", lambda: now)
    seldom = Seldom(logging.getLogger("secc.test"))
    for moment in (1000.0, 1001.0, 1059.9, 1060.0, 1061.0):
        now = moment
        seldom.log(logging.WARNING, "a", "a at %s", moment)
    seldom.log(logging.WARNING, "b", "b")
    assert [record.getMessage() for record in caplog.records] == ["a at 1000.0", "a at 1060.0", "b"]
    assert caplog.records[1].__dict__["fields"] == {"left_out": 2}
