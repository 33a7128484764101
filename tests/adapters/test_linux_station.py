"""The board's station on a tree of files: what is claimed when, and what is written where, in which order."""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linux_tree import ADC, PILOT, THRESHOLD, Bench, KernelOs, Tree, bench, tree

from secc.contract.terminals import INPUTS, OUTPUTS
from secc.evsed.duty import to_milliampere
from secc.hw.board import load
from secc.hw.linux import pwm
from secc.hw.linux.pwm import Pwm
from secc.hw.linux.station import LinuxPilotOut, LinuxStation
from secc.ports import PortError

if TYPE_CHECKING:
    from secc.ports import Station

__all__ = ["bench", "tree"]

INIT = ["pilot_enable 0", "export 0", "period 1000000"]


def test_it_is_a_station_and_claims_nothing_by_itself(bench: Bench) -> None:
    station: Station = bench.station
    assert bench.lines.claimed == bench.tree.diary == []
    station.digital_in("digital_in_3")
    station.digital_out("relay_1_enable")
    assert bench.lines.claimed == ["digital_in_3", "relay_1_enable"]
    assert station.digital_in("digital_in_3") is station.digital_in("digital_in_3")
    assert station.digital_out("relay_1_enable") is station.digital_out("relay_1_enable")
    assert station.adc("proximity") is station.adc("proximity")
    assert station.pilot() is station.pilot()
    assert station.peaks() is station.peaks()
    assert station.threshold() is station.threshold()
    assert bench.lines.claimed[2:] == ["pilot_enable", "positive_peak_reset", "negative_peak_reset"]


def test_terminals_are_the_lines_of_the_profile() -> None:
    lines = load("tarragon").lines
    assert {name: lines[name].gpio for name in INPUTS.values()} == {name: gpio for gpio, name in INPUTS.items()}
    assert {name: lines[name].gpio for name in OUTPUTS.values()} == {name: gpio for gpio, name in OUTPUTS.items()}
    assert not any(lines[name].output for name in INPUTS.values())
    assert not any(lines[name].active_low for name in (*INPUTS.values(), *OUTPUTS.values()))


@pytest.mark.parametrize(
    ("kind", "name", "known"),
    [
        ("digital_in", "digital_in_7", "relay_1_sense, relay_2_sense, digital_in_1"),
        ("digital_in", "relay_1_enable", "relay_1_sense"),
        ("digital_out", "relay_1_sense", "relay_1_enable, relay_2_enable, motor_1_in1, motor_1_in2, digital_out_1"),
        ("digital_out", "pilot_enable", "relay_1_enable"),
        ("adc", "battery", "it has motor_1_sense, motor_capacitor, proximity"),
    ],
)
def test_unknown_names_are_refused_with_the_known_ones(bench: Bench, kind: str, name: str, known: str) -> None:
    with pytest.raises(PortError, match=f"tarragon has no .* {name!r}; .*{known}"):
        getattr(bench.station, kind)(name)
    assert bench.lines.claimed == []


def test_outputs_and_inputs(bench: Bench) -> None:
    relay = bench.station.digital_out("relay_1_enable")
    assert bench.did(lambda: relay.write(True)) == ["relay_1_enable 1"]
    assert bench.did(lambda: relay.write(False)) == ["relay_1_enable 0"]
    bench.lines.outputs["relay_1_enable"].fails = True
    with pytest.raises(PortError, match=r"relay_1_enable \(line RELAY_1_ENABLE, GPIO 76\): Input/output error"):
        relay.write(True)
    bench.lines.levels["rotary_switch_1_8"] = True
    assert bench.station.digital_in("rotary_switch_1_8").read()
    assert not bench.station.digital_in("rotary_switch_1_1").read()


@pytest.mark.parametrize(
    ("edges", "settles", "told"),
    [
        ((True,), None, [True]),
        ((True, False), None, [True, False]),
        ((True, False, True), None, [True, False, True]),
        ((True,), False, [True, False]),
        ((), True, [True]),
        ((), False, []),
    ],
    ids=["one", "a short pulse", "bounce", "the second edge was lost", "all edges were lost", "nothing happened"],
)
def test_edges_are_told_in_order_and_the_level_has_the_last_word(
    bench: Bench, edges: tuple[bool, ...], settles: bool | None, told: list[bool]
) -> None:
    async def main() -> tuple[list[bool], list[bool], int]:
        heard: list[bool] = []
        also: list[bool] = []
        source = bench.station.digital_in("digital_in_2")
        source.watch(heard.append)
        source.watch(also.append)
        line = bench.lines.inputs["digital_in_2"]
        line.edge(*edges, settles=settles)
        for _ in range(20):
            await asyncio.sleep(0)
        reads = line.reads
        asyncio.get_running_loop().remove_reader(line.listen())
        line.close()
        return heard, also, reads

    heard, also, reads = asyncio.run(main())
    assert heard == also == told
    assert reads == 2  # when the watch began, and once for all edges: nothing spins


