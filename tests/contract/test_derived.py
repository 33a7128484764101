"""What is derived from the catalogue: reference pages, AsyncAPI document and C header.

The AsyncAPI document is checked against the rules that matter here; the official JSON Schema is used as well when
ASYNCAPI_SCHEMA names it (schemas/3.0.0.json of the npm package @asyncapi/specs).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
from topic_rows import GUIDE, OWN, Printed

from ccctl.generate import asyncapi, faults, header, markdown, topics
from secc.contract.faults import FAULTS
from secc.contract.topics import ALL, Direction, find

ROOT = Path(__file__).parents[2]
MODULES = (asyncapi, faults, header, topics)
DOCUMENT: dict[str, Any] = asyncapi.document()
COMPILER = shutil.which("gcc") or shutil.which("cc")
IDENTIFIER = re.compile(r"[A-Za-z0-9_\-]+")


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_products_are_checked_in_and_fresh(module: ModuleType) -> None:
    for path, content in module.products().items():
        assert content.endswith("\n")
        assert not content.endswith("\n\n")
        assert (ROOT / path).read_text("utf-8") == content, f"{path} is stale: run scripts/generate"


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_products_are_the_same_each_time(module: ModuleType) -> None:
    assert module.products() == module.products()


def rows_of(page: str) -> list[list[str]]:
    return [re.split(r"(?<!\\)\|", line)[1:-1] for line in page.splitlines() if line.startswith("|")]


def test_the_page_of_topics_lists_each_topic_once() -> None:
    page = topics.products()[topics.PAGE]
    rows = rows_of(page)
    assert {len(cells) for cells in rows} == {len(topics.HEAD)}
    listed = [cells[0].strip() for cells in rows if cells[0].strip().startswith("`")]
    assert listed == [f"`{row.topic}`" for row in ALL]
    for row in ALL:
        assert all(alias in page for alias in row.aliases)


def test_the_page_of_faults_lists_each_fault_and_links_to_it() -> None:
    page = faults.products()[faults.PAGE]
    assert {len(cells) for cells in rows_of(page)} == {len(faults.HEAD)}
    headings = re.findall(r"^## (\w+)$", page, re.MULTILINE)
    assert headings == [fault.code for fault in FAULTS]
    assert re.findall(r"\]\(#(\w+)\)", page) == [heading.lower() for heading in headings]
    for fault in FAULTS:
        assert all(f"* {text}" in page for text in (*fault.cause, *fault.impact, *fault.remote, *fault.on_site))


def test_a_bar_or_a_line_break_does_not_break_a_table() -> None:
    assert markdown.table(("a", "b"), [("x|y", "1\n2")]).splitlines()[-1] == r"| x\|y | 1 2 |"


def resolve(reference: str) -> Any:
    assert reference.startswith("#/")
    node: Any = DOCUMENT
    for part in reference[2:].split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if "$ref" in node else []
        return own + [r for value in node.values() for r in references(value)]
    if isinstance(node, list):
        return [r for value in node for r in references(value)]
    return []


def test_asyncapi_has_the_required_members() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= set(DOCUMENT["info"])
    assert DOCUMENT["servers"]["device"]["host"] == "localhost:1883"
    assert DOCUMENT["servers"]["device"]["protocol"] == "mqtt"
    allowed = {"asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components"}
    assert set(DOCUMENT) <= allowed


def test_asyncapi_references_resolve() -> None:
    found = references(DOCUMENT)
    assert len(found) > 3 * len(PUBLIC)
    for reference in found:
        assert isinstance(resolve(reference), dict)


PUBLIC = [row for row in ALL if row.direction is not Direction.INTERNAL]


def test_asyncapi_ids_and_addresses_are_unique_and_well_formed() -> None:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({key for key, _ in pairs}) == len(pairs)
        return dict(pairs)

    json.loads(asyncapi.products()[asyncapi.FILE], object_pairs_hook=once)
    for group in ("channels", "operations", "servers"):
        assert all(IDENTIFIER.fullmatch(key) for key in DOCUMENT[group])
    addresses = [channel["address"] for channel in DOCUMENT["channels"].values()]
    assert len(set(addresses)) == len(addresses) == len(ALL)


def test_asyncapi_addresses_and_parameters_agree() -> None:
    for row, channel in zip(ALL, DOCUMENT["channels"].values(), strict=True):
        named = re.findall(r"\{(\w+)\}", channel["address"])
        assert named == list(channel.get("parameters", {}))
        assert re.sub(r"\{\w+\}", "+", channel["address"]) == row.filter
        assert not set("+#?") & set(channel["address"])


def test_asyncapi_operations_follow_the_direction() -> None:
    actions: dict[str, set[str]] = {name: set() for name in DOCUMENT["channels"]}
    for operation in DOCUMENT["operations"].values():
        reference = operation["channel"]["$ref"]
        assert reference.startswith("#/channels/")
        name = reference.removeprefix("#/channels/")
        actions[name].add(operation["action"])
        assert [m["$ref"] for m in operation["messages"]] == [f"{reference}/messages/value"]
        assert operation["bindings"]["mqtt"]["qos"] == 0
    for row in ALL:
        expected = {
            Direction.INTERNAL: set(),
            Direction.SUBSCRIBE: {"send"},
            Direction.PUBLISH: {"receive"} if row.owner == "customer" else {"receive", "send"},
        }
        assert actions[asyncapi.identifier(row)] == expected[row.direction], row.topic


def test_asyncapi_says_what_is_retained() -> None:
    for operation in DOCUMENT["operations"].values():
        channel = resolve(operation["channel"]["$ref"])
        assert operation["bindings"]["mqtt"]["retain"] is channel["x-retain"]


def instance(schema: dict[str, Any], text: str) -> Any:
    """A payload as the schema sees it: a document or number as such, else the text."""
    words = json.dumps(schema)
    if schema.get("type") in ("object", "array") or (text and ('"integer"' in words or '"number"' in words)):
        return json.loads(text)
    return text


@pytest.mark.parametrize("printed", GUIDE + OWN, ids=lambda p: p.topic)
def test_schemas_accept_what_the_codec_accepts(printed: Printed) -> None:
    found = find(printed.topic)
    assert found is not None
    row = found[0]
    schema = DOCUMENT["components"]["messages"][asyncapi.identifier(row)]["payload"]
    jsonschema.Draft7Validator.check_schema(schema)
    for text in printed.good:
        sent = row.encode(row.decode(text.encode())).decode()
        jsonschema.validate(instance(schema, sent), schema, jsonschema.Draft7Validator)


def test_patterns_of_schemas_hold_for_the_whole_text() -> None:
    schema = DOCUMENT["components"]["messages"]["V2G_MAC"]["payload"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate("00:12:34:56:78:9A0", schema | {"maxLength": 99}, jsonschema.Draft7Validator)


def test_asyncapi_against_the_official_schema() -> None:
    path = os.environ.get("ASYNCAPI_SCHEMA")
    if not path:
        pytest.skip("ASYNCAPI_SCHEMA does not name schemas/3.0.0.json of the npm package @asyncapi/specs")
    schema = json.loads(Path(path).read_text("utf-8"))
    errors = [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(DOCUMENT)]
    assert errors == []


PROGRAM = """
#include "topic_customer_hlc_ac.h"
#include "topic_customer_hlc_ac.h"
#include <stdio.h>
int main(void)
{
    char topic[256];
    printf("%s %d %s\\n", MQTT_HOSTNAME, MQTT_PORT, MQTT_CHARGE_PORT);
@LINES@
    return 0;
}
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a C program prints that uses every macro of the header."""
    if COMPILER is None:
        pytest.skip("there is no C compiler (gcc or cc) on PATH")
    folder = tmp_path_factory.mktemp("header")
    lines = []
    for row in ALL:
        lines.append(f'    puts("{row.name} " {row.name});')
        if row.parameters:
            lines.append(f'    snprintf(topic, sizeof(topic), {row.name}_FMT, "x"); puts(topic);')
    source = folder / "main.c"
    source.write_text(PROGRAM.replace("@LINES@", "\n".join(lines)), "ascii")
    (folder / "topic_customer_hlc_ac.h").write_text(header.products()[header.FILE], "ascii")
    flags = ["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror"]
    build = subprocess.run(
        [COMPILER, *flags, "-o", folder / "main", source], capture_output=True, text=True, check=False
    )
    assert build.returncode == 0, build.stderr
    run = subprocess.run([folder / "main"], capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


def test_the_header_compiles_and_every_macro_is_the_topic(compiled: list[str]) -> None:
    expected = ["localhost 1883 port0"]
    for row in ALL:
        expected.append(f"{row.name} {row.filter}")
        if row.parameters:
            expected.append(row.at(*["x"] * row.parameters))
    assert compiled == expected


def test_the_header_is_ascii_names_each_alias_and_has_no_long_lines() -> None:
    text = header.products()[header.FILE]
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 112
    for row in ALL:
        assert all(alias in text for alias in row.aliases)
