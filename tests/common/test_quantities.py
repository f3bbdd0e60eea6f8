"""Quantities as people type and read them."""

from __future__ import annotations

import pytest

from marketplace.common.exceptions import Refusal
from marketplace.common.quantities import (
    BaseUnit,
    format_number,
    format_quantity,
    parse_quantity,
    price_divides,
    price_grid,
    require_step,
)

GRAM, PIECE = BaseUnit.GRAM, BaseUnit.PIECE


@pytest.mark.parametrize(
    ("text", "unit", "qty"),
    [
        ("1.5", GRAM, 1_500),
        ("๑.๕", GRAM, 1_500),
        ("1,250", GRAM, 1_250_000),
        ("0.001 กก.", GRAM, 1),
        ("2 kg", GRAM, 2_000),
        ("1.5000", GRAM, 1_500),
        (".25", GRAM, 250),
        ("0", GRAM, 0),
        ("100,000", GRAM, 100_000_000),
        ("12", PIECE, 12),
        ("12.0", PIECE, 12),
        ("1,000,000 ชิ้น", PIECE, 1_000_000),
    ],
)
def test_quantities_as_people_type_them(text: str, unit: BaseUnit, qty: int) -> None:
    assert parse_quantity(text, unit=unit) == qty


@pytest.mark.parametrize(
    ("text", "unit", "code"),
    [
        ("", GRAM, "empty"),
        ("มาก", GRAM, "not-a-number"),
        ("1,5", GRAM, "not-a-number"),
        ("1e3", GRAM, "not-a-number"),
        ("กก.", GRAM, "not-a-number"),
        ("-1", GRAM, "negative"),
        ("−1", PIECE, "negative"),
        ("1.0005", GRAM, "too-fine"),
        ("1.5", PIECE, "too-fine"),
        ("100,000.001", GRAM, "too-much"),
        ("1,000,001", PIECE, "too-much"),
        ("9" * 5000, GRAM, "too-much"),
    ],
)
def test_quantities_that_are_refused_with_a_reason(text: str, unit: BaseUnit, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_quantity(text, unit=unit)
    assert refused.value.code == code


def test_zero_only_where_it_is_an_answer() -> None:
    with pytest.raises(Refusal) as refused:
        parse_quantity("0.0", unit=GRAM, allow_zero=False)
    assert refused.value.code == "zero"


def test_a_step_names_the_two_nearest_amounts() -> None:
    require_step(15_000, 5_000, GRAM)
    with pytest.raises(Refusal, match=r"ใส่ 15 กก\. หรือ 20 กก\.") as refused:
        require_step(18_500, 5_000, GRAM)
    assert refused.value.where == {"lower": 15_000, "upper": 20_000}


def test_quantities_as_people_read_them() -> None:
    assert format_quantity(18_500, GRAM) == "18.5 กก."
    assert format_quantity(40_000, GRAM) == "40 กก."
    assert format_quantity(12, PIECE, unit_label="ลูก") == "12 ลูก"
    assert format_number(1_250_050, GRAM) == "1,250.05"
    assert format_number(-3, PIECE) == "−3"


def test_prices_that_give_whole_satang_for_every_step() -> None:
    assert price_divides(4_550, 500, GRAM)
    assert not price_divides(4_551, 500, GRAM)
    assert price_divides(4_551, 3, PIECE)
    assert price_grid(500, GRAM) == 2
    assert price_grid(1_000, GRAM) == 1
    assert price_grid(1, GRAM) == 1_000
    assert price_grid(7, PIECE) == 1


@pytest.mark.parametrize("step", [0, -5])
def test_a_step_of_nothing_is_a_defect(step: int) -> None:
    with pytest.raises(ValueError, match="step"):
        require_step(5, step, PIECE)
    with pytest.raises(ValueError, match="step"):
        price_grid(step, GRAM)
