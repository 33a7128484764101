"""The power path: contactor, plug lock, pilot output, ventilation, phase switching, and the faults of these.

The targets of table 70 mirror what evsed does; nobody commands a contactor, a lock or a duty cycle over MQTT.
A customer may command ventilation (when it is configured "external") and the count of phases, nothing else.
Guide §15.13 (table 70), §7.7 (table 24), §15.19 (table 78), §15.20 (table 81), §3.3.4 (conditions).
"""

from __future__ import annotations

from secc.contract.enums import PlugLockFailure, ProximityError
from secc.contract.topics.row import Direction, Topic
from secc.contract.values import Bool, Decimal, Integer, OneOf, Word

_PUB = Direction.PUBLISH
_SUB = Direction.SUBSCRIBE
_INT = Direction.INTERNAL
_70 = "§15.13, table 70"
_78 = "§15.19, table 78"
_81 = "§15.20, table 81"

CONTACTOR_STATE_TARGET = Topic(
    "TOPIC_CONTACTOR_STATE_TARGET", "port0/contactor/state/target", Bool(), _INT, "evsed", True, _70,
    "What the contactor on relay 1 is told: 1 close, 0 open. A mirror, not a command.",
)  # fmt: skip
CONTACTOR_STATE_ACTUAL = Topic(
    "TOPIC_CONTACTOR_STATE_ACTUAL", "port0/contactor/state/actual", Bool(), _SUB, "evsed", True,
    "§7.7, table 24",
    "What the feedback of the contactor says: 1 closed, 0 open; the target where there is no feedback.",
)  # fmt: skip
CONTACTOR_ERROR = Topic(
    "TOPIC_CONTACTOR_ERROR", "port0/contactor/error", Bool(), _SUB, "evsed", True, "§3.3.4.1",
    "1 while the contactor and its feedback disagree.",
)  # fmt: skip
VENTILATION_AVAILABLE = Topic(
    "TOPIC_VENTILATION_AVAILABLE", "port0/ventilation/available", Bool(), _PUB, "evsed", True, _78,
    "Whether there is ventilation. Comes from the customer when control is external, else from the stack.",
)  # fmt: skip
VENTILATION_STATE_TARGET = Topic(
    "TOPIC_VENTILATION_STATE_TARGET", "port0/ventilation/state/target", Bool(), _PUB, "evsed", True, _78,
    "What the fan on relay 2 is told: 1 run, 0 stop. The customer commands it when control is external.",
)  # fmt: skip
VENTILATION_STATE_ACTUAL = Topic(
    "TOPIC_VENTILATION_STATE_ACTUAL", "port0/ventilation/state/actual", Bool(), _SUB, "evsed", True, _78,
    "What the feedback of relay 2 says: 1 closed, 0 open; without feedback it confirms the target.",
)  # fmt: skip
CHARGING = Topic(
    "TOPIC_CHARGING", "port0/charging", Bool(), _SUB, "evsed", True, _70,
    "1 while energy may flow to the EV.",
)  # fmt: skip
PLUG_LOCK_STATE_TARGET = Topic(
    "TOPIC_PLUG_LOCK", "port0/plug_lock/state/target", Bool(), _INT, "evsed", True, _70,
    "What the plug lock is told: 1 lock, 0 unlock. A mirror, not a command.",
)  # fmt: skip
PLUG_LOCK_STATE_ACTUAL = Topic(
    "TOPIC_PLUG_LOCK_STATE_ACTUAL", "port0/plug_lock/state/actual", Bool(), _SUB, "evsed", True,
    "decision 27",
    "What the feedback of the plug lock says: 1 locked, 0 unlocked; without feedback it confirms the target.",
)  # fmt: skip
PLUG_LOCK_PERMANENT_FAILURE = Topic(
    "TOPIC_PLUG_LOCK_PERMANENT_FAILURE", "port0/plug_lock/permanent_failure", Word(PlugLockFailure), _SUB,
    "evsed", True, "§3.3.4.2 to §3.3.4.6",
    "Which failure of the plug lock persists after all attempts; empty when there is none.",
)  # fmt: skip
CP_DUTY_CYCLE = Topic(
    "TOPIC_CP_DUTY_CYCLE", "port0/cp/duty_cycle", Decimal(2, 0, 100), _INT, "evsed", True, _70,
    "What the pilot generator is told. In the safe state 100.00 if the fault can pass, else 0.00.",
    unit="%",
)  # fmt: skip
EMERGENCY_SHUTDOWN = Topic(
    "TOPIC_EMERGENCY_SHUTDOWN", "port0/emergency_shutdown", Bool(), _SUB, "evsed", True, "§3.3.4.15",
    "1 while the emergency input is asserted.",
)  # fmt: skip
PROXIMITY_ERROR = Topic(
    "TOPIC_SESSION_PROXIMITY_ERROR", "port0/session/proximity_error", Word(ProximityError), _SUB, "evsed",
    True, "§3.3.4.34 to §3.3.4.36",
    "What is wrong with the proximity pilot of the plugged cable; empty when nothing is.",
)  # fmt: skip
PHASE_TARGET = Topic(
    "TOPIC_EVSE_PHASE_TARGET", "port0/ci/evse/phase/target", OneOf((1, 3)), _PUB, "customer", False, _81,
    "The count of phases to switch to.",
)  # fmt: skip
PHASE_ACTUAL = Topic(
    "TOPIC_EVSE_PHASE_ACTUAL", "port0/ci/evse/phase/actual", OneOf((0, 1, 3)), _SUB, "evsed", True, _81,
    "The count of phases at the outlet now; 0 while everything is open.",
)  # fmt: skip
PHASE_SWITCH_DELAY = Topic(
    "TOPIC_EVSE_PHASE_SWITCH_DELAY", "port0/ci/evse/phase/switch_delay", Integer(10, 300), _PUB, "customer",
    False, _81,
    "How long all phases stay off before the new count is offered.", unit="s",
)  # fmt: skip
