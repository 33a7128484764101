"""`ccctl sim`: a whole charging station on the laptop, with a car to plug in and faults to cause."""

from __future__ import annotations

from ccctl.services.errors import CcctlError
from ccctl.services.exit_codes import ExitCode
from ccctl.services.frame import LazyGroup
from ccctl.services.simulation import Overrides


def overrides_of(scenario: str) -> Overrides:
    """What a scenario wants in customer.json; CcctlError if there is no such scenario."""
    from secc.sim.scenario import ScenarioError, load

    try:
        return load(scenario).customer
    except ScenarioError as error:
        raise CcctlError(str(error), "'ccctl sim list' shows the shipped ones", ExitCode.NOT_FOUND) from error


command = LazyGroup(
    "sim",
    __name__,
    help="Run a simulated charging station, and do things to it.",
    examples=["ccctl sim up", "ccctl sim ev plug", "ccctl sim fault inject contactor_weld", "ccctl sim list"],
)
