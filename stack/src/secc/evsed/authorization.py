"""Whether the user may charge.

`free` needs nobody's word. With `mqtt` and `ocpp` somebody publishes 1 or 0 on the authorization topic; the word
holds until the car leaves, unless it is retained at the broker, which makes it a standing one. Guide §14.1
(user_authentication), §15.21 (table 83).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Method(StrEnum):
    FREE = "free"
    MQTT = "mqtt"
    OCPP = "ocpp"


@dataclass(frozen=True, slots=True)
class Authorization:
    method: Method
    word: bool = False

    @property
    def granted(self) -> bool:
        return self.method is Method.FREE or self.word
