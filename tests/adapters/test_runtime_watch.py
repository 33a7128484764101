"""The watch on configuration files: atomic replacement, half-written files, deletion, and no false alarm."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from secc.runtime.clock import VirtualClock
from secc.runtime.watch import ConfigWatch


class Bench:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "customer.json"
        self.other = folder / "rotaryencd.json"
        self.path.write_text("{}")
        self.clock = VirtualClock()
        self.calls = 0
        self.watch = ConfigWatch(self.clock, (self.path, self.other), self._changed)

    def _changed(self) -> None:
        self.calls += 1

    def looks(self, count: int) -> int:
        """Let so many looks pass; how many calls there were."""
        before = self.calls
        self.clock.advance(1000 * count)
        return self.calls - before

    def replace(self, path: Path, text: str) -> None:
        fresh = path.with_suffix(".new")
        fresh.write_text(text)
        os.replace(fresh, path)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_nothing_happens_while_nothing_changes(bench: Bench) -> None:
    assert bench.looks(20) == 0


def test_an_atomic_replacement_of_the_same_size_is_told_once_after_one_more_look(bench: Bench) -> None:
    bench.replace(bench.path, "[]")
    assert bench.looks(1) == 0
    assert bench.looks(1) == 1
    assert bench.looks(10) == 0


def test_a_file_that_is_still_being_written_is_waited_for(bench: Bench) -> None:
    with bench.path.open("a") as file:
        for _ in range(5):
            file.write("more")
            file.flush()
            assert bench.looks(1) == 0
    assert bench.looks(1) == 1


def test_deletion_and_return_are_told(bench: Bench) -> None:
    bench.path.unlink()
    assert bench.looks(2) == 1
    bench.path.write_text("{}")
    assert bench.looks(2) == 1


def test_a_file_that_was_not_there_is_told_when_it_comes(bench: Bench) -> None:
    bench.other.write_text("{}")
    assert bench.looks(2) == 1


def test_a_glance_between_deletion_and_return_is_no_deletion(bench: Bench) -> None:
    aside = bench.path.with_suffix(".aside")
    os.rename(bench.path, aside)
    assert bench.looks(1) == 0
    os.rename(aside, bench.path)
    assert bench.looks(5) == 0


def test_two_files_that_settle_together_make_one_call(bench: Bench) -> None:
    bench.replace(bench.path, "[1]")
    bench.replace(bench.other, "[2]")
    assert bench.looks(3) == 1


def test_a_closed_watch_is_silent(bench: Bench) -> None:
    bench.replace(bench.path, "[1]")
    bench.watch.close()
    assert bench.looks(5) == 0
    assert bench.clock.pending() == 0
