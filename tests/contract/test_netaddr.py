"""MAC addresses and the link-local address that follows from them, against the guide and the ipaddress module."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secc.contract.netaddr import AddressError, ipv6_link_local, parse_mac

_OCTETS = st.binary(min_size=6, max_size=6).filter(lambda raw: not raw[0] & 1 and any(raw))


def test_the_example_of_the_guide() -> None:
    assert ipv6_link_local("00:01:87:12:34:56") == "fe80::201:87ff:fe12:3456"  # table 55


@pytest.mark.parametrize(
    ("mac", "address"),
    [
        ("000187ABCDEF", "fe80::201:87ff:feab:cdef"),
        ("02-00-00-00-00-00", "fe80::ff:fe00:0"),
        ("02:00:00:00:00:01", "fe80::ff:fe00:1"),
        ("02:01:00:00:00:01", "fe80::1:ff:fe00:1"),
        ("fe:ff:ff:ff:ff:ff", "fe80::fcff:ffff:feff:ffff"),
    ],
)
def test_link_local(mac: str, address: str) -> None:
    assert ipv6_link_local(mac) == address


@given(_OCTETS, st.sampled_from(["", ":", "-"]), st.booleans())
def test_every_address_is_the_one_of_eui_64(raw: bytes, delimiter: str, upper: bool) -> None:
    text = raw.hex(delimiter) if delimiter else raw.hex()
    text = text.upper() if upper else text
    assert parse_mac(text) == raw.hex(":").upper()
    interface = int.from_bytes(raw[:3] + b"\xff\xfe" + raw[3:]) ^ (2 << 56)
    assert ipv6_link_local(text) == str(ipaddress.IPv6Address((0xFE80 << 112) | interface))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "00:01:87:12:34",
        "00:01:87:12:34:56:78",
        "00:01:87-12:34:56",
        "0001:8712:3456",
        "00:01:87:12:34:5g",
        "00:01:87:12:34:56\n",
        " 00:01:87:12:34:56",
        "0:1:87:12:34:56",
        "00018712345",
        "\u0660\u0660:01:87:12:34:56",
        "01:01:87:12:34:56",
        "FF:FF:FF:FF:FF:FF",
        "00:00:00:00:00:00",
        "\x1b[0m" * 500,
    ],
)
def test_no_mac(text: str) -> None:
    for function in (parse_mac, ipv6_link_local):
        with pytest.raises(AddressError) as caught:
            function(text)
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 250
