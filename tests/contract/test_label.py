"""The device label: the fields of each variant, and what no field may be."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secc.contract.label import MAX_LABEL, Label, LabelError, format_label, parse_label

FULL = (
    "I2CCSC-A00-303 000187123456 000187123457 000187123458 000187123459 00018712345A "
    "ABCD-EFGH-IJKL-MNOP 0000012345 3118"
)
MIDDLE = "I2CCSC-A00-204 000187123456 000187123457 000187123458 0000012345 3118"
SMALL = "I2CCSC-P00-105 0000012345 3118"


def test_variant_300() -> None:
    label = parse_label(FULL)
    assert label == Label(
        "I2CCSC-A00-303",
        "000187123456",
        "000187123457",
        "000187123458",
        "000187123459",
        "00018712345A",
        "ABCD-EFGH-IJKL-MNOP",
        "0000012345",
        "3118",
    )
    assert (label.variant, label.week, label.year) == (300, 31, 2018)
    assert [label.ethernet, label.cp, label.cp_linux, label.mains, label.mains_linux] == [
        f"00:01:87:12:34:{last}" for last in ("56", "57", "58", "59", "5A")
    ]


def test_variant_200() -> None:
    label = parse_label(MIDDLE)
    assert label.variant == 200
    assert (label.ethernet, label.cp, label.cp_linux) == tuple(f"00:01:87:12:34:{last}" for last in (56, 57, 58))
    assert (label.mains_mac, label.mains_linux_mac, label.dak, label.mains) == (None, None, None, None)


def test_variant_100() -> None:
    label = parse_label(SMALL)
    assert label == Label("I2CCSC-P00-105", None, None, None, None, None, None, "0000012345", "3118")
    assert (label.variant, label.ethernet) == (100, None)


@pytest.mark.parametrize(
    ("order_code", "variant"),
    [
        ("I2CCSC-P00-105", 100),
        ("I2CCSC-A00-204", 200),
        ("I2CCSC-A00-274", 200),
        ("I2CCSC-A00-303", 300),
        ("I2CCSC-A00-200", 200),  # figure 23
    ],
)
def test_variant_of_an_order_code(order_code: str, variant: int) -> None:
    text = {100: SMALL, 200: MIDDLE, 300: FULL}[variant].split(" ", 1)[1]
    assert parse_label(f"{order_code} {text}").variant == variant


def test_what_scanners_add_is_ignored() -> None:
    assert parse_label(f"  {FULL.replace(' ', '  ')}\r\n") == parse_label(FULL)
    assert parse_label(FULL.replace("00018712345A", "00018712345a")) == parse_label(FULL)


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("", "label", "empty"),
        (" \r\n", "label", "empty"),
        ("x" * (MAX_LABEL + 1), "label", "more than"),
        ("I2CCSC-A00-403 0000012345 3118", "order code", "no order code"),
        ("i2ccsc-P00-105 0000012345 3118", "order code", "no order code"),
        ("\x1b[31m", "order code", "no order code"),
        (SMALL + " 1", "label", "4 fields, a variant 100 has 3"),
        (MIDDLE.replace("204", "303"), "label", "6 fields, a variant 300 has 9"),
        (FULL.replace("303", "274"), "label", "9 fields, a variant 200 has 6"),
        (FULL.replace(" 3118", ""), "label", "8 fields"),
        (FULL.replace(" ", "\t"), "order code", "no order code"),
        (FULL.replace("000187123457", "00:01:87:12:34:57"), "MAC address of the control pilot QCA7000", "no MAC"),
        (FULL.replace("00018712345A", "00018712345G"), "MAC address of the mains Linux interface", "no MAC"),
        (FULL.replace("000187123456", "FFFFFFFFFFFF"), "MAC address of Ethernet", "no address of a device"),
        (FULL.replace("ABCD-", "ABC1-"), "DAK of the mains QCA7000", "form"),
        (FULL.replace("ABCD-EFGH", "ABCDEFGH"), "DAK of the mains QCA7000", "form"),
        (FULL.replace("ABCD-", "ABCÄ-"), "DAK of the mains QCA7000", "form"),
        (SMALL.replace("0000012345", "12345"), "serial number", "no serial"),
        (SMALL.replace("0000012345", "000001234\u0665"), "serial number", "no serial"),
        (SMALL.replace("3118", "0018"), "production date code", "no week"),
        (SMALL.replace("3118", "5418"), "production date code", "no week"),
        (SMALL.replace("3118", "9918"), "production date code", "no week"),
        (SMALL.replace("3118", "311"), "production date code", "no week"),
        (SMALL.replace("3118", "31182"), "production date code", "no week"),
    ],
)
def test_no_label(text: str, where: str, what: str) -> None:
    with pytest.raises(LabelError) as caught:
        parse_label(text)
    error = caught.value
    assert error.where == where
    assert what in error.what
    assert error.remedy
    assert str(error) == f"{where}: {error.what}; {error.remedy}"
    assert str(error).isprintable()


def test_the_dak_is_shown_nowhere() -> None:
    assert "EFGH" not in repr(parse_label(FULL))
    for wrong in (FULL + " x", FULL.replace("ABCD", "ABC1"), FULL.replace("3118", "9999")):
        with pytest.raises(LabelError) as caught:
            parse_label(wrong)
        assert "EFGH" not in repr(caught.value) + str(caught.value)


def test_fields_and_variant_must_agree() -> None:
    with pytest.raises(LabelError, match="DAK of the mains QCA7000: is missing"):
        replace(parse_label(FULL), dak=None)
    with pytest.raises(LabelError, match="does not exist on a variant 100"):
        replace(parse_label(SMALL), ethernet_mac="000187123456")
    with pytest.raises(LabelError, match="no serial number"):
        replace(parse_label(SMALL), serial="1")


_MACS = st.integers(1, 0xFFFFFFFFFF).map(lambda number: f"{number:012X}")
_LETTERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=4, max_size=4)


@st.composite
def labels(draw: st.DrawFn) -> Label:
    variant = draw(st.sampled_from([1, 2, 3]))
    code = f"I2CCSC-{draw(st.sampled_from('AP'))}00-{variant}{draw(st.integers(0, 99)):02}"
    first, second, third, fourth, fifth = (draw(_MACS) if at < (0, 0, 3, 5)[variant] else None for at in range(5))
    dak = "-".join(draw(st.tuples(*[_LETTERS] * 4))) if variant == 3 else None
    date = f"{draw(st.integers(1, 53)):02}{draw(st.integers(0, 99)):02}"
    serial = f"{draw(st.integers(0, 10**10 - 1)):010}"
    return Label(code, first, second, third, fourth, fifth, dak, serial, date)


@given(labels())
def test_written_and_read_back(label: Label) -> None:
    assert parse_label(format_label(label)) == label


def test_the_text_is_that_of_the_guide() -> None:
    for text in (FULL, MIDDLE, SMALL):
        assert format_label(parse_label(text)) == text


@given(
    st.text(max_size=60)
    | st.sampled_from([FULL, MIDDLE, SMALL]).flatmap(lambda t: st.permutations(t.split(" "))).map(" ".join)
)
def test_a_text_is_a_label_or_a_clear_error(text: str) -> None:
    try:
        label = parse_label(text)
    except LabelError as error:
        assert error.what  # noqa: PT017
        return
    assert parse_label(format_label(label)) == label
