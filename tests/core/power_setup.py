"""Stations for the random walk of the power path: a configuration in plain values, drawn at random or written down.

A Setup prints as Python, so that a failing walk can be pasted into a test. It decides nothing but how a station is
configured and wired; the wiring is that of the first configuration, whatever is edited later. Guide §14.1.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from random import Random
from typing import Any

from secc.evsed.authorization import Method
from secc.evsed.inputs import Input, Output
from secc.evsed.motors import MOTORS
from secc.evsed.settings import Feedback, PhaseSwitching, RcdMonitor, RcdTest, Settings, Ventilation

EMERGENCY, RCD, KEY, TRIGGER = "digital_in_1", "digital_in_2", "digital_in_3", "digital_out_4"
REST_MS = 6000

RCD_TIMES = {"western": (815, 810, 410), "bender": (50, 750, 2000), "brisk": (100, 90, 100)}
"""ms of the trigger, of the look for the trip, and of the way back to normal (guide table 72, and a fast one)."""


@dataclass(frozen=True, slots=True)
class Setup:
    """Currents in A (-1: no limit). `rcd`: "" none, "watch" without test, or one of RCD_TIMES. `emergency` and
    `polarity` are the active levels. `switching` and `fan_feedback` are kinds of the feedback on relay 2; "" is off.
    """

    pluggable: bool = True
    motor: str = "KUESTER-02S"
    feedback: str = "no"
    interval_s: int = 10
    method: str = "free"
    accept_d: bool = False
    grid_a: int = 32
    evse_a: int = 32
    fixed_a: int = 32
    failsafe_a: int = -1
    phases: int = 3
    switching: str = ""
    delay_s: int = 10
    fan: str = ""
    fan_feedback: str = "no"
    rcd: str = ""
    rcd_normal: bool = True
    trigger_active: bool = True
    emergency: str = ""
    wake_word: bool = False
    wake_timeout: bool = False

    def __repr__(self) -> str:
        """Only what differs from the default."""
        told = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if self.differs(each.name))
        return f"Setup({', '.join(told)})"

    def differs(self, name: str) -> bool:
        return bool(getattr(self, name) != DEFAULTS[name])


DEFAULTS: dict[str, Any] = {each.name: each.default for each in fields(Setup)}


def _deci(ampere: int) -> int | None:
    return None if ampere == -1 else ampere * 10


def settings_of(setup: Setup, version: int) -> Settings:
    """What evsed would read from customer.json. `version` tells which settings are in force."""
    monitor = None
    if setup.rcd:
        feedback = Input(RCD, setup.rcd_normal)
        times = RCD_TIMES.get(setup.rcd)
        monitor = RcdMonitor(feedback, RcdTest(Output(TRIGGER, setup.trigger_active), *times) if times else None)
    return Settings(
        version=str(version),
        pluggable=setup.pluggable,
        fixed_cable_da=_deci(setup.fixed_a),
        evse_da=_deci(setup.evse_a),
        grid_da=_deci(setup.grid_a),
        failsafe_da=_deci(setup.failsafe_a),
        phases=setup.phases,
        feedback=Feedback(setup.feedback),
        rest_ms=REST_MS,
        interval_ms=setup.interval_s * 1000,
        method=Method(setup.method),
        accept_state_d=setup.accept_d,
        motor=MOTORS[setup.motor] if setup.pluggable else None,
        emergency=Input(EMERGENCY, setup.emergency == "high") if setup.emergency else None,
        rcd=monitor,
        ventilation=Ventilation(
            enabled=setup.fan in ("internal", "external"),
            external=setup.fan in ("external", "custom"),
            feedback=Feedback(setup.fan_feedback),
        ),
        switching=PhaseSwitching(Feedback(setup.switching), setup.delay_s) if setup.switching else None,
        key_switch=Input(KEY, active_high=True) if setup.method == "key-switch" else None,
        wake_after_authorization=setup.wake_word,
        wake_after_timeout=setup.wake_timeout,
    )


def drawn(random: Random) -> Setup:
    """A station as somebody might build it."""
    pick = random.choice
    three = random.random() < 0.8
    switching = pick(("no", "nc", "none")) if three and random.random() < 0.35 else ""
    fan = "" if switching else pick(("", "", "custom", "internal", "external"))
    return Setup(
        pluggable=random.random() < 0.65,
        motor=pick(sorted(MOTORS)),
        feedback=pick(("no", "no", "nc", "nc", "none")),
        interval_s=pick((10, 10, 10, 12, 60)),
        method=pick(("free", "free", "mqtt", "mqtt", "ocpp", "key-switch")),
        accept_d=random.random() < 0.3,
        grid_a=pick((-1, 16, 32, 63)),
        evse_a=pick((16, 20, 32, 63)),
        fixed_a=pick((-1, 16, 32, 63)),
        failsafe_a=pick((-1, -1, -1, 0, 10)),
        phases=3 if three else 1,
        switching=switching,
        delay_s=pick((10, 10, 12, 20)),
        fan=fan,
        fan_feedback=pick(("no", "nc", "none")),
        rcd=pick(("", "watch", "western", "bender", "brisk", "brisk")),
        rcd_normal=random.random() < 0.6,
        trigger_active=random.random() < 0.6,
        emergency=pick(("", "", "high", "low")),
        wake_word=random.random() < 0.2,
        wake_timeout=random.random() < 0.3,
    )


def edited(setup: Setup, changes: dict[str, Any]) -> Setup:
    return replace(setup, **changes)


def edit_drawn(random: Random, setup: Setup) -> dict[str, Any]:
    """What somebody might change in customer.json. The wiring does not change with it."""
    other = drawn(random)
    names = (
        ("evse_a", "failsafe_a"), ("method",), ("interval_s",), ("accept_d",), ("wake_word", "wake_timeout"),
        ("delay_s",), ("rcd",), ("emergency",), ("motor",), ("fixed_a",), ("switching", "fan"), ("feedback",),
        ("pluggable",),
    )  # fmt: skip
    chosen = random.choices(names, weights=(6, 3, 3, 2, 2, 2, 2, 2, 1, 1, 2, 1, 1))[0]
    changes = {name: getattr(other, name) for name in chosen}
    if changes.get("switching") and setup.phases != 3:
        changes["switching"] = ""
    return changes