def test_edges_need_a_loop(bench: Bench) -> None:
    with pytest.raises(PortError, match=r"digital_in_1 .*: edges need a running loop"):
        bench.station.digital_in("digital_in_1").watch(lambda level: None)


def test_analogue_inputs_are_found_by_the_name_of_the_converter(bench: Bench) -> None:
    assert [bench.station.adc(name).read() for name in ("motor_1_sense", "motor_capacitor", "proximity")] == [
        0,
        400,
        500,
    ]
    bench.tree.adc(5).write_text("4095\n")
    assert bench.station.adc("proximity").read() == 4095


@pytest.mark.parametrize(
    ("text", "message"), [("", "says no number"), ("x\n", "no number"), ("4096\n", "is no reading")]
)
def test_a_converter_that_talks_nonsense(bench: Bench, text: str, message: str) -> None:
    bench.tree.adc(5).write_text(text)
    with pytest.raises(PortError, match=f"in_voltage5_raw: .*{message}"):
        bench.station.adc("proximity").read()


def test_a_converter_that_is_not_there(bench: Bench) -> None:
    bench.tree.adc(5).unlink()
    with pytest.raises(PortError, match="in_voltage5_raw: the converter has no such channel"):
        bench.station.adc("proximity")
    (bench.tree.adc(0).parent / "name").write_text("other\n")
    with pytest.raises(PortError, match=f"there is no converter {ADC}"):
        LinuxStation(bench.tree.board, bench.tree.root, bench.lines).adc("motor_1_sense")


def test_the_peak_detectors_are_reset_together(bench: Bench) -> None:
    peaks = bench.station.peaks()
    assert bench.did(lambda: peaks.reset(held=True)) == ["positive_peak_reset+negative_peak_reset 1"]
    assert bench.did(lambda: peaks.reset(held=False)) == ["positive_peak_reset+negative_peak_reset 0"]
    assert peaks.read() == (200, 300)


def test_the_pilot_from_nothing(bench: Bench) -> None:
    assert bench.did(bench.station.pilot) == INIT
    pilot = bench.station.pilot()
    assert bench.did(lambda: pilot.drive(None)) == []
    assert bench.did(lambda: pilot.drive(100)) == ["duty_cycle 1000000", "enable 1", "pilot_enable 1"]
    assert bench.did(lambda: pilot.drive(26.67)) == ["duty_cycle 266700"]
    assert bench.did(lambda: pilot.drive(5)) == ["duty_cycle 50000"]
    assert bench.did(lambda: pilot.drive(0)) == ["duty_cycle 0"]
    assert bench.tree.state(PILOT) == (1_000_000, 0, 1)


@pytest.mark.parametrize("duty", [-0.01, 100.01, float("nan"), float("inf")])
def test_a_duty_cycle_that_cannot_be_made(bench: Bench, duty: float) -> None:
    pilot = bench.station.pilot()
    with pytest.raises(PortError, match="cannot be made"):
        pilot.drive(duty)
    assert bench.tree.diary == [f"{PILOT} {entry}" if "pilot" not in entry else entry for entry in INIT]


def test_letting_go_of_the_pilot_takes_two_milliseconds_of_plus_twelve_volts(bench: Bench) -> None:
    async def main() -> None:
        pilot = bench.station.pilot()
        pilot.drive(50)
        assert bench.did(lambda: pilot.drive(None)) == ["duty_cycle 1000000"]
        assert bench.did(lambda: pilot.drive(None)) == []
        before = len(bench.tree.diary)
        start_s = asyncio.get_running_loop().time()
        while len(bench.tree.diary) == before:
            await asyncio.sleep(0)
        assert asyncio.get_running_loop().time() - start_s >= 0.0015
        assert bench.tree.diary[before:] == ["pilot_enable 0", f"{PILOT} enable 0"]
        assert bench.did(lambda: pilot.drive(10)) == ["duty_cycle 100000", "enable 1", "pilot_enable 1"]
        pilot.drive(None)
        assert bench.did(lambda: pilot.drive(16)) == ["duty_cycle 160000"]
        before = len(bench.tree.diary)
        await asyncio.sleep(0.01)
        assert bench.tree.diary[before:] == []

    asyncio.run(main())


def test_a_generator_that_runs_is_taken_over_as_it_is(bench: Bench) -> None:
    """A car that charges, or waits, while evsed starts anew sees no edge that nobody wanted."""
    bench.tree.exported(PILOT, 1_000_000, 1_000_000, 1)
    bench.lines.levels["pilot_enable"] = True
    assert bench.did(bench.station.pilot) == []
    assert bench.did(lambda: bench.station.pilot().drive(26.67)) == ["duty_cycle 266700"]


