"""The last steps of every change to a configuration file: check it, show it or write it, and say when it applies.

Nothing is written that brings a new error. With a dry run nothing is written at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccctl.services.config_edit import Opened, check_change, problem_line, text_diff
from ccctl.services.output import Output
from ccctl.services.textfile import replace_text

if TYPE_CHECKING:
    from secc.contract.jsonc import Document

_WHEN = {
    "Immediately": "applies immediately",
    "Next transaction": "applies from the next transaction on",
    "When no EV is connected": "applies as soon as no EV is connected",
    "After restart": "applies after a restart of the daemon that uses it",
    "After reboot": "applies after a reboot",
}


def finish(
    output: Output,
    opened: Opened,
    after: Document,
    *,
    done: str,
    applies: str | None,
    dry_run: bool,
    show_secrets: bool,
) -> None:
    """Write `after` over the file that was `opened`, or print the difference; `done` says what was changed."""
    left = check_change(opened, after)
    if dry_run:
        lines = text_diff(opened, after, show_secrets)
        output.record({"file": opened.name, "diff": lines}, lines)
        return
    if after.text == opened.document.text:
        output.say(f"{opened.name}: {done} already; nothing was changed")
        return
    replace_text(opened.name, opened.document.text, after.text)
    output.say(f"{opened.name}: {done}; {_WHEN.get(applies or '', 'applies after a restart of the charging stack')}")
    if left:
        output.say(
            f"note: the file still has errors that were there before, the first: {problem_line(opened.name, left[0])}"
        )
