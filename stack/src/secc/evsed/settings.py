"""What evsed takes from the configuration, and what it refuses to start with.

A safety function that is switched on in customer.json and that this version does not have must not be ignored:
each such key is a refusal with the key and the remedy. Guide §14.1 (tables 47, 48, 50), §4.2.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from secc.evsed.authorization import Method
from secc.evsed.inputs import LINES, Input, input_of
from secc.evsed.limits import deci
from secc.evsed.motors import MOTORS, Motor

if TYPE_CHECKING:
    from secc.contract.generated.customer import Customer
    from secc.contract.generated.rotaryencd import Rotaryencd


class Feedback(StrEnum):
    """Kind of the auxiliary contact: `no` is active when the contactor is closed, `nc` when it is open."""

    NO = "no"
    NC = "nc"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Settings:
    """Currents in tenths of an ampere (None: no limit), times in ms."""

    version: str
    pluggable: bool
    fixed_cable_da: int | None
    evse_da: int | None
    grid_da: int | None
    failsafe_da: int | None
    phases: int
    feedback: Feedback
    rest_ms: int
    interval_ms: int
    method: Method
    accept_state_d: bool
    motor: Motor | None
    emergency: Input | None


def refusals(customer: Customer) -> tuple[tuple[str, str], ...]:
    """Keys that ask for what this version of evsed does not do: path of the key, and what to do about it."""
    port = customer.ports[0]
    asked = (
        ("ports[0]/rcd_monitor/enable", port.rcd_monitor.enable, "RCD monitoring"),
        ("ports[0]/ventilation/enable", port.ventilation.enable, "ventilation control"),
        ("ports[0]/switch3to1phase/enable", port.switch3to1phase.enable, "phase count switching"),
        ("ports[0]/charging_type", port.charging_type != "basic", "high level charging"),
        ("ports[0]/user_authentication", port.user_authentication == "key-switch", "the key switch"),
        ("ports[0]/force_wake_up", port.force_wake_up, "waking up a car"),
        ("ports[0]/wake_up_after_timeout", port.wake_up_after_timeout, "waking up a car"),
    )
    remedy = "is not part of this version; take the key back to its default"
    wrong = tuple((key, f"{what} {remedy}") for key, on, what in asked if on)
    alarm = port.emergency_alarm
    if alarm.enable and alarm.gpio not in LINES:
        inputs = ", ".join(map(str, LINES))
        wrong += (("ports[0]/emergency_alarm/gpio", f"{alarm.gpio} is no digital input; write one of {inputs}"),)
    return wrong


def _emergency(customer: Customer) -> Input | None:
    alarm = customer.ports[0].emergency_alarm
    return input_of(alarm.gpio, alarm.polarity) if alarm.enable else None


def settings_from(customer: Customer, rotary: Rotaryencd, position: int, version: str) -> Settings:
    """The settings for a rotary switch that stands at `position` (0..15)."""
    port = customer.ports[0]
    setting = rotary.rotary_switch_1[position]
    return Settings(
        version=version,
        pluggable=port.pluggable,
        fixed_cable_da=deci(port.pp.cable_current_limit),
        evse_da=deci(port.evse_current_limit),
        grid_da=deci(setting.current_limit),
        failsafe_da=deci(port.failsafe_current_limit),
        phases=customer.grid.phase_count or setting.phase_count,
        feedback=Feedback(port.contactor.feedback_type),
        rest_ms=6000,
        interval_ms=port.contactor.min_close_interval * 1000,
        method=Method(port.user_authentication) if port.user_authentication != "key-switch" else Method.MQTT,
        accept_state_d=port.always_accept_cp_state_d,
        motor=MOTORS[port.plug_lock.type] if port.pluggable else None,
        emergency=_emergency(customer),
    )
