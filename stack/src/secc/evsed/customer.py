"""Settings from what customer.json and rotaryencd.json say, and what evsed refuses to start with.

A safety function that is switched on in customer.json and that cannot be had as it is wired or described must not be
ignored: each such key is a refusal with the key and the remedy. Pure: reading files is for `configuration`.
Guide §14.1 (tables 47, 48, 50), §4.2.2, §15.20.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from secc.contract.terminals import KEY_SWITCH_GPIO
from secc.evsed.authorization import Method
from secc.evsed.inputs import Input, input_of, output_of
from secc.evsed.limits import deci
from secc.evsed.motors import MOTORS
from secc.evsed.settings import Feedback, PhaseSwitching, RcdMonitor, RcdTest, Settings, Ventilation

if TYPE_CHECKING:
    from secc.contract.generated.customer import Customer, Port
    from secc.contract.generated.rotaryencd import Rotaryencd

REST_MS = 6000
"""From opening to closing the contactor (guide table 14)."""
Refusal = tuple[str, str, str]


def refusals(customer: Customer, phases: int) -> tuple[Refusal, ...]:
    """What cannot be obeyed by this version or as it is wired: path of the key, what is wrong, and what to do.

    What customer.json alone shows is judged by `contract.config_rules`. `phases` is the count of phases of the grid
    connection.
    """
    port = customer.ports[0]
    wrong = []
    if port.charging_type != "basic":
        key = "ports[0]/charging_type"
        wrong.append((key, f'"{port.charging_type}" is not part of this version', 'write "basic"'))
    if port.switch3to1phase.enable and phases != 3:
        remedy = "turn the rotary switch to a setting with three, or set this to false"
        wrong.append(("ports[0]/switch3to1phase/enable", "the grid connection has one phase", remedy))
    return tuple(wrong)


def phases_of(customer: Customer, rotary: Rotaryencd, position: int) -> int:
    """Phases of the grid connection, 1 or 3: those of the rotary switch unless grid/phase_count says otherwise."""
    return customer.grid.phase_count or rotary.rotary_switch_1[position].phase_count


def _emergency(port: Port) -> Input | None:
    alarm = port.emergency_alarm
    return input_of(alarm.gpio, alarm.polarity) if alarm.enable else None


def _rcd(port: Port) -> RcdMonitor | None:
    rcd = port.rcd_monitor
    feedback = input_of(rcd.gpio, rcd.polarity) if rcd.enable else None
    if feedback is None:
        return None
    trigger = output_of(rcd.test_gpio, rcd.test_gpio_polarity)
    if trigger is None:
        return RcdMonitor(feedback, None)
    times = (rcd.test_trigger_time, rcd.test_check_tripped_time, rcd.test_check_normal_time)
    return RcdMonitor(feedback, RcdTest(trigger, *times))


def _ventilation(port: Port) -> Ventilation:
    fan = port.ventilation
    return Ventilation(fan.enable, fan.control == "external", Feedback(fan.feedback_type))


def _switching(port: Port) -> PhaseSwitching | None:
    switch = port.switch3to1phase
    return PhaseSwitching(Feedback(switch.feedback_type), switch.switch_delay) if switch.enable else None


def settings_from(customer: Customer, rotary: Rotaryencd, position: int, version: str) -> Settings:
    """The settings for a rotary switch that stands at `position` (0..15)."""
    port = customer.ports[0]
    by_key = port.user_authentication == Method.KEY_SWITCH.value
    return Settings(
        version=version,
        pluggable=port.pluggable,
        fixed_cable_da=deci(port.pp.cable_current_limit),
        evse_da=deci(port.evse_current_limit),
        grid_da=deci(rotary.rotary_switch_1[position].current_limit),
        failsafe_da=deci(port.failsafe_current_limit),
        phases=phases_of(customer, rotary, position),
        feedback=Feedback(port.contactor.feedback_type),
        rest_ms=REST_MS,
        interval_ms=port.contactor.min_close_interval * 1000,
        method=Method(port.user_authentication),
        accept_state_d=port.always_accept_cp_state_d,
        motor=MOTORS[port.plug_lock.type] if port.pluggable else None,
        emergency=_emergency(port),
        rcd=_rcd(port),
        ventilation=_ventilation(port),
        switching=_switching(port),
        key_switch=input_of(KEY_SWITCH_GPIO, "active_high") if by_key else None,
        threshold_mv=customer.io.digital_input_threshold_voltage,
        wake_after_authorization=port.force_wake_up,
        wake_after_timeout=port.wake_up_after_timeout,
    )
