"""The session at the port: may this user charge, and which EV is it.

In the mode "mqtt" the customer authorizes; in the mode "ocpp" ocppd publishes the same topic and a customer
must not.
Guide §15.21 (table 83).
"""

from __future__ import annotations

from secc.contract.topics.row import Direction, Topic
from secc.contract.values import Bool, Text

_83 = "§15.21, table 83"

AUTHORIZATION_STATUS = Topic(
    "TOPIC_AUTHORIZATION_STATUS", "port0/session/authorization_status", Bool(), Direction.PUBLISH,
    "customer", True, _83,
    "1 lets the user charge, 0 does not. Not retained if it shall hold for one session only.",
)  # fmt: skip
V2G_MAC = Topic(
    "TOPIC_V2G_MAC", "port0/session/v2g_mac", Text(17, "[0-9A-F]{2}(:[0-9A-F]{2}){5}"), Direction.SUBSCRIBE,
    "iso15118d", False, _83,
    "MAC address of the EV as SLAC showed it, such as 00:12:34:56:78:9A.",
)  # fmt: skip
