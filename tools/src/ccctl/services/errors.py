"""The one error that commands raise on purpose: what is wrong, where, what to do, and the exit code it leads to.

Everything else that reaches the top of the program is either a usage error of click or a defect.
"""

from __future__ import annotations

from ccctl.services.exit_codes import ExitCode


class CcctlError(Exception):
    """`message` says what and where; `remedy` what to do about it; `code` how the program ends."""

    def __init__(self, message: str, remedy: str = "", code: ExitCode = ExitCode.NO) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.code = code

    def line(self) -> str:
        """The error as one line."""
        return f"{self.message}; {self.remedy}" if self.remedy else self.message
