"""What the reader of JSON with comments accepts, what it refuses, and where it says that the trouble is."""

import inspect
import sys
import time

import pytest

from secc.contract.jsonc import MAX_BYTES, JsoncError, PathError, format_path, parse, parse_path

ACCEPTED: list[tuple[str, object]] = [
    ("{}", {}),
    ("\ufeff{}\n", {}),
    ("  null // end", None),
    ("// head\r\n[1, -0.5, 1e3, 0, true]", [1, -0.5, 1000.0, 0, True]),
    ('{"a" /* x */ : // y\n 1 /**/ , "b":"//" }', {"a": 1, "b": "//"}),
    ('{"a": "/* no */", "b": "\\u00e4\\ud83d\\ude00\\n"}', {"a": "/* no */", "b": "ä😀\n"}),
    ("// one\r[/***/1/*/ */]", [1]),
    ('{"": {"": []}}', {"": {"": []}}),
    (f"[{2**63 - 1}, {-(2**63)}, 1e-400]", [2**63 - 1, -(2**63), 0.0]),
    ("[" * 64 + "]" * 64, None),
]


@pytest.mark.parametrize(("text", "value"), ACCEPTED)
def test_accepted(text: str, value: object) -> None:
    document = parse(text)
    assert document.text == text
    if value is not None:
        assert document.value == value
        assert repr(document.value) == repr(value)


