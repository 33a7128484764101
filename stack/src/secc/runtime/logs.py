"""The journal: what every process writes there, and what it must never write.

Lines go to journald in its own protocol when it is our stderr, else as text. Secrets are masked, control and
bidi characters of foreign texts are escaped, every field is cut at 512 bytes, and writing never blocks: a
journal that does not listen loses lines, not milliseconds. Guide §3.3.7 (AuthorizationKey), §15.1.
"""

from __future__ import annotations

import logging
import os
import re
import socket
import sys
import time
import traceback
from collections.abc import Iterable
from typing import TextIO

FIELD_BYTES = 512
JOURNAL = "/run/systemd/journal/socket"
_HIDDEN = "***"
_LOOK = 8 * FIELD_BYTES  # masking looks this far; what is shown ends long before
_URL_USER = re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]{0,31}://)[^\s/\"'<>]{1,400}@")
_KEYED = re.compile(
    r"(?i)((?:authorization_?key|pass(?:word|phrase|wd)|psk|secret|token)[\"']?\s*[:=]\s*)"
    r"(\"[^\"]*\"|'[^']*'|[^\s,;}\]]+)"
)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_PRIORITY = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    return f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"


def safe(text: str, limit: int = FIELD_BYTES) -> str:
    """Text that neither breaks a line nor a terminal, of at most `limit` bytes of UTF-8."""
    # Cut first: escaping is the dearer step, and no character is shorter than a byte.
    clean = _UNSAFE.sub(_escaped, text[:limit])
    raw = clean.encode()
    if len(raw) <= limit and len(text) <= limit:
        return clean
    return raw[: limit - 3].decode("utf-8", "ignore") + "..."


class Mask:
    """Takes secrets out of a text: those it was told, users in URLs, values of names that mean a secret."""

    def __init__(self) -> None:
        self._secrets: list[str] = []

    def hide(self, secrets: Iterable[str]) -> None:
        """Remember values (of x-secret keys) that must not appear; those under 4 characters would hide
        everything."""
        known = set(self._secrets) | {s for s in secrets if len(s) >= 4}
        self._secrets = sorted(known, key=lambda s: (-len(s), s))

    def __call__(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        text = _URL_USER.sub(rf"\1{_HIDDEN}@", text)
        return _KEYED.sub(rf"\1{_HIDDEN}", text)


def _parts(record: logging.LogRecord, mask: Mask) -> tuple[str, str, dict[str, str]]:
    """Daemon, message and further fields of a record, all of them safe to show."""
    name = record.name.split(".")
    daemon = name[1] if len(name) > 1 and name[0] == "secc" else record.name
    try:
        text = record.getMessage()
    except (TypeError, ValueError):
        # A line that was written wrongly must not end a charge.
        text = f"{record.msg} {record.args}"
    message = safe(mask(text[:_LOOK]))
    fields = getattr(record, "fields", {})
    # A field is masked together with its key: the key may be what makes it a secret.
    shown = {k: safe(mask(f"{k}={v}"[:_LOOK]).removeprefix(f"{k}=")) for k, v in fields.items()}
    return daemon, message, shown


class PlainHandler(logging.Handler):
    """`LEVEL daemon: message key=value` on a stream."""

    def __init__(self, stream: TextIO, mask: Mask) -> None:
        super().__init__()
        self._stream = stream
        self._mask = mask

    def emit(self, record: logging.LogRecord) -> None:
        daemon, message, fields = _parts(record, self._mask)
        tail = "".join(f" {key}={value}" for key, value in fields.items())
        try:
            self._stream.write(f"{record.levelname} {daemon}: {message}{tail}\n")
            self._stream.flush()
        except (OSError, ValueError):
            # Nobody reads any more. There is no better place to say so.
            return


class JournalHandler(logging.Handler):
    """journald's native protocol; `lost` counts lines that the journal did not take."""

    def __init__(self, path: str, mask: Mask) -> None:
        super().__init__()
        self.lost = 0
        self._path = path
        self._mask = mask
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    def emit(self, record: logging.LogRecord) -> None:
        daemon, message, fields = _parts(record, self._mask)
        lines = {
            "MESSAGE": message,
            "PRIORITY": str(_PRIORITY.get(record.levelno, 6)),
            "SYSLOG_IDENTIFIER": daemon,
            "SECC_LOGGER": safe(record.name),
        }
        lines |= {"SECC_" + re.sub(r"[^A-Z0-9_]", "_", k.upper()): v for k, v in fields.items()}
        datagram = "".join(f"{key}={value}\n" for key, value in lines.items()).encode()
        try:
            self._socket.sendto(datagram, self._path)
        except OSError:
            self.lost += 1

    def close(self) -> None:
        self._socket.close()
        super().close()


def journal_is_ours(environ: dict[str, str] | os._Environ[str], descriptor: int) -> bool:
    """True if the descriptor is the stream that the service manager connected to the journal."""
    device, _, inode = environ.get("JOURNAL_STREAM", "").partition(":")
    try:
        stat = os.fstat(descriptor)
    except OSError:
        return False
    return (device, inode) == (str(stat.st_dev), str(stat.st_ino))


def set_up(level: int = logging.INFO) -> Mask:
    """Send all logging of the process where it belongs; tell the returned mask what to hide."""
    mask = Mask()
    handler: logging.Handler
    handler = JournalHandler(JOURNAL, mask) if journal_is_ours(os.environ, 2) else PlainHandler(sys.stderr, mask)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("secc").setLevel(level)
    return mask


def log_exception(logger: logging.Logger, what: str, error: BaseException) -> None:
    """Write an exception with its trace, one line of the journal for each line of it."""
    logger.critical("%s: %s: %s", what, type(error).__name__, error)
    for block in traceback.format_exception(error):
        for line in block.splitlines():
            logger.error("%s", line)


class Seldom:
    """Logs a complaint once a minute for each subject, and says how many were left out."""

    def __init__(self, logger: logging.Logger, every_s: float = 60.0) -> None:
        self._logger = logger
        self._every_s = every_s
        self._last: dict[str, tuple[float, int]] = {}

    def log(self, level: int, subject: str, message: str, *values: object) -> None:
        """`subject` must come from a bounded set (a row's topic, never a received one)."""
        now = time.monotonic()
        last, left_out = self._last.get(subject, (now - self._every_s, 0))
        if now - last < self._every_s:
            self._last[subject] = (last, left_out + 1)
            return
        self._last[subject] = (now, 0)
        self._logger.log(level, message, *values, extra={"fields": {"left_out": left_out}} if left_out else {})
