"""Arguments and options that several commands take: the broker, topics, topic filters, durations.

Completion of topics reads the catalogue, and only when the shell asks. Nothing here opens a connection.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from ccctl.services.mqtt import Broker, parse_broker

F = TypeVar("F", bound=Callable[..., Any])


class BrokerType(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic from click 8.5 on
    """HOST, HOST:PORT or unix:PATH."""

    name = "broker"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Broker:
        if isinstance(value, Broker):
            return value
        try:
            return parse_broker(value)
        except ValueError as error:
            self.fail(f"{value!r} is no broker: {error}", param, ctx)


def broker_option(function: F) -> F:
    """The option --broker, else CCCTL_BROKER, else localhost."""
    return click.option(
        "--broker",
        type=BrokerType(),
        default="localhost:1883",
        envvar="CCCTL_BROKER",
        show_default=True,
        metavar="HOST[:PORT]|unix:PATH",
        help="The MQTT broker (environment: CCCTL_BROKER).",
    )(function)


def timeout_option(default: float | None, text: str) -> Callable[[F], F]:
    """The option --timeout in seconds."""
    return click.option(
        "--timeout",
        type=click.FloatRange(0, 86400 * 365),
        default=default,
        show_default=default is not None,
        metavar="SECONDS",
        help=text,
    )


def complete_topic(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Topics of the catalogue that begin with what was typed."""
    from secc.contract.topics import ALL

    return [CompletionItem(row.topic, help=row.about) for row in ALL if row.topic.startswith(incomplete)]


def complete_publishable(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Topics that a customer publishes and that begin with what was typed."""
    from secc.contract.topics import ALL
    from secc.contract.topics.row import Direction

    return [
        CompletionItem(row.topic, help=row.about)
        for row in ALL
        if row.topic.startswith(incomplete) and row.direction is Direction.PUBLISH
    ]
