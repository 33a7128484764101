"""The error catalogue: every fault that a StatusNotification can name, with cause, consequence and remedy.

The order is that of the guide's table 3, which is the order of priority: of several, the first is reported.
The proximity faults have no number there and come last. What raises a fault is not decided here.
Guide §3.3.4 (table 3, §3.3.4.1 to §3.3.4.36).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from secc.contract.enums import PowerFault
from secc.contract.faults_persistence import PERSISTENCE
from secc.contract.topics import metering, power, rcd, rfid
from secc.contract.topics.row import Topic

Connector = Literal[">= 1", ">= 0", "== 0"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One row of table 3 and its sub-section.

    `connector` says for which connectorId it is reported. `topic` and `value` (as on the wire) are the MQTT
    condition, where there is one. `priority` 1 is the highest; None comes after all numbers.
    """

    error_code: str
    vendor_code: str
    priority: int | None
    connector: Connector
    topic: Topic[Any] | None
    value: str | None
    about: str
    cause: tuple[str, ...]
    impact: tuple[str, ...]
    remote: tuple[str, ...]
    on_site: tuple[str, ...]

    @property
    def code(self) -> str:
        """What names the fault: the vendorErrorCode, or the ChargePointErrorCode where that is empty."""
        return self.vendor_code or self.error_code

    @property
    def condition(self) -> str | None:
        """The MQTT condition, such as "port0/contactor/error = 1"."""
        return None if self.topic is None else f"{self.topic.topic} = {self.value}"


_LOCK = "ConnectorLockFailure"
_METER = "PowerMeterFailure"
_GROUND = "GroundFailure"
_OTHER = "OtherError"

_DUTY_0 = "the duty cycle is 0 %"
_DUTY_100 = "the duty cycle is 100 %"
_NO_CHARGE = "no charging"
_INTERRUPTED = "charging is interrupted"
_INTERRUPTED_OR_NOT = "charging is interrupted or does not begin"
_GOES_ON = "a charge that runs goes on"
_UNLOCKED = "the plug is unlocked"
_LOCK_ODD = "the plug lock does not do what it should"
_KEPT_LOCKED = "the plug stays locked until the EV is unplugged"

_WRONG_MOTOR = "another motor is configured than is built in"
_FORCED = "something pushes into the outlet or the inserted plug mechanically"
_LOCK_STUCK = "the plug lock is damaged or stuck"
_BUS_CAUSES = ("the EIA-485 bus is not terminated properly", "interference on the bus")
_MIXED = "protocols that do not go together share a bus"
_MCU_BROKEN = "the EIA-485 controller on the board does not work"
_METER_BROKEN = "the meter is broken"
_METER_BUG = "the firmware of the meter has a bug"
_METER_DARK = "the meter has no power"
_RCD_WRONG = "the RCD monitoring is configured wrongly"

_SET_LOCK = 'compare "ports[0]/plug_lock/type" in customer.json with the outlet or motor'
_SET_RCD = 'compare everything below "ports[0]/rcd_monitor" in customer.json with the charging station'
_TRY_UNLOCK = "send an OCPP UnlockConnector"
_TRY_RESET = "send an OCPP Reset"
_CHECK_SETTINGS = "check the configuration"
_CHECK_PLUG = "look at the plug of the cable"
_CHECK_LOCK = "check the plug lock and its wires"
_CHECK_WIRING = "check installation and wiring of the charging station"
_CHECK_TERMINATION = "check the termination of the EIA-485 bus"
_CHECK_METER = ("check the meter", "check the connection of the meter")
_CHECK_RCD = "check the RCD"
_SEPARATE = "put protocols that do not go together on separate buses"
_NEW_BOARD = "replace the Charge Control board"

_CONTACTOR = Fault(
    PowerFault.CONTACTOR.value, "", 1, ">= 1", power.CONTACTOR_ERROR, "1",
    about="the feedback of the contactor is not what was commanded",
    cause=("the feedback is configured wrongly", "the contactor is broken or its contacts are welded"),
    impact=(
        _INTERRUPTED_OR_NOT, _UNLOCKED, _DUTY_0,
        "cable or connector may still carry a dangerous voltage",
    ),
    remote=('compare "ports[0]/contactor/feedback_type" in customer.json with the charging station',),
    on_site=("check the feedback of the contactor", "replace the contactor"),
)  # fmt: skip


def _lock_fault(
    vendor_code: str,
    priority: int,
    about: str,
    *,
    cause: tuple[str, ...],
    impact: tuple[str, ...],
    remote: tuple[str, ...],
    on_site: tuple[str, ...],
) -> Fault:
    """A permanent failure of the plug lock; its topic carries the vendorErrorCode."""
    return Fault(
        _LOCK, vendor_code, priority, ">= 1", power.PLUG_LOCK_PERMANENT_FAILURE, vendor_code,
        about, cause, impact, remote, on_site,
    )  # fmt: skip


