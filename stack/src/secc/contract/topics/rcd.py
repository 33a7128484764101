"""Residual current monitoring, its test, and the recloser that can switch the RCD on again.

`state/actual` is 1 in normal operation and 0 after a trip; a trip that a test provoked does not show in it.
Guide §15.15.5 (table 73), §3.3.4.16 (recloser).
"""

from __future__ import annotations

from secc.contract.enums import RcdError
from secc.contract.topics.row import Direction, Topic
from secc.contract.values import Bool, Signal, Timestamp, Word

_73 = "§15.15.5, table 73"
_SUB = Direction.SUBSCRIBE

STATE_ACTUAL = Topic(
    "TOPIC_RCD_STATE_ACTUAL", "port0/rcd/state/actual", Bool(), _SUB, "evsed", True, _73,
    "1 normal, 0 tripped. Stays 1 during a test.",
)  # fmt: skip
FEEDBACK_AVAILABLE = Topic(
    "TOPIC_RCD_FEEDBACK_AVAILABLE", "port0/rcd/feedback/available", Bool(), _SUB, "evsed", True, _73,
    "Whether an RCD feedback is configured.",
)  # fmt: skip
TEST_AVAILABLE = Topic(
    "TOPIC_RCD_TEST_AVAILABLE", "port0/rcd/test/available", Bool(), _SUB, "evsed", True, _73,
    "Whether an RCD test is configured.",
)  # fmt: skip
TEST_PERFORM = Topic(
    "TOPIC_RCD_TEST_PERFORM", "port0/rcd/test/perform", Signal(), Direction.INTERNAL, "webd", False, _73,
    "Asks for a test at once, for service. The regular tests need no request.",
)  # fmt: skip
TEST_TIMESTAMP = Topic(
    "TOPIC_RCD_TEST_TIMESTAMP", "port0/rcd/test/timestamp", Timestamp(), _SUB, "evsed", True, _73,
    "When the last test ended; empty while none has run since the start.",
)  # fmt: skip
ERROR = Topic(
    "TOPIC_RCD_ERROR", "port0/rcd/error", Word(RcdError), _SUB, "evsed", True, _73,
    "What the monitoring found; empty when all is well, and after a test that passed.",
)  # fmt: skip
RECLOSER_ERROR = Topic(
    "TOPIC_RCD_RECLOSER_ERROR", "port0/rcd/recloser/error", Bool(), _SUB, "recloserd", True, "§3.3.4.16",
    "1 while the recloser does not answer.",
)  # fmt: skip
