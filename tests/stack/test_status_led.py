"""The status LED beside evsed and the plant, in virtual time: what somebody in front of the station would see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

from secc.contract import config, jsonc
from secc.contract.enums import DaemonState
from secc.contract.topics.runtime import DAEMON_STATE
from secc.evsed.main import start as start_evsed
from secc.hw.sim import SimStation
from secc.ledd.main import Ledd
from secc.runtime.clock import VirtualClock
from secc.runtime.context import Context
from secc.runtime.membus import MemoryBus
from secc.sim.main import start as start_sim
from secc.sim.plant import Controls
from secc.sim.scenario import load


class WatchedStation(SimStation):
    """Writes down each edge of the first digital output."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        super().__init__()
        self._now_ms = now_ms
        self.edges: list[tuple[int, bool]] = []

    def drive(self, controls: Controls) -> None:
        before = self.controls.digital_out[0]
        super().drive(controls)
        if controls.digital_out[0] is not before:
            self.edges.append((self._now_ms(), not before))


@dataclass
class Street:
    """A station in virtual time with a status LED."""

    clock: VirtualClock
    bus: MemoryBus
    station: WatchedStation
    told: list[tuple[int, str, str]] = field(default_factory=list)

    def run_to(self, ms: int) -> None:
        while self.clock.now_ms() < ms:
            heard = len(self.bus.log)
            self.clock.advance(5)
            self.told += [(self.clock.now_ms(), *message) for message in self.bus.log[heard:]]

    def when(self, topic: str, payload: str, after_ms: int = 0) -> int:
        """When a topic first said so, in ms."""
        return next(at for at, name, value in self.told if (name, value) == (topic, payload) and at >= after_ms)

    @property
    def lit(self) -> bool:
        return self.station.controls.digital_out[0]

    def halves(self, from_ms: int, to_ms: int) -> set[int]:
        """The times between two edges, for edges between two times."""
        times = [at for at, _ in self.station.edges if from_ms <= at <= to_ms]
        return {after - before for before, after in pairwise(times)}

    def steady(self, from_ms: int, to_ms: int) -> bool:
        return not any(from_ms < at < to_ms for at, _ in self.station.edges)


def street(scenario: str, folder: Path, **customer: object) -> Street:
    document = jsonc.parse(config.shipped("customer"))
    for path, value in {**dict(load(scenario).customer), **customer}.items():
        document = document.set(jsonc.parse_path(path), value)
    for kind in config.KINDS:
        text = document.text if kind == "customer" else config.shipped(kind)
        (folder / f"{kind}.json").write_text(text, encoding="utf-8")
    clock, bus = VirtualClock(), MemoryBus()
    station = WatchedStation(clock.now_ms)

    def stop(reason: str) -> None:
        raise AssertionError(reason)

    def context(name: str) -> Context:
        return Context(name, clock, bus, lambda: station, folder, None, stop, scenario=scenario)

    start_sim(context("sim"))
    Ledd(context("ledd"), board_leds=folder)
    start_evsed(context("evsed"))
    bus.publish(DAEMON_STATE, DaemonState.RUNNING, "evsed")
    return Street(clock, bus, station)


CHARGING, CP = "port0/charging", "port0/ci/charge/cp/status"


def test_a_session(tmp_path: Path) -> None:
    """Guide §7.9.2: solid is ready, 1000 ms on and off is charging."""
    this = street("session", tmp_path)
    this.run_to(30_000)
    begins, ends = this.when(CHARGING, "1"), this.when(CHARGING, "0", after_ms=10_000)
    assert this.station.edges[0] == (0, True)
    assert this.steady(0, begins)
    assert this.halves(begins, ends - 10) == {1000}
    assert ends - begins > 3_000
    assert this.steady(ends + 1, 30_000)
    assert this.lit
    assert this.when(CP, "A", after_ms=20_000) < 30_000


def test_an_emergency_during_the_charge(tmp_path: Path) -> None:
    """Guide §7.9.2: 100 ms on and off is an error; it blinks before anything else can happen."""
    this = street("emergency", tmp_path)
    this.run_to(20_000)
    pressed = this.when("port0/emergency_shutdown", "1")
    released = this.when("port0/emergency_shutdown", "0", after_ms=pressed)
    assert pressed - 14_000 < 200
    assert this.halves(pressed, released - 10) == {100}
    assert this.halves(this.when(CHARGING, "1"), pressed - 10) == {1000}


def test_a_welded_contactor_blinks_for_good(tmp_path: Path) -> None:
    this = street("welded_contactor", tmp_path)
    this.run_to(120_000)
    failed = this.when("port0/contactor/error", "1")
    assert this.halves(failed, 120_000) == {100}


def test_ventilation_blinks_like_a_charge(tmp_path: Path) -> None:
    this = street("ventilation", tmp_path)
    this.run_to(17_000)
    assert this.halves(this.when(CHARGING, "1"), 17_000) == {1000}


def test_a_user_with_a_tag(tmp_path: Path) -> None:
    """The shipped LED has red alone: it blinks fast for a rejection and is lit for everything else."""
    this = street("session", tmp_path, **{"ports[0]/user_authentication": "mqtt"})
    this.run_to(4_000)
    tag = '["ISO14443", "04A2B3"]'
    this.bus.inject("port0/rfid/authorization_request", tag)
    this.bus.inject("port0/session/authorization_status", "0")
    this.run_to(8_000)
    assert this.steady(0, 4_000)
    assert this.halves(4_000, 6_999) == {100}
    assert this.steady(7_000, 8_000)
    assert this.lit
    this.bus.inject("port0/rfid/authorization_request", tag)
    this.bus.inject("port0/session/authorization_status", "1")
    this.run_to(17_000)
    begins = this.when(CHARGING, "1")
    accepted_until = max(begins, 11_000)
    assert this.steady(7_000, accepted_until)
    assert this.halves(accepted_until, 17_000) == {1000}


def test_out_of_service_is_dark(tmp_path: Path) -> None:
    this = street("idle", tmp_path)
    this.run_to(1_000)
    this.bus.inject("port0/ci/availability/target", "inoperative", retain=True)
    this.run_to(2_000)
    assert not this.lit
    this.bus.inject("port0/ci/availability/target", "operative", retain=True)
    this.run_to(3_000)
    assert this.lit


@pytest.mark.parametrize(("state", "half_ms"), [("lost", {100}), ("stopped", set())])
def test_when_evsed_ends(tmp_path: Path, state: str, half_ms: set[int]) -> None:
    this = street("idle", tmp_path)
    this.run_to(1_000)
    this.bus.inject("secc/evsed/state", state, retain=True)
    this.run_to(5_000)
    assert this.halves(1_001, 5_000) == half_ms
    this.bus.inject("secc/evsed/state", "running", retain=True)
    this.run_to(6_000)
    assert this.lit
    assert this.steady(5_001, 6_000)
