"""The self-test of the RCD: both devices of table 72, the corners of table 71, every polarity, every wrong time."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import product

import pytest
from rcd_bed import BENDER, EPOCH, NONE, TEST, WESTERN, monitor, started, watching

from secc.evsed import rcd

# The test matrix: both devices of table 72 and the corners of table 71, all polarities, feedback at every wrong time.

TIMES = (
    WESTERN, BENDER, (1, 2, 3), (5000, 5000, 5000), (1, 5000, 5000), (5000, 1, 1), (50, 459, 410), (200, 200, 1),
    (300, 250, 250), (20, 1500, 3000),
)  # fmt: skip
PASSED, NO_TRIP, NO_RETURN = "passed", "did not say tripped", "had not come back"
CHECK, VERDICT = "check", "verdict"
COURSES = (
    # edges of the feedback, each relative to the check or to the verdict, and what the test finds
    ((), NO_TRIP),
    (((CHECK, -1),), NO_RETURN),
    (((CHECK, -5),), NO_RETURN),
    (((CHECK, +1),), NO_TRIP),
    (((CHECK, +5),), NO_TRIP),
    (((CHECK, -1), (VERDICT, -1)), PASSED),
    (((CHECK, -1), (CHECK, +1)), PASSED),
    (((CHECK, -5), (VERDICT, -1)), PASSED),
    (((CHECK, -5), (VERDICT, -5)), PASSED),
    (((CHECK, -1), (VERDICT, +1)), NO_RETURN),
    (((CHECK, -1), (VERDICT, +5)), NO_RETURN),
    (((CHECK, -5), (CHECK, -1)), NO_TRIP),
    (((CHECK, -9), (CHECK, -5)), NO_TRIP),
    (((CHECK, +1), (VERDICT, -1)), NO_TRIP),
    (((CHECK, +1), (VERDICT, +1)), NO_TRIP),
    (((VERDICT, +1),), NO_TRIP),
    (((CHECK, -2), (CHECK, -1), (CHECK, +1)), NO_TRIP),
    (((CHECK, -3), (CHECK, -2), (CHECK, -1)), NO_RETURN),
    (((CHECK, -3), (CHECK, -2), (CHECK, -1), (CHECK, +1)), PASSED),
    (((CHECK, -1), (CHECK, +1), (VERDICT, -1)), NO_RETURN),
    (((CHECK, -1), (CHECK, +1), (VERDICT, -2), (VERDICT, -1)), PASSED),
)


def moves_of(course: tuple[tuple[str, int], ...], times: tuple[int, int, int]) -> tuple[tuple[int, bool], ...] | None:
    """When the device does what, from the begin of the test; None where the times leave no room for it."""
    trigger_ms, check_ms, normal_ms = times
    ends_ms = trigger_ms + normal_ms
    edges = [(check_ms if mark == CHECK else ends_ms) + ms for mark, ms in course]
    wanted = [(mark == VERDICT) + (ms > 0) for mark, ms in course]  # before the check, between, after the verdict
    found = [(ms > check_ms) + (ms > ends_ms) for ms in edges]
    if found != wanted or edges != sorted(set(edges)) or any(ms <= 0 or ms in (check_ms, ends_ms) for ms in edges):
        return None
    return tuple((ms, index % 2 == 0) for index, ms in enumerate(edges))


MATRIX = [
    pytest.param(times, high, trigger, moves, found, id=f"{times}-{high:d}{trigger:d}-{course}")
    for times, high, trigger, (course, found) in product(TIMES, (True, False), (True, False), COURSES)
    if (moves := moves_of(course, times)) is not None
]


def test_the_matrix_is_large_enough() -> None:
    assert len(MATRIX) >= 500
    kinds = Counter(param.values[4] for param in MATRIX)
    assert min(kinds[kind] for kind in (PASSED, NO_TRIP, NO_RETURN)) >= 100
    assert {param.values[0] for param in MATRIX} == set(TIMES)


@pytest.mark.parametrize(("times", "high", "trigger", "moves", "found"), MATRIX)
def test_matrix(
    times: tuple[int, int, int], high: bool, trigger: bool, moves: tuple[tuple[int, bool], ...], found: str
) -> None:
    bed = started(monitor(times, high, trigger), moves=moves)
    bed.run(rcd._settle_ms(bed.part.monitor.test) - 1)  # type: ignore[union-attr]
    assert (bed.driven(), bed.active, bed.part.testing) == ([(0, not trigger)], False, False)
    bed.run(1)
    begun_ms, ends_ms = bed.now_ms, times[0] + times[2]
    assert bed.part.testing
    bed.run(ends_ms - 1)
    assert (bed.part.error, bed.part.normal, bed.part.ready, bed.part.tests) == (NONE, True, False, 0)
    assert (bed.part.last_test, bed.said(), bed.faults()) == (None, [], [])
    bed.run(1)
    assert bed.driven()[1:] == [(begun_ms, trigger), (begun_ms + times[0], not trigger)]
    assert (bed.part.error, bed.part.normal) == (NONE if found == PASSED else TEST, True)
    assert bed.faults() == ([] if found == PASSED else ["+RcdTestError"])
    assert len(bed.said()) == (found != PASSED)
    assert found == PASSED or found in bed.said()[0]
    assert (bed.part.tests, bed.part.testing, bed.active) == (1, False, False)
    assert bed.part.last_test == EPOCH + timedelta(milliseconds=bed.now_ms)
    bed.run(4)
    assert bed.active is False


def test_a_passed_test_makes_ready_once_the_feedback_has_held_still() -> None:
    bed = started(monitor(), moves=((805, True), (1200, False)))
    bed.run(1_000 + 815 + 410)
    assert (bed.part.error, bed.part.ready) == (NONE, False)
    bed.run(74)
    assert not bed.part.ready
    bed.run(1)
    assert bed.part.ready


@pytest.mark.parametrize("late_ms", [0, 3, 40])
def test_the_way_back_to_normal_counts_from_the_true_end_of_the_trigger(late_ms: int) -> None:
    bed = watching()
    bed.moves = ((300, True), (815 + late_ms + 400, False))
    bed.do(rcd.requested)
    bed.timers[rcd.TRIGGER] += late_ms
    bed.run(815 + late_ms + 409)
    assert bed.part.testing
    bed.run(1)
    assert (bed.part.testing, bed.part.error, bed.part.tests) == (False, NONE, 2)


def test_a_check_that_comes_after_the_verdict_passes_nothing() -> None:
    """What the test before saw is no proof."""
    bed = watching()
    bed.do(rcd.requested)
    bed.timers[rcd.TRIPPED] += 5_000
    bed.run(10_000)
    assert (bed.part.error, bed.part.tests) == (TEST, 2)
