"""What keys of customer.json must hold together: the rules that no single key can be checked for.

Decides which combinations are errors (the daemon would do something wrong) and which are warnings (it will work, but
hardly as meant). It sees the view with every default filled in, and never changes it.
Guide §15.15.4 (table 71), §15.18 (tables 76, 77), §15.20, §14.1, §14.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from secc.contract.config_problem import Findings
from secc.contract.terminals import INPUTS, KEY_SWITCH_GPIO, OUTPUTS

if TYPE_CHECKING:
    from secc.contract.generated.customer import Customer, Ocpp, Port

_PORT = ("ports", 0)
_NO_TEST = -1


def check_customer(customer: Customer, found: Findings) -> None:
    """Note what does not fit together."""
    port = customer.ports[0]
    _terminals(port, found)
    _rcd_test(port, found)
    _phase_switching(port, found)
    _ocpp(customer.ocpp, port, found)
    _shared_reader(customer.ocpp, port, found)
    ipv4 = customer.network.ipv4
    if not ipv4.dhcp and ipv4.address is None and not customer.network.skip_configuration:
        found.warning(
            ("network", "ipv4", "address"), "configd", "dhcp is false, but no address is set", "add address, or dhcp"
        )


def _terminals(port: Port, found: Findings) -> None:
    """Every function of the power path needs a terminal of its own, and one of the right kind."""
    used = {KEY_SWITCH_GPIO: "the key switch"} if port.user_authentication == "key-switch" else {}
    for section, function, on, gpio in (
        ("emergency_alarm", "the emergency input", port.emergency_alarm.enable, port.emergency_alarm.gpio),
        ("rcd_monitor", "the RCD feedback", port.rcd_monitor.enable, port.rcd_monitor.gpio),
    ):
        path = (*_PORT, section, "gpio")
        if not on or found.wrong(path):
            continue
        if gpio not in INPUTS:
            found.error(path, "evsed", f"{gpio} is no digital input", f"write one of {', '.join(map(str, INPUTS))}")
        elif gpio in used:
            remedy = f"wire {function} to another input and write its number"
            found.error(path, "evsed", f"{gpio} is used by {used[gpio]} already", remedy)
        used[gpio] = function
    rcd, path = port.rcd_monitor, (*_PORT, "rcd_monitor", "test_gpio")
    if rcd.enable and rcd.test_gpio != _NO_TEST and rcd.test_gpio not in OUTPUTS and not found.wrong(path):
        outputs = ", ".join(map(str, OUTPUTS))
        found.error(
            path, "evsed", f"{rcd.test_gpio} is no digital output", f"write one of {outputs}, or -1 for no test"
        )


def _rcd_test(port: Port, found: Findings) -> None:
    rcd = port.rcd_monitor
    total = rcd.test_trigger_time + rcd.test_check_normal_time
    times = ("test_trigger_time", "test_check_tripped_time", "test_check_normal_time")
    if any(found.wrong((*_PORT, "rcd_monitor", time)) for time in times):
        return
    if rcd.test_check_tripped_time >= total:
        found.error(
            (*_PORT, "rcd_monitor", "test_check_tripped_time"),
            "evsed",
            f"{rcd.test_check_tripped_time} ms is not before the sum of test_trigger_time and "
            f"test_check_normal_time, {total} ms",
            "make it smaller, or test_check_normal_time larger first: the trip is looked for before the normal state",
        )


def _phase_switching(port: Port, found: Findings) -> None:
    path = (*_PORT, "switch3to1phase", "enable")
    if not port.switch3to1phase.enable:
        return
    if port.ventilation.enable:
        found.error(
            path,
            "evsed",
            "phase switching and ventilation both want relay 2",
            "set switch3to1phase/enable or ventilation/enable to false",
        )
    if port.ventilation.control == "external" and not port.ventilation.enable:
        found.error(
            path,
            "evsed",
            "relay 2 is commanded from outside",
            'set ventilation/control to "internal", or this to false',
        )
    if port.charging_type != "basic":
        found.warning(
            path,
            "evsed",
            f'phase switching does not work with charging_type "{port.charging_type}"',
            'set charging_type to "basic", or switch3to1phase/enable to false',
        )


def _ocpp(ocpp: Ocpp, port: Port, found: Findings) -> None:
    if ocpp.enable and not ocpp.uri and not found.wrong(("ocpp", "uri")):
        found.error(("ocpp", "uri"), "ocppd", "OCPP is enabled, but uri is empty", "set uri, or ocpp/enable to false")
    if ocpp.enable and not port.meter.enable:
        found.warning(
            (*_PORT, "meter", "enable"),
            "ocppd",
            "OCPP is enabled, but no meter: transactions will carry no energy",
            "set meter/enable to true",
        )
    if port.user_authentication == "ocpp" and not ocpp.enable:
        found.warning(
            (*_PORT, "user_authentication"),
            "evsed",
            "users are authorized over OCPP, but OCPP is not enabled: nobody can charge",
            "set ocpp/enable to true, or choose another user_authentication",
        )


def _shared_reader(ocpp: Ocpp, port: Port, found: Findings) -> None:
    rfid = port.rfid
    if not rfid.enable or (rfid.protocol != "mqtt" and not any(remote.uri for remote in rfid.remote_ports)):
        return
    for key, actual, wanted in (
        ("rfidStopTransaction", ocpp.rfidStopTransaction, False),
        ("rfidRequiresEvPresent", ocpp.rfidRequiresEvPresent, True),
    ):
        if actual is not wanted:
            word = "true" if wanted else "false"
            found.warning(
                ("ocpp", key), "ocppd", f"boards share an RFID reader, which needs {word} here", f"set it to {word}"
            )
