"""`ccctl label build`: the text of a DataMatrix code out of its fields (guide §17).

Which fields a variant needs is decided by secc.contract.label.
"""

from __future__ import annotations

import click

from ccctl.services.errors import CcctlError
from ccctl.services.frame import command as declare
from ccctl.services.frame import settings_of
from ccctl.services.label_view import refusal
from ccctl.services.output import Output


def _digits(mac: str | None, option: str) -> str | None:
    """A MAC address as it stands on the label, from any common way to write it."""
    if mac is None:
        return None
    from secc.contract.netaddr import AddressError, parse_mac

    try:
        return parse_mac(mac).replace(":", "")
    except AddressError as error:
        raise CcctlError(f"{option}: {error}") from error


@declare(
    "build",
    examples=[
        "ccctl label build --order-code I2CCSC-P00-105 --serial 12345 --date-code 3118",
        "ccctl label build --order-code I2CCSC-A00-204 --serial 12345 --date-code 3118"
        " --ethernet-mac 00:01:87:12:34:56 --cp-mac 00:01:87:12:34:57 --cp-linux-mac 00:01:87:12:34:58",
    ],
)
@click.option("--order-code", required=True, help="Such as I2CCSC-A00-204; it decides which fields there are.")
@click.option("--serial", required=True, metavar="DIGITS", help="Up to 10 digits; zeros are put in front.")
@click.option("--date-code", required=True, metavar="WWYY", help="Week and year of production.")
@click.option("--ethernet-mac", metavar="MAC", help="Ethernet (variants 200 and 300).")
@click.option("--cp-mac", metavar="MAC", help="QCA7000 of the control pilot (200, 300).")
@click.option("--cp-linux-mac", metavar="MAC", help="Its Linux interface (200, 300).")
@click.option("--mains-mac", metavar="MAC", help="QCA7000 of the mains (300).")
@click.option("--mains-linux-mac", metavar="MAC", help="Its Linux interface (300).")
@click.option("--dak", envvar="CCCTL_DAK", metavar="DAK", help="Password of the mains QCA7000 (300; env CCCTL_DAK).")
@click.pass_context
def command(
    context: click.Context,
    *,
    order_code: str,
    serial: str,
    date_code: str,
    ethernet_mac: str | None,
    cp_mac: str | None,
    cp_linux_mac: str | None,
    mains_mac: str | None,
    mains_linux_mac: str | None,
    dak: str | None,
) -> None:
    """Print the text of a DataMatrix code. The DAK, where there is one, is part of it."""
    from secc.contract.label import Label, LabelError, format_label

    try:
        label = Label(
            order_code=order_code,
            ethernet_mac=_digits(ethernet_mac, "--ethernet-mac"),
            cp_mac=_digits(cp_mac, "--cp-mac"),
            cp_linux_mac=_digits(cp_linux_mac, "--cp-linux-mac"),
            mains_mac=_digits(mains_mac, "--mains-mac"),
            mains_linux_mac=_digits(mains_linux_mac, "--mains-linux-mac"),
            dak=dak,
            serial=serial.zfill(10) if serial.isascii() and serial.isdigit() else serial,
            date_code=date_code,
        )
    except LabelError as error:
        raise refusal(error) from error
    text = format_label(label)
    Output(settings_of(context)).record({"label": text}, [text])
