"""What is generated from the schemas: fresh, deterministic, and shipped files that a person can edit line by line."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ccctl.generate import __main__ as generate
from ccctl.generate import configuration
from ccctl.generate.configuration_model import Node, SchemaError, tree, walk
from secc.contract import config
from secc.contract.config import read_customer
from secc.contract.generated.customer import Customer
from secc.contract.generated.leds import Leds
from secc.contract.generated.rotaryencd import Rotaryencd
from secc.contract.jsonc import Document, format_path, parse, parse_path

ROOT = Path(__file__).parents[2]


def test_products_are_fresh() -> None:
    assert generate.stale(ROOT, generate.collect((configuration,))) == []


def test_products_are_the_same_every_time() -> None:
    assert configuration.products() == configuration.products()
    assert all(text.endswith("\n") and not text.endswith("\n\n") for text in configuration.products().values())


def test_check_lists_stale_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate.main(["--root", str(tmp_path)]) == 0
    assert generate.main(["--root", str(tmp_path), "--check"]) == 0
    capsys.readouterr()
    page = tmp_path / "docs/reference/ocpp-keys.md"
    page.write_text(page.read_text().replace("47", "48") + "\n")
    (tmp_path / "stack/src/secc/contract/shipped/leds.json").unlink()
    assert generate.main(["--root", str(tmp_path), "--check"]) == 1
    said = capsys.readouterr()
    assert set(said.out.split()) == {"docs/reference/ocpp-keys.md", "stack/src/secc/contract/shipped/leds.json"}
    assert "stale" in said.err
    before = (tmp_path / "docs/reference/configuration.md").stat().st_mtime_ns
    assert generate.main(["--root", str(tmp_path)]) == 0
    assert generate.main(["--root", str(tmp_path), "--check"]) == 0
    assert (tmp_path / "docs/reference/configuration.md").stat().st_mtime_ns == before


def test_two_modules_cannot_write_the_same_file() -> None:
    with pytest.raises(generate.GenerateError, match="written by two modules"):
        generate.collect((configuration, configuration))


@pytest.mark.parametrize("kind", config.KINDS)
def test_shipped_file_raises_no_problem(kind: str) -> None:
    assert config.validate(kind, config.shipped(kind)) == ()


def test_shipped_files_say_what_the_defaults_are() -> None:
    """An empty file and the shipped one differ in what decision 10 and §14.1 say, and in nothing else."""
    view = read_customer(config.shipped("customer"))[0]
    port = view.ports[0]
    assert (port.meter.baudrate, port.meter.parity) == (9600, "even")
    assert [v.name for v in view.fake_highlevel_dc_vendors] == ["Tesla", "Volkswagen"]
    assert len(port.rfid.remote_ports) == 1
    from dataclasses import replace

    plain = replace(
        port,
        meter=replace(port.meter, baudrate=None, parity=None),
        rfid=replace(port.rfid, remote_ports=()),
    )
    assert replace(view, ports=(plain,), fake_highlevel_dc_vendors=()) == Customer()
    assert config.read_leds(config.shipped("leds"))[0] == Leds()
    assert config.read_rotary(config.shipped("rotaryencd"))[0] == Rotaryencd()


def shown(node: Node) -> str:
    """The path of a node in the shipped file; what can stand there several times keeps its empty brackets."""
    return re.sub(r"\b(ports|remote_ports|leds)\[\]", r"\1[0]", node.path)


COMMENTED = [shown(node) for node in walk(tree("customer")) if node.commented and "csDataTransfers[]" not in node.path]
LIVE = [
    shown(node)
    for kind in config.KINDS
    for node in walk(tree(kind))
    if node.rules.get("x-shipped") == "value" and "[]" not in shown(node) and "<name>" not in node.path
]  # fmt: skip


def test_commented_keys() -> None:
    assert set(COMMENTED) == {
        "ports[0]/meter/address",
        "ports[0]/recloser/address",
        "ports[0]/rfid/address",
        "ports[0]/rfid/remote_ports[0]/uri",
        "grid/phase_count",
        "ocpp/chargePointModel",
        "ocpp/chargePointVendor",
        "ocpp/chargePointSerialNumber",
        "ocpp/csDataTransfers",
        "network/ipv4/address",
        "network/ipv4/gateway",
        "network/ipv4/dns",
        "network/ntp",
        "uplink/apn_username",
        "uplink/apn_password",
    }


@pytest.mark.parametrize("path", COMMENTED)
def test_uncommenting_touches_one_line(path: str) -> None:
    text = config.shipped("customer")
    document = parse(text)
    assert document.get(parse_path(path)) is None
    assert document.commented(parse_path(path))
    key = parse_path(path)[-1]
    above = document.where(parse_path(path)[:-1])
    assert above is not None
    lines = text.split("\n")
    index = next(i for i in range(above[0], len(lines)) if lines[i].strip().startswith(f'// "{key}":'))
    lines[index] = lines[index].replace("// ", "", 1)
    edited: Document = parse("\n".join(lines))
    assert edited.get(parse_path(path)) is not None
    assert [str(p) for p in config.validate("customer", edited.text)] == []


@pytest.mark.parametrize("path", COMMENTED)
def test_setting_a_commented_key_keeps_all_other_lines(path: str) -> None:
    text = config.shipped("customer")
    value = next(n.shipped for n in walk(tree("customer")) if shown(n) == path)
    edited = parse(text).set(parse_path(path), value)
    changed = [(a, b) for a, b in zip(text.split("\n"), edited.text.split("\n"), strict=True) if a != b]
    assert len(changed) == 1
    assert changed[0][0].replace("// ", "", 1) == changed[0][1]


def test_every_key_stands_in_the_shipped_file_with_a_comment() -> None:
    for kind in config.KINDS:
        text = config.shipped(kind)
        document = parse(text)
        lines = text.split("\n")
        for path in LIVE:
            if path.split("/", maxsplit=1)[0].split("[", maxsplit=1)[0] not in document.value:
                continue
            place = document.where(parse_path(path))
            assert place is not None, path
            assert lines[place[0] - 2].strip().startswith("//"), path


@pytest.mark.parametrize("kind", config.KINDS)
def test_shipped_lines_are_short_and_prose_hides_no_member(kind: str) -> None:
    document = parse(config.shipped(kind))
    for line in document.text.split("\n"):
        assert len(line) <= (100 if re.match(r' *// [^"]', line) else 120), line
    known = {shown(node) for node in walk(tree(kind)) if node.commented}
    for node in walk(tree(kind)):
        if node.kind == "section" and "[]" not in shown(node) and "<name>" not in node.path:
            for member in node.members:
                path = parse_path(shown(member))
                assert document.commented(path) == (format_path(path) in known)


def test_modules_are_short() -> None:
    for path, text in generate.collect((configuration,)).items():
        if path.endswith(".py"):
            assert text.count("\n") <= 400, path


def test_a_schema_that_no_writer_understands_is_refused() -> None:
    from ccctl.generate.configuration_model import _node

    for raw, message in (
        ({"type": "number"}, "no writer"),
        ({"type": "integer"}, "needs minimum"),
        ({"type": "string"}, "needs maxLength"),
        ({"type": "object", "properties": {}}, "additionalProperties"),
        ({"type": "object", "additionalProperties": False, "properties": {"a-b": {}}}, "identifier"),
    ):
        with pytest.raises(SchemaError, match=message):
            _node("key", "key", raw, {})


def test_start_up_imports_no_generator_and_no_jsonschema() -> None:
    code = (
        "import sys; from secc.contract.config import read_customer, shipped; read_customer(shipped('customer')); "
        "bad = {'jsonschema', 'ccctl', 'difflib', 'asyncio'} & set(sys.modules); sys.exit(str(bad) if bad else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("kind", config.KINDS)
def test_shipped_files_are_plain_text(kind: str) -> None:
    text = config.shipped(kind)
    assert [line for line in text.splitlines() if not all(" " <= char <= "~" for char in line)] == []
    assert text.endswith("}\n")
