"""Both contactors of a station that switches phases, in virtual time, with as much of a car as they need.

It drives them as the core does and judges each drive of a coil when it is given. Nothing here is tested by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from relay_bench import Contacts, Rig

from secc.evsed import contactor, phases
from secc.evsed.contactor import Contactor, Stage
from secc.evsed.events import DriveRelay
from secc.evsed.phases import Phases, phases_of
from secc.evsed.settings import Feedback, PhaseSwitching
from secc.fsm import Effects, FaultRaised

REST_MS, INTERVAL_MS, GRACE_MS = 6000, 10_000, 6000
SWITCHING = PhaseSwitching(Feedback.NO, 20)
FEEDBACKS = tuple(Feedback)


@dataclass
class Path:
    """Both contactors, and as much of a station and a car as they need.

    The car asks (`asks`) as long as it is offered something, and stops `stops_ms` after the offer ended, or never
    (None): then the contactor opens under load after 6 s. Each drive of a coil is judged when it is given.
    """

    switching: PhaseSwitching | None = SWITCHING
    feedback: Feedback = Feedback.NO
    stops_ms: int | None = 500
    connected: bool = False
    permitted: bool = True
    charging: bool = False
    offered: bool = False
    part: Phases = field(init=False)
    primary: Contactor = field(init=False)
    rig: Rig = field(init=False)
    pauses: list[tuple[int, int]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    began: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        self.part = phases_of(self.switching, 3, REST_MS, INTERVAL_MS)
        self.primary = Contactor(self.feedback, REST_MS, INTERVAL_MS)
        second = self.switching.feedback if self.switching else Feedback.NONE
        contacts = {1: Contacts(self.feedback), 2: Contacts(second)}
        self.rig = Rig(contacts, self._sensed, self._elapsed, self._watched)
        self.primary, effects = contactor.started(self.primary)
        self.part, more = phases.started(self.part)
        self.rig.perform((*effects, *more))
        self.run(INTERVAL_MS + 1)

    @property
    def broken(self) -> bool:
        return self.rig.contacts[1].stays is not None

    @property
    def failed(self) -> bool:
        return self.part.failed or self.primary.stage is Stage.FAILED

    @property
    def live(self) -> tuple[bool, bool]:
        """Whether the contacts of the primary and of the secondary are closed."""
        return self.rig.contacts[1].closed, self.rig.contacts[2].closed

    @property
    def coils(self) -> tuple[bool, bool]:
        return self.rig.contacts[1].coil, self.rig.contacts[2].coil

    @property
    def actual(self) -> int:
        return self.part.actual(self.primary.closed)

    def run(self, ms: int) -> None:
        self.rig.run(ms)

    def plug(self) -> None:
        self.connected = self.charging = True
        self.settle()

    def unplug(self) -> None:
        self.connected = self.charging = False
        self.began = None
        self.part, effects = phases.car_left(self.part)
        self.settle(effects)

    def asks(self, charging: bool) -> None:
        self.charging = charging and self.connected
        self.settle()

    def target(self, count: int) -> None:
        self.part, effects = phases.heard_target(self.part, count)
        self.settle(effects)

    def delay(self, delay_s: int) -> None:
        self.part, effects = phases.heard_delay(self.part, delay_s)
        self.settle(effects)

    def settle(self, effects: Effects = ()) -> None:
        self.rig.perform((*effects, *self._settled()))

    def _settled(self) -> Effects:
        """As the core does it: the primary opens first, then the secondary has its turn, then the primary closes."""
        offered = self.connected and self.permitted and not self.part.pausing and not self.failed
        if offered is not self.offered:
            self._offer_changed(offered)
        self._measure()
        closing = self.charging and not self.failed and (offered or self.primary.driven)
        effects: Effects = ()
        if not closing:
            self.primary, effects = contactor.open_(self.primary)
        self.part, more = phases.settled(self.part, self.primary, closing, self.connected)
        effects += more
        if self.part.pausing and self.began is None and not self.primary.driven:
            self.began = (self.rig.now_ms, self.part.delay_s)
        if closing and self.part.feeds:
            self.primary, more = contactor.close(self.primary)
            effects += more
        return effects

    def _offer_changed(self, offered: bool) -> None:
        self.offered = offered
        if not offered:
            self.rig.at(GRACE_MS if self.stops_ms is None else self.stops_ms, self._stops)

    def _measure(self) -> None:
        """From the moment when the coil of the primary is off to the end of the pause, with the delay of its begin."""
        if not self.part.pausing:
            if self.began is not None:
                began_ms, delay_s = self.began
                self.pauses.append((self.rig.now_ms - began_ms, delay_s * 1000))
            self.began = None

    def _stops(self) -> None:
        if not self.offered:
            self.charging = False
            self.settle()

    def _sensed(self, relay: int, level: bool) -> Effects:
        if relay == 1:
            self.primary, effects = contactor.sensed(self.primary, level)
        else:
            self.part, effects = phases.sensed(self.part, level)
        return (*effects, *self._settled())

    def _elapsed(self, timer: str) -> Effects:
        part, _, name = timer.partition(".")
        if part == "relay_1":
            self.primary, effects = contactor.elapsed(self.primary, name)
        else:
            assert part in ("relay_2", "phases")
            self.part, effects = phases.elapsed(self.part, name)
        return (*effects, *self._settled())

    def _watched(self, drive: DriveRelay) -> None:
        first, second = self.rig.contacts[1], self.rig.contacts[2]
        before = first.coil if drive.relay == 1 else second.coil
        if drive.closed is before:
            return
        if drive.relay == 1 and drive.closed and second.closed is not (self.part.count == 3 and second.coil):
            self.wrong.append(f"{self.rig.now_ms}: the primary closes, but the secondary does not hold still")
        if drive.relay == 1 and drive.closed and second.coil is not (self.part.count == 3):
            self.wrong.append(f"{self.rig.now_ms}: the primary closes with a secondary for another count")
        if drive.relay == 2 and (first.coil or (first.closed and not self.broken)):
            self.wrong.append(f"{self.rig.now_ms}: the secondary moves under a closed primary")


def charging(**changes: object) -> Path:
    path = Path(**changes)  # type: ignore[arg-type]
    path.plug()
    path.run(1000)
    assert path.coils == (True, True)
    assert path.actual == 3
    return path


def fault(path: Path) -> int:
    return sum(effect == FaultRaised("PowerSwitchFailure") for _, effect in path.rig.done)
