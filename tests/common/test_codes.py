"""Codes as people type them and references as banks carry them."""

from __future__ import annotations

import random
import re

import pytest

from marketplace.common.codes import (
    ALPHABET,
    is_payment_reference,
    is_valid,
    new_code,
    normalise,
    payment_reference,
    read_code,
    read_payment_reference,
    with_check,
)
from marketplace.common.exceptions import Refusal


def test_the_alphabet_has_no_look_alikes() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 31
    assert not set("01IOU") & set(ALPHABET)


def test_new_codes_check_out_and_can_be_drawn_again_by_a_seed() -> None:
    assert len(new_code()) == 7
    assert all(is_valid(new_code(length)) for length in range(2, 31))
    assert new_code(random=random.Random(7)) == new_code(random=random.Random(7))


@pytest.mark.parametrize("length", [1, 31])
def test_codes_have_bounds(length: int) -> None:
    with pytest.raises(ValueError, match="symbols"):
        new_code(length)


def test_a_body_of_other_symbols_is_a_defect() -> None:
    with pytest.raises(ValueError, match="body"):
        with_check("AO1")


def test_typed_codes_are_read_however_they_are_spaced() -> None:
    code = with_check("34V8M3")
    assert normalise(f" {code[:3].lower()}-{code[3:].lower()} ") == code
    assert read_code(f"{code[:4]} {code[4:]}") == code


@pytest.mark.parametrize(("text", "code"), [("", "empty"), ("-", "empty"), ("AB0", "bad-symbol")])
def test_what_cannot_be_a_code_is_refused_not_guessed(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        normalise(text)
    assert refused.value.code == code


def test_a_wrong_check_is_refused() -> None:
    good = with_check("34V8M3")
    wrong = good[:-1] + ("2" if good[-1] != "2" else "3")
    with pytest.raises(Refusal) as refused:
        read_code(wrong)
    assert refused.value.code == "bad-check"


def test_a_leading_two_more_or_less_is_found() -> None:
    code = with_check("22ABC")
    assert not is_valid("2" + code)
    assert not is_valid(code[1:])


def test_a_bills_reference_fits_a_thai_qr() -> None:
    reference = payment_reference("BL2570", 123)
    assert re.fullmatch(r"BL2570000123[0-9]{2}", reference)
    assert len(reference) <= 20
    assert payment_reference("bl-2570", 123) == reference
    assert is_payment_reference(reference)
    assert re.fullmatch(r"D0000000123[0-9]{2}", payment_reference("D", 123))


@pytest.mark.parametrize(
    ("series", "number"),
    [
        ("", 1),
        ("2570", 1),
        ("ABCDE", 1),
        ("BL257", 1),
        ("ใบ", 1),
        ("BL2570", 0),
        ("BL2570", 1_000_000),
        ("BL", 10**10),
    ],
)
def test_series_and_numbers_have_bounds(series: str, number: int) -> None:
    with pytest.raises(ValueError, match="series"):
        payment_reference(series, number)


@pytest.mark.parametrize(
    "around",
    [
        "{0}",
        "ชำระค่าผัก {0} ขอบคุณ",
        "ชำระ{0}ครับ",
        "Ref1: {0}/Ref2: 5",
        "transfer 500.00 {0} from x0001",
        "{0} {0}",
    ],
)
def test_references_are_found_inside_bank_text(around: str) -> None:
    reference = payment_reference("BL2570", 123)
    assert read_payment_reference(around.format(reference)) == [reference]


def test_references_are_found_however_they_are_spaced() -> None:
    reference = payment_reference("BL2570", 123)
    spaced = f"{reference[:2]} {reference[2:6]}-{reference[6:12]}–{reference[12:]}".lower()
    assert read_payment_reference(f"โอน {spaced} จาก รพ.") == [reference]


def test_several_references_come_in_order() -> None:
    first, second = payment_reference("BL2570", 9), payment_reference("AO2570", 1)
    assert read_payment_reference(f"{first},{second}\n{first}") == [first, second]


def test_a_reference_inside_a_longer_number_is_not_one() -> None:
    reference = payment_reference("BL2570", 123)
    assert read_payment_reference(f"X{reference}9") == []
    assert read_payment_reference(reference + "7") == []
    assert read_payment_reference(f"{reference[:6]}.{reference[6:]}") == []
    assert read_payment_reference("") == []
