"""The hands of ledd: drives the outputs of the LEDs and the green LED of the board.

An output is claimed when it is first driven, and only then. A PortError passes: an output that cannot be driven ends
the process, and the journal says which. Guide §7.9.2 (table 28), §4.1.1.
"""

from __future__ import annotations

from collections.abc import Callable

from secc.fsm import Effect
from secc.ledd.events import DriveOutput, ShowOperational
from secc.ports import DigitalOut, Station


class Adapter:
    """Carries out the effects of the core. `operational` switches the green LED on."""

    def __init__(self, station: Station, operational: Callable[[], None]) -> None:
        self._station = station
        self._operational = operational
        self._outputs: dict[str, DigitalOut] = {}

    def perform(self, effect: Effect) -> None:
        """Carry out one effect."""
        match effect:
            case DriveOutput(line, level):
                if line not in self._outputs:
                    self._outputs[line] = self._station.digital_out(line)
                self._outputs[line].write(level)
            case ShowOperational():
                self._operational()
            case _:
                raise TypeError(f"ledd has no hands for {effect!r}")
