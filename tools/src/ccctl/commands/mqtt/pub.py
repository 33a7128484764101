"""`ccctl mqtt pub`: send one value, checked against the catalogue first (guide §15.5).

It refuses what the stack would drop, and what belongs to the inside of the stack.
"""

from __future__ import annotations

import click

from ccctl.services.catalogue import encoded, payload_text, row_for
from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of
from ccctl.services.mqtt import Broker, Connection
from ccctl.services.options import broker_option, complete_publishable
from ccctl.services.output import Output


@declare(
    "pub",
    examples=[
        "ccctl mqtt pub ci/global/dyn_current_limit/house 16",
        "ccctl mqtt pub my/own/topic hello --force --no-retain",
    ],
    # A value may begin with a minus.
    context_settings={"ignore_unknown_options": True},
)
@click.argument("topic", shell_complete=complete_publishable)
@click.argument("value")
@click.option("--retain/--no-retain", default=None, help="Store it at the broker (default: as the catalogue says).")
@click.option("--force", is_flag=True, help="Send to internal topics and to topics that the catalogue lacks.")
@broker_option
@click.pass_context
def command(
    context: click.Context, *, topic: str, value: str, retain: bool | None, force: bool, broker: Broker
) -> None:
    """Publish VALUE on TOPIC. The empty value '' takes back what is stored at the broker; it changes no
    limit (-1 is "no limit")."""
    output = Output(settings_of(context))
    row = row_for(topic, force)
    payload = encoded(row, topic, value)
    keep = retain if retain is not None else (row is not None and row.retain)
    if row is not None and row.direction.value == "subscribe":
        output.say(f"note: {topic} is published by {row.owner}; what you send may be overwritten at any time")
    with Connection(broker) as connection:
        connection.publish(topic, payload, keep)
    output.say(f"sent {topic} = {payload_text(payload) or '(empty)'}{' (retained)' if keep else ''} to {broker}")
