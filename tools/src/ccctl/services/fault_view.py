"""A fault of the catalogue as ccctl prints it, and the search for one by its code. Guide §3.3.4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ccctl.services.errors import CcctlError
from ccctl.services.exit_codes import ExitCode
from ccctl.services.suggest import did_you_mean

if TYPE_CHECKING:
    from secc.contract.faults import Fault


def row(fault: Fault) -> dict[str, Any]:
    """The fault as a row of the list."""
    return {
        "errorCode": fault.error_code,
        "vendorErrorCode": fault.vendor_code,
        "priority": fault.priority,
        "connector": fault.connector,
        "condition": fault.condition,
    }


def search(code: str) -> list[Fault]:
    """The faults of a code, upper and lower case alike: one by its vendorErrorCode, all of an errorCode."""
    from secc.contract.faults import FAULTS

    wanted = code.lower()
    found = [fault for fault in FAULTS if fault.vendor_code.lower() == wanted]
    found = found or [fault for fault in FAULTS if fault.error_code.lower() == wanted]
    if found:
        return found
    hint = did_you_mean(code, [fault.code for fault in FAULTS] + [fault.error_code for fault in FAULTS])
    raise CcctlError(f"no fault has the code {code!r}{hint}", "'ccctl faults list' shows all", ExitCode.NOT_FOUND)
