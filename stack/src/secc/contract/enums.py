"""The words and numbers that topics carry: states of pilot, lock and session, and types of ISO 15118-2.

Numbers of ISO 15118-2 enumerations are those of its schema, except where the guide prints another one.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class CpState(StrEnum):
    """State of the control pilot (IEC 61851-1, guide table 57)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class LockStatus(StrEnum):
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    UNKNOWN = "unknown"


class ContactorStatus(StrEnum):
    CLOSED = "closed"
    OPENED = "opened"
    UNKNOWN = "unknown"


class Operative(StrEnum):
    OPERATIVE = "operative"
    INOPERATIVE = "inoperative"


class Phase(StrEnum):
    """Beginning and end of a phase of a high level session (guide §15.3)."""

    STARTED = "started"
    FINISHED = "finished"


class Protocol(StrEnum):
    ISO15118 = "ISO15118"
    IEC61851 = "IEC61851"


class EvseProcessing(IntEnum):
    Finished = 0
    Ongoing = 1


class EvseNotification(IntEnum):
    """Guide §15.9 and §15.11. ISO 15118-2 numbers re-negotiation 2; the guide prints 3 and so do we."""

    NoNotification = 0
    StopCharging = 1
    Renegotiation = 3


class PaymentOption(IntEnum):
    Contract = 0
    ExternalPayment = 1


class ServiceCategory(IntEnum):
    EVCharging = 0
    Internet = 1
    ContractCertificate = 2
    OtherCustom = 3


class EnergyTransfer(IntEnum):
    AC_single_phase_core = 0
    AC_three_phase_core = 1
    DC_core = 2
    DC_extended = 3
    DC_combo_core = 4
    DC_unique = 5


class ChargeProgress(IntEnum):
    """Guide §15.22: Start, Stop, Renegotiate."""

    Start = 0
    Stop = 1
    Renegotiate = 2


class ChargingSession(IntEnum):
    Terminate = 0
    Pause = 1


class DaemonState(StrEnum):
    """Life of a daemon, retained on its state topic; the broker publishes `lost` as last will."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPED = "stopped"
    LOST = "lost"


class FirmwareState(StrEnum):
    """Guide §11.5."""

    IDLE = "idle"
    INSTALLING = "installing"
    INSTALL_SUCCEEDED = "install-succeeded"
    INSTALL_FAILED = "install-failed"
    DOWNLOADING = "downloading"
    DOWNLOAD_SUCCEEDED = "download-succeeded"
    DOWNLOAD_FAILED = "download-failed"


class FirmwareResult(StrEnum):
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    NONE = ""


class RcdError(StrEnum):
    """What the RCD monitoring found (guide table 73); the words are the vendorErrorCodes of table 3."""

    NONE = ""
    SPURIOUS = "SpuriousRcdError"
    TEST = "RcdTestError"
    GROUND_FAILURE = "RcdGroundFailure"


class PlugLockFailure(StrEnum):
    """A lasting failure of the plug lock (guide §3.3.4.2 to §3.3.4.6)."""

    NONE = ""
    MOTOR_CAP_NOT_CHARGED = "PlugLockMotorCapNotCharged"
    MOTOR_UNEXPECTED_OPEN = "PlugLockMotorUnexpectedOpen"
    MOTOR_UNEXPECTED_CLOSE = "PlugLockMotorUnexpectedClose"
    CANNOT_LOCK = "PlugLockCannotLock"
    CANNOT_UNLOCK = "PlugLockCannotUnlock"


class ProximityError(StrEnum):
    """What is wrong with the proximity pilot (guide §3.3.4.34 to §3.3.4.36)."""

    NONE = ""
    NO_CABLE = "ProximityNoCable"
    INVALID = "ProximityInvalid"
    CHANGED = "ProximityChanged"


class PowerFault(StrEnum):
    """Faults of the power path besides those of the lock, by their code in the fault catalogue."""

    CONTACTOR = "PowerSwitchFailure"
    EMERGENCY = "EmergencyShutdown"
