"""What hangs on the board in the random walk: contacts, plug lock, residual current device, and a car.

Each part follows what drives it by its own physics and by what is broken in it, and never looks at evsed. Times are ms
of the world's clock; `at(ms, call)` has the world call back. Facts: board.md 2.1 to 2.7, IEC 61851-1 annex A.
"""

from __future__ import annotations

from collections.abc import Callable

from secc.evsed.motors import Motor

Later = Callable[[int, Callable[[], None]], None]
BOLT_MS = 300
"""So long the motor needs from one end to the other."""


class Contacts:
    """Contacts behind a relay, and the auxiliary contact that tells of them.

    `stays`: they are where they are, whatever the coil does. `forced`: they were closed by hand, and not opened since.
    `mute`: the auxiliary contact has come loose and says what it said before. Every change of the level of the line is
    told to `told`.
    """

    def __init__(self, wiring: str, later: Later, told: Callable[[bool], None]) -> None:
        self.wiring, self._later, self._told = wiring, later, told
        self.coil = self.closed = False
        self.stays = self.mute = False
        self.lag_ms, self.bounces, self.forced = 20, 0, False
        self.level = wiring == "nc"
        self._move = 0

    def drive(self, coil: bool) -> None:
        self.coil = coil
        self.settle()

    def settle(self) -> None:
        """Whatever holds the contacts has changed."""
        self._move += 1
        move = self._move
        self._later(self.lag_ms, lambda: self._arrive(move))

    def _arrive(self, move: int) -> None:
        if move != self._move or self.stays or self.closed is self.coil:
            return
        self.closed, self.forced = self.coil, False
        for flip in range(2 * self.bounces):
            self._later(2 * flip + 1, lambda even=flip % 2 == 0: self._say(self.closed is not even))  # type: ignore[misc]
        self._say(self.closed)

    def force(self, closed: bool) -> None:
        """Welded, or pushed by hand."""
        if self.closed is not closed:
            self.closed = self.forced = closed
            self._say(closed)

    def _say(self, closed: bool) -> None:
        level = self.wiring != "none" and closed is (self.wiring == "no")
        if level is not self.level and not self.mute:
            self.level = level
            self._told(level)

    def speak(self, mute: bool) -> None:
        """The auxiliary contact comes loose, or is fixed again."""
        self.mute = mute
        self._say(self.closed)


class Lock:
    """The bolt of the plug lock: 0 is open, BOLT_MS is locked. It jams between `free[0]` and `free[1]`."""

    def __init__(self, motor: Motor | None, now: Callable[[], int]) -> None:
        self._motor, self._now = motor, now
        self._from, self._since, self.drive = 0, 0, "coast"
        self.free = (0, BOLT_MS)

    @property
    def bolt(self) -> int:
        """Where it is now."""
        way = {"lock": 1, "unlock": -1}.get(self.drive, 0) * (self._now() - self._since)
        low, high = self.free
        return max(low, min(high, self._from + way)) if way and low <= self._from <= high else self._from

    def driven(self, drive: str) -> None:
        self._from, self._since, self.drive = self.bolt, self._now(), drive

    def jam(self, low: int, high: int) -> None:
        self.driven(self.drive)
        self.free = (low, high)

    def lever(self, bolt: int) -> None:
        """Somebody uses a tool."""
        self._from, self._since = bolt, self._now()

    @property
    def raw(self) -> int:
        """What the sense input of the board reads."""
        motor, bolt = self._motor, self.bolt
        if motor is None or not motor.has_feedback:
            return 2000
        if 0 < bolt < BOLT_MS:
            return (motor.locked_mv[1] + motor.unlocked_mv[0]) // 2 * 4095 // 3300
        window = motor.locked_mv if bolt else motor.unlocked_mv
        return sum(window) // 2 * 4095 // 3300


class Rcd:
    """A residual current device with a test input. `leak`: a residual current flows. `deaf`: a test does not trip it.
    `lame`: it does not come back after a test.
    """

    def __init__(self, trip_ms: int, back_ms: int, later: Later, told: Callable[[bool], None]) -> None:
        self.trip_ms, self.back_ms, self._later, self._told = trip_ms, back_ms, later, told
        self.normal, self.leak, self.deaf, self.lame = True, False, False, False
        self._triggered, self._turn = False, 0

    def trigger(self, active: bool) -> None:
        if active is self._triggered:
            return
        self._triggered = active
        if active:
            self._turn += 1
            turn = self._turn
            self._later(self.trip_ms, lambda: self._tested(turn))
        elif not self.lame:
            self._recover()

    def _tested(self, turn: int) -> None:
        if turn == self._turn and not self.deaf and not self.leak:
            self._show(False)
            if not self._triggered and not self.lame:
                self._recover()

    def _recover(self) -> None:
        turn = self._turn
        if not self.normal:
            self._later(self.back_ms, lambda: self._show(True) if turn == self._turn and not self.leak else None)

    def leaks(self, leak: bool) -> None:
        self.leak = leak
        self._turn += 1
        self._show(not leak)

    def _show(self, normal: bool) -> None:
        if normal is not self.normal:
            self.normal = normal
            self._told(normal)


RCD_DEVICES = {"western": (200, 200), "bender": (300, 700), "brisk": (30, 40), "watch": (30, 40), "": (30, 40)}
"""ms from the trigger to the trip, and from the end of the trigger (or the trip) back to normal."""


class Car:
    """The car's side of the pilot. `wish` is the state that it would like (A: nobody is there).

    `polite`: it asks for energy only while it is offered current, `lag_ms` after that changed. `asleep`: it does not
    ask until the pilot was at 0 V for 3 s. `diode`: False while its diode is shorted; `cp`: False while the pilot is
    shorted to PE; `volts`: added to what it shows.
    """

    MV = {"A": 12_000, "B": 9_000, "C": 6_000, "D": 3_000, "E": 0, "F": -12_000}  # noqa: RUF012

    def __init__(self, now: Callable[[], int], later: Later, changed: Callable[[], None]) -> None:
        self._now, self._later, self._changed = now, later, changed
        self.wish, self.state = "A", "A"
        self.polite, self.lag_ms, self.asleep = True, 200, False
        self.diode, self.cp, self.mv = True, True, 0
        self.duty, self._dark_ms = -1, 0

    def hear(self, duty: int) -> None:
        """The duty cycle on the line has changed."""
        if duty == -1:
            self._dark_ms = self._now()
        elif self.duty == -1 and self._now() - self._dark_ms >= 3000:
            self.asleep = False
        self.duty = duty
        self._later(self.lag_ms, self.think)

    def think(self) -> None:
        asks = self.wish in "CD" and not self.asleep and (0 < self.duty < 10_000 or not self.polite)
        state = "B" if self.wish in "CD" and not asks else self.wish
        if state != self.state:
            self.state = state
            self._changed()

    def want(self, wish: str) -> None:
        """A change that does not wait for anything, such as a plug that is pulled or a switch that is opened."""
        self.wish = wish
        self.think()

    @property
    def peaks_mv(self) -> tuple[int, int]:
        """Highest and lowest voltage of the pilot."""
        if self.duty == -1 or not self.cp:
            return 20 + self.mv // 4, -20
        shown = self.MV[self.state] + self.mv
        if self.duty == 0:
            return -12_000, -12_000
        if self.duty == 10_000:
            return shown, shown
        return shown, -12_000 if self.diode or self.state == "A" else -shown
