"""A board as a station (ports.Station): its profile, the kernel's lines, its converter and its two generators.

Everything is claimed when it is first asked for, and only then, so that what we do not use stays free for others. It
decides nothing; a pin that does not obey is a PortError. Edges arrive through the running asyncio loop. Guide §7.5 to
§7.9, tables 16, 22, 24, 26 to 28.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from secc.hw.board import Board, BoardError, Line, load
from secc.hw.linux.adc import IioChannel, find_converter
from secc.hw.linux.lines import GpiodLines, InputRequest, Lines, OutputRequest
from secc.hw.linux.pwm import Pwm
from secc.ports import PortError

LET_GO_S = 0.002
"""How long +12 V stands before the generator lets go of the line, so that a car sees a clean edge."""


@contextmanager
def _as_port_error(what: str) -> Iterator[None]:
    """What the kernel refuses, in our words."""
    try:
        yield
    except OSError as error:
        where = f"{what} ({error.filename})" if error.filename else what
        raise PortError(f"{where}: {error.strerror or error}") from None


class LinuxDigitalIn:
    """One input line (ports.DigitalIn)."""

    def __init__(self, line: Line, request: InputRequest) -> None:
        self._line = line
        self._request = request
        self._watchers: list[Callable[[bool], None]] = []
        self._last = False

    def read(self) -> bool:
        """The level now."""
        with _as_port_error(str(self._line)):
            return self._request.read()

    def watch(self, changed: Callable[[bool], None]) -> None:
        """Call `changed` after every edge from now on; PortError outside of a running loop."""
        self._watchers.append(changed)
        if len(self._watchers) > 1:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise PortError(f"{self._line}: edges need a running loop") from None
        with _as_port_error(str(self._line)):
            descriptor = self._request.listen()
            self._last = self._request.read()
        loop.add_reader(descriptor, self._edges)

    def _edges(self) -> None:
        """Tell every queued edge, so that a short pulse is seen; the level itself has the last word, should edges
        have been lost."""
        with _as_port_error(str(self._line)):
            levels = self._request.edges()
            level = self._request.read()
        if level != (levels[-1] if levels else self._last):
            levels.append(level)
        self._last = level
        for told in levels:
            for changed in tuple(self._watchers):
                changed(told)


class LinuxDigitalOut:
    """One output line (ports.DigitalOut)."""

    def __init__(self, line: Line, request: OutputRequest) -> None:
        self._line = line
        self._request = request

    def write(self, active: bool) -> None:
        """Drive it; one system call."""
        with _as_port_error(str(self._line)):
            self._request.write(active)


class LinuxPilotOut:
    """The pilot generator (ports.PilotOut): a PWM channel, and a line that connects it to the pilot.

    A generator that runs is taken over as it is, until it is driven: a car that is plugged in while a daemon starts
    anew sees nothing of it.
    """

    def __init__(self, pwm: Pwm, enable: OutputRequest) -> None:
        self._pwm = pwm
        self._enable = enable
        self._letting_go: asyncio.TimerHandle | None = None
        with _as_port_error("control pilot"):
            found = pwm.exported and pwm.runs and enable.read()
            if not found:
                enable.write(False)
                if pwm.exported:
                    pwm.enable(False)
            pwm.set_up()
            self._driven = found and pwm.runs

    def drive(self, duty_pct: float | None) -> None:
        """Drive this duty cycle from the next period on; a fraction of a nanosecond is cut, so that it is never more
        current. PortError for one that cannot be made."""
        if duty_pct is None:
            self._let_go()
            return
        if not 0 <= duty_pct <= 100:
            raise PortError(f"a duty cycle of {duty_pct} % cannot be made: 0 to 100, or None")
        if self._letting_go is not None:
            self._letting_go.cancel()
            self._letting_go = None
        with _as_port_error("control pilot"):
            # 26.67 is no binary number: without the addition it would be 26.6699.
            self._pwm.drive(int(duty_pct * self._pwm.period_ns / 100 + 1e-6))
            if not self._driven:
                self._pwm.enable(True)
                self._enable.write(True)
                self._driven = True

    def _let_go(self) -> None:
        """+12 V, and 2 ms later nothing."""
        if not self._driven or self._letting_go is not None:
            return
        with _as_port_error("control pilot"):
            self._pwm.drive(self._pwm.period_ns)
        self._letting_go = asyncio.get_running_loop().call_later(LET_GO_S, self._gone)

    def _gone(self) -> None:
        self._letting_go = None
        with _as_port_error("control pilot"):
            self._enable.write(False)
            self._pwm.enable(False)
        self._driven = False


class LinuxPeaks:
    """The peak detectors (ports.Peaks)."""

    def __init__(self, reset: OutputRequest, positive: IioChannel, negative: IioChannel) -> None:
        self._reset = reset
        self._positive = positive
        self._negative = negative

    def reset(self, held: bool) -> None:
        """Both at once."""
        with _as_port_error("peak detectors"):
            self._reset.write(held)

    def read(self) -> tuple[int, int]:
        """Highest and lowest, 0..4095 each."""
        return self._positive.read(), self._negative.read()


class LinuxThreshold:
    """The reference of the digital inputs (ports.Threshold): a PWM channel behind a filter."""

    def __init__(self, pwm: Pwm, full_scale_mv: int) -> None:
        self._pwm = pwm
        self._full_scale_mv = full_scale_mv
        with _as_port_error("digital input threshold"):
            pwm.set_up()

    def drive(self, mv: int) -> None:
        """Compare with this from now on; PortError for a voltage that the board cannot make."""
        if not 0 <= mv <= self._full_scale_mv:
            raise PortError(f"a threshold of {mv} mV cannot be made: 0 to {self._full_scale_mv}")
        with _as_port_error("digital input threshold"):
            self._pwm.drive(mv * self._pwm.period_ns // self._full_scale_mv)
            self._pwm.enable(True)


class LinuxStation:
    """The board that this process runs on (ports.Station). `root` is the folder in which /sys and /dev lie."""

    def __init__(self, board: Board, root: Path = Path("/"), lines: Lines | None = None) -> None:
        self._board = board
        self._root = root
        self._lines = lines if lines is not None else GpiodLines(board, str(root / "dev"))
        self._inputs: dict[str, LinuxDigitalIn] = {}
        self._outputs: dict[str, LinuxDigitalOut] = {}
        self._channels: dict[int, IioChannel] = {}
        self._converter: Path | None = None
        self._pilot: LinuxPilotOut | None = None
        self._peaks: LinuxPeaks | None = None
        self._threshold: LinuxThreshold | None = None

    def digital_in(self, name: str) -> LinuxDigitalIn:
        """An input line by name; PortError lists the known ones."""
        if name not in self._inputs:
            line = self._line(name, output=False)
            self._inputs[name] = LinuxDigitalIn(line, self._lines.claim_input(line))
        return self._inputs[name]

    def digital_out(self, name: str) -> LinuxDigitalOut:
        """An output line by name; PortError lists the known ones."""
        if name not in self._outputs:
            line = self._line(name, output=True)
            self._outputs[name] = LinuxDigitalOut(line, self._lines.claim_outputs(line))
        return self._outputs[name]

    def adc(self, name: str) -> IioChannel:
        """A channel by name; PortError lists the known ones."""
        known = self._board.adc_channels
        if name not in known:
            raise PortError(f"{self._board.name} has no analogue input {name!r}; it has {', '.join(known)}")
        return self._channel(known[name])

    def pilot(self) -> LinuxPilotOut:
        """The pilot generator."""
        if self._pilot is None:
            with _as_port_error("control pilot"):
                pwm = Pwm(self._board.pilot, str(self._root))
            self._pilot = LinuxPilotOut(pwm, self._lines.claim_outputs(self._board.pilot_enable))
        return self._pilot

    def peaks(self) -> LinuxPeaks:
        """The peak detectors of the pilot."""
        if self._peaks is None:
            positive, negative = (self._channel(channel) for channel in self._board.peak_channels)
            reset = self._lines.claim_outputs(*self._board.peak_resets)
            self._peaks = LinuxPeaks(reset, positive, negative)
        return self._peaks

    def threshold(self) -> LinuxThreshold:
        """The reference of the digital inputs."""
        if self._threshold is None:
            with _as_port_error("digital input threshold"):
                pwm = Pwm(self._board.threshold, str(self._root))
            self._threshold = LinuxThreshold(pwm, self._board.full_scale_mv)
        return self._threshold

    def _line(self, name: str, output: bool) -> Line:
        line = self._board.lines.get(name)
        if line is None or line.output is not output:
            kind = "output" if output else "input"
            known = ", ".join(other.name for other in self._board.lines.values() if other.output is output)
            raise PortError(f"{self._board.name} has no digital {kind} {name!r}; it has {known}")
        return line

    def _channel(self, number: int) -> IioChannel:
        if self._converter is None:
            self._converter = find_converter(self._board.adc_device, self._root)
        if number not in self._channels:
            self._channels[number] = IioChannel(self._converter / f"in_voltage{number}_raw")
        return self._channels[number]


def open_station(profile: str) -> LinuxStation:
    """The station of a shipped board profile by name, or of a file by path; PortError if the profile is wrong."""
    try:
        return LinuxStation(load(profile))
    except BoardError as error:
        raise PortError(str(error)) from None
