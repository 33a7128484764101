"""The fan on relay 2: who commands it, whether it runs, and whether a car that asks for ventilation (D) may charge.

Internal control runs it while a car charges in state D; external control obeys the customer's software. Where
ventilation is neither enabled nor external, relay 2 is never touched. A fan that does not do what it is told is no
fault of the station: state D is refused, and that is all. It never decides about the contactor.
Guide §7.7 (table 24), §15.13 (table 70), §15.19 (tables 78, 79, 80).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from secc.contract.topics import power
from secc.evsed import contactor
from secc.evsed.contactor import Contactor, Stage
from secc.evsed.events import DriveRelay
from secc.evsed.settings import Ventilation
from secc.fsm import After, Cancel, Effects, Level, Log, Publish, replace

RELAY = 2
INTERVAL_MS = 10_000
"""From closing to closing: the relay is rated for 6 operations a minute."""
PATIENCE_MS = 3_000
"""How long customer's software may take to start its fan once a car asks; a car waits that long for the contactor."""
PARDON_MS = 60_000
"""So long a car that was refused is not offered current; then it may ask once more (if there is ventilation at all)."""
PATIENCE, PARDON = "patience", "pardon"
_TIMER, _PARDON = f"fan.{PATIENCE}", f"fan.{PARDON}"


class Answer(Enum):
    """To a car that asks for ventilation. NONE: nobody asks."""

    NONE = "none"
    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Fan:
    """`announced` and `asked` are the customer's word on `available` and `state/target`; they count in external
    control alone. `commanded` is what the fan is told now. `patience`: the customer's software has time left to start
    its fan. `complaint`: the position that the relay did not take, said once until it does take it.
    """

    wiring: Ventilation
    relay: Contactor
    announced: bool = False
    asked: bool = False
    commanded: bool = False
    answer: Answer = Answer.NONE
    patience: bool = False
    complaint: Stage | None = None

    @property
    def used(self) -> bool:
        """Whether relay 2 is ours at all (cases 2 to 4 of table 79)."""
        return self.wiring.enabled or self.wiring.external

    @property
    def runs(self) -> bool:
        """Whether it was told to run and its feedback has said so since then (without feedback: was told)."""
        return self.relay.stage is Stage.CLOSED and self.relay.closed

    @property
    def accepts_d(self) -> bool:
        """Table 80 without `always_accept_cp_state_d`: the contactor may close for a car in state D."""
        offered = self.announced or not self.wiring.external
        return self.wiring.enabled and offered and self.runs

    @property
    def refuses_d(self) -> bool:
        """A car asked for ventilation and cannot have it: 100 % duty cycle, until the fan runs or the car leaves."""
        return self.answer is Answer.REFUSED

    @property
    def available(self) -> bool | None:
        """What we publish as `available`; None where that is for the customer to do."""
        return None if self.wiring.external else self.wiring.enabled

    @property
    def target(self) -> bool | None:
        """What we publish as `state/target`; None where that is for the customer to do."""
        return None if self.wiring.external else self.commanded

    @property
    def actual(self) -> bool:
        """What we publish as `state/actual`: the feedback, or the coil where there is no feedback."""
        return self.relay.closed


def fan_of(wiring: Ventilation) -> Fan:
    """A fan before anything was read or driven."""
    return Fan(wiring, Contactor(wiring.feedback, 0, INTERVAL_MS, relay=RELAY, forgiving=True))


def started(fan: Fan) -> tuple[Fan, Effects]:
    """The relay begins open. In case 1 of table 79 its lines are not even claimed."""
    if not fan.used:
        return fan, ()
    relay, effects = contactor.started(fan.relay)
    return replace(fan, relay=relay), effects


def replaced(old: Fan, new: Fan) -> tuple[Fan, Effects]:
    """Edited settings: the old fan is let go. The customer's word counts on where it counted before."""
    if old.wiring == new.wiring:
        return old, ()
    effects: Effects = (Cancel(_TIMER),) if old.patience else ()
    if new.wiring.external:
        if old.wiring.external:
            new = replace(new, announced=old.announced, asked=old.asked)
        else:
            # What the broker keeps there is our own word, which must not come back as the customer's.
            effects += (Publish(power.VENTILATION_AVAILABLE, False), Publish(power.VENTILATION_STATE_TARGET, False))
    if not new.used:
        return new, (DriveRelay(RELAY, closed=False), *effects) if old.used else effects
    new, more = started(new)
    return new, (*more, *effects)


