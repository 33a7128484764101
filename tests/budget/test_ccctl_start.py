"""How fast ccctl answers: its version costs an interpreter and little more, and libraries are imported where used.

Wall time is compared with `python3 -c pass` measured in turn with it, so that a busy machine slows both alike.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

RUNS = 15
LIMIT = 3.0
SCRIPT = shutil.which("ccctl", path=str(Path(sys.executable).parent))
HEAVY = {"click", "rich", "paho", "jsonschema", "secc", "yaml", "importlib.metadata", "argparse", "typing", "json"}


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, timeout=60)
    return time.perf_counter() - start


def commands() -> list[list[str]]:
    found = [[sys.executable, "-m", "ccctl", "--version"]]
    return [*found, [SCRIPT, "--version"]] if SCRIPT is not None else found


@pytest.mark.parametrize("command", commands(), ids=lambda command: Path(command[0]).name)
def test_the_version_costs_at_most_three_interpreters(command: list[str]) -> None:
    measured = [(seconds([sys.executable, "-c", "pass"]), seconds(command)) for _ in range(RUNS)]
    nothing = statistics.median(first for first, _ in measured)
    version = statistics.median(second for _, second in measured)
    assert version / nothing <= LIMIT, f"{version * 1000:.0f} ms against {nothing * 1000:.0f} ms"


def imported(*arguments: str) -> set[str]:
    """The modules that a call of ccctl has imported when it ends."""
    program = (
        "import sys\n"
        "from ccctl.__main__ import main\n"
        f"sys.argv = ['ccctl', *{list(arguments)!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "sys.stderr.write('\\n' + repr(sorted(sys.modules)))\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return set(json.loads(ended.stderr.splitlines()[-1].replace("'", '"')))


def test_the_version_imports_nothing_but_ccctl() -> None:
    bare = subprocess.run(
        [sys.executable, "-c", "import sys; sys.stdout.write(repr(sorted(sys.modules)))"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    before = set(json.loads(bare.stdout.replace("'", '"')))
    assert imported("--version") - before == {"ccctl", "ccctl.__main__"}
    assert not imported("--version") & HEAVY


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (("--help",), {"rich", "paho", "jsonschema", "secc.contract", "secc.sim", "yaml"}),
        (("faults", "list"), {"rich", "paho", "jsonschema", "secc.sim", "yaml", "ccctl.commands.mqtt.watch"}),
        (("config", "schema"), {"rich", "paho", "jsonschema", "secc.sim", "yaml"}),
        (("mqtt", "topics"), {"rich", "paho", "jsonschema", "secc.sim", "yaml"}),
        (("sim", "list", "--help"), {"rich", "paho", "jsonschema", "secc.sim", "secc.contract", "yaml"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_command_imports_what_it_uses(arguments: tuple[str, ...], absent: set[str]) -> None:
    assert not imported(*arguments) & absent
