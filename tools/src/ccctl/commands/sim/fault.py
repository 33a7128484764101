"""`ccctl sim fault`: break the simulated station, and mend it.

The faults are those of secc.sim.faults; `ccctl sim list` explains them.
"""

from __future__ import annotations

from typing import Any

import click

from ccctl.services.errors import CcctlError
from ccctl.services.exit_codes import ExitCode
from ccctl.services.frame import Group, settings_of
from ccctl.services.frame import command as declare
from ccctl.services.mqtt import Broker
from ccctl.services.options import broker_option, timeout_option
from ccctl.services.output import Output
from ccctl.services.sim_command import Effect, perform, summary
from ccctl.services.suggest import did_you_mean

command = Group(
    "fault",
    help="Break the simulated station, and mend it.",
    examples=["ccctl sim fault inject contactor_weld", "ccctl sim fault clear"],
)


def _complete(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from secc.sim.faults import FAULTS

    return [fault.name for fault in FAULTS if fault.name.startswith(incomplete)]


def _known(name: str) -> str:
    from secc.sim.faults import NAMES

    if name not in NAMES:
        hint = did_you_mean(name, sorted(NAMES))
        raise CcctlError(f"no such fault: {name!r}{hint}", "'ccctl sim list' explains them", ExitCode.NOT_FOUND)
    return name


def _do(context: click.Context, broker: Broker, document: dict[str, Any], effect: Effect, timeout_s: float) -> None:
    state = perform(broker, document, effect, timeout_s)
    Output(settings_of(context)).record(state, [summary(state)])


@declare("inject", examples=["ccctl sim fault inject contactor_weld", "ccctl sim fault inject lock_jam"])
@click.argument("name", shell_complete=_complete)
@timeout_option(5, "How long to wait for the effect.")
@broker_option
@click.pass_context
def inject(context: click.Context, *, name: str, timeout: float, broker: Broker) -> None:
    """Let the fault NAME occur."""
    _known(name)
    _do(context, broker, {"do": "fault", "fault": name}, lambda state: name in state.get("faults", ()), timeout)


@declare("clear", examples=["ccctl sim fault clear contactor_weld", "ccctl sim fault clear"])
@click.argument("name", required=False, shell_complete=_complete)
@timeout_option(5, "How long to wait for the effect.")
@broker_option
@click.pass_context
def clear(context: click.Context, *, name: str | None, timeout: float, broker: Broker) -> None:
    """Take the fault NAME away, or every fault."""
    if name is None:
        _do(context, broker, {"do": "clear"}, lambda state: not state.get("faults"), timeout)
        return
    _known(name)
    _do(context, broker, {"do": "clear", "fault": name}, lambda state: name not in state.get("faults", ()), timeout)


for _each in (inject, clear):
    command.add_command(_each)
