"""What happens to ledd and what it does: its events and effects besides those of `secc.fsm`.

Data alone. Guide §4.1.1, §7.9.2.
"""

from __future__ import annotations

from dataclasses import dataclass

from secc.ledd.settings import Settings


@dataclass(frozen=True, slots=True)
class Started:
    """The process is up."""


@dataclass(frozen=True, slots=True)
class Stopping:
    """The process ends in good order."""


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """The configuration was edited; it applies at once."""

    settings: Settings


@dataclass(frozen=True, slots=True)
class BrokerSeen:
    """The broker, looked at about once a second: which connection to it is in use (1, 2 ...), 0 if there is none."""

    connection: int


@dataclass(frozen=True, slots=True)
class DriveOutput:
    """The level of a digital output, by its logical name."""

    line: str
    level: bool


@dataclass(frozen=True, slots=True)
class ShowOperational:
    """The green LED of the board: no more blinking, on."""
