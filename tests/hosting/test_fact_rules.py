"""When facts are asked again and prices stop being printed, to the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.facts import Price, months_after, period, price_state

CHECKED = date(2026, 8, 31)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("today", "number"),
    [
        (date(2026, 8, 31), 0),
        (date(2027, 2, 27), 0),
        (date(2027, 2, 28), 1),
        (date(2027, 8, 30), 1),
        (date(2027, 8, 31), 2),
    ],
)
def test_half_years_end_on_the_same_day_or_the_months_last(today: date, number: int) -> None:
    assert period(CHECKED, today) == number


def test_a_page_never_checked_is_asked_about_and_its_price_is_not_printed() -> None:
    assert period(None, CHECKED) == 1
    assert price_state(None, CHECKED) is Price.ASK


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2027, 8, 31), Price.SHOWN),
        (date(2027, 9, 1), Price.ASK),
        (date(2028, 8, 31), Price.ASK),
        (date(2028, 9, 1), Price.HIDDEN),
    ],
)
def test_a_price_is_printed_for_a_year_and_named_for_two(today: date, state: Price) -> None:
    assert price_state(CHECKED, today) is state


@given(DAYS, st.integers(0, 600))
def test_months_on_is_in_that_month_and_never_later_in_it(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


@given(DAYS, st.integers(0, 2000))
def test_time_only_brings_the_next_period_nearer(day: date, days: int) -> None:
    today = day + timedelta(days=days)
    assert 0 <= period(day, today) <= period(day, today + timedelta(days=1))
