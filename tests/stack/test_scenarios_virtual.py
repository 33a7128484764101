"""Every shipped scenario through the whole of evsed and the plant, in virtual time: does it show what it expects?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from secc.contract import config, jsonc
from secc.contract.topics import ALL, find
from secc.evsed.main import Evsed
from secc.evsed.main import start as start_evsed
from secc.hw.sim import SimStation
from secc.runtime.clock import VirtualClock
from secc.runtime.context import Context
from secc.runtime.membus import MemoryBus
from secc.sim.main import Simulation
from secc.sim.main import start as start_sim
from secc.sim.scenario import load, shipped

SETTLE_MS = 1


@dataclass
class House:
    """A station in virtual time: the simulation, evsed and what the broker would hold."""

    clock: VirtualClock
    bus: MemoryBus
    sim: Simulation
    evsed: Evsed

    def run_to(self, ms: int) -> None:
        while self.clock.now_ms() < ms:
            self.clock.advance(min(1000, ms - self.clock.now_ms()))

    def last(self, topic: str) -> str | None:
        return next((payload for name, payload in reversed(self.bus.log) if name == topic), None)


def write_configuration(folder: Path, overrides: dict[str, object]) -> None:
    for kind in config.KINDS:
        (folder / f"{kind}.json").write_text(config.shipped(kind), encoding="utf-8")
    document = jsonc.parse(config.shipped("customer"))
    for path, value in overrides.items():
        document = document.set(jsonc.parse_path(path), value)
    (folder / "customer.json").write_text(document.text, encoding="utf-8")


def house(scenario: str, folder: Path) -> House:
    write_configuration(folder, dict(load(scenario).customer))
    clock, bus, station = VirtualClock(), MemoryBus(), SimStation()

    def stop(reason: str) -> None:
        raise AssertionError(reason)

    def context(name: str) -> Context:
        return Context(name, clock, bus, lambda: station, folder, None, stop, scenario=scenario)

    return House(clock, bus, start_sim(context("sim")), start_evsed(context("evsed")))


@pytest.mark.parametrize("name", shipped())
def test_a_scenario_shows_what_it_expects(name: str, tmp_path: Path) -> None:
    scenario = load(name)
    running = house(name, tmp_path)
    for expect in sorted(scenario.expects, key=lambda e: e.t_ms):
        running.run_to(expect.t_ms)
        assert running.last(expect.topic) == expect.payload, f"{expect.topic} at {expect.t_ms} ms"
    running.run_to(max(scenario.ends_ms, 5_000) + SETTLE_MS)
    assert running.bus.refused == []
    for topic, _ in running.bus.log:
        assert find(topic) is not None, topic


def test_every_scenario_but_idle_expects_something() -> None:
    silent = [name for name in shipped() if not load(name).expects and name not in ("idle", "loop")]
    assert silent == []


def test_every_topic_of_evsed_is_seen_in_one_session(tmp_path: Path) -> None:
    running = house("session", tmp_path)
    running.run_to(27_000)
    seen = {topic for topic, _ in running.bus.log}
    missing = [row.topic for row in ALL if row.owner == "evsed" and row.topic not in seen]
    assert missing == []


def test_energy_that_the_meter_counts_is_what_the_car_took(tmp_path: Path) -> None:
    running = house("session", tmp_path)
    running.run_to(27_000)
    energy_wh = float(running.last("port0/metering/energy/import") or 0)
    assert energy_wh > 10
    state = running.last("sim/state")
    assert state is not None


def test_one_session_after_the_other(tmp_path: Path) -> None:
    """Ten minutes of one session after the other: no fault, and the station ends where it began."""
    running = house("loop", tmp_path)
    running.run_to(600_000 + 28_000)
    closings = [value for topic, value in running.bus.log if topic == "port0/contactor/state/actual"]
    assert closings.count("1") == 21
    for topic in ("port0/contactor/error", "port0/emergency_shutdown"):
        assert {value for name, value in running.bus.log if name == topic} == {"0"}
    assert running.last("port0/ci/charge/cp/status") == "A"


def test_edited_configuration_applies_when_the_car_has_left(tmp_path: Path) -> None:
    running = house("session", tmp_path)
    running.run_to(10_000)
    write_configuration(tmp_path, {"ports[0]/evse_current_limit": 10})
    running.run_to(17_000)
    assert running.last("port0/cp/duty_cycle") == "53.33"
    running.run_to(26_000)
    assert running.last("port0/ci/evse/basic/offered_current_limit") == "10.0"


def test_a_wrong_edit_is_refused_and_nothing_changes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    running = house("session", tmp_path)
    running.run_to(3_000)
    customer = tmp_path / "customer.json"
    customer.write_text(customer.read_text().replace('"evse_current_limit": 32', '"evse_current_limit": "lots"'))
    running.run_to(26_000)
    assert running.last("port0/ci/evse/basic/offered_current_limit") == "32.0"
    assert "customer.json:" in caplog.text
    assert "stay in force" in caplog.text


def test_stopping_leaves_contactor_open_and_plug_free(tmp_path: Path) -> None:
    running = house("session", tmp_path)
    running.run_to(15_000)
    assert running.last("port0/charging") == "1"
    running.evsed.stop()
    assert not running.evsed.at_rest
    running.run_to(17_000)
    assert running.evsed.at_rest
    assert running.last("port0/ci/charge/contactor/status") == "opened"
    assert running.last("port0/ci/charge/plug/status") == "unlocked"
