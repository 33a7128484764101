"""Scenarios: TOML files that say what stands there and what happens when.

The parser is strict: an unknown key, a wrong type or a time that runs backwards is an error that names the
file, the line where it can, and what to write instead. It reads and checks; it starts nothing. docs: one
file, one story.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from secc.contract.topics import find
from secc.contract.values import shown
from secc.sim.actions import Action, ActionError, rating, read_action, rotary_position
from secc.sim.contactor import Feedback
from secc.sim.ev import EvSpec
from secc.sim.plant import Plant, SecondRelay, StationSpec, build
from secc.sim.pluglock import DEFAULT_TYPE, TYPES
from secc.sim.rcd import Kind as RcdKind
from secc.sim.rcd import Polarity

MAX_BYTES = 65_536
MAX_STEPS = 1_000
MAX_SECONDS = 86_400.0
_PATH = re.compile(r"[A-Za-z0-9_]+(\[[0-9]{1,2}\])?(/[A-Za-z0-9_]+(\[[0-9]{1,2}\])?)*")
_NAME = re.compile(r"[a-z0-9_]{1,64}")

Scalar = bool | int | float | str
S = TypeVar("S", bound=StrEnum)


class ScenarioError(ValueError):
    """A file that is no scenario: which file, which line, what is wrong, what to write."""


@dataclass(frozen=True, slots=True)
class At:
    """One step of the story, `t_ms` after its beginning."""

    t_ms: int
    action: Action


@dataclass(frozen=True, slots=True)
class Expect:
    """What a run should show `t_ms` after its beginning: the last payload on `topic`."""

    t_ms: int
    topic: str
    payload: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story. `customer` overrides keys of customer.json (paths as in the guide); `every_ms` repeats the
    steps.
    """

    name: str
    about: str
    station: StationSpec = field(default_factory=StationSpec)
    ev: EvSpec = field(default_factory=EvSpec)
    cable_a: int = 32
    customer: tuple[tuple[str, Scalar], ...] = ()
    steps: tuple[At, ...] = ()
    expects: tuple[Expect, ...] = ()
    every_ms: int | None = None

    def plant(self) -> Plant:
        """The station as the story begins."""
        return build(self.station, self.ev, self.cable_a)

    @property
    def ends_ms(self) -> int:
        """When the last step or expectation is over, of one round."""
        times = [step.t_ms for step in self.steps] + [expect.t_ms for expect in self.expects]
        return max(times, default=0)


def _line(text: str, table: str, index: int, key: str) -> int | None:
    """Line of a key, or of its table's header. Good enough for people; strings over several lines mislead
    it.
    """
    here, seen, header = "", -1, None
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(r"\s*(\[\[?)\s*([A-Za-z_]+)\s*\]", line)
        if found:
            here = found[2]
            if here == table:
                seen += 1
                header = number if seen == index else header
        elif here == table and (seen == index or not table):
            name = line.split("=", 1)[0].strip().strip("\"'")
            if "=" in line and name == key:
                return number
    return header


class _Reader:
    """Takes values out of one table and remembers where it is, for errors."""

    def __init__(self, source: str, text: str, table: str, index: int, values: Mapping[str, Any]) -> None:
        self.source, self.text, self.table, self.index, self.values = source, text, table, index, values

    def fail(self, key: str, message: str) -> NoReturn:
        line = _line(self.text, self.table, self.index, key)
        where = f"{self.source}:{line}" if line else self.source
        raise ScenarioError(f"{where}: {self.table and f'[{self.table}] '}{message}")

    def only(self, *keys: str) -> None:
        for key in self.values:
            if key not in keys:
                self.fail(key, f"{shown(key)} is not known here: remove it, or write one of {', '.join(keys)}")

    def text_of(self, key: str, default: str, limit: int = 1_000) -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str) or len(value) > limit:
            self.fail(key, f'"{key}" must be a text of at most {limit} characters, in quotes')
        return value

    def number(self, key: str, default: float, low: float, high: float) -> float:
        value = self.values.get(key, default)
        if type(value) not in (int, float) or not low <= value <= high:
            self.fail(key, f'"{key}" is {shown(str(value))}: write a number from {low:g} to {high:g}')
        return float(value)

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        value = self.number(key, default, low, high)
        if value != int(value):
            self.fail(key, f'"{key}" is {value:g}: write a whole number')
        return int(value)

    def one_of(self, key: str, default: Scalar, choices: tuple[Scalar, ...]) -> Scalar:
        value = self.values.get(key, default)
        if isinstance(value, (list, dict)) or not any(type(value) is type(c) and value == c for c in choices):
            words = ", ".join(f'"{c}"' if isinstance(c, str) else str(c) for c in choices)
            self.fail(key, f'"{key}" is {shown(str(value))}: write one of {words}')
        return value  # type: ignore[no-any-return]

    def word(self, key: str, default: S) -> S:
        return type(default)(str(self.one_of(key, default.value, tuple(c.value for c in type(default)))))

    def ms(self, key: str) -> int:
        if key not in self.values:
            self.fail(key, f'"{key}" is missing: write when, in seconds')
        return round(self.number(key, 0, 0, MAX_SECONDS) * 1000)


