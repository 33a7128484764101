"""Traces: what is written can be read and replayed, exactly, and nothing else can be built from one."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secc.contract.enums import CpState
from secc.contract.topics.charge import CP_STATUS
from secc.fsm import After, Effects, Elapsed, Event, Publish, Received, Tick
from secc.runtime.encoding import Decoder, TraceError, encode
from secc.runtime.replay import Core, replay
from secc.runtime.trace import Trace


class Lamp(Enum):
    OFF = "off"
    ON = "on"


@dataclass(frozen=True, slots=True)
class Pressed:
    times: int


@dataclass(frozen=True, slots=True)
class Glow:
    lamp: Lamp
    levels: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    patience_ms: int


@dataclass(frozen=True, slots=True)
class Model:
    settings: Settings
    presses: int = 0
    lamp: Lamp = Lamp.OFF


def initial(settings: Settings) -> Model:
    return Model(settings)


def step(model: Model, event: Event) -> tuple[Model, Effects]:
    match event:
        case Pressed(times):
            grown = replace(model, presses=model.presses + times, lamp=Lamp.ON)
            return grown, (
                Glow(Lamp.ON, (0.1 * grown.presses, None)),
                After("off", model.settings.patience_ms),
            )
        case Elapsed("off"):
            return replace(model, lamp=Lamp.OFF), (Glow(Lamp.OFF), Publish(CP_STATUS, CpState.A))
    return model, ()


CORE: Core = SimpleNamespace(EVENTS=(Pressed,), EFFECTS=(Glow,), SETTINGS=Settings, initial=initial, step=step)
TOPICS = (CP_STATUS,)


def record(path: Path, events: list[Event], *, begin: bool = True, max_bytes: int = 1 << 20) -> Trace:
    trace = Trace(path, "lampd", max_bytes)
    model = initial(Settings(250))
    if begin:
        trace.begin(model.settings)
    for at_ms, event in enumerate(events):
        after, effects = step(model, event)
        trace.record(at_ms, event, effects, model, after)
        model = after
    trace.close()
    return trace


EVENTS: list[Event] = [Pressed(1), Tick(5), Received(CP_STATUS, CpState.C), Pressed(2), Elapsed("off")]


@pytest.mark.parametrize("begin", [True, False], ids=["settings in the header", "model in the header"])
def test_a_trace_replays_to_the_same_effects(tmp_path: Path, begin: bool) -> None:
    record(tmp_path / "t", EVENTS, begin=begin)
    assert replay(CORE, "lampd", tmp_path / "t", TOPICS) == (3, None)


def test_events_of_which_nothing_came_are_left_out(tmp_path: Path) -> None:
    record(tmp_path / "t", EVENTS)
    lines = [json.loads(line) for line in (tmp_path / "t").read_text().splitlines()]
    assert lines[0] == {
        "daemon": "lampd",
        "version": lines[0]["version"],
        "schema": 1,
        "settings": {"$": "Settings", "patience_ms": 250},
    }
    assert [line["event"]["$"] for line in lines[1:]] == ["Pressed", "Pressed", "Elapsed"]
    assert lines[1]["effects"][0] == {"$": "Glow", "lamp": {"$enum": "Lamp.ON"}, "levels": [0.1, None]}


def test_the_first_difference_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t"
    record(path, EVENTS)
    path.write_text(path.read_text().replace('"Lamp.OFF"', '"Lamp.ON"'))
    count, difference = replay(CORE, "lampd", path, TOPICS)
    assert count == 3
    assert difference is not None
    assert difference.line == 4
    assert str(difference).splitlines() == [
        "line 4: Elapsed(name='off')",
        "  - Glow(lamp=<Lamp.ON: 'on'>, levels=())",
        "  + Glow(lamp=<Lamp.OFF: 'off'>, levels=())",
    ]


def test_a_full_trace_becomes_its_predecessor_and_both_replay(tmp_path: Path) -> None:
    path = tmp_path / "t"
    record(path, [Pressed(n) for n in range(1, 200)], max_bytes=4000)
    older = tmp_path / "t.1"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["t", "t.1"]
    assert max(path.stat().st_size, older.stat().st_size) < 4000 + 400
    assert "model" in json.loads(path.read_text().splitlines()[0])
    for part in (path, older):
        count, difference = replay(CORE, "lampd", part, TOPICS)
        assert count > 1
        assert difference is None


def test_a_broken_disk_ends_the_trace_and_nothing_else(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    record(tmp_path / "missing" / "t", EVENTS)
    assert len(caplog.records) == 1
    assert "No such file" in caplog.text


def test_a_value_that_cannot_be_written_ends_the_trace(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    trace = Trace(tmp_path / "t", "lampd")
    for _ in range(2):
        trace.record(0, Pressed(1), (object(),), None, None)
    trace.close()
    assert len(caplog.records) == 1
    assert "a object cannot be written" in caplog.text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no trace of lampd"),
        ("{}\n", "no trace of lampd"),
        ('{"daemon":"ledd","schema":1}\n', "no trace of lampd"),
        ('{"daemon":"lampd","schema":2}\n', "schema 2"),
        ("[]\n", "an object belongs here"),
        ("nonsense\n", ":1: "),
        ('{"daemon":"lampd","schema":1}\n', "'settings' is missing"),
        ('{"daemon":"lampd","schema":1,"settings":{"$":"Popen","args":"ls"}}\n', "no class 'Popen'"),
        ('{"daemon":"lampd","schema":1,"settings":{"$":"Settings","no":1}}\n', "cannot be read"),
        ('{"daemon":"lampd","schema":1,"settings":{"$bytes":3}}\n', "cannot be read"),
        ('{"daemon":"lampd","schema":1,"settings":{"$enum":"Settings.patience_ms"}}\n', "no enumeration"),
        ('{"daemon":"lampd","schema":1,"settings":{"$topic":"TOPIC_UNHEARD_OF"}}\n', "cannot be read"),
    ],
)
def test_what_is_no_trace_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "t").write_text(text)
    with pytest.raises(TraceError, match=message) as error:
        replay(CORE, "lampd", tmp_path / "t", TOPICS)
    assert str(tmp_path / "t:1") in str(error.value)


def test_a_line_that_a_crash_cut_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "t"
    record(path, EVENTS)
    path.write_bytes(path.read_bytes()[:-10])
    assert replay(CORE, "lampd", path, TOPICS) == (2, None)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.lists(inner).map(tuple),
    max_leaves=8,
)
VALUES = st.one_of(
    PLAIN,
    st.binary(),
    st.frozensets(st.integers()),
    st.sampled_from([*Lamp, *CpState, CP_STATUS]),
    st.datetimes(timezones=st.just(UTC)),
    st.builds(Glow, st.sampled_from(Lamp), st.lists(st.floats(allow_nan=False) | st.none()).map(tuple)),
    st.builds(Received, st.just(CP_STATUS), PLAIN, st.lists(st.text()).map(tuple)),
)


@given(VALUES)
def test_every_value_survives_the_way_through_json(value: Any) -> None:
    decoder = Decoder([Glow, Received, CpState], TOPICS)
    back = decoder(json.loads(json.dumps(encode(value))))
    assert back == value
    assert type(back) is type(value)


def test_a_topic_is_written_by_name_and_time_with_its_zone() -> None:
    assert encode(CP_STATUS) == {"$topic": "TOPIC_CHARGE_CP_STATUS"}
    assert encode(datetime(2026, 1, 2, tzinfo=UTC)) == {"$time": "2026-01-02T00:00:00+00:00"}
