"""The OCPP configuration keys: what GetConfiguration lists and ChangeConfiguration may change, in the guide's order.

Keys that live in customer.json come from its schema (x-ocpp), so there is no second place to change. Names compare
without case. Nothing here reads or writes a value. Guide §3.3.7, table 6.
"""

from __future__ import annotations

from secc.contract.generated.ocpp_rows import ROWS
from secc.contract.ocpp_table import OcppKey, ocpp_table

__all__ = ["OCPP_KEYS", "OcppKey", "find"]

OCPP_KEYS: tuple[OcppKey, ...] = ocpp_table(ROWS)
_BY_NAME = {row.key.lower(): row for row in OCPP_KEYS}


def find(key: str) -> OcppKey | None:
    """The row of a key, written in any case; None for a key that does not exist."""
    return _BY_NAME.get(key.lower())
