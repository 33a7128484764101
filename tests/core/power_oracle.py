"""An own opinion of what a station may do, from what it was shown: limits, permission, pilot, residual current device.

It hears the events that evsed hears and shares no code with it. Where a reading can be understood in two ways it says
so, instead of guessing. Guide §15.15, §15.16, §15.20, §15.21; IEC 61851-1 annex A and B; board.md 2.3 and 2.4.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

from power_setup import EMERGENCY, KEY, RCD_TIMES, Setup

from secc.contract.topics import availability, limits, session
from secc.fsm import Received

FULL, NONE, UNDRIVEN = 10_000, 0, -1
CHARGE = "charge"
KEY_MS = 50
DAY_MS = 86_400_000
WORDS = ("mqtt", "ocpp")


def permitted_duty(limit_da: int) -> int:
    """1/100 % that offer a limit in tenths of an ampere, cut so that the car never takes more; FULL below 6 A."""
    if limit_da < 60:
        return FULL
    ampere = Fraction(min(limit_da, 800), 10)
    percent = ampere / Fraction(6, 10) if ampere <= 51 else ampere / Fraction(25, 10) + 64
    return floor(percent * 100)


def _tenths(ampere: float) -> int | None:
    return None if ampere == -1 else max(0, floor(round(ampere * 100) / 10))


class LimitOracle:
    """Every limit that was told, in tenths of an ampere; None is no limit."""

    def __init__(self) -> None:
        self.central: int | None = None
        self.named: dict[str, int | None] = {}
        self.heard = False

    def received(self, event: Received) -> None:
        if event.topic is limits.MAXCURRENTLIMIT:
            self.central, self.heard = _tenths(event.value), True
        elif event.topic is limits.DYN_CURRENT_LIMIT and (event.params[0] in self.named or len(self.named) < 5):
            self.named[event.params[0]], self.heard = _tenths(event.value), True

    def offer(self, setup: Setup, cable: int | None) -> int:
        configured = (setup.grid_a, setup.evse_a, -1 if self.heard else setup.failsafe_a)
        known = [each * 10 for each in configured if each != -1]
        known += [each for each in (cable, self.central, *self.named.values()) if each is not None]
        least = min(known, default=0)
        return least if least >= 60 else 0


class CableOracle:
    """What the cable allows: two readings that agree count; under load and after it only less is believed."""

    def __init__(self) -> None:
        self._seen: str | None = None
        self.plug: str | None = None
        self.shown: int | None = None
        self.ceiling: int | None = None
        self.held: int | None = None
        self.open_to_doubt = False

    def sampled(self, raw: int, setup: Setup, *, driven: bool) -> None:
        mv = raw * 3300 / 4096
        names = ((2459, "none"), (1813, "13"), (1170, "20"), (891, "32"), (751, "63"))
        seen = next((name for lowest, name in names if mv >= lowest), "bad")
        if seen == self._seen and seen != self.plug:
            self.plug = seen
            self._changed(setup, driven)
        self._seen = seen

    def _changed(self, setup: Setup, driven: bool) -> None:
        if self.plug in (None, "none", "bad"):
            self.held = self.ceiling
            if not driven:
                self.shown = None
            return
        ampere = 70 if self.plug == "63" and setup.phases != 3 else int(self.plug)
        self.shown = ampere * 10
        if self.ceiling is not None and self.shown != self.ceiling:
            self.ceiling = min(self.ceiling, self.shown)

    def closed(self) -> None:
        """The contactor closes: from now on the limit only gets smaller."""
        self.ceiling = self.shown if self.ceiling is None else self.ceiling

    def car_left(self, setup: Setup) -> None:
        self.ceiling, self.open_to_doubt = None, False
        self._changed(setup, driven=False)

    @property
    def understood(self) -> bool:
        return self.plug not in (None, "none", "bad")

    def candidates(self, setup: Setup, *, lately_driven: bool, faulty: bool) -> set[int | None]:
        """What may count now, in tenths of an ampere; more than one value where it cannot be known from outside."""
        if not setup.pluggable:
            return {None if setup.fixed_a == -1 else setup.fixed_a * 10}
        if not self.understood:
            return {None, self.shown, self.ceiling} if lately_driven or self.open_to_doubt else {None}
        if self.ceiling is None:
            return {self.shown}
        found = {self.ceiling, self.shown} if self.open_to_doubt else {self.ceiling}
        return found | {self.held} if faulty else found


class PilotOracle:
    """What the pilot has shown. `shown` is what two clear readings in a row said, or "odd" after four readings of which
    none can be C or D and no two agree. `doubt`: since then there was a reading that can be understood in two ways.
    `sight_ms`: when a car may have come at the earliest, since it was clear that none was there. `faulty`: readings
    of this car made no sense. Until `hushed_to_ms` nothing is believed, because a car that was woken needs a
    moment. `trusted`: this process has seen no odd reading, and no three that went to and fro.
    """

    def __init__(self) -> None:
        self._last: str | None = None
        self._odd = self._restless = 0
        self.shown: str | None = None
        self.doubt = True
        self.connected = self.left = False
        self.sight_ms: int | None = None
        self.faulty = False
        self.hushed_to_ms = 0
        self.trusted = True

    def sampled(self, high_mv: float, low_mv: float, duty: int, now_ms: int) -> None:
        """After a pair of readings that were taken while `duty` was driven."""
        self.left = False
        if duty == UNDRIVEN or now_ms < self.hushed_to_ms:
            self._last, self._odd, self.doubt = None, 0, True
            return
        seen = _class(high_mv, low_mv, duty)
        self._restless = self._restless + 1 if seen != self._last else 0
        if self._restless >= 3:
            self.trusted = False
        if seen not in ("A", "B", CHARGE) and (seen, duty) != ("F", NONE):
            self.trusted = False
        if seen not in ("A", "F") and self.sight_ms is None:
            self.sight_ms = now_ms
        if seen not in ("A", "B", CHARGE):
            self.doubt = True  # one side alone may be odd, and the other one agree with the reading before
        if seen is not None and seen == self._last:
            self._agreed(seen, duty)
        far = high_mv >= 8000 or high_mv < 2000
        self._odd = self._odd + 1 if far and seen != self._last else 0
        if self._odd >= 4:
            self.shown, self.faulty = "odd", True
        self._last = seen

    def _agreed(self, seen: str, duty: int) -> None:
        self.shown, self.doubt = seen, False
        if seen == "A" or (seen, duty) == ("F", NONE):  # -12 V that nobody drives is no car that left
            self.left, self.connected, self.sight_ms, self.faulty = self.connected, False, None, False
        elif seen in ("B", CHARGE):
            self.connected = True
        else:
            self.faulty = True


def _class(high_mv: float, low_mv: float, duty: int) -> str | None:
    """What one pair of readings says beyond doubt: A, B, charge (C or D), E, F, or a fault; None where that depends on
    what was before."""
    pwm = 0 < duty < FULL
    if pwm and abs(high_mv + low_mv) <= 1200 and high_mv < 10_000:
        return "diode" if high_mv >= 2000 else "short"
    if not pwm and high_mv < 2000 and low_mv > -10_000:
        return "short"
    for side, mv in (("high", high_mv), ("low", low_mv)):
        if not -13_050 <= mv <= 13_050:
            return f"{side} out of range"
    if not (-13_000 <= low_mv <= -11_000 if pwm else abs(high_mv - low_mv) < 500):
        return None
    for floor_mv, ceiling_mv, name in (
        (11_000, 13_000, "A"), (8_000, 9_990, "B"), (2_000, 6_990, CHARGE), (-900, 1_990, "E"), (-13_000, -11_000, "F"),
    ):  # fmt: skip
        if floor_mv <= high_mv <= ceiling_mv:
            return name
    return None


class RcdOracle:
    """The feedback as evsed reads it, and the tests that evsed makes."""

    def __init__(self) -> None:
        self.normal: bool | None = None
        self.begun_ms: int | None = None
        self.begun_boot_ms = 0
        self.trigger_on_ms: int | None = None
        self.released_ms: int | None = None
        self.ended_ms: int | None = None
        self.history: list[tuple[int, bool]] = []

    def verdict(self, setup: Setup, now_ms: int) -> bool | None:
        """Whether the test that has ended should have passed; told once. None: nothing has ended, or it is a matter of
        the millisecond."""
        times = RCD_TIMES.get(setup.rcd)
        if times is None or self.released_ms is None or self.begun_ms is None or self.ended_ms is not None:
            return None
        looks = (self.begun_ms + times[1], self.released_ms + times[2])
        if now_ms <= max(looks):
            return None
        self.ended_ms = max(looks)
        found = [self._normal_at(ms) for ms in looks]
        return None if None in found else found == [False, True]

    def _normal_at(self, ms: int) -> bool | None:
        if any(at == ms for at, _ in self.history):
            return None
        return next((normal for at, normal in reversed(self.history) if at < ms), None)

    def running(self, setup: Setup, now_ms: int) -> bool:
        """A test is under way: from the begin of the trigger to the last look."""
        if self.trigger_on_ms is not None:
            return True
        times = RCD_TIMES.get(setup.rcd)
        return bool(times and self.released_ms is not None and now_ms < self.released_ms + times[2])

    def sensed(self, normal: bool, now_ms: int) -> None:
        self.normal = normal
        self.history.append((now_ms, normal))

    def trigger(self, active: bool, now_ms: int, boot_ms: int) -> None:
        if active and self.trigger_on_ms is None:
            self.trigger_on_ms = self.begun_ms = now_ms
            self.begun_boot_ms, self.released_ms, self.ended_ms = boot_ms, None, None
            self.history = [] if self.normal is None else [(now_ms, self.normal)]
        elif not active and self.trigger_on_ms is not None:
            self.trigger_on_ms, self.released_ms = None, now_ms


class Permission:
    """Words, keys, service, emergency: who lets whom charge."""

    def __init__(self) -> None:
        self.word = self.key_level = False
        self.key_ms = -KEY_MS
        self.target = self.backend = "operative"
        self.admitted = False
        self.emergency: bool | None = None

    def received(self, event: Received) -> None:
        topic: Any = event.topic
        if topic is session.AUTHORIZATION_STATUS:
            self.word = bool(event.value)
        elif topic is availability.TARGET:
            self.target = str(event.value)
        elif topic is availability.BACKEND:
            self.backend = str(event.value)

    def sensed(self, line: str, level: bool, setup: Setup, now_ms: int) -> None:
        if line == KEY and level is not self.key_level:
            self.key_level, self.key_ms = level, now_ms
        elif line == EMERGENCY and setup.emergency:
            self.emergency = level is (setup.emergency == "high")

    @property
    def in_service(self) -> bool:
        return self.target == self.backend == "operative"

    def granted(self, setup: Setup, now_ms: int) -> bool:
        """Whether the user may charge; where a key is turning, whether he may."""
        if setup.method == "key-switch":
            return self.key_level or now_ms - self.key_ms < KEY_MS
        return setup.method == "free" or self.word
