"""The schemas: valid JSON Schema, every key annotated, every example of the guide accepted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from config_examples import GUIDE
from jsonschema import Draft202012Validator

from secc.contract import config

DAEMONS = {"evsed", "meteringd", "rfidd", "recloserd", "ledd", "configd", "ocppd", "iso15118d", "uplinkd"}
APPLIES = {"Immediately", "When no EV is connected", "After reboot", "Next transaction", "After restart"}


def keys(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key that holds a value (and no object), with its entry as it is written."""
    document = config.schema(kind)
    stack: list[tuple[str, dict[str, Any]]] = [("", document)]
    stack += [(f"$defs/{name}", value) for name, value in document.get("$defs", {}).items()]
    while stack:
        path, node = stack.pop()
        for name, value in node.get("properties", {}).items():
            stack.append((f"{path}/{name}", value))
            if "properties" not in value and not value.get("$ref", "").endswith("/rcd_monitor"):
                yield f"{path}/{name}", value
        if "properties" in node.get("items", {}):
            stack.append((f"{path}[]", node["items"]))
        if isinstance(node.get("additionalProperties"), dict):
            stack.append((f"{path}/<name>", node["additionalProperties"]))


ALL = [(kind, path, value) for kind in config.KINDS for path, value in keys(kind)]
LEAVES = [row for row in ALL if row[1] not in ("/ports", "/leds")]


def test_the_walk_finds_the_keys() -> None:
    assert len([row for row in ALL if row[0] == "customer"]) == 109
    assert len([row for row in ALL if row[0] == "leds"]) == 7
    assert len([row for row in ALL if row[0] == "rotaryencd"]) == 3


@pytest.mark.parametrize("kind", config.KINDS)
def test_is_a_json_schema(kind: str) -> None:
    Draft202012Validator.check_schema(config.schema(kind))


@pytest.mark.parametrize(("kind", "path", "value"), LEAVES, ids=[f"{k}{p}" for k, p, _ in LEAVES])
def test_every_key_is_annotated(kind: str, path: str, value: dict[str, Any]) -> None:
    assert value["description"].endswith(".")
    assert value["x-owner"] in DAEMONS
    assert value["x-applies"] in APPLIES
    assert value["x-guide"].startswith("§")
    assert value["x-shipped"] in ("value", "commented")
    ocpp = value["x-ocpp"]
    assert set(ocpp) in ({"configurable"}, {"key", "access", "vendor"})
    if value["x-shipped"] == "commented":
        assert "x-example" in value


@pytest.mark.parametrize("kind", config.KINDS)
def test_every_object_refuses_other_keys(kind: str) -> None:
    stack: list[Any] = [config.schema(kind)]
    objects = 0
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack += node
        elif isinstance(node, dict):
            if "properties" in node and "type" in node:
                objects += 1
                assert node["additionalProperties"] is False, node.get("description")
            stack += node.values()
    assert objects == {"customer": 22, "leds": 3, "rotaryencd": 2}[kind]


def test_secrets_are_marked() -> None:
    assert {path for _, path, value in ALL if value.get("x-secret")} == {
        "/ocpp/uri",
        "/uplink/apn_password",
        "/ports[]/rfid/remote_ports[]/uri",
    }


@pytest.mark.parametrize("kind", config.KINDS)
def test_accepts_the_shipped_file(kind: str) -> None:
    from secc.contract.jsonc import parse

    value = parse(config.shipped(kind)).value
    assert [e.message for e in Draft202012Validator(config.schema(kind)).iter_errors(value)] == []


@pytest.mark.parametrize("place", GUIDE)
def test_accepts_the_examples_of_the_guide(place: str) -> None:
    validator = Draft202012Validator(config.schema("customer"))
    assert [e.message for e in validator.iter_errors(GUIDE[place])] == []


@pytest.mark.parametrize("kind", config.KINDS)
def test_defaults_and_examples_are_valid(kind: str) -> None:
    document = config.schema(kind)
    for name, path, value in ALL:
        if name != kind:
            continue
        for annotation in ("default", "x-example"):
            if annotation in value and not (value[annotation] is None and "type" not in value):
                own = {**value, "$defs": document.get("$defs", {})}
                errors = [e.message for e in Draft202012Validator(own).iter_errors(value[annotation])]
                assert errors == [], (path, annotation)
