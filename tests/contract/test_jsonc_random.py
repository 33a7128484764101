"""Random documents and random edits of JSON with comments, against a value known beforehand and against json5."""

import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonc_texts import (
    EXAMPLES,
    OBJECTS,
    QUICK,
    SEEDS,
    VALUES,
    Path,
    at,
    by_json5,
    chance,
    comments,
    containers,
    keys_of,
    lacks_nothing,
    paths,
    placed,
    same,
    says,
    tidy,
    wild,
    without,
)

from secc.contract.jsonc import Document, JsoncError, parse


@given(VALUES, SEEDS)
@EXAMPLES
def test_reads_what_was_written_as_json5_does(value: Any, seed: int) -> None:
    out = wild(value, seed)
    document = parse(out.text)
    assert same(document.value, value)
    assert document.text == out.text
    assert same(by_json5(out.text), value)


@given(VALUES, SEEDS)
@QUICK
def test_every_value_is_found_at_its_place(value: Any, seed: int) -> None:
    out = wild(value, seed)
    document = parse(out.text)
    body = out.text.removeprefix("\ufeff")
    lines = re.split(r"\r\n|\r|\n", body)
    for path, (start, _) in out.spans.items():
        assert same(document.get(path), at(value, path))
        ahead = re.split(r"\r\n|\r|\n", out.text[:start].removeprefix("\ufeff"))
        assert document.where(path) == (len(ahead), len(ahead[-1]) + 1)
        assert lines[len(ahead) - 1][len(ahead[-1])] == out.text[start]


@given(VALUES, VALUES, SEEDS, st.data())
@EXAMPLES
def test_setting_what_is_there_replaces_exactly_its_bytes(value: Any, new: Any, seed: int, data: st.DataObject) -> None:
    out = wild(value, seed)
    path = data.draw(st.sampled_from(paths(value)))
    after = parse(out.text).set(path, new).text
    start, end = out.spans[path]
    assert after.startswith(out.text[:start])
    assert after.endswith(out.text[end:])
    if same(new, at(value, path)):
        assert after == out.text
    middle = after[start : len(after) - len(out.text) + end]
    assert same(by_json5(middle), new)
    assert same(by_json5(after), placed(value, path, new))


@given(OBJECTS, VALUES, SEEDS, st.booleans(), st.data())
@EXAMPLES
def test_inserting_keeps_all_that_was_there(
    value: dict[str, Any], new: Any, seed: int, neat: bool, data: st.DataObject
) -> None:
    out = tidy(value, seed) if neat else wild(value, seed)
    holder = data.draw(st.sampled_from(containers(value, dict) + containers(value, list)))
    above = at(value, holder)
    key: str | int = "fresh" if isinstance(above, dict) else len(above)
    rest: list[Path] = [(), ("in",), (0,), ("x", 0, "y")]
    path = (*holder, key, *data.draw(st.sampled_from(rest)))
    before = parse(out.text)
    after = before.set(path, new)
    assert same(by_json5(after.text), placed(value, path, new))
    assert lacks_nothing(re.sub(r"\s", "", out.text), re.sub(r"\s", "", after.text))
    assert comments(out.text) <= comments(after.text)
    if above and out.spans.keys() >= {(*holder, key) for key in keys_of(above)}:
        assert lacks_nothing(out.text, after.text)
        last: Path = (*holder, keys_of(above)[-1])
        end = out.spans[last][1]
        assert after.text.startswith(out.text[:end] + ",")


@given(OBJECTS, SEEDS, st.booleans(), st.data())
@EXAMPLES
def test_removing_takes_the_member_one_comma_and_blanks(
    value: dict[str, Any], seed: int, neat: bool, data: st.DataObject
) -> None:
    out = tidy(value, seed) if neat else wild(value, seed)
    path = data.draw(st.sampled_from([path for path in paths(value) if path in out.keys]))
    after = parse(out.text).remove(path).text
    assert same(by_json5(after), without(value, path))
    assert lacks_nothing(after, out.text)
    member = out.text[out.keys[path] : out.spans[path][1]]
    assert comments(after) == comments(out.text) - comments(member)
    taken = Counter(out.text) - Counter(after) - Counter(member)
    assert taken[","] == (1 if len(at(value, path[:-1])) > 1 else 0)
    assert set(taken) <= set(", \t\r\n")


