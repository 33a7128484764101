"""The pseudo daemon "sim" in virtual time: what it publishes, what it obeys, what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from secc.contract.topics import find
from secc.hw.linked import LinkedStation
from secc.hw.sim import SimStation
from secc.ports import PortError, Station
from secc.runtime.clock import VirtualClock
from secc.runtime.membus import MemoryBus
from secc.sim.link import LinkServer
from secc.sim.main import Simulation, start


@dataclass
class SimContext:
    """What the runtime would give."""

    clock: VirtualClock
    bus: MemoryBus
    station: Callable[[], Station] | None
    scenario: str | None


class Sim:
    def __init__(self, scenario: str | None = "idle") -> None:
        self.clock, self.bus, self.board = VirtualClock(), MemoryBus(), SimStation()
        self.running: Simulation = start(SimContext(self.clock, self.bus, lambda: self.board, scenario))
        self.clock.advance(5)

    @property
    def state(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.bus.retained["sim/state"])
        return document

    def command(self, document: object) -> dict[str, Any]:
        self.bus.inject("sim/command", document if isinstance(document, str) else json.dumps(document))
        self.clock.advance(5)
        return self.state

    def count(self, topic: str) -> int:
        return sum(name == topic for name, _ in self.bus.log)


def test_the_state_at_rest() -> None:
    sim = Sim()
    assert sim.state == {
        "time_s": 0.0,
        "scenario": "idle",
        "ev": None,
        "cable": {"rating_a": 32, "fixed": False, "at_station": False, "at_ev": False, "home": True},
        "lock": "unlocked",
        "contactors": [False, False],
        "outlet_live": [False, False, False],
        "rotary": "D",
        "faults": [],
        "outputs": [False] * 6,
        "refused": None,
    }


def test_a_state_that_does_not_change_is_not_published_again() -> None:
    sim = Sim()
    sim.clock.advance(20_000)
    assert sim.count("sim/state") == 1
    sim.command({"do": "plug"})
    assert sim.count("sim/state") == 2


def test_commands_act_at_once() -> None:
    sim = Sim()
    assert sim.command({"do": "plug", "cable": 13})["cable"]["rating_a"] == 13
    assert sim.state["ev"]["state"] == "waiting"
    assert sim.command({"do": "fault", "fault": "cp_open"})["faults"] == ["cp_open"]
    assert sim.command({"do": "clear"})["faults"] == []
    assert sim.command({"do": "rotary", "position": "3"})["rotary"] == "3"
    assert sim.command({"do": "stop"})["ev"]["state"] == "stopped"
    assert sim.command({"do": "request"})["ev"]["state"] == "waiting"
    assert sim.command({"do": "unplug"})["ev"] is None


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"do": "unplug"}, "nothing is plugged in there"),
        ({"do": "fly"}, "\"do\" is 'fly': write one of plug, unplug"),
        ({}, '"do" is missing'),
        ({"do": "plug", "colour": "red"}, "\"plug\" does not know 'colour'"),
        ({"do": "fault", "fault": "\u001b[31m"}, "\"fault\" is '\\x1b[31m'"),
        ({"do": "publish", "topic": "sim/state", "payload": "{}"}, "whoever can send this can publish"),
    ],
)
def test_refused_commands_are_answered_and_logged(
    document: dict[str, object], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    sim = Sim()
    before = sim.running.bench.plant
    assert sim.command(document)["refused"].startswith(reason)
    assert f"sim/command: refused: {reason}" in caplog.text
    after = sim.running.bench.plant
    assert (after.cable, after.ev, after.faults, after.rotary) == (
        before.cable,
        before.ev,
        before.faults,
        before.rotary,
    )
    assert sim.command({"do": "plug"})["refused"] is None


@pytest.mark.parametrize("payload", ["", "plug", "[]", "{", '{"do": NaN}', "[" * 5000])
def test_payloads_that_are_no_documents_never_arrive(payload: str) -> None:
    sim = Sim()
    sim.command(payload)
    assert [topic for topic, _ in sim.bus.refused] == ["sim/command"]
    assert sim.state["refused"] is None


def test_a_locked_plug_cannot_be_pulled_and_that_is_said() -> None:
    sim = Sim()
    sim.command({"do": "plug"})
    sim.board.digital_out("motor_1_in2").write(True)
    sim.clock.advance(1000)
    sim.board.digital_out("motor_1_in2").write(False)
    assert sim.state["lock"] == "locked"
    assert sim.command({"do": "unplug"})["refused"] == "the plug is held by the lock (locked): it must be unlocked"
    assert sim.state["cable"]["at_station"]


def test_a_command_with_patience_is_tried_until_it_works() -> None:
    sim = Sim()
    sim.command({"do": "plug"})
    sim.board.digital_out("motor_1_in2").write(True)
    sim.clock.advance(1000)
    sim.board.digital_out("motor_1_in2").write(False)
    assert sim.command({"do": "unplug", "patience": 5})["refused"] is None
    sim.clock.advance(1000)
    sim.board.digital_out("motor_1_in1").write(True)
    sim.clock.advance(1000)
    assert not sim.state["cable"]["at_station"]
    assert sim.state["refused"] is None


def test_the_meter_speaks_every_second_and_is_gone_afterwards() -> None:
    sim = Sim()
    assert sim.bus.retained["port0/metering/meter/available"] == "1"
    assert sim.bus.retained["port0/metering/serial"] == "SIM-0001"
    before = sim.count("port0/metering/voltage/l1")
    sim.clock.advance(10_000)
    assert sim.count("port0/metering/voltage/l1") == before + 10
    assert 228 < float(sim.bus.retained["port0/metering/voltage/l2"]) < 232
    assert 49.9 < float(sim.bus.retained["port0/metering/frequency"]) < 50.1
    sim.running.stop()
    assert sim.bus.retained["port0/metering/meter/available"] == "0"
    assert sim.clock.pending() == 0


def test_what_the_meter_says_while_a_car_charges() -> None:
    sim = Sim("session")
    sim.board.pilot().drive(26.67)
    sim.board.digital_out("relay_1_enable").write(True)
    sim.clock.advance(15_000)
    value = {topic.removeprefix("port0/metering/"): text for topic, text in sim.bus.retained.items()}
    assert value["current/l1"] == value["current/l3"] == "16.00"
    assert value["current/total"] == "48.00"
    assert float(value["power/total"]) == pytest.approx(48 * 230, rel=0.01)
    assert float(value["power/total"]) == pytest.approx(sum(float(value[f"power/l{n}"]) for n in (1, 2, 3)), abs=2)
    taken_wh = sim.state["ev"]["energy_wh"]
    assert float(value["energy/import"]) == pytest.approx(taken_wh, abs=0.6)
    assert taken_wh == pytest.approx(48 * 230 * 10.5 / 3600, rel=0.06)


def test_scenarios_publish_through_the_catalogue() -> None:
    sim = Sim("limits")
    sim.clock.advance(14_000)
    assert ("ci/global/dyn_current_limit/house", "10.0") in sim.bus.log


def test_a_refusal_of_the_scenario_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('about = "nothing to unplug"\n[[at]]\nt = 1\ndo = "unplug"\n')
    sim = Sim(str(file))
    sim.clock.advance(1000)
    assert sim.state["refused"] == "nothing is plugged in there"


def test_all_topics_are_of_the_catalogue() -> None:
    sim = Sim("session")
    sim.clock.advance(25_000)
    found = {find(topic) for topic, _ in sim.bus.log}
    assert None not in found
    assert {row.owner for row, _ in filter(None, found)} == {"sim", "meteringd"}


def test_ticks_count_only_while_time_passes() -> None:
    sim = Sim()
    sim.running.tick(0)
    assert sim.running.ticked == 1
    sim.running.tick(1)
    assert sim.running.ticked == 1
    sim.clock.advance(5)
    sim.running.tick(2)
    assert sim.running.ticked == 2


def test_a_scenario_that_is_wrong_or_not_there(tmp_path: Path) -> None:
    with pytest.raises(PortError, match="there is no scenario holiday"):
        Sim("holiday")
    file = tmp_path / "wrong.toml"
    file.write_text('about = "x"\n[ev]\nphases = 2\n')
    with pytest.raises(PortError, match=r"wrong\.toml:3:"):
        Sim(str(file))


@pytest.mark.parametrize("station", [None, object])
def test_it_needs_a_simulated_station(station: Callable[[], Station] | None) -> None:
    with pytest.raises(PortError, match="--station sim"):
        start(SimContext(VirtualClock(), MemoryBus(), station, "idle"))


def test_with_a_linked_station_it_listens_where_the_board_will_call(tmp_path: Path) -> None:
    path = tmp_path / "plant.sock"
    running = start(SimContext(VirtualClock(), MemoryBus(), lambda: LinkedStation(str(path)), None))
    try:
        with pytest.raises(PortError, match="another simulation"):
            LinkServer(str(path))
    finally:
        running.stop()
    assert not path.exists()
