"""`ccctl config shipped`: the configuration file as it is shipped, to start one's own from."""

from __future__ import annotations

import sys

import click

from ccctl.services.config_options import KINDS
from ccctl.services.frame import command as declare


@declare("shipped", examples=["ccctl config shipped > customer.json", "ccctl config shipped leds > leds.json"])
@click.argument("kind", type=click.Choice(KINDS), default="customer")
def command(kind: str) -> None:
    """Print customer.json, leds.json or rotaryencd.json as shipped, with all comments."""
    from secc.contract.config import shipped

    sys.stdout.write(shipped(kind))