REFUSED = [
    ("", 1, 1, "no value"),
    (" // only\n", 2, 1, "no value"),
    ("{} x", 1, 4, "follows the end"),
    ('{"a": 1,}', 1, 8, "no member follows this comma"),
    ("[1,\n 2,\n]", 2, 3, "no item follows this comma"),
    ('{"a": 1\n "b": 2}', 2, 2, "line 1"),
    ("[1 2]", 1, 4, '"," or "]"'),
    ('{"a": 1,\n"b": 2,\n"a": 3}', 3, 1, "line 1 and on line 3"),
    ('{"a": 1, "\\u0061": 2}', 1, 10, "stands on"),
    ("{a: 1}", 1, 2, "double quotes"),
    ("{'a': 1}", 1, 2, "double quotes"),
    ('{"a" 1}', 1, 6, '":" is missing'),
    ('{"a":}', 1, 6, "a value is expected"),
    ('{"a"', 1, 5, '":" is missing'),
    ('{"a": 1', 1, 8, '"}" for line 1 is missing'),
    ("{", 1, 2, '"}" for line 1 is missing'),
    ("[1,\n", 2, 1, "end of the text"),
    ("NaN", 1, 1, "finite"),
    ("[-Infinity]", 1, 2, "finite"),
    ("[1e999]", 1, 2, "too large"),
    (f"[{2**63}]", 1, 2, "64 bits"),
    ("[" + "1" * 129 + "]", 1, 2, "longer than"),
    ("[01]", 1, 2, "write 1"),
    ("[1.]", 1, 2, "no JSON number"),
    ("[.5]", 1, 2, "no JSON number"),
    ("[+1]", 1, 2, "no JSON number"),
    ("[0x1F]", 1, 2, "no JSON number"),
    ("[True]", 1, 2, "write true"),
    ("[undefined]", 1, 2, "no JSON value"),
    ("[1,\u00a02]", 1, 4, "no JSON value"),
    ('["a\tb"]', 1, 4, "U+0009"),
    ('["a\nb"]', 1, 2, "not closed on its line"),
    ('["a', 1, 2, "not closed on its line"),
    ('["\\x41"]', 1, 3, "no JSON escape"),
    ('["\\u12"]', 1, 3, "no JSON escape"),
    ('["\\ud800"]', 1, 2, "surrogate"),
    ('["\\ude00\\ud83d"]', 1, 2, "surrogate"),
    ('[1, "\ud800"]', 1, 6, "surrogate"),
    ("[1] // \udfff", 1, 8, "surrogate"),
    ("[1 /* open ]", 1, 4, "never closed"),
    ("[1 /*/]", 1, 4, "never closed"),
    ("[1 / 2]", 1, 4, 'lone "/"'),
    ("[1] #", 1, 5, "follows the end"),
    ("[" * 65 + "]" * 65, 1, 65, "deeper than 64"),
    ("\ufeff[x]", 1, 2, "no JSON value"),
    ("[1,\r\n\r\n /* ä */ x]", 3, 10, "no JSON value"),
    ("[1,\r x]", 2, 2, "no JSON value"),
    ("\x00", 1, 1, "a value is expected"),
    (" " * MAX_BYTES + "1", 1, 1, "more than"),
    ('"' + "ä" * (MAX_BYTES // 2) + '"', 1, 1, "more than"),
]


@pytest.mark.parametrize(("text", "line", "column", "words"), REFUSED)
def test_refused(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(JsoncError) as caught:
        parse(text)
    assert (caught.value.line, caught.value.column) == (line, column), str(caught.value)
    assert words in caught.value.message
    assert str(caught.value) == f"line {line}, column {column}: {caught.value.message}"
    assert len(caught.value.message) < 250
    assert caught.value.message.isprintable()


def test_places_and_values() -> None:
    document = parse('\ufeff{ // head\r\n  "ports": [\r\n    {"a": "x"}, 5\r\n  ]\r\n}\r\n')
    assert document.where(()) == (1, 1)
    assert document.where(("ports",)) == (2, 12)
    assert document.where(("ports",), key=True) == (2, 3)
    assert document.where(("ports", 0, "a")) == (3, 11)
    assert document.where(("ports", 0, "a"), key=True) == (3, 6)
    assert document.where(("ports", 1)) == (3, 17)
    for path in (("x",), ("ports", 2), ("ports", -1), ("ports", "0"), (0,), ("ports", 1, "a"), ("ports", True)):
        assert document.where(path) is None
        assert document.get(path, "default") == "default"
    assert document.get(("ports", 0)) == {"a": "x"}
    assert document.get(()) == document.value == {"ports": [{"a": "x"}, 5]}


def test_the_value_is_made_afresh() -> None:
    document = parse('{"a": [1]}')
    document.value["a"].append(2)
    document.get(("a",)).append(2)
    assert document.value == {"a": [1]}


COSTLY = [
    "[" * MAX_BYTES,
    '{"a":' * (MAX_BYTES // 5),
    "/*" + " /*" * (MAX_BYTES // 3 - 1),
    "/*" * (MAX_BYTES // 2),
    "[/**/" * (MAX_BYTES // 5),
    '"' + "\\" * (MAX_BYTES - 2),
    '"' + "\\u0041" * (MAX_BYTES // 6 - 1),
    "1" * MAX_BYTES,
    "-" * MAX_BYTES,
    " " * MAX_BYTES,
    "\r\n" * (MAX_BYTES // 2),
]


@pytest.mark.parametrize("text", COSTLY, ids=range(len(COSTLY)))
def test_a_megabyte_of_nonsense_is_answered_at_once(text: str) -> None:
    begin = time.process_time()
    with pytest.raises(JsoncError):
        parse(text)
    assert time.process_time() - begin < 1


def test_no_recursion_error_from_a_deep_stack() -> None:
    text = "[" * 64 + "]" * 64
    free = 250  # frames that are left to the reader: 64 levels of at most 3 frames, and some for the ends

    def dive(left: int) -> object:
        return parse(text).value if left == 0 else dive(left - 1)

    depth = len(inspect.stack(0))
    assert dive(sys.getrecursionlimit() - depth - free) is not None


PATHS = [
    ("ports[0]/rcd_monitor/test_gpio", ("ports", 0, "rcd_monitor", "test_gpio")),
    ("fake_highlevel_dc_vendors/MyCar/oui[1]", ("fake_highlevel_dc_vendors", "MyCar", "oui", 1)),
    ("io/digital_input_threshold_voltage", ("io", "digital_input_threshold_voltage")),
    ("a[0][12]/b", ("a", 0, 12, "b")),
    ("[3]", (3,)),
    ("[3]/a", (3, "a")),
    ("ports/0/x", ("ports", "0", "x")),
    ('v/"My/Car"/"a[0]"[1]', ("v", "My/Car", "a[0]", 1)),
    ('""/" x "', ("", " x ")),
    ("Käfer 2/x", ("Käfer 2", "x")),
]


@pytest.mark.parametrize(("text", "path"), PATHS)
def test_paths(text: str, path: tuple[str | int, ...]) -> None:
    assert parse_path(text) == path
    assert format_path(path) == text


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, "empty"),
        ("/a", 1, "name is missing"),
        ("a/", 3, "name is missing"),
        ("a//b", 3, "name is missing"),
        ("a/[0]", 3, "name is missing"),
        ("a[]/uri", 2, "no index"),
        ("a[-1]", 2, "no index"),
        ("a[01]", 2, "no index"),
        ("a[x]", 2, "no index"),
        ("a[0", 2, "no index"),
        ("a[9999999]", 2, "no index"),
        ("a]", 2, "is expected"),
        ("a[0]b", 5, "is expected"),
        ('a"b"', 2, "is expected"),
        ('"a', 1, "name is missing"),
        ("a /b", 1, "blank"),
        ("a/\tb", 3, "name is missing"),
        ("a" * 5000, 1, "more than"),
    ],
)
def test_wrong_paths(text: str, column: int, words: str) -> None:
    with pytest.raises(PathError) as caught:
        parse_path(text)
    assert words in str(caught.value)
    assert caught.value.column == column
    assert "ports[0]/rcd_monitor/test_gpio" in str(caught.value)
