"""What a measurement says: percentiles of the trials, the verdict by the limits for x86-64, and the table for people.

Plain functions from trials to rows to text. The limits are those of docs/measurements.md. A trial during which the
machine stood still (see `standstill`) says nothing about evsed: it is left out and counted, and the worst is shown.
"""

from __future__ import annotations

import math
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.board import Reaction
from bench.standstill import Watched
from bench.world import HOGS, Load, Round, Trial

P99_MS, MAXIMUM_MS = 2.0, 10.0
LIMITS_FOR = ("x86_64", "AMD64")
MOST_LEFT_OUT = 0.2
"""A larger share of trials during which the machine stood still leaves nothing to judge."""
S2_OPENED = "s2-opened"
TITLES = {
    Reaction.SAMPLE: "stable state B sample",
    Reaction.EMERGENCY: "emergency edge",
    Reaction.RCD: "RCD edge",
    S2_OPENED: "S2 opened, with debounce",
}
LOADS = {Load.IDLE: "idle", Load.HOGS: f"{HOGS} CPU hogs, disk syncs"}


@dataclass(frozen=True, slots=True)
class Row:
    """A reaction under one load, or S2_OPENED (the car opens S2, with the debounce), in milliseconds.

    `left_out` of the `trials` are those during which the machine stood still. The others make the percentiles and
    `max_ms`; in the slowest of them evsed was told of the edge after `heard_ms`. `all_max_ms` is the slowest of all.
    """

    what: str
    load: Load
    trials: int
    left_out: int
    p50_ms: float
    p99_ms: float
    max_ms: float
    heard_ms: float
    all_max_ms: float

    @property
    def missed(self) -> bool:
        """Whether this machine has limits, this row falls under them, and they are not held."""
        slow = self.p99_ms > P99_MS or self.max_ms > MAXIMUM_MS
        return judged() and self.what in set(Reaction) and slow and not self.doubtful

    @property
    def doubtful(self) -> bool:
        """Whether this is a reaction during which the machine stood still too often."""
        return self.what in set(Reaction) and self.left_out > MOST_LEFT_OUT * self.trials


def judged() -> bool:
    """Whether there are limits for this machine."""
    return platform.machine() in LIMITS_FOR


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def row(trials: Sequence[Trial], load: Load, machine: Watched, from_line: bool = False) -> Row:
    """The row of trials of one reaction; `from_line`: from the moment at which the line changed."""

    def delay_ns(trial: Trial) -> int:
        return trial.line_ns if from_line else trial.delay_ns

    fair = [t for t in trials if not machine.stood_still(t.relay_ns - delay_ns(t), t.relay_ns)]
    left_out = len(trials) - len(fair)
    fair = fair or list(trials)
    ms = [delay_ns(trial) / 1e6 for trial in fair]
    slowest = max(fair, key=delay_ns)
    return Row(
        what=S2_OPENED if from_line else slowest.reaction,
        load=load,
        trials=len(trials),
        left_out=left_out,
        p50_ms=percentile(ms, 0.5),
        p99_ms=percentile(ms, 0.99),
        max_ms=max(ms),
        heard_ms=0.0 if from_line else slowest.heard_ns / 1e6,
        all_max_ms=max(map(delay_ns, trials)) / 1e6,
    )


def rows(rounds: Sequence[Round], reactions: Sequence[Reaction]) -> list[Row]:
    """All rows: reaction by reaction, then the way from S2 with the debounce."""
    found = [
        row([trial for trial in each.trials if trial.reaction is reaction], each.load, each.machine)
        for reaction in reactions
        for each in rounds
    ]
    if Reaction.SAMPLE in reactions:
        for each in rounds:
            trials = [trial for trial in each.trials if trial.reaction is Reaction.SAMPLE]
            found.append(row(trials, each.load, each.machine, from_line=True))
    return found


def table(measured: Sequence[Row], counted: dict[str, Any] | None) -> str:
    """The result for people."""
    head = f"{'to the relay command from':<26}{'load':<24}{'trials':>7}{'p50 ms':>8}{'p99 ms':>8}{'max ms':>8}"
    head += f"{'heard ms':>10}{'left out':>10}{'max of all':>12}"
    reactions = [_line(each) for each in measured if each.what in set(Reaction)]
    limit = [f"{'limit on x86-64':<65}{P99_MS:>8.2f}{MAXIMUM_MS:>8.2f}"] if judged() else []
    beside = [_line(each) for each in measured if each.what not in set(Reaction)]
    told = (
        "heard: when evsed was told of the edge, in the slowest trial\n"
        "left out: trials during which the machine stood still, so that no program could have reacted"
    )
    return "\n".join([head, *reactions, *limit, *beside, told, *_counts(counted)])


def _line(each: Row) -> str:
    line = f"{TITLES[each.what]:<26}{LOADS[each.load]:<24}{each.trials:>7}"
    line += f"{each.p50_ms:>8.2f}{each.p99_ms:>8.2f}{each.max_ms:>8.2f}"
    line += f"{each.heard_ms:>10.2f}" if each.heard_ms else f"{'':>10}"
    line += f"{each.left_out:>10}{each.all_max_ms:>12.2f}"
    return f"{line}  missed" if each.missed else f"{line}  machine stood still" if each.doubtful else line


def said(machine: Watched) -> str:
    """How the machine itself ran, in words."""
    if not machine.looks:
        return "not watched (no process may run before the others)"
    ms = [f"{ns / 1e6:.2f}" for ns in (machine.p50_ns, machine.p99_ns, machine.max_ns)]
    stops = f"{len(machine.stops)} times for more than 1 ms"
    return f"a process that does nothing woke up late by p50 {ms[0]}, p99 {ms[1]}, max {ms[2]} ms; {stops}"


def _counts(counted: dict[str, Any] | None) -> list[str]:
    if counted is None:
        return []
    native = counted["machine"]
    lines = ["", f"{'from':<26}{'bytecodes':>12}{'instructions':>14}"]
    for reaction, number in counted["bytecodes"].items():
        shown = f"{native[reaction]:,}" if isinstance(native, dict) else "-"
        lines.append(f"{TITLES[reaction]:<26}{number:>12,}{shown:>14}")
    return lines if isinstance(native, dict) else [*lines, f"instructions of the machine were not counted: {native}"]
