"""The kinds of values that a configuration file can hold, and how each is checked and read.

Decides, for one value and one rule, whether the value is right, and gives what the view shows for it. The rules
themselves are generated from the schemas (contract/generated); no key is named here. A value that is wrong becomes
a problem and is left out, so that the default stands in. Nothing here raises for what a file says, and no value of
a secret key enters a message. Guide §14.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any

from secc.contract.config_problem import Findings
from secc.contract.jsonc_path import Path
from secc.contract.values import shown

INT_MAX = 2147483647


class _Unset(Enum):
    UNSET = "unset"


UNSET = _Unset.UNSET
_NOTHING: Mapping[str, str] = {}


def kind_of(value: object) -> str:
    """The JSON type of a value, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    names = {str: "a string", int: "a number", float: "a number", list: "an array", dict: "an object"}
    return names.get(type(value), "something else")


def _number(value: float) -> str:
    text = str(value)
    return text if len(text) <= 20 else f"{float(value):.6g}"


def nearest(word: str, words: tuple[str, ...]) -> str | None:
    """The one of `words` that a misspelled `word` was likely meant to be."""
    if len(word) > 64:
        return None
    from difflib import get_close_matches

    lowered = {w.lower(): w for w in words}
    found = get_close_matches(word.lower(), list(lowered), 1, 0.6)
    return lowered[found[0]] if found else None


class Rule:
    """What a value must be. `owner` is the daemon that uses it."""

    __slots__ = ("owner",)

    def __init__(self, owner: str) -> None:
        self.owner = owner

    def read(self, value: object, path: Path, found: Findings) -> Any:
        """What the view shows for `value`; UNSET, and a problem, if it is wrong."""
        raise NotImplementedError

    def _wrong_type(self, value: object, path: Path, found: Findings, expected: str) -> _Unset:
        found.error(path, self.owner, f"{kind_of(value)} stands where {expected} is expected", f"write {expected}")
        return UNSET


class Flag(Rule):
    """true or false. A lenient one takes anything else for its default, with a warning."""

    __slots__ = ("lenient",)

    def __init__(self, owner: str, lenient: bool = False) -> None:
        self.owner = owner
        self.lenient = lenient

    def read(self, value: object, path: Path, found: Findings) -> Any:
        if isinstance(value, bool):
            return value
        note = found.warning if self.lenient else found.error
        note(path, self.owner, f"{kind_of(value)} stands where true or false is expected", "write true or false")
        return UNSET


class Integer(Rule):
    """A whole number from `low` to `high`, or one of `also`."""

    __slots__ = ("also", "high", "low", "unit")

    def __init__(self, owner: str, low: int, high: int, also: tuple[int, ...] = (), unit: str = "") -> None:
        self.owner = owner
        self.low = low
        self.high = high
        self.also = also
        self.unit = unit

    def _range(self) -> str:
        also = "".join(f"{n}, or " for n in self.also)
        until = f"{self.low} or more" if self.high == INT_MAX else f"from {self.low} to {self.high}"
        return f"{also}{until}{' ' + self.unit if self.unit else ''}"

    def read(self, value: object, path: Path, found: Findings) -> Any:
        if type(value) is float and value.is_integer():
            value = int(value)
        if type(value) is not int:
            return self._wrong_type(value, path, found, f"a whole number ({self._range()})")
        if value not in self.also and not self.low <= value <= self.high:
            found.error(path, self.owner, f"{_number(value)} is out of range", f"write {self._range()}")
            return UNSET
        return value


class Choice(Rule):
    """One out of a list of words, or of whole numbers."""

    __slots__ = ("choices",)

    def __init__(self, owner: str, choices: tuple[int, ...] | tuple[str, ...]) -> None:
        self.owner = owner
        self.choices = choices

    def read(self, value: object, path: Path, found: Findings) -> Any:
        words = tuple(c for c in self.choices if isinstance(c, str))
        if isinstance(value, bool) or not isinstance(value, str if words else (int, float)):
            return self._wrong_type(value, path, found, "a string" if words else "a number")
        for choice in self.choices:
            if value == choice:
                return choice
        meant = nearest(value, words) if isinstance(value, str) and not found.full else None
        listed = ", ".join(map(str, self.choices))
        found.error(
            path,
            self.owner,
            f"{shown(value) if isinstance(value, str) else _number(value)} is none of the possible values",
            f'did you mean "{meant}"? Write one of {listed}' if meant else f"write one of {listed}",
        )
        return UNSET


class Text(Rule):
    """A string of at most `limit` characters and of a pattern, which `form` puts into words.

    `truncated`: a longer one is cut, with a warning. `renamed`: old spellings of a value, accepted with a warning.
    """

    __slots__ = ("form", "least", "limit", "null", "pattern", "renamed", "secret", "truncated")

    def __init__(
        self,
        owner: str,
        limit: int,
        pattern: str = "",
        form: str = "",
        *,
        least: int = 0,
        truncated: bool = False,
        secret: bool = False,
        null: bool = False,
        renamed: Mapping[str, str] = _NOTHING,
    ) -> None:
        self.owner = owner
        self.limit = limit
        self.pattern = pattern
        self.form = form
        self.least = least
        self.truncated = truncated
        self.secret = secret
        self.null = null
        self.renamed = renamed

    def read(self, value: object, path: Path, found: Findings) -> Any:
        if value is None and self.null:
            return None
        if not isinstance(value, str):
            return self._wrong_type(value, path, found, "a string or null" if self.null else "a string")
        new = self.renamed.get(value)
        if new is not None:
            found.warning(path, self.owner, f"{shown(value)} is an old spelling", f'write "{new}"')
            return new
        if self.pattern and not re.fullmatch(self.pattern, value):
            what = "the value" if self.secret else shown(value)
            found.error(path, self.owner, f"{what} does not have the right form", f"write {self.form}")
            return UNSET
        if len(value) < self.least:
            found.error(path, self.owner, "the string is empty", f"write {self.form}")
            return UNSET
        if len(value) <= self.limit:
            return value
        note = found.warning if self.truncated else found.error
        long = f"{len(value)} characters are more than {self.limit}"
        note(path, self.owner, f"{long}: the rest is cut" if self.truncated else long, "shorten it")
        return value[: self.limit] if self.truncated else UNSET


