"""The analogue inputs in sysfs: one 12 bit converter, found by the name of its device.

Channels stay open, and each reading is one system call. Guide §7.5, §7.6.
"""

from __future__ import annotations

import os
from pathlib import Path

from secc.ports import PortError

DEVICES = "sys/bus/iio/devices"
FULL_SCALE = 4095


class IioChannel:
    """One channel (ports.Adc)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise PortError(f"{path}: the converter has no such channel: {error.strerror}") from None

    def read(self) -> int:
        """A conversion, 0..4095; PortError if the converter does not answer."""
        try:
            value = int(os.pread(self._fd, 16, 0))
        except OSError as error:
            raise PortError(f"{self._path}: the converter does not answer: {error.strerror}") from None
        except ValueError:
            raise PortError(f"{self._path}: the converter says no number") from None
        if not 0 <= value <= FULL_SCALE:
            raise PortError(f"{self._path}: {value} is no reading of a 12 bit converter")
        return value


def find_converter(device: str, root: Path) -> Path:
    """The folder of the converter; its number depends on what else there is."""
    folder = root / DEVICES
    for candidate in sorted(folder.glob("iio:device*")):
        try:
            if (candidate / "name").read_text().strip() == device:
                return candidate
        except OSError:  # it went away, or it is none
            continue
    raise PortError(f"{folder}: there is no converter {device}: is its driver in the kernel (vf610_adc)?")
