"""What can happen to a station: each action by name, with plain values, and how it is drawn at random.

The last value of an action is how many ms pass after it. Actions reach into the world and never into evsed. Guide
§3.3.4 (what breaks), §15.13 to §15.21 (what people and their software do).
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any

from power_hardware import BOLT_MS
from power_oracle import permitted_duty
from power_setup import EMERGENCY, KEY, RCD, edit_drawn, edited
from power_world import CHARGED_RAW, FLAT_RAW, World

from secc.contract.enums import Operative
from secc.contract.topics import availability, limits, power, session
from secc.contract.topics import rcd as rcd_topics
from secc.evsed.events import PilotSampled
from secc.fsm import Tick

if TYPE_CHECKING:
    from power_judge import Judge

Action = tuple[Any, ...]
"""Name, values, ms."""


def _plug(world: World, cable: int, wish: str) -> None:
    world.plug(cable)
    world.car.want(wish)


def _unplug(world: World) -> None:
    world.car.want("A")
    if world.setup.pluggable:
        world.plug(0)


def _temper(world: World, polite: bool, lag_ms: int, asleep: bool) -> None:
    world.car.polite, world.car.lag_ms, world.car.asleep = polite, lag_ms, asleep


def _line(world: World, diode: bool, cp: bool, mv: int) -> None:
    world.car.diode, world.car.cp, world.car.mv = diode, cp, mv
    world.wake()


def _samples(world: World, *readings: tuple[int, int]) -> None:
    for high, low in readings:
        world.post(PilotSampled(high, low))
        world.run(5)
    world.wake()


def _contacts(world: World, relay: int, stays: bool, mute: bool, lag_ms: int, bounces: int) -> None:
    contacts = world.contacts[relay]
    contacts.stays, contacts.lag_ms, contacts.bounces = stays, lag_ms, bounces
    contacts.speak(mute)
    contacts.settle()


def _input(world: World, line: str, active: bool, bounces: int) -> None:
    level = active is not (line == EMERGENCY and world.setup.emergency == "low")
    for number in range(bounces):
        world.drive_input(line, level is (number % 2 == 0))
        world.run(3)
    world.drive_input(line, level)


def _glitch(world: World, line: str, ms: int) -> None:
    level = world.inputs[line]
    world.drive_input(line, not level)
    world.run(ms)
    world.drive_input(line, level)


def _again(world: World, down_ms: int) -> None:
    world.run(down_ms)
    world.start()


def _kill(world: World, down_ms: int) -> None:
    world.kill()
    _again(world, down_ms)


def _stop(world: World, down_ms: int) -> None:
    world.stop()
    _again(world, down_ms)


def _rcd(world: World, deaf: bool, lame: bool) -> None:
    world.rcd.deaf, world.rcd.lame = deaf, lame


def _names(world: World, *amperes: float) -> None:
    """More limits than there is room for."""
    for name, ampere in zip("hijklm", amperes, strict=True):
        world.publish(limits.DYN_CURRENT_LIMIT, ampere, name)


def _sleep(world: World, hours: int) -> None:
    """The machine is suspended; its boot clock goes on. A car that charged is full by then."""
    if world.car.wish in "CD":
        world.car.want("B")
    world.slept_ms += hours * 3_600_000
    world.post(Tick(world.boot_ms))


def _mending(world: World) -> None:
    """The pilot is sampled for as long as it takes to be trusted again."""
    world.wake(3_200)


ACTIONS: dict[str, Callable[..., None]] = {
    "wait": lambda world: None,
    "plug": _plug,
    "unplug": _unplug,
    "want": lambda world, wish: world.car.want(wish),
    "temper": _temper,
    "line": _line,
    "samples": _samples,
    "mending": _mending,
    "cable": lambda world, cable: world.plug(cable),
    "contacts": _contacts,
    "force": lambda world, relay, closed: world.contacts[relay].force(closed),
    "jam": lambda world, low, high: world.lock.jam(low, high),
    "lever": lambda world, bolt: world.lock.lever(bolt),
    "capacitor": lambda world, raw: setattr(world, "capacitor_raw", raw),
    "leak": lambda world, leak: world.rcd.leaks(leak),
    "rcd": _rcd,
    "input": _input,
    "glitch": _glitch,
    "limit": lambda world, name, ampere, retain: world.publish(limits.DYN_CURRENT_LIMIT, ampere, name, retain=retain),
    "names": _names,
    "central": lambda world, ampere: world.publish(limits.MAXCURRENTLIMIT, ampere, retain=True),
    "word": lambda world, word, retain: world.publish(session.AUTHORIZATION_STATUS, word, retain=retain),
    "target": lambda world, word: world.publish(availability.TARGET, Operative(word), retain=True),
    "backend": lambda world, word: world.publish(availability.BACKEND, Operative(word), retain=True),
    "fan there": lambda world, there: world.publish(power.VENTILATION_AVAILABLE, there, retain=True),
    "fan": lambda world, runs: world.publish(power.VENTILATION_STATE_TARGET, runs, retain=True),
    "phases": lambda world, count: world.publish(power.PHASE_TARGET, count),
    "delay": lambda world, delay_s: world.publish(power.PHASE_SWITCH_DELAY, delay_s),
    "rcd test": lambda world: world.publish(rcd_topics.TEST_PERFORM, None),
    "edit": lambda world, *changes: world.edit(edited(world.setup, dict(changes))),
    "kill": _kill,
    "stop": _stop,
    "sleep": _sleep,
}


def act(world: World, action: Action) -> None:
    """Do it, and let its time pass."""
    name, *values, ms = action
    ACTIONS[name](world, *values)
    if ms:
        world.run(ms)


SHORT = (0, 0, 0, 1, 3, 5, 5, 10, 20, 60, 150, 260, 400, 700)
LONG = (1000, 1000, 1500, 1500, 3000, 5000, 6000, 6001, 10_000, 31_000)
AMPERES = (-1.0, 0.0, 5.9, 6.0, 6.1, 10.0, 13.0, 16.0, 20.2, 31.9, 32.0, 48.7, 51.0, 51.1, 63.0, 80.0, 99.0)
RAWS = (3633, 3173, 2838, 2463, 2074, 527)


def _ms(random: Random) -> int:
    return random.choice(SHORT if random.random() < 0.85 else LONG)


def _yes(random: Random, chance: float) -> bool:
    return random.random() < chance


def _reading(random: Random, world: World) -> tuple[int, int]:
    if _yes(random, 0.3):
        return random.randrange(4096), random.randrange(4096)
    high = random.choice(RAWS) + random.randrange(-90, 91)
    low = 527 + random.randrange(-60, 61) if _yes(random, 0.6) else high
    return max(0, min(4095, high)), max(0, min(4095, low))


DRAWS: tuple[tuple[int, str, Callable[[Random, World], tuple[Any, ...]]], ...] = (
    (30, "wait", lambda r, w: ()),
    (30, "want", lambda r, w: (r.choice("ABBBCCCCCDDDE"),)),
    (6, "plug", lambda r, w: (r.choice((13, 20, 32, 32, 63, 0, -1)), r.choice("BC"))),
    (5, "unplug", lambda r, w: ()),
    (6, "temper", lambda r, w: (_yes(r, 0.65), r.choice((0, 50, 200, 1000, 2900, 7000)), _yes(r, 0.1))),
    (4, "line", lambda r, w: (_yes(r, 0.6), _yes(r, 0.8), r.choice((0, 0, 300, -300, 900, -1600, 4000)))),
    (8, "samples", lambda r, w: tuple(_reading(r, w) for _ in range(r.choice((1, 1, 1, 2, 2, 3, 4, 6))))),
    (7, "cable", lambda r, w: (r.choice((13, 20, 32, 63, 0, -1)),)),
    (5, "contacts", lambda r, w: (
        r.choice((1, 1, 2)), _yes(r, 0.3), _yes(r, 0.1), r.choice((5, 20, 90, 200, 235, 245, 270)),
        r.choice((0, 0, 2, 5, 20, 130)))),
    (1, "force", lambda r, w: (r.choice((1, 2)), _yes(r, 0.5))),
    (2, "jam", lambda r, w: r.choice(((0, 0), (300, 300), (0, 150), (150, 300), (120, 180)))),
    (2, "lever", lambda r, w: (r.choice((0, 150, BOLT_MS)),)),
    (2, "capacitor", lambda r, w: (r.choice((CHARGED_RAW, FLAT_RAW)),)),
    (3, "leak", lambda r, w: (_yes(r, 0.7),)),
    (3, "rcd", lambda r, w: (_yes(r, 0.5), _yes(r, 0.3))),
    (4, "input", lambda r, w: (r.choice((EMERGENCY, KEY, KEY)), _yes(r, 0.4), r.choice((0, 0, 3, 8)))),
    (3, "glitch", lambda r, w: (r.choice((EMERGENCY, RCD, RCD, KEY)), r.choice((1, 5, 50, 90, 110)))),
    (14, "limit", lambda r, w: (r.choice("aaabbcdefg"), r.choice(AMPERES), _yes(r, 0.3))),
    (3, "names", lambda r, w: tuple(r.choice((6.0, 6.5, 8.0, 10.0, 13.0, 20.0, -1.0)) for _ in range(6))),
    (4, "central", lambda r, w: (r.choice(AMPERES),)),
    (10, "word", lambda r, w: (_yes(r, 0.6), _yes(r, 0.2))),
    (4, "target", lambda r, w: (r.choice(("operative", "inoperative")),)),
    (3, "backend", lambda r, w: (r.choice(("operative", "inoperative")),)),
    (4, "fan there", lambda r, w: (_yes(r, 0.7),)),
    (4, "fan", lambda r, w: (_yes(r, 0.7),)),
    (10, "phases", lambda r, w: (r.choice((1, 3)),)),
    (3, "delay", lambda r, w: (r.choice((10, 11, 15)),)),
    (3, "rcd test", lambda r, w: ()),
    (4, "edit", lambda r, w: tuple(sorted(edit_drawn(r, w.setup).items()))),
    (2, "kill", lambda r, w: (r.choice((300, 500, 3000, 20_000)),)),
    (1, "stop", lambda r, w: (r.choice((300, 500, 3000)),)),
    (3, "sleep", lambda r, w: (r.choice((1, 12, 23, 24, 24, 25, 25)),)),
)  # fmt: skip
"""Weight, name, and the values without the time that passes."""

_WEIGHTS = [weight for weight, _, _ in DRAWS]


def drawn_action(random: Random, world: World) -> Action:
    """Anything."""
    _, name, draw = random.choices(DRAWS, weights=_WEIGHTS)[0]
    return (name, *draw(random, world), _ms(random))


def helpful_action(random: Random, world: World, judge: Judge) -> Action | None:
    """What brings the station closer to charging, or keeps it there; None if it charges and nothing is missing."""
    soon = random.choice((20, 100, 300, 1000))
    mended = _mended(random, world, soon)
    if mended is not None and _yes(random, 0.4):
        return mended
    if "PowerSwitchFailure" in judge.raised or judge.raised & {"SpuriousRcdError", "RcdTestError"}:
        if mended is None:
            tested = "PowerSwitchFailure" not in judge.raised and world.setup.rcd != "watch" and _yes(random, 0.5)
            return ("rcd test", 4000) if tested else (random.choice(("kill", "stop")), 500, 7000)
        return mended
    if world.car.wish == "A":
        return ("plug", random.choice((13, 20, 32, 32, 63)), "B", soon)
    if world.car.wish not in "CD":
        return ("want", random.choice("CCCD"), soon)
    return _permitted(random, world, judge, soon)


def _mended(random: Random, world: World, soon: int) -> Action | None:
    """One of the things that are broken is mended."""
    broken: list[Action] = []
    setup, wired = world.setup, world.contacts[2].wiring
    if setup.feedback not in ("none", world.contacts[1].wiring):
        broken.append(("edit", ("feedback", world.contacts[1].wiring), soon))
    if setup.switching not in ("", "none", wired):
        broken.append(("edit", ("switching", wired), soon))
    for relay, contacts in world.contacts.items():
        astray = contacts.closed is not contacts.coil
        if astray or contacts.stays or contacts.mute or contacts.lag_ms > 200 or contacts.bounces > 5:
            broken.append(("contacts", relay, False, False, 20, random.choice((0, 2)), soon))
    if world.lock.free != (0, BOLT_MS):
        broken.append(("jam", 0, BOLT_MS, soon))
    if world.capacitor_raw != CHARGED_RAW:
        broken.append(("capacitor", CHARGED_RAW, soon))
    if world.rcd.leak:
        broken.append(("leak", False, soon))
    if world.rcd.deaf or world.rcd.lame:
        broken.append(("rcd", False, False, soon))
    if world.setup.emergency and world.inputs[EMERGENCY] is (world.setup.emergency == "high"):
        broken.append(("input", EMERGENCY, False, 0, soon))
    if not (world.car.diode and world.car.cp) or world.car.mv:
        broken.append(("line", True, True, 0, soon))
    if world.setup.pluggable and world.cable in (0, -1) and world.car.wish != "A":
        broken.append(("cable", 32, soon))
    return random.choice(broken) if broken else None


def _permitted(random: Random, world: World, judge: Judge, soon: int) -> Action | None:
    setup, permission = world.setup, judge.permission
    if setup.method == "key-switch" and not world.inputs[KEY]:
        return ("input", KEY, True, 3, soon)
    if setup.method in ("mqtt", "ocpp") and not permission.word:
        return ("word", True, False, soon)
    for name, side in (("target", permission.target), ("backend", permission.backend)):
        if side != "operative" and not permission.admitted and _yes(random, 0.4):
            return (name, "operative", soon)
    if permitted_duty(min(judge.offers())) == 10_000 and _yes(random, 0.7):
        low = [name for name, each in judge.limit.named.items() if each is not None and each < 60]
        if low:
            return ("limit", low[0], 16.0, False, soon)
        return ("central", 20.0, soon)
    if world.car.wish == "D" and not setup.accept_d:
        if setup.fan != "external":
            return ("want", "C", soon) if setup.fan != "internal" or _yes(random, 0.2) else ("wait", 3000)
        return (random.choice(("fan there", "fan")), True, soon)
    if setup.switching and judge.offered_phases is not None:
        if judge.phases_wanted != judge.offered_phases:
            return ("wait", judge.delay_s * 500 + 100)
        if world.contacts[1].closed and _yes(random, 0.2):
            return ("phases", 4 - judge.phases_wanted, soon)
    if world.car.duty in (10_000, 0) or not world.contacts[1].coil:
        if judge.pilot.faulty:
            return ("mending", 3300) if _yes(random, 0.3) else (random.choice(("kill", "stop")), 500, 7000)
        return ("wait", random.choice((3000, 8000, 10_100))) if _yes(random, 0.6) else None
    return None
