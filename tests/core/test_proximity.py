"""The proximity pin from raw readings: every threshold, what a cable carries, and readings that do not count."""

from __future__ import annotations

import pytest

from secc.evsed.proximity import STEADY_READINGS, Plug, Proximity, millivolts, plug, rating_a

A13, A20, A32, A63 = Plug.A13, Plug.A20, Plug.A32, Plug.A63
RAW = {Plug.NONE: 4092, A13: 2606, A20: 1861, A32: 1266, A63: 1018, Plug.INVALID: 500}


@pytest.mark.parametrize(
    ("mv", "found"),
    [
        (2458, A13), (2459, Plug.NONE), (2460, Plug.NONE), (1812, A20), (1813, A13), (1814, A13), (1169, A32),
        (1170, A20), (1171, A20), (890, A63), (891, A32), (892, A32), (750, Plug.INVALID), (751, A63), (752, A63),
        (0, Plug.INVALID), (3299, Plug.NONE),
    ],
)  # fmt: skip
def test_one_millivolt_around_every_threshold(mv: int, found: Plug) -> None:
    assert plug(mv) is found


@pytest.mark.parametrize(
    ("raw", "mv", "found"),
    [
        (3052, 2458, A13), (3053, 2459, Plug.NONE), (2250, 1812, A20), (2251, 1813, A13), (1452, 1169, A32),
        (1453, 1170, A20), (1105, 890, A63), (1106, 891, A32), (932, 750, Plug.INVALID), (933, 751, A63),
        (0, 0, Plug.INVALID), (4095, 3299, Plug.NONE),
    ],
)  # fmt: skip
def test_raw_readings_around_every_threshold(raw: int, mv: int, found: Plug) -> None:
    assert millivolts(raw) == mv
    assert Proximity().sampled(raw).sampled(raw).plug is found


@pytest.mark.parametrize(
    ("found", "three", "one"),
    [
        (A13, 13, 13), (A20, 20, 20), (A32, 32, 32), (A63, 63, 70), (Plug.NONE, None, None),
        (Plug.INVALID, None, None), (Plug.UNKNOWN, None, None),
    ],
)  # fmt: skip
def test_what_a_cable_carries(found: Plug, three: int | None, one: int | None) -> None:
    assert (rating_a(found, 3), rating_a(found, 1)) == (three, one)


def test_a_reading_counts_when_it_came_twice() -> None:
    pin = Proximity(A32)
    odd = pin.sampled(RAW[Plug.INVALID])
    assert odd.plug is A32
    assert odd.sampled(RAW[Plug.NONE]).plug is A32
    assert odd.sampled(RAW[Plug.INVALID]).plug is Plug.INVALID


@pytest.mark.parametrize("before", [Plug.UNKNOWN, Plug.NONE, Plug.INVALID, A13])
def test_a_cable_is_trusted_after_3_s(before: Plug) -> None:
    pin = Proximity(before).sampled(RAW[A32]).sampled(RAW[A32])
    for _ in range(STEADY_READINGS):
        assert (pin.plug, pin.steady) == (A32, False)
        pin = pin.sampled(RAW[A32])
    assert pin.steady
    assert pin.sampled(RAW[A32]) is pin


def test_an_odd_reading_neither_counts_nor_spoils_what_was_counted() -> None:
    pin = Proximity(A32, good=20)
    odd = pin.sampled(RAW[A20])
    assert odd.good == 20
    assert odd.sampled(RAW[A32]) == Proximity(A32, good=21)


@pytest.mark.parametrize("gone", [Plug.NONE, Plug.INVALID, A20])
def test_another_reading_begins_anew(gone: Plug) -> None:
    pin = Proximity(A32, good=STEADY_READINGS).sampled(RAW[gone]).sampled(RAW[gone])
    assert (pin.plug, pin.steady) == (gone, False)


@pytest.mark.parametrize("nothing", [Plug.NONE, Plug.INVALID])
def test_where_no_cable_is_nothing_is_counted(nothing: Plug) -> None:
    pin = Proximity(nothing)
    assert pin.sampled(RAW[nothing]) is pin
    assert not pin.steady
