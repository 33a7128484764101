"""`ccctl config set`: change one value of a configuration file; everything else in it stays byte for byte.

A value that would make the file invalid is refused with the reason. The file is replaced in one step.
"""

from __future__ import annotations

import click

from ccctl.services.config_change import finish
from ccctl.services.config_edit import open_file, set_value
from ccctl.services.config_options import complete_key, complete_value, file_option, secrets_option
from ccctl.services.config_schema import kind_of, known_node, masked, to_path, value_from
from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of
from ccctl.services.output import Output, cell


@declare(
    "set",
    examples=[
        "ccctl config set ocpp/uri wss://cs.example.com/CP1 --file customer.json",
        "ccctl config set 'ports[0]/evse_current_limit' 16 --dry-run",
        """ccctl config set network/ntp '["ntp1.example.com", "ntp2.example.com"]'""",
    ],
    # A value may begin with a minus.
    context_settings={"ignore_unknown_options": True},
)
@click.argument("path", shell_complete=complete_key)
@click.argument("value", shell_complete=complete_value)
@click.option("--dry-run", is_flag=True, help="Print what would change, and change nothing.")
@secrets_option
@file_option
@click.pass_context
def command(
    context: click.Context, *, path: str, value: str, dry_run: bool, show_secrets: bool, file: str, kind: str | None
) -> None:
    """Set PATH to VALUE. Texts are written as they are, without quotes; lists and objects as JSON."""
    kind = kind_of(file, kind)
    place = to_path(path)
    node = known_node(kind, place, path)
    new = value_from(kind, node, value, path)
    opened = open_file(file, kind)
    shown = cell(new if show_secrets else masked(node, new))
    finish(
        Output(settings_of(context)),
        opened,
        set_value(opened, place, new),
        done=f"{path} = {shown if new != '' else '(empty)'}",
        applies=node.get("x-applies"),
        dry_run=dry_run,
        show_secrets=show_secrets,
    )
