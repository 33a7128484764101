"""Status of the charge that is going on and of the charging software, and the wish to begin anew.

What the pins and the phases of a session show; none of it is a command but `reinit_session`.
Guide §15.5.1 (table 58), §15.5.2 (table 59), §15.21 (table 83).
"""

from __future__ import annotations

from secc.contract.enums import ContactorStatus, CpState, LockStatus, Phase, Protocol
from secc.contract.topics.row import Direction, Topic
from secc.contract.values import Bool, Decimal, Signal, Text, Word

_SUB = Direction.SUBSCRIBE
_58 = "§15.5.1, table 58"
_59 = "§15.5.2, table 59"

INIT_PROTOCOL = Topic(
    "TOPIC_CHARGE_INIT_PROTOCOL", "port0/ci/charge/init/protocol", Word(Protocol), _SUB, "evsed", True, _58,
    "Which protocol the charge uses: ISO15118 is high level, IEC61851 the duty cycle alone.",
)  # fmt: skip
INIT_STATUS = Topic(
    "TOPIC_CHARGE_INIT_STATUS", "port0/ci/charge/init/status", Word(Phase), _SUB, "iso15118d", True, _58,
    "The initialization phase, from SLAC to PaymentDetails, begins or ends.",
)  # fmt: skip
AUTH_STATUS = Topic(
    "TOPIC_CHARGE_AUTH_STATUS", "port0/ci/charge/auth/status", Word(Phase), _SUB, "iso15118d", True, _58,
    "The authentication phase, with the certificate messages and Authentication, begins or ends.",
)  # fmt: skip
PARAMETER_STATUS = Topic(
    "TOPIC_CHARGE_PARAMETER_STATUS", "port0/ci/charge/parameter/status", Word(Phase), _SUB, "iso15118d",
    True, _58,
    "The phase of ChargeParameterDiscovery begins or ends.",
)  # fmt: skip
CHARGE_STATUS = Topic(
    "TOPIC_CHARGE_CHARGE_STATUS", "port0/ci/charge/charge/status", Word(Phase), _SUB, "iso15118d", True,
    _58,
    "The charge phase, with PowerDelivery, ChargingStatus and MeteringReceipt, begins or ends.",
)  # fmt: skip
CP_STATUS = Topic(
    "TOPIC_CHARGE_CP_STATUS", "port0/ci/charge/cp/status", Word(CpState), _SUB, "evsed", True, _58,
    "State of the control pilot as measured, after debouncing.",
)  # fmt: skip
PWM_STATUS = Topic(
    "TOPIC_CHARGE_PWM_STATUS", "port0/ci/charge/pwm/status", Decimal(2, 0, 100), _SUB, "evsed", True, _58,
    "Duty cycle on the control pilot.", unit="%",
)  # fmt: skip
TCP_STATUS = Topic(
    "TOPIC_CHARGE_TCP_STATUS", "port0/ci/charge/tcp/status", Bool(), _SUB, "iso15118d", True, _58,
    "1 while the EV holds its TCP connection, else 0.",
)  # fmt: skip
PLUG_STATUS = Topic(
    "TOPIC_CHARGE_PLUG_STATUS", "port0/ci/charge/plug/status", Word(LockStatus), _SUB, "evsed", True, _58,
    "The plug lock as its feedback shows it; unknown where there is none.",
)  # fmt: skip
CONTACTOR_STATUS = Topic(
    "TOPIC_CHARGE_CONTACTOR_STATUS", "port0/ci/charge/contactor/status", Word(ContactorStatus), _SUB,
    "evsed", True, _58,
    "The contactor as its feedback shows it; unknown where there is none.",
)  # fmt: skip
VERSION_CHARGING_SOFTWARE = Topic(
    "TOPIC_GLOBAL_VERSION_CHARGING_SOFTWARE", "ci/global/version/charging_software", Text(64), _SUB,
    "evsed", True, _59,
    "Version of the charging software; its presence says that the start went well.",
)  # fmt: skip
TIME_SET_STATUS = Topic(
    "TOPIC_GLOBAL_TIME_SET_STATUS", "ci/global/time_set/status", Bool(), _SUB, "evsed", True, _59,
    "1 once the system time was set, by NTP or by the stack.",
)  # fmt: skip
REINIT_SESSION = Topic(
    "TOPIC_CHARGE_REINIT_SESSION", "port0/ci/charge/reinit_session", Signal(), Direction.PUBLISH,
    "customer", False, "§15.21, table 83",
    "Ends the PWM session and asks the EV for another high level phase, to read its SoC anew.",
)  # fmt: skip
