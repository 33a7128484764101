"""`secc safe-state`: what it drives, in which order, whatever goes wrong on the way, and how little it costs."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from linux_tree import PILOT, Tree, tree

from secc import safe
from secc.hw.linux import gpio_outputs
from secc.hw.linux.gpio_outputs import CHIPINFO, GET_CHIPINFO, GET_LINE, GET_LINEINFO, LINEINFO, REQUEST
from secc.sim.link import LinkServer, decode_drive, drive_of
from secc.sim.plant import DEAD_BOARD, Controls

__all__ = ["tree"]

BANKS = ("209c000.gpio", "20a0000.gpio", "20a4000.gpio", "20a8000.gpio", "20ac000.gpio")
SAFE = [("20a4000.gpio", 12, 0), ("20a4000.gpio", 13, 0), ("20a4000.gpio", 7, 1), ("20a4000.gpio", 8, 0)]
"""Chip, line and physical level: relays off, IN1_N of the motor high, IN2 low."""


class Kernel:
    """The GPIO chips of the board, at the level of ioctl."""

    def __init__(self, dev: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.labels = {str(dev / f"gpiochip{number}"): label for number, label in enumerate(reversed(BANKS))}
        self.names: dict[tuple[str, int], str] = {}
        self.busy: set[tuple[str, int]] = set()
        self.silent: set[str] = set()
        self.driven: list[tuple[str, int, int]] = []
        self.let_go: list[str] = []
        for path in self.labels:
            Path(path).touch()
        monkeypatch.setattr(fcntl, "ioctl", self.ioctl)

    def ioctl(self, fd: int, request: int, data: bytearray) -> None:
        path = os.readlink(f"/proc/self/fd/{fd}")
        label = self.labels[path]
        if label in self.silent:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        if request == GET_CHIPINFO:
            data[:] = CHIPINFO.pack(b"gpiochip", label.encode(), 32)
        elif request == GET_LINEINFO:
            offset = LINEINFO.unpack(data)[2]
            data[:] = LINEINFO.pack(self.names.get((label, offset), "").encode(), b"", offset, 0)
        else:
            assert request == GET_LINE
            offset, consumer, flags, attributes, kind, level, mask, count, _, _ = REQUEST.unpack(data)
            assert (consumer.rstrip(b"\0"), flags, attributes, kind, mask, count) == (b"secc safe-state", 8, 1, 2, 1, 1)
            if (label, offset) in self.busy:
                raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
            self.driven.append((label, offset, level))
            held = os.open("/dev/null", os.O_RDONLY)
            data[-4:] = held.to_bytes(4, sys.byteorder)


@pytest.fixture
def kernel(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> Kernel:
    return Kernel(tree.root / "dev", monkeypatch)


def board(tree: Tree) -> list[str]:
    return safe._board("tarragon", str(tree.root))


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize("named", [True, False])
def test_relays_first_then_the_motor_then_the_pilot(tree: Tree, kernel: Kernel, named: bool) -> None:
    if named:
        kernel.names = {("chip 20a4000.gpio", line.gpio % 32): line.line for line in tree.board.safe_lines}
        kernel.labels = {path: f"chip {label}" for path, label in kernel.labels.items()}
    tree.exported(PILOT, 1_000_000, 266_700, 1)
    before = descriptors()
    assert board(tree) == []
    assert [(label.removeprefix("chip "), *rest) for label, *rest in kernel.driven] == SAFE
    assert tree.diary == [f"{PILOT} duty_cycle 1000000"]
    assert descriptors() == before
    assert board(tree) == []
    assert len(kernel.driven) == 8
    assert tree.state(PILOT) == (1_000_000, 1_000_000, 1)


@pytest.mark.parametrize("left", [None, (1_000_000, 500_000, 0), (0, 0, 0)], ids=["never used", "off", "fresh"])
def test_a_pilot_that_is_not_driven_stays_so(tree: Tree, kernel: Kernel, left: tuple[int, int, int] | None) -> None:
    if left is not None:
        tree.exported(PILOT, *left)
    assert board(tree) == []
    assert tree.diary == []
    assert kernel.driven == SAFE


def test_what_fails_does_not_keep_the_rest_from_it(tree: Tree, kernel: Kernel) -> None:
    tree.exported(PILOT, 1_000_000, 0, 1)
    kernel.busy = {("20a4000.gpio", 12), ("20a4000.gpio", 7)}
    kernel.silent = {"209c000.gpio"}
    assert board(tree) == [
        "relay_1_enable (line RELAY_1_ENABLE, GPIO 76): Device or resource busy: not switched off",
        "motor_1_in1 (line MOTOR_1_DRIVER_IN1_N, GPIO 71): Device or resource busy: not switched off",
    ]
    assert kernel.driven == [SAFE[1], SAFE[3]]
    assert tree.diary == [f"{PILOT} duty_cycle 1000000"]


def test_the_chip_of_the_relays_does_not_answer(tree: Tree, kernel: Kernel) -> None:
    kernel.silent = {"20a4000.gpio"}
    wrong = board(tree)
    assert len(wrong) == 4
    assert wrong[0].startswith("relay_1_enable (line RELAY_1_ENABLE, GPIO 76): there is no such line on this machine; ")
    assert "gpiochip2: Input/output error" in wrong[0]


def test_no_board_at_all(tmp_path: Path) -> None:
    wrong = safe._board("tarragon", str(tmp_path))
    assert wrong == [
        f"{tmp_path}/dev: No such file or directory: no GPIO line can be switched off",
        f"control pilot: {tmp_path}/sys/class/pwm: there is no PWM generator 20fc000.pwm",
    ]
    assert safe._board("nothing.toml")[0].startswith("nothing.toml: no board profile can be read there")


def test_nothing_but_the_kernel_is_needed(tree: Tree, kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpiod", None)
    assert board(tree) == []
    assert kernel.driven == SAFE
    assert gpio_outputs.CONSUMER == b"secc safe-state"


class Plant:
    """A plant that looks at its wires every now and then."""

    def __init__(self, path: Path) -> None:
        self.server = LinkServer(str(path))
        self.looks = True
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while self.looks:
            self.drives = self.server.controls
            self.server.show(DEAD_BOARD)
            time.sleep(0.005)

    def end(self) -> None:
        self.looks = False
        self._thread.join()
        self.server.close()


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    it = Plant(tmp_path / "plant.sock")
    yield it
    it.end()


def secc(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "secc", "safe-state", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_the_simulated_board(tmp_path: Path, plant: Plant) -> None:
    charging = Controls(True, True, False, True, 26.67, (True, False) * 3, 6000)
    plant.server._controls = charging
    for _ in range(2):
        ended = secc("--station", f"sim:{tmp_path}/plant.sock")
        assert (ended.returncode, ended.stdout) == (0, "")
        assert ended.stderr == "secc: safe-state: relays off, lock motor coasts, no PWM at the pilot\n"
        assert plant.drives == Controls(duty_pct=100, digital_out=(True, False) * 3, threshold_mv=6000)


def test_what_it_says_is_what_the_plant_understands() -> None:
    drive = decode_drive(safe.SIMULATED.rstrip(b"\n"))
    assert dict(drive) == {
        name: value
        for name, value in drive_of(Controls(duty_pct=100)).items()
        if not name.startswith(("digital", "thr"))
    }


def test_no_plant_and_a_plant_that_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert safe.safe_state(f"sim:{tmp_path}/none.sock") == 69
    assert "none.sock: no simulated plant answers there: No such file or directory" in capsys.readouterr().err
    server = LinkServer(str(tmp_path / "hung.sock"))
    monkeypatch.setattr(safe, "ANSWER_S", 0.05)
    assert safe.safe_state(f"sim:{tmp_path}/hung.sock") == 69
    assert "hung.sock: the simulated plant does not answer within 0.05 s" in capsys.readouterr().err
    server.close()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--station", "sim"), 64, "--station 'sim': sim:SOCKET, tarragon or FILE.toml"),
        (("--station", "sim:"), 64, "--station 'sim:'"),
        (("--station", "moon"), 64, "--station 'moon'"),
        ((), 64, "--station"),
        (("--station=moon",), 64, "--station 'moon'"),
        (("--station", "none.toml"), 69, "none.toml: no board profile can be read there"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: tuple[str, ...], code: int, message: str) -> None:
    ended = secc(*arguments)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr


def test_it_imports_next_to_nothing(tmp_path: Path) -> None:
    """Measured: 51 million instructions for the whole command, 39 of them the interpreter; gpiod alone has 112. At the
    250 million a second of a slow board (emulated Cortex-A7): 0.195 s for the command, 0.135 s for the interpreter."""
    code = (
        "import sys; sys.argv = ['secc', 'safe-state', '--station', 'none.toml']; before = set(sys.modules)\n"
        "from secc.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"from secc import safe; safe._board('tarragon', {str(tmp_path)!r})\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    ended = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert set(ended.stdout.split()) <= {
        "__future__", "_struct", "errno", "fcntl", "secc", "secc.__main__", "secc.hw", "secc.hw.board", "secc.hw.linux",
        "secc.hw.linux.gpio_outputs", "secc.hw.linux.pwm", "secc.safe", "struct",
    }  # fmt: skip
