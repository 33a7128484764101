"""The plug lock motors that the board knows: how long each is driven, and what its feedback reads.

Data alone, and it decides nothing. The table stands here as literals although `boards/tarragon.toml` describes the
hardware, because a core reads no file: the power path must come up even if none can be read, and drive times that
somebody edits could burn a motor. Names are those of `ports[0]/plug_lock/type` (guide §14.1, table 47). The locked
windows of Küster 02S and Scame BS end at 850 mV, not at the 700 mV of their makers: the diode in the switch drifts with
the temperature.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Motor:
    """Drive time in ms; windows of the sense voltage in mV, both ends included."""

    drive_ms: int
    unlocked_mv: tuple[int, int]
    locked_mv: tuple[int, int]

    @property
    def has_feedback(self) -> bool:
        return self.unlocked_mv != self.locked_mv


_KUESTER_02S = Motor(600, (2900, 3300), (0, 850))
_HELLA = Motor(400, (2900, 3300), (0, 950))
_SCAME_BS = Motor(500, (2900, 3300), (0, 850))

MOTORS = {
    "KUESTER-02S": _KUESTER_02S,
    "EV-T2M3S-E-LOCK12V": _KUESTER_02S,
    "EV-T2M3SM-E-LOCK12V": _KUESTER_02S,
    "KUESTER-04S": Motor(600, (2700, 3300), (0, 1950)),
    "HELLA-MICRO-ACTUATOR-1": _HELLA,
    "WALTHER-WERKE-9798999009": _HELLA,
    "INTRAMCO-603205": _HELLA,
    "SCAME-200.23260BS": _SCAME_BS,
    "SCAME-200.23261BS": _SCAME_BS,
    "SCAME-200.23261BP": Motor(500, (2700, 3300), (0, 950)),
    "SCAME-200.23261BL": Motor(500, (0, 3300), (0, 3300)),
}
