"""Edits of JSON with comments, as tables of text before and after: each byte that is not named here stays."""

from typing import Any

import pytest

from secc.contract.jsonc import parse, parse_path

STATION = """\
// Station "north". The "uri" below is an example.
{
    // "uri": where the backend lives
    "ocpp": {
        "enable": false,  // off by default
        // "uri": "ws://backend/1", // mind "ws" in lower case
        /* "timeout": 5 */
        "verifyCert": true // "verifyCert": see below
        // "proxy": {
        //     "host": "h", // its name
        //
        //     "ports": [1, 2]
        // },
    },
    "ports": [
        {
            "limit": 6
        }
    ],
    "oui": ["98:ED:5C", "4C:FC:AA"],
    "one": { "a": 1, "b": [] },
    "none": {}
}
"""

LINES_SET: list[tuple[str, Any, list[str], list[str]]] = [
    # path, value, lines that go, lines that come
    (
        "ocpp/enable",
        True,
        ['        "enable": false,  // off by default'],
        ['        "enable": true,  // off by default'],
    ),
    (
        "ocpp/uri",
        "ws://x",
        ['        // "uri": "ws://backend/1", // mind "ws" in lower case'],
        ['        "uri": "ws://x", // mind "ws" in lower case'],
    ),
    (
        "ocpp/uri",
        "ws://backend/1",
        ['        // "uri": "ws://backend/1", // mind "ws" in lower case'],
        ['        "uri": "ws://backend/1", // mind "ws" in lower case'],
    ),
    ("ocpp/timeout", 9, ['        /* "timeout": 5 */'], ['        "timeout": 9,']),
    (
        "ocpp/proxy",
        None,
        [
            '        "verifyCert": true // "verifyCert": see below',
            '        // "proxy": {',
            '        //     "host": "h", // its name',
            "        //",
            '        //     "ports": [1, 2]',
            "        // },",
        ],
        ['        "verifyCert": true, // "verifyCert": see below', '        "proxy": null'],
    ),
    (
        "ocpp/proxy/ports[0]",
        7,
        [
            '        "verifyCert": true // "verifyCert": see below',
            '        // "proxy": {',
            '        //     "ports": [1, 2]',
            "        // },",
        ],
        [
            '        "verifyCert": true, // "verifyCert": see below',
            '        "proxy": {',
            '            "ports": [7]',
            "        }",
        ],
    ),
    (
        "ocpp/proxy",
        {"host": "h", "ports": [1, 2]},
        [
            '        "verifyCert": true // "verifyCert": see below',
            '        // "proxy": {',
            '        //     "host": "h", // its name',
            "        //",
            '        //     "ports": [1, 2]',
            "        // },",
        ],
        [
            '        "verifyCert": true, // "verifyCert": see below',
            '        "proxy": {',
            '            "host": "h", // its name',
            "        ",
            '            "ports": [1, 2]',
            "        }",
        ],
    ),
    (
        "ocpp/added",
        [],
        ['        "verifyCert": true // "verifyCert": see below'],
        ['        "verifyCert": true, // "verifyCert": see below', '        "added": []'],
    ),
    ("ports[0]/limit", 16, ['            "limit": 6'], ['            "limit": 16']),
    (
        "ports[0]/x/y",
        1.5,
        ['            "limit": 6'],
        ['            "limit": 6,', '            "x": {', '                "y": 1.5', "            }"],
    ),
    ("ports[1]/limit", 6, ["        }"], ["        },", "        {", '            "limit": 6', "        }"]),
    ("oui[2]", "00", ['    "oui": ["98:ED:5C", "4C:FC:AA"],'], ['    "oui": ["98:ED:5C", "4C:FC:AA", "00"],']),
    ("oui", [1, 2, {"a": 3}], ['    "oui": ["98:ED:5C", "4C:FC:AA"],'], ['    "oui": [1, 2, {"a": 3}],']),
    ("one/c/d", "e", ['    "one": { "a": 1, "b": [] },'], ['    "one": { "a": 1, "b": [], "c": {"d": "e"} },']),
    ("one/b[0]", 1, ['    "one": { "a": 1, "b": [] },'], ['    "one": { "a": 1, "b": [1] },']),
    ("none/a", 1, ['    "none": {}'], ['    "none": {', '        "a": 1', "    }"]),
    (
        "new[0]/a",
        "ä\n",
        ['    "none": {}'],
        ['    "none": {},', '    "new": [', "        {", '            "a": "ä\\n"', "        }", "    ]"],
    ),
    (
        "ports",
        [],
        ['    "ports": [', "        {", '            "limit": 6', "        }", "    ],"],
        ['    "ports": [],'],
    ),
]


