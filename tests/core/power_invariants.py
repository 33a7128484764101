"""The invariants of the power path by name, and the times and faults that they speak of.

Data alone. Guide §3.3.4, §3.4, §15.13 to §15.20; IEC 61851-1 annex A; SAF-01, SAF-07, SAF-10, SAF-11.
"""

from __future__ import annotations

from enum import StrEnum

GRACE_MS = 6000
PULSE_MS, SETTLE_MS = 4000, 1000
"""A wake-up pulse, and what a car may take to show itself again."""
NOTICED_MS = 700
"""A contactor that disagrees is noticed within 250 ms, or twice that where its feedback flickers, and settles in 10."""
MOVED_MS = 250
"""A contactor without feedback has moved by then."""
CONTACTOR, TEST = "PowerSwitchFailure", "RcdTestError"
STOPPING_FAULTS = {CONTACTOR, "SpuriousRcdError", TEST, "RcdGroundFailure", "EmergencyShutdown"}
"""While one of these is raised the coil is off."""
CABLE_FAULTS = {"ProximityNoCable", "ProximityInvalid"}
"""While one of these is raised nothing is offered."""
LASTING = {CONTACTOR, "SpuriousRcdError", "EmergencyShutdown"}
"""While one of these is raised the pilot says that the station is unavailable."""


class Invariant(StrEnum):
    PERMISSION = "the coil is driven only in C or D, with permission, without fault and with a valid duty cycle"
    SPACING = "6.000 s from open to close, the interval from close to close"
    LOCK = "the lock is never driven open under a closed contactor"
    LIMIT = "the offer is the minimum of all limits, or 0 below 6 A"
    ORDER = "secondary before primary when closing, primary before secondary when opening; the delay between counts"
    AT_ONCE = "emergency and residual current open in the same step"
    RCD = "never closed over a tripped, untested or testing RCD; the trigger is released in time"
    PILOT = "one duty cycle a step, and 0 V only as a wake-up pulse"
    MOTOR = "the lock motor is driven for its time, and braked before it is reversed"
    MIRROR = "the topics say what is driven"
    OFFER = "a car that may charge is offered current"
    NOTICED = "a contactor that does not obey is noticed, and faults end as often as they begin"
