"""The errors of the power path (guide table 3): which scenario shows each, and what it does. Measured in virtual time.

`measure` runs a scenario through evsed and the plant and notes what the broker was told; `page` makes the table of
docs/reference/error-scenarios.md from it. What the guide demands of each error stands here literally.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from test_scenarios_virtual import House, house

PAGE = Path(__file__).parents[2] / "docs/reference/error-scenarios.md"
STEP_MS = 10
SETTLE_MS = 8_000
"""After this everything that an error leads to has happened: 6 s for the car to stop, then the lock."""
DUTY, LOCK, CONTACTOR = (f"port0/ci/charge/{name}/status" for name in ("pwm", "plug", "contactor"))
LOCK_FAILURE, RCD, PROXIMITY = "port0/plug_lock/permanent_failure", "port0/rcd/error", "port0/session/proximity_error"
ANY = "any"
UNTIL_RESTART = "evsed is started anew with contacts that are open"


@dataclass(frozen=True)
class Demand:
    """What §3.3.4 lists as impact of an error, in the words of our topics; ANY where it says nothing."""

    error: str
    section: str
    scenario: str
    condition: str
    payload: str
    duty: str
    lock: str
    contactor: str
    ends: str
    after_ms: int = SETTLE_MS


NO_CABLE, INVALID, CHANGED = "ProximityNoCable", "ProximityInvalid", "ProximityChanged"
OPENED, CLOSED, LOCKED, UNLOCKED = "opened", "closed", "locked", "unlocked"
ONE, ZERO = "100.00", "0.00"
DEMANDS = (
    Demand("PowerSwitchFailure", "§3.3.4.1", "welded_contactor", "port0/contactor/error", "1",
           ZERO, UNLOCKED, ANY, UNTIL_RESTART),
    Demand("PlugLockMotorCapNotCharged", "§3.3.4.2", "lock_cap_not_charged", LOCK_FAILURE, "PlugLockMotorCapNotCharged",
           ONE, ANY, OPENED, "the capacitor is charged"),
    Demand("PlugLockMotorUnexpectedOpen", "§3.3.4.3", "levered_bolt", LOCK_FAILURE, "PlugLockMotorUnexpectedOpen",
           ONE, ANY, OPENED, "the car has left"),
    Demand("PlugLockMotorUnexpectedClose", "§3.3.4.4", "lock_unexpected_close", LOCK_FAILURE,
           "PlugLockMotorUnexpectedClose", ANY, ANY, OPENED, "the bolt is back"),
    Demand("PlugLockCannotLock", "§3.3.4.5", "lock_cannot_lock", LOCK_FAILURE, "PlugLockCannotLock",
           ONE, ANY, OPENED, "the car has left"),
    Demand("PlugLockCannotUnlock", "§3.3.4.6", "lock_cannot_unlock", LOCK_FAILURE, "PlugLockCannotUnlock",
           ANY, LOCKED, OPENED, "the bolt obeys; it is tried every minute"),
    Demand("SpuriousRcdError", "§3.3.4.12", "rcd_spurious", RCD, "SpuriousRcdError",
           ZERO, UNLOCKED, OPENED, "a test that somebody asked for has passed, or evsed is started anew"),
    Demand("RcdTestError", "§3.3.4.13", "rcd_test_fails", RCD, "RcdTestError",
           ZERO, UNLOCKED, OPENED, "a test that somebody asked for has passed, or evsed is started anew"),
    Demand("RcdTestError", "§3.3.4.13 (car there)", "rcd_test_fails", RCD, "RcdTestError",
           ONE, LOCKED, OPENED, "does not: when the car has left, the row above holds", after_ms=2_000),
    Demand("RcdGroundFailure", "§3.3.4.14", "rcd_ground_failure", RCD, "RcdGroundFailure",
           ONE, LOCKED, OPENED, "the car has left"),
    Demand("EmergencyShutdown", "§3.3.4.15", "emergency", "port0/emergency_shutdown", "1",
           ZERO, UNLOCKED, OPENED, "the input is released"),
    Demand("ProximityNoCable", "§3.3.4.34", "proximity_no_cable", PROXIMITY, NO_CABLE,
           ONE, LOCKED, OPENED, "a cable is seen for 3 s, or the car has left"),
    Demand("ProximityNoCable", "§3.3.4.34", "proximity_no_cable_idle", PROXIMITY, NO_CABLE,
           ONE, UNLOCKED, OPENED, "a cable is seen for 3 s, or the car has left"),
    Demand("ProximityInvalid", "§3.3.4.35", "proximity_invalid", PROXIMITY, INVALID,
           ONE, LOCKED, OPENED, "a cable is seen for 3 s, or the car has left"),
    Demand("ProximityInvalid", "§3.3.4.35", "proximity_invalid_idle", PROXIMITY, INVALID,
           ONE, UNLOCKED, OPENED, "a cable is seen for 3 s, or the car has left"),
    Demand("ProximityChanged", "§3.3.4.36", "proximity_changed", PROXIMITY, CHANGED,
           "21.66", LOCKED, CLOSED, "the car has left"),
)  # fmt: skip
"""`duty` of ProximityChanged is the reduced limit: 13 A."""


@dataclass(frozen=True)
class Seen:
    """What was told: when the error came and went (ms since the start), and what was driven while it lasted.

    `opened_ms` is how long after the error the contactor was open, None where it was not closed or stayed closed.
    """

    raised_ms: int | None = None
    cleared_ms: int | None = None
    duty: str = ""
    lock: str = ""
    contactor: str = ""
    opened_ms: int | None = None


def _run(running: House, until_ms: int, demand: Demand, raised: bool) -> int | None:
    """Go on until the condition says so or time is over; when that was."""
    while running.clock.now_ms() < until_ms:
        running.clock.advance(STEP_MS)
        if (running.last(demand.condition) == demand.payload) is raised:
            return running.clock.now_ms()
    return None


def measure(demand: Demand, folder: Path) -> Seen:
    """Run the scenario and note what it shows."""
    running = house(demand.scenario, folder)
    end_ms = running.sim.scenario.ends_ms + 5_000
    raised_ms = _run(running, end_ms, demand, raised=True)
    if raised_ms is None:
        return Seen()
    was_closed = running.last("port0/contactor/state/actual") == "1"
    values, opened_ms, cleared_ms = ("", "", ""), None, None
    while cleared_ms is None and running.clock.now_ms() < end_ms:
        now = tuple(running.last(topic) or "" for topic in (DUTY, LOCK, CONTACTOR))
        if running.clock.now_ms() <= raised_ms + demand.after_ms:
            values = (now[0], now[1], now[2])
            if was_closed and opened_ms is None and now[2] == OPENED:
                opened_ms = running.clock.now_ms() - raised_ms
        cleared_ms = _run(running, running.clock.now_ms() + STEP_MS, demand, raised=False)
    return Seen(raised_ms, cleared_ms, *values, opened_ms)


def _ok(wanted: str, seen: str) -> str:
    return f"{seen} (any)" if wanted == ANY else f"{seen}"


def page(seen: list[tuple[Demand, Seen]]) -> str:
    """docs/reference/error-scenarios.md."""
    lines = [
        "# Errors of the power path, shown",
        "",
        "Each error of the guide's table 3 that the power path raises, the scenario that shows it",
        "(`ccctl sim up --scenario NAME`), and what the broker was told while it lasted. Where the guide leaves a",
        "value open it says so. Times are those of the scenario, in virtual time. Made by `scripts/generate` from",
        "`tests/stack/error_scenarios.py`, whose test compares every value with what the guide demands.",
        "",
        "| error | guide | scenario | condition on MQTT | raised at | duty cycle | plug lock | contactor | open after"
        " | cleared at | ends when |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for demand, found in seen:
        opened = "" if found.opened_ms is None else f"{found.opened_ms} ms"
        raised = "never" if found.raised_ms is None else f"{found.raised_ms / 1000:.2f} s"
        cleared = "lasts" if found.cleared_ms is None else f"{found.cleared_ms / 1000:.2f} s"
        condition = f"`{demand.condition}` = `{demand.payload}`"
        lines.append(
            f"| {demand.error} | {demand.section} | {demand.scenario} | {condition} | {raised} |"
            f" {_ok(demand.duty, found.duty)} % | {_ok(demand.lock, found.lock)} |"
            f" {_ok(demand.contactor, found.contactor)} | {opened} | {cleared} | {demand.ends} |"
        )
    return "\n".join(lines) + "\n"


def measured() -> list[tuple[Demand, Seen]]:
    """All of them."""
    found = []
    for demand in DEMANDS:
        with tempfile.TemporaryDirectory() as folder:
            found.append((demand, measure(demand, Path(folder))))
    return found


if __name__ == "__main__":
    logging.disable()  # faults are what this is about
    PAGE.write_text(page(measured()), encoding="utf-8")
