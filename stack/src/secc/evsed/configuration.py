"""Reads the files that evsed obeys and turns them into its settings.

Whatever is wrong is said with file, line and remedy. A wrong value of a key that belongs to evsed is a refusal to
start, because guessing a current limit is no option; trouble in the keys of others is for them to refuse.
Guide §14.1, §10.3.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from secc import __version__
from secc.contract.config import Problem, read_customer, read_rotary
from secc.contract.jsonc import format_path, parse, parse_path
from secc.evsed.customer import phases_of, refusals, settings_from
from secc.evsed.settings import Settings
from secc.runtime.context import ConfigurationRefused

MAX_BYTES = 128 << 10  # the shipped file has 29 KiB


def load(folder: Path, position: int, warn: Callable[[str], None]) -> Settings:
    """Settings from customer.json and rotaryencd.json in `folder`, for a rotary switch at `position` (0..15).

    ConfigurationRefused says what is wrong; `warn` hears what is for others to refuse.
    """
    file = folder / "customer.json"
    text = _text(file)
    customer, problems = read_customer(text)
    rotary, rotary_problems = read_rotary(_text(folder / "rotaryencd.json"))
    errors = []
    for name, found in (("customer.json", problems), ("rotaryencd.json", rotary_problems)):
        for problem in found:
            line = said(folder / name, problem)
            if problem.stops("evsed"):
                errors.append(line)
            else:
                warn(line)
    refused = () if errors else refusals(customer, phases_of(customer, rotary, position))
    document = parse(text) if refused else None
    for key, message in refused:
        place = document.where(parse_path(key)) if document else None
        errors.append(f"{file}:{place[0]}:{place[1]}: {key}: {message}" if place else f"{file}: {key}: {message}")
    if errors:
        raise ConfigurationRefused(*errors)
    return settings_from(customer, rotary, position, __version__)


def said(file: Path, problem: Problem) -> str:
    """One problem in one line: place, what is wrong, what to do."""
    place = f"{file}:{problem.line}:{problem.column}" if problem.line else str(file)
    what = f"{format_path(problem.path)}: {problem.message}" if problem.path else problem.message
    return f"{place}: {what}; {problem.remedy}" if problem.remedy else f"{place}: {what}"


def _text(file: Path) -> str:
    try:
        raw = file.read_bytes()
    except OSError as error:
        remedy = f"restore it from {file.name}.shipped, or name another folder with --config"
        raise ConfigurationRefused(f"{file}: cannot be read ({error.strerror}); {remedy}") from error
    if len(raw) > MAX_BYTES:
        raise ConfigurationRefused(f"{file}: {len(raw)} bytes are more than {MAX_BYTES}; this is no configuration file")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigurationRefused(f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
