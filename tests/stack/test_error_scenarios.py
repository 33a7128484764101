"""Each error of the power path: raised with the impact that the guide lists, told on its condition, and cleared."""

from __future__ import annotations

from pathlib import Path

import pytest
from error_scenarios import ANY, DEMANDS, PAGE, UNTIL_RESTART, Demand, Seen, measure, page

from secc.contract.faults import FAULTS
from secc.sim.scenario import shipped

FOUND: dict[Demand, Seen] = {}


@pytest.mark.parametrize("demand", DEMANDS, ids=[demand.scenario for demand in DEMANDS])
def test_an_error_has_the_impact_that_the_guide_lists(demand: Demand, tmp_path: Path) -> None:
    found = FOUND[demand] = measure(demand, tmp_path)
    assert found.raised_ms is not None, "never raised"
    for wanted, seen in ((demand.duty, found.duty), (demand.lock, found.lock), (demand.contactor, found.contactor)):
        assert wanted in (ANY, seen)
    assert (found.cleared_ms is None) is (demand.ends == UNTIL_RESTART)


def test_the_page_is_what_was_measured() -> None:
    missing = [demand.scenario for demand in DEMANDS if demand not in FOUND]
    if missing:
        pytest.skip(f"not measured in this run: {', '.join(missing)}")
    assert PAGE.read_text(encoding="utf-8") == page([(demand, FOUND[demand]) for demand in DEMANDS]), (
        "stale: run scripts/generate"
    )


def test_every_error_of_the_power_path_has_a_scenario() -> None:
    words = ("PowerSwitch", "ConnectorLock", "GroundFailure", "Proximity", "Emergency")
    owned = {fault.code for fault in FAULTS if any(word in f"{fault.error_code}{fault.vendor_code}" for word in words)}
    assert {demand.error for demand in DEMANDS} == owned
    assert {demand.scenario for demand in DEMANDS} <= set(shipped())
