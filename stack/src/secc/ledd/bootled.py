"""The green LED of the board: it blinks while the board boots, and is on for good once the charging software runs.

The kernel makes it blink; here it is switched over once, by the name of either device tree, and left alone from then
on. The yellow LED belongs to the USB steps and the red one to the kernel; neither is ever touched. Guide §4.1.1.
"""

from __future__ import annotations

import logging
from pathlib import Path

LEDS = Path("/sys/class/leds")
GREEN = ("green:boot", "evse:green:led1")
"""Its names in the current device tree and in the one before."""
log = logging.getLogger("secc.ledd")


def show_operational(root: Path = LEDS) -> None:
    """Switch it on for good. A board without it, or one that does not let us, is a line in the journal."""
    for name in GREEN:
        led = root / name
        if not led.is_dir():
            continue
        try:
            (led / "trigger").write_text("none\n", encoding="ascii")
            brightness = (led / "max_brightness").read_text(encoding="ascii").strip()
            (led / "brightness").write_text(f"{brightness}\n", encoding="ascii")
        except OSError as error:
            log.warning("%s: cannot be switched on: %s", error.filename or led, error.strerror)
        return
    log.info("%s has no green board LED (%s)", root, ", ".join(GREEN))
