"""`ccctl mqtt get`: the value of one topic, from the message that the broker stored or the next that comes.

It decides nothing about the value; one that the catalogue does not allow is printed and reported.
"""

from __future__ import annotations

import click

from ccctl.services.catalogue import check_topic, reading
from ccctl.services.errors import CcctlError
from ccctl.services.exit_codes import ExitCode
from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of
from ccctl.services.mqtt import Broker, Connection
from ccctl.services.options import broker_option, complete_topic, timeout_option
from ccctl.services.output import Output


@declare(
    "get",
    examples=[
        "ccctl mqtt get port0/ci/charge/cp/status",
        "ccctl mqtt get port0/ci/charge/cp/status --timeout 30 -o json",
    ],
)
@click.argument("topic", shell_complete=complete_topic)
@timeout_option(5, "How long to wait for a message.")
@broker_option
@click.pass_context
def command(context: click.Context, topic: str, timeout: float, broker: Broker) -> int:
    """Print the value of TOPIC: what is stored at the broker, else the first message that comes.

    Ends with 5 if none came in time, with 1 if the catalogue does not allow what came.
    """
    check_topic(topic)
    output = Output(settings_of(context))
    with Connection(broker) as connection:
        connection.subscribe([topic])
        message = next(connection.messages(timeout), None)
    if message is None:
        raise CcctlError(
            f"no message on {topic!r} within {timeout:g} s",
            "is its publisher running? 'ccctl mqtt watch' shows what is there",
            ExitCode.TIMEOUT,
        )
    read = reading(message.topic, message.payload)
    output.record({**read, "retained": message.retained}, [str(read["payload"])])
    if read["valid"] is False:
        raise CcctlError(f"{topic}: {read['problem']}", f"the catalogue lists it under {read['name']}")
    return ExitCode.OK
