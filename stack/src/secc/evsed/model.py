"""Everything that evsed knows at one moment, in one frozen value, and how it begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from secc.contract.enums import CpState, ProximityError
from secc.evsed import duty
from secc.evsed.authorization import Authorization
from secc.evsed.availability import Availability
from secc.evsed.contactor import Contactor
from secc.evsed.emergency import Emergency
from secc.evsed.keyswitch import KeySwitch
from secc.evsed.limits import Limits
from secc.evsed.phases import Phases, phases_of
from secc.evsed.pilot import Pilot
from secc.evsed.pluglock import PlugLock
from secc.evsed.proximity import Proximity
from secc.evsed.rcd import Rcd
from secc.evsed.settings import Settings
from secc.evsed.ventilation import Fan, fan_of
from secc.evsed.wakeup import WakeUp


@dataclass(frozen=True, slots=True)
class Session:
    """From plugging in to unplugging. `number` counts them since the start of the process.

    `admitted`: the contactor closed for this car, so that going out of service waits for it. `waited`: nobody had
    authorized it when it came. `may_ask`: false for a car that was in C or D before -12 V was driven, until it has
    been in B: it has to ask anew. `winding_down`: the
    PWM was taken away while the contactor is closed; `grace_over`: the car had its 6 s to stop. `cable_settled`: the
    plug is all the way in, so what the proximity pin shows counts. `ceiling_da`: what the cable allowed when the
    contactor closed; from then on the limit of the cable only gets smaller (`cable_changed`: it did change).
    """

    number: int = 0
    connected: bool = False
    cable_settled: bool = False
    admitted: bool = False
    waited: bool = False
    may_ask: bool = True
    winding_down: bool = False
    grace_over: bool = False
    ceiling_da: int | None = None
    cable_changed: bool = False
    proximity_error: ProximityError = ProximityError.NONE


@dataclass(frozen=True, slots=True)
class Model:
    """`running`: the process is up; `locking`: the plug lock is, a moment later. `cp` is the state that counts, None
    for a pilot that fits no state; `measured`: there was one once. `published` and `answered` belong to `view`.
    """

    settings: Settings
    contactor: Contactor
    lock: PlugLock
    limits: Limits
    authorization: Authorization
    emergency: Emergency
    rcd: Rcd
    fan: Fan
    phases: Phases
    wake: WakeUp
    key: KeySwitch
    cp: CpState | None = None
    measured: bool = False
    pilot: Pilot = Pilot()
    proximity: Proximity = Proximity()
    availability: Availability = Availability()
    session: Session = Session()
    duty: int = duty.UNDRIVEN
    running: bool = False
    locking: bool = False
    stopping: bool = False
    time_set: bool = False
    next_settings: Settings | None = None
    published: tuple[Any, ...] = ()
    answered: tuple[int, int, int] = (0, 0, 0)
    limit_refused: bool = False


def initial(settings: Settings) -> Model:
    """The model before anything was measured."""
    return Model(
        settings=settings,
        contactor=Contactor(settings.feedback, settings.rest_ms, settings.interval_ms),
        lock=PlugLock(settings.motor),
        limits=Limits(
            settings.grid_da,
            settings.evse_da,
            settings.failsafe_da,
            cable_da=None if settings.pluggable else settings.fixed_cable_da,
        ),
        authorization=Authorization(settings.method),
        emergency=Emergency(settings.emergency),
        rcd=Rcd(settings.rcd),
        fan=fan_of(settings.ventilation),
        phases=phases_of(settings.switching, settings.phases, settings.rest_ms, settings.interval_ms),
        wake=WakeUp(settings.wake_after_authorization, settings.wake_after_timeout),
        key=KeySwitch(settings.key_switch),
    )
