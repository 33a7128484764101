"""`ccctl config unset`: let the default hold again, by commenting a key out or by deleting it.

A file that needs the key is left as it is. The file is replaced in one step.
"""

from __future__ import annotations

import click

from ccctl.services.config_change import finish
from ccctl.services.config_edit import open_file, unset_value
from ccctl.services.config_options import complete_key, file_option, secrets_option
from ccctl.services.config_schema import kind_of, node_at, to_path
from ccctl.services.errors import CcctlError
from ccctl.services.exit_codes import ExitCode
from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of
from ccctl.services.output import Output

_MISSING = object()


@declare("unset", examples=["ccctl config unset ocpp/uri", "ccctl config unset 'ports[0]/rcd_monitor/enable' --delete"])
@click.argument("path", shell_complete=complete_key)
@click.option("--delete", is_flag=True, help="Delete the key instead of commenting it out.")
@click.option("--dry-run", is_flag=True, help="Print what would change, and change nothing.")
@secrets_option
@file_option
@click.pass_context
def command(
    context: click.Context, *, path: str, delete: bool, dry_run: bool, show_secrets: bool, file: str, kind: str | None
) -> None:
    """Comment PATH out, so that its default holds; `ccctl config set` brings it back."""
    kind = kind_of(file, kind)
    place = to_path(path)
    opened = open_file(file, kind)
    if opened.document.get(place, _MISSING) is _MISSING:
        raise CcctlError(f"{file} does not set {path!r}", "its default holds already", ExitCode.NOT_FOUND)
    node = node_at(kind, place) or {}
    finish(
        Output(settings_of(context)),
        opened,
        unset_value(opened, place, delete),
        done=f"{path} {'deleted' if delete else 'commented out'}",
        applies=node.get("x-applies"),
        dry_run=dry_run,
        show_secrets=show_secrets,
    )
