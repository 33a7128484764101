"""The sixteen errors of the local transaction database: what they share, and where they differ.

One operation of the database, one code. Causes, consequences and remedies come from a few kinds, so they are
written once. Read by faults.py alone. Guide §3.3.4.17 to §3.3.4.32.
"""

from __future__ import annotations

from typing import NamedTuple

DATABASE = "/var/lib/ocppd/transactions.db"

_FILES = "the file system on the internal eMMC is damaged"
_DATA = "the database itself is damaged"
_SPACE = "the internal eMMC is full"
_TWICE = "the backend gave out the same transaction id twice"

_STOPPED = ("no charging",)
_LOSS = (
    "charging is interrupted or does not begin",
    "transactions that run may be lost",
    "transactions that the backend does not have yet may be lost",
)

_DIAGNOSE = "fetch the diagnostics (GetDiagnostics) and send them to the vendor for analysis"
_RESET = "send an OCPP Reset"
_REPAIR = "check and repair the file system on the internal eMMC"
_FREE = "check the free space of /srv"
_DELETE = f"delete {DATABASE} by hand and reboot"


class Persistence(NamedTuple):
    """One code: vendorErrorCode, what failed, causes, consequences, remedies from afar and on site."""

    code: str
    about: str
    cause: tuple[str, ...]
    impact: tuple[str, ...]
    remote: tuple[str, ...]
    on_site: tuple[str, ...]


_ASK = (_DIAGNOSE,)
_BOTH = (_DIAGNOSE, _RESET)
_FIX = (_REPAIR, _DELETE)
_ALL = (_REPAIR, _FREE, _DELETE)

PERSISTENCE: tuple[Persistence, ...] = (
    Persistence("PersistenceOpenFailed", "the database did not open", (_FILES,), _STOPPED, _BOTH, _FIX),
    Persistence("PersistenceUnlinkDenied", "the database was not removed", (_FILES,), _STOPPED, _BOTH, _FIX),
    Persistence("PersistenceReadOnly", "the database cannot be written", (_FILES,), _STOPPED, _BOTH, _FIX),
    Persistence("PersistenceInvalidType", "a value has the wrong type", (_DATA,), _STOPPED, _ASK, _FIX),
    Persistence("PersistenceCountError", "rows could not be counted", (_DATA, _FILES), _STOPPED, _BOTH, _ALL),
    Persistence("PersistenceClearError", "a table was not emptied", (_DATA, _FILES), _STOPPED, _BOTH, _ALL),
    Persistence("PersistenceNoInsertRowId", "a new row got no number", (_DATA, _FILES, _SPACE), _LOSS, _ASK, _ALL),
    Persistence("PersistencePrepareFailed", "a statement was refused", (_DATA, _FILES), _LOSS, _ASK, _ALL),
    Persistence("PersistenceUpdateFailed", "a row did not change", (_DATA, _FILES, _SPACE, _TWICE), _LOSS, _BOTH, _ALL),
    Persistence("PersistenceDropFailed", "a table was not dropped", (_DATA, _FILES), _STOPPED, _BOTH, _ALL),
    Persistence(
        "PersistenceTransactionFailed",
        "a database transaction did not commit",
        (_DATA, _FILES, _SPACE),
        _STOPPED,
        _BOTH,
        _ALL,
    ),
    Persistence("PersistenceCreateFailed", "a table was not created", (_DATA, _FILES, _SPACE), _STOPPED, _BOTH, _ALL),
    Persistence("PersistenceInsertFailed", "a row was not stored", (_DATA, _FILES, _SPACE, _TWICE), _LOSS, _BOTH, _ALL),
    Persistence("PersistenceDeleteFailed", "a row was not deleted", (_DATA, _FILES), _STOPPED, _BOTH, _FIX),
    Persistence(
        "PersistenceTooManyTransactions",
        "no more transactions can be kept while the backend is away",
        ("as many transactions wait for the backend as can be kept offline",),
        _STOPPED,
        (_RESET,),
        ("check and repair the internet connection",),
    ),
    Persistence("PersistenceFinalizeFailed", "a statement did not end", (_DATA, _FILES), _LOSS, _BOTH, _FIX),
)
