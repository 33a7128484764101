"""The catalogue of topics: all families in the order of the guide, our own last.

One topic is one row in the module of its family; everything else (subscriptions, reference page, AsyncAPI,
C header, access rules) is derived from ALL. Guide §15.5 and the chapters that name topics besides.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from secc.contract.topics import (
    availability,
    charge,
    ev,
    evse,
    firmware,
    limits,
    metering,
    ocpp,
    power,
    rcd,
    rfid,
    runtime,
    session,
    simulation,
)
from secc.contract.topics.row import Direction, Topic

__all__ = ["ALL", "FAMILIES", "Direction", "Topic", "find"]


def _rows(family: ModuleType) -> tuple[Topic[Any], ...]:
    """The rows of a family in the order in which they are written."""
    return tuple(value for value in vars(family).values() if isinstance(value, Topic))


_MODULES = (
    (charge, "Status of the charge and of the software"),
    (evse, "V2G parameters of the charging station"),
    (ev, "V2G parameters of the EV"),
    (power, "Power path"),
    (rcd, "Residual current monitoring"),
    (limits, "Current limits"),
    (rfid, "RFID"),
    (session, "Session"),
    (availability, "Availability"),
    (ocpp, "OCPP"),
    (firmware, "Firmware update"),
    (metering, "Metering"),
    (runtime, "Daemons"),
    (simulation, "Simulation"),
)
FAMILIES: tuple[tuple[str, tuple[Topic[Any], ...]], ...] = tuple((title, _rows(m)) for m, title in _MODULES)
ALL: tuple[Topic[Any], ...] = tuple(row for _, rows in FAMILIES for row in rows)

_FIXED = {name: row for row in ALL if not row.parameters for name in (row.topic, *row.aliases)}
_OPEN = tuple(row for row in ALL if row.parameters)


def find(topic: str) -> tuple[Topic[Any], tuple[str, ...]] | None:
    """The row of a topic that arrived (or of an alias), and the values of its parameters; None if unknown."""
    row = _FIXED.get(topic)
    if row is not None:
        return row, ()
    for row in _OPEN:
        values = row.match(topic)
        if values is not None:
            return row, values
    return None
