"""`ccctl config keys`: the configuration as a central system sees it over OCPP (guide §3.3.7, table 6)."""

from __future__ import annotations

import click

from ccctl.services.errors import CcctlError
from ccctl.services.exit_codes import ExitCode
from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of
from ccctl.services.output import Column, Output

COLUMNS = (
    Column("key", "KEY"),
    Column("access", "ACCESS"),
    Column("default", "DEFAULT", from_width=100),
    Column("applies", "A CHANGE APPLIES"),
    Column("vendor", "VENDOR", from_width=100),
    Column("path", "IN CUSTOMER.JSON", from_width=140),
)


def _as_ocpp(value: object) -> object:
    """Truth values as GetConfiguration writes them, not as yes and no."""
    return str(value).lower() if isinstance(value, bool) else value


@declare("keys", examples=["ccctl config keys", "ccctl config keys interval", "ccctl config keys -o json"])
@click.argument("text", required=False)
@click.pass_context
def command(context: click.Context, text: str | None) -> None:
    """List the OCPP configuration keys, or those whose name holds TEXT."""
    from secc.contract.jsonc import format_path
    from secc.contract.ocpp_keys import OCPP_KEYS

    wanted = (text or "").lower()
    found = [
        {
            "key": row.key,
            "access": row.access,
            "default": row.default,
            "applies": row.applies,
            "vendor": row.vendor,
            "path": format_path(row.path) if row.path is not None else None,
        }
        for row in OCPP_KEYS
        if wanted in row.key.lower()
    ]
    output = Output(settings_of(context))
    if output.settings.output == "table":
        found = [{**row, "default": _as_ocpp(row["default"])} for row in found]
    output.rows(found, COLUMNS)
    if not found:
        raise CcctlError(f"no OCPP key holds {text!r}", "leave the text out to see all", ExitCode.NOT_FOUND)
    output.say(f"{len(found)} of {len(OCPP_KEYS)} keys")
