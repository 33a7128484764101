"""Arguments and options of the `config` commands: the file, its kind, keys and their values, with completion.

Completion reads the schema, and only when the shell asks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

F = TypeVar("F", bound=Callable[..., Any])
KINDS = ("customer", "leds", "rotaryencd")


def file_option(function: F) -> F:
    """The options --file and --kind."""
    function = click.option(
        "--kind", type=click.Choice(KINDS), help="What the file is (default: guessed from its name)."
    )(function)
    return click.option(
        "-f",
        "--file",
        type=click.Path(dir_okay=False),
        default="customer.json",
        show_default=True,
        help="The configuration file.",
    )(function)


def secrets_option(function: F) -> F:
    """The option --show-secrets."""
    return click.option("--show-secrets", is_flag=True, help="Print passwords and keys too.")(function)


def _kind(context: click.Context) -> str:
    from ccctl.services.config_schema import kind_of

    return kind_of(context.params.get("file") or "customer.json", context.params.get("kind"))


def complete_key(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Keys of the schema that begin with what was typed."""
    from ccctl.services.config_schema import leaves
    from secc.contract.jsonc import format_path

    return [
        CompletionItem(format_path(path), help=node.get("description"))
        for path, node in leaves(_kind(context))
        if format_path(path).startswith(incomplete)
    ]


def complete_value(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The values that a key allows, where they can be counted."""
    from ccctl.services.config_schema import node_at, to_path

    node = node_at(_kind(context), to_path(context.params.get("path") or "-")) or {}
    words = ["true", "false"] if node.get("type") == "boolean" else [str(value) for value in node.get("enum", ())]
    return [word for word in words if word.startswith(incomplete)]
