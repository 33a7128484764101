"""`ccctl config`: configuration files, checked and changed on the laptop (guide §14.1)."""

from __future__ import annotations

from ccctl.services.frame import LazyGroup

command = LazyGroup(
    "config",
    __name__,
    help="Check, read and change customer.json, leds.json and rotaryencd.json.",
    examples=[
        "ccctl config validate customer.json",
        "ccctl config get ocpp/uri",
        "ccctl config set 'ports[0]/evse_current_limit' 16",
        "ccctl config diff customer.json",
    ],
)