class OneOrMore(Rule):
    """One string, or an array of them; the view shows a tuple in either case."""

    __slots__ = ("item",)

    def __init__(self, item: Rule) -> None:
        self.owner = item.owner
        self.item = item

    def read(self, value: object, path: Path, found: Findings) -> Any:
        if isinstance(value, str):
            one = self.item.read(value, path, found)
            return UNSET if one is UNSET else (one,)
        if not isinstance(value, list):
            return self._wrong_type(value, path, found, "a string or an array of strings")
        many = [self.item.read(item, (*path, i), found) for i, item in enumerate(value)]
        return UNSET if UNSET in many else tuple(many)


class Items(Rule):
    """An array of `least` to `most` items (None: no end), of which the first `used` count (None: all)."""

    __slots__ = ("item", "least", "most", "used")

    def __init__(self, item: Rule, least: int = 0, most: int | None = None, used: int | None = None) -> None:
        self.owner = item.owner
        self.item = item
        self.least = least
        self.most = most
        self.used = used

    def read(self, value: object, path: Path, found: Findings) -> Any:
        if not isinstance(value, list):
            return self._wrong_type(value, path, found, "an array")
        if len(value) < self.least or (self.most is not None and len(value) > self.most):
            size = f"{self.least} to {self.most}" if self.most != self.least else f"exactly {self.least}"
            if self.most is None:
                size = f"at least {self.least}"
            found.error(path, self.owner, f"the number of items is {len(value)}", f"write {size}")
            return UNSET
        read = [self.item.read(item, (*path, i), found) for i, item in enumerate(value)]
        if self.used is not None and len(read) > self.used:
            said = f"only the first {self.used} count" if self.used > 1 else "only the first counts"
            found.warning((*path, self.used), self.owner, f"{len(value)} items, {said}", "remove the surplus")
            del read[self.used :]
        if UNSET in read and isinstance(self.item, Section):
            read = [self.item.empty() if item is UNSET else item for item in read]
            read = [item for item in read if item is not UNSET]
        return UNSET if UNSET in read or len(read) < self.least else tuple(read)


class Section(Rule):
    """An object with named members, shown by the class `view`.

    `needed`: members that must be there. `renamed`: old names of members, accepted with a warning.
    """

    __slots__ = ("members", "needed", "null", "renamed", "view")

    def __init__(
        self,
        owner: str,
        view: type[Any],
        members: Mapping[str, Rule],
        *,
        needed: tuple[str, ...] = (),
        renamed: Mapping[str, str] = _NOTHING,
        null: bool = False,
    ) -> None:
        self.owner = owner
        self.view = view
        self.members = members
        self.needed = needed
        self.renamed = renamed
        self.null = null

    def empty(self) -> Any:
        """The section with every default, UNSET if a member has none."""
        try:
            return self.view()
        except TypeError:
            return UNSET

    def read(self, value: object, path: Path, found: Findings, name: str | None = None) -> Any:
        if value is None and self.null:
            return self.view()
        if not isinstance(value, dict):
            return self._wrong_type(value, path, found, "an object or null" if self.null else "an object")
        for key in value:
            if key not in self.members:
                self._foreign(key, value[key], path, found)
        for key in self.needed:
            if key not in value:
                found.error((*path, key), self.owner, f'"{key}" is missing', f'add "{key}"')
        given: dict[str, Any] = {} if name is None else {"name": name}
        for key, rule in self.members.items():
            if key in value:
                read = rule.read(value[key], (*path, key), found)
                if read is not UNSET:
                    given[key] = read
        for old, new in self.renamed.items():
            if old in value:
                self._move(value, old, new, given)
        try:
            return self.view(**given)
        except TypeError:  # a member that is needed, and has no default, is missing or wrong
            return UNSET

    def _foreign(self, key: str, value: object, path: Path, found: Findings) -> None:
        new = self.renamed.get(key)
        if new is not None:
            found.warning((*path, key), self.owner, "this key has an old spelling", f'rename it to "{new}"', key=True)
            self.members[new].read(value, (*path, key), found)
            return
        meant = None if found.full else nearest(key, tuple(self.members))
        remedy = f'did you mean "{meant}"? Otherwise remove it' if meant else "remove it, or look its name up"
        found.error((*path, key), self.owner, f"{shown(key)} is no key of the configuration", remedy, key=True)

    def _move(self, value: dict[str, Any], old: str, new: str, given: dict[str, Any]) -> None:
        """Show what stands below an old name; where both names are there, the new one has the last word."""
        parts = [part for part in (value[old], value.get(new)) if isinstance(part, dict)]
        read = self.members[new].read({k: v for part in parts for k, v in part.items()}, (), Findings())
        if read is not UNSET:
            given[new] = read


class Entries(Rule):
    """An object whose keys are names of the customer's choice; the view shows a tuple of sections with `name`."""

    __slots__ = ("item",)

    def __init__(self, item: Section) -> None:
        self.owner = item.owner
        self.item = item

    def read(self, value: object, path: Path, found: Findings) -> Any:
        if not isinstance(value, dict):
            return self._wrong_type(value, path, found, "an object")
        read = [self.item.read(item, (*path, name), found, name) for name, item in value.items()]
        return tuple(item for item in read if item is not UNSET)
