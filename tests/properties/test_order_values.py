"""What an order line is worth, for any history of additions and reductions."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.common.dates import fiscal_year_th
from marketplace.common.exceptions import Refusal
from marketplace.common.money import value_of
from orders.rules import (
    Terms,
    by_budget_year,
    drop_fee,
    require_orderable,
    tranches,
    value_of_line,
)

STEP = 500


@st.composite
def histories(draw: st.DrawFn) -> list[Terms]:
    """A placing, then changes that never take back more than there is; whole steps of 500 g."""
    terms = [Terms(draw(st.integers(1, 200)) * STEP, draw(st.integers(1, 500)) * 2, {"coop": 100})]
    total = terms[0].delta_qty
    for _turn in range(draw(st.integers(0, 6))):
        delta = draw(st.integers(-total // STEP, 100)) * STEP
        total += delta
        terms.append(Terms(delta, draw(st.integers(1, 500)) * 2, {"coop": 50}))
    return terms


@given(histories())
def test_tranches_add_up_to_what_is_ordered(history: list[Terms]) -> None:
    pile = tranches(history)
    assert sum(row.delta_qty for row in pile) == sum(row.delta_qty for row in history)
    assert all(row.delta_qty > 0 for row in pile)


@given(histories(), st.integers(0, 300_000))
def test_every_gram_has_a_price_and_the_parts_make_the_whole(
    history: list[Terms], qty: int
) -> None:
    value, rows = value_of_line(qty, history, per=1000)
    assert sum(row.qty for row in rows) == qty
    assert value == sum(row.value_satang for row in rows)
    assert all(row.value_satang == value_of(row.qty, row.price_satang, per=1000) for row in rows)


@given(histories(), st.integers(1, 100), st.integers(1, 500))
def test_a_later_addition_never_changes_what_came_before(
    history: list[Terms], steps: int, price: int
) -> None:
    ordered = sum(row.delta_qty for row in history)
    before, _rows = value_of_line(ordered, history, per=1000)
    dearer = [*history, Terms(steps * STEP, price * 2)]
    assert value_of_line(ordered, dearer, per=1000)[0] == before


@given(histories())
def test_a_value_of_whole_steps_is_whole_satang(history: list[Terms]) -> None:
    value, rows = value_of_line(sum(row.delta_qty for row in history), history, per=1000)
    assert value * 1000 == sum(row.qty * row.price_satang for row in rows)


def test_more_than_ordered_is_paid_at_the_last_price() -> None:
    history = [Terms(10_000, 4200), Terms(5_000, 4600)]
    value, rows = value_of_line(16_000, history, per=1000)
    assert [(row.qty, row.price_satang) for row in rows] == [(10_000, 4200), (6_000, 4600)]
    assert value == 42_000 + 27_600


def test_less_than_ordered_is_paid_at_the_first_price() -> None:
    assert value_of_line(8_000, [Terms(10_000, 4200), Terms(5_000, 4600)], per=1000)[0] == 33_600


def test_a_reduction_takes_back_what_was_added_last() -> None:
    history = [Terms(10_000, 4200), Terms(5_000, 4600), Terms(-6_000, 4600)]
    assert [(row.delta_qty, row.price_satang) for row in tranches(history)] == [(9_000, 4200)]


def test_what_was_taken_off_and_still_came_is_paid_at_its_last_price() -> None:
    assert value_of_line(1_000, [Terms(2_000, 4200), Terms(-2_000, 4200)], per=1000)[0] == 4200


def test_taking_back_more_than_ordered_is_a_defect() -> None:
    with pytest.raises(ValueError, match="taken back"):
        tranches([Terms(1_000, 4200), Terms(-1_500, 4200)])


@given(st.integers(0, 10_000_000), st.integers(0, 1_000_000), st.integers(0, 50_000))
def test_a_small_drop_costs_its_fee_and_nothing_costs_nothing(
    value: int, minimum: int, fee: int
) -> None:
    charged = drop_fee(value, minimum_satang=minimum, fee_satang=fee)
    assert charged == (fee if 0 < value < minimum else 0)


@given(st.lists(st.dates(dt.date(2026, 1, 1), dt.date(2029, 12, 31)), min_size=1))
def test_days_are_divided_by_budget_year_and_none_is_lost(days: list[dt.date]) -> None:
    parts = by_budget_year(days)
    assert [day for part in parts for day in part] == sorted(set(days))
    assert all(len({fiscal_year_th(day) for day in part}) == 1 for part in parts)


def test_the_budget_year_ends_on_the_thirtieth_of_september() -> None:
    assert by_budget_year([dt.date(2027, 10, 1), dt.date(2027, 9, 30)]) == [
        [dt.date(2027, 9, 30)],
        [dt.date(2027, 10, 1)],
    ]


@pytest.mark.parametrize(
    ("qty", "unit", "code"),
    [
        (-500, "gram", "negative"),
        (750, "gram", "step"),
        (200_000_000, "gram", "too-much"),
        (2_000_000, "piece", "too-much"),
    ],
)
def test_what_no_cell_may_hold_is_refused(qty: int, unit: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        require_orderable(qty, step=500, unit=unit)
    assert refused.value.code == code
