"""`scripts/bench reaction`: how long the power path takes from seeing a danger to the command to the relay.

Three reactions, idle and under load, each as often as asked for; and how many instructions each takes. It judges by the
limits that docs/measurements.md names, which are for x86-64: exit code 0 when they are held, 1 when they are missed or
the relay does not open as it should, 69 when nothing could be measured. Talk goes to stderr, the result to stdout.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import counts, world
from bench.board import Reaction
from bench.result import LOADS, MAXIMUM_MS, P99_MS, judged, rows, said, table
from bench.world import Failed, Load, Round, WrongReaction
from live_broker import MOSQUITTO

EXIT_MISSED, EXIT_UNAVAILABLE = 1, 69
DISK = Path(__file__).parents[2] / "build"
CHOICES = {"idle": (Load.IDLE,), "hogs": (Load.HOGS,), "both": (Load.IDLE, Load.HOGS)}


def machine() -> str:
    """What this runs on, in one line."""
    said = subprocess.run([str(MOSQUITTO), "-h"], capture_output=True, text=True, check=False).stdout.split()
    broker = f"mosquitto {said[2]}" if len(said) > 2 else "mosquitto"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{platform.machine()}, {os.cpu_count()} CPUs, Linux {platform.release()}, {python}, {broker}"


def instructions(reactions: Sequence[Reaction]) -> dict[str, Any]:
    """Bytecodes, and instructions of the machine or why there are none."""
    rig = counts.Rig(counts.charging_model())
    bytecodes = {reaction: counts.bytecodes(rig, reaction) for reaction in reactions}
    return {"bytecodes": bytecodes, "machine": counts.machine_instructions(reactions)}


def measure(loads: Sequence[Load], reactions: Sequence[Reaction], trials: int) -> list[Round]:
    """One round a load."""
    rounds = []
    DISK.mkdir(exist_ok=True)
    for load in loads:
        talk(f"{trials} trials of each reaction, {LOADS[load]}")
        # Sockets need a short path; what is synced to the disk must not be in memory.
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory(dir=DISK) as disk:
            rounds.append(world.measure(Path(folder), Path(disk), load, reactions, trials))
        talk(f"  evsed: {', '.join(f'{what} {how}' for what, how in rounds[-1].applied.items())}")
        talk(f"  meanwhile: {', '.join(rounds[-1].busy)}")
        talk(f"  machine: {said(rounds[-1].machine)}")
    return rounds


def talk(text: str) -> None:
    """A word for who waits."""
    sys.stderr.write(f"bench: {text}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, judge; the exit code."""
    options = _options(arguments)
    reactions = [Reaction(name) for name in dict.fromkeys(options.only or Reaction)]
    if MOSQUITTO is None:
        talk("mosquitto is not on this machine (as root: apt-get install mosquitto)")
        return EXIT_UNAVAILABLE
    talk(machine())
    counted = None
    try:
        if not options.no_instructions:
            talk("counting instructions")
            counted = instructions(reactions)
        rounds = measure(CHOICES[options.load], reactions, options.trials)
    except Failed as failed:
        talk(str(failed))
        return EXIT_MISSED if isinstance(failed, WrongReaction) else EXIT_UNAVAILABLE
    measured = rows(rounds, reactions)
    missed = any(each.missed for each in measured)
    if options.json:
        document = {
            "machine": machine(),
            "applied": rounds[0].applied,
            "busy": {each.load: each.busy for each in rounds},
            "machine_late": {each.load: said(each.machine) for each in rounds},
            "limits_ms": {"p99": P99_MS, "max": MAXIMUM_MS} if judged() else None,
            "measured": [asdict(each) for each in measured],
            "instructions": counted,
            "missed": missed,
        }
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
    else:
        sys.stdout.write(table(measured, counted) + "\n")
    if not judged():
        talk(f"there are no limits for {platform.machine()}, so nothing is judged")
    if doubtful := any(each.doubtful for each in measured):
        talk("the machine stood still too often to judge; measure on a quieter one")
    return EXIT_MISSED if missed else EXIT_UNAVAILABLE if doubtful else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench reaction", description=__doc__)
    parser.add_argument("--trials", type=int, default=1000, metavar="N", help="of each reaction under each load (1000)")
    parser.add_argument("--load", choices=CHOICES, default="both")
    parser.add_argument("--only", choices=list(Reaction), action="append", help="only this reaction; may be repeated")
    parser.add_argument("--no-instructions", action="store_true", help="measure times alone")
    parser.add_argument("--json", action="store_true", help="the result as JSON")
    options = parser.parse_args(arguments)
    if options.trials < 1:
        parser.error("--trials: at least 1")
    return options


if __name__ == "__main__":
    sys.exit(main())
