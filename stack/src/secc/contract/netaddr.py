"""MAC addresses, and the IPv6 link-local address that a device has because of its MAC.

Decides how a MAC may be written and what address follows from it, so that a device can be reached with nothing but its
label. It asks no interface and no network. Guide §14.2, tables 53 to 55.
"""

from __future__ import annotations

import re
from typing import Final

from secc.contract.values import shown

_FORMS: Final = (
    re.compile(r"[0-9A-Fa-f]{12}"),
    re.compile(r"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}"),
    re.compile(r"[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5}"),
)
_LOCAL_BIT: Final = 0x02
_GROUP_BIT: Final = 0x01


class AddressError(ValueError):
    """A text that is no MAC address of a device; the message says why and how to write one."""


def parse_mac(text: str) -> str:
    """A MAC address as upper-case octets with colons; 00:01:87:12:34:56, 00-01-87-12-34-56 and 000187123456 are read.

    AddressError for anything else, and for addresses that no single interface has (multicast, broadcast, all zero).
    """
    if not any(form.fullmatch(text) for form in _FORMS):
        raise AddressError(f"{shown(text)} is no MAC address: write 12 hexadecimal digits, such as 00:01:87:12:34:56")
    digits = text.replace(":", "").replace("-", "").upper()
    octets = bytes.fromhex(digits)
    if octets[0] & _GROUP_BIT or not any(octets):
        raise AddressError(f"{shown(text)} is no address of a single device: read it off the label again")
    return octets.hex(":").upper()


def ipv6_link_local(mac: str) -> str:
    """The link-local address of the interface with this MAC, in the short form of RFC 5952.

    The second lowest bit of the first octet is inverted and ff:fe is put in the middle (RFC 4291, EUI-64). AddressError
    when `mac` is none. The address holds no zone: who connects adds its own interface, as in fe80::1%eth0.
    """
    octets = bytes.fromhex(parse_mac(mac).replace(":", ""))
    full = bytes((octets[0] ^ _LOCAL_BIT, octets[1], octets[2], 0xFF, 0xFE, octets[3], octets[4], octets[5]))
    groups = [f"{int.from_bytes(full[at : at + 2]):x}" for at in range(0, 8, 2)]
    # the two middle groups hold ff and fe, so that no run of zeros beats the one after fe80, save one at its end
    return "fe80::" + ":".join(groups[1:] if groups[0] == "0" else groups)