_LOCKS = (
    _lock_fault(
        "PlugLockMotorCapNotCharged", 2, "the capacitor of the lock motor was not charged in time",
        cause=("the capacitor on the board is broken", "the power supply gives the wrong voltage"),
        impact=(_LOCK_ODD, _DUTY_100, _NO_CHARGE),
        remote=(),
        on_site=(
            "check the motor of the plug lock and its wires",
            "measure the output of the power supply: at least 12 V",
            _NEW_BOARD,
        ),
    ),
    _lock_fault(
        "PlugLockMotorUnexpectedOpen", 3, "the lock says open although it should be closed",
        cause=(_WRONG_MOTOR, _FORCED),
        impact=(_DUTY_100, _INTERRUPTED),
        remote=(_SET_LOCK,),
        on_site=(_CHECK_LOCK,),
    ),
    _lock_fault(
        "PlugLockMotorUnexpectedClose", 4, "the lock says closed although it should be open",
        cause=(_WRONG_MOTOR, _FORCED),
        impact=(_LOCK_ODD, _NO_CHARGE),
        remote=(_SET_LOCK,),
        on_site=(_CHECK_PLUG, _CHECK_LOCK),
    ),
    _lock_fault(
        "PlugLockCannotLock", 5, "the lock was driven to close and does not say closed",
        cause=(_WRONG_MOTOR, "a damaged plug keeps the lock from closing", _LOCK_STUCK),
        impact=(_LOCK_ODD, _DUTY_100, _NO_CHARGE),
        remote=(_TRY_UNLOCK, _SET_LOCK),
        on_site=(_CHECK_PLUG, _CHECK_LOCK),
    ),
    _lock_fault(
        "PlugLockCannotUnlock", 6, "the lock was driven to open and does not say open",
        cause=(_WRONG_MOTOR, "a damaged plug keeps the lock from opening", _LOCK_STUCK),
        impact=(_LOCK_ODD, "the plug cannot be pulled"),
        remote=(_TRY_UNLOCK, _SET_LOCK),
        on_site=(_CHECK_PLUG, _CHECK_LOCK),
    ),
)  # fmt: skip

_METERS = (
    Fault(
        _METER, "CommunicationError", 7, ">= 1", metering.METER_AVAILABLE, "0",
        about="the meter does not answer",
        cause=(
            "the meter is configured wrongly", _BUS_CAUSES[0], _MIXED, _METER_BROKEN,
            "the connection to the meter is broken", _BUS_CAUSES[1],
        ),
        impact=(_NO_CHARGE, "the stop of an OCPP transaction is delayed"),
        remote=('compare everything below "ports[0]/meter" in customer.json with the meter',),
        on_site=(_CHECK_TERMINATION, _SEPARATE, *_CHECK_METER),
    ),
    Fault(
        _METER, "InternalError", 8, ">= 1", None, None,
        about="reading the meter failed in the stack or in the meter",
        cause=(_METER_BROKEN, _METER_BUG),
        impact=(_NO_CHARGE,),
        remote=(_TRY_RESET, _CHECK_SETTINGS),
        on_site=_CHECK_METER,
    ),
    Fault(
        _METER, "IdleMeterError", 9, ">= 1", None, None,
        about="the meter failed while no charge was going on",
        cause=(_METER_BROKEN, _METER_BUG, _METER_DARK),
        impact=(_NO_CHARGE,),
        remote=(_TRY_RESET, _CHECK_SETTINGS),
        on_site=_CHECK_METER,
    ),
    Fault(
        _METER, "ActiveMeterError", 10, ">= 1", None, None,
        about="the meter failed during a charge",
        cause=(_METER_BROKEN, _METER_BUG, _METER_DARK, _MCU_BROKEN),
        impact=(_NO_CHARGE,),
        remote=(_TRY_RESET, _CHECK_SETTINGS),
        on_site=(*_CHECK_METER, _NEW_BOARD),
    ),
)  # fmt: skip

_READER = Fault(
    "ReaderFailure", "", 11, ">= 1", rfid.AVAILABLE, "0",
    about="the RFID reader does not answer; only where RFID is enabled",
    cause=(
        "the reader is configured wrongly", _BUS_CAUSES[0], "the reader is broken",
        "the connection to the reader is broken", _BUS_CAUSES[1], _MCU_BROKEN,
    ),
    impact=(
        _GOES_ON, "no session can be begun or ended with a tag",
        "a new session needs a RemoteStartTransaction",
    ),
    remote=('compare everything below "ports[0]/rfid" in customer.json with the reader',),
    on_site=(_CHECK_TERMINATION, "check the reader", "check the connection of the reader", _NEW_BOARD),
)  # fmt: skip

