"""What somebody may have meant who mistyped a command, a topic, a key or a fault code. It only suggests."""

from __future__ import annotations

from collections.abc import Iterable


def close(word: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Up to `count` of the known words, the most similar first; upper and lower case count the same."""
    import difflib

    by_lower = {item.lower(): item for item in known}
    return [by_lower[found] for found in difflib.get_close_matches(word.lower()[:200], by_lower, count, 0.6)]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A half sentence to append to an error, empty if nothing is similar."""
    found = close(word, known)
    return f"; did you mean {' or '.join(found)}?" if found else ""
