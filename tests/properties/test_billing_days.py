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
    is_off,
    month_end,
    next_of,
    read_days,
    shifted,
)

DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31))
OF_MONTH = st.lists(st.integers(1, 31), max_size=4)
SHIFTS = st.sampled_from(["keep", "before", "after"])
MOVING = st.sampled_from(["before", "after"])


@st.composite
def holidays_about(draw: st.DrawFn, day: dt.date) -> set[dt.date]:
    """Holidays of the year about a day, a feast of some days among them."""
    starts = draw(st.lists(st.integers(-40, 400), max_size=12))
    lengths = draw(st.lists(st.integers(1, 6), min_size=len(starts), max_size=len(starts)))
    return {
        day + dt.timedelta(days=start + more)
        for start, length in zip(starts, lengths, strict=True)
        for more in range(length)
    }


@given(DAYS, MOVING, st.data())
def test_a_moved_day_is_the_nearest_working_day_on_its_side(
    day: dt.date, shift: str, data: st.DataObject
) -> None:
    off = data.draw(holidays_about(day))
    found = shifted(day, shift, off)
    assert not is_off(found, off)
    between = range(1, abs((found - day).days))
    step = 1 if shift == "after" else -1
    assert (found - day).days * step >= 0
    assert all(is_off(day + dt.timedelta(days=step * n), off) for n in between)
    assert found == day or is_off(day, off)
    assert shifted(day, "keep", off) == day


@given(OF_MONTH, DAYS, MOVING, st.data())
def test_bills_are_carried_on_working_days_and_never_before_they_exist(
    days: list[int], day: dt.date, shift: str, data: st.DataObject
) -> None:
    off = data.draw(holidays_about(day))
    found = next_of(days, day, shift, off)
    assert found.day >= day
    assert not is_off(found.day, off)
    if days:
        assert found.nominal in days_in_month(days, found.nominal)
        assert found.day == shifted(found.nominal, shift, off)
        # No other of its days, wherever holidays put it, comes sooner.
        others = [
            shifted(one, shift, off)
            for months in range(-1, 4)
            for one in days_in_month(days, _months_on(day, months))
        ]
        assert min(one for one in others if one >= day) == found.day


@given(OF_MONTH, DAYS, st.integers(0, 40), SHIFTS, st.data())
def test_a_later_bill_is_never_carried_sooner(
    days: list[int], day: dt.date, later: int, shift: str, data: st.DataObject
) -> None:
    off = data.draw(holidays_about(day))
    first = next_of(days, day, shift, off)
    assert next_of(days, day + dt.timedelta(days=later), shift, off).day >= first.day


@given(DAYS, OF_MONTH, st.integers(0, 120), OF_MONTH, SHIFTS, SHIFTS, st.data())
def test_a_bill_is_due_on_a_day_its_buyer_pays(
    issued: dt.date,
    billing: list[int],
    credit: int,
    paying: list[int],
    carry: str,
    pay: str,
    data: st.DataObject,
) -> None:
    off = data.draw(holidays_about(issued))
    carried = next_of(billing, issued, carry, off).day
    due = due_by_terms(
        issued,
        billing_days=billing,
        credit_days=credit,
        paying_days=paying,
        billing_shift=carry,
        paying_shift=pay,
        days_off=off,
    )
    assert due.day >= carried
    if pay != "keep":
        assert not is_off(due.day, off)
    if paying:
        assert due.day >= carried + dt.timedelta(days=credit)
        assert due.nominal in days_in_month(paying, due.nominal)
    else:
        assert due.nominal == carried + dt.timedelta(days=credit)


def _months_on(day: dt.date, months: int) -> dt.date:
    found = day.replace(day=1)
    for _turn in range(abs(months)):
        found = (
            month_end(found) + dt.timedelta(days=1)
            if months > 0
            else (found - dt.timedelta(days=1)).replace(day=1)
        )
    return found


def test_new_year_moves_the_last_of_the_month_either_way() -> None:
    # 31 December 2026 is a Thursday, 1 January a Friday: both are holidays.
    off = {dt.date(2026, 12, 31), dt.date(2027, 1, 1)}
    assert next_of([31], dt.date(2026, 12, 20), "before", off).day == dt.date(2026, 12, 30)
    assert next_of([31], dt.date(2026, 12, 20), "after", off).day == dt.date(2027, 1, 4)
    # Issued after it was brought forward: the next month's day is meant.
    assert next_of([31], dt.date(2026, 12, 31), "before", off).day == dt.date(2027, 1, 29)
    # Issued on the day off itself: it still goes with the day that was put off.
    assert next_of([31], dt.date(2027, 1, 2), "after", off).day == dt.date(2027, 1, 4)


def test_a_day_that_did_not_move_stands_before_one_that_was_moved_onto_it() -> None:
    # 13 February 2027 is a Saturday.
    found = next_of([13, 15], dt.date(2027, 2, 10), "after")
    assert (found.day, found.moved) == (dt.date(2027, 2, 15), False)


@given(OF_MONTH, DAYS)
def test_the_next_billing_day_is_never_before_and_at_most_a_month_away(
    days: list[int], day: dt.date
) -> None:
    found = next_of(days, day).day
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
    due = due_by_terms(issued, billing_days=billing, credit_days=credit, paying_days=paying).day
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
