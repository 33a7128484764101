"""Reads and replaces a text file of a user without ever leaving half of it behind.

A replacement is written beside the file, synced, and renamed over it; mode and owner stay, symbolic links are
followed. A file that changed since it was read is left alone. It knows nothing of what the text says.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from ccctl.services.errors import CcctlError
from ccctl.services.exit_codes import ExitCode

MAX_BYTES = 4 * 1024 * 1024


def read_text(path: str) -> str:
    """The text of a file, line endings and byte order mark as they are; CcctlError says why it cannot be read."""
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CcctlError(
            f"{path}: {error.strerror}", "name the file with --file, or go to its folder", ExitCode.NOT_FOUND
        ) from error
    if len(content) > MAX_BYTES:
        raise CcctlError(f"{path}: more than {MAX_BYTES} bytes", "that is no configuration file")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        column = error.start - (content.rfind(b"\n", 0, error.start) + 1) + 1
        raise CcctlError(f"{path}:{line}:{column}: the file is not UTF-8", "save it as UTF-8") from error


def _like(descriptor: int, status: os.stat_result, path: str) -> None:
    mine = os.fstat(descriptor)
    if (mine.st_uid, mine.st_gid) != (status.st_uid, status.st_gid):
        try:
            os.fchown(descriptor, status.st_uid, status.st_gid)
        except PermissionError as error:
            raise CcctlError(
                f"{path}: its owner ({status.st_uid}:{status.st_gid}) could not be kept; nothing was changed",
                "run the command as its owner or as root",
            ) from error
    # After the owner: a change of owner clears some bits of the mode.
    os.fchmod(descriptor, status.st_mode & 0o7777)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_text(path: str, before: str, after: str) -> None:
    """Make `after` the text of a file that reads `before`; all or nothing."""
    target = Path(os.path.realpath(path))
    temporary = None
    try:
        status = target.stat()
        descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with open(descriptor, "wb") as file:
            _like(file.fileno(), status, path)
            file.write(after.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        if target.read_bytes() != before.encode("utf-8"):
            raise CcctlError(f"{path}: somebody else changed it meanwhile; nothing was written", "try again")
        os.replace(temporary, target)
        temporary = None
        _sync_folder(target.parent)
    except OSError as error:
        raise CcctlError(f"{path}: cannot be written: {error.strerror}", "check the rights of the folder") from error
    finally:
        if temporary is not None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
