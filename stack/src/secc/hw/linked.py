"""The simulated station of a process of its own: the plant is behind a socket, and other boards may be there as well.

As on the real board, a process drives only what it has claimed, and what nobody drives any more stays as it is: a coil
falls when its line is claimed, all else keeps its level until it is driven. It needs a running asyncio loop. Names of
lines are those of the board, guide §7.5 to 7.7.
"""

from __future__ import annotations

from collections.abc import Callable

from secc.hw.sim import SimAdc, SimDigitalIn, SimDigitalOut, SimPeaks, SimPilotOut, SimStation, SimThreshold
from secc.hw.simlink import Link
from secc.sim.link import Drive, drive_of
from secc.sim.plant import Controls

FALLS = ("relay_", "motor_")
"""Outputs that fall when they are claimed begin so; `claim = "off"` in boards/tarragon.toml."""


class _Output(SimStation):
    """One output of the board; passes on what it is driven to."""

    def __init__(self, name: str, passed: Callable[[Drive], None]) -> None:
        super().__init__()
        self._name = name
        self._passed = passed

    def drive(self, controls: Controls) -> None:
        super().drive(controls)
        self._passed({self._name: drive_of(controls)[self._name]})


class LinkedStation:
    """A board whose plant listens at `socket_path` (ports.Station). Connects when first used."""

    def __init__(self, socket_path: str) -> None:
        self.socket_path = socket_path
        self._seen = SimStation()
        self._driven: dict[str, bool | float | None] = {}
        self._outputs: dict[str, SimDigitalOut] = {}
        self._link = Link(socket_path, lambda: self._driven, self._seen.show)

    def digital_in(self, name: str) -> SimDigitalIn:
        """As SimStation."""
        return self._connected().digital_in(name)

    def digital_out(self, name: str) -> SimDigitalOut:
        """As SimStation."""
        self._connected()
        if name not in self._outputs:
            output = _Output(name, self._drive).digital_out(name)
            if name.startswith(FALLS):
                output.write(False)
            self._outputs[name] = output
        return self._outputs[name]

    def adc(self, name: str) -> SimAdc:
        """As SimStation."""
        return self._connected().adc(name)

    def pilot(self) -> SimPilotOut:
        """As SimStation."""
        self._connected()
        return _Output("pilot_pct", self._drive).pilot()

    def peaks(self) -> SimPeaks:
        """As SimStation."""
        return self._connected().peaks()

    def threshold(self) -> SimThreshold:
        """As SimStation."""
        self._connected()
        return _Output("threshold_mv", self._drive).threshold()

    def close(self) -> None:
        """Let go of the plant; the board is dead from now on."""
        self._link.close()

    def _connected(self) -> SimStation:
        self._link.open()
        return self._seen

    def _drive(self, drive: Drive) -> None:
        self._driven.update(drive)
        self._link.send(drive)
