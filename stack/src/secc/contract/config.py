"""The configuration files of the charging stack, read and checked: customer.json, leds.json, rotaryencd.json.

Decides how a text becomes a typed view and a list of problems. Reading never raises for what a file says: what is
wrong becomes a problem with line, column and remedy, and the default stands in for it. Whether to start in spite of a
problem is the daemon's decision (Problem.stops). Nothing here writes a file. Guide §14.1, §14.2.
"""

from __future__ import annotations

import re
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from secc.contract.config_check import UNSET, Section
from secc.contract.config_problem import EVERY_DAEMON, Findings, Problem, Severity
from secc.contract.jsonc import Document, JsoncError, Path, parse

if TYPE_CHECKING:
    from secc.contract.generated.customer import Customer
    from secc.contract.generated.leds import Leds
    from secc.contract.generated.rotaryencd import Rotaryencd

__all__ = [
    "EVERY_DAEMON",
    "KINDS",
    "Path",
    "Problem",
    "Severity",
    "read_customer",
    "read_leds",
    "read_rotary",
    "schema",
    "shipped",
    "validate",
]

KINDS = ("customer", "leds", "rotaryencd")
_HERE = FilePath(__file__).parent


def read_customer(text: str) -> tuple[Customer, tuple[Problem, ...]]:
    """customer.json; what the text leaves out has its default."""
    from secc.contract.config_rules import check_customer
    from secc.contract.generated.customer_rules import CUSTOMER, SECRETS

    view, found = _read(text, CUSTOMER, SECRETS)
    if view is None:
        return CUSTOMER.view(), found.sorted()
    check_customer(view, found)
    return view, found.sorted()


def read_leds(text: str) -> tuple[Leds, tuple[Problem, ...]]:
    """leds.json; what the text leaves out has its default."""
    from secc.contract.generated.leds_rules import LEDS, SECRETS

    view, found = _read(text, LEDS, SECRETS)
    return view or LEDS.view(), found.sorted()


def read_rotary(text: str) -> tuple[Rotaryencd, tuple[Problem, ...]]:
    """rotaryencd.json; what the text leaves out has its default."""
    from secc.contract.generated.rotaryencd_rules import ROTARYENCD, SECRETS

    view, found = _read(text, ROTARYENCD, SECRETS)
    return view or ROTARYENCD.view(), found.sorted()


def validate(kind: str, text: str) -> tuple[Problem, ...]:
    """The problems of a file of one of KINDS; KeyError for another kind."""
    readers = {"customer": read_customer, "leds": read_leds, "rotaryencd": read_rotary}
    return readers[kind](text)[1]


def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a file of one of KINDS, with the annotations x-owner, x-applies, x-ocpp, x-unit,
    x-secret, x-guide, x-shipped; ValueError for another kind.
    """
    from secc.contract.schema import load

    return load(_known(kind))


def shipped(kind: str) -> str:
    """The text of the file as shipped, for one of KINDS; ValueError for another kind."""
    return (_HERE / "shipped" / f"{_known(kind)}.json").read_text(encoding="utf-8")


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
    return kind


def _read(text: str, rule: Section, secrets: tuple[str, ...]) -> tuple[Any, Findings]:
    """The view, None if nothing could be read, and what was found."""
    try:
        document = parse(text)
    except JsoncError as error:
        return None, _unreadable(text, error, secrets)
    found = Findings(lambda path, key: _place(document, path, key))
    view = rule.read(document.value, (), found)
    return (None if view is UNSET else view), found


def _place(document: Document, path: Path, key: bool) -> tuple[int, int] | None:
    return document.where(path, key=key and bool(path))


_QUOTED = re.compile(r"'[^']*\w[^']*'|\"[^\"]*\w[^\"]*\"|U\+[0-9A-F]+")
"""What a message quotes, unless it is mere punctuation."""


def _unreadable(text: str, error: JsoncError, secrets: tuple[str, ...]) -> Findings:
    """One problem for a text that is no JSON; a message that might quote a secret is replaced."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    before = [line for line in lines[: error.line - 1] if line.strip() and not line.strip().startswith("//")]
    near = "\n".join([*before[-3:], *lines[error.line - 1 : error.line + 1]])
    message = error.message
    if secrets and re.search(rf"\b({'|'.join(secrets)})\b", near):
        # What is wrong may be told, but nothing that could be a piece of the secret.
        message = _QUOTED.sub("(hidden)", message)
    found = Findings(lambda path, key: (error.line, error.column))
    found.error((), EVERY_DAEMON, message, "mend the file: nothing in it can be used until then")
    return found
