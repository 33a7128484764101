"""Switching the count of phases at random: 5,000 pauses without a wrong order, and contactors that break on the way."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from phases_bed import FEEDBACKS, Path, fault

from secc.evsed.settings import Feedback, PhaseSwitching


def steps(path: Path, chance: random.Random) -> None:
    """Something happens to a station at random, and time passes."""
    match chance.choice(("target", "target", "target", "target", "asks", "asks", "unplug", "permit", "delay")):
        case "target":
            path.target(chance.choice((1, 3)))
        case "asks":
            path.asks(chance.random() < 0.8)
        case "unplug":
            path.unplug()
        case "permit":
            path.permitted = chance.random() < 0.7
            path.settle()
        case "delay":
            path.delay(chance.choice((10, 11, 20, 300)))
    path.stops_ms = chance.choice((0, 30, 500, 2900, None))
    path.run(chance.choice((1, 20, 36, 300, 5_000, 12_000, 25_000, 60_000)))
    if not path.connected and chance.random() < 0.7:
        path.plug()
    if path.offered and chance.random() < 0.8:
        path.asks(True)
        path.run(chance.choice((5, 50, 200)))


@pytest.mark.parametrize("seed", range(20))
def test_random_order(seed: int) -> None:
    """250 pauses each, 5,000 in all: never a wrong order, and each pause as long as configured."""
    chance = random.Random(seed)  # noqa: S311
    second = PhaseSwitching(chance.choice((Feedback.NO, Feedback.NC)), 10)
    path = Path(second, chance.choice(FEEDBACKS))
    counts: Counter[tuple[int, bool]] = Counter()
    while len(path.pauses) < 250:
        for contacts in path.rig.contacts.values():
            contacts.lag_ms, contacts.bounce_ms = chance.choice(((25, 5), (2, 0), (80, 30), (200, 20)))
        steps(path, chance)
        if path.actual:
            counts[path.actual, path.offered] += 1
    assert path.wrong == []
    assert fault(path) == 0
    assert [pause for pause in path.pauses if not pause[1] <= pause[0] <= pause[1] + 1000] == []
    assert min(counts[1, True], counts[3, True]) > 50  # both counts were seen at the outlet


@pytest.mark.parametrize("seed", range(200))
def test_random_failures_end_with_both_coils_off_and_in_order(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    path = Path(PhaseSwitching(chance.choice((Feedback.NO, Feedback.NC)), 10), chance.choice(FEEDBACKS))
    path.plug()
    for _ in range(chance.randint(0, 20)):
        steps(path, chance)
    broken = chance.choice((1, 2))
    contacts = path.rig.contacts[broken]
    contacts.stays = chance.random() < 0.5
    path.rig.move(broken, contacts.stays)
    path.wrong.clear()
    for _ in range(20):
        steps(path, chance)
        if path.failed:
            path.run(600)
            assert path.coils == (False, False)
            assert not path.part.feeds or not path.part.failed
    assert path.wrong == []
    assert fault(path) <= 2
