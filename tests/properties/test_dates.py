"""Rules of days that always hold."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from marketplace.common import dates

days = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
_TO_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


@given(days)
def test_every_way_of_writing_a_day_is_read_again(day: dt.date) -> None:
    be = dates.be_year(day)
    for text in (
        day.isoformat(),
        f"{be}-{day.month:02d}-{day.day:02d}",
        f"{day.day}/{day.month}/{be}",
        f"{day.day:02d}/{day.month:02d}/{day.year}",
        dates.thai_date(day, "long"),
        dates.thai_date(day, "full"),
        f"{dates.thai_date(day, 'day')} {be}",
        dates.thai_date(day, "long").translate(_TO_THAI),
        dates.english_date(day, "short"),
        dates.english_date(day, "long"),
        dates.english_date(day, "full"),
    ):
        assert dates.parse_date(text) == day


@given(st.dates(dt.date(1957, 1, 1), dt.date(2056, 12, 31)))
def test_short_thai_days_are_read_again_where_two_digits_are_agreed(day: dt.date) -> None:
    if 2500 <= dates.be_year(day) <= 2599:
        assert dates.parse_date(dates.thai_date(day), two_digit_be=True) == day


@given(days, st.times())
def test_a_bangkok_moment_keeps_its_day(day: dt.date, time: dt.time) -> None:
    moment = dates.bangkok_at(day, time)
    assert moment.tzinfo is dt.UTC
    assert dates.bangkok_date(moment) == day
    if day.year > 1920:  # before, Bangkok's own mean time
        start = dates.bangkok_midnight(day)
        assert start <= moment < start + dt.timedelta(days=1)


@given(days)
def test_every_day_is_in_its_budget_year(day: dt.date) -> None:
    first, last = dates.fiscal_year_bounds(dates.fiscal_year_th(day))
    assert first <= day <= last
