"""The command `secc` as a shell sees it: exit codes, messages, and a charge point in one process."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from secc.contract.config import KINDS, shipped


def secc(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "secc", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 64, "COMMAND"),
        (("fly",), 64, "invalid choice: 'fly'"),
        (("run",), 64, "DAEMON"),
        (("run", "evset"), 64, "there is no daemon 'evset'; there are: evsed, ledd, sim"),
        (("run", "evsed", "evsed"), 64, "once only"),
        (("run", "evsed", "--broker", "nowhere"), 64, "--broker 'nowhere': give an address"),
        (("run", "evsed", "--config", "missing"), 64, "--config missing: no such directory"),
        (("run", "evsed", "--config", ".", "--station", "moon"), 64, "--station 'moon'"),
        (("run", "evsed", "--config", ".", "--station", "tarragon:1"), 64, "--station 'tarragon:1'"),
        (("run", "evsed", "--config", ".", "--station", "tarragon"), 69, "there are no GPIO chips"),
        (("replay", "evset", "x"), 64, "there is no daemon 'evset'"),
        (("replay", "evsed", "missing"), 65, "missing"),
        (("replay", "sim", "x"), 64, "no core"),
    ],
)
def test_what_cannot_be_done_is_said_on_stderr(
    tmp_path: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    ended = secc(*arguments, cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr


def test_version_and_help(tmp_path: Path) -> None:
    assert secc("--version", cwd=tmp_path).stdout.startswith("secc ")
    helped = secc("run", "--help", cwd=tmp_path)
    assert helped.returncode == 0
    assert "evsed" in helped.stdout


def test_a_station_in_simulation_runs_and_its_trace_replays(
    tmp_path: Path,
    broker: Any,
    observe: Callable[..., Awaitable[Any]],
    until: Callable[..., Awaitable[float]],
) -> None:
    command = [sys.executable, "-m", "secc", "run", "evsed", "sim", "--broker", f"127.0.0.1:{broker.port}"]
    for kind in KINDS:
        (tmp_path / f"{kind}.json").write_text(shipped(kind))
    command += ["--config", str(tmp_path), "--trace", str(tmp_path / "trace")]

    async def main() -> None:
        observer = await observe()
        with (tmp_path / "stderr").open("w") as stderr:
            process = subprocess.Popen(command, cwd=tmp_path, stderr=stderr)
        try:
            await until(lambda: observer.last("port0/ci/charge/cp/status") == "A", 20)
            await until(lambda: observer.last("secc/evsed/state") == observer.last("secc/sim/state") == "running")
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait, 15) == 0, (tmp_path / "stderr").read_text()
            await until(lambda: observer.last("secc/evsed/state") == observer.last("secc/sim/state") == "stopped")
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            await observer.close()

    asyncio.run(main())
    replayed = secc("replay", "evsed", str(tmp_path / "trace"), cwd=tmp_path)
    assert (replayed.returncode, replayed.stderr) == (0, "")
    assert "the same effects" in replayed.stdout
