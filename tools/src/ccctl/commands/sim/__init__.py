"""`ccctl sim`: a whole charging station on the laptop, with a car to plug in and faults to cause."""

from __future__ import annotations

from ccctl.services.frame import LazyGroup

command = LazyGroup(
    "sim",
    __name__,
    help="Run a simulated charging station, and do things to it.",
    examples=["ccctl sim up", "ccctl sim ev plug", "ccctl sim fault inject contactor_weld", "ccctl sim list"],
)
