"""Wires evsed: configuration, core, mailbox, adapter, broker, and the watch on the configuration.

Plain code without decisions. Guide §12; house rules section 3.
"""

from __future__ import annotations

import logging
from pathlib import Path

from secc.evsed.adapter import Adapter
from secc.evsed.configuration import load
from secc.evsed.core import SUBSCRIBED, at_rest, initial, step
from secc.evsed.events import SettingsChanged, Stopping, TimeSet
from secc.fsm import Tick
from secc.ports import Station, Timer
from secc.runtime.context import ConfigurationRefused, Context
from secc.runtime.mailbox import Mailbox
from secc.runtime.watch import ConfigWatch

TIME_IS_SET = Path("/run/systemd/timesync/synchronized")
RELOAD_MS = 500
log = logging.getLogger(__name__)


def rotary_position(station: Station) -> int:
    """Where the rotary switch stands (0..15); read once, as it may only be turned without power (guide §4.2.2)."""
    return sum(bit * station.digital_in(f"rotary_switch_1_{bit}").read() for bit in (1, 2, 4, 8))


class Evsed:
    """The running daemon."""

    def __init__(self, context: Context) -> None:
        station = context.station()
        self._folder, self._position = context.config_dir, rotary_position(station)
        settings = load(self._folder, self._position, log.warning)
        if context.trace is not None:
            context.trace.begin(settings)
        self._adapter = Adapter(station, context.clock)
        self._mailbox = Mailbox(
            "evsed", step, initial(settings), context.clock, context.bus, self._adapter.perform, context.trace
        )
        for topic in SUBSCRIBED:
            self._mailbox.subscribe(topic)
        files = tuple(self._folder / name for name in ("customer.json", "rotaryencd.json"))
        self._clock = context.clock
        self._waiting: Timer | None = None
        self._watch = ConfigWatch(context.clock, files, self._noticed)
        self._adapter.begin(self._mailbox.post)

    @property
    def ticked(self) -> int:
        return self._mailbox.ticked

    @property
    def at_rest(self) -> bool:
        """After `stop`: contactor open, lock where it belongs."""
        return at_rest(self._mailbox.model)

    def tick(self, now_ms: int) -> None:
        self._mailbox.post(TimeSet(TIME_IS_SET.exists()))
        self._mailbox.post(Tick(now_ms))

    def stop(self) -> None:
        self._watch.close()
        if self._waiting is not None:
            self._waiting.cancel()
        self._mailbox.post(Stopping())

    def _noticed(self) -> None:
        log.info("the configuration was edited; it is read as soon as no car is connected")
        if self._waiting is None:
            self._reload()

    def _reload(self) -> None:
        """Reading a file takes its time, which the power path only has while nobody uses it."""
        if not at_rest(self._mailbox.model):
            self._waiting = self._clock.call_later(RELOAD_MS, self._reload)
            return
        self._waiting = None
        try:
            settings = load(self._folder, self._position, log.warning)
        except ConfigurationRefused as refused:
            for line in refused.lines:
                log.error("%s (the settings from before stay in force)", line)
            return
        self._mailbox.post(SettingsChanged(settings))


def start(context: Context) -> Evsed:
    """Start the power path; ConfigurationRefused if the configuration cannot be obeyed."""
    return Evsed(context)
