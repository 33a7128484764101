"""`ccctl mqtt watch`: live messages, decoded and compared with the catalogue.

What does not fit the catalogue is shown and marked, never hidden. It sends nothing.
"""

from __future__ import annotations

from datetime import datetime

import click

from ccctl.services.catalogue import check_filter, reading, shown_value
from ccctl.services.escape import clean
from ccctl.services.exit_codes import ExitCode
from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of
from ccctl.services.mqtt import Broker, Connection
from ccctl.services.options import broker_option, complete_topic, timeout_option
from ccctl.services.output import Output
from ccctl.services.signals import interruptible

_SHOWN = 400


@declare(
    "watch",
    examples=[
        "ccctl mqtt watch",
        "ccctl mqtt watch 'port0/ci/charge/#' port0/limits/evse/actual",
        "ccctl mqtt watch --count 10 --timeout 30 -o jsonl",
    ],
)
@click.argument("filters", nargs=-1, metavar="[FILTER]...", shell_complete=complete_topic)
@click.option("--count", type=click.IntRange(1), metavar="N", help="End after N messages.")
@timeout_option(None, "End after so many seconds.")
@broker_option
@click.pass_context
def command(
    context: click.Context, filters: tuple[str, ...], count: int | None, timeout: float | None, broker: Broker
) -> int:
    """Print messages as they come, until ctrl-C. FILTER is a topic or a filter with + and #; without one, all.

    Each line shows the time, the topic and the value. A message that the catalogue does not know is marked ?, one
    whose payload it does not allow is marked !, one that the broker had stored is marked r.
    """
    for item in filters:
        check_filter(item)
    output = Output(settings_of(context))
    seen = 0
    with interruptible():
        try:
            with Connection(broker) as connection:
                connection.subscribe(filters or ("#",))
                for message in connection.messages(timeout):
                    now = datetime.now().astimezone()
                    read = reading(message.topic, message.payload)
                    mark = {True: " ", False: "!", None: "?"}[read["valid"]]
                    mark += "r" if message.retained else " "
                    note = f"  <- {read['problem']}" if read["problem"] else ""
                    line = (
                        f"{now:%H:%M:%S.%f}"[:12]
                        + f" {mark} {message.topic} = {clean(shown_value(read), _SHOWN)}{note}"
                    )
                    record = {"time": now.isoformat(timespec="milliseconds"), **read, "retained": message.retained}
                    output.stream(record, line)
                    seen += 1
                    if seen == count:
                        return ExitCode.OK
        finally:
            output.end()
    if count is not None:
        output.say(f"{seen} of {count} messages came within {timeout:g} s")
        return ExitCode.TIMEOUT
    return ExitCode.OK
