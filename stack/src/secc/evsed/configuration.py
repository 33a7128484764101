"""Reads the files that evsed obeys and turns them into its settings.

Whatever is wrong is said with file, line and remedy. A wrong value of a key that belongs to evsed is a refusal to
start, because guessing a current limit is no option; trouble in the keys of others is for them to refuse.
Guide §14.1, §10.3.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from secc import __version__
from secc.contract.config import read_customer, read_rotary
from secc.contract.jsonc import parse_path
from secc.evsed.customer import phases_of, refusals, settings_from
from secc.evsed.settings import Settings
from secc.runtime.configuration import findings, read_text, sifted
from secc.runtime.context import ConfigurationRefused


def load(folder: Path, position: int, warn: Callable[[str], None]) -> Settings:
    """Settings from customer.json and rotaryencd.json in `folder`, for a rotary switch at `position` (0..15).

    ConfigurationRefused says what is wrong; `warn` hears what is for others to refuse.
    """
    file, rotary_file = folder / "customer.json", folder / "rotaryencd.json"
    text = read_text(file)
    customer, problems = read_customer(text)
    rotary, rotary_problems = read_rotary(read_text(rotary_file))
    errors = sifted(file, problems, "evsed", warn) + sifted(rotary_file, rotary_problems, "evsed", warn)
    if all(problem.path for problem in problems):  # it reads as JSON with comments, so it can be judged further
        found = findings(text)
        for key, message, remedy in refusals(customer, phases_of(customer, rotary, position)):
            found.error(parse_path(key), "evsed", message, remedy)
        errors += sifted(file, found.sorted(), "evsed", warn)
    if errors:
        raise ConfigurationRefused(*errors)
    return settings_from(customer, rotary, position, __version__)
