"""Watches one charging session on the broker: what the station shows now, and whether a whole session was seen.

Pure bookkeeping over messages that arrived; it opens no connection and prints nothing. A session is complete when
the pilot went from A to B and C, the contactor closed, the meter counted energy, the contactor opened and the pilot
came back to A, in this order. Guide §15.3 (table 57), decision 28.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from secc.contract.topics import charge, limits, metering
from secc.contract.values import PayloadError

SHOWN = (
    ("pilot", charge.CP_STATUS.topic, ""),
    ("duty cycle", charge.PWM_STATUS.topic, "%"),
    ("plug lock", charge.PLUG_STATUS.topic, ""),
    ("contactor", charge.CONTACTOR_STATUS.topic, ""),
    ("cable limit", limits.CABLE_CURRENT_LIMIT.topic, "A"),
    ("physical limit", limits.PHYSICAL_CURRENT_LIMIT.topic, "A"),
    ("offered", limits.OFFERED_CURRENT_LIMIT.topic, "A"),
    ("power", metering.POWER_TOTAL.topic, "W"),
    ("energy", metering.ENERGY_IMPORT.topic, "Wh"),
)
"""Name, topic and unit of what a person wants to see."""
METERED = (metering.POWER_TOTAL.topic, metering.ENERGY_IMPORT.topic)
_TOPICS = {row.topic: row for row in (charge.CP_STATUS, charge.CONTACTOR_STATUS, metering.ENERGY_IMPORT)}


@dataclass
class SessionWatch:
    """`values` holds the last payload of each shown topic, `done` the steps of the session that were seen."""

    values: dict[str, str] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    sessions: int = 0
    wrong: list[str] = field(default_factory=list)
    _energy_wh: float = 0.0
    _energy_at_start_wh: float | None = None

    STEPS = (
        "pilot A: no car",
        "pilot B: car connected",
        "pilot C: car asks for energy",
        "contactor closed",
        "energy counted",
        "contactor opened",
        "pilot A: car has left",
    )

    @property
    def complete(self) -> bool:
        return len(self.done) == len(self.STEPS)

    @property
    def missing(self) -> tuple[str, ...]:
        return self.STEPS[len(self.done) :]

    def heard(self, topic: str, payload: bytes) -> bool:
        """Take note of a message; whether it changed anything that is shown."""
        text = payload.decode("utf-8", "replace")
        if topic in _TOPICS:
            try:
                _TOPICS[topic].decode(payload)
            except PayloadError as error:
                self.wrong.append(str(error))
                return False
        if topic not in {name for _, name, _ in SHOWN}:
            return False
        changed = self.values.get(topic) != text
        self.values[topic] = text
        if topic == metering.ENERGY_IMPORT.topic:
            self._energy_wh = float(text)
        self._advance()
        return changed

    def begin_again(self) -> None:
        """Forget the steps of the session that was seen; the next one counts from here."""
        self.sessions += 1
        self.done = [self.STEPS[0]]
        self._energy_at_start_wh = None

    def _advance(self) -> None:
        pilot, contactor = self.values.get(charge.CP_STATUS.topic), self.values.get(charge.CONTACTOR_STATUS.topic)
        tests: tuple[Callable[[], bool], ...] = (
            lambda: pilot == "A",
            lambda: pilot == "B",
            lambda: pilot == "C",
            lambda: contactor == "closed",
            self._counted,
            lambda: contactor == "opened",
            lambda: pilot == "A",
        )
        if not self.complete and tests[len(self.done)]():
            self.done.append(self.STEPS[len(self.done)])
            if len(self.done) == self.STEPS.index("energy counted"):
                self._energy_at_start_wh = self._energy_wh

    def _counted(self) -> bool:
        return self._energy_at_start_wh is not None and self._energy_wh > self._energy_at_start_wh