def _lines_changed(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """The lines that only one of the two texts has, in order."""
    left, right = list(before), list(after)
    for line in before:
        if line in right:
            left.remove(line)
            right.remove(line)
    return left, right


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(("path", "value", "gone", "come"), LINES_SET, ids=[f"{r[0]}={r[1]!r}" for r in LINES_SET])
def test_set_touches_only_these_lines(path: str, value: Any, gone: list[str], come: list[str], newline: str) -> None:
    before = STATION.replace("\n", newline)
    document = parse(before).set(parse_path(path), value)
    assert document.get(parse_path(path)) == value
    after = document.text
    assert after.count("\r") == (after.count("\n") if newline == "\r\n" else 0)
    left, right = before.split(newline), after.split(newline)
    expected_left, expected_right = _lines_changed(gone, come)
    assert _lines_changed(left, right) == (expected_left, expected_right)
    at = 0
    while at < len(left) and left[at] == right[at]:
        at += 1
    behind = 0
    while behind < len(left) - at and left[-1 - behind] == right[-1 - behind]:
        behind += 1
    assert left[at : len(left) - behind] or right[at : len(right) - behind]


EDITS: list[tuple[str, str, str, str, Any, str]] = [
    # what it shows, before, operation, path, value, after
    ("scalar", '{"a":1}', "set", "a", 2, '{"a":2}'),
    ("same value stays as written", '{"a": 1e3}', "set", "a", 1000.0, '{"a": 1e3}'),
    ("1 is not 1.0", '{"a": 1}', "set", "a", 1.0, '{"a": 1.0}'),
    ("1 is not true", '{"a": 1}', "set", "a", True, '{"a": true}'),
    ("one line", '{"a": 1}', "set", "b", 2, '{"a": 1, "b": 2}'),
    ("compact", '{"a":1}', "set", "b", [1, {"c": 2}], '{"a":1,"b":[1,{"c":2}]}'),
    ("padded", '{ "a": 1 }', "set", "b", 2, '{ "a": 1, "b": 2 }'),
    ("blank before the colon", '{"a" : 1}', "set", "b", 2, '{"a" : 1, "b" : 2}'),
    ("comment behind the last", '{"a": 1 /* one */}', "set", "b", 2, '{"a": 1, /* one */ "b": 2}'),
    ("empty document", "{}", "set", "a", 1, '{\n    "a": 1\n}'),
    ("empty document, CRLF", "{}\r\n", "set", "a", 1, '{\r\n    "a": 1\r\n}\r\n'),
    ("empty with a comment", "{ /* none */ }", "set", "a", 1, '{ /* none */ "a": 1 }'),
    ("empty over lines", "{\n}", "set", "a", 1, '{\n    "a": 1\n}'),
    ("empty, comment line", "{\n  // none\n}", "set", "a", 1, '{\n  // none\n  "a": 1\n}'),
    ("empty, comment at the brace", "{ // none\n}\n", "set", "a", 1, '{ // none\n    "a": 1\n}\n'),
    ("empty in one line", '{"a": {}, "b": [ ]}', "set", "a/c", 1, '{"a": {"c": 1}, "b": [ ]}'),
    ("empty, padded", '{"a": {  }}', "set", "a/c", 1, '{"a": { "c": 1 }}'),
    ("array of arrays", "[[1], []]", "set", "[1][0]", 2, "[[1], [2]]"),
    ("append to an array", "[\n\t1, // one\n\t2 // two\n\t// end\n]", "set", "[2]", 3,
     "[\n\t1, // one\n\t2, // two\n\t// end\n\t3\n]"),
    ("tabs", '{\n\t"a": 1\n}', "set", "b/c", 2, '{\n\t"a": 1,\n\t"b": {\n\t\t"c": 2\n\t}\n}'),
    ("mixed ends", '{\r\n  "a": 1,\n  "b": 2\r\n}\n', "set", "c", 3, '{\r\n  "a": 1,\n  "b": 2,\r\n  "c": 3\r\n}\n'),
    ("brace behind the last", '{\n  "a": 1 }', "set", "b", 2, '{\n  "a": 1,\n  "b": 2 }'),
    ("brace behind a comment", '{\n  "a": 1 /* x */ }', "set", "b", 2, '{\n  "a": 1, /* x */\n  "b": 2 }'),
    ("trailing blanks stay", '{  \n  "a": 1  \n}  ', "set", "b", 2, '{  \n  "a": 1,  \n  "b": 2\n}  '),
    ("byte order mark", '\ufeff{"a": 1}', "set", "a", 2, '\ufeff{"a": 2}'),
    ("the whole document", "// x\n1 // y\n", "set", "", {"a": 1}, '// x\n{\n    "a": 1\n} // y\n'),
    ("key with an escape", '{"\\u0061": 1}', "set", "a", 2, '{"\\u0061": 2}'),
    ("object on lines", '{\n  "a": {\n    "b": 1\n  }\n}', "set", "a", {"c": 2}, '{\n  "a": {\n    "c": 2\n  }\n}'),
    ("array on lines", '{\n  "a": [\n    1\n  ]\n}', "set", "a", [2, 3], '{\n  "a": [\n    2,\n    3\n  ]\n}'),
    # commented members
    ("no blank behind //", '{\n    //"a": 1\n}', "set", "a", 2, '{\n    "a": 2\n}'),
    ("// before the indent", '{\n//    "a": 1,\n    "b": 2\n}', "set", "a", 3, '{\n    "a": 3,\n    "b": 2\n}'),
    ("//, blank, then the indent", '{\n//     "a": 1,\n    "b": 2\n}', "set", "a", 3, '{\n    "a": 3,\n    "b": 2\n}'),
    ("comma is added", '{\n  // "a": 1 // x\n  "b": 2\n}', "set", "a", 3, '{\n  "a": 3, // x\n  "b": 2\n}'),
    ("comma is taken", '{\n  "b": 2,\n  "c": 2 // y\n  // "a": 1, // x\n}', "set", "a", 3,
     '{\n  "b": 2,\n  "c": 2, // y\n  "a": 3 // x\n}'),
    ("the last of several", '{\n  // "a": 1\n  // "a": 2\n}', "set", "a", 3, '{\n  // "a": 1\n  "a": 3\n}'),
    ("live goes first", '{\n  // "a": 1\n  "a": 2\n}', "set", "a", 3, '{\n  // "a": 1\n  "a": 3\n}'),
    ("own key text", '{\n  // "a"  :  1\n}', "set", "a", 3, '{\n  "a"  :  3\n}'),
    ("block in a line", '{"b": 1 /* "a": 2, */}', "set", "a", {"c": 3}, '{"b": 1, "a": {"c": 3}}'),
    ("block before a member", '{/* "a": 2 */ "b": 1}', "set", "a", 4, '{"a": 4, "b": 1}'),
    ("block without blanks", '{/*"a":2*/"b":1}', "set", "a", 4, '{"a":4,"b":1}'),
    ("block on lines", '{\n  /* "a": [\n    1\n  ], */\n  "b": 1\n}', "set", "a", [1],
     '{\n  "a": [\n    1\n  ],\n  "b": 1\n}'),
    ("comma in front", '{ "b": 1\n// "a": 2\n, "c": 3 }', "set", "a", 4, '{ "b": 1,\n"a": 4\n, "c": 3 }'),
    ("value on the next line", '{\n  // "a":\n  //   1,\n  "b": 2\n}', "set", "a", 5, '{\n  "a":\n    5,\n  "b": 2\n}'),
    ("in a nested object only", '{\n  "o": {\n    // "a": 1\n  }\n}', "set", "a", 2,
     '{\n  "o": {\n    // "a": 1\n  },\n  "a": 2\n}'),
    ("between key and value", '{\n  "b":\n  // "a": 1\n  2\n}', "set", "a", 3,
     '{\n  "b":\n  // "a": 1\n  2,\n  "a": 3\n}'),
    # prose that mentions a key
    *[
        (f"prose: {prose}", f'{{\n  {prose}\n  "b": 1\n}}', "set", "a", 2, f'{{\n  {prose}\n  "b": 1,\n  "a": 2\n}}')
        for prose in (
            '// "a" is a key', '// "a": 5 amperes', '// "a": "x" or "y"', '// see "a": 1', '// "a": 1, "b": 2',
            '// "a":', '// "a": nc', '// "a": [1', '//// "a": 1', '/* "a": 1, 2 */', '/* "a": 1 // */', '// a: 1',
            '// "a": [\n\n  // 1]', '// "a": {"b": 1, "b": 2}', '/* see "a": 1 */', '// "a": 1 /* from here',
        )
    ],
    # remove
    ("the only one", '{"a": 1}', "remove", "a", None, "{}"),
    ("the only one, padded", '{ "a": 1 }', "remove", "a", None, "{ }"),
    ("the first", '{"a": 1, "b": 2}', "remove", "a", None, '{"b": 2}'),
    ("the middle", "[1, 2, 3]", "remove", "[1]", None, "[1, 3]"),
    ("the last", '{"a": 1, "b": 2}', "remove", "b", None, '{"a": 1}'),
    ("a line", '{\n  "a": 1,\n  "b": 2\n}', "remove", "a", None, '{\n  "b": 2\n}'),
    ("the last line", '{\n  "a": 1, // x\n  "b": 2\n}', "remove", "b", None, '{\n  "a": 1 // x\n}'),
    ("comments stay", '{\n  // on a\n  "a": 1, // x\n  "b": 2\n}', "remove", "a", None,
     '{\n  // on a\n  // x\n  "b": 2\n}'),
    ("comment before the comma", '{"a": 1 /* x */, "b": 2}', "remove", "a", None, '{ /* x */ "b": 2}'),
    ("lines", '{\r\n  "a": [\r\n    1\r\n  ],\r\n  "b": 2\r\n}', "remove", "a", None, '{\r\n  "b": 2\r\n}'),
    ("comma in front", '{ "a": 1\n, "b": 2\n, "c": 3 }', "remove", "b", None, '{ "a": 1\n, "c": 3 }'),
    # comment out
    ("a line", '{\n  "a": 1,\n  "b": 2\n}', "comment_out", "a", None, '{\n  // "a": 1,\n  "b": 2\n}'),
    ("the last line", '{\n  "a": 1, // x\n  "b": 2 // y\n}', "comment_out", "b", None,
     '{\n  "a": 1 // x\n  // "b": 2 // y\n}'),
    ("within a line", '{"a": 1, "b": 2}', "comment_out", "a", None, '{/* "a": 1, */ "b": 2}'),
    ("last within a line", '{"a": 1, "b": 2}', "comment_out", "b", None, '{"a": 1 /* "b": 2 */}'),
    ("lines, blank lines, ragged", '{\n  "a": {\n\n /* x\n y */ "b": 1\n    },\n  "c": 1\n}', "comment_out", "a", None,
     '{\n //  "a": {\n//\n // /* x\n // y */ "b": 1\n //    },\n  "c": 1\n}'),
    ("tabs", '{\r\n\t"a": [\r\n\t\t1\r\n\t]\r\n}', "comment_out", "a", None,
     '{\r\n\t// "a": [\r\n\t// \t1\r\n\t// ]\r\n}'),
    # uncomment
    ("as it was", '{\n  // "a": 1e3, // x\n  "b": 2\n}', "uncomment", "a", None, '{\n  "a": 1e3, // x\n  "b": 2\n}'),
    ("with its comma", '{\n  "b": 2 // y\n  // "a": [\n  //   1\n  // ],\n}', "uncomment", "a", None,
     '{\n  "b": 2, // y\n  "a": [\n    1\n  ]\n}'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "operation", "path", "value", "after"),
    [row[1:] for row in EDITS],
    ids=[f"{row[2]}: {row[0]}" for row in EDITS],
)
def test_edit(before: str, operation: str, path: str, value: Any, after: str) -> None:
    document = parse(before)
    parts = parse_path(path) if path else ()
    result = document.set(parts, value) if operation == "set" else getattr(document, operation)(parts)
    assert result.text == after
    assert document.text == before
    if operation == "comment_out":
        assert result.commented(parts)
        assert result.uncomment(parts).text == before


def test_commented() -> None:
    document = parse(STATION)
    found = {p for p in ("ocpp/uri", "ocpp/timeout", "ocpp/proxy") if document.commented(parse_path(p))}
    assert found == {"ocpp/uri", "ocpp/timeout", "ocpp/proxy"}
    for path in ("uri", "ocpp/verifyCert", "ocpp/proxy/host", "ocpp/enable", "none/x", "x/y", "ports[0]", "oui/uri"):
        assert not document.commented(parse_path(path)), path
    assert not document.commented(())
    assert document.where(("ocpp", "uri")) is None


def test_taking_out_all_members_and_bringing_them_back() -> None:
    document = parse(STATION)
    names = list(document.value)
    for name in reversed(names):
        document = document.comment_out((name,))
    assert document.value == {}
    for name in names:
        document = document.uncomment((name,))
    assert document.text == STATION
    for name in reversed(names):
        document = document.comment_out((name,))
    for name in reversed(names):  # each order puts every comma where it belongs
        document = document.uncomment((name,))
    assert document.value == parse(STATION).value
