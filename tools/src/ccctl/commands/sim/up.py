"""`ccctl sim up`: one command from nothing to a charging station that can be watched over MQTT.

It starts and ends processes; which ones is decided in services/simulation.py.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ccctl.commands.sim import overrides_of
from ccctl.services.errors import CcctlError
from ccctl.services.escape import clean
from ccctl.services.exit_codes import ExitCode
from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of
from ccctl.services.mqtt import Broker
from ccctl.services.output import Output
from ccctl.services.processes import ChildEndedError, Children
from ccctl.services.signals import interruptible
from ccctl.services.simulation import STANDARD_PORT, Plan, start_broker, start_station, write_configuration


def _complete_scenario(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from secc.sim.scenario import shipped

    return [name for name in shipped() if name.startswith(incomplete)]


def _announce(output: Output, plan: Plan, broker: Broker, config: Path, children: Children) -> None:
    record: dict[str, Any] = {
        "broker": str(broker),
        "scenario": plan.scenario,
        "config": str(config),
        "logs": str(children.folder),
        "processes": {child.name: child.process.pid for child in children.running},
    }
    other = "" if broker == Broker("127.0.0.1", STANDARD_PORT) else f" --broker {broker}"
    lines = [
        f"The station is up: scenario {plan.scenario}, MQTT at {broker}",
        f"  configuration and logs  {children.folder}",
        f"  watch it                ccctl mqtt watch{other}",
        f"  plug a car in           ccctl sim ev plug{other}",
        f"  break something         ccctl sim fault inject contactor_weld{other}",
        "  end it                  ctrl-C",
    ]
    output.record(record, lines)
    sys.stdout.flush()


def _last_ms(scenario: str) -> int:
    from secc.sim.scenario import load

    found = load(scenario)
    return found.every_ms if found.every_ms is not None else found.ends_ms + 1000


def _stay(children: Children, seconds: float | None, tell: Callable[[str], None]) -> None:
    """Until the time is over, or a child ends (an error); `tell` hears what goes wrong meanwhile."""
    deadline = None if seconds is None else time.monotonic() + seconds
    while deadline is None or time.monotonic() < deadline:
        children.check()
        for child in children.running:
            for line in child.news():
                tell(line)
        time.sleep(0.2 if deadline is None else max(min(0.2, deadline - time.monotonic()), 0))


@declare(
    "up",
    examples=[
        "ccctl sim up",
        "ccctl sim up --scenario session --once",
        "ccctl sim up --broker embedded --port 18830 --duration 60",
        "ccctl sim up --customer customer.json --separate",
    ],
)
@click.option(
    "--scenario", default="loop", show_default=True, shell_complete=_complete_scenario, help="A name, or a TOML file."
)
@click.option(
    "--broker",
    default="auto",
    show_default=True,
    metavar="auto|mosquitto|embedded|HOST:PORT",
    help="Start this broker, or use the one at HOST:PORT. auto: mosquitto if installed, else embedded.",
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help=f"Port of the broker that is started (default: {STANDARD_PORT}, or any free one if that is taken).",
)
@click.option("--customer", type=click.Path(dir_okay=False), metavar="FILE", help="Use this customer.json.")
@click.option("--separate", is_flag=True, help="Run the car and the charging stack in two processes.")
@click.option("--once", is_flag=True, help="End when the scenario has been played once.")
@click.option("--duration", type=click.FloatRange(0, 86400), metavar="SECONDS", help="End after so many seconds.")
@click.pass_context
def command(context: click.Context, /, *, once: bool, duration: float | None, **wishes: Any) -> None:
    """Start a simulated charging station, until ctrl-C. Everything that was started ends with it."""
    if once and duration is not None:
        raise CcctlError("--once and --duration exclude each other", code=ExitCode.USAGE)
    output = Output(settings_of(context))
    plan = Plan(**wishes)
    with interruptible(), tempfile.TemporaryDirectory(prefix="ccctl-sim-") as folder:
        config = write_configuration(plan, Path(folder), overrides_of(plan.scenario))
        announced = False

        def named(line: str) -> str:
            """The user knows his file by his own name for it."""
            return line.replace(str(config / "customer.json"), plan.customer or "customer.json")

        seconds = _last_ms(plan.scenario) / 1000 if once else duration
        try:
            with Children(Path(folder)) as children:
                broker = start_broker(plan, children)
                start_station(plan, broker, config, children)
                _announce(output, plan, broker, config, children)
                announced = True
                _stay(children, seconds, lambda line: output.say(clean(named(line))))
        except ChildEndedError as error:
            sys.stderr.writelines(f"  {clean(named(line))}\n" for line in error.words.splitlines())
            raise
        finally:
            if announced:
                output.say("the station is down")
