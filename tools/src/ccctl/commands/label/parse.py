"""`ccctl label parse`: what the DataMatrix code of a device says, and how to reach the device (guide §14.2, §17)."""

from __future__ import annotations

import sys

import click

from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of
from ccctl.services.label_view import record, refusal
from ccctl.services.output import Output


@declare(
    "parse",
    examples=[
        "ccctl label parse 'I2CCSC-A00-204 000187123456 000187123457 000187123458 0000012345 3118'",
        "ccctl label parse I2CCSC-P00-105 0000012345 3118 -o json",
    ],
)
@click.argument("text", nargs=-1, required=True)
@click.option(
    "--interface", default="eth0", show_default=True, metavar="NAME", help="Your interface towards the device."
)
@click.option("--show-secrets", is_flag=True, help="Print the DAK too.")
@click.pass_context
def command(context: click.Context, *, text: tuple[str, ...], interface: str, show_secrets: bool) -> None:
    """Read the TEXT of a DataMatrix code (- is stdin): fields, IPv6 address, how to log in."""
    from secc.contract.label import MAX_LABEL, LabelError, parse_label

    words = sys.stdin.read(MAX_LABEL + 1) if text == ("-",) else " ".join(text)
    try:
        label = parse_label(words)
    except LabelError as error:
        raise refusal(error) from error
    Output(settings_of(context)).record(record(label, interface, show_secrets))
