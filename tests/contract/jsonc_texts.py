"""Texts of JSON with comments for tests: values, two generators of text that know what they wrote, and yardsticks.

`wild` puts blanks, line ends and comments between any two tokens; `tidy` writes one member a line as people do, some
of them commented out. Nothing here uses the code under test but for its error class.
"""

import copy
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import Any

import json5
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from secc.contract.jsonc import JsoncError

Path = tuple[str | int, ...]

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
EXAMPLES = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))

# U+2028 and U+2029 end a // comment for json5, not for us
CHARS = st.characters(exclude_categories=["Cs"], exclude_characters="\u2028\u2029")
KEYS = st.sampled_from(["a", "b", "key", "uri", "", "//", "/*", "*/", 'q"', "ä", "x y", "\n", "[0]", "a/b", "\\"])
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.integers(-9, 99),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(CHARS, max_size=6),
    st.sampled_from(["//", "/* x */", "*/", '"', "\\", '// "a": 1', "1,2", "{", "]"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=5)
SEEDS = st.integers(0, 2**32)

_PROSE = [
    '"a"',
    "see uri",
    '"a": five',
    "{",
    "}]",
    "'",
    '"',
    "\\",
    '// "b": 2',
    "TODO? no",
    "ä 😀",
    "* / *",
    '"a": 1, "b": 2',
]


@dataclass
class Written:
    """A text under construction.

    `spans`: from and to of each value; `keys`: where each member begins; `hidden`: values of the commented members;
    `places`: from and to of their lines.
    """

    rnd: Random
    newline: str = "\n"
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    spans: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, int] = field(default_factory=dict)
    hidden: dict[Path, Any] = field(default_factory=dict)
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def put(self, text: str) -> None:
        if self.newline != "\n":
            text = re.sub(r"\r?\n", self.newline, text)
        self.pieces.append(text)
        self.length += len(text)

    @property
    def text(self) -> str:
        return "".join(self.pieces)


def chance(seed: int) -> Random:
    """Layout comes from a seed: hypothesis need not shrink it."""
    return Random(seed)  # noqa: S311


def says(error: JsoncError, *words: str) -> None:
    """The error names a place, and one of the words."""
    assert error.line >= 1
    assert error.column >= 1
    assert any(word in error.message for word in words) or not words, error.message


def _string(rnd: Random, text: str) -> str:
    plain = json.dumps(text, ensure_ascii=rnd.random() < 0.3)
    return plain.replace("/", "\\/") if rnd.random() < 0.2 else plain


def _gap(out: Written) -> None:
    rnd = out.rnd
    for _ in range(rnd.choice([0, 0, 0, 1, 1, 2, 3])):
        kind = rnd.randrange(6)
        if kind == 0:
            out.put("// " + rnd.choice(_PROSE) + rnd.choice(["\n", "\r\n", "\r"]))
        elif kind == 1:
            out.put("/*" + rnd.choice(["", "\n", "\r\n * "]) + rnd.choice(_PROSE).replace("*/", "") + "*/")
        else:
            out.put(rnd.choice([" ", "  ", "\t", "\n", "\r\n", "\n    "]))


def _wild(out: Written, value: Any, path: Path) -> None:
    start = out.length
    if isinstance(value, dict | list):
        out.put("{" if isinstance(value, dict) else "[")
        _gap(out)
        for number, key in enumerate(keys_of(value)):
            if number:
                out.put(",")
                _gap(out)
            out.keys[(*path, key)] = out.length
            if isinstance(value, dict):
                out.put(_string(out.rnd, key))
                _gap(out)
                out.put(":")
                _gap(out)
            _wild(out, value[key], (*path, key))
            _gap(out)
        out.put("}" if isinstance(value, dict) else "]")
    else:
        out.put(_string(out.rnd, value) if isinstance(value, str) else json.dumps(value))
    out.spans[path] = (start, out.length)


def wild(value: Any, seed: int) -> Written:
    out = Written(chance(seed))
    out.put(out.rnd.choice(["", "\ufeff"]))
    _gap(out)
    _wild(out, value, ())
    _gap(out)
    return out


def _rows(value: Any, unit: str) -> list[str]:
    """A value over lines, without the indentation of the first."""
    if not isinstance(value, dict | list) or not value:
        return [json.dumps(value, ensure_ascii=False)]
    items = value.items() if isinstance(value, dict) else [(None, item) for item in value]
    rows = ["{" if isinstance(value, dict) else "["]
    for number, (key, item) in enumerate(items):
        inner = _rows(item, unit)
        inner[0] = ("" if key is None else json.dumps(key, ensure_ascii=False) + ": ") + inner[0]
        inner[-1] += "," if number < len(value) - 1 else ""
        rows += [unit + row for row in inner]
    return [*rows, "}" if isinstance(value, dict) else "]"]


