"""`ccctl faults list`: every fault in the order of priority, with the condition that raises it (guide §3.3.4)."""

from __future__ import annotations

import click

from ccctl.services.fault_view import row
from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of
from ccctl.services.output import Column, Output

COLUMNS = (
    Column("priority", "PRIO"),
    Column("errorCode", "ERROR CODE"),
    Column("vendorErrorCode", "VENDOR ERROR CODE"),
    Column("connector", "CONNECTOR", from_width=100),
    Column("condition", "MQTT CONDITION", from_width=130),
)


@declare("list", examples=["ccctl faults list", "ccctl faults list -o json"])
@click.pass_context
def command(context: click.Context) -> None:
    """List all faults; of several that are present, the first in this list is reported."""
    from secc.contract.faults import FAULTS

    Output(settings_of(context)).rows([row(fault) for fault in FAULTS], COLUMNS)
