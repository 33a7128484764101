"""Many random walks of the power path on several cores, and a report: what happened, and the first thing that broke.

`scripts/campaign --steps N --seed S --jobs J` walks, `--replay SEED` plays one walk again. Exit code 1 if an invariant
was violated. Seeds are text; the walks of a campaign are S.0, S.1 and so on.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from power_shrink import Shrinker, as_test
from power_walk import STEPS_A_WALK, Walk, seeds, walk

BATCH = 8
"""Walks that a process plays before it reports."""


def _batch(walks: list[tuple[str, int]]) -> tuple[Counter[str], str | None]:
    """Play them until one breaks: what happened, and the seed of that one."""
    counts: Counter[str] = Counter()
    for seed, steps in walks:
        played = walk(seed, steps)
        counts.update(played.counts)
        if played.broken:
            return counts, seed
    return counts, None


class Campaign:
    """Walks so many steps in so many processes. `failed` is the seed of a walk that violated something."""

    def __init__(self, seed: str, steps: int, jobs: int) -> None:
        self.seed, self.steps, self.jobs = seed, steps, jobs
        self.counts: Counter[str] = Counter()
        self.failed: str | None = None
        self.seconds = 0.0

    def run(self) -> None:
        """Play all walks, or stop soon after the first that fails."""
        began = time.monotonic()
        walks = seeds(self.seed, self.steps)
        batches = [walks[at : at + BATCH] for at in range(0, len(walks), BATCH)]
        if self.jobs == 1:
            for batch in batches:
                self._took(_batch(batch))
                if self.failed:
                    break
        else:
            with ProcessPoolExecutor(self.jobs, mp_context=get_context("spawn")) as pool:
                for done in as_completed([pool.submit(_batch, batch) for batch in batches]):
                    self._took(done.result())
                    if self.failed:
                        pool.shutdown(cancel_futures=True)
                        break
        self.seconds = time.monotonic() - began

    def _took(self, result: tuple[Counter[str], str | None]) -> None:
        counts, failed = result
        self.counts.update(counts)
        self.failed = self.failed or failed

    def told(self) -> str:
        """One line."""
        steps, charging = self.counts["steps"], self.counts["steps charging"]
        share = 100 * charging / steps if steps else 0
        return (
            f"seed {self.seed}, {steps} steps, {self.counts['events']} events, {self.counts['ms'] / 3.6e6:.0f} h of "
            f"virtual time, {share:.0f} % of the steps while charging, {steps / max(self.seconds, 0.001):.0f} steps/s"
        )

    def report(self) -> str:
        """All that was counted."""
        rows = [f"  {count:>9} {what}" for what, count in sorted(self.counts.items())]
        return "\n".join([self.told(), *rows])

    def failure(self) -> str:
        """The failing walk, minimised; empty if there is none."""
        return "" if self.failed is None else again(self.failed)[1]


def again(seed: str, steps: int = STEPS_A_WALK) -> tuple[Walk, str]:
    """Play one walk by its seed, and say what it violates, as a test to be pasted."""
    played = walk(seed, steps)
    if not played.broken:
        return played, f"{seed}: {len(played.actions)} steps, nothing is violated"
    shrunk = Shrinker(played).shrunk()
    told = "\n".join(f"{seed}: {invariant.name}: {invariant}: {text}" for invariant, text in played.broken[:3])
    return played, f"{told}\nagain: scripts/campaign --replay {seed}\n\n{as_test(shrunk, seed)}"


def main() -> int:
    """The command line of scripts/campaign."""
    parser = argparse.ArgumentParser(prog="scripts/campaign", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--steps", type=int, default=1_000_000, help="random inputs in all (default: one million)")
    parser.add_argument("--seed", default=time.strftime("%Y-%m-%dT%H:%M:%S"), help="default: the time of day")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--replay", metavar="SEED", help="play one walk again, and minimise it if it fails")
    chosen = parser.parse_args()
    if chosen.replay:
        played, text = again(chosen.replay)
        sys.stdout.write(f"{text}\n")
        return bool(played.broken)
    campaign = Campaign(chosen.seed, chosen.steps, chosen.jobs)
    sys.stdout.write(f"seed {chosen.seed}\n")
    sys.stdout.flush()
    campaign.run()
    sys.stdout.write(f"{campaign.report()}\n")
    if campaign.failed:
        sys.stdout.write(f"\n{campaign.failure()}\n")
    return campaign.failed is not None


if __name__ == "__main__":
    raise SystemExit(main())
