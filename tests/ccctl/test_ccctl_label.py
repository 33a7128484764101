"""`ccctl label`: fields, the address that follows from them, and the way back to the text."""

from __future__ import annotations

import io
import json

import pytest
from ccctl_call import Call

DAK = "ABCD-EFGH-IJKL-MNOP"
FULL = f"I2CCSC-A00-303 000187123456 000187123457 000187123458 000187123459 00018712345A {DAK} 0000012345 3118"
SMALL = "I2CCSC-P00-105 0000012345 3118"


def test_parse_gives_the_address_of_the_guides_example(ccctl: Call) -> None:
    found = json.loads(ccctl("label", "parse", FULL, "-o", "json").out)
    assert found["variant"] == 300
    assert found["ethernetMac"] == "00:01:87:12:34:56"
    assert found["ipv6"] == "fe80::201:87ff:fe12:3456"
    assert found["ssh"] == "ssh root@fe80::201:87ff:fe12:3456%eth0"
    assert found["produced"] == "2018-W31"
    assert json.loads(ccctl("label", "parse", FULL, "--interface", "usb0", "-o", "json").out)["ssh"].endswith("%usb0")


def test_a_variant_without_ethernet_has_no_address(ccctl: Call) -> None:
    found = json.loads(ccctl("label", "parse", *SMALL.split(), "-o", "json").out)
    assert (found["ipv6"], found["ssh"], found["dak"], found["serial"]) == (None, None, None, "0000012345")


def test_the_dak_is_hidden_unless_asked_for(ccctl: Call) -> None:
    for output in ("table", "json", "jsonl", "yaml"):
        assert DAK not in ccctl("label", "parse", FULL, "-o", output).out
    assert DAK in ccctl("label", "parse", FULL, "--show-secrets").out


def test_from_a_scanner(ccctl: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(FULL + "\r\n"))
    assert json.loads(ccctl("label", "parse", "-", "-o", "json").out)["serial"] == "0000012345"


@pytest.mark.parametrize(
    "text", ["nonsense", "I2CCSC-A00-303 1 2", SMALL + " x", "I2CCSC-P00-105 12345 3118", "x" * 999]
)
def test_a_text_that_is_no_label(text: str, ccctl: Call) -> None:
    ended = ccctl("label", "parse", text)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.count("\n") == 1


def test_a_wrong_label_does_not_show_its_dak(ccctl: Call) -> None:
    assert "ABCD" not in ccctl("label", "parse", FULL.replace(DAK, "ABCD-EFGH")).err


def test_build_is_the_way_back(ccctl: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    common = ("label", "build", "--serial", "12345", "--date-code", "3118")
    assert ccctl(*common, "--order-code", "I2CCSC-P00-105").out == SMALL + "\n"
    monkeypatch.setenv("CCCTL_DAK", DAK)
    ended = ccctl(
        *common, "--order-code", "I2CCSC-A00-303", "--ethernet-mac", "00:01:87:12:34:56",
        "--cp-mac", "00-01-87-12-34-57", "--cp-linux-mac", "000187123458",
        "--mains-mac", "000187123459", "--mains-linux-mac", "00018712345a",
    )  # fmt: skip
    assert (ended.code, ended.out) == (0, FULL + "\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--order-code", "I2CCSC-A00-204", "--serial", "1", "--date-code", "3118"), "Ethernet: is missing"),
        (("--order-code", "I2CCSC-P00-105", "--serial", "x", "--date-code", "3118"), "serial number"),
        (("--order-code", "I2CCSC-P00-105", "--serial", "1", "--date-code", "9918"), "date code"),
        (("--order-code", "nothing", "--serial", "1", "--date-code", "3118"), "order code"),
        (
            ("--order-code", "I2CCSC-A00-204", "--serial", "1", "--date-code", "3118", "--cp-mac", "zz"),
            "--cp-mac",
        ),
    ],
)
def test_build_refuses(arguments: tuple[str, ...], words: str, ccctl: Call) -> None:
    ended = ccctl("label", "build", *arguments)
    assert (ended.code, ended.out) == (1, "")
    assert words in ended.err
