"""What can be broken at the simulated station, by name, as data.

One row a fault: where it sits, what it does, in one line for people. The parts ask for the names; anything
else is refused before it reaches them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A name for scenarios and commands, the part that suffers, and one line about it."""

    name: str
    part: str
    about: str


FAULTS = (
    Fault("contactor_weld", "contactor", "the contacts of relay 1 are welded: closed, whatever the coil does"),
    Fault("contactor_stuck_open", "contactor", "the contacts of relay 1 never close"),
    Fault("contactor_bounce", "contactor", "the contacts of relay 1 chatter for 150 ms after each change"),
    Fault("contactor_slow", "contactor", "the contacts of relay 1 follow the coil only after 600 ms"),
    Fault("contactor_feedback_lost", "contactor", "the feedback wire of relay 1 is off: its line stays low"),
    Fault("contactor_2_weld", "contactor", "the contacts of relay 2 are welded"),
    Fault("contactor_2_stuck_open", "contactor", "the contacts of relay 2 never close"),
    Fault("contactor_2_bounce", "contactor", "the contacts of relay 2 chatter for 150 ms after each change"),
    Fault("contactor_2_slow", "contactor", "the contacts of relay 2 follow the coil only after 600 ms"),
    Fault("contactor_2_feedback_lost", "contactor", "the feedback wire of relay 2 is off: its line stays low"),
    Fault("diode_short", "pilot", "the diode in the car conducts both ways: both pilot peaks are alike"),
    Fault("cp_short", "pilot", "the pilot line touches protective earth: 0 V (state E)"),
    Fault("cp_noise", "pilot", "the pilot line is disturbed: each sample shows another state"),
    Fault("cp_open", "pilot", "the pilot wire to the car is broken: +12 V (state A)"),
    Fault("proximity_open", "proximity", "the proximity wire is broken: reads as if no cable were plugged"),
    Fault("proximity_invalid", "proximity", "the proximity pin reads a voltage of no cable"),
    Fault(
        "proximity_changed",
        "proximity",
        "the proximity pin reads another cable (13 A, or 20 A for a 13 A cable)",
    ),
    Fault("lock_jam", "plug lock", "the bolt does not move"),
    Fault("lock_forced_open", "plug lock", "somebody levered the bolt open and holds it"),
    Fault("lock_forced_closed", "plug lock", "the bolt is pushed into the socket and held"),
    Fault(
        "lock_capacitor_flat",
        "plug lock",
        "the motor's capacitor does not get beyond 4 V: the motor cannot turn",
    ),
    Fault("rcd_trip", "rcd", "the RCD says tripped for as long as this lasts, whatever the wires carry"),
    Fault("rcd_leakage", "rcd", "a residual direct current flows in the car while it is live: the RCD trips"),
    Fault("rcd_test_fails", "rcd", "the RCD does not trip when it is tested"),
    Fault("rcd_stays_tripped", "rcd", "an RCD that has tripped, in a test or otherwise, does not come back"),
    Fault("emergency_stop", "emergency", "the emergency switch is pressed: digital input 1 is high"),
)
NAMES = frozenset(fault.name for fault in FAULTS)
