"""Days and times as people in Songkhla read them.

Stored in UTC, decided in Asia/Bangkok, shown in the Buddhist era (2570 = 2027). Input takes both
eras: a year above 2400 is Buddhist. Names of months and days stand here, not in the process's
locale, so that a paper looks the same on every machine. A naive datetime is always refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Final, Literal
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal

BANGKOK: Final = ZoneInfo("Asia/Bangkok")
BE_OFFSET: Final = 543
FIRST_YEAR: Final = 1900
"""Earliest Gregorian year that is taken as input (a birthday); the latest is `LAST_YEAR`."""
LAST_YEAR: Final = 2199

Style = Literal["day", "short", "long", "full"]

_BE_FROM: Final = 2400
_LONGEST: Final = 60
_THAI_DIGITS: Final = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_THAI_MONTHS: Final = [
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
]
_THAI_MONTHS_SHORT: Final = [
    "ม.ค.",
    "ก.พ.",
    "มี.ค.",
    "เม.ย.",
    "พ.ค.",
    "มิ.ย.",
    "ก.ค.",
    "ส.ค.",
    "ก.ย.",
    "ต.ค.",
    "พ.ย.",
    "ธ.ค.",
]
_THAI_DAYS: Final = ["จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์"]
_THAI_DAYS_SHORT: Final = ["จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส.", "อา."]
_MONTHS: Final = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS: Final = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

_MONTH_BY_NAME: Final = {
    name.replace(".", "").lower(): number
    for names in (_THAI_MONTHS, _THAI_MONTHS_SHORT, _MONTHS, [name[:3] for name in _MONTHS])
    for number, name in enumerate(names, start=1)
}
_DAY_BY_NAME: Final = {
    name.replace(".", "").lower(): number
    for names in (_THAI_DAYS, _THAI_DAYS_SHORT, _DAYS, [name[:3] for name in _DAYS])
    for number, name in enumerate(names)
}
_ISO: Final = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
_SLASHED: Final = re.compile(
    r"(?P<day>[0-9]{1,2})(?P<sep>[/.\-])(?P<month>[0-9]{1,2})(?P=sep)(?P<year>[0-9]{4}|[0-9]{2})"
)
_NAMED: Final = re.compile(
    r"(?:วัน)?(?P<weekday>[^\W\d]\D*?)??(?:ที่)?[ ,]*(?P<day>[0-9]{1,2})[ ]?"
    r"(?P<month>[^\W\d]\D*?)[ ]?(?P<era>พ\.?ศ\.?|ค\.?ศ\.?)?[ ]?(?P<year>[0-9]{4}|[0-9]{2})"
)


def bangkok_date(moment: dt.datetime) -> dt.date:
    """The day in Bangkok at a moment.

    Raises:
        ValueError: `moment` has no time zone.
    """
    return _in_bangkok(moment).date()


def bangkok_midnight(day: dt.date) -> dt.datetime:
    """The moment a day begins in Bangkok, as an aware datetime in UTC (17:00 of the day before)."""
    return bangkok_at(day, dt.time())


def bangkok_at(day: dt.date, time: dt.time) -> dt.datetime:
    """The moment of a day and a clock time in Bangkok, as an aware datetime in UTC.

    Raises:
        ValueError: `time` carries a time zone of its own.
    """
    if time.tzinfo is not None:
        raise ValueError("a time of day in Bangkok carries no time zone")
    return dt.datetime.combine(day, time, tzinfo=BANGKOK).astimezone(dt.UTC)


def parse_date(text: str, *, two_digit_be: bool = False) -> dt.date:
    """A day that a person typed or a file holds.

    Takes "2027-01-04", "4/1/2570", "04/01/2027", "4-1-2570", "4 ม.ค. 2570", "4 มกราคม 2570",
    "จันทร์ 4 มกราคม 2570", "4 Jan 2027" and Thai digits. Day before month, always. A year above
    2400 is Buddhist.

    Args:
        text: what was typed.
        two_digit_be: take a year of two digits as Buddhist ("4 ม.ค. 70" is 2570). Only where the
            form or the bank's file is known to write so; else such a year is refused, not guessed.

    Raises:
        Refusal: not a day, a day that does not exist, a weekday that is not that day's, a year
            outside 1900 to 2199.
    """
    typed = " ".join(str(text).translate(_THAI_DIGITS).split())
    match = _ISO.fullmatch(typed) or _SLASHED.fullmatch(typed)
    if match is None and len(typed) <= _LONGEST:
        match = _NAMED.fullmatch(typed)
    if match is None:
        raise _not_a_date(text)
    found = match.groupdict()
    name = found["month"]
    month = int(name) if name.isdigit() else _MONTH_BY_NAME.get(_key(name))
    if month is None:
        raise _not_a_date(text)
    year = int(found["year"])
    buddhist = year > _BE_FROM
    if len(found["year"]) == 2:
        if not two_digit_be:
            raise Refusal(
                _("กรุณาใส่ปีให้ครบ 4 หลัก เช่น 4 ม.ค. 2570 หรือ 4/1/2027"), code="two-digit-year"
            )
        year, buddhist = 2500 + year, True
    era = found.get("era")
    if era and buddhist != era.startswith("พ"):
        raise _not_a_date(text)
    year -= BE_OFFSET if buddhist else 0
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _not_a_date(text)
    try:
        day = dt.date(year, month, int(found["day"]))
    except ValueError:
        raise Refusal(
            _("ไม่มีวันที่ “%(text)s” ในปฏิทิน กรุณาตรวจวันและเดือน") % {"text": str(text)[:40]},
            code="no-such-day",
        ) from None
    weekday = found.get("weekday")
    if weekday and _DAY_BY_NAME.get(_key(weekday)) != day.weekday():
        raise Refusal(
            _("“%(text)s” ไม่ตรงกัน วันที่นั้นคือวัน%(weekday)s")
            % {"text": str(text)[:40], "weekday": _THAI_DAYS[day.weekday()]},
            code="weekday",
        )
    return day


def be_year(day: dt.date) -> int:
    """The Buddhist year of a day: 2570 for any day of 2027."""
    return day.year + BE_OFFSET


def thai_date(day: dt.date, style: Style = "short") -> str:
    """A day in Thai and the Buddhist era.

    Args:
        day: the day; of a datetime take `bangkok_date` first.
        style: "day" "พ. 16 ธ.ค." · "short" "16 ธ.ค. 69" · "long" "9 ธันวาคม 2569" ·
            "full" "พุธ 9 ธันวาคม 2569".
    """
    day = _only_day(day)
    short_month, month = _THAI_MONTHS_SHORT[day.month - 1], _THAI_MONTHS[day.month - 1]
    if style == "day":
        return f"{_THAI_DAYS_SHORT[day.weekday()]} {day.day} {short_month}"
    if style == "short":
        return f"{day.day} {short_month} {be_year(day) % 100:02d}"
    if style == "long":
        return f"{day.day} {month} {be_year(day)}"
    if style == "full":
        return f"{_THAI_DAYS[day.weekday()]} {day.day} {month} {be_year(day)}"
    raise ValueError(f"no such style: {style!r}")


def english_date(day: dt.date, style: Style = "short") -> str:
    """A day in English and the Gregorian calendar.

    Args:
        day: the day; of a datetime take `bangkok_date` first.
        style: "day" "Wed 16 Dec" · "short" "16 Dec 2026" · "long" "9 December 2026" ·
            "full" "Wednesday 9 December 2026".
    """
    day = _only_day(day)
    month, weekday = _MONTHS[day.month - 1], _DAYS[day.weekday()]
    if style == "day":
        return f"{weekday[:3]} {day.day} {month[:3]}"
    if style == "short":
        return f"{day.day} {month[:3]} {day.year}"
    if style == "long":
        return f"{day.day} {month} {day.year}"
    if style == "full":
        return f"{weekday} {day.day} {month} {day.year}"
    raise ValueError(f"no such style: {style!r}")


def format_date(day: dt.date, style: Style = "short", language: str | None = None) -> str:
    """A day in Thai when the language is Thai or none is active, else in English.

    Args:
        day: the day; of a datetime take `bangkok_date` first.
        style: see `thai_date`.
        language: a language code; without it the one active in Django.
    """
    return (thai_date if _is_thai(language) else english_date)(day, style)


def thai_range(first: dt.date, last: dt.date) -> str:
    """Days from first to last, both included: "14–26 ธ.ค.", "28 ธ.ค. – 3 ม.ค.", one day "14 ธ.ค.".

    Years are written only when the days are a year or more apart.

    Raises:
        ValueError: `last` is before `first`.
    """
    return _range(first, last, _THAI_MONTHS_SHORT, thai_date)


def english_range(first: dt.date, last: dt.date) -> str:
    """Days from first to last in English: "14–26 Dec", "28 Dec – 3 Jan".

    Raises:
        ValueError: `last` is before `first`.
    """
    return _range(first, last, [name[:3] for name in _MONTHS], english_date)


def format_range(first: dt.date, last: dt.date, language: str | None = None) -> str:
    """`thai_range` or `english_range`, by the language as in `format_date`.

    Raises:
        ValueError: `last` is before `first`.
    """
    return (thai_range if _is_thai(language) else english_range)(first, last)


def thai_time(moment: dt.datetime | dt.time) -> str:
    """A clock time in Bangkok: "06.05 น.".

    Args:
        moment: an aware datetime, or a time of day that is Bangkok's already.

    Raises:
        ValueError: a datetime without time zone.
    """
    return f"{_clock_time(moment):%H.%M} น."


def english_time(moment: dt.datetime | dt.time) -> str:
    """A clock time in Bangkok: "06:05".

    Args:
        moment: an aware datetime, or a time of day that is Bangkok's already.

    Raises:
        ValueError: a datetime without time zone.
    """
    return f"{_clock_time(moment):%H:%M}"


def format_time(moment: dt.datetime | dt.time, language: str | None = None) -> str:
    """`thai_time` or `english_time`, by the language as in `format_date`.

    Raises:
        ValueError: a datetime without time zone.
    """
    return (thai_time if _is_thai(language) else english_time)(moment)


def harvest_day(delivery_day: dt.date, lead_days: int) -> dt.date:
    """The day to harvest for a delivery day.

    Args:
        delivery_day: the order cycle's day.
        lead_days: the product's harvest lead in whole days, 0 or more.

    Raises:
        ValueError: `lead_days` is negative.
    """
    if lead_days < 0:
        raise ValueError("a harvest lead is never negative")
    return delivery_day - dt.timedelta(days=lead_days)


def harvest_and_delivery(
    delivery_day: dt.date, lead_days: int, *, language: str | None = None
) -> str:
    """Both days that every grower's screen and text says: "เก็บ อา. 3 ม.ค. · ส่ง จ. 4 ม.ค.".

    Args:
        delivery_day: the order cycle's day.
        lead_days: the product's harvest lead in whole days, 0 or more.
        language: as in `format_date`.

    Raises:
        ValueError: `lead_days` is negative.
    """
    harvest = harvest_day(delivery_day, lead_days)
    if _is_thai(language):
        return f"เก็บ {thai_date(harvest, 'day')} · ส่ง {thai_date(delivery_day, 'day')}"
    return f"Pick {english_date(harvest, 'day')} · Deliver {english_date(delivery_day, 'day')}"


def fiscal_year_th(day: dt.date) -> int:
    """The Thai state's budget year of a day in the Buddhist era.

    It runs from 1 October to 30 September and is named after its end: 1 October 2026 is in 2570
    (Budget Procedures Act B.E. 2561, section 4).
    """
    return be_year(day) + (1 if day.month >= 10 else 0)


def fiscal_year_bounds(year_be: int) -> tuple[dt.date, dt.date]:
    """First and last day of a budget year: 2570 is 1 October 2026 to 30 September 2027."""
    year = year_be - BE_OFFSET
    return dt.date(year - 1, 10, 1), dt.date(year, 9, 30)


def _in_bangkok(moment: dt.datetime) -> dt.datetime:
    if moment.utcoffset() is None:
        raise ValueError("a datetime needs a time zone")
    return moment.astimezone(BANGKOK)


def _clock_time(moment: dt.datetime | dt.time) -> dt.time:
    return _in_bangkok(moment).time() if isinstance(moment, dt.datetime) else moment


def _only_day(day: dt.date) -> dt.date:
    """Take the Bangkok day of a datetime, which is a `date` to Python; never its UTC day."""
    return bangkok_date(day) if isinstance(day, dt.datetime) else day


def _is_thai(language: str | None) -> bool:
    chosen = language or get_language() or "th"
    return chosen.lower().split("-")[0] == "th"


def _key(name: str) -> str:
    return name.replace(".", "").replace(" ", "").replace(",", "").lower()


def _range(
    first: dt.date, last: dt.date, months: list[str], write: Callable[[dt.date, Style], str]
) -> str:
    first, last = _only_day(first), _only_day(last)
    if last < first:
        raise ValueError("a range of days ends before it begins")
    if (last - first).days >= 365:
        return f"{write(first, 'short')} – {write(last, 'short')}"
    end = f"{last.day} {months[last.month - 1]}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    return f"{first.day} {months[first.month - 1]} – {end}"


def _not_a_date(text: str) -> Refusal:
    return Refusal(
        _("“%(text)s” ไม่ใช่วันที่ กรุณาใส่เช่น 4 ม.ค. 2570 หรือ 4/1/2570") % {"text": str(text)[:40]},
        code="not-a-date",
    )
