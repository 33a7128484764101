"""The simulated station as processes on this machine: a broker, a configuration folder, the charging stack.

It decides which broker and port are taken and when the station counts as up. What the station does is decided by
secc, which is started as any user would start it. Guide §14.1, §15.1.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ccctl.services.errors import CcctlError
from ccctl.services.exit_codes import ExitCode
from ccctl.services.mqtt import Broker, Connection, parse_broker
from ccctl.services.processes import Children

STANDARD_PORT = 1883
_BROKER_S = 15.0
_STATION_S = 20.0


Overrides: TypeAlias = tuple[tuple[str, bool | int | float | str], ...]
"""Paths of customer.json in the guide's form, and their values."""

DAEMONS = ("evsed", "ledd")
"""What runs beside the simulated plant."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What `sim up` shall start. `broker` is auto, embedded, mosquitto or an address."""

    scenario: str
    broker: str = "auto"
    port: int | None = None
    customer: str | None = None
    separate: bool = False


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _choose_port(wanted: int | None) -> int:
    """The port asked for, else the standard one, else any that is free."""
    if wanted is not None:
        if not _is_free(wanted):
            raise CcctlError(f"port {wanted} is taken or not allowed", "give another --port, or none")
        return wanted
    if _is_free(STANDARD_PORT):
        return STANDARD_PORT
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def broker_kind(wanted: str) -> str:
    """`mosquitto` or `embedded`, for a plan that says auto, mosquitto or embedded."""
    if wanted == "auto":
        return "mosquitto" if shutil.which("mosquitto") else "embedded"
    return wanted


def _broker_command(kind: str, port: int, folder: Path) -> list[str]:
    program = shutil.which("mosquitto")
    if kind == "mosquitto" and program is None:
        remedy = "install it (Debian puts it in /usr/sbin), or use --broker embedded"
        raise CcctlError("mosquitto is not on PATH", remedy, ExitCode.NOT_FOUND)
    if kind != "embedded" and program is not None:
        settings = f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n"
        # Started as root, mosquitto becomes a user who may not read this folder.
        settings += "user root\n" if os.geteuid() == 0 else ""
        (folder / "mosquitto.conf").write_text(settings, encoding="utf-8")
        return [program, "-c", str(folder / "mosquitto.conf")]
    if importlib.util.find_spec("amqtt") is None:
        raise CcctlError("no MQTT broker is installed", "install mosquitto, or the extra: pip install 'ccctl[sim]'")
    return [sys.executable, "-m", "secc.sim.broker", "--port", str(port)]


def _reachable(broker: Broker) -> bool:
    try:
        with Connection(broker):
            return True
    except CcctlError:
        return False


def start_broker(plan: Plan, children: Children) -> Broker:
    """The broker of the plan, started and answering; an address is taken as it is."""
    if plan.broker not in ("auto", "embedded", "mosquitto"):
        try:
            broker = parse_broker(plan.broker)
        except ValueError as error:
            raise CcctlError(f"--broker {plan.broker!r}: {error}", code=ExitCode.USAGE) from error
        if plan.port is not None:
            raise CcctlError("--port is for a broker that is started here", "write HOST:PORT", ExitCode.USAGE)
        _refuse_second_station(broker)
        return broker
    port = _choose_port(plan.port)
    children.start("broker", _broker_command(plan.broker, port, children.folder))
    broker = Broker("127.0.0.1", port)
    deadline = time.monotonic() + _BROKER_S
    while not _reachable(broker):
        children.check()
        if time.monotonic() > deadline:
            raise CcctlError(f"the broker did not answer within {_BROKER_S:g} s", code=ExitCode.TIMEOUT)
        time.sleep(0.05)
    return broker


def _refuse_second_station(broker: Broker) -> None:
    from secc.contract.topics.runtime import DAEMON_STATE

    with Connection(broker) as connection:
        connection.subscribe([DAEMON_STATE.at("evsed")])
        message = next(connection.messages(0.5), None)
    if message is not None and message.payload == b"running":
        raise CcctlError(
            f"a charging stack runs at {broker} already: two of them would contradict each other",
            "end it first, or leave --broker out",
        )


def write_configuration(plan: Plan, folder: Path, overrides: Overrides) -> Path:
    """A folder with the three configuration files: as shipped with `overrides`, or the user's customer.json."""
    from secc.contract.config import KINDS, shipped
    from secc.contract.jsonc import JsoncError, parse, parse_path

    place = folder / "config"
    place.mkdir()
    for kind in KINDS:
        (place / f"{kind}.json").write_text(shipped(kind), encoding="utf-8", newline="")
    customer = place / "customer.json"
    if plan.customer is not None:
        if not os.path.isfile(plan.customer):
            raise CcctlError(f"{plan.customer}: no such file", "give the path of a customer.json", ExitCode.NOT_FOUND)
        customer.unlink()
        # A link, so that `ccctl config set` on the user's file reaches the simulation.
        customer.symlink_to(os.path.realpath(plan.customer))
        return place
    document = parse(shipped("customer"))
    for path, value in overrides:
        try:
            document = document.set(parse_path(path), value)
        except JsoncError as error:
            raise CcctlError(f"scenario {plan.scenario}: [customer] {path}: {error.message}") from error
    customer.write_text(document.text, encoding="utf-8", newline="")
    return place


def start_station(plan: Plan, broker: Broker, config: Path, children: Children) -> None:
    """Start the charging stack and the plant, and wait until both are up."""
    base = [sys.executable, "-m", "secc", "run"]
    common = ["--broker", str(broker), "--config", str(config)]
    story = ["--scenario", plan.scenario]
    if plan.separate:
        link = f"sim:{children.folder / 'station.sock'}"
        children.start("sim", [*base, "sim", "--station", link, *story, *common])
        for daemon in DAEMONS:
            children.start(daemon, [*base, daemon, "--station", link, *common])
    else:
        children.start("station", [*base, *DAEMONS, "sim", "--station", "sim", *story, *common])
    wait_until_running(broker, children, (*DAEMONS, "sim"))


def wait_until_running(broker: Broker, children: Children, daemons: tuple[str, ...]) -> None:
    """Wait until each of `daemons` says that it runs; CcctlError when a child ends or time is up."""
    from secc.contract.topics.runtime import DAEMON_STATE

    missing = {DAEMON_STATE.at(name) for name in daemons}
    deadline = time.monotonic() + _STATION_S
    with Connection(broker) as connection:
        connection.subscribe(sorted(missing))
        while missing:
            children.check()
            for message in connection.messages(0.1):
                if message.payload == b"running":
                    missing.discard(message.topic)
                if not missing:
                    return
            if time.monotonic() > deadline:
                raise CcctlError(
                    f"the station is not up after {_STATION_S:g} s: {', '.join(sorted(missing))}",
                    f"its logs are in {children.folder}",
                    ExitCode.TIMEOUT,
                )
