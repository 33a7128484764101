"""`ccctl sim`: a station comes up, does what it is told or says why not, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ccctl_call import Call

from ccctl.commands.sim import overrides_of
from ccctl.services.errors import CcctlError
from ccctl.services.simulation import Plan, write_configuration
from secc.contract.config import shipped as shipped_file
from secc.contract.jsonc import parse
from secc.sim.faults import FAULTS
from secc.sim.scenario import shipped


@dataclass
class Station:
    """A running `ccctl sim up`."""

    process: subprocess.Popen[str]
    about: dict[str, Any]

    @property
    def broker(self) -> str:
        return str(self.about["broker"])

    @property
    def children(self) -> list[int]:
        return [int(pid) for pid in self.about["processes"].values()]

    def end(self, number: int) -> tuple[int, str]:
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=20)
        return self.process.returncode, errors


@contextmanager
def up(*arguments: str) -> Iterator[Station]:
    """The station while it is up; it says where it is when it is."""
    command = [sys.executable, "-m", "ccctl", "sim", "up", "-o", "jsonl", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            first = process.stdout.readline()
            assert first, process.stderr.read()
            yield Station(process, json.loads(first))
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(20)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.fixture
def port(free_port: int) -> str:
    return str(free_port)


def test_a_session_by_hand(port: str, ccctl: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    with up("--scenario", "idle", "--port", port) as station:
        assert station.broker == f"127.0.0.1:{port}"
        monkeypatch.setenv("CCCTL_BROKER", station.broker)

        refused = ccctl("sim", "ev", "unplug")
        assert (refused.code, refused.out) == (1, "")
        assert "nothing is plugged in" in refused.err

        plugged = json.loads(ccctl("sim", "ev", "plug", "--cable", "20", "-o", "json").out)
        assert plugged["cable"]["rating_a"] == 20
        assert plugged["cable"]["at_ev"] is True
        for _ in range(2):
            again = ccctl("sim", "ev", "plug")
            assert again.code == 1, "the same refusal twice is a refusal twice"
            assert "plugged in already" in again.err

        broken = json.loads(ccctl("sim", "fault", "inject", "rcd_trip", "-o", "json").out)
        assert broken["faults"] == ["rcd_trip"]
        assert "*" in "".join(line for line in ccctl("sim", "list").out.splitlines() if "rcd_trip" in line)
        assert ccctl("sim", "fault", "clear", "cp_short").code == 1
        assert json.loads(ccctl("sim", "fault", "clear", "-o", "json").out)["faults"] == []

        assert json.loads(ccctl("sim", "ev", "stop", "-o", "json").out)["ev"]["state"] == "stopped"
        assert json.loads(ccctl("sim", "ev", "request", "-o", "json").out)["ev"]["state"] != "stopped"
        assert ccctl("sim", "ev", "stop").code == 0
        assert json.loads(ccctl("sim", "ev", "unplug", "--patience", "5", "-o", "json").out)["ev"] is None

        second = ccctl("sim", "up", "--broker", station.broker)
        assert second.code == 1
        assert "already" in second.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_everything_ends_with_it(number: int, port: str) -> None:
    with up("--scenario", "idle", "--port", port) as station:
        assert not any(map(gone, station.children))
        assert Path(station.about["config"], "customer.json").is_file()
        code, errors = station.end(number)
        assert code == 130
        assert "Traceback" not in errors
        assert all(map(gone, station.children))
        assert not Path(station.about["logs"]).exists()


def test_the_embedded_broker_and_two_processes(port: str, ccctl: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    with up("--scenario", "idle", "--port", port, "--broker", "embedded", "--separate") as station:
        assert set(station.about["processes"]) == {"broker", "sim", "evsed", "ledd"}
        monkeypatch.setenv("CCCTL_BROKER", station.broker)
        assert ccctl("sim", "ev", "plug").code == 0
        assert ccctl("mqtt", "get", "port0/ci/charge/cp/status").out in ("A\n", "B\n")

        os.kill(station.about["processes"]["sim"], signal.SIGKILL)
        _, errors = station.process.communicate(timeout=20)
        assert station.process.returncode == 1
        assert "scenario idle" in errors, "the end of its log is shown"
        assert "sim ended by itself (signal 9)" in errors
        assert all(map(gone, station.children))


def test_duration_ends_it_in_order(port: str) -> None:
    with up("--scenario", "idle", "--port", port, "--duration", "0.5") as station:
        _, errors = station.process.communicate(timeout=20)
        assert station.process.returncode == 0
        assert "the station is down" in errors
        assert all(map(gone, station.children))


def test_a_configuration_that_evsed_refuses_is_shown(port: str, tmp_path: Path, ccctl: Call) -> None:
    file = tmp_path / "customer.json"
    file.write_text('{"ports": [{"evse_current_limit": 0}]}\n')
    ended = ccctl("sim", "up", "--port", port, "--customer", str(file))
    assert ended.code == 1
    assert "customer.json:1:35: " in ended.err
    assert "1 to 10000" in ended.err
    assert "ended by itself" in ended.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--scenario", "no_such"), 3, "no scenario no_such"),
        (("--scenario", "/nowhere/x.toml"), 3, "/nowhere/x.toml"),
        (("--customer", "/nowhere/customer.json"), 3, "no such file"),
        (("--broker", "127.0.0.1:1"), 4, "127.0.0.1:1"),
        (("--broker", "127.0.0.1:1", "--port", "1884"), 2, "--port"),
        (("--broker", "a:b"), 2, "1 to 65535"),
        (("--once", "--duration", "1"), 2, "exclude"),
    ],
)
def test_wrong_wishes(arguments: tuple[str, ...], code: int, words: str, ccctl: Call) -> None:
    ended = ccctl("sim", "up", *arguments)
    assert ended.code == code
    assert words in ended.err


def test_a_port_that_is_taken(broker: Any, ccctl: Call) -> None:
    ended = ccctl("sim", "up", "--port", str(broker.port))
    assert ended.code == 1
    assert f"port {broker.port}" in ended.err


def test_mosquitto_that_is_not_there(port: str, ccctl: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_args, **_more: None)
    ended = ccctl("sim", "up", "--port", port, "--broker", "mosquitto")
    assert ended.code == 3
    assert "--broker embedded" in ended.err


def test_without_a_simulation(broker: Any, ccctl: Call) -> None:
    ended = ccctl("sim", "ev", "plug", "--broker", f"127.0.0.1:{broker.port}")
    assert ended.code == 3
    assert "ccctl sim up" in ended.err


def test_a_mistyped_fault(ccctl: Call) -> None:
    ended = ccctl("sim", "fault", "inject", "contactor_wled")
    assert ended.code == 3
    assert "did you mean contactor_weld" in ended.err


def test_list(ccctl: Call) -> None:
    found = json.loads(ccctl("sim", "list", "-o", "json", "--broker", "127.0.0.1:1").out)
    assert [row["name"] for row in found["scenarios"]] == list(shipped())
    assert [row["name"] for row in found["faults"]] == [fault.name for fault in FAULTS]
    assert all(row["about"] for row in found["scenarios"] + found["faults"])
    assert found["state"] is None


@pytest.mark.parametrize("name", shipped())
def test_the_configuration_of_a_scenario(name: str, tmp_path: Path) -> None:
    config = write_configuration(Plan(name), tmp_path, overrides_of(name))
    text = (config / "customer.json").read_text(encoding="utf-8")
    assert parse(text).get(("ports", 0, "evse_current_limit")) == 32
    assert text.count("//") == shipped_file("customer").count("//"), "every comment stands"
    assert sorted(item.name for item in config.iterdir()) == ["customer.json", "leds.json", "rotaryencd.json"]


def test_the_users_file_is_used_as_it_is(tmp_path: Path, customer: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    config = write_configuration(Plan("loop", customer="customer.json"), folder, overrides_of("loop"))
    assert (config / "customer.json").resolve() == customer.resolve()


def test_a_scenario_that_sets_what_cannot_be_set(tmp_path: Path) -> None:
    file = tmp_path / "odd.toml"
    file.write_text('about = "odd"\n[customer]\n"ports[7]/pluggable" = true\n')
    with pytest.raises(CcctlError, match="out of range"):
        write_configuration(Plan(str(file)), tmp_path, overrides_of(str(file)))
