"""`ccctl config diff`: what two configuration files say differently, value by value; comments and layout do not count.

With one file it is compared with the file as shipped.
"""

from __future__ import annotations

import json
from typing import Any

import click

from ccctl.services.config_edit import differences, open_file, open_text
from ccctl.services.config_options import KINDS, secrets_option
from ccctl.services.config_schema import kind_of
from ccctl.services.escape import clean_json
from ccctl.services.exit_codes import ExitCode
from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of
from ccctl.services.output import Output


def _line(row: dict[str, Any]) -> str:
    old, new = (clean_json(json.dumps(row[key], ensure_ascii=False)) for key in ("old", "new"))
    match row["change"]:
        case "added":
            return f"+ {row['path']}: {new}"
        case "removed":
            return f"- {row['path']}: {old}"
        case _:
            return f"~ {row['path']}: {old} -> {new}"


@declare(
    "diff", examples=["ccctl config diff customer.json", "ccctl config diff old/customer.json customer.json -o json"]
)
@click.argument("first", metavar="FILE", type=click.Path(dir_okay=False))
@click.argument("second", metavar="[FILE2]", required=False, type=click.Path(dir_okay=False))
@click.option("--kind", type=click.Choice(KINDS), help="What the files are (default: guessed from the first name).")
@secrets_option
@click.pass_context
def command(context: click.Context, first: str, second: str | None, kind: str | None, show_secrets: bool) -> int:
    """Compare FILE with FILE2, or the shipped file with FILE. Ends with 1 if they differ."""
    from secc.contract.config import shipped

    kind = kind_of(first, kind)
    if second is None:
        before, after = open_text("the shipped file", kind, shipped(kind)), open_file(first, kind)
    else:
        before, after = open_file(first, kind), open_file(second, kind)
    output = Output(settings_of(context))
    found = differences(kind, before.document.value, after.document.value, show_secrets)
    for row in found:
        output.stream(row, _line(row))
    output.end()
    output.say(output.count(len(found), "difference") if found else "no difference in any value")
    return ExitCode.NO if found else ExitCode.OK
