"""What people and misfortune do to the station: plug, unplug, start, stop, break, mend, turn the switch.

`act` is pure: it answers with the plant afterwards and, when the thing cannot be done, with the reason.
`read_action` turns a document of a scenario or of the topic sim/command into an action, or says what is
wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from secc.contract.topics import find
from secc.contract.values import PayloadError, shown
from secc.sim.cable import RATINGS_A, Cable
from secc.sim.ev import Ev
from secc.sim.faults import NAMES
from secc.sim.plant import Plant

MAX_PATIENCE_S = 60.0
MAX_TEXT = 4_096
ENDS = ("both", "station", "ev")


class ActionError(ValueError):
    """A document that is no action; the message says what is wrong and what would be right, `key` where."""

    def __init__(self, message: str, key: str = "do") -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True, slots=True)
class Plug:
    """Plug in `end` (one of ENDS); another cable if `rating_a`; `half`: not home in the socket."""

    end: str = "both"
    rating_a: int | None = None
    half: bool = False


@dataclass(frozen=True, slots=True)
class Unplug:
    """Pull `end` out. With `patience_ms` the driver goes on trying for so long before it is refused."""

    end: str = "both"
    patience_ms: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """The driver wants the car to charge."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The driver ends the charge at the car."""


@dataclass(frozen=True, slots=True)
class Break:
    """A fault of faults.FAULTS occurs."""

    fault: str


@dataclass(frozen=True, slots=True)
class Clear:
    """A fault goes away, or every fault when None."""

    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Rotary:
    """The rotary switch is turned to 0..15."""

    position: int


@dataclass(frozen=True, slots=True)
class PublishText:
    """Somebody publishes on the broker; nothing happens at the plant."""

    topic: str
    payload: str


Action: TypeAlias = Plug | Unplug | Request | Stop | Break | Clear | Rotary | PublishText


def _plug(plant: Plant, action: Plug) -> tuple[Plant, str | None]:
    cable = plant.cable
    station = action.end in ("both", "station") and not cable.fixed
    ev = action.end in ("both", "ev") or cable.fixed
    if cable.fixed and (action.half or action.rating_a is not None):
        return plant, "the cable is fixed to the station: plug without rating and without half"
    if action.rating_a not in (None, cable.rating_a) and (cable.at_station or cable.at_ev):
        return plant, "another cable is plugged in: unplug it first"
    pushed_home = station and cable.at_station and not cable.home and not action.half
    fresh = (station and not cable.at_station) or (ev and not cable.at_ev) or pushed_home
    if not fresh:
        return plant, "it is plugged in already: unplug it first"
    if station and not cable.at_station and plant.lock.holds:
        return plant, "the bolt of the plug lock bars the socket: it must be unlocked"
    after = Cable(
        action.rating_a or cable.rating_a,
        cable.at_station or station,
        cable.at_ev or ev,
        not action.half if station else cable.home,
        cable.fixed,
    )
    car = plant.ev if cable.at_ev or not ev else Ev(plant.ev_spec)
    return replace(plant, cable=after, ev=car), None


def _unplug(plant: Plant, action: Unplug) -> tuple[Plant, str | None]:
    cable = plant.cable
    station = action.end in ("both", "station") and cable.at_station and not cable.fixed
    ev = action.end in ("both", "ev") and cable.at_ev
    if cable.fixed and action.end == "station":
        return plant, "the cable is fixed to the station: unplug it at the car"
    if not station and not ev:
        return plant, "nothing is plugged in there"
    if station and plant.lock.holds:
        return plant, f"the plug is held by the lock ({plant.lock.word}): it must be unlocked"
    after = Cable(
        cable.rating_a,
        cable.at_station and not station,
        cable.at_ev and not ev,
        cable.home or station,
        cable.fixed,
    )
    return replace(plant, cable=after, ev=None if ev else plant.ev), None


def _wish(plant: Plant, wants: bool) -> tuple[Plant, str | None]:
    if plant.ev is None:
        return plant, "no car is plugged in"
    return replace(plant, ev=replace(plant.ev, wants=wants)), None


def _clear(plant: Plant, action: Clear) -> tuple[Plant, str | None]:
    if action.fault is None:
        return replace(plant, faults=frozenset()), None
    if action.fault not in plant.faults:
        return plant, f"{action.fault} is not there"
    return replace(plant, faults=plant.faults - {action.fault}), None


def act(plant: Plant, action: Action) -> tuple[Plant, str | None]:
    """The plant after the action, and None; or the plant as it was, and why it cannot be done."""
    match action:
        case Plug():
            return _plug(plant, action)
        case Unplug():
            return _unplug(plant, action)
        case Request():
            return _wish(plant, True)
        case Stop():
            return _wish(plant, False)
        case Break(fault):
            return replace(plant, faults=plant.faults | {fault}), None
        case Clear():
            return _clear(plant, action)
        case Rotary(position):
            return replace(plant, rotary=position), None
        case PublishText():
            return plant, None


