"""How tests call ccctl: in this process for most of them, as a program of its own where signals or pipes matter."""

from __future__ import annotations

from pathlib import Path

import pytest
from ccctl_call import Call, Ended

from ccctl.cli import run
from secc.contract.config import shipped


@pytest.fixture
def ccctl(capsys: pytest.CaptureFixture[str]) -> Call:
    """`ccctl("faults", "list")` in this process."""

    def call(*arguments: str) -> Ended:
        capsys.readouterr()
        code = run(arguments)
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return call


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine that runs the tests decides: no broker, no shell of the user."""
    for name in ("CCCTL_BROKER", "NO_COLOR", "FORCE_COLOR", "_CCCTL_COMPLETE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def customer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped customer.json in a folder of its own, which is the current one."""
    file = tmp_path / "customer.json"
    file.write_text(shipped("customer"), encoding="utf-8", newline="")
    monkeypatch.chdir(tmp_path)
    return file
