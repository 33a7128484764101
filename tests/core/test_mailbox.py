"""The mailbox: order, re-entrancy, timers, and what happens when a core raises."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secc.contract.topics.row import Direction, Topic
from secc.contract.values import Integer, Text
from secc.fsm import (
    After,
    Cancel,
    Effects,
    Elapsed,
    FaultCleared,
    FaultRaised,
    Level,
    Log,
    Publish,
    Received,
    Resubscribe,
    Tick,
)
from secc.runtime.clock import VirtualClock
from secc.runtime.mailbox import Mailbox
from secc.runtime.membus import MemoryBus

COUNT = Topic("TOPIC_COUNT", "test/count", Integer(0, 100), Direction.SUBSCRIBE, "test", True, "-", "a test")
ORDER = Topic("TOPIC_ORDER", "test/<who>/order", Text(), Direction.PUBLISH, "customer", False, "-", "a test")


@dataclass(frozen=True, slots=True)
class Do:
    """An event that carries the effects it wants."""

    effects: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Move:
    name: str


class Bench:
    """A mailbox whose core remembers all its events as its model, and does as Do says."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.bus = MemoryBus()
        self.moved: list[str] = []
        self.on_move: dict[str, Any] = {}
        empty: tuple[Any, ...] = ()
        self.box = Mailbox("test", self.step, empty, self.clock, self.bus, self.perform)

    @staticmethod
    def step(model: tuple[Any, ...], event: Any) -> tuple[tuple[Any, ...], Effects]:
        return (*model, event), event.effects if isinstance(event, Do) else ()

    def perform(self, effect: Any) -> None:
        self.moved.append(effect.name)
        self.on_move.get(effect.name, lambda: None)()

    def post_moves(self, names: list[str]) -> None:
        for name in names:
            self.box.post(Do((Move(name),)))

    def elapsed(self) -> list[str]:
        return [event.name for event in self.box.model if isinstance(event, Elapsed)]


def test_effects_are_carried_out_in_order_before_the_next_event() -> None:
    bench = Bench()
    bench.on_move["first"] = lambda: bench.box.post(Do((Move("third"),)))
    bench.box.post(Do((Move("first"), Move("second"))))
    assert bench.moved == ["first", "second", "third"]


@given(st.lists(st.lists(st.integers(0, 3), max_size=3), min_size=1, max_size=12))
def test_re_entrant_posts_keep_the_order_of_a_queue(children: list[list[int]]) -> None:
    """Every effect posts what the table says; the mailbox must visit the tree breadth first, like a queue."""
    bench = Bench()
    expected: list[str] = []
    queue = ["0"]
    table: dict[str, list[str]] = {}
    budget = list(children)
    while queue:
        node = queue.pop(0)
        expected.append(node)
        table[node] = [f"{node}.{i}" for i in range(len(budget.pop(0)))] if budget else []
        queue += table[node]
    for node, below in table.items():
        bench.on_move[node] = partial(bench.post_moves, below)
    bench.box.post(Do((Move("0"),)))
    assert bench.moved == expected


def test_a_timer_comes_back_as_elapsed() -> None:
    bench = Bench()
    bench.box.post(Do((After("t", 100),)))
    bench.clock.advance(99)
    assert bench.elapsed() == []
    bench.clock.advance(1)
    assert bench.elapsed() == ["t"]
    bench.clock.advance(1000)
    assert bench.elapsed() == ["t"]


def test_a_restarted_timer_never_fires_at_its_old_time() -> None:
    bench = Bench()
    bench.box.post(Do((After("t", 100),)))
    bench.clock.advance(60)
    bench.box.post(Do((After("t", 100),)))
    assert bench.clock.pending() == 1
    bench.clock.advance(99)
    assert bench.elapsed() == []
    bench.clock.advance(1)
    assert bench.elapsed() == ["t"]


def test_a_cancelled_timer_never_fires() -> None:
    bench = Bench()
    bench.box.post(Do((After("t", 100), After("u", 100), Cancel("t"), Cancel("unknown"))))
    bench.clock.advance(1000)
    assert bench.elapsed() == ["u"]


