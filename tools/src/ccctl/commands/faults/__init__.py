"""`ccctl faults`: the error catalogue of the charging station (guide §3.3.4)."""

from __future__ import annotations

from ccctl.services.frame import LazyGroup

command = LazyGroup(
    "faults",
    __name__,
    help="List and explain the faults that the charging station reports.",
    examples=["ccctl faults list", "ccctl faults explain PlugLockCannotUnlock"],
)
