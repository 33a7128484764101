"""`ccctl mqtt record`: write live messages to a file that `ccctl mqtt replay` plays back.

The format is one JSON object a line; services/recording.py describes it.
"""

from __future__ import annotations

import time

import click

from ccctl.services.catalogue import check_filter
from ccctl.services.exit_codes import ExitCode
from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of
from ccctl.services.mqtt import Broker, Connection
from ccctl.services.options import broker_option, timeout_option
from ccctl.services.output import Output
from ccctl.services.recording import Entry, opened, write
from ccctl.services.signals import interruptible


@declare(
    "record",
    examples=[
        "ccctl mqtt record session.jsonl",
        "ccctl mqtt record session.jsonl --filter 'port0/#' --timeout 600",
        "ccctl mqtt record - --count 100 | gzip > session.jsonl.gz",
    ],
)
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option(
    "--filter", "filters", multiple=True, metavar="FILTER", help="Only these topics (repeatable; default: all)."
)
@click.option("--count", type=click.IntRange(1), metavar="N", help="End after N messages.")
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@timeout_option(None, "End after so many seconds.")
@broker_option
@click.pass_context
def command(
    context: click.Context,
    *,
    file: str,
    filters: tuple[str, ...],
    count: int | None,
    force: bool,
    timeout: float | None,
    broker: Broker,
) -> int:
    """Record messages into FILE (- is stdout) with the time since the start, until ctrl-C."""
    for item in filters:
        check_filter(item)
    output = Output(settings_of(context))
    written = 0
    with interruptible(), Connection(broker) as connection, opened(file, force) as stream:
        try:
            connection.subscribe(filters or ("#",))
            start = time.monotonic()
            output.say(f"recording from {broker}; ctrl-C ends it")
            for message in connection.messages(timeout):
                write(stream, Entry(message.at - start, message.topic, message.payload, message.retained))
                written += 1
                if written == count:
                    return ExitCode.OK
        finally:
            stream.flush()
            output.say(f"{output.count(written, 'message')} recorded")
    return ExitCode.OK if count is None else ExitCode.TIMEOUT
