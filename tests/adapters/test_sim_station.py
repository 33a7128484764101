"""The simulated station as hardware, and the bench that lets its plant live."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from secc.hw.linked import LinkedStation
from secc.hw.sim import SimStation
from secc.ports import PortError
from secc.runtime.clock import VirtualClock
from secc.sim.actions import Break, Plug, Rotary
from secc.sim.bench import MAX_BEHIND_MS, MAX_STEPS_AT_ONCE, STEP_MS, Bench, Wiring
from secc.sim.ev import EvSpec
from secc.sim.plant import DEAD_BOARD, Controls, StationSpec, build

if TYPE_CHECKING:
    from secc.ports import Station

INPUTS = (
    "relay_1_sense", "relay_2_sense", "rotary_switch_1_1", "rotary_switch_1_2", "rotary_switch_1_4",
    "rotary_switch_1_8", *(f"digital_in_{n}" for n in range(1, 7)),
)  # fmt: skip
OUTPUTS = ("relay_1_enable", "relay_2_enable", "motor_1_in1", "motor_1_in2", *(f"digital_out_{n}" for n in range(1, 7)))
CHANNELS = ("proximity", "motor_1_sense", "motor_capacitor")


class LateClock(VirtualClock):
    """A VirtualClock whose calls come too late, as on a busy machine."""

    def stall(self, ms: int) -> None:
        self._now_ms += ms


def wired(clock: VirtualClock) -> tuple[SimStation, Bench]:
    station = SimStation()
    bench = Bench(build(StationSpec(), EvSpec(ready_after_ms=0)), station, clock)
    bench.start()
    return station, bench


def test_it_is_a_station_and_its_two_sides_fit() -> None:
    station: Station = SimStation()
    linked: Station = LinkedStation("/nowhere")
    assert isinstance(station, Wiring)
    assert not isinstance(linked, Wiring)


def test_all_names() -> None:
    station = SimStation()
    assert all(station.digital_in(name).read() is False for name in INPUTS)
    for name in OUTPUTS:
        station.digital_out(name).write(False)
    assert all(0 <= station.adc(name).read() <= 4095 for name in CHANNELS)
    station.pilot().drive(None)
    assert station.controls == Controls()


@pytest.mark.parametrize(("kind", "known"), [("digital_in", INPUTS), ("digital_out", OUTPUTS), ("adc", CHANNELS)])
def test_unknown_names_are_refused_with_the_known_ones(kind: str, known: tuple[str, ...]) -> None:
    with pytest.raises(PortError) as caught:
        getattr(SimStation(), kind)("relay_9")
    assert "'relay_9'" in str(caught.value)
    assert ", ".join(known) in str(caught.value)


def test_every_output_drives_its_own_line() -> None:
    for number, name in enumerate(OUTPUTS):
        station = SimStation()
        station.digital_out(name).write(True)
        c = station.controls
        lines = (c.relay_1, c.relay_2, c.motor_in1, c.motor_in2, *c.digital_out)
        assert [i for i, level in enumerate(lines) if level] == [number]
        station.digital_out(name).write(False)
        assert station.controls == Controls()


@pytest.mark.parametrize("duty", [-0.1, 100.1, float("nan"), float("inf")])
def test_a_duty_cycle_that_cannot_be_made(duty: float) -> None:
    station = SimStation()
    with pytest.raises(PortError, match="cannot be made"):
        station.pilot().drive(duty)
    assert station.controls.duty_pct is None


def test_before_there_is_a_plant_the_board_is_dead() -> None:
    station = SimStation()
    raw, _ = station.peaks().read()
    assert abs((raw * 3300 // 4095) * 4561 // 476 - 16013) < 20
    assert station.readings is DEAD_BOARD


def test_the_contactor_answers_with_edges() -> None:
    clock = VirtualClock()
    station, _ = wired(clock)
    heard: list[tuple[int, bool]] = []
    station.digital_in("relay_1_sense").watch(lambda level: heard.append((clock.now_ms(), level)))
    station.digital_out("relay_1_enable").write(True)
    clock.advance(200)
    station.digital_out("relay_1_enable").write(False)
    clock.advance(200)
    assert [level for _, level in heard] == [True, False]
    assert all(late <= 40 for late in (heard[0][0], heard[1][0] - 200))


def test_the_rotary_switch_reads_its_position() -> None:
    clock = VirtualClock()
    station, bench = wired(clock)
    for position in range(16):
        assert bench.act(Rotary(position)) is None
        clock.advance(STEP_MS)
        bits = [bit for bit in (1, 2, 4, 8) if station.digital_in(f"rotary_switch_1_{bit}").read()]
        assert sum(bits) == position


def test_one_step_every_five_milliseconds() -> None:
    clock = VirtualClock()
    _, bench = wired(clock)
    clock.advance(10_000)
    assert (bench.steps, bench.plant.t_ms) == (2000, 10_000)


def test_a_bench_that_stopped_stands_still() -> None:
    clock = VirtualClock()
    _, bench = wired(clock)
    clock.advance(100)
    bench.stop()
    clock.advance(1000)
    assert bench.plant.t_ms == 100
    bench.start()
    clock.advance(100)
    assert bench.plant.t_ms == 200


def test_it_may_be_stopped_from_within_a_step() -> None:
    clock = VirtualClock()
    benches: list[Bench] = []

    def stop() -> None:
        benches[0].stop()

    benches.append(Bench(build(StationSpec(), EvSpec()), SimStation(), clock, stop))
    bench = benches[0]
    bench.start()
    clock.advance(1000)
    assert bench.steps == 1
    assert clock.pending() == 0


@pytest.mark.parametrize("stall_ms", [3, 17, 199, 201, 1_003, 9_990])
def test_a_late_bench_catches_up_without_losing_time(stall_ms: int) -> None:
    clock = LateClock()
    _, bench = wired(clock)
    clock.advance(100)
    before = bench.steps
    clock.stall(stall_ms)
    clock.advance(20)
    assert clock.now_ms() - bench.plant.t_ms < STEP_MS
    assert bench.steps - before <= 2 * MAX_STEPS_AT_ONCE + 5


def test_a_suspended_machine_loses_time_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    clock = LateClock()
    _, bench = wired(clock)
    clock.advance(100)
    with caplog.at_level(logging.WARNING):
        clock.stall(3_600_000)
        clock.advance(10)
    assert MAX_BEHIND_MS < bench.plant.t_ms < MAX_BEHIND_MS + 200
    assert "stood still" in caplog.text


def test_energy_counts_real_time_even_on_a_busy_machine() -> None:
    def charged(stall_ms: int) -> float:
        clock = LateClock()
        station, bench = wired(clock)
        assert bench.act(Plug()) is None
        station.pilot().drive(26.67)
        station.digital_out("relay_1_enable").write(True)
        clock.advance(20_000)
        for _ in range(100):
            clock.stall(stall_ms)
            clock.advance(1000 - stall_ms)
        return bench.plant.meter.energy_wh

    assert charged(700) == pytest.approx(charged(0), rel=0.002)


def test_what_is_done_shows_with_the_next_step() -> None:
    clock = VirtualClock()
    station, bench = wired(clock)
    station.threshold().drive(6000)
    clock.advance(STEP_MS)
    assert bench.act(Break("emergency_stop")) is None
    assert not station.digital_in("digital_in_1").read()
    clock.advance(STEP_MS)
    assert station.digital_in("digital_in_1").read()
