"""What happens to the power path and what it does: the events and effects of evsed besides those of `secc.fsm`.

Readings are raw (0..4095) as the converter gives them; duty cycles are hundredths of a per cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from secc.evsed.settings import Settings


@dataclass(frozen=True, slots=True)
class Started:
    """The process is up; `sensed` is the level of the contactor's feedback line."""

    sensed: bool


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
class ContactorSensed:
    """An edge on the feedback line of the contactor (relay 1)."""

    level: bool


@dataclass(frozen=True, slots=True)
class LockSensed:
    raw: int


@dataclass(frozen=True, slots=True)
class InputSensed:
    """Level of a digital input: as it was when the watch began, and after every edge."""

    line: str
    level: bool


@dataclass(frozen=True, slots=True)
class TimeSet:
    """Whether the system time was set by somebody who knows it."""

    known: bool


@dataclass(frozen=True, slots=True)
class DrivePilot:
    duty: int


@dataclass(frozen=True, slots=True)
class DriveContactor:
    closed: bool


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
