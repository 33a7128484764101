"""The connection to the central system, and DataTransfer passed through to and from customers' software.

DataTransfer messages are whole OCPP-J frames: [2, id, "DataTransfer", {...}] and [3, id, {...}] or
[4, id, code, text, {...}]. What a customer sends may be any array: ocppd answers a wrong one.
Guide §15.5.2 (table 59), §3.3.8 (tables 8 and 11).
"""

from __future__ import annotations

from secc.contract.documents import Array
from secc.contract.topics.row import Direction, Topic
from secc.contract.values import Bool, Text

_PUB = Direction.PUBLISH
_SUB = Direction.SUBSCRIBE
_8 = "§3.3.8.1, table 8"
_11 = "§3.3.8.2, table 11"

ONLINE = Topic(
    "TOPIC_OCPP_ONLINE", "ocpp/online", Bool(), _SUB, "ocppd", True, "§15.5.2, table 59",
    "1 while the connection to the OCPP backend stands.",
)  # fmt: skip
DATA_TRANSFER_FROM_CS_REQUEST = Topic(
    "TOPIC_OCPP_DATA_TRANSFER_FROM_CS_REQUEST", "ocpp/data_transfer_from_cs/request", Array(4), _SUB,
    "ocppd", False, _8,
    "A DataTransfer of the central system, for a vendorId of ocpp/csDataTransfers.",
)  # fmt: skip
DATA_TRANSFER_FROM_CS_CONFIRM = Topic(
    "TOPIC_OCPP_DATA_TRANSFER_FROM_CS_CONFIRM", "ocpp/data_transfer_from_cs/confirm", Array(), _PUB,
    "customer", False, _8,
    "The customer's answer, with the UniqueId of the request.",
)  # fmt: skip
DATA_TRANSFER_TO_CS_SERVICE_ID = Topic(
    "TOPIC_OCPP_DATA_TRANSFER_TO_CS_SERVICE_ID", "ocpp/data_transfer_to_cs/service_id",
    Text(64, "[^/ +#$]+"), _PUB, "customer", False, _11,
    "Registers a service of the customer for DataTransfer to the central system.",
)  # fmt: skip
DATA_TRANSFER_TO_CS_REQUEST = Topic(
    "TOPIC_OCPP_DATA_TRANSFER_TO_CS_REQUEST", "ocpp/data_transfer_to_cs/<service_id>/request", Array(),
    _PUB, "customer", False, _11,
    "A DataTransfer for the central system, by a registered service.",
)  # fmt: skip
DATA_TRANSFER_TO_CS_CONFIRM = Topic(
    "TOPIC_OCPP_DATA_TRANSFER_TO_CS_CONFIRM", "ocpp/data_transfer_to_cs/<service_id>/confirm", Array(),
    _SUB, "ocppd", False, _11,
    "The answer of the central system, or a CallError that says why there is none.",
)  # fmt: skip
