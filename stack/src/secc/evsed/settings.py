"""What evsed takes from the configuration: plain values, one dataclass a function.

Data alone; `customer` fills it in. Guide §14.1 (tables 47, 48, 50).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from secc.evsed.authorization import Method
from secc.evsed.inputs import Input, Output
from secc.evsed.motors import Motor


class Feedback(StrEnum):
    """Kind of the auxiliary contact: `no` is active when the contactor is closed, `nc` when it is open."""

    NO = "no"
    NC = "nc"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class RcdTest:
    """The self-test: its trigger, and the times of guide table 71. `check_tripped_ms` counts from the beginning of
    the trigger, `check_normal_ms` from its end.
    """

    trigger: Output
    trigger_ms: int
    check_tripped_ms: int
    check_normal_ms: int


@dataclass(frozen=True, slots=True)
class RcdMonitor:
    """`feedback` is active in normal operation (decision 20). `test` is None where there is no test."""

    feedback: Input
    test: RcdTest | None


@dataclass(frozen=True, slots=True)
class Ventilation:
    """`enabled` and `external` are the two keys of guide table 79; `feedback` is that of relay 2."""

    enabled: bool
    external: bool
    feedback: Feedback


@dataclass(frozen=True, slots=True)
class PhaseSwitching:
    """Relay 2 switches L2 and L3 (guide §15.20). `delay_s` is the pause between two counts of phases."""

    feedback: Feedback
    delay_s: int


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
    rcd: RcdMonitor | None = None
    ventilation: Ventilation = Ventilation(enabled=False, external=False, feedback=Feedback.NO)
    switching: PhaseSwitching | None = None
    key_switch: Input | None = None
    threshold_mv: int = 6000
    wake_after_authorization: bool = False
    wake_after_timeout: bool = False
