"""Soups, mutations, random text: JSON with comments and paths read, or end in a clear error and never in another."""

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from jsonc_texts import CHARS, EXAMPLES, OBJECTS, QUICK, SEEDS, by_json5, chance, paths, same, says, tidy, wild

from secc.contract.jsonc import JsoncError, PathError, format_path, parse, parse_path

_TOKENS = [*'{}[],:"1-/\n\r \\.0\x00\ufeff\ud800', '"a"', "true", "//", "/*", "*/", "\\u", "e9"]


def attempt(text: str, rnd: Random) -> None:
    """Read, then edit in all ways: a JsoncError is fine, anything else is a bug."""
    try:
        document = parse(text)
    except JsoncError as error:
        says(error)
        return
    value = document.value
    assert same(by_json5(text), value)
    path = rnd.choice(paths(value))
    for operation in ("set", "remove", "comment_out", "uncomment"):
        refused = False
        try:
            given_path = (*path, "a") if operation in ("set", "uncomment") and rnd.random() < 0.5 else path
            arguments = (given_path, {"z": [1]}) if operation == "set" else (given_path,)
            result = getattr(document, operation)(*arguments)
        except JsoncError as error:
            says(error)
            refused = "edit was not made" in error.message
            result = document
        assert not refused
        assert same(by_json5(result.text), result.value)


@given(st.lists(st.sampled_from(_TOKENS), max_size=30), SEEDS)
@EXAMPLES
def test_soups_of_tokens_raise_nothing_else(tokens: list[str], seed: int) -> None:
    attempt("".join(tokens), chance(seed))


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")), SEEDS)
@QUICK
def test_random_text_raises_nothing_else(text: str, seed: int) -> None:
    attempt(text, chance(seed))


@given(OBJECTS, SEEDS, st.booleans(), st.integers(1, 4))
@EXAMPLES
def test_mutations_raise_nothing_else(value: dict[str, Any], seed: int, neat: bool, count: int) -> None:
    text = (tidy if neat else wild)(value, seed).text
    rnd = chance(seed)
    for _ in range(count):
        at, size = rnd.randrange(len(text) + 1), rnd.choice([0, 0, 1, 1, 5])
        text = text[:at] + rnd.choice([*_TOKENS, "", ""]) + text[at + size :]
    if "\u2028" not in text and "\u2029" not in text:
        attempt(text, rnd)


@given(st.lists(st.text(CHARS, max_size=5) | st.integers(0, 999999), min_size=1, max_size=6))
@EXAMPLES
def test_every_path_can_be_written_and_read_back(parts: list[str | int]) -> None:
    assert parse_path(format_path(tuple(parts))) == tuple(parts)


@given(st.text(st.sampled_from('ab/[]"\\019 \n-'), max_size=12))
@EXAMPLES
def test_a_text_is_a_path_or_a_clear_error(text: str) -> None:
    try:
        path = parse_path(text)
    except PathError as error:
        says(error, "ports[0]/rcd_monitor/test_gpio")
        return
    assert parse_path(format_path(path)) == path