_RCDS = (
    Fault(
        _GROUND, "SpuriousRcdError", 12, ">= 1", rcd.ERROR, "SpuriousRcdError",
        about="the RCD tripped outside of a charge and of a test",
        cause=(
            "the feedback of the RCD is not connected", "the RCD is faulty",
            "a residual direct current flows where none should", "the polarity of the feedback is inverted",
            _RCD_WRONG,
        ),
        impact=(_DUTY_0, _NO_CHARGE, "the plug is unlocked and cannot be locked"),
        remote=(_SET_RCD,),
        on_site=(_CHECK_WIRING, _CHECK_RCD, "restart the charging station"),
    ),
    Fault(
        _GROUND, "RcdTestError", 12, ">= 1", rcd.ERROR, "RcdTestError",
        about="the test of the RCD failed",
        cause=(
            "the feedback or the test line of the RCD is not connected", "the RCD fails in its test",
            "the polarity of the feedback or of the test line is inverted", _RCD_WRONG,
        ),
        impact=(
            "the duty cycle is 100 % while an EV is plugged", _KEPT_LOCKED, _NO_CHARGE,
            "the duty cycle is 0 % once the EV is unplugged",
            "the plug is then unlocked and cannot be locked",
        ),
        remote=(_SET_RCD,),
        on_site=(_CHECK_WIRING, _CHECK_RCD, "replace the RCD"),
    ),
    Fault(
        _GROUND, "RcdGroundFailure", 12, ">= 1", rcd.ERROR, "RcdGroundFailure",
        about="the RCD tripped while an EV was plugged",
        cause=(
            "a residual direct current flowed", "the feedback of the RCD is not connected",
            "the RCD is faulty", _RCD_WRONG,
        ),
        impact=(
            _DUTY_100, _KEPT_LOCKED, _INTERRUPTED_OR_NOT, "the plug is unlocked once the EV is unplugged",
        ),
        remote=(_SET_RCD,),
        on_site=("unplug the EV", _CHECK_RCD, _CHECK_WIRING),
    ),
)  # fmt: skip

_OTHERS = (
    Fault(
        _OTHER, PowerFault.EMERGENCY.value, 13, ">= 0", power.EMERGENCY_SHUTDOWN, "1",
        about="the emergency input is asserted",
        cause=("somebody used the emergency switch", "the polarity of the emergency switch is inverted"),
        impact=(_DUTY_0, _INTERRUPTED_OR_NOT, _UNLOCKED),
        remote=('compare "ports[0]/emergency_alarm" in customer.json with the charging station',),
        on_site=(_CHECK_WIRING,),
    ),
    Fault(
        _OTHER, "RcdRecloserFailure", 14, ">= 1", rcd.RECLOSER_ERROR, "1",
        about="the recloser of the RCD does not answer",
        cause=(
            "the recloser is configured wrongly", _BUS_CAUSES[0], _MIXED, "the recloser is broken",
            "the connection to the recloser is broken", _BUS_CAUSES[1], _MCU_BROKEN,
        ),
        impact=(_GOES_ON,),
        remote=('compare everything below "ports[0]/recloser" in customer.json with the recloser',),
        on_site=(
            _CHECK_TERMINATION, _SEPARATE, "check the recloser", "check the connection of the recloser",
            _NEW_BOARD,
        ),
    ),
)  # fmt: skip

_PERSISTENCE = tuple(
    Fault(_OTHER, p.code, 15, ">= 0", None, None, p.about, p.cause, p.impact, p.remote, p.on_site) for p in PERSISTENCE
)

_LIST = Fault(
    "LocalListConflict", "", 16, "== 0", None, None,
    about="the central system and the local authorization list disagree about an idTag",
    cause=("the local list is out of date",),
    impact=(_NO_CHARGE,),
    remote=("update the local authorization list (SendLocalList)",),
    on_site=(),
)  # fmt: skip


def _proximity(vendor_code: str, about: str, impact: tuple[str, ...]) -> Fault:
    """A fault of the proximity pilot: the same parts are suspect, whatever it shows."""
    return Fault(
        _OTHER, vendor_code, None, ">= 1", power.PROXIMITY_ERROR, vendor_code, about,
        cause=(
            "the plug of the cable is damaged", "the outlet is damaged",
            "the wiring of the charging station is damaged", "the electronics of the board are faulty",
        ),
        impact=impact,
        remote=("tell the user that the cable may be faulty, and to try another one",),
        on_site=("check installation, wiring and board", "check the charging cable", _CHECK_LOCK),
    )  # fmt: skip


_UNCLEAR = (
    _DUTY_100,
    "during a charge: it is interrupted",
    "during a charge: the plug stays locked",
    "else: no charging",
    "else: the plug stays unlocked",
)

FAULTS: tuple[Fault, ...] = (
    _CONTACTOR,
    *_LOCKS,
    *_METERS,
    _READER,
    *_RCDS,
    *_OTHERS,
    *_PERSISTENCE,
    _LIST,
    _proximity("ProximityNoCable", "an EV is there, yet no cable shows on the proximity pilot", _UNCLEAR),
    _proximity("ProximityInvalid", "the proximity pilot shows a value that no cable has", _UNCLEAR),
    _proximity(
        "ProximityChanged",
        "the proximity pilot changed during a charge",
        ("charging goes on with the smaller limit until the EV is unplugged",),
    ),
)

_BY_CODE = {fault.code: fault for fault in FAULTS}


def find(code: str) -> Fault | None:
    """The fault of this vendorErrorCode (where it is empty: ChargePointErrorCode); None if unknown."""
    return _BY_CODE.get(code)