@given(OBJECTS, SEEDS, st.data())
@EXAMPLES
def test_commented_out_and_back_is_the_same_text(value: dict[str, Any], seed: int, data: st.DataObject) -> None:
    out = tidy(value, seed)
    members = [path for path in paths(value)[1:] if isinstance(path[-1], str)]
    path = data.draw(st.sampled_from(members))
    document = parse(out.text)
    try:
        gone = document.comment_out(path)
    except JsoncError as error:
        says(error, "*/")  # a member within a line that holds the end of a comment
        return
    assert same(by_json5(gone.text), without(value, path))
    assert gone.commented(path)
    assert gone.uncomment(path).text == out.text


@given(OBJECTS, SEEDS, st.booleans(), st.data())
@EXAMPLES
def test_commenting_out_anywhere(value: dict[str, Any], seed: int, set_back: bool, data: st.DataObject) -> None:
    out = wild(value, seed)
    path = data.draw(st.sampled_from([path for path in paths(value)[1:] if isinstance(path[-1], str)]))
    try:
        gone = parse(out.text).comment_out(path)
    except JsoncError as error:
        says(error, "*/", "melt")
        return
    assert same(by_json5(gone.text), without(value, path))
    back = gone.set(path, [7]) if set_back else gone.uncomment(path)
    assert same(by_json5(back.text), placed(value, path, [7]) if set_back else value)


@given(OBJECTS, VALUES, SEEDS)
@QUICK
def test_members_in_comments_are_found_and_brought_back(value: dict[str, Any], new: Any, seed: int) -> None:
    out = tidy(value, seed)
    document = parse(out.text)
    for path in paths(value):
        assert not document.commented((*path, "a"))
    assert all(map(document.commented, out.hidden))
    for path in out.rnd.sample(list(out.hidden), min(2, len(out.hidden))):
        back = document.uncomment(path)
        assert same(by_json5(back.text), placed(value, path, out.hidden[path]))
        changed = document.set(path, new)
        assert same(by_json5(changed.text), placed(value, path, new))
        for after in (back.text, changed.text):
            start, end = out.places[path]
            assert after.endswith(out.text[end:])
            if not after.startswith(out.text[:start]):  # the member before took its comma, right behind its value
                commas = [at for _, at in out.spans.values() if at < start]
                assert any(after.startswith(out.text[:at] + "," + out.text[at:start]) for at in commas)


@given(OBJECTS, SEEDS, st.lists(st.tuples(st.integers(0, 5), SEEDS), min_size=2, max_size=6))
@QUICK
def test_many_edits_in_a_row(value: dict[str, Any], seed: int, steps: list[tuple[int, int]]) -> None:
    out = tidy(value, seed)
    document: Document = parse(out.text)
    for kind, pick in steps:
        rnd = chance(pick)
        path = rnd.choice(paths(value))
        hidden = [p for p in out.hidden if document.commented(p) and document.where(p) is None]
        if kind == 0 and hidden:
            path = rnd.choice(hidden)
            value = placed(value, path, out.hidden[path])
            document = document.uncomment(path)
        elif kind == 1 and path:
            value = without(value, path)
            document = document.remove(path)
        elif kind == 2 and path and isinstance(path[-1], str) and "*/" not in out.text:
            value = without(value, path)
            document = document.comment_out(path)
        else:
            path = (*rnd.choice(containers(value, dict)), "n", 0, "m")
            if isinstance(_get(value, path[:-2]), list | None) and isinstance(_get(value, path[:-1]), dict | None):
                value = placed(value, path, [pick])
                document = document.set(path, [pick])
        assert same(by_json5(document.text), value)


def _get(value: Any, path: Path) -> Any:
    try:
        return at(value, path)
    except (KeyError, IndexError):
        return None


@pytest.mark.parametrize("seed", range(8))
def test_a_long_file(seed: int) -> None:
    value: dict[str, Any] = {f"k{i}": {"a": [i, str(i)], "b": None} for i in range(300)}
    out = tidy(value, seed)
    document = parse(out.text)
    after = document.set(("k150", "a", 2), "new").remove(("k7",)).comment_out(("k299",)).uncomment(("k299",))
    del value["k7"]
    value["k150"]["a"].append("new")
    assert after.value == value
