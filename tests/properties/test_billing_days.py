"""Days on which bills are carried and fall due."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from orders.invoicing.billing_days import (
    days_in_month,
    days_in_words,
    due_by_terms,
    fiscal_year_end,
    month_end,
    next_of,
    read_days,
)

DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31))
OF_MONTH = st.lists(st.integers(1, 31), max_size=4)


@given(OF_MONTH, DAYS)
def test_the_next_billing_day_is_never_before_and_at_most_a_month_away(
    days: list[int], day: dt.date
) -> None:
    found = next_of(days, day)
    assert day <= found <= day + dt.timedelta(days=31)
    if days:
        assert found in days_in_month(days, found)
        assert not any(day <= one < found for one in days_in_month(days, day))
    else:
        assert found == day


@given(OF_MONTH.filter(bool), DAYS)
def test_every_month_has_its_billing_days(days: list[int], month: dt.date) -> None:
    found = days_in_month(days, month)
    assert found == sorted(set(found))
    assert all((one.year, one.month) == (month.year, month.month) for one in found)
    if 31 in days:
        assert found[-1] == month_end(month)


@given(DAYS, OF_MONTH, st.integers(0, 120), OF_MONTH)
def test_a_bill_is_due_on_a_paying_day_after_its_credit(
    issued: dt.date, billing: list[int], credit: int, paying: list[int]
) -> None:
    due = due_by_terms(issued, billing_days=billing, credit_days=credit, paying_days=paying)
    assert due >= issued + dt.timedelta(days=credit)
    if paying:
        assert due in days_in_month(paying, due)
    if not billing and not paying:
        assert due == issued + dt.timedelta(days=credit)


@given(DAYS, st.integers(1, 12))
def test_a_fiscal_year_ends_on_the_last_day_of_its_month(day: dt.date, month: int) -> None:
    end = fiscal_year_end(day, month)
    assert day <= end <= day + dt.timedelta(days=366)
    assert end.month == month
    assert end == month_end(end)


@given(OF_MONTH, st.sampled_from(["th", "en"]))
def test_what_is_shown_is_read_back(days: list[int], language: str) -> None:
    with override(language):
        assert read_days(days_in_words(sorted(set(days)))) == sorted(set(days))


def test_government_years_end_on_30_september() -> None:
    assert fiscal_year_end(dt.date(2027, 9, 30), 9) == dt.date(2027, 9, 30)
    assert fiscal_year_end(dt.date(2027, 10, 1), 9) == dt.date(2028, 9, 30)
    assert fiscal_year_end(dt.date(2027, 3, 1), 2) == dt.date(2028, 2, 29)
