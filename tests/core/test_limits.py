"""The minimum of all limits against an oracle, and the example of guide §15.16.1."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secc.contract.topics import limits as topics
from secc.evsed.limits import Limits, deci

ROOM = Limits(grid_da=None, evse_da=630)


def test_the_example_of_the_guide() -> None:
    """Five names count, the sixth is ignored; one of the five can be changed."""
    limits = ROOM
    for name, value in (("internal_example_limit", 6), ("custom_ocpp_limit", 13), ("special_limit", 20),
                        ("custom_limit_1", 32), ("custom_limit_2", 63), ("ignored_limit", 1)):  # fmt: skip
        limits = limits.with_dynamic(name, value)
    assert limits.offered_da == 60
    assert limits.with_dynamic("internal_example_limit", 20).offered_da == 130


@pytest.mark.parametrize(
    ("ampere", "tenths"),
    [
        (-1, None),
        (-0.5, 0),
        (0, 0),
        (5.99, 59),
        (6, 60),
        (20.2, 202),
        (20.29, 202),
        (13.1, 131),
        (10_000, 100_000),
    ],
)
def test_tenths_of_an_ampere(ampere: float, tenths: int | None) -> None:
    assert deci(ampere) == tenths


def test_every_tenth_survives_the_way_over_the_broker() -> None:
    for tenths in range(1001):
        text = topics.DYN_CURRENT_LIMIT.encode(tenths / 10)
        assert deci(topics.DYN_CURRENT_LIMIT.decode(text)) == tenths


@pytest.mark.parametrize("payload", [b"NaN", b"inf", b"20,2", b"1e3", b"0x10", b"", b" 6", b"-2", b"99999", b"\xff"])
def test_what_is_no_limit_is_refused_by_the_catalogue(payload: bytes) -> None:
    with pytest.raises(ValueError, match="dyn_current_limit"):
        topics.DYN_CURRENT_LIMIT.decode(payload)


def test_failsafe_counts_until_somebody_commands() -> None:
    limits = Limits(grid_da=320, evse_da=320, failsafe_da=80)
    assert limits.offered_da == 80
    assert limits.with_dynamic("a", -1).offered_da == 320
    assert limits.with_central(16).offered_da == 160


AMPERE = st.one_of(st.just(-1.0), st.integers(0, 1000).map(lambda da: da / 10))
STEPS = st.lists(st.tuples(st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "central"]), AMPERE), max_size=30)


@given(AMPERE, AMPERE, AMPERE, AMPERE, STEPS)
def test_random_histories(
    grid: float, evse: float, cable: float, failsafe: float, steps: list[tuple[str, float]]
) -> None:
    limits = Limits(deci(grid), deci(evse), deci(failsafe), deci(cable))
    kept: dict[str, float] = {}
    central = -1.0
    for name, value in steps:
        if name == "central":
            central = value
            limits = limits.with_central(value)
        else:
            if name in kept or len(kept) < 5:
                kept[name] = value
            limits = limits.with_dynamic(name, value)
    commanded = central != -1 or bool(kept) or any(name == "central" for name, _ in steps)
    values = [grid, evse, cable, central, *kept.values(), *([] if commanded else [failsafe])]
    least = min((v for v in values if v != -1), default=0.0)
    assert limits.offered_da == (round(least * 10) if least >= 6 else 0)
    physical = [v for v in (grid, evse, cable) if v != -1]
    assert limits.physical_da == (round(min(physical) * 10) if physical else None)
