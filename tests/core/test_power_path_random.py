"""The power path walked at random: at least 50,000 steps, and not one of the invariants violated (SAF-01, 07, 10, 11).

Half of the walks have fixed seeds, the other half one that changes every day (POWER_WALK_SEED sets it). What a walk
found is minimised and printed as a test; paste it here. `scripts/campaign` walks as far as one likes.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

import pytest
from power_actions import Action
from power_campaign import Campaign
from power_setup import Setup
from power_shrink import as_test
from power_walk import replay, walk

STEPS = 25_000
DAILY = os.environ.get("POWER_WALK_SEED") or datetime.now(UTC).strftime("%Y-%m-%d")
JOBS = min(2, os.cpu_count() or 1)

LEAST = {
    "closing": 500, "lock": 250, "unlock": 250, "RCD test": 300, "phases switched": 20, "wake-up": 20,
    "edit in force": 30, "PowerSwitchFailure": 5, "RcdGroundFailure": 30, "RcdTestError": 30, "SpuriousRcdError": 3,
    "EmergencyShutdown": 20, "ProximityNoCable": 10, "ProximityInvalid": 10, "ProximityChanged": 10,
    "PlugLockMotorUnexpectedOpen": 1, "PlugLockMotorUnexpectedClose": 1,
}  # fmt: skip
"""What has to happen in so many steps, or they prove nothing."""


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["fixed", DAILY])
def test_nothing_is_ever_violated(seed: str, capsys: pytest.CaptureFixture[str]) -> None:
    campaign = Campaign(seed, STEPS, JOBS)
    campaign.run()
    with capsys.disabled():
        sys.stdout.write(f"\npower path: {campaign.told()}; again: scripts/campaign --steps {STEPS} --seed {seed}\n")
    assert campaign.failed is None, campaign.failure()
    rare = {what: campaign.counts[what] for what, least in LEAST.items() if campaign.counts[what] < least}
    assert rare == {}
    assert campaign.counts["steps charging"] >= STEPS // 10


def test_the_same_seed_is_the_same_walk() -> None:
    first, again = walk("twice", 60), walk("twice", 60)
    assert (first.setup, first.actions, first.counts) == (again.setup, again.actions, again.counts)
    assert replay(first.setup, first.actions).counts == first.counts


def test_a_walk_prints_as_a_test() -> None:
    """What is printed is Python that plays the same."""
    made = walk("printed", 40)
    printed = as_test(made, "printed.0")
    names: dict[str, object] = {"Setup": Setup, "replay": replay}
    exec(printed, names)  # noqa: S102 - our own text
    test = names["test_walk_printed_0"]
    assert callable(test)
    test()


FOUND: dict[str, tuple[Setup, list[Action]]] = {
    "start with a weld: the lock is turned round": (
        Setup(),
        [
            ("plug", 20, "B", 0),
            ("want", "C", 16021),
            ("contacts", 1, True, False, 20, 2, 0),
            ("kill", 3000, 1000),
        ],
    ),
    "feedback edited right after the start": (Setup(), [("edit", ("feedback", "nc"), 1000)]),
    "motor edited right after the start": (Setup(), [("edit", ("motor", "SCAME-200.23261BP"), 1000)]),
    "RCD edited while its error shows 0 %": (
        Setup(rcd="brisk"),
        [
            ("rcd", False, True, 0),
            ("plug", -1, "C", 150),
            ("edit", ("rcd", "watch"), 1000),
            ("want", "A", 150),
        ],
    ),
    "both contactors fail": (
        Setup(pluggable=False, switching="no"),
        [
            ("wait", 100),
            ("want", "C", 10000),
            ("contacts", 2, False, False, 235, 5, 0),
            ("want", "D", 0),
            ("contacts", 1, False, False, 270, 5, 760),
        ],
    ),
    "woken while the contactor opens": (
        Setup(pluggable=False, feedback="none", method="mqtt", wake_word=True),
        [
            ("word", True, False, 10000),
            ("want", "C", 1000),
            ("unplug", 100),
            ("want", "D", 10),
            ("word", True, False, 0),
        ],
    ),
    "the lock opens before the secondary": (
        Setup(switching="none"),
        [
            ("plug", 20, "B", 6100),
            ("want", "C", 6300),
            ("phases", 1, 1000),
        ],
    ),
    "the lock opens at the start over welded contacts": (Setup(), [("force", 1, True, 0), ("stop", 500, 0)]),
}
"""Walks that once violated something, minimised."""


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_stays_mended(name: str) -> None:
    assert replay(*FOUND[name]).broken == []
