"""`ccctl mqtt replay`: send recorded messages again, at the pace they came or faster.

The whole file is checked before the first message is sent. Internal topics are left out unless asked for.
"""

from __future__ import annotations

import time

import click

from ccctl.services.catalogue import check_filter, matches
from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of
from ccctl.services.mqtt import Broker, Connection
from ccctl.services.options import broker_option
from ccctl.services.output import Output
from ccctl.services.recording import Entry, is_internal, read_all
from ccctl.services.signals import interruptible


def _send(connection: Connection, entries: list[Entry], speed: float) -> None:
    start = time.monotonic()
    for entry in entries:
        if speed > 0:
            connection.idle(start + entry.at_s / speed - time.monotonic())
        connection.publish(entry.topic, entry.payload, entry.retain)


@declare(
    "replay",
    examples=[
        "ccctl mqtt replay session.jsonl",
        "ccctl mqtt replay session.jsonl --speed 10 --filter 'port0/ci/ev/#'",
    ],
)
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option(
    "--speed",
    type=click.FloatRange(0, 1_000_000),
    default=1.0,
    show_default=True,
    metavar="FACTOR",
    help="2 is twice as fast; 0 is without pauses.",
)
@click.option(
    "--filter", "filters", multiple=True, metavar="FILTER", help="Only these topics (repeatable; default: all)."
)
@click.option("--internal", is_flag=True, help="Send messages on internal topics too.")
@broker_option
@click.pass_context
def command(
    context: click.Context, *, file: str, speed: float, filters: tuple[str, ...], internal: bool, broker: Broker
) -> None:
    """Send the messages recorded in FILE (- is stdin), with the pauses between them."""
    for item in filters:
        check_filter(item)
    output = Output(settings_of(context))
    wanted = [entry for entry in read_all(file) if not filters or any(matches(entry.topic, item) for item in filters)]
    entries = [entry for entry in wanted if internal or not is_internal(entry.topic)]
    if left := len(wanted) - len(entries):
        output.say(f"{output.count(left, 'message')} on topics internal to the stack refused; --internal sends them")
    with interruptible(), Connection(broker) as connection:
        _send(connection, entries, speed)
    output.say(f"{output.count(len(entries), 'message')} sent to {broker}")
