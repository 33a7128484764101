"""`ccctl faults explain`: cause, impact and remedy of a fault (guide §3.3.4.1 and what follows)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ccctl.services.fault_view import row, search
from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of
from ccctl.services.output import Output

if TYPE_CHECKING:
    from secc.contract.faults import Fault


def _complete(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from secc.contract.faults import FAULTS

    codes = {fault.code for fault in FAULTS} | {fault.error_code for fault in FAULTS}
    return sorted(code for code in codes if code.lower().startswith(incomplete.lower()))


def _lines(fault: Fault) -> list[str]:
    title = f"{fault.error_code} ({fault.vendor_code})" if fault.vendor_code else fault.error_code
    priority = f"priority {fault.priority}" if fault.priority is not None else "after all with a priority"
    lines = [f"{title}: {fault.about}", f"  reported for connectorId {fault.connector}, {priority}"]
    if fault.condition is not None:
        lines.append(f"  MQTT: {fault.condition}")
    for heading, texts in (
        ("Cause", fault.cause),
        ("Impact", fault.impact),
        ("Remedy from afar", fault.remote),
        ("Remedy on site", fault.on_site),
    ):
        if texts:
            lines += [heading, *(f"  - {text}" for text in texts)]
    return lines


@declare("explain", examples=["ccctl faults explain PowerSwitchFailure", "ccctl faults explain RcdTestError -o json"])
@click.argument("code", shell_complete=_complete)
@click.pass_context
def command(context: click.Context, code: str) -> None:
    """Explain the fault CODE, an errorCode or a vendorErrorCode of a StatusNotification."""
    output = Output(settings_of(context))
    faults = search(code)
    for number, fault in enumerate(faults):
        record = {
            **row(fault),
            "about": fault.about,
            "cause": list(fault.cause),
            "impact": list(fault.impact),
            "remedyRemote": list(fault.remote),
            "remedyOnSite": list(fault.on_site),
        }
        if len(faults) == 1:
            output.record(record, _lines(fault))
        elif output.settings.output == "table":
            output.record(record, [*([""] if number else []), *_lines(fault)])
        else:
            output.stream(record, "")
    if len(faults) > 1 and output.settings.output != "table":
        output.end()
