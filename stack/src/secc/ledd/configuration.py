"""Reads leds.json, and of customer.json what concerns the LEDs, and turns them into settings.

What is wrong in leds.json is a refusal with file, line and remedy. customer.json belongs to others: whoever owns a
wrong key refuses, and if nothing in it can be read the LEDs start with its defaults all the same, because somebody has
to show that the charging software does not. Guide §14.1 (tables 47 and 49).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from secc.contract.config import read_customer, read_leds
from secc.ledd.settings import Settings, check, settings_from
from secc.runtime.configuration import findings, read_text, sifted
from secc.runtime.context import ConfigurationRefused

if TYPE_CHECKING:
    from secc.contract.generated.customer import Customer


def load(folder: Path, warn: Callable[[str], None], *, anyway: bool = False) -> Settings:
    """Settings from leds.json and customer.json in `folder`. ConfigurationRefused says what is wrong in leds.json, and
    why nothing in customer.json can be read, unless `anyway`; `warn` hears what is no reason to refuse."""
    file = folder / "leds.json"
    text = read_text(file)
    leds, problems = read_leds(text)
    errors = sifted(file, problems, "ledd", warn)
    if errors:
        raise ConfigurationRefused(*errors)
    customer = _customer(folder / "customer.json", warn if anyway else None)
    found = findings(text)
    check(leds, customer, found)
    errors = sifted(file, found.sorted(), "ledd", warn)
    if errors:
        raise ConfigurationRefused(*errors)
    return settings_from(leds, customer)


def _customer(file: Path, warn: Callable[[str], None] | None) -> Customer:
    """What customer.json says; a file that nobody can read is told to `warn` and replaced by the defaults, or a refusal
    where there is no `warn`."""
    try:
        return _read_customer(file)
    except ConfigurationRefused as refused:
        if warn is None:
            raise
        for line in refused.lines:
            warn(f"{line} (the LEDs take its defaults)")
        return read_customer("{}")[0]


def _read_customer(file: Path) -> Customer:
    """Trouble with single keys is told by the daemons that own them."""
    customer, problems = read_customer(read_text(file))
    errors = sifted(file, problems, "ledd", lambda line: None)
    if errors:
        raise ConfigurationRefused(*errors)
    return customer
