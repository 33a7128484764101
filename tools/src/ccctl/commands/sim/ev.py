"""`ccctl sim ev`: what a driver does: plug in, unplug, ask for a charge, stop it.

Each command waits for its effect, or says why the simulation refused.
"""

from __future__ import annotations

from typing import Any

import click

from ccctl.services.frame import Group, settings_of
from ccctl.services.frame import command as declare
from ccctl.services.mqtt import Broker
from ccctl.services.options import broker_option, timeout_option
from ccctl.services.output import Output
from ccctl.services.sim_command import Effect, State, perform, summary

_ENDS = click.Choice(["both", "station", "ev"])

command = Group(
    "ev",
    help="Do what a driver does to the simulated station.",
    examples=["ccctl sim ev plug", "ccctl sim ev stop", "ccctl sim ev unplug --patience 10"],
)


def _do(context: click.Context, broker: Broker, document: dict[str, Any], effect: Effect, timeout_s: float) -> None:
    state = perform(broker, document, effect, timeout_s)
    Output(settings_of(context)).record(state, [summary(state)])


def _wants(state: State) -> bool:
    return state.get("ev") is not None and state["ev"].get("state") != "stopped"


def _is_idle(state: State) -> bool:
    return state.get("ev") is not None and state["ev"].get("state") in ("stopped", "full")


@declare("plug", examples=["ccctl sim ev plug", "ccctl sim ev plug --cable 20", "ccctl sim ev plug --half"])
@click.option("--cable", type=int, metavar="A", help="Rating of the cable: 13, 20, 32 or 63.")
@click.option("--end", type=_ENDS, default="both", show_default=True, help="Which end is plugged in.")
@click.option("--half", is_flag=True, help="Not fully home in the socket.")
@timeout_option(5, "How long to wait for the effect.")
@broker_option
@click.pass_context
def plug(context: click.Context, *, cable: int | None, end: str, half: bool, timeout: float, broker: Broker) -> None:
    """Plug the cable in."""
    document: dict[str, Any] = {"do": "plug", "end": end, "half": half}
    if cable is not None:
        document["cable"] = cable

    def plugged(state: State) -> bool:
        held = state.get("cable") or {}
        station, car = bool(held.get("at_station")), bool(held.get("at_ev"))
        return {"both": station and car, "station": station, "ev": car}[end]

    _do(context, broker, document, plugged, timeout)


@declare(
    "unplug", examples=["ccctl sim ev unplug", "ccctl sim ev unplug --patience 10", "ccctl sim ev unplug --end ev"]
)
@click.option("--end", type=_ENDS, default="both", show_default=True, help="Which end is pulled out.")
@click.option("--patience", type=click.FloatRange(0, 60), default=0, metavar="SECONDS", help="Go on trying so long.")
@timeout_option(5, "How long to wait for the effect.")
@broker_option
@click.pass_context
def unplug(context: click.Context, *, end: str, patience: float, timeout: float, broker: Broker) -> None:
    """Pull the cable out; refused while the plug is locked."""

    def pulled(state: State) -> bool:
        held = state.get("cable") or {}
        station = not held.get("at_station") or bool(held.get("fixed"))
        car = not held.get("at_ev")
        return {"both": station and car, "station": station, "ev": car}[end]

    _do(context, broker, {"do": "unplug", "end": end, "patience": patience}, pulled, max(timeout, patience + 2))


@declare("request", examples=["ccctl sim ev request"])
@timeout_option(5, "How long to wait for the effect.")
@broker_option
@click.pass_context
def request(context: click.Context, *, timeout: float, broker: Broker) -> None:
    """Let the car ask for a charge."""
    _do(context, broker, {"do": "request"}, _wants, timeout)


@declare("stop", examples=["ccctl sim ev stop"])
@timeout_option(10, "How long to wait for the effect.")
@broker_option
@click.pass_context
def stop(context: click.Context, *, timeout: float, broker: Broker) -> None:
    """Let the car end the charge."""
    _do(context, broker, {"do": "stop"}, _is_idle, timeout)


for _each in (plug, unplug, request, stop):
    command.add_command(_each)
