"""What happens to the power path and what it does: the events and effects of evsed besides those of `secc.fsm`.

Readings are raw (0..4095) as the converter gives them; duty cycles are hundredths of a per cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from secc.evsed.settings import Settings

RELAY_SENSE = {1: "relay_1_sense", 2: "relay_2_sense"}
"""The line on which the feedback of each relay comes in."""


@dataclass(frozen=True, slots=True)
class Started:
    """The process is up."""


@dataclass(frozen=True, slots=True)
class Stopping:
    """The process ends in good order."""


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """The configuration was edited; it applies as soon as no car is connected."""

    settings: Settings


@dataclass(frozen=True, slots=True)
class PilotSampled:
    high_raw: int
    low_raw: int


@dataclass(frozen=True, slots=True)
class ProximitySampled:
    raw: int


@dataclass(frozen=True, slots=True)
class LockSensed:
    raw: int


@dataclass(frozen=True, slots=True)
class InputSensed:
    """Level of an input line that is watched: as it was when the watch began, and after every edge.

    Feedback of the relays comes on the lines of RELAY_SENSE.
    """

    line: str
    level: bool


@dataclass(frozen=True, slots=True)
class CapacitorSensed:
    """The capacitor of the lock motor, raw."""

    raw: int


@dataclass(frozen=True, slots=True)
class TimeSet:
    """Whether the system time was set by somebody who knows it."""

    known: bool


@dataclass(frozen=True, slots=True)
class TimeRead:
    """The time of day, in answer to ReadTime."""

    utc: datetime


@dataclass(frozen=True, slots=True)
class DrivePilot:
    """1/100 %; duty.UNDRIVEN is 0 V."""

    duty: int


@dataclass(frozen=True, slots=True)
class DriveRelay:
    """The coil of relay 1 or 2."""

    relay: int
    closed: bool


@dataclass(frozen=True, slots=True)
class DriveOutput:
    """The level of a digital output, by its logical name."""

    line: str
    level: bool


@dataclass(frozen=True, slots=True)
class DriveThreshold:
    """The voltage that the digital inputs are compared with."""

    mv: int


class Drive(StrEnum):
    COAST = "coast"
    LOCK = "lock"
    UNLOCK = "unlock"
    BRAKE = "brake"


@dataclass(frozen=True, slots=True)
class DriveLock:
    drive: Drive


@dataclass(frozen=True, slots=True)
class WatchInput:
    """Read a digital input now and listen to its edges from now on."""

    line: str


@dataclass(frozen=True, slots=True)
class SenseLock:
    """Read the feedback of the lock now."""


@dataclass(frozen=True, slots=True)
class SenseCapacitor:
    """Read the capacitor of the lock motor now."""


@dataclass(frozen=True, slots=True)
class ReadTime:
    """Ask for the time of day."""
