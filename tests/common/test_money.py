"""Amounts as people type and read them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from marketplace.common.exceptions import Refusal
from marketplace.common.money import (
    MAX_SATANG,
    baht_in_words,
    format_baht,
    format_baht_short,
    from_decimal,
    parse_baht,
    percentage,
    round_half_up,
    split_by_largest_remainder,
    to_decimal,
    value_of,
)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(5, 2, 3), (-5, 2, -3), (5, -2, -3), (249, 100, 2), (250, 100, 3), (0, 7, 0), (-1, 3, 0)],
)
def test_halves_go_up_and_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert round_half_up(numerator, denominator) == rounded


def test_a_float_never_gets_in() -> None:
    with pytest.raises(TypeError):
        round_half_up(1.5, 2)  # type: ignore[arg-type]


def test_value_of_grams_and_pieces() -> None:
    assert value_of(18_500, 4_500, per=1000) == 83_250
    assert value_of(1, 500, per=1000) == 1
    assert value_of(12, 1_050, per=1) == 12_600


def test_splits_give_ties_to_the_earlier() -> None:
    assert split_by_largest_remainder(100, [1, 1, 1]) == [34, 33, 33]
    assert split_by_largest_remainder(-100, [1, 1, 1]) == [-34, -33, -33]
    assert split_by_largest_remainder(0, []) == []
    assert split_by_largest_remainder(0, [0, 0]) == [0, 0]


@pytest.mark.parametrize(("total", "weights"), [(1, []), (1, [0, 0]), (5, [2, -1])])
def test_a_split_by_nothing_is_refused(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weight"):
        split_by_largest_remainder(total, weights)


def test_percentages_round_half_up() -> None:
    assert percentage(10_050, 700) == 704  # 703.5
    assert percentage(-10_050, 700) == -704


def test_decimals_at_the_edge_are_exact() -> None:
    assert str(to_decimal(0)) == "0.00"
    assert str(to_decimal(-130_250)) == "-1302.50"
    assert from_decimal(Decimal("1302.5000")) == 130_250
    assert from_decimal(Decimal("-0.01")) == -1


@pytest.mark.parametrize("baht", ["0.001", "NaN", "Infinity", "1e999999", "10000000000"])
def test_decimals_that_are_not_satang_are_refused(baht: str) -> None:
    with pytest.raises(Refusal):
        from_decimal(Decimal(baht))


@pytest.mark.parametrize(
    ("text", "satang"),
    [
        ("1,234.50", 123_450),
        ("฿1,234", 123_400),
        (" ๑,๒๓๔.๕๐ บาท ", 123_450),
        ("1234.5", 123_450),
        (".5", 50),
        ("7.", 700),
        ("0", 0),
        ("9,999,999,999.99", MAX_SATANG),
        ("1 234.50", 123_450),
    ],
)
def test_amounts_as_people_type_them(text: str, satang: int) -> None:
    assert parse_baht(text) == satang


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("  ", "empty"),
        (".", "not-a-number"),
        ("สิบบาท", "not-a-number"),
        ("12,34", "not-a-number"),
        ("1,2345", "not-a-number"),
        ("1.2.3", "not-a-number"),
        ("1e5", "not-a-number"),
        ("--5", "not-a-number"),
        ("฿", "not-a-number"),
        ("²", "not-a-number"),
        ("1.234", "too-fine"),
        ("1.500", "too-fine"),
        ("-5", "negative"),
        ("10,000,000,000", "too-much"),
        ("9" * 5000, "too-much"),
    ],
)
def test_amounts_that_are_refused_with_a_reason(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_baht(text)
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["-1,234.50", "−1,234.50", "−฿1,234.50", "฿-1,234.50"])
def test_negative_amounts_only_where_allowed(text: str) -> None:
    assert parse_baht(text, allow_negative=True) == -123_450


def test_amounts_as_people_read_them() -> None:
    assert format_baht(123_450) == "1,234.50"
    assert format_baht(-5, sign=True) == "−฿0.05"
    assert format_baht_short(130_200) == "฿1,302"
    assert format_baht_short(130_250) == "฿1,302.50"
    assert format_baht_short(-10_000) == "−฿100"


@pytest.mark.parametrize(
    ("satang", "words"),
    [
        (0, "ศูนย์บาทถ้วน"),
        (100, "หนึ่งบาทถ้วน"),
        (25, "ยี่สิบห้าสตางค์"),
        (1, "หนึ่งสตางค์"),
        (1_100, "สิบเอ็ดบาทถ้วน"),
        (2_121, "ยี่สิบเอ็ดบาทยี่สิบเอ็ดสตางค์"),
        (10_100, "หนึ่งร้อยเอ็ดบาทถ้วน"),
        (130_250, "หนึ่งพันสามร้อยสองบาทห้าสิบสตางค์"),
        (100_000_000, "หนึ่งล้านบาทถ้วน"),
        (100_000_100, "หนึ่งล้านเอ็ดบาทถ้วน"),
        (1_100_000_000, "สิบเอ็ดล้านบาทถ้วน"),
        (100_000_000_000_000, "หนึ่งล้านล้านบาทถ้วน"),
        (-11_010, "ลบหนึ่งร้อยสิบบาทสิบสตางค์"),
    ],
)
def test_amounts_in_words_on_papers(satang: int, words: str) -> None:
    assert baht_in_words(satang) == words
