"""`ccctl faults`: the error catalogue in its order, and explanations."""

from __future__ import annotations

import json

import pytest
from ccctl_call import Call

from secc.contract.faults import FAULTS


def test_list_is_complete_and_in_order(ccctl: Call) -> None:
    rows = json.loads(ccctl("faults", "list", "-o", "json").out)
    assert len(rows) == 36
    assert all(set(row) == {"errorCode", "vendorErrorCode", "priority", "connector", "condition"} for row in rows)
    assert rows[0]["errorCode"] == "PowerSwitchFailure"
    priorities = [row["priority"] if row["priority"] is not None else 99 for row in rows]
    assert priorities == sorted(priorities)
    assert [row["vendorErrorCode"] for row in rows[-3:]] == ["ProximityNoCable", "ProximityInvalid", "ProximityChanged"]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.code)
def test_every_fault_is_explained(fault: object, ccctl: Call) -> None:
    code = fault.code  # type: ignore[attr-defined]
    ended = ccctl("faults", "explain", code.upper())
    assert ended.code == 0
    for word in (code, "Cause", "Impact", "Remedy"):
        assert word in ended.out


def test_an_error_code_of_several_faults_explains_all(ccctl: Call) -> None:
    rows = json.loads(ccctl("faults", "explain", "GroundFailure", "-o", "json").out)
    assert [row["vendorErrorCode"] for row in rows] == ["SpuriousRcdError", "RcdTestError", "RcdGroundFailure"]


def test_a_mistyped_code_is_answered_with_a_suggestion(ccctl: Call) -> None:
    ended = ccctl("faults", "explain", "PlugLockCanotUnlock")
    assert ended.code == 3
    assert "did you mean PlugLockCannotUnlock" in ended.err
