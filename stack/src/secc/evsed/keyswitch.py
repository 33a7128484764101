"""The key switch: whoever turns the key may charge, for as long as it is turned.

A contact bounces, so a key counts as turned once it has held still. One that chatters does not put off the moment at
which a turned key is looked at again. It decides nothing but whether the key is turned.
Guide §7.9.1 (table 26: DIG_IN_3, active high), §14.1 (user_authentication).
"""

from __future__ import annotations

from dataclasses import dataclass

from secc.evsed.events import WatchInput
from secc.evsed.inputs import Input
from secc.fsm import After, Cancel, Effects, replace

SETTLE = "key.settle"
SETTLE_MS = 50
MAX_LOOKS = 4
"""A turned key that does not hold still for so many looks is not turned."""


@dataclass(frozen=True, slots=True)
class KeySwitch:
    """`input` is None where no key switch authorizes. `level` is the last one, `turned` what counts. `looks`: how often
    it was, or is about to be, looked at since it moved; `restless`: it moved since the last look.
    """

    input: Input | None
    level: bool | None = None
    turned: bool = False
    looks: int = 0
    restless: bool = False


def started(key: KeySwitch) -> tuple[KeySwitch, Effects]:
    """Begin to listen."""
    return key, (WatchInput(key.input.line),) if key.input else ()


def sensed(key: KeySwitch, line: str, level: bool) -> tuple[KeySwitch, Effects]:
    """After a line was read or changed. Turning on has to hold still; what is on is looked at soon, come what may."""
    if key.input is None or key.input.line != line or level is key.level:
        return key, ()
    if key.turned and key.looks:
        return replace(key, level=level, restless=True), ()
    return replace(key, level=level, looks=1, restless=False), (After(SETTLE, SETTLE_MS),)


def elapsed(key: KeySwitch) -> tuple[KeySwitch, Effects]:
    """It is looked at now."""
    if key.input is None or key.level is None:
        return key, ()
    if key.restless and key.looks < MAX_LOOKS:
        return replace(key, looks=key.looks + 1, restless=False), (After(SETTLE, SETTLE_MS),)
    turned = key.input.is_active(key.level) and not key.restless
    return replace(key, turned=turned, looks=0, restless=False), ()


def replaced(old: KeySwitch, new: KeySwitch) -> tuple[KeySwitch, Effects]:
    """Listen to another input, or to none."""
    fresh, effects = started(new)
    return fresh, (Cancel(SETTLE), *effects) if old.input else effects
