"""The cable: which one it is, which of its ends are in, and what the proximity pin of the socket reads.

The resistor in the plug codes the rating (IEC 61851-1 annex B); the board sees it as a voltage whose
windows are those of the board, and each rating here sits in the middle of its window. Guide §3.3.4.34 to
36, §15.16.
"""

from __future__ import annotations

from dataclasses import dataclass

PROXIMITY_MV = {13: 2_136, 20: 1_491, 32: 1_030, 63: 821}
NONE_MV = 3_297
INVALID_MV = 400
RATINGS_A = tuple(PROXIMITY_MV)


@dataclass(frozen=True, slots=True)
class Cable:
    """`home` is False for a plug that is only half in the socket: it is seen, but nothing else works."""

    rating_a: int = 32
    at_station: bool = False
    at_ev: bool = False
    home: bool = True
    fixed: bool = False

    @property
    def through(self) -> bool:
        """Whether pilot and power reach the car."""
        return self.at_station and self.at_ev and self.home

    @property
    def blocks_lock(self) -> bool:
        return self.at_station and not self.home and not self.fixed


def proximity_mv(cable: Cable, faults: frozenset[str]) -> int:
    """The voltage at the proximity input. A fixed cable has no such wire."""
    if "proximity_invalid" in faults:
        return INVALID_MV
    if cable.fixed or not cable.at_station or "proximity_open" in faults:
        return NONE_MV
    if "proximity_changed" in faults:
        return PROXIMITY_MV[13 if cable.rating_a != 13 else 20]
    return PROXIMITY_MV[cable.rating_a]
