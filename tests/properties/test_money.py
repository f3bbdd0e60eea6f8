"""Rules of money that always hold."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from marketplace.common.money import (
    MAX_SATANG,
    baht_in_words,
    format_baht,
    from_decimal,
    parse_baht,
    round_half_up,
    split_by_largest_remainder,
    to_decimal,
    value_of,
)
from marketplace.common.quantities import BaseUnit, format_number, parse_quantity, price_grid

amounts = st.integers(-MAX_SATANG, MAX_SATANG)


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**6))
def test_rounding_is_the_decimal_modules_half_up(numerator: int, denominator: int) -> None:
    rounded = round_half_up(numerator, denominator)
    assert abs(Fraction(numerator, denominator) - rounded) <= Fraction(1, 2)
    assert rounded == -round_half_up(-numerator, denominator)
    if denominator in (1, 2, 4, 5, 8, 10, 100, 1000):
        exact = Decimal(numerator) / denominator
        assert rounded == int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@given(amounts, st.lists(st.integers(0, 10**6), min_size=1, max_size=40))
def test_parts_add_up_and_are_within_one_of_their_share(total: int, weights: list[int]) -> None:
    whole = sum(weights)
    if whole == 0:
        return
    parts = split_by_largest_remainder(total, weights)
    assert sum(parts) == total
    assert parts == split_by_largest_remainder(total, weights)
    assert [-part for part in parts] == split_by_largest_remainder(-total, weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, whole)) < 1
        assert weight or part == 0


@given(amounts)
def test_what_is_written_is_read_again(satang: int) -> None:
    assert parse_baht(format_baht(satang), allow_negative=True) == satang
    assert parse_baht(format_baht(satang, sign=True), allow_negative=True) == satang
    assert from_decimal(to_decimal(satang)) == satang


@given(st.integers(0, 100_000_000), st.sampled_from(list(BaseUnit)))
def test_quantities_that_are_written_are_read_again(qty: int, unit: BaseUnit) -> None:
    qty = min(qty, 1_000_000) if unit is BaseUnit.PIECE else qty
    assert parse_quantity(format_number(qty, unit), unit=unit) == qty


@given(st.integers(1, 50_000), st.integers(0, 10_000), st.integers(0, 200))
def test_prices_on_the_grid_never_round(step: int, multiple: int, steps: int) -> None:
    price = multiple * price_grid(step, BaseUnit.GRAM)
    assert value_of(step * steps, price, per=1000) * 1000 == step * steps * price


_DIGITS = {
    word: number
    for number, word in enumerate(
        ["หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า"], start=1
    )
} | {"เอ็ด": 1, "ยี่": 2}
_PLACES = {"สิบ": 10, "ร้อย": 100, "พัน": 1_000, "หมื่น": 10_000, "แสน": 100_000}
_WORD = re.compile("|".join([*_DIGITS, *_PLACES, "ล้าน"]))


def _number_of(words: str) -> int:
    """Read Thai number words back, by another way than they are written."""
    assert _WORD.sub("", words) == ""
    total, group, digit = 0, 0, 0
    for word in _WORD.findall(words):
        if word == "ล้าน":
            total, group, digit = (total + group + digit) * 1_000_000, 0, 0
        elif word in _PLACES:
            group, digit = group + (digit or 1) * _PLACES[word], 0
        else:
            digit = _DIGITS[word]
    return total + group + digit


@given(st.integers(1, 10**15))
def test_words_on_papers_say_the_amount(satang: int) -> None:
    words = baht_in_words(satang)
    assert baht_in_words(-satang) == "ลบ" + words
    baht, _sign, rest = words.rpartition("บาท")
    part = rest.removesuffix("สตางค์") if rest != "ถ้วน" else ""
    assert (_number_of(baht) if baht else 0) * 100 + (_number_of(part) if part else 0) == satang
