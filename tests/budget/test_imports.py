"""What a start imports: on a Cortex-A7 a module costs milliseconds and kilobytes, and each of them is paid at boot.

Counted in a fresh interpreter with -X importtime. Measured with CPython 3.11 (25 modules for an empty program);
the budget leaves about 15 % for other versions. Whoever needs more raises the number here, and says why.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

HOST_ONLY = {"amqtt", "click", "jsonschema", "paramiko", "pydantic", "rich", "rich_click", "transitions", "yaml"}
ASYNCIO = {"asyncio"}
NETWORK = {"ssl", "socket", "paho", "email", "http"}


def imported(*arguments: str) -> list[str]:
    """The modules that a run of the interpreter imports, in order."""
    command = [sys.executable, "-I", "-X", "importtime", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    lines = (line for line in ended.stderr.splitlines() if line.startswith("import time:"))
    return [line.rpartition("|")[2].strip() for line in lines][1:]


@pytest.mark.parametrize(
    ("arguments", "measured", "budget", "forbidden"),
    [
        (("-m", "secc", "--version"), 44, 51, HOST_ONLY | ASYNCIO | NETWORK | {"argparse", "typing", "json"}),
        (("-m", "secc", "run", "--help"), 77, 89, HOST_ONLY | ASYNCIO | NETWORK | {"json", "logging"}),
        (("-c", "import secc.contract.topics"), 96, 110, HOST_ONLY | ASYNCIO | NETWORK | {"logging"}),
        (("-c", "import secc.evsed.main"), 169, 197, HOST_ONLY | ASYNCIO | {"paho", "ssl"}),
        (("-c", "import secc.ledd.main"), 150, 175, HOST_ONLY | ASYNCIO | {"paho", "ssl"}),
        (("-c", "import secc.safe"), 28, 32, HOST_ONLY | ASYNCIO | NETWORK | {"gpiod", "json", "tomllib", "typing"}),
        (("-c", "import secc.runtime.bus"), 225, 259, HOST_ONLY),
        (("-c", "import secc.runtime.process"), 242, 278, HOST_ONLY | {"ctypes", "multiprocessing"}),
    ],
    ids=["version", "run --help", "topics", "evsed", "ledd", "safe", "bus", "process"],
)
def test_imports_stay_within_their_budget(
    arguments: tuple[str, ...], measured: int, budget: int, forbidden: set[str]
) -> None:
    modules = imported(*arguments)
    packages = {module.partition(".")[0] for module in modules}
    assert not packages & forbidden
    assert len(modules) <= budget, f"{len(modules)} modules; there were {measured}: {sorted(packages)}"
    assert budget <= measured * 1.17, "a budget that allows anything is none"


def test_the_count_sees_what_is_imported() -> None:
    assert "asyncio" in imported("-c", "import asyncio")
    assert len(imported("-c", "pass")) < 40
