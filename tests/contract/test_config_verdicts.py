"""The generated rules and the jsonschema library agree on thousands of damaged files.

What they may disagree on is listed in `relaxed`: mistakes that we answer with a warning. Rules across keys are no part
of a schema and are left out.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from config_examples import GUIDE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from secc.contract import config
from secc.contract.config_check import Entries, Items, Rule, Section
from secc.contract.config_problem import Findings, Severity
from secc.contract.generated.customer_rules import CUSTOMER
from secc.contract.generated.leds_rules import LEDS
from secc.contract.generated.rotaryencd_rules import ROTARYENCD
from secc.contract.jsonc import parse

RULES: dict[str, Section] = {"customer": CUSTOMER, "leds": LEDS, "rotaryencd": ROTARYENCD}


def relaxed(node: Any) -> Any:
    """The schema without what we only warn about, and with $ meaning the end, which Python spells \\Z."""
    if isinstance(node, list):
        return [relaxed(item) for item in node]
    if not isinstance(node, dict):
        return node
    result = {key: relaxed(value) for key, value in node.items()}
    if node.get("x-truncated"):
        result.pop("maxLength")
    if node.get("x-lenient"):
        result.pop("type")
    if isinstance(node.get("pattern"), str):
        result["pattern"] = node["pattern"].removesuffix("$") + r"\Z"
    return result


VALIDATORS = {kind: Draft202012Validator(relaxed(config.schema(kind))) for kind in config.KINDS}
STARTS = {kind: [parse(config.shipped(kind)).value, {}] for kind in config.KINDS}
STARTS["customer"] += list(GUIDE.values())
LEDS_BEHAVIOR = {"condition": "ready", "mode": "solid", "color": "red"}
STARTS["leds"].append({"leds": [{"behaviors": [LEDS_BEHAVIOR]}]})


def interesting(kind: str) -> list[Any]:
    """Values at and beside every limit, word and example of the schema."""
    found: list[Any] = []
    stack: list[Any] = [config.schema(kind)]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack += node
        elif isinstance(node, dict):
            stack += node.values()
            for limit in ("minimum", "maximum", "const"):
                if isinstance(node.get(limit), int):
                    found += [node[limit] - 1, node[limit], node[limit] + 1, float(node[limit]), node[limit] + 0.5]
            found += node["enum"] if isinstance(node.get("enum"), list) else []
            for name in ("default", "x-example"):
                found += [node[name]] if name in node else []
            if isinstance(node.get("maxLength"), int):
                found += ["x" * node["maxLength"], "x" * (node["maxLength"] + 1)]
    found += [
        "",
        "x\n",
        "\n",
        "1.2.3.4\n",
        "01.2.3.4",
        "1.2.3.4/33",
        "/dev/ttymx0",
        "/dev/ttymxc0\n",
        "ws://",
        "ws://a b",
    ]
    found += ["wss://h/\n", "mqtt://h/", "mqtt://h/x", "98:ED:5C:", "98:ED:5C\n", "urn", "\x7f", "ä", "-host"]
    found += [None, True, False, [], {}, [[]], [None], {"a": 1}, [{}], 1e300, -0.0, 2**31, 2**62, 1.0, 3.0]
    return found


POOLS = {kind: interesting(kind) for kind in config.KINDS}
KEYS = {
    kind: sorted({name for name in json.dumps(config.schema(kind)).split('"') if name.isidentifier()})
    for kind in config.KINDS
}


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every container with one of its keys or indexes."""
    if isinstance(node, dict):
        return [(node, key) for key in node] + [place for value in node.values() for place in places(value)]
    if isinstance(node, list):
        return [(node, i) for i in range(len(node))] + [place for value in node for place in places(value)]
    return []


def damage(draw: st.DataObject, kind: str, document: Any) -> Any:
    """The document after one mutation."""
    where = places(document)
    containers = [document] + [box[key] for box, key in where if isinstance(box[key], dict | list)]
    action = draw.draw(st.sampled_from(["replace", "replace", "remove", "add", "rename", "repeat"]))
    value = copy.deepcopy(draw.draw(st.sampled_from(POOLS[kind])))
    if action == "add" or not where:
        box = draw.draw(st.sampled_from(containers))
        if isinstance(box, dict):
            box[draw.draw(st.sampled_from([*KEYS[kind], "", "typo"]))] = value
        elif isinstance(box, list):
            box.append(value)
        return document
    box, key = draw.draw(st.sampled_from(where))
    if action == "replace":
        box[key] = value
    elif action == "remove":
        del box[key]
    elif action == "rename" and isinstance(box, dict):
        box[draw.draw(st.sampled_from(KEYS[kind]))] = box.pop(key)
    elif isinstance(box, list):
        box += [copy.deepcopy(box[key]) for _ in range(draw.draw(st.integers(1, 20)))]
    return document


@pytest.mark.parametrize(("kind", "examples"), [("customer", 600), ("leds", 400), ("rotaryencd", 400)])
def test_same_verdict(kind: str, examples: int) -> None:
    verdicts: list[bool] = []

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        document = copy.deepcopy(data.draw(st.sampled_from(STARTS[kind])))
        for _ in range(data.draw(st.integers(0, 4))):
            document = damage(data, kind, document)
        found = Findings()
        RULES[kind].read(document, (), found)
        ours = any(p.severity is Severity.ERROR for p in found.sorted())
        theirs = [f"{list(e.path)}: {e.message}"[:200] for e in VALIDATORS[kind].iter_errors(document)]
        assert ours == bool(theirs), ([str(p) for p in found.sorted()], theirs)
        verdicts.append(ours)

    agree()
    assert min(verdicts.count(True), verdicts.count(False)) >= examples // 20, "too few of one kind to say anything"


def pairs(path: str, rule: Rule, node: Any, document: Any) -> Iterator[tuple[str, Rule, Any]]:
    """Every rule with the schema entry that it was generated from."""
    while "$ref" in node:
        own = {key: value for key, value in node.items() if key != "$ref"}
        node = {**document["$defs"][node["$ref"].removeprefix("#/$defs/")], **own}
    yield path, rule, {**node, "$defs": document.get("$defs", {})}
    if isinstance(rule, Section):
        assert {*rule.members, *rule.renamed} == set(node["properties"])
        for key, member in rule.members.items():
            yield from pairs(f"{path}/{key}", member, node["properties"][key], document)
    elif isinstance(rule, Items):
        yield from pairs(f"{path}[]", rule.item, node["items"], document)
    elif isinstance(rule, Entries):
        yield from pairs(f"{path}/<name>", rule.item, node["additionalProperties"], document)


@pytest.mark.parametrize("kind", config.KINDS)
def test_same_verdict_on_every_value_at_every_place(kind: str) -> None:
    """Each interesting value, at each key, array and object of the schema: about 70,000 verdicts."""
    document = relaxed(config.schema(kind))
    for path, rule, node in pairs("", RULES[kind], document, document):
        validator = Draft202012Validator(node)
        for value in POOLS[kind]:
            found = Findings()
            rule.read(value, (), found)
            ours = any(p.severity is Severity.ERROR for p in found.sorted())
            assert ours != validator.is_valid(value), (path, value, [str(p) for p in found.sorted()])
