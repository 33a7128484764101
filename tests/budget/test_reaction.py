"""What a reaction of the power path costs, in bytecodes of Python: the same number on every machine.

From the sample that completes the debounce, or from the edge, to the command to the relay. Measured with CPython 3.11;
later versions count fewer. The budget leaves about a tenth; whoever needs more raises the number here, and says why.
Times are for `scripts/bench reaction`, which a short run is made of here without judging them.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench import reaction as benchmark
from bench.board import Reaction
from bench.counts import Rig, Until, bytecodes, charging_model, machine_instructions
from bench.result import S2_OPENED, Row, percentile, row, rows, table
from bench.standstill import Watched, watched
from bench.world import Failed, Load, Round, Trial, WrongReaction
from live_broker import MOSQUITTO
from secc.evsed import core
from secc.evsed.model import Model
from secc.evsed.view import publications
from secc.fsm import Effects, Event

TESTS = Path(__file__).parents[1]
MEASURED = {Reaction.SAMPLE: 7_327, Reaction.EMERGENCY: 6_479, Reaction.RCD: 7_332}
BUDGET = {Reaction.SAMPLE: 8_000, Reaction.EMERGENCY: 7_100, Reaction.RCD: 8_000}


@pytest.fixture(scope="module")
def charging() -> Model:
    return charging_model()


@pytest.mark.parametrize("reaction", Reaction)
def test_a_reaction_stays_within_its_budget(charging: Model, reaction: Reaction) -> None:
    counted = bytecodes(Rig(charging), reaction)
    assert counted <= BUDGET[reaction], f"{counted} bytecodes; there were {MEASURED[reaction]}"
    assert BUDGET[reaction] <= MEASURED[reaction] * 1.11, "a budget that allows anything is none"


@pytest.mark.parametrize("reaction", Reaction)
def test_the_count_is_always_the_same(charging: Model, reaction: Reaction) -> None:
    rig = Rig(charging)
    assert bytecodes(rig, reaction) == bytecodes(rig, reaction) == bytecodes(Rig(charging), reaction) > 500


@pytest.mark.parametrize("reaction", Reaction)
def test_work_that_nobody_needs_breaks_the_budget(charging: Model, reaction: Reaction) -> None:
    def diligent(model: Model, event: Event) -> tuple[Model, Effects]:
        publications(model)  # once more than necessary
        return core.step(model, event)

    more = bytecodes(Rig(charging, diligent), reaction) - bytecodes(Rig(charging), reaction)
    assert more > BUDGET[reaction] - MEASURED[reaction]


def test_a_station_that_does_not_react_is_noticed(charging: Model) -> None:
    def deaf(model: Model, _event: Event) -> tuple[Model, Effects]:
        return model, ()

    rig = Rig(charging)
    rig._mailbox._step = deaf
    with pytest.raises(RuntimeError, match="no command to the relay"):
        rig.until(Reaction.EMERGENCY, Until.RELAY)


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (0.991, 100), (1.0, 100), (0.001, 1), (0.0, 1)])
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    assert percentile([*range(100, 0, -1)], share) == expected


FAST = Row(Reaction.RCD, Load.HOGS, 1000, left_out=9, p50_ms=0.5, p99_ms=2.0, max_ms=10.0, heard_ms=9.0, all_max_ms=14)


@pytest.mark.parametrize(
    ("measured", "missed"),
    [
        (FAST, False),
        (replace(FAST, p99_ms=2.01), True),
        (replace(FAST, max_ms=10.01), True),
        (replace(FAST, p50_ms=1.99), False),
        (replace(FAST, what=S2_OPENED, p99_ms=17), False),
    ],
)
def test_the_limits(measured: Row, missed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    assert measured.missed is missed


TRIALS = (
    Trial(Reaction.SAMPLE, relay_ns=1_009_000_000, delay_ns=300_000, heard_ns=0, line_ns=9_000_000),
    Trial(Reaction.RCD, relay_ns=1_020_000_000, delay_ns=500_000, heard_ns=100_000, line_ns=500_000),
    Trial(Reaction.RCD, relay_ns=1_030_000_000, delay_ns=400_000, heard_ns=200_000, line_ns=400_000),
    Trial(Reaction.SAMPLE, relay_ns=1_049_000_000, delay_ns=400_000, heard_ns=0, line_ns=8_000_000),
)


def test_rows_are_made_of_trials() -> None:
    done = Round(Load.IDLE, TRIALS, Watched(), {}, ())
    assert rows([done], [Reaction.SAMPLE, Reaction.RCD]) == [
        Row(Reaction.SAMPLE, Load.IDLE, 2, 0, 0.3, 0.4, 0.4, 0.0, 0.4),
        Row(Reaction.RCD, Load.IDLE, 2, 0, 0.4, 0.5, 0.5, 0.1, 0.5),
        Row(S2_OPENED, Load.IDLE, 2, 0, 8.0, 9.0, 9.0, 0.0, 9.0),
    ]


@pytest.mark.parametrize(
    ("stop", "left_out"),
    [
        ((1_019_500_000, 1_019_500_001), 1),
        ((1_019_000_000, 1_019_500_000), 0),
        ((1_019_000_000, 1_025_000_000), 1),
        ((1_019_999_999, 1_029_000_000), 1),
        ((1_020_000_000, 1_029_000_000), 0),
        ((1_001_000_000, 1_008_000_000), 0),
    ],
    ids=["within", "until it began", "around it", "just before the end", "from its end on", "long before"],
)
def test_a_trial_during_which_the_machine_stood_still_is_left_out(stop: tuple[int, int], left_out: int) -> None:
    quick = [replace(TRIALS[2], relay_ns=2_000_000_000 + index) for index in range(9)]
    reports = [
        {"looks": 1, "p50": 1, "p99": 2, "max": 9, "stops": [stop]},
        {"looks": 2, "p50": 0, "p99": 3, "max": 3, "stops": [(0, 5)]},
    ]
    machine = watched(reports)
    assert (machine.looks, machine.p50_ns, machine.p99_ns, machine.max_ns) == (3, 1, 3, 9)
    made = row([TRIALS[1], *quick], Load.IDLE, machine)
    assert (made.trials, made.left_out, made.max_ms, made.all_max_ms) == (10, left_out, 0.4 if left_out else 0.5, 0.5)


def test_a_machine_that_mostly_stands_still_is_no_measure() -> None:
    machine = Watched(1, 1, 1, 1, ((0, 2_000_000_000),))
    slow = [replace(trial, delay_ns=20_000_000) for trial in TRIALS[1:3]]
    made = row(slow, Load.IDLE, machine)
    assert (made.left_out, made.max_ms, made.doubtful, made.missed) == (2, 20.0, True, False)
    assert row(TRIALS[:1], Load.IDLE, machine, from_line=True).doubtful is False


@pytest.mark.parametrize(
    ("worst_ns", "machine", "stops", "code", "word"),
    [
        (9_999_999, "x86_64", (), 0, "limit on x86-64"),
        (10_000_001, "x86_64", (), 1, "missed"),
        (10_000_001, "armv7l", (), 0, "emergency edge"),
        (10_000_001, "x86_64", ((0, 10),), 69, "machine stood still"),
    ],
)
def test_the_exit_code_is_the_verdict(
    worst_ns: int,
    machine: str,
    stops: tuple[tuple[int, int], ...],
    code: int,
    word: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fast = Trial(Reaction.EMERGENCY, relay_ns=1, delay_ns=400_000, heard_ns=1, line_ns=400_000)
    trials = (*[fast] * 999, replace(fast, delay_ns=worst_ns))
    done = Round(Load.IDLE, trials, Watched(stops=stops), {"scheduling": "FIFO 20"}, ("20 limits",))
    monkeypatch.setattr(benchmark, "measure", lambda *_: [done])
    monkeypatch.setattr(benchmark, "MOSQUITTO", "true")
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert benchmark.main(["--only", "emergency", "--no-instructions"]) == code
    table = capsys.readouterr().out
    assert word in table
    assert ("missed" in table) is (code == 1)


@pytest.mark.parametrize(
    ("failure", "code"), [(Failed("the broker is gone"), 69), (WrongReaction("no relay command within 2 s"), 1)]
)
def test_nothing_measured_is_no_success(
    failure: Failed, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(benchmark, "measure", fail)
    monkeypatch.setattr(benchmark, "MOSQUITTO", "true")
    assert benchmark.main(["--no-instructions"]) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert str(failure) in said.err


def test_without_valgrind_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    native = machine_instructions([Reaction.RCD])
    assert native == "valgrind is not on this machine"
    assert table([FAST], {"bytecodes": {Reaction.RCD: 12_345}, "machine": native}).splitlines()[-2:] == [
        "RCD edge                        12,345             -",
        "instructions of the machine were not counted: valgrind is not on this machine",
    ]


@pytest.mark.slow
@pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")
def test_a_short_run_measures_every_reaction() -> None:
    command = [
        sys.executable,
        "-m",
        "bench.reaction",
        "--trials",
        "20",
        "--load",
        "idle",
        "--no-instructions",
        "--json",
    ]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, check=False)
    assert ended.returncode in (0, 1, 69), ended.stderr
    result = json.loads(ended.stdout)
    measured = {entry["what"]: entry for entry in result["measured"]}
    assert set(measured) == {*Reaction, S2_OPENED}
    for entry in measured.values():
        assert entry["trials"] == 20
        assert 0 < entry["p50_ms"] <= entry["p99_ms"] <= entry["max_ms"] < 2000
    assert measured[S2_OPENED]["p50_ms"] > 5, "two samples 5 ms apart"
    assert result["applied"]["collector"].startswith("off")
    assert result["missed"] is (ended.returncode == 1)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize("arguments", [(), ("reactoin",)])
def test_the_command_says_what_it_can_measure(arguments: tuple[str, ...]) -> None:
    script = TESTS.parent / "scripts" / "bench"
    ended = subprocess.run([script, *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout) == (64, "")
    assert "reaction" in ended.stderr
