"""`ccctl version`: the versions of the tool, of the charging stack it knows, and of what it runs on."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

import click

from ccctl import __version__
from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of
from ccctl.services.output import Output


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


@declare("version", examples=["ccctl version", "ccctl version -o json", "ccctl --version"])
@click.pass_context
def command(context: click.Context) -> None:
    """Print versions: of ccctl, of the charging stack whose contract it carries, of Python and its libraries."""
    import secc

    record: dict[str, str | None] = {
        "ccctl": __version__,
        "secc": secc.__version__,
        "python": platform.python_version(),
    }
    record |= {name: _installed(name) for name in ("click", "rich", "paho-mqtt", "jsonschema")}
    Output(settings_of(context)).record(record)
