"""The root of the command line, and how a call of it ends.

Every way a command can fail is turned into one line on stderr and a documented exit code here, and nowhere else.
The commands themselves are files in ccctl/commands.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from ccctl.services.errors import CcctlError
from ccctl.services.escape import clean
from ccctl.services.exit_codes import MEANING, ExitCode
from ccctl.services.frame import LazyGroup, Settings


def _version(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        from ccctl import __version__

        sys.stdout.write(f"ccctl {__version__}\n")
        context.exit()


class ReaderGoneError(Exception):
    """Whoever read the results went away. (click would turn the BrokenPipeError itself into exit code 1.)"""


class Root(LazyGroup):
    """The group of all commands; its help ends with the exit codes."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderGoneError from error

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(int(code)), text) for code, text in MEANING.items()])
        with formatter.section("Environment"):
            formatter.write_dl(
                [
                    ("CCCTL_BROKER", "the MQTT broker when --broker is not given: HOST, HOST:PORT or unix:PATH"),
                    ("NO_COLOR", "set to anything: no colour"),
                ]
            )


root = Root(
    "ccctl",
    "ccctl.commands",
    help="Configure, inspect and simulate Charge Control C. Results go to stdout, everything else to stderr.",
    examples=[
        "ccctl sim up",
        "ccctl mqtt watch 'port0/ci/#'",
        "ccctl config set ocpp/uri wss://cs.example.com/CP1 --file customer.json",
        "ccctl -o json faults list",
    ],
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_version,
            help="Print the version and end.",
        )
    ],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _say(text: str) -> None:
    sys.stderr.write(f"ccctl: {text}\n")


def _usage(error: click.UsageError) -> int:
    where = error.ctx.command_path if error.ctx is not None else "ccctl"
    message = clean(error.format_message()).rstrip(".")
    _say(f"{message}; '{where} --help' shows what it takes")
    return ExitCode.USAGE


def _give_up(stream: Any) -> None:
    """Point a stream whose reader went away at nothing, so that closing it at exit does not complain again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _call(arguments: Sequence[str], settings: Settings) -> int:
    try:
        result = root.main(list(arguments), prog_name="ccctl", standalone_mode=False, obj=settings)
        sys.stdout.flush()
    except CcctlError as error:
        if settings.debug:
            raise
        _say(clean(error.line()))
        return error.code
    except click.UsageError as error:
        return _usage(error)
    except click.ClickException as error:
        _say(clean(error.format_message()))
        return ExitCode.NO
    except (KeyboardInterrupt, click.Abort):
        return ExitCode.INTERRUPTED
    except (BrokenPipeError, ReaderGoneError):
        # `ccctl ... | head`: the reader has what it wanted.
        _give_up(sys.stdout)
        return ExitCode.OK
    except OSError as error:
        if error.filename is not None or error.errno not in (errno.ENOSPC, errno.EIO, errno.EDQUOT):
            raise
        _say(f"the output cannot be written: {error.strerror}")
        _give_up(sys.stdout)
        return ExitCode.NO
    return result if isinstance(result, int) else ExitCode.OK


def run(arguments: Sequence[str]) -> int:
    """Run one call; returns the exit code. Errors are printed as one line; --debug adds where they arose."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    settings = Settings()
    try:
        return int(_call(arguments, settings))
    except Exception as error:  # noqa: BLE001  the one place where a defect is caught: it becomes exit code 70
        if settings.debug:
            import traceback

            traceback.print_exc()
        if isinstance(error, CcctlError):
            _say(clean(error.line()))
            return int(error.code)
        _say(f"internal error: {clean(type(error).__name__)}: {clean(error, 300)}; --debug shows where")
        return int(ExitCode.INTERNAL)
