"""The key switch: whoever turns the key may charge, for as long as it is turned.

A contact bounces, so a level counts once it has held still. It decides nothing but whether the key is turned.
Guide §7.9.1 (table 26: DIG_IN_3, active high), §14.1 (user_authentication).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from secc.evsed.events import WatchInput
from secc.evsed.inputs import Input
from secc.fsm import After, Cancel, Effects

SETTLE = "key.settle"
SETTLE_MS = 50


@dataclass(frozen=True, slots=True)
class KeySwitch:
    """`input` is None where no key switch authorizes. `level` is the last one, `turned` what holds still."""

    input: Input | None
    level: bool | None = None
    turned: bool = False


def started(key: KeySwitch) -> tuple[KeySwitch, Effects]:
    """Begin to listen."""
    return key, (WatchInput(key.input.line),) if key.input else ()


def sensed(key: KeySwitch, line: str, level: bool) -> tuple[KeySwitch, Effects]:
    """After a line was read or changed."""
    if key.input is None or key.input.line != line or level is key.level:
        return key, ()
    return replace(key, level=level), (After(SETTLE, SETTLE_MS),)


def elapsed(key: KeySwitch) -> KeySwitch:
    """The contact held still."""
    if key.input is None or key.level is None:
        return key
    return replace(key, turned=key.input.is_active(key.level))


def replaced(old: KeySwitch, new: KeySwitch) -> tuple[KeySwitch, Effects]:
    """Listen to another input, or to none."""
    fresh, effects = started(new)
    return fresh, (Cancel(SETTLE), *effects) if old.input else effects
