"""`ccctl config validate`: is a configuration file good? Problems with line, column and what to do about them.

It changes nothing. What is wrong is decided by secc.contract.config, as on the device.
"""

from __future__ import annotations

import click

from ccctl.services.config_edit import problem_line
from ccctl.services.config_options import KINDS
from ccctl.services.config_schema import kind_of
from ccctl.services.exit_codes import ExitCode
from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of
from ccctl.services.output import Output
from ccctl.services.textfile import read_text


@declare(
    "validate",
    examples=["ccctl config validate", "ccctl config validate customer.json leds.json -o json"],
)
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(dir_okay=False))
@click.option("-f", "--file", "named", type=click.Path(dir_okay=False), help="The same as FILE.")
@click.option("--kind", type=click.Choice(KINDS), help="What the files are (default: guessed from their names).")
@click.pass_context
def command(context: click.Context, files: tuple[str, ...], named: str | None, kind: str | None) -> int:
    """Check configuration files (default: customer.json). Ends with 1 if there are errors, with 0 for warnings."""
    from secc.contract.config import Severity, validate
    from secc.contract.jsonc import format_path

    output = Output(settings_of(context))
    errors = warnings = 0
    for name in [*files, *([named] if named else [])] or ["customer.json"]:
        for problem in validate(kind_of(name, kind), read_text(name)):
            record = {
                "file": name,
                "line": problem.line,
                "column": problem.column,
                "severity": problem.severity.value,
                "path": format_path(problem.path),
                "message": problem.message,
                "remedy": problem.remedy,
                "owner": problem.owner,
            }
            output.stream(record, problem_line(name, problem))
            if output.settings.output == "table":
                output.stream(record, f"    {problem.remedy}")
            errors += problem.severity is Severity.ERROR
            warnings += problem.severity is Severity.WARNING
    output.end()
    output.say(
        f"{output.count(errors, 'error')}, {output.count(warnings, 'warning')}"
        if errors or warnings
        else "no problems found"
    )
    return ExitCode.NO if errors else ExitCode.OK
