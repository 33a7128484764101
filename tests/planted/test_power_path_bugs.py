"""Each planted bug of the power path is found by the random walk, and named by the invariant that it breaks.

The same seeds pass without the bug. A bug that nobody can plant any more, because its function is gone, fails here too:
then plant another one.
"""

from __future__ import annotations

from functools import cache

import pytest
from planting import Bug, planted
from power_invariants import Invariant
from power_path_bugs import BUGS
from power_setup import Setup
from power_walk import Walk, walk

WALKS = 60
"""Most bugs show in the first few."""
STEPS = 150


@cache
def _clean(number: int, setup: Setup) -> Walk:
    """The same walk without a bug."""
    return walk(f"planted.{number}", STEPS, setup)


def _found(bug: Bug) -> tuple[Walk, int]:
    """The first walk that violates something, and its number."""
    with planted(bug):
        for number in range(WALKS):
            if (made := walk(f"planted.{number}", STEPS, bug.setup)).broken:
                return made, number
    return made, WALKS


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_walk_finds(bug: Bug) -> None:
    made, number = _found(bug)
    assert made.violated == {bug.breaks}, f"walk {number}: {made.broken}"
    for clean in range(number + 1):
        assert _clean(clean, bug.setup).broken == [], f"walk {clean} without the bug"


def test_there_is_a_bug_for_every_invariant() -> None:
    assert {bug.breaks for bug in BUGS} == set(Invariant)


def test_every_bug_has_a_name_of_its_own() -> None:
    assert len({bug.name for bug in BUGS}) == len(BUGS)