@pytest.mark.parametrize("effect", [Cancel("t"), After("t", 50)], ids=["cancelled", "restarted"])
def test_an_elapsed_that_stands_in_the_queue_is_withdrawn(effect: Any) -> None:
    """Two timers run out while a post is under way; the first one's answer stops the second."""
    bench = Bench()

    def long() -> None:
        bench.box.post(Do((effect,)))
        bench.clock.advance(10)

    bench.on_move["long"] = long
    bench.box.post(Do((After("t", 10),)))
    bench.box.post(Do((Move("long"),)))
    assert bench.elapsed() == []
    bench.clock.advance(50)
    assert bench.elapsed() == ([] if isinstance(effect, Cancel) else ["t"])


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 30), st.booleans(), st.integers(0, 20))))
def test_timers_against_a_table_of_deadlines(plan: list[tuple[str, int, bool, int]]) -> None:
    """Whatever is started, restarted and cancelled: a name fires exactly at its last deadline."""
    bench = Bench()
    fired: list[tuple[int, str]] = []
    due: dict[str, int] = {}
    expected: list[tuple[int, str]] = []

    def run(ms: int) -> None:
        end = bench.clock.now_ms() + ms
        expected.extend(sorted((at, name) for name, at in due.items() if at <= end))
        for name in [name for name, at in due.items() if at <= end]:
            del due[name]
        seen = len(bench.elapsed())
        while bench.clock.now_ms() < end:
            bench.clock.advance(1)
            fired.extend((bench.clock.now_ms(), name) for name in sorted(bench.elapsed()[seen:]))
            seen = len(bench.elapsed())

    for name, ms, cancel, pause in plan:
        bench.box.post(Do((Cancel(name) if cancel else After(name, ms + 1),)))
        due.pop(name, None)
        if not cancel:
            due[name] = bench.clock.now_ms() + ms + 1
        run(pause)
    run(100)
    assert fired == expected


def test_topics_come_in_as_received_and_go_out_as_published() -> None:
    bench = Bench()
    bench.box.subscribe(ORDER)
    bench.bus.inject("test/ann/order", "tea")
    assert bench.box.model == (Received(ORDER, "tea", ("ann",)),)
    bench.box.post(Do((Publish(COUNT, 7), Publish(ORDER, "bread", ("bob",)))))
    assert bench.bus.log == [("test/ann/order", "tea"), ("test/count", "7"), ("test/bob/order", "bread")]
    assert bench.bus.retained == {"test/count": "7"}
    assert bench.box.model[-1] == Received(ORDER, "bread", ("bob",))


def test_resubscribe_delivers_what_is_retained_once_more() -> None:
    bench = Bench()
    bench.box.subscribe(COUNT)
    bench.bus.inject("test/count", "3", retain=True)
    bench.box.post(Do((Resubscribe(COUNT),)))
    assert [e for e in bench.box.model if isinstance(e, Received)] == [Received(COUNT, 3)] * 2


def test_a_payload_that_does_not_decode_reaches_nobody() -> None:
    bench = Bench()
    bench.box.subscribe(COUNT)
    for payload in ("101", "x", b"\xff", "1" * 70000):
        bench.bus.inject("test/count", payload)
    assert bench.box.model == ()
    assert len(bench.bus.refused) == 4


def test_mirrors_are_published_along_and_heard_once() -> None:
    bus = MemoryBus()
    row = Topic(
        "TOPIC_M", "test/right", Integer(), Direction.SUBSCRIBE, "test", True, "-", "a test",
        aliases=("test/wrong", "test/old"), mirrors=("test/wrong",),
    )  # fmt: skip
    heard: list[int] = []
    bus.subscribe(row, lambda value, _: heard.append(value))
    bus.publish(row, 5)
    assert bus.log == [("test/right", "5"), ("test/wrong", "5")]
    bus.inject("test/old", "6")
    assert heard == [5, 6]


def test_ticks_count_when_the_core_has_dealt_with_them() -> None:
    bench = Bench()
    for now_ms in (0, 1000):
        bench.box.post(Tick(now_ms))
    assert bench.box.ticked == 2


def test_logs_and_faults_go_to_the_journal(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    with caplog.at_level(logging.DEBUG, logger="secc.test"):
        bench.box.post(Do((Log(Level.WARNING, "100 % of a message"), FaultRaised("RcdTestError"))))
        bench.box.post(Do((FaultCleared("RcdTestError"),)))
    assert [(r.levelname, r.getMessage()) for r in caplog.records] == [
        ("WARNING", "100 % of a message"),
        ("ERROR", "fault raised"),
        ("WARNING", "fault cleared"),
    ]
    assert caplog.records[1].__dict__["fields"] == {"fault": "RcdTestError"}
    assert bench.moved == []


def test_a_core_that_raised_is_not_asked_again() -> None:
    bench = Bench()

    def broken() -> None:
        raise ZeroDivisionError("planted")

    bench.on_move["broken"] = broken
    bench.box.post(Do((After("t", 10),)))
    with pytest.raises(ZeroDivisionError):
        bench.box.post(Do((Move("broken"),)))
    before = bench.box.model
    bench.box.post(Tick(0))
    bench.clock.advance(10)
    assert bench.box.model == before
    assert bench.box.ticked == 0
