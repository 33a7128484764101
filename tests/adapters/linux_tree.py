"""A board without a board: a tree like /sys, the kernel's rules for PWM channels, and GPIO lines that keep a diary.

The rules are those of the real driver (pwm-imx27, Linux 6.1), and stricter where others are: no pulse may be longer
than its period, a channel without a period takes nothing else, and polarity changes only while the generator is off.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from secc.hw.board import Board, Line, load
from secc.hw.linux import pwm
from secc.hw.linux.station import LinuxStation

PILOT, THRESHOLD, ADC = "20fc000.pwm", "2084000.pwm", "2198000.adc"


class Tree:
    """A tree in which things are numbered otherwise than in the guide. `diary` says what was written, in order."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.diary: list[str] = []
        self.board: Board = load("tarragon")
        for number, device in enumerate(("20f8000.pwm", THRESHOLD, PILOT)):
            home = root / "sys/devices/platform/soc" / device
            chip = home / f"pwm/pwmchip{number}"
            chip.mkdir(parents=True)
            (chip / "export").touch()
            (chip / "device").symlink_to("../..")
            (root / "sys/class/pwm").mkdir(parents=True, exist_ok=True)
            (root / f"sys/class/pwm/pwmchip{number}").symlink_to(chip)
        for number, name in enumerate(("accelerometer", ADC)):
            device_folder = root / f"sys/bus/iio/devices/iio:device{number}"
            device_folder.mkdir(parents=True)
            (device_folder / "name").write_text(name + "\n")
        for channel in range(6):
            self.adc(channel).write_text(f"{channel * 100}\n")
        (root / "dev").mkdir()

    def adc(self, channel: int) -> Path:
        return self.root / f"sys/bus/iio/devices/iio:device1/in_voltage{channel}_raw"

    def channel(self, device: str) -> Path:
        return next((self.root / f"sys/devices/platform/soc/{device}/pwm").glob("pwmchip*")) / "pwm0"

    def exported(self, device: str, period: int = 0, duty: int = 0, enable: int = 0, polarity: str = "normal") -> Path:
        """A channel as somebody left it."""
        folder = self.channel(device)
        folder.mkdir()
        for name, value in (("period", period), ("duty_cycle", duty), ("enable", enable), ("polarity", polarity)):
            (folder / name).write_text(f"{value}\n")
        return folder

    def state(self, device: str) -> tuple[int, int, int]:
        """Period, duty and whether it runs."""
        folder = self.channel(device)
        return tuple(int((folder / name).read_text()) for name in ("period", "duty_cycle", "enable"))  # type: ignore[return-value]


class KernelOs:
    """`os` as the PWM module sees it: what is written to a channel is judged as the kernel does."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def open(self, path: str, flags: int) -> int:
        return os.open(path, flags & ~os.O_TRUNC)

    def pwrite(self, fd: int, data: bytes, offset: int) -> int:
        assert offset == 0
        return self.write(fd, data)

    def write(self, fd: int, data: bytes) -> int:
        path, value = Path(os.readlink(f"/proc/self/fd/{fd}")), data.decode().strip()
        device = next(part for part in path.parts if part.endswith(".pwm"))
        if path.name == "export":
            if self._tree.channel(device).exists():
                raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
            self._tree.diary.append(f"{device} export {value}")
            self._tree.exported(device)
            return len(data)
        folder = path.parent
        period, duty, enable = (int((folder / name).read_text()) for name in ("period", "duty_cycle", "enable"))
        refused = {
            "period": value == "0" or int(value if value.isdigit() else 0) < duty,
            "duty_cycle": period == 0 or int(value if value.isdigit() else 0) > period,
            "enable": period == 0,
            "polarity": period == 0 or enable == 1,
        }[path.name]
        if refused:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._tree.diary.append(f"{device} {path.name} {value}")
        path.write_text(value + "\n")
        return len(data)


class FakeInput:
    """A claimed input; the test makes its edges."""

    def __init__(self, level: bool) -> None:
        self.level = level
        self.reads = 0
        self._queue: list[bool] = []
        self._reader, self._writer = os.pipe()

    def read(self) -> bool:
        self.reads += 1
        return self.level

    def listen(self) -> int:
        return self._reader

    def edges(self) -> list[bool]:
        os.read(self._reader, 4096)
        queued, self._queue = self._queue, []
        return queued

    def edge(self, *levels: bool, settles: bool | None = None) -> None:
        """These edges; `settles` where the last one was lost."""
        self._queue += levels
        self.level = levels[-1] if settles is None else settles
        os.write(self._writer, b"!")

    def close(self) -> None:
        os.close(self._reader)
        os.close(self._writer)


class FakeOutputs:
    """Claimed outputs."""

    def __init__(self, diary: list[str], lines: tuple[Line, ...], level: bool) -> None:
        self._diary = diary
        self._names = "+".join(line.name for line in lines)
        self.level = level
        self.fails = False

    def read(self) -> bool:
        return self.level

    def write(self, active: bool) -> None:
        if self.fails:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        self.level = active
        self._diary.append(f"{self._names} {int(active)}")


class FakeLines:
    """The lines of a board (hw.linux.lines.Lines). `levels` are those that outputs had before, by name."""

    def __init__(self, diary: list[str]) -> None:
        self._diary = diary
        self.levels: dict[str, bool] = {}
        self.inputs: dict[str, FakeInput] = {}
        self.outputs: dict[str, FakeOutputs] = {}
        self.claimed: list[str] = []

    def claim_input(self, line: Line) -> FakeInput:
        assert not line.output
        self.claimed.append(line.name)
        self.inputs[line.name] = FakeInput(self.levels.get(line.name, False))
        return self.inputs[line.name]

    def claim_outputs(self, *lines: Line) -> FakeOutputs:
        assert all(line.output for line in lines)
        self.claimed += [line.name for line in lines]
        level = lines[0].keep and self.levels.get(lines[0].name, False)
        self.outputs[lines[0].name] = FakeOutputs(self._diary, lines, level)
        return self.outputs[lines[0].name]


class Bench:
    """A station on such a tree."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.lines = FakeLines(tree.diary)
        self.station = LinuxStation(tree.board, tree.root, self.lines)

    def did(self, action: Callable[[], object]) -> list[str]:
        """What the diary says about this action."""
        before = len(self.tree.diary)
        action()
        return [entry.replace(PILOT + " ", "").replace(THRESHOLD + " ", "") for entry in self.tree.diary[before:]]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    it = Tree(tmp_path)
    monkeypatch.setattr(pwm, "os", KernelOs(it))
    return it


@pytest.fixture
def bench(tree: Tree) -> Bench:
    return Bench(tree)
