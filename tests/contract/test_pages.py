"""The pages: every link between files leads somewhere, and every topic and fault that they name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from secc.contract.topics import find

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
WRITTEN = [page for page in PAGES if "reference" not in page.parts]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    inside = [target for target in targets if "://" not in target]
    assert [target for target in inside if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_topics_of_commands_exist(page: Path) -> None:
    """What a reader is told to type: `ccctl mqtt pub TOPIC`, `get TOPIC`."""
    typed = re.findall(r"ccctl mqtt (?:pub|get) '?([^\s'`]+)", page.read_text(encoding="utf-8"))
    assert [topic for topic in typed if find(topic) is None] == []
