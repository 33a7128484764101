"""A station that charges, made in virtual time: the model that the benchmark begins every trial with.

The real evsed runs from its start over plugging in to charging, on a clock that is only moved; 40 s take a moment. The
model that comes out is the one that a station in a car park would have.
"""

from __future__ import annotations

from array import array
from pathlib import Path

from bench.board import CABLE_32_RAW, FEEDBACK, NO_CABLE_RAW, PILOT_A, PILOT_B, PILOT_C, Board
from secc.contract import config, jsonc
from secc.evsed.main import Evsed, start
from secc.evsed.model import Model
from secc.runtime.clock import VirtualClock
from secc.runtime.context import Context
from secc.runtime.membus import MemoryBus

CUSTOMER = {
    "ports[0]/evse_current_limit": 32,
    "ports[0]/emergency_alarm/enable": True,
    "ports[0]/rcd_monitor/enable": True,
    "ports[0]/rcd_monitor/test_gpio": -1,
}
"""A socket of 32 A with an emergency stop on DIG_IN_1 and an RCD on DIG_IN_2, whose self-test is left out: it would
only ask for time before the session."""
STORY = ((PILOT_A, NO_CABLE_RAW, 15), (PILOT_B, CABLE_32_RAW, 5), (PILOT_C, CABLE_32_RAW, 20))
"""Pilot, proximity pin, and for how many seconds."""


def write_configuration(folder: Path) -> None:
    """The shipped configuration with the changes of CUSTOMER."""
    for kind in config.KINDS:
        (folder / f"{kind}.json").write_text(config.shipped(kind), encoding="utf-8")
    document = jsonc.parse(config.shipped("customer"))
    for path, value in CUSTOMER.items():
        document = document.set(jsonc.parse_path(path), value)
    (folder / "customer.json").write_text(document.text, encoding="utf-8")


def charging(folder: Path) -> Model:
    """The model of a station with the configuration in `folder` after some seconds of charging."""
    clock, bus, board = VirtualClock(), MemoryBus(), Board(array("q", PILOT_A))

    def follow(closed: bool) -> None:
        if closed is not board.levels.get(FEEDBACK, False):
            clock.call_later(20, lambda: board.edge(FEEDBACK, closed))

    def stop(reason: str) -> None:
        raise RuntimeError(reason)

    board.on_relay = follow
    evsed = start(Context("evsed", clock, bus, lambda: board, folder, None, stop))
    for peaks, proximity, seconds in STORY:
        board.show(peaks)
        board.raw["proximity"] = proximity
        for _ in range(seconds):
            clock.advance(1000)
            evsed.tick(clock.now_ms())
    if bus.retained.get("port0/charging") != "1" or not board.levels[FEEDBACK]:
        raise RuntimeError(f"the station does not charge after {clock.now_ms() // 1000} s: {model_of(evsed)}")
    return model_of(evsed)


def model_of(evsed: Evsed) -> Model:
    """What evsed knows now."""
    return evsed._mailbox.model
