"""GPIO lines: how they are found and claimed, and that both of our ways to the kernel speak its language."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import fake_gpiod
import pytest
from fake_gpiod import Chip, ChipLines

from secc.hw.board import Board, load
from secc.hw.linux import gpio_outputs
from secc.hw.linux.lines import GpiodLines
from secc.hw.linux.station import LinuxStation
from secc.ports import PortError

BANKS = ("209c000.gpio", "20a0000.gpio", "20a4000.gpio", "20a8000.gpio", "20ac000.gpio")


class Machine:
    """Five banks, in an order of their own, and a chip that somebody plugged in."""

    def __init__(self, dev: Path, named: bool) -> None:
        self.board: Board = load("tarragon")
        self.banks = {label: ChipLines(label) for label in BANKS}
        order = (ChipLines("0-0020"), *reversed(self.banks.values()))
        Chip.chips = {f"{dev}/gpiochip{number}": chip for number, chip in enumerate(order)}
        Chip.requests = []
        dev.mkdir()
        for path in Chip.chips:
            Path(path).touch()
        (dev / "null").touch()
        if named:
            for line in (*self.board.lines.values(), self.board.pilot_enable, *self.board.peak_resets):
                self.wire(line.gpio).name = line.line
        self.lines = GpiodLines(self.board, str(dev))

    def wire(self, gpio: int) -> fake_gpiod.Wire:
        return self.banks[BANKS[gpio // 32]].wires[gpio % 32]


@pytest.fixture(params=[True, False], ids=["names", "numbers"])
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Machine]:
    monkeypatch.setitem(sys.modules, "gpiod", fake_gpiod)  # type: ignore[misc]
    yield Machine(tmp_path / "dev", request.param)
    Chip.chips = {}


def test_every_line_of_the_profile_is_found(machine: Machine) -> None:
    lines = machine.board.lines.values()
    for line in lines:
        if line.output:
            machine.lines.claim_outputs(line)
        else:
            machine.lines.claim_input(line)
    held = [
        32 * bank + offset
        for bank, label in enumerate(BANKS)
        for offset, wire in enumerate(machine.banks[label].wires)
        if wire.holder == "secc"
    ]
    assert held == sorted(line.gpio for line in lines)


def test_a_name_goes_before_a_number(machine: Machine) -> None:
    moved = machine.wire(5)
    machine.wire(76).name, moved.name = "SOMETHING", "RELAY_1_ENABLE"
    machine.lines.claim_outputs(machine.board.lines["relay_1_enable"]).write(True)
    assert moved.level
    assert not machine.wire(76).holder


def test_a_line_that_is_called_something_else_is_never_driven_by_its_number(machine: Machine) -> None:
    machine.wire(76).name = "FAN_POWER"
    with pytest.raises(PortError, match="FAN_POWER"):
        machine.lines.claim_outputs(machine.board.lines["relay_1_enable"])
    assert not machine.wire(76).holder


def test_levels_are_logical(machine: Machine) -> None:
    in1 = machine.lines.claim_outputs(machine.board.lines["motor_1_in1"])
    assert (in1.read(), machine.wire(71).level) == (False, True)
    in1.write(True)
    assert (in1.read(), machine.wire(71).level) == (True, False)
    machine.wire(128).level = True
    bit = machine.lines.claim_input(machine.board.lines["rotary_switch_1_1"])
    assert not bit.read()
    machine.wire(128).level = False
    assert bit.read()
    sense = machine.lines.claim_input(machine.board.lines["relay_1_sense"])
    assert not sense.read()
    machine.wire(131).level = True
    assert sense.read()


@pytest.mark.parametrize(
    ("name", "was_output", "level", "becomes"),
    [
        ("relay_1_enable", True, True, False),
        ("motor_1_in1", True, False, True),
        ("digital_out_4", True, True, True),
        ("digital_out_4", True, False, False),
        ("digital_out_4", False, True, False),
    ],
)
def test_what_becomes_of_outputs_that_are_claimed(
    machine: Machine, name: str, was_output: bool, level: bool, becomes: bool
) -> None:
    line = machine.board.lines[name]
    wire = machine.wire(line.gpio)
    wire.output, wire.level = was_output, level
    outputs = machine.lines.claim_outputs(line)
    assert (wire.level, wire.output, wire.holder) == (becomes, True, "secc")
    assert outputs.read() is (becomes != line.active_low)


def test_the_peak_resets_are_one_request_and_one_call(machine: Machine) -> None:
    both = machine.lines.claim_outputs(*machine.board.peak_resets)
    both.write(True)
    assert (machine.wire(138).level, machine.wire(139).level) == (True, True)
    both.write(False)
    assert (machine.wire(138).level, machine.wire(139).level) == (False, False)
    assert [request.calls for request in Chip.requests] == [["set_values", "set_values"]]
    with pytest.raises(PortError, match="are on two chips"):
        machine.lines.claim_outputs(machine.board.lines["relay_1_enable"], machine.board.pilot_enable)


def test_edges_are_listened_to_when_somebody_watches(machine: Machine) -> None:
    line = machine.lines.claim_input(machine.board.lines["digital_in_2"])
    (request,) = Chip.requests
    assert request.config[122 % 32].edge_detection is fake_gpiod.Edge.NONE
    assert line.listen() == request.fd
    assert request.config[122 % 32].edge_detection is fake_gpiod.Edge.BOTH
    assert line.edges() == [True, False]


def test_a_line_that_somebody_else_holds(machine: Machine) -> None:
    machine.wire(124).holder = "sysfs"
    station = LinuxStation(machine.board, lines=machine.lines)
    station.digital_in("digital_in_1")
    with pytest.raises(PortError) as caught:
        station.digital_in("digital_in_3")
    message = str(caught.value)
    assert message.startswith("digital_in_3 (line DIGITAL_IN_3, GPIO 124) is in use by sysfs: ")
    assert "echo 124 > /sys/class/gpio/unexport" in message
    assert "customer.json" in message
    machine.wire(76).holder, machine.wire(76).output = "", True
    machine.wire(87).holder, machine.wire(87).output = "fan", True
    with pytest.raises(PortError, match=r"digital_out_4 .* is in use by fan"):
        station.digital_out("digital_out_4")
    machine.wire(139).holder = "probe"
    with pytest.raises(PortError, match=r"negative_peak_reset .* is in use by probe"):
        machine.lines.claim_outputs(*machine.board.peak_resets)


def test_a_machine_that_is_no_such_board(machine: Machine, tmp_path: Path) -> None:
    line = machine.board.lines["relay_1_enable"]
    machine.wire(76).name = ""
    machine.banks["20a4000.gpio"].label = "other"
    with pytest.raises(
        PortError, match=r"relay_1_enable \(.*\): no chip has a line of this name, and none is called 20a"
    ):
        machine.lines.claim_outputs(line)
    (tmp_path / "empty").mkdir()
    with pytest.raises(PortError, match=r"empty/gpiochip\*: there are no GPIO chips: this is no tarragon board"):
        GpiodLines(machine.board, str(tmp_path / "empty")).claim_outputs(line)


def test_chips_that_cannot_be_opened(machine: Machine, tmp_path: Path) -> None:
    path = next(iter(Chip.chips))
    for error, message in (
        (PermissionError(13, "Permission denied"), r"gpiochip0: not allowed: .* group .*\(gpio\)"),
        (OSError(19, "No such device"), "gpiochip0: cannot be opened: No such device"),
    ):
        Chip.chips[path] = error
        with pytest.raises(PortError, match=message):
            GpiodLines(machine.board, str(tmp_path / "dev")).claim_input(machine.board.lines["relay_1_sense"])


def test_without_the_library(machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpiod", None)
    with pytest.raises(PortError, match=r"install secc\[gpio\]"):
        GpiodLines(machine.board, str(tmp_path / "dev")).claim_input(machine.board.lines["relay_1_sense"])


@pytest.mark.skipif(find_spec("gpiod") is None, reason="the library gpiod is not installed")
def test_the_real_library_has_what_the_fake_one_has() -> None:
    import gpiod  # type: ignore[import-not-found,import-untyped,unused-ignore]

    assert gpiod.api_version.split(".")[0] == "2"
    for kind in ("Direction", "Edge", "Value"):
        real = getattr(gpiod.line, kind)
        assert {word.name for word in getattr(fake_gpiod, kind)} <= {word.name for word in real}
    assert gpiod.EdgeEvent.Type.RISING_EDGE is not gpiod.EdgeEvent.Type.FALLING_EDGE
    settings = gpiod.LineSettings(
        direction=gpiod.line.Direction.OUTPUT, active_low=True, output_value=gpiod.line.Value.ACTIVE,
        edge_detection=gpiod.line.Edge.NONE,
    )  # fmt: skip
    assert settings.active_low
    for name in ("line_offset_from_id", "get_info", "get_line_info", "request_lines"):
        assert callable(getattr(gpiod.Chip, name))
    for name in ("get_value", "set_values", "reconfigure_lines", "read_edge_events", "release", "fd"):
        assert hasattr(gpiod.LineRequest, name)


LAYOUT = """
#include <stddef.h>
#include <stdio.h>
#include <linux/gpio.h>
#define OF(type, part) printf("%zu ", offsetof(struct type, part))
int main(void) {
    printf("%zu %zu %zu ", sizeof(struct gpiochip_info), sizeof(struct gpio_v2_line_info),
           sizeof(struct gpio_v2_line_request));
    OF(gpiochip_info, label); OF(gpiochip_info, lines);
    OF(gpio_v2_line_info, consumer); OF(gpio_v2_line_info, offset);
    OF(gpio_v2_line_request, consumer); OF(gpio_v2_line_request, config.flags);
    OF(gpio_v2_line_request, config.num_attrs); OF(gpio_v2_line_request, config.attrs[0].attr.id);
    OF(gpio_v2_line_request, config.attrs[0].attr.values); OF(gpio_v2_line_request, config.attrs[0].mask);
    OF(gpio_v2_line_request, num_lines); OF(gpio_v2_line_request, fd);
    printf("%lu %lu %lu ", (unsigned long)GPIO_GET_CHIPINFO_IOCTL, (unsigned long)GPIO_V2_GET_LINEINFO_IOCTL,
           (unsigned long)GPIO_V2_GET_LINE_IOCTL);
    printf("%d %d\\n", GPIO_V2_LINE_FLAG_OUTPUT, GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES);
    return 0;
}
"""


def test_our_structures_are_those_of_the_kernel(tmp_path: Path) -> None:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None or not Path("/usr/include/linux/gpio.h").exists():
        pytest.skip("no C compiler, or no kernel headers")
    (tmp_path / "layout.c").write_text(LAYOUT)
    built = subprocess.run(
        [compiler, "-o", "layout", "layout.c"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    printed = subprocess.run(["./layout"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    numbers = [int(number) for number in printed.split()]
    o = gpio_outputs
    assert numbers[:3] == [o.CHIPINFO.size, o.LINEINFO.size, o.REQUEST.size]
    marks = o.REQUEST.pack(0x11111111, b"consumer", 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99)
    assert numbers[3:7] == [
        32,
        64,
        o.LINEINFO.pack(b"", b"C", 0, 0).index(b"C"),
        o.LINEINFO.pack(b"", b"", 7, 0).index(b"\7"),
    ]
    places = [
        marks.index(mark) for mark in (b"consumer", b"\x22", b"\x33", b"\x44", b"\x55", b"\x66", b"\x77", b"\x99")
    ]
    assert numbers[7:15] == places
    assert numbers[15:18] == [o.GET_CHIPINFO, o.GET_LINEINFO, o.GET_LINE]
    assert numbers[18:] == [o._OUTPUT, o._OUTPUT_VALUES]


GPIO_SIM = Path("/sys/kernel/config/gpio-sim")


class Simulated:
    """Two banks of the board as the kernel's own simulation makes them (module gpio-sim)."""

    def __init__(self) -> None:
        self.folder = GPIO_SIM / f"secc{os.getpid()}"
        self.folder.mkdir()
        self.board = load("tarragon")
        for bank in (3, 4):
            (self.folder / f"bank{bank}").mkdir()
            (self.folder / f"bank{bank}/num_lines").write_text("32")
            for line in self.board.lines.values():
                if line.gpio // 32 + 1 == bank:
                    place = self.folder / f"bank{bank}/line{line.gpio % 32}"
                    place.mkdir()
                    (place / "name").write_text(line.line)
        (self.folder / "live").write_text("1")

    def sysfs(self, gpio: int, name: str) -> Path:
        chip = (self.folder / f"bank{gpio // 32 + 1}/chip_name").read_text().strip()
        device = (self.folder / "dev_name").read_text().strip()
        return Path(f"/sys/devices/platform/{device}/{chip}/sim_gpio{gpio % 32}/{name}")

    def end(self) -> None:
        (self.folder / "live").write_text("0")
        for place in sorted(self.folder.glob("bank*/line*")) + sorted(self.folder.glob("bank*")) + [self.folder]:
            place.rmdir()


@pytest.fixture
def simulated() -> Iterator[Simulated]:
    if find_spec("gpiod") is None:
        pytest.skip("the library gpiod is not installed")
    if not os.access(GPIO_SIM, os.W_OK):
        pytest.skip("this kernel has no gpio-sim for us (modprobe gpio-sim, mount configfs, be root)")
    it = Simulated()
    try:
        yield it
    finally:
        it.end()


def test_lines_of_a_real_kernel(simulated: Simulated) -> None:
    async def main() -> list[bool]:
        station = LinuxStation(simulated.board)
        relay, heard = station.digital_out("relay_1_enable"), []
        relay.write(True)
        assert simulated.sysfs(76, "value").read_text().strip() == "1"
        station.digital_in("digital_in_3").watch(heard.append)
        for pull in ("pull-up", "pull-down"):
            simulated.sysfs(124, "pull").write_text(pull)
            await asyncio.sleep(0.05)
        with pytest.raises(PortError, match="is in use by secc"):
            LinuxStation(simulated.board).digital_out("relay_1_enable")
        return heard

    assert asyncio.run(main()) == [True, False]
    assert gpio_outputs.switch_off(simulated.board, [simulated.board.lines["relay_1_enable"]]) == []
