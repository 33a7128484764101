"""A device label as ccctl prints it: its fields, and how the device is reached because of them.

The DAK is a password and hidden unless asked for. Guide §14.2, §17.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ccctl.services.config_schema import HIDDEN
from ccctl.services.errors import CcctlError

if TYPE_CHECKING:
    from secc.contract.label import Label, LabelError


def record(label: Label, interface: str, show_secrets: bool) -> dict[str, Any]:
    """The fields of the label with what follows from them; `interface` is the laptop's, towards the device."""
    from secc.contract.netaddr import ipv6_link_local

    ipv6 = ipv6_link_local(label.ethernet) if label.ethernet is not None else None
    return {
        "orderCode": label.order_code,
        "variant": label.variant,
        "serial": label.serial,
        "dateCode": label.date_code,
        "produced": f"{label.year}-W{label.week:02}",
        "ethernetMac": label.ethernet,
        "cpMac": label.cp,
        "cpLinuxMac": label.cp_linux,
        "mainsMac": label.mains,
        "mainsLinuxMac": label.mains_linux,
        "dak": label.dak if show_secrets or label.dak is None else HIDDEN,
        "ipv6": ipv6,
        "ssh": f"ssh root@{ipv6}%{interface}" if ipv6 is not None else None,
    }


def refusal(error: LabelError) -> CcctlError:
    """What the contract says about a label that is none, as an error of the command line."""
    return CcctlError(f"{error.where}: {error.what}", error.remedy)
