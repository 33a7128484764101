"""Whether the user may charge.

`free` needs nobody's word. With `mqtt` and `ocpp` somebody publishes 1 or 0 on the authorization topic; the word
holds until the car leaves, unless it is retained at the broker, which makes it a standing one. With `key-switch` the
key decides, as long as it is turned. Guide §14.1 (user_authentication), §15.21 (table 83).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Method(StrEnum):
    FREE = "free"
    MQTT = "mqtt"
    OCPP = "ocpp"
    KEY_SWITCH = "key-switch"


@dataclass(frozen=True, slots=True)
class Authorization:
    """`word` is the last one that was published, `key` whether the key switch is turned."""

    method: Method
    word: bool = False
    key: bool = False

    @property
    def granted(self) -> bool:
        if self.method is Method.KEY_SWITCH:
            return self.key
        return self.method is Method.FREE or self.word
