"""`ccctl sim list`: the scenarios, the faults, and what stands there now if a simulation runs."""

from __future__ import annotations

import click

from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of
from ccctl.services.mqtt import Broker
from ccctl.services.options import broker_option
from ccctl.services.output import Output
from ccctl.services.sim_command import read_state, summary


@declare("list", examples=["ccctl sim list", "ccctl sim list -o json"])
@broker_option
@click.pass_context
def command(context: click.Context, *, broker: Broker) -> None:
    """List scenarios and faults; with a simulation at the broker its state too."""
    from secc.sim.faults import FAULTS
    from secc.sim.scenario import load, shipped

    scenarios = [{"name": name, "about": load(name).about} for name in shipped()]
    state = read_state(broker)
    active = set(state.get("faults", ())) if state is not None else set()
    faults = [
        {"name": fault.name, "part": fault.part, "about": fault.about, "active": fault.name in active}
        for fault in FAULTS
    ]
    lines = ["Scenarios (ccctl sim up --scenario NAME)"]
    lines += [f"  {row['name']:26} {row['about']}" for row in scenarios]
    lines += ["Faults (ccctl sim fault inject NAME)"]
    lines += [f"{'*' if row['active'] else ' ':>1} {row['name']!s:26} {row['about']}" for row in faults]
    lines += [f"Now at {broker}: " + (summary(state) if state is not None else "no simulation")]
    Output(settings_of(context)).record({"scenarios": scenarios, "faults": faults, "state": state}, lines)
