"""The frame of every command: global options that work anywhere on the line, examples in the help, lazy groups.

A command is declared with @command(examples=...) and gets -o, --quiet and --debug by that. A lazy group finds its
commands by file name and imports one when it is called. The frame decides nothing a command answers.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import click

FORMATS = ("table", "json", "jsonl", "yaml")


@dataclass(slots=True)
class Settings:
    """The global options of one call."""

    output: str = "table"
    quiet: bool = False
    debug: bool = False


def settings_of(context: click.Context) -> Settings:
    """The settings of the call that `context` belongs to."""
    return context.find_root().ensure_object(Settings)


def _store(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    # Not given here is not "off": the option may stand in another place on the line.
    if value:
        setattr(settings_of(context), str(parameter.name), value)


def _global_options() -> list[click.Parameter]:
    common: dict[str, Any] = {"expose_value": False, "callback": _store}
    return [
        click.Option(
            ["-o", "--output"], type=click.Choice(FORMATS), help="How results are printed (default table).", **common
        ),
        click.Option(["-q", "--quiet"], is_flag=True, help="Print results and errors only.", **common),
        click.Option(["--debug"], is_flag=True, help="Show where in ccctl an error arose.", **common),
    ]


GLOBAL_OPTIONS = ("output", "quiet", "debug")


def _write_examples(examples: Sequence[str], formatter: click.HelpFormatter) -> None:
    if examples:
        with formatter.section("Examples"):
            for example in examples:
                formatter.write(f"{'':{formatter.current_indent}}{example}\n")


class Command(click.Command):
    """A command with the global options and with examples."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **extra: Any) -> None:
        super().__init__(*args, **extra)
        self.params.extend(_global_options())
        self.examples = tuple(examples)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_examples(self.examples, formatter)
        super().format_epilog(ctx, formatter)


class Group(click.Group):
    """A group of commands that names the likely command when one is mistyped."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **extra: Any) -> None:
        super().__init__(*args, **extra)
        self.params.extend(_global_options())
        self.examples = tuple(examples)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_examples(self.examples, formatter)
        super().format_epilog(ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not name.startswith("-") and name not in self.list_commands(ctx) and not ctx.resilient_parsing:
            from ccctl.services.suggest import did_you_mean

            hint = did_you_mean(name, self.list_commands(ctx))
            raise click.UsageError(f"no such command: {name!r}{hint}", ctx)
        return super().resolve_command(ctx, args)


class LazyGroup(Group):
    """A group whose commands are the modules of a package; one is imported when it is called."""

    def __init__(self, name: str, package: str, **extra: Any) -> None:
        super().__init__(name, **extra)
        self.package = package

    def list_commands(self, ctx: click.Context) -> list[str]:
        path = importlib.import_module(self.package).__path__
        return sorted(entry.name.replace("_", "-") for entry in pkgutil.iter_modules(path))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"{self.package}.{cmd_name.replace('-', '_')}")
        found = module.command
        return found if isinstance(found, click.Command) else None


def command(name: str, examples: Sequence[str], **extra: Any) -> Callable[[Callable[..., Any]], Command]:
    """Declare a command; `examples` are full command lines as a user types them."""
    return click.command(name, cls=Command, examples=examples, **extra)
