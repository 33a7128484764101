"""`ccctl config get`: the value of a key, or of all keys: from the file, else the default.

Secrets are hidden unless asked for. It changes nothing.
"""

from __future__ import annotations

from typing import Any

import click

from ccctl.services.config_edit import Opened, open_file
from ccctl.services.config_options import complete_key, file_option, secrets_option
from ccctl.services.config_schema import Path, default_of, kind_of, known_node, leaves, masked_all, node_at, to_path
from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of
from ccctl.services.output import Column, Output, cell

_MISSING = object()
COLUMNS = (
    Column("path", "KEY"),
    Column("value", "VALUE"),
    Column("source", "SOURCE"),
    Column("applies", "A CHANGE APPLIES", from_width=120),
)


def _record(opened: Opened, path: Path, show_secrets: bool) -> dict[str, Any]:
    from secc.contract.jsonc import format_path

    node = node_at(opened.kind, path) or {}
    value = opened.document.get(path, _MISSING)
    source = "file"
    if value is _MISSING:
        value, source = default_of(opened.kind, node), "default"
    return {
        "path": format_path(path),
        "value": value if show_secrets else masked_all(opened.kind, path, value),
        "source": source,
        "applies": node.get("x-applies"),
        "unit": node.get("x-unit"),
        "note": node.get("x-default-note") if source == "default" else None,
    }


def _line(record: dict[str, Any]) -> str:
    if record["value"] is None and record["note"]:
        return f"(default: {record['note']})"
    value = record["value"]
    text = str(value).lower() if isinstance(value, bool) else "null" if value is None else cell(value)
    return f"{text}  (default)" if record["source"] == "default" else text


@declare(
    "get",
    examples=[
        "ccctl config get",
        "ccctl config get ocpp/uri --file customer.json",
        "ccctl config get 'ports[0]/rcd_monitor/enable' -o json",
    ],
)
@click.argument("path", required=False, shell_complete=complete_key)
@secrets_option
@file_option
@click.pass_context
def command(context: click.Context, path: str | None, show_secrets: bool, file: str, kind: str | None) -> None:
    """Print the value at PATH, such as ports[0]/evse_current_limit; without PATH every key.

    A value that the file does not set is the default, and marked so.
    """
    kind = kind_of(file, kind)
    place = to_path(path) if path is not None else None
    node = known_node(kind, place, path or "") if place is not None else {}
    opened = open_file(file, kind)
    output = Output(settings_of(context))
    if place is not None and (output.settings.output != "table" or "properties" not in node):
        record = _record(opened, place, show_secrets)
        output.record(record, [_line(record)])
        return
    below = place or ()
    found = [leaf for leaf, _ in leaves(kind) if leaf[: len(below)] == below]
    records = [_record(opened, leaf, show_secrets) for leaf in found]
    if output.settings.output == "table":
        records = [{**record, "value": _line({**record, "source": "file"})} for record in records]
    output.rows(records, COLUMNS)