def _station(reader: _Reader) -> StationSpec:
    reader.only(
        "rotary", "contactor_feedback", "relay_2", "relay_2_feedback", "lock_type", "fixed_cable",
        "grid_phases", "rcd", "rcd_polarity", "rcd_test_polarity", "seed",
    )  # fmt: skip
    standard = StationSpec()
    return StationSpec(
        rotary=rotary_position(reader.values.get("rotary", standard.rotary), "rotary"),
        contactor_feedback=reader.word("contactor_feedback", Feedback.NO),
        relay_2=reader.word("relay_2", SecondRelay.NONE),
        relay_2_feedback=reader.word("relay_2_feedback", Feedback.NO),
        lock_type=str(reader.one_of("lock_type", DEFAULT_TYPE, tuple(TYPES))),
        fixed_cable_a=rating(reader.values, "fixed_cable"),
        grid_phases=int(reader.one_of("grid_phases", 3, (1, 3))),
        rcd=reader.word("rcd", RcdKind.WESTERN),
        rcd_polarity=reader.word("rcd_polarity", Polarity.ACTIVE_HIGH),
        rcd_test_polarity=reader.word("rcd_test_polarity", Polarity.ACTIVE_HIGH),
        seed=reader.whole("seed", 1, 0, 2**31),
    )


def _ev(reader: _Reader) -> EvSpec:
    reader.only("phases", "max_current", "energy", "battery", "ready_after", "behaviour", "ventilation")
    standard = EvSpec()
    battery_wh = reader.number("battery", standard.battery_wh, 1, 1e6)
    return EvSpec(
        phases=int(reader.one_of("phases", standard.phases, (1, 3))),
        max_current_a=reader.whole("max_current", standard.max_current_a, 6, 80),
        energy_wh=reader.number("energy", min(standard.energy_wh, battery_wh), 0, battery_wh),
        battery_wh=battery_wh,
        ready_after_ms=round(reader.number("ready_after", standard.ready_after_ms / 1000, 0, 3600) * 1000),
        behaviour=reader.word("behaviour", standard.behaviour),
        ventilation=bool(reader.one_of("ventilation", False, (True, False))),
    )


def _customer(reader: _Reader) -> tuple[tuple[str, Scalar], ...]:
    for key, value in reader.values.items():
        if not _PATH.fullmatch(key):
            reader.fail(key, f'{shown(key)} is no path: write it as in "ports[0]/evse_current_limit"')
        if not isinstance(value, (bool, int, float, str)):
            reader.fail(key, f'"{key}" must be a number, a text, true or false')
    return tuple(reader.values.items())


