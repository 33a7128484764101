"""Edits of JSON with comments that cannot be made, their errors, and hostile comments that must cost no time."""

import time
from typing import Any

import pytest

from secc.contract.jsonc import MAX_BYTES, JsoncError, format_path, parse, parse_path
from secc.contract.jsonc_read import Entry, Reader

FAILURES: list[tuple[str, str, str, Any, int, int, str]] = [
    # before, operation, path, value, line, column, words
    ('{"a": 1}', "set", "a/b", 1, 1, 7, "a is a number and holds nothing"),
    ('{"a": "x"}', "set", "a[0]", 1, 1, 7, "a is a string"),
    ('{\n"a": null}', "set", "a/b", 1, 2, 6, "a is null"),
    ('{"a": true}', "remove", "a/b", None, 1, 7, "a truth value"),
    ('{"a": {}}', "set", "a[0]", 1, 1, 7, "a is an object"),
    ('{"a": []}', "set", "a/b", 1, 1, 7, "a is an array"),
    ('{"a": [1]}', "set", "a[2]", 1, 1, 7, "out of range, the next is [1]"),
    ('{"a": [1]}', "set", "b[1]", 1, 1, 1, "its first index is 0"),
    ('{"a": [1]}', "remove", "b", None, 1, 1, "b is not there"),
    ('{"a": [1]}', "remove", "a[1]", None, 1, 7, "a[1] is not there"),
    ('{"a": [1]}', "comment_out", "a[0]", None, 1, 7, "only members can be commented out"),
    ('{"a": 1}', "uncomment", "a", None, 1, 7, "not commented out here"),
    ('{"a": 1}', "uncomment", "b", None, 1, 1, "does not stand commented out"),
    ('{"a": "*/", "b": 1}', "comment_out", "a", None, 1, 2, "lines of its own"),
    ('{\n"b": 1,\n// "x": {\n"a": 1\n// }\n}', "comment_out", "a", None, 1, 1, "melt"),
    ('{"a": 1}', "set", "b", float("nan"), 1, 1, "no JSON number"),
    ('{"a": 1}', "set", "b", [float("inf")], 1, 1, "no JSON number"),
    ('{"a": 1}', "set", "b", 2**63, 1, 1, "64 bits"),
    ('{"a": 1}', "set", "b", "\ud800", 1, 1, "surrogate"),
    ('{"a": 1}', "set", "b", {"\udfff": 1}, 1, 1, "surrogate"),
    ('{"a": 1}', "set", "b", {1: 1}, 1, 1, "keys are strings"),
    ('{"a": 1}', "set", "b", b"x", 1, 1, "bytes is no JSON type"),
    ('{"a": 1}', "set", "b", {"c": {1, 2}}, 1, 1, "set is no JSON type"),
    ('{"a": 1}', "set", "b", "x" * MAX_BYTES, 1, 8, "more than"),
    ('{"a": 1}', "set", "/".join("x" * 65), 1, 1, 8, "deeper than 64"),
]


@pytest.mark.parametrize(
    ("before", "operation", "path", "value", "line", "column", "words"),
    FAILURES,
    ids=[f"{row[1]} {row[2][:9]}: {row[6]}" for row in FAILURES],
)
def test_edits_that_cannot_be_made(
    before: str, operation: str, path: str, value: Any, line: int, column: int, words: str
) -> None:
    document = parse(before)
    with pytest.raises(JsoncError) as caught:
        _ = (
            document.set(parse_path(path), value)
            if operation == "set"
            else getattr(document, operation)(parse_path(path))
        )
    assert words in caught.value.message
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize("path", [("a", True), ("a", -1), (None,), (1.0,)])
def test_parts_that_no_path_has(path: Any) -> None:
    for operation in ("set", "remove", "comment_out"):
        arguments = (path, 1) if operation == "set" else (path,)
        with pytest.raises(JsoncError, match=r"no part of a path"):
            getattr(parse('{"a": [1]}'), operation)(*arguments)


def test_a_value_that_holds_itself() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(JsoncError, match="nested deeper"):
        parse("{}").set(("a",), value)


def test_the_document_itself_cannot_go() -> None:
    for operation in ("remove", "comment_out"):
        with pytest.raises(JsoncError, match="cannot be taken out"):
            getattr(parse("{}"), operation)(())


LINES = [
    '// "k": [\n', '// "k": {\n', '// "k": /*\n', '// "k": [ /* */ /*\n', '// "k": "\n', '// "k": 1,\n',
    '/* "k": 1, */\n',
    '/* "k": [ */', '// "k": {"a":1,\n', '// "k" // \n//// \n', '//// \n// "k": //\n', '// "k"\n',
]  # fmt: skip


@pytest.mark.parametrize("end", ["", "// */ ]\n"], ids=["open", "closed"])
@pytest.mark.parametrize("line", LINES)
def test_looking_for_members_in_hostile_comments_takes_linear_time(line: str, end: str) -> None:
    far = (1 << 15) * (4 if "/*" in line and line.startswith("//") else 1)  # what is quadratic here is fast at first

    def taken(size: int) -> float:
        document = parse("{\n" + line * (size // len(line)) + end + "}\n")
        begin = time.process_time()
        document.commented(("other",))
        return time.process_time() - begin

    assert taken(far * 2) < 20 * taken(far // 4) + 0.05  # linear: 8 times, quadratic: 64 times


@pytest.mark.parametrize("line", ['// "k": {\n', '// "k": [{\n', '// "k": {"a": {}, \n'])
def test_no_commented_member_is_read_twice(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    once = Reader.member

    def counted(self: Reader, offset: int, depth: int) -> Entry:
        read.append(offset)
        return once(self, offset, depth)

    document = parse("{\n" + line * 500 + "}\n")
    monkeypatch.setattr(Reader, "member", counted)
    assert not document.commented(("other",))
    assert len(read) == len(set(read)) >= 500


def test_names_of_paths_in_messages_are_bounded_and_printable() -> None:
    with pytest.raises(JsoncError) as caught:
        parse('{"a": 1}').set(("a", "\n\x1b" + "x" * 500), 1)
    assert len(caught.value.message) < 300
    assert caught.value.message.isprintable()
    assert format_path(("a", "\n")) == 'a/"\\n"'
