"""Current limits of basic charging: each one of them, and their minimum that the EV is offered.

All are amperes per phase; -1 says "no limit". A dynamic limit below 6 A pauses the charge with a duty cycle
of 100 % and leaves the contactor as it is. Only `dyn_current_limit` belongs to customers.
Guide §15.16 (table 74).
"""

from __future__ import annotations

from secc.contract.topics.row import Direction, Topic
from secc.contract.values import Decimal, Integer

_74 = "§15.16, table 74"
_SUB = Direction.SUBSCRIBE
_RATING = Integer(-1, 10000)
_LIMIT = Decimal(1, -1, 10000, down=True)

CABLE_CURRENT_LIMIT = Topic(
    "TOPIC_CABLE_CURRENT_LIMIT", "port0/cable_current_limit", _RATING, Direction.INTERNAL, "evsed", True,
    _74,
    "What the plugged cable may carry by its proximity resistor; -1 with a fixed cable.", unit="A",
)  # fmt: skip
GRID_CURRENT_LIMIT = Topic(
    "TOPIC_EVSE_GRID_CURRENT_LIMIT_ACTUAL", "port0/ci/evse/basic/grid_current_limit/actual", _RATING, _SUB,
    "evsed", True, _74,
    "What the feeding line and its fuse may carry.", unit="A",
)  # fmt: skip
EVSE_CURRENT_LIMIT = Topic(
    "TOPIC_EVSE_EVSE_CURRENT_LIMIT_ACTUAL", "port0/ci/evse/basic/evse_current_limit/actual", _RATING, _SUB,
    "evsed", True, _74,
    "What the wiring inside the charging station may carry.", unit="A",
)  # fmt: skip
MAXCURRENTLIMIT = Topic(
    "TOPIC_EVSE_BASIC_MAXCURRENTLIMIT", "ci/evse/basic/maxcurrentlimit", _LIMIT, Direction.PUBLISH,
    "ocppd", True, _74,
    "What the charging profiles of the central system allow.", unit="A",
)  # fmt: skip
DYN_CURRENT_LIMIT = Topic(
    "TOPIC_GLOBAL_DYN_CURRENT_LIMIT", "ci/global/dyn_current_limit/+", _LIMIT, Direction.PUBLISH,
    "customer", True, _74,
    "Up to five limits of load management, under names of the customer's choice. Lost at a reboot.",
    unit="A",
)  # fmt: skip
OFFERED_CURRENT_LIMIT = Topic(
    "TOPIC_EVSE_BASIC_OFFERED_CURRENT_LIMIT", "port0/ci/evse/basic/offered_current_limit", _LIMIT, _SUB,
    "evsed", True, _74,
    "The minimum of all limits: what the EV is offered.", unit="A",
)  # fmt: skip
PHYSICAL_CURRENT_LIMIT = Topic(
    "TOPIC_EVSE_BASIC_PHYSICAL_CURRENT_LIMIT", "port0/ci/evse/basic/physical_current_limit", _RATING, _SUB,
    "evsed", True, _74,
    "The minimum of grid, station and cable: what could be offered without dynamic limits.", unit="A",
)  # fmt: skip
