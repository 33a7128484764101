"""`ccctl config schema`: the JSON Schema of a configuration file, for editors and other programs."""

from __future__ import annotations

import json
import sys

import click

from ccctl.services.config_options import KINDS
from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of


@declare("schema", examples=["ccctl config schema", "ccctl config schema leds > leds.schema.json"])
@click.argument("kind", type=click.Choice(KINDS), default="customer")
@click.pass_context
def command(context: click.Context, kind: str) -> None:
    """Print the JSON Schema (2020-12) of customer.json, leds.json or rotaryencd.json."""
    from secc.contract.config import schema

    if settings_of(context).output == "yaml":
        from ccctl.services.yaml import dump

        sys.stdout.write(dump(schema(kind)))
        return
    indent = None if settings_of(context).output == "jsonl" else 2
    sys.stdout.write(json.dumps(schema(kind), ensure_ascii=True, indent=indent) + "\n")
