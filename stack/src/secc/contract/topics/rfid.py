"""RFID tags, and whether the reader answers.

A tag that was shown is an event, never retained: a client that connects later must not see it again.
Guide §15.17 (table 75), §3.3.4.11 (reader).
"""

from __future__ import annotations

from secc.contract.documents import Array
from secc.contract.topics.row import Direction, Topic
from secc.contract.values import Bool, Text

_75 = "§15.17, table 75"

AUTHORIZATION_REQUEST = Topic(
    "TOPIC_RFID_AUTHORIZATION_REQUEST", "port0/rfid/authorization_request", Array(2, strings=True),
    Direction.INTERNAL, "rfidd", False, _75,
    "A tag was shown: standard (ISO14443, ISO15693, UNKNOWN) and UID in hexadecimal, little endian.",
)  # fmt: skip
AUTHORIZEREQ = Topic(
    "TOPIC_RFID_AUTHORIZEREQ", "port0/rfid/authorizeReq", Text(40, "[0-9A-Fa-f]+"), Direction.INTERNAL,
    "rfidd", False, "§15.17",
    "The predecessor of authorization_request: the UID alone.", deprecated=True,
)  # fmt: skip
AVAILABLE = Topic(
    "TOPIC_RFID_AVAILABLE", "port0/rfid/available", Bool(), Direction.SUBSCRIBE, "rfidd", True, "§3.3.4.11",
    "1 while the reader answers, 0 when it does not. Published only if RFID is enabled.",
)  # fmt: skip
