"""A channel of a PWM generator in sysfs: found by the name of its device, exported when needed, set up, driven.

The kernel takes a change of the duty cycle at the end of a period, so that one write is never a wrong pulse; periods
are set only while the generator is off. Whatever the kernel refuses passes as OSError with the file in it. This module
serves daemons and the safe-state command, and imports next to nothing. Guide §7.5.
"""

from __future__ import annotations

import errno
import os
import time

TYPE_CHECKING = False  # as typing.TYPE_CHECKING, without its import
if TYPE_CHECKING:
    from secc.hw.board import PwmChannel

CLASS = "sys/class/pwm"
APPEARS_S = 1.0
"""How long udev may take to hand an exported channel over to us."""


def _chip(root: str, device: str) -> str:
    """The folder of the generator; its number changes from kernel to kernel."""
    folder = os.path.join(root, CLASS)
    try:
        for name in os.listdir(folder):
            chip = os.path.join(folder, name)
            if name.startswith("pwmchip") and os.path.basename(os.path.realpath(chip + "/device")) == device:
                return chip
    except FileNotFoundError:
        pass
    raise FileNotFoundError(errno.ENOENT, f"there is no PWM generator {device}", folder)


class Pwm:
    """One channel. `root` is the folder in which /sys lies."""

    def __init__(self, spec: PwmChannel, root: str = "/") -> None:
        self._chip = _chip(root, spec.device)
        self._channel = spec.channel
        self._folder = f"{self._chip}/pwm{spec.channel}"
        self._fd = -1
        self.period_ns = spec.period_ns

    @property
    def exported(self) -> bool:
        """Whether somebody has used the channel since the board started."""
        return os.path.isdir(self._folder)

    @property
    def runs(self) -> bool:
        """Whether the generator is on, and makes what we would make."""
        return self._read("enable") == "1" and self._as_ours

    @property
    def _as_ours(self) -> bool:
        return self._read("period") == str(self.period_ns) and self._read("polarity") == "normal"

    def set_up(self) -> None:
        """Export the channel and set its period; one that runs with it already goes on as it does."""
        if not self.exported:
            self._write("export", str(self._channel), self._chip)
        self._await_access()
        if not self._as_ours:
            self.enable(False)
            if self._read("duty_cycle") != "0":
                self._write("duty_cycle", "0")  # or the kernel would refuse a period that is shorter than it
            self._write("period", str(self.period_ns))
            if self._read("polarity") != "normal":
                self._write("polarity", "normal")
        self._fd = os.open(f"{self._folder}/duty_cycle", os.O_WRONLY | os.O_CLOEXEC)

    def drive(self, duty_ns: int) -> None:
        """The pulse from the next period on; one write."""
        try:
            os.pwrite(self._fd, b"%d\n" % duty_ns, 0)
        except OSError as error:
            raise OSError(error.errno, error.strerror, f"{self._folder}/duty_cycle") from None

    def enable(self, on: bool) -> None:
        """Switch the generator on or off."""
        if self._read("enable") != str(int(on)):
            self._write("enable", str(int(on)))

    def full(self) -> None:
        """No pulses any more but full level, if the generator runs; for the safe-state command."""
        if self.exported and self._read("enable") == "1":
            self._write("duty_cycle", self._read("period"))

    def _await_access(self) -> None:
        """A new channel belongs to root until udev has given it to our group."""
        until_s = time.monotonic() + APPEARS_S
        while not os.access(f"{self._folder}/duty_cycle", os.W_OK) and time.monotonic() < until_s:
            time.sleep(0.01)

    def _read(self, name: str) -> str:
        with open(f"{self._folder}/{name}", encoding="ascii") as file:
            return file.read().strip()

    def _write(self, name: str, value: str, folder: str = "") -> None:
        path = f"{folder or self._folder}/{name}"
        fd = os.open(path, os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC)
        try:
            os.write(fd, value.encode() + b"\n")
        except OSError as error:
            raise OSError(error.errno, error.strerror, path) from None
        finally:
            os.close(fd)
