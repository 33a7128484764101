"""The exit codes of ccctl, in one place: scripts branch on them, `ccctl --help` and the reference page print them.

A code says which kind of answer came, never which command gave it. It decides nothing else.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a call of ccctl ended."""

    OK = 0
    NO = 1
    USAGE = 2
    NOT_FOUND = 3
    NO_CONNECTION = 4
    TIMEOUT = 5
    INTERNAL = 70
    INTERRUPTED = 130


MEANING: dict[ExitCode, str] = {
    ExitCode.OK: "done, or the answer is yes",
    ExitCode.NO: "the answer is no: invalid, different, refused",
    ExitCode.USAGE: "the command line is wrong",
    ExitCode.NOT_FOUND: "a file, key, topic, code or scenario does not exist",
    ExitCode.NO_CONNECTION: "the broker cannot be reached, or the connection was lost",
    ExitCode.TIMEOUT: "nothing came in the time given",
    ExitCode.INTERNAL: "a defect of ccctl; --debug shows where",
    ExitCode.INTERRUPTED: "ended by ctrl-C or a signal",
}
