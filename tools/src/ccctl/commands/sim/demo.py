"""`ccctl sim demo`: a simulated station charges a car, and one looks on.

It starts the same processes as `sim up` and then only listens to the broker; services/session_watch.py judges what
was seen. With --once the exit code says whether a whole session was seen.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click

from ccctl.commands.sim import overrides_of
from ccctl.services.errors import CcctlError
from ccctl.services.escape import clean
from ccctl.services.exit_codes import ExitCode
from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of
from ccctl.services.mqtt import Connection
from ccctl.services.output import Output, is_terminal
from ccctl.services.processes import Children
from ccctl.services.session_watch import METERED, SHOWN, SessionWatch
from ccctl.services.signals import interruptible
from ccctl.services.simulation import STANDARD_PORT, Plan, broker_kind, start_broker, start_station, write_configuration

_ONCE_S = 50.0
_METER_EVERY_S = 2.0
_WIDTH = 15


class _Log:
    """One line for each change; power and energy every two seconds."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._metered = self._began
        self._headed = False

    def show(self, watch: SessionWatch, topic: str) -> None:
        if any(name not in watch.values for _, name, _ in SHOWN):
            return  # the station is still introducing itself
        now = time.monotonic()
        if topic in METERED:
            if now - self._metered < _METER_EVERY_S:
                return
            self._metered = now
        if not self._headed:
            sys.stdout.write("  time    " + "".join(f"{name:>{_WIDTH}}" for name, _, _ in SHOWN) + "\n")
            self._headed = True
        values = (f"{watch.values[topic]} {unit}".rstrip() for _, topic, unit in SHOWN)
        sys.stdout.write(f"{now - self._began:6.1f} s  " + "".join(f"{clean(v):>{_WIDTH}}" for v in values) + "\n")
        sys.stdout.flush()

    def close(self) -> None:
        """Nothing is left open."""


class _Panel:
    """A table that is drawn anew in place."""

    def __init__(self, where: str) -> None:
        from rich.live import Live

        self._where = where
        self._live = Live(refresh_per_second=8)
        self._live.start()

    def show(self, watch: SessionWatch, _topic: str) -> None:
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        table = Table()
        table.add_column("what")
        table.add_column("now", justify="right", min_width=14)
        for name, topic, unit in SHOWN:
            value = f"{watch.values.get(topic, '-')} {unit}".rstrip()
            table.add_row(name, Text(clean(value), style="bold green" if value in ("C", "closed") else "bold"))
        title = Text(f"Charge Control C, simulated; MQTT at {self._where}")
        foot = Text(f"whole sessions seen: {watch.sessions}; ctrl-C ends it", style="dim")
        self._live.update(Group(title, table, foot))

    def close(self) -> None:
        self._live.stop()


def _may_draw() -> bool:
    """Whether stdout is a terminal that is ours alone: a job in the background would draw over the shell."""
    return is_terminal() and os.tcgetpgrp(sys.stdout.fileno()) == os.getpgrp()


def _watch(connection: Connection, children: Children, once: bool, show: Callable[[SessionWatch, str], None]) -> None:
    """Look on until ctrl-C, or until one session is complete; CcctlError says what was not seen in time."""
    watch = SessionWatch()
    deadline = time.monotonic() + _ONCE_S
    while not (once and watch.complete):
        children.check()
        for message in connection.messages(0.5):
            if watch.heard(message.topic, message.payload):
                show(watch, message.topic)
            if watch.complete:
                if once:
                    break
                watch.begin_again()
        if once and time.monotonic() > deadline:
            missing = "; ".join(watch.missing)
            raise CcctlError(f"no whole session within {_ONCE_S:g} s; not seen: {missing}", code=ExitCode.NO)
    if watch.wrong:
        raise CcctlError(f"the station published what the catalogue does not allow: {watch.wrong[0]}", code=ExitCode.NO)
    for number, step in enumerate(watch.done, 1):
        sys.stdout.write(f"  seen {number}. {step}\n")


@declare(
    "demo",
    examples=["ccctl sim demo", "ccctl sim demo --once", "ccctl sim demo --plain --broker embedded"],
)
@click.option("--once", is_flag=True, help="One session; exit 0 only if all of it was seen on the broker.")
@click.option("--plain", is_flag=True, help="Lines of text, also on a terminal.")
@click.option(
    "--broker",
    default="auto",
    show_default=True,
    type=click.Choice(["auto", "mosquitto", "embedded"]),
    help="auto: mosquitto if it is on PATH, else the embedded one.",
)
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the broker (default: 1883, or any free one).")
@click.pass_context
def command(context: click.Context, /, *, once: bool, plain: bool, broker: str, port: int | None) -> None:
    """Show a charging session from plug to unplug, over a real MQTT broker."""
    output = Output(settings_of(context))
    plan = Plan("session" if once else "loop", broker=broker, port=port)
    with interruptible(), tempfile.TemporaryDirectory(prefix="ccctl-demo-") as folder:
        config = write_configuration(plan, Path(folder), overrides_of(plan.scenario))
        with Children(Path(folder)) as children:
            place = start_broker(plan, children)
            output.say(f"MQTT at {place} ({broker_kind(broker)}); configuration in {config}")
            if place.port != STANDARD_PORT:
                output.say(f"port {STANDARD_PORT} is taken; for other terminals: export CCCTL_BROKER={place}")
            with Connection(place) as connection:
                connection.subscribe([topic for _, topic, _ in SHOWN])
                start_station(plan, place, config, children)
                view = _Log() if plain or once or not _may_draw() else _Panel(str(place))
                try:
                    _watch(connection, children, once, view.show)
                finally:
                    view.close()
    output.say("one whole session was seen")
