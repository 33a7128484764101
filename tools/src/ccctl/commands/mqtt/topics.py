"""`ccctl mqtt topics`: the catalogue of topics as a list, filtered by text, owner and direction (guide §15.5).

It reads secc.contract.topics and opens no connection.
"""

from __future__ import annotations

from typing import Any

import click

from ccctl.services.errors import CcctlError
from ccctl.services.exit_codes import ExitCode
from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of
from ccctl.services.output import Column, Output

COLUMNS = (
    Column("topic", "TOPIC"),
    Column("type", "TYPE"),
    Column("unit", "UNIT", from_width=76),
    Column("direction", "DIRECTION"),
    Column("retain", "RETAIN", from_width=90),
    Column("owner", "OWNER", from_width=100),
    Column("name", "NAME", from_width=150),
    Column("guide", "GUIDE", from_width=185),
)


def _entries() -> list[dict[str, Any]]:
    from secc.contract.topics import ALL

    return [
        {
            "name": row.name,
            "topic": row.topic,
            "aliases": list(row.aliases),
            "type": row.payload.kind,
            "direction": row.direction.value,
            "retain": row.retain,
            "owner": row.owner,
            "unit": row.unit,
            "guide": row.guide,
            "about": row.about,
        }
        for row in ALL
    ]


def _complete_owner(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    return sorted({entry["owner"] for entry in _entries() if entry["owner"].startswith(incomplete)})


@declare(
    "topics",
    examples=[
        "ccctl mqtt topics",
        "ccctl mqtt topics contactor",
        "ccctl mqtt topics --direction publish -o json",
        "ccctl mqtt topics --owner evsed",
    ],
)
@click.argument("text", required=False)
@click.option("--owner", shell_complete=_complete_owner, help="Only topics that this daemon publishes.")
@click.option(
    "--direction",
    type=click.Choice(["publish", "subscribe", "internal"]),
    help="Only topics that customer software publishes, may subscribe to, or that are internal.",
)
@click.pass_context
def command(context: click.Context, text: str | None, owner: str | None, direction: str | None) -> None:
    """List the topic catalogue, or the part whose topic, name or description holds TEXT."""
    entries = _entries()
    owners = sorted({entry["owner"] for entry in entries})
    if owner is not None and owner not in owners:
        raise CcctlError(
            f"nobody named {owner!r} publishes a topic", f"owners are {', '.join(owners)}", ExitCode.NOT_FOUND
        )
    wanted = (text or "").lower()
    found = [
        entry
        for entry in entries
        if owner in (None, entry["owner"])
        and direction in (None, entry["direction"])
        and any(wanted in part.lower() for part in (entry["topic"], entry["name"], entry["about"], *entry["aliases"]))
    ]
    output = Output(settings_of(context))
    output.rows(found, COLUMNS)
    if not found:
        raise CcctlError("no topic of the catalogue fits", "leave a filter out", ExitCode.NOT_FOUND)
    output.say(f"{len(found)} of {len(entries)} topics")