@pytest.mark.parametrize(
    ("left", "connected", "does"),
    [
        ((0, 0, 0, "normal"), False, ["pilot_enable 0", "period 1000000"]),
        ((1_000_000, 500_000, 0, "normal"), True, ["pilot_enable 0"]),
        ((1_000_000, 500_000, 1, "normal"), False, ["pilot_enable 0", "enable 0"]),
        (
            (5_000_000, 2_000_000, 1, "normal"),
            True,
            ["pilot_enable 0", "enable 0", "duty_cycle 0", "period 1000000"],
        ),
        (
            (1_000_000, 100_000, 1, "inversed"),
            True,
            ["pilot_enable 0", "enable 0", "duty_cycle 0", "period 1000000", "polarity normal"],
        ),
    ],
    ids=["fresh", "off", "not connected", "another period", "upside down"],
)
def test_whatever_else_was_left_is_disconnected_and_set_up(
    bench: Bench, left: tuple[int, int, int, str], connected: bool, does: list[str]
) -> None:
    bench.tree.exported(PILOT, *left)
    bench.lines.levels["pilot_enable"] = connected
    assert bench.did(bench.station.pilot) == does
    began = bench.did(lambda: bench.station.pilot().drive(50))
    assert began == ["duty_cycle 500000", "enable 1", "pilot_enable 1"]


class Heard:
    """A generator that only remembers."""

    exported, runs, period_ns = True, True, 1_000_000

    def __init__(self) -> None:
        self.duty_ns = -1

    def set_up(self) -> None:
        pass

    def enable(self, on: bool) -> None:
        assert on

    def drive(self, duty_ns: int) -> None:
        self.duty_ns = duty_ns


class Connected:
    def read(self) -> bool:
        return True

    def write(self, active: bool) -> None:
        assert active


def test_every_hundredth_of_a_per_cent_is_exact() -> None:
    heard = Heard()
    pilot = LinuxPilotOut(heard, Connected())  # type: ignore[arg-type]
    for cycle in range(10_001):
        pilot.drive(cycle / 100)
        assert heard.duty_ns == cycle * 100


@given(st.floats(0, 100))
def test_rounding_never_offers_more(duty_pct: float) -> None:
    heard = Heard()
    LinuxPilotOut(heard, Connected()).drive(duty_pct)  # type: ignore[arg-type]
    assert heard.duty_ns <= duty_pct * 10_000 + 1e-6 < heard.duty_ns + 1
    made, asked = heard.duty_ns // 100, int(duty_pct * 100 + 1e-9)
    if made <= 9700:
        assert to_milliampere(made) <= to_milliampere(asked)


def test_the_threshold(bench: Bench) -> None:
    assert bench.did(bench.station.threshold) == ["export 0", "period 40000"]
    threshold = bench.station.threshold()
    assert bench.did(lambda: threshold.drive(6000)) == ["duty_cycle 20000", "enable 1"]
    for mv, duty in ((0, 0), (1, 3), (3000, 10_000), (11_999, 39_996), (12_000, 40_000)):
        assert bench.did(lambda mv=mv: threshold.drive(mv)) == [f"duty_cycle {duty}"]  # type: ignore[misc]
    for wrong in (-1, 12_001):
        with pytest.raises(PortError, match=f"{wrong} mV cannot be made: 0 to 12000"):
            threshold.drive(wrong)


def test_a_threshold_that_stands_is_not_interrupted(bench: Bench) -> None:
    bench.tree.exported(THRESHOLD, 40_000, 20_000, 1)
    assert bench.did(lambda: bench.station.threshold().drive(6000)) == ["duty_cycle 20000"]


def test_generators_that_are_not_there(bench: Bench) -> None:
    for number in (1, 2):
        (bench.tree.root / f"sys/class/pwm/pwmchip{number}").unlink()
    with pytest.raises(PortError, match=rf"control pilot \(.*/sys/class/pwm\): there is no PWM generator {PILOT}"):
        bench.station.pilot()
    with pytest.raises(PortError, match=f"digital input threshold .*{THRESHOLD}"):
        bench.station.threshold()
    assert bench.lines.claimed == []


def test_a_generator_that_refuses(bench: Bench) -> None:
    pilot = bench.station.pilot()
    pilot.drive(50)
    (bench.tree.channel(PILOT) / "period").write_text("0\n")
    with pytest.raises(PortError, match=r"control pilot \(.*/duty_cycle\): Invalid argument"):
        pilot.drive(20)


def test_a_new_channel_is_waited_for_until_udev_has_given_it_to_us(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel makes it root's; writing before udev came would be refused."""
    kernel = KernelOs(tree)
    allowed = threading.Event()

    def access(path: str, mode: int) -> bool:
        assert (Path(path).name, mode) == ("duty_cycle", os.W_OK)
        return allowed.is_set()

    def opened(path: str, flags: int) -> int:
        assert allowed.is_set() or Path(path).name == "export"
        return KernelOs.open(kernel, path, flags)

    monkeypatch.setattr(kernel, "access", access, raising=False)
    monkeypatch.setattr(kernel, "open", opened)
    monkeypatch.setattr(pwm, "os", kernel)
    threading.Timer(0.05, allowed.set).start()
    Pwm(tree.board.pilot, str(tree.root)).set_up()
    assert allowed.is_set()
    assert tree.diary == [f"{PILOT} export 0", f"{PILOT} period 1000000"]
