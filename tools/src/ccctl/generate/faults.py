"""Writes docs/reference/faults.md: every fault by priority, with what to do about it.

Says nothing that is not in secc.contract.faults. Guide §3.3.4.
"""

from __future__ import annotations

from ccctl.generate.markdown import bullets, table
from secc.contract.faults import FAULTS, Fault

PAGE = "docs/reference/faults.md"
INTRO = f"""\
# Faults

<!-- Generated from secc.contract.faults; change a row there, then run scripts/generate. -->

The {len(FAULTS)} faults that the station reports to the central system in a StatusNotification. Of several
faults the one with the highest priority (1) is reported, and at most one StatusNotification goes out in 10
seconds. The MQTT condition, where there is one, shows the same fault on the broker. Guide §3.3.4.
"""
HEAD = ("Priority", "ChargePointErrorCode", "vendorErrorCode", "connectorId", "MQTT condition")


def _row(fault: Fault) -> tuple[str, ...]:
    link = f"[{fault.code}](#{fault.code.lower()})"
    return (
        "none" if fault.priority is None else str(fault.priority),
        fault.error_code if fault.vendor_code else link,
        link if fault.vendor_code else "",
        fault.connector,
        f"`{fault.condition}`" if fault.condition else "",
    )


def _section(fault: Fault) -> str:
    about = fault.about[0].upper() + fault.about[1:]
    parts = [f"## {fault.code}", f"{about}. Reported as {fault.error_code}, connectorId {fault.connector}."]
    if fault.condition:
        parts.append(f"MQTT condition: `{fault.condition}`")
    for title, items in (
        ("Causes", fault.cause),
        ("Consequences", fault.impact),
        ("From afar", fault.remote),
        ("On site", fault.on_site),
    ):
        if items:
            parts.append(f"**{title}**\n\n{bullets(items)}")
    return "\n\n".join(parts)


def products() -> dict[str, str]:
    """The reference page of the faults."""
    sections = [INTRO + "\n" + table(HEAD, map(_row, FAULTS)), *map(_section, FAULTS)]
    return {PAGE: "\n\n".join(sections) + "\n"}