def _refuse(key: str, what: str) -> ActionError:
    return ActionError(what, key)


def _end(table: Mapping[str, Any]) -> str:
    end = table.get("end", "both")
    if end not in ENDS:
        raise _refuse("end", f'"end" is {shown(str(end))}: write one of {", ".join(ENDS)}')
    return str(end)


def rating(table: Mapping[str, Any], key: str) -> int | None:
    """A cable rating of the table, None if the key is missing; ActionError for one that no cable has."""
    value = table.get(key)
    if value is None:
        return None
    if type(value) is not int or value not in RATINGS_A:
        raise _refuse(key, f'"{key}" is {shown(str(value))}: write one of {", ".join(map(str, RATINGS_A))}')
    return value


def flag(table: Mapping[str, Any], key: str) -> bool:
    """A true or false of the table, false if the key is missing."""
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise _refuse(key, f'"{key}" is {shown(str(value))}: write true or false')
    return value


def fault_name(value: object) -> str:
    """A fault that the plant knows."""
    if not isinstance(value, str) or value not in NAMES:
        raise _refuse("fault", f'"fault" is {shown(str(value))}: write one of {", ".join(sorted(NAMES))}')
    return value


def rotary_position(value: object, key: str = "position") -> int:
    """A position of the rotary switch: "0" to "F", or 0 to 15."""
    if type(value) is int and 0 <= value <= 15:
        return value
    if isinstance(value, str) and len(value) == 1 and value.upper() in "0123456789ABCDEF":
        return int(value, 16)
    raise _refuse(key, f'"{key}" is {shown(str(value))}: write a position "0" to "F" (or 0 to 15)')


def _read_plug(table: Mapping[str, Any]) -> Action:
    return Plug(_end(table), rating(table, "cable"), flag(table, "half"))


def _read_unplug(table: Mapping[str, Any]) -> Action:
    patience_s = table.get("patience", 0)
    if type(patience_s) not in (int, float) or not 0 <= patience_s <= MAX_PATIENCE_S:
        raise _refuse("patience", f'"patience" is {shown(str(patience_s))}: write seconds from 0 to {MAX_PATIENCE_S:g}')
    return Unplug(_end(table), int(patience_s * 1000))


def _read_break(table: Mapping[str, Any]) -> Action:
    return Break(fault_name(table.get("fault")))


def _read_clear(table: Mapping[str, Any]) -> Action:
    return Clear(fault_name(table["fault"]) if "fault" in table else None)


def _read_rotary(table: Mapping[str, Any]) -> Action:
    return Rotary(rotary_position(table.get("position")))


def _read_publish(table: Mapping[str, Any]) -> Action:
    texts = []
    for key in ("topic", "payload"):
        value = table.get(key)
        if not isinstance(value, str) or len(value) > MAX_TEXT:
            raise _refuse(key, f'"{key}" must be a text of at most {MAX_TEXT} characters, in quotes')
        texts.append(value)
    found = find(texts[0])
    if found is None or any(c in texts[0] for c in "+#\0"):
        raise _refuse("topic", f'"topic" is {shown(texts[0])}: it is no topic of the catalogue')
    try:
        found[0].decode(texts[1].encode())
    except PayloadError as error:
        raise _refuse("payload", f'"payload" cannot be sent: {error}') from None
    return PublishText(texts[0], texts[1])


_READERS: dict[str, tuple[tuple[str, ...], Callable[[Mapping[str, Any]], Action]]] = {
    "plug": (("end", "cable", "half"), _read_plug),
    "unplug": (("end", "patience"), _read_unplug),
    "request": ((), lambda _table: Request()),
    "stop": ((), lambda _table: Stop()),
    "fault": (("fault",), _read_break),
    "clear": (("fault",), _read_clear),
    "rotary": (("position",), _read_rotary),
    "publish": (("topic", "payload"), _read_publish),
}
VERBS = tuple(_READERS)


def read_action(table: Mapping[str, Any]) -> Action:
    """The action of a document such as {"do": "plug", "cable": 32}; ActionError if it is none."""
    verb = table.get("do")
    if not isinstance(verb, str) or verb not in _READERS:
        found = f"is {shown(str(verb))}" if "do" in table else "is missing"
        raise _refuse("do", f'"do" {found}: write one of {", ".join(VERBS)}')
    keys, reader = _READERS[verb]
    for key in table:
        if key != "do" and key not in keys:
            allowed = f"it takes {', '.join(keys)}" if keys else "it takes nothing else"
            raise _refuse(key, f'"{verb}" does not know {shown(str(key))}: {allowed}')
    return reader(table)