def heard_available(fan: Fan, available: bool) -> tuple[Fan, Effects]:
    """After `port0/ventilation/available`. A new announcement is a new chance for a car that was refused."""
    if not fan.wiring.external or available is fan.announced:
        return fan, ()
    answer = Answer.NONE if available and fan.refuses_d else fan.answer
    return replace(fan, announced=available, answer=answer), ()


def heard_target(fan: Fan, target: bool) -> tuple[Fan, Effects]:
    """After `port0/ventilation/state/target`; `wanted` carries it out."""
    if not fan.wiring.external or target is fan.asked:
        return fan, ()
    return replace(fan, asked=target), ()


def wanted(fan: Fan, running: bool, safe: bool) -> tuple[Fan, Effects]:
    """Have the relay do what it shall, and answer the car.

    `running`: a car in state D charges, or could if it got ventilation. `safe`: the safe state of table 70.
    """
    commanded = not safe and (fan.asked if fan.wiring.external else running and fan.wiring.enabled)
    if commanded is not fan.commanded:
        fan = replace(fan, commanded=commanded)
    relay, effects = contactor.close(fan.relay) if commanded else contactor.open_(fan.relay)
    if relay is not fan.relay:
        fan = replace(fan, relay=relay)
    fan, more = _answered(fan, running and not safe)
    return fan, (*effects, *more)


def sensed(fan: Fan, level: bool) -> tuple[Fan, Effects]:
    """After the feedback line of relay 2 was read or changed."""
    if not fan.used:
        return fan, ()
    return _judged(fan, *contactor.sensed(fan.relay, level))


def elapsed(fan: Fan, timer: str) -> tuple[Fan, Effects]:
    """After a timer of the fan or of its relay (`fan.*`, `relay_2.*`)."""
    if timer == PATIENCE:
        return replace(fan, patience=False), ()
    if timer == PARDON:
        return (replace(fan, answer=Answer.NONE) if fan.refuses_d else fan), ()
    if not fan.used:
        return fan, ()
    return _judged(fan, *contactor.elapsed(fan.relay, timer))


def car_left(fan: Fan) -> tuple[Fan, Effects]:
    """The next car is asked anew."""
    return _answer(fan, Answer.NONE)


def _answered(fan: Fan, asking: bool) -> tuple[Fan, Effects]:
    """What a car that asks for ventilation hears now. One that was granted it and lost it is refused at once."""
    if fan.accepts_d:
        return _answer(fan, Answer.GRANTED if asking else Answer.NONE)
    if fan.answer is Answer.REFUSED:
        return fan, ()
    if not asking:
        return _answer(fan, Answer.NONE)
    if not _offered(fan):
        return _answer(fan, Answer.REFUSED)
    if fan.answer is Answer.NONE:
        fan, effects = replace(fan, answer=Answer.PENDING), ()
        if not fan.wiring.external:
            return fan, effects
        return replace(fan, patience=True), (After(_TIMER, PATIENCE_MS),)
    on_its_way = fan.commanded and fan.relay.stage is not Stage.CLOSED
    return (fan, ()) if on_its_way or fan.patience else _answer(fan, Answer.REFUSED)


def _offered(fan: Fan) -> bool:
    return fan.wiring.enabled and (fan.announced or not fan.wiring.external)


def _answer(fan: Fan, answer: Answer) -> tuple[Fan, Effects]:
    if answer is fan.answer and not fan.patience:
        return fan, ()
    effects: Effects = (Cancel(_TIMER),) if fan.patience else ()
    if answer is Answer.REFUSED and _offered(fan):
        effects += (After(_PARDON, PARDON_MS),)
    return replace(fan, answer=answer, patience=False), effects


def _judged(fan: Fan, relay: Contactor, effects: Effects) -> tuple[Fan, Effects]:
    """Take over what became of the relay, and say once if it does not do what it is told."""
    if relay is fan.relay:
        return fan, effects
    complaint = fan.complaint
    if relay.stage in (Stage.OPEN, Stage.CLOSED):
        obeys = relay.closed is (relay.stage is Stage.CLOSED)
        if not obeys and complaint is not relay.stage:
            complaint = relay.stage
            effects += (Log(Level.WARNING, _complaint(relay.stage)),)
        elif obeys and complaint is relay.stage:
            complaint = None
    return replace(fan, relay=relay, complaint=complaint), effects


def _complaint(stage: Stage) -> str:
    told, says = ("closed", "open") if stage is Stage.CLOSED else ("open", "closed")
    remedy = "compare ports[0]/ventilation/feedback_type with the wiring, and look at the relay of the fan"
    return f"ventilation: relay 2 was told to be {told}, but its feedback says {says}: {remedy}"
