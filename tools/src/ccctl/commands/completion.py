"""`ccctl completion`: the script that teaches a shell to complete commands, topics and configuration keys.

The script asks ccctl for each word, so it never goes stale.
"""

from __future__ import annotations

import sys

import click
from click.shell_completion import get_completion_class

from ccctl.services.frame import command as declare

VARIABLE = "_CCCTL_COMPLETE"


@declare(
    "completion",
    examples=[
        'eval "$(ccctl completion bash)"',
        "ccctl completion zsh > ~/.zfunc/_ccctl",
        "ccctl completion fish > ~/.config/fish/completions/ccctl.fish",
    ],
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the completion script for SHELL."""
    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"this version of click completes nothing for {shell}", context)
    completion = found(context.find_root().command, {}, "ccctl", VARIABLE)
    # Not completion.source(): that starts a bash to look at its version, and the script may be for another machine.
    sys.stdout.write(completion.source_template % completion.source_vars() + "\n")
