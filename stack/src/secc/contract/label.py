"""The device label: the text of its DataMatrix code, read and written.

Decides which fields a variant has (100: no address; 200: Ethernet and control pilot; 300: mains powerline and its DAK
as well) and what each field may be. The DAK is a password: it stands in no message and in no repr. It never
looks at the device itself. Guide §17, order codes §16, DAK §7.4.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import Final

from secc.contract.netaddr import AddressError, parse_mac
from secc.contract.values import shown

MAX_LABEL: Final = 256

_ORDER_CODE = re.compile(r"I2CCSC-[AP]00-([123])[0-9]{2}")
_MAC = re.compile(r"[0-9A-Fa-f]{12}")
_DAK = re.compile(r"[A-Za-z]{4}(?:-[A-Za-z]{4}){3}")
_SERIAL = re.compile(r"[0-9]{10}")
_DATE_CODE = re.compile(r"(?:0[1-9]|[1-4][0-9]|5[0-3])[0-9]{2}")

_ETHERNET_AND_CP: Final = ("ethernet_mac", "cp_mac", "cp_linux_mac")
_MAINS: Final = ("mains_mac", "mains_linux_mac", "dak")
_LAYOUTS: Final[dict[int, tuple[str, ...]]] = {
    100: ("order_code", "serial", "date_code"),
    200: ("order_code", *_ETHERNET_AND_CP, "serial", "date_code"),
    300: ("order_code", *_ETHERNET_AND_CP, *_MAINS, "serial", "date_code"),
}
_TITLES: Final = {
    "order_code": "order code",
    "ethernet_mac": "MAC address of Ethernet",
    "cp_mac": "MAC address of the control pilot QCA7000",
    "cp_linux_mac": "MAC address of the control pilot Linux interface",
    "mains_mac": "MAC address of the mains QCA7000",
    "mains_linux_mac": "MAC address of the mains Linux interface",
    "dak": "DAK of the mains QCA7000",
    "serial": "serial number",
    "date_code": "production date code",
}


class LabelError(ValueError):
    """A text or a set of fields that is no label: what is wrong, where, and what to do."""

    def __init__(self, what: str, where: str, remedy: str) -> None:
        super().__init__(what, where, remedy)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.remedy}"


@dataclass(frozen=True, slots=True)
class Label:
    """What the label says. MAC addresses stand here as on the label: 12 hexadecimal digits, upper case.

    Fields that the variant does not have are None. LabelError when a field is wrong, missing or too many.
    """

    order_code: str
    ethernet_mac: str | None
    cp_mac: str | None
    cp_linux_mac: str | None
    mains_mac: str | None
    mains_linux_mac: str | None
    dak: str | None = field(repr=False)
    serial: str
    date_code: str

    def __post_init__(self) -> None:
        layout = _LAYOUTS[_variant(self.order_code)]
        for item in fields(self):
            value: str | None = getattr(self, item.name)
            title = _TITLES[item.name]
            if (value is not None) != (item.name in layout):
                what = "is missing" if value is None else f"does not exist on a variant {self.variant}"
                raise LabelError(what, title, f"give the fields of a variant {self.variant}, or mend the order code")
            if value is not None:
                object.__setattr__(self, item.name, _checked(item.name, value))

    @property
    def variant(self) -> int:
        """The hardware variant that the order code names: 100, 200 or 300."""
        return _variant(self.order_code)

    @property
    def ethernet(self) -> str | None:
        """The MAC address of Ethernet, with colons."""
        return _colons(self.ethernet_mac)

    @property
    def cp(self) -> str | None:
        """The MAC address of the QCA7000 at the control pilot, with colons."""
        return _colons(self.cp_mac)

    @property
    def cp_linux(self) -> str | None:
        """The MAC address of the Linux interface at the control pilot, with colons."""
        return _colons(self.cp_linux_mac)

    @property
    def mains(self) -> str | None:
        """The MAC address of the QCA7000 at the mains, with colons."""
        return _colons(self.mains_mac)

    @property
    def mains_linux(self) -> str | None:
        """The MAC address of the Linux interface at the mains, with colons."""
        return _colons(self.mains_linux_mac)

    @property
    def week(self) -> int:
        """The week of production, 1 to 53."""
        return int(self.date_code[:2])

    @property
    def year(self) -> int:
        """The year of production; the label has its last two digits."""
        return 2000 + int(self.date_code[2:])


def parse_label(text: str) -> Label:
    """Read the text of a DataMatrix code; a scanner's line end is ignored. LabelError says what is wrong."""
    where = "label"
    if len(text) > MAX_LABEL:
        raise LabelError(f"{len(text)} characters are more than {MAX_LABEL}", where, "scan the DataMatrix code alone")
    values = [value for value in text.strip(" \r\n").split(" ") if value]
    if not values:
        raise LabelError("the text is empty", where, "scan the DataMatrix code of the label")
    variant = _variant(values[0])
    layout = _LAYOUTS[variant]
    if len(values) != len(layout):
        names = ", ".join(_TITLES[name] for name in layout)
        what = f"{len(values)} fields, a variant {variant} has {len(layout)}: {names}"
        raise LabelError(what, where, "scan the DataMatrix code again")
    found = dict(zip(layout, values, strict=True))
    return Label(
        order_code=found["order_code"],
        ethernet_mac=found.get("ethernet_mac"),
        cp_mac=found.get("cp_mac"),
        cp_linux_mac=found.get("cp_linux_mac"),
        mains_mac=found.get("mains_mac"),
        mains_linux_mac=found.get("mains_linux_mac"),
        dak=found.get("dak"),
        serial=found["serial"],
        date_code=found["date_code"],
    )


def format_label(label: Label) -> str:
    """The text of the DataMatrix code; parse_label reads it back."""
    return " ".join(getattr(label, name) for name in _LAYOUTS[label.variant])


def _variant(order_code: str) -> int:
    match = _ORDER_CODE.fullmatch(order_code)
    if match is None:
        what = f"{shown(order_code)} is no order code of Charge Control C"
        raise LabelError(what, _TITLES["order_code"], "write one such as I2CCSC-P00-105, -A00-204 or -A00-303")
    return int(match.group(1)) * 100


def _checked(name: str, value: str) -> str:
    """A field as it stands on the label."""
    title = _TITLES[name]
    if name.endswith("_mac"):
        try:
            if not _MAC.fullmatch(value):
                raise LabelError(
                    f"{shown(value)} is no MAC address", title, "write 12 hexadecimal digits, no delimiters"
                )
            return parse_mac(value).replace(":", "")
        except AddressError:
            raise LabelError(f"{shown(value)} is no address of a device", title, "scan the label again") from None
    if name == "dak" and not _DAK.fullmatch(value):
        raise LabelError("the form is wrong", title, "write 4 groups of 4 letters with hyphens between them")
    if name == "serial" and not _SERIAL.fullmatch(value):
        raise LabelError(f"{shown(value)} is no serial number", title, "write 10 digits, with leading zeros")
    if name == "date_code" and not _DATE_CODE.fullmatch(value):
        raise LabelError(f"{shown(value)} is no week and year", title, "write WWYY, week 01 to 53, such as 3118")
    return value


def _colons(digits: str | None) -> str | None:
    return None if digits is None else parse_mac(digits)