def _tidy(out: Written, value: Any, path: Path, indent: str, unit: str) -> None:
    rnd, start = out.rnd, out.length
    if not isinstance(value, dict | list) or (path and rnd.random() < 0.15):
        out.put(json.dumps(value, ensure_ascii=False))
        out.spans[path] = (start, out.length)
        return
    inner = indent + unit
    end = rnd.choice(["\n", "\n", "\r\n"]) if rnd.random() < 0.1 else "\n"
    out.put(("{" if isinstance(value, dict) else "[") + rnd.choice(["", "", " // open", "  "]) + end)
    for number, key in enumerate(keys_of(value)):
        if isinstance(value, dict) and rnd.random() < 0.4:
            _hide(out, path, inner, unit)
        if rnd.random() < 0.3:
            out.put(inner + rnd.choice(["// ", "//", "/* "]) + rnd.choice(["prose", '"a" is a key', '"a": nc']))
            out.put(" */\n" if "/*" in out.pieces[-1] else "\n")
        out.put(rnd.choice(["", "", "\n"]) + inner)
        out.keys[(*path, key)] = out.length
        if isinstance(value, dict):
            out.put(json.dumps(key, ensure_ascii=False) + ": ")
        _tidy(out, value[key], (*path, key), inner, unit)
        out.put("," if number < len(value) - 1 else "")
        out.put(rnd.choice(["", "", "", "  ", " // behind", " /* behind */ // twice"]) + "\n")
    if isinstance(value, dict) and rnd.random() < 0.4:
        _hide(out, path, inner, unit)
    out.put(indent + ("}" if isinstance(value, dict) else "]"))
    out.spans[path] = (start, out.length)


def _hide(out: Written, path: Path, indent: str, unit: str) -> None:
    rnd = out.rnd
    key = f"hidden {len(out.hidden)}"
    value = rnd.choice([1, "ws://x", None, [1, 2], {"a": [True]}, [{"b": "//"}], {}, -0.5])
    rows = _rows(value, unit)
    rows[0] = json.dumps(key) + ": " + rows[0]
    comma, start = rnd.choice(["", ","]), out.length
    if rnd.random() < 0.3:
        end = "\n" + indent
        out.put(f"{indent}/* {end.join(rows)}{comma} */\n")
    else:
        mark = rnd.choice([indent + "// ", indent + "//", "//" + indent, "// " + indent])
        rows[-1] += comma + rnd.choice(["", " // note"])
        out.put("".join(f"{mark}{row}\n" for row in rows))
    out.hidden[(*path, key)] = value
    out.places[(*path, key)] = (start, out.length)


def tidy(value: dict[str, Any], seed: int) -> Written:
    out = Written(chance(seed))
    out.newline = out.rnd.choice(["\n", "\n", "\r\n"])
    out.put("// head\n" if seed % 2 else "")
    _tidy(out, value, (), "", out.rnd.choice(["  ", "    ", "\t"]))
    out.put("\n" if seed % 3 else "")
    return out


def same(a: Any, b: Any) -> bool:
    return type(a) is type(b) and repr(_sorted(a)) == repr(_sorted(b))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return [(key, _sorted(value[key])) for key in sorted(value)]
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def by_json5(text: str) -> Any:
    return _paired(json5.loads(text.removeprefix("\ufeff")))


def _paired(value: Any) -> Any:
    """json5 leaves the two \\u halves of one character apart."""
    if isinstance(value, dict):
        return {_paired(key): _paired(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_paired(item) for item in value]
    return value.encode("utf-16", "surrogatepass").decode("utf-16") if isinstance(value, str) else value


def comments(text: str) -> Counter[str]:
    found = re.findall(r'"(?:\\.|[^"\\])*"|(//[^\r\n]*|/\*[\s\S]*?\*/)', text)
    return Counter(comment for comment in found if comment)


def placed(value: Any, path: Path, new: Any) -> Any:
    """A copy of `value` with `new` at `path`, with the containers that are missing."""
    if not path:
        return new
    result = copy.deepcopy(value)
    node = result
    for part, after in pairwise(path):
        if isinstance(node, dict):
            node = node.setdefault(part, [] if isinstance(after, int) else {})
        else:
            if part == len(node):
                node.append([] if isinstance(after, int) else {})
            node = node[part]
    if isinstance(node, list) and path[-1] == len(node):
        node.append(new)
    else:
        node[path[-1]] = new
    return result


def without(value: Any, path: Path) -> Any:
    result = copy.deepcopy(value)
    node = result
    for part in path[:-1]:
        node = node[part]
    del node[path[-1]]
    return result


def paths(value: Any, path: Path = ()) -> list[Path]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(p for key, item in inner for p in paths(item, (*path, key)))]


def keys_of(value: Any) -> list[Any]:
    return list(value) if isinstance(value, dict) else list(range(len(value)))


def containers(value: Any, kind: type) -> list[Path]:
    return [path for path in paths(value) if isinstance(at(value, path), kind)]


def at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value


def lacks_nothing(before: str, after: str) -> bool:
    """Whether all characters of `before` stand in `after`, in order."""
    rest = iter(after)
    return all(char in rest for char in before)
