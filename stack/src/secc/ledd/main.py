"""Wires ledd: configuration, core, mailbox, adapter, broker, and the watch on the configuration.

Plain code without decisions. Guide §12; house rules section 3.
"""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import Protocol, runtime_checkable

from secc.fsm import Tick
from secc.ledd.adapter import Adapter
from secc.ledd.bootled import LEDS, show_operational
from secc.ledd.configuration import load
from secc.ledd.core import SUBSCRIBED, initial, step
from secc.ledd.events import BrokerSeen, SettingsChanged, Started, Stopping
from secc.runtime.context import ConfigurationRefused, Context
from secc.runtime.mailbox import Mailbox
from secc.runtime.watch import ConfigWatch

log = logging.getLogger("secc.ledd")


@runtime_checkable
class Connection(Protocol):
    """A bus that tells whether it is connected to a broker, and counts its connections."""

    @property
    def connected(self) -> bool: ...

    @property
    def connections(self) -> int: ...


class Ledd:
    """The running daemon. `board_leds` is where the kernel shows the LEDs of the board."""

    def __init__(self, context: Context, board_leds: Path = LEDS) -> None:
        self._folder = context.config_dir
        settings = load(self._folder, log.warning, anyway=True)
        if context.trace is not None:
            context.trace.begin(settings)
        adapter = Adapter(context.station(), partial(show_operational, board_leds))
        self._connection = context.bus if isinstance(context.bus, Connection) else None
        self._mailbox = Mailbox(
            "ledd", step, initial(settings), context.clock, context.bus, adapter.perform, context.trace
        )
        self._mailbox.post(Started())
        for topic in SUBSCRIBED:
            self._mailbox.subscribe(topic)
        files = tuple(self._folder / name for name in ("leds.json", "customer.json"))
        self._watch = ConfigWatch(context.clock, files, self._reload)

    @property
    def ticked(self) -> int:
        return self._mailbox.ticked

    def tick(self, now_ms: int) -> None:
        if self._connection is not None:
            self._mailbox.post(BrokerSeen(self._connection.connections if self._connection.connected else 0))
        self._mailbox.post(Tick(now_ms))

    def stop(self) -> None:
        self._watch.close()
        self._mailbox.post(Stopping())

    def _reload(self) -> None:
        try:
            settings = load(self._folder, log.warning)
        except ConfigurationRefused as refused:
            for line in refused.lines:
                log.error("%s (the LEDs go on as before)", line)
            return
        self._mailbox.post(SettingsChanged(settings))


def start(context: Context) -> Ledd:
    """Start the LEDs; ConfigurationRefused if leds.json cannot be obeyed."""
    return Ledd(context)