class _File:
    """One parsed file, table by table."""

    def __init__(self, source: str, text: str) -> None:
        self.source, self.text = source, text
        try:
            self.values = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"line (\d+)", str(error))
            where = f"{source}:{found[1]}" if found else source
            raise ScenarioError(f"{where}: not TOML: {error}") from None
        except RecursionError:
            raise ScenarioError(f"{source}: nested too deeply for a scenario") from None

    def table(self, name: str) -> _Reader:
        values = self.values.get(name, {})
        if not isinstance(values, dict):
            raise ScenarioError(f"{self.source}: write [{name}] as a table")
        return _Reader(self.source, self.text, name, 0, values)

    def tables(self, name: str) -> list[_Reader]:
        values = self.values.get(name, [])
        if not isinstance(values, list) or not all(isinstance(item, dict) for item in values):
            raise ScenarioError(f"{self.source}: write each [[{name}]] in double brackets")
        if len(values) > MAX_STEPS:
            raise ScenarioError(f"{self.source}: {len(values)} times [[{name}]] are more than {MAX_STEPS}")
        return [_Reader(self.source, self.text, name, index, item) for index, item in enumerate(values)]


def _steps(readers: list[_Reader]) -> tuple[At, ...]:
    steps: list[At] = []
    for reader in readers:
        t_ms = reader.ms("t")
        if steps and t_ms < steps[-1].t_ms:
            reader.fail("t", f'"t" is {t_ms / 1000:g}, before the step above it: write the steps in order of time')
        try:
            action = read_action({key: value for key, value in reader.values.items() if key != "t"})
        except ActionError as error:
            reader.fail(error.key, str(error))
        steps.append(At(t_ms, action))
    return tuple(steps)


def _expects(readers: list[_Reader]) -> tuple[Expect, ...]:
    expects = []
    for reader in readers:
        reader.only("t", "topic", "payload")
        for key in ("topic", "payload"):
            if key not in reader.values:
                reader.fail(key, f'"{key}" is missing: write what the topic shall hold at "t"')
        topic = reader.text_of("topic", "")
        if find(topic) is None:
            reader.fail("topic", f'"topic" is {shown(topic)}: it is no topic of the catalogue')
        expects.append(Expect(reader.ms("t"), reader.text_of("topic", ""), reader.text_of("payload", "")))
    return tuple(expects)


def read(text: str, source: str) -> Scenario:
    """The scenario of a file's text. `source` names the file in errors, and its stem is the scenario's
    name.
    """
    if len(text) > MAX_BYTES:
        raise ScenarioError(f"{source}: {len(text)} characters are more than {MAX_BYTES}")
    file = _File(source, text)
    top = _Reader(source, text, "", 0, file.values)
    top.only("about", "repeat_every", "station", "ev", "cable", "customer", "at", "expect")
    if not file.values.get("about"):
        top.fail("about", '"about" is missing: say in one line what happens')
    cable = file.table("cable")
    cable.only("rating")
    station = file.table("station")
    try:
        station_spec = _station(station)
        cable_a = rating(cable.values, "rating") or 32
    except ActionError as error:
        (station if error.key in station.values else cable).fail(error.key, str(error))
    steps = _steps(file.tables("at"))
    every_ms = top.ms("repeat_every") if "repeat_every" in file.values else None
    if every_ms is not None and (not steps or every_ms <= steps[-1].t_ms):
        top.fail("repeat_every", '"repeat_every" must be later than the last step, and there must be one')
    return Scenario(
        Path(source).stem,
        top.text_of("about", ""),
        station_spec,
        _ev(file.table("ev")),
        cable_a,
        _customer(file.table("customer")),
        steps,
        _expects(file.tables("expect")),
        every_ms,
    )


def shipped() -> tuple[str, ...]:
    """Names of the scenarios that come along, in order."""
    folder = resources.files("secc.sim") / "scenarios"
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


def load(name: str) -> Scenario:
    """A shipped scenario by name, or a file by path; ScenarioError if there is none or it is wrong."""
    if _NAME.fullmatch(name):
        if name not in shipped():
            raise ScenarioError(f"there is no scenario {name}: take one of {', '.join(shipped())}, or give a path")
        text = (resources.files("secc.sim") / "scenarios" / f"{name}.toml").read_text(encoding="utf-8")
        return read(text, f"{name}.toml")
    try:
        with Path(name).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        return read(content.decode("utf-8"), name)
    except OSError as error:
        raise ScenarioError(f"{name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"{name}: is not UTF-8 text") from None
