"""Whether the station is to be used: what the central system wants and what the customer's software wants.

Either side can take it out of service, and neither can override the other. Guide §3.3.5, table 4.
"""

from __future__ import annotations

from dataclasses import dataclass

from secc.contract.enums import Operative


@dataclass(frozen=True, slots=True)
class Availability:
    backend: Operative = Operative.OPERATIVE
    customer: Operative = Operative.OPERATIVE

    @property
    def actual(self) -> Operative:
        if Operative.INOPERATIVE in (self.backend, self.customer):
            return Operative.INOPERATIVE
        return Operative.OPERATIVE
