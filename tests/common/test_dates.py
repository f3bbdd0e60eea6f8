"""Days and times as people type and read them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from marketplace.common import dates
from marketplace.common.exceptions import Refusal

JAN_4 = dt.date(2027, 1, 4)


@pytest.mark.parametrize(
    "text",
    [
        "2027-01-04",
        "2570-01-04",
        "4/1/2570",
        "04/01/2027",
        "4-1-2570",
        "4.1.2570",
        "4 ม.ค. 2570",
        "4 มค 2570",
        "4ม.ค.2570",
        "4 มกราคม 2570",
        "๔ มกราคม ๒๕๗๐",
        "4 มกราคม พ.ศ. 2570",
        "4 มกราคม ค.ศ. 2027",
        "จันทร์ 4 มกราคม 2570",
        "วันจันทร์ที่ 4 มกราคม 2570",
        "วันที่ 4 มกราคม 2570",
        "จ. 4 ม.ค. 2570",
        "4 Jan 2027",
        "Monday 4 January 2027",
    ],
)
def test_days_as_people_type_them(text: str) -> None:
    assert dates.parse_date(text) == JAN_4


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not-a-date"),
        ("พรุ่งนี้", "not-a-date"),
        ("4 foo 2570", "not-a-date"),
        ("4/1-2570", "not-a-date"),
        ("4/1/3000", "not-a-date"),
        ("4/1/2300", "not-a-date"),
        ("4 มกราคม ค.ศ. 2570", "not-a-date"),
        ("1/13/2027", "no-such-day"),
        ("29/2/2570", "no-such-day"),
        ("4/1/70", "two-digit-year"),
        ("4 ม.ค. 70", "two-digit-year"),
        ("อังคาร 4 มกราคม 2570", "weekday"),
        ("9" * 5000, "not-a-date"),
        ("ก" * 5000 + " 4 ม.ค. 2570", "not-a-date"),
    ],
)
def test_days_that_are_refused_with_a_reason(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        dates.parse_date(text)
    assert refused.value.code == code


def test_years_of_two_digits_only_where_the_file_is_known_to_write_so() -> None:
    assert dates.parse_date("4 มกราคม 70", two_digit_be=True) == JAN_4
    assert dates.parse_date("4/1/70", two_digit_be=True) == JAN_4
    assert dates.parse_date("4/1/2027", two_digit_be=True) == JAN_4


def test_leap_day_of_the_buddhist_year() -> None:
    assert dates.parse_date("29/2/2567") == dt.date(2024, 2, 29)


def test_days_as_people_read_them() -> None:
    assert dates.thai_date(dt.date(2026, 12, 16), "day") == "พ. 16 ธ.ค."
    assert dates.thai_date(dt.date(2026, 12, 16)) == "16 ธ.ค. 69"
    assert dates.thai_date(dt.date(2026, 12, 9), "full") == "พุธ 9 ธันวาคม 2569"
    assert dates.thai_date(dt.date(2026, 12, 9), "long") == "9 ธันวาคม 2569"
    assert dates.english_date(dt.date(2026, 12, 16), "day") == "Wed 16 Dec"
    assert dates.english_date(dt.date(2026, 12, 16)) == "16 Dec 2026"
    assert dates.english_date(dt.date(2026, 12, 9), "full") == "Wednesday 9 December 2026"
    assert dates.english_date(dt.date(2026, 12, 9), "long") == "9 December 2026"
    with pytest.raises(ValueError, match="style"):
        dates.thai_date(JAN_4, "tiny")  # type: ignore[arg-type]


def test_a_datetime_is_shown_by_its_bangkok_day() -> None:
    late = dt.datetime(2027, 1, 3, 18, 0, tzinfo=dt.UTC)
    assert dates.thai_date(late, "day") == "จ. 4 ม.ค."


def test_ranges() -> None:
    assert dates.thai_range(dt.date(2026, 12, 14), dt.date(2026, 12, 26)) == "14–26 ธ.ค."
    assert dates.thai_range(dt.date(2026, 12, 28), dt.date(2027, 1, 3)) == "28 ธ.ค. – 3 ม.ค."
    assert dates.thai_range(JAN_4, JAN_4) == "4 ม.ค."
    assert dates.thai_range(JAN_4, dt.date(2028, 1, 20)) == "4 ม.ค. 70 – 20 ม.ค. 71"
    assert dates.english_range(dt.date(2026, 12, 28), dt.date(2027, 1, 3)) == "28 Dec – 3 Jan"
    with pytest.raises(ValueError, match="before"):
        dates.thai_range(JAN_4, dt.date(2027, 1, 3))


def test_clock_times_are_bangkoks() -> None:
    moment = dt.datetime(2027, 1, 3, 23, 5, tzinfo=dt.UTC)
    assert dates.thai_time(moment) == "06.05 น."
    assert dates.english_time(moment) == "06:05"
    assert dates.thai_time(dt.time(16, 0)) == "16.00 น."


def test_moments_of_bangkok_in_utc() -> None:
    assert dates.bangkok_midnight(JAN_4) == dt.datetime(2027, 1, 3, 17, 0, tzinfo=dt.UTC)
    assert dates.bangkok_midnight(JAN_4).tzinfo is dt.UTC
    six = dates.bangkok_at(JAN_4, dt.time(6))
    assert six == dt.datetime(2027, 1, 3, 23, 0, tzinfo=dt.UTC)
    assert dates.bangkok_date(six) == JAN_4


def test_a_naive_datetime_is_a_defect() -> None:
    with pytest.raises(ValueError, match="time zone"):
        dates.bangkok_date(dt.datetime(2027, 1, 4))
    with pytest.raises(ValueError, match="time zone"):
        dates.thai_time(dt.datetime(2027, 1, 4))
    with pytest.raises(ValueError, match="time zone"):
        dates.bangkok_at(JAN_4, dt.time(6, tzinfo=dt.UTC))


def test_the_language_picks_calendar_and_words() -> None:
    assert dates.format_date(JAN_4, "day", "th") == "จ. 4 ม.ค."
    assert dates.format_date(JAN_4, "short", "en") == "4 Jan 2027"
    with translation.override("en"):
        assert dates.format_date(JAN_4, "day") == "Mon 4 Jan"
        assert dates.format_time(dt.time(6, 5)) == "06:05"
    with translation.override("th"):
        assert dates.format_range(JAN_4, dt.date(2027, 1, 9)) == "4–9 ม.ค."
    with translation.override(None):
        assert dates.format_date(JAN_4, "day") == "จ. 4 ม.ค."


def test_a_grower_reads_both_days() -> None:
    said = dates.harvest_and_delivery(JAN_4, 1, language="th")
    assert said == "เก็บ อา. 3 ม.ค. · ส่ง จ. 4 ม.ค."
    said = dates.harvest_and_delivery(JAN_4, 1, language="en")
    assert said == "Pick Sun 3 Jan · Deliver Mon 4 Jan"
    with pytest.raises(ValueError, match="lead"):
        dates.harvest_and_delivery(JAN_4, -1)


def test_the_state_budget_year_turns_in_october() -> None:
    assert dates.fiscal_year_th(dt.date(2026, 9, 30)) == 2569
    assert dates.fiscal_year_th(dt.date(2026, 10, 1)) == 2570
    assert dates.fiscal_year_bounds(2570) == (dt.date(2026, 10, 1), dt.date(2027, 9, 30))
    assert dates.be_year(JAN_4) == 2570
