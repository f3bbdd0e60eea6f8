"""What a typed text asks beside names: days, months, prices, quantities, a season.

Pure: the day it is today is given. What is understood is taken out of the text; what is left are
names. Years above 2400 are Buddhist, two digits are Buddhist from 60 on, as people write them here.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from catalogue.search.analysis import normalise
from catalogue.search.types import Window

_MONTHS: Final[tuple[tuple[str, ...], ...]] = (
    ("มกราคม", "มกรา", "ม.ค.", "มค.", "january", "jan", "januari"),
    ("กุมภาพันธ์", "กุมภา", "ก.พ.", "กพ.", "february", "feb", "februari"),
    ("มีนาคม", "มีนา", "มี.ค.", "มีค.", "march", "mar", "mac"),
    ("เมษายน", "เมษา", "เม.ย.", "เมย.", "april", "apr"),
    ("พฤษภาคม", "พฤษภา", "พ.ค.", "พค.", "may", "mei"),
    ("มิถุนายน", "มิถุนา", "มิ.ย.", "มิย.", "june", "jun"),
    ("กรกฎาคม", "กรกฎา", "ก.ค.", "กค.", "july", "jul", "julai"),
    ("สิงหาคม", "สิงหา", "ส.ค.", "สค.", "august", "aug", "ogos"),
    ("กันยายน", "กันยา", "ก.ย.", "กย.", "september", "sept", "sep"),
    ("ตุลาคม", "ตุลา", "ต.ค.", "ตค.", "october", "oct", "oktober"),
    ("พฤศจิกายน", "พฤศจิกา", "พ.ย.", "พย.", "november", "nov"),
    ("ธันวาคม", "ธันวา", "ธ.ค.", "ธค.", "december", "dec", "disember"),
)
_NUMBER_OF: Final = {name: number for number, row in enumerate(_MONTHS, 1) for name in row}
_MONTH: Final = "|".join(re.escape(name) for name in sorted(_NUMBER_OF, key=len, reverse=True))
_WEEKDAYS: Final[tuple[tuple[str, ...], ...]] = (
    ("จันทร์", "monday", "mon", "isnin"),
    ("อังคาร", "tuesday", "tue", "selasa"),
    ("พุธ", "wednesday", "wed", "rabu"),
    ("พฤหัสบดี", "พฤหัส", "thursday", "thu", "khamis"),
    ("ศุกร์", "friday", "fri", "jumaat"),
    ("เสาร์", "saturday", "sat", "sabtu"),
    ("อาทิตย์", "sunday", "sun", "ahad"),
)
_WEEKDAY_OF: Final = {name: number for number, row in enumerate(_WEEKDAYS) for name in row}
_THAI_DAY: Final = "|".join(name for row in _WEEKDAYS for name in row if not name.isascii())
_LONG_DAY: Final = "|".join(
    name for row in _WEEKDAYS for name in row if name.isascii() and len(name) > 3
)
_SHORT_DAY: Final = "|".join(name for row in _WEEKDAYS for name in row if len(name) == 3)
_START: Final = r"(?<![a-z\u0e01-\u0e4e])"
_END: Final = r"(?![a-z\u0e01-\u0e4e])"
_BEFORE: Final = (
    r"(?:(?:พร้อม)?ส่ง(?:ได้)?|ของ|deliver(?:y|ed)?|available)?\s*"
    r"(?:ใน|วันที่|เดือน|ช่วง|on|in|for|pada|bulan)?\s*"
)

_ISO: Final = re.compile(_BEFORE + r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_SLASHED: Final = re.compile(_BEFORE + r"(?<!\d)(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})(?!\d)")
_NAMED_DAY: Final = re.compile(
    _BEFORE
    + rf"(?<!\d)(\d{{1,2}})\s*({_MONTH})(?![a-z])\s*(?:พ\.ศ\.|ปี|ค\.ศ\.)?\s*(\d{{4}}|\d{{2}})?(?!\d)"
)
_NAMED_MONTH: Final = re.compile(
    _BEFORE
    + _START
    + rf"({_MONTH})(?![a-z])(?!นคร)\s*(?:พ\.ศ\.|ปี|ค\.ศ\.)?\s*(\d{{4}}|\d{{2}})?(?!\d)"
)
_GLUED_MONTH: Final = re.compile(
    r"(?:ส่ง|เดือน|ช่วง)\s*(" + _MONTH + r")(?!นคร)\s*(?:พ\.ศ\.|ปี)?\s*(\d{4}|\d{2})?(?!\d)"
)
_WEEKDAY_TH: Final = re.compile(
    rf"(?:พร้อม)?(?:ส่ง(?:ได้)?)?\s*(?:ของ)?(?:วัน|ส่ง)\s*({_THAI_DAY})\s*(นี้|หน้า)?"
)
_WEEKDAY_LATIN: Final = re.compile(
    rf"\b(?:deliver(?:y|ed)?|available|for|on|hari)?\s*(next|this)?\s*\b({_LONG_DAY})\b(?:\s*(depan|ini))?"
)
_WEEKDAY_SHORT: Final = re.compile(
    rf"\b(?:on|for|delivery)?\s*\b(on|for|next|this)\s+({_SHORT_DAY})\b()"
)
"""Three letters alone are more often a word, as in mon thong."""
_NEAR: Final[tuple[tuple[str, int, int], ...]] = (
    (r"(?:ส่ง|ของ)?\s*มะรืน(?:นี้)?|\blusa\b", 2, 2),
    (r"(?:ส่ง|ของ)?\s*(?:วัน)?พรุ่งนี้|\btomorrow\b|\besok\b", 1, 1),
    (r"(?:ส่ง|ของ)?\s*วันนี้|\btoday\b|\bhari ini\b", 0, 0),
)
_THIS_WEEK: Final = re.compile(r"(?:ส่ง|ใน)?\s*(?:สัปดาห์|อาทิตย์)นี้|\bthis week\b|\bminggu ini\b")
_NEXT_WEEK: Final = re.compile(r"(?:ส่ง|ใน)?\s*(?:สัปดาห์|อาทิตย์)หน้า|\bnext week\b|\bminggu depan\b")
_THIS_MONTH: Final = re.compile(r"(?:ส่ง|ใน)?\s*เดือนนี้|\bthis month\b|\bbulan ini\b")
_NEXT_MONTH: Final = re.compile(r"(?:ส่ง|ใน)?\s*เดือนหน้า|\bnext month\b|\bbulan depan\b")
_SEASON: Final = re.compile(
    r"(?:ที่)?(?:ตาม|ใน)ฤดู(?:กาล)?(?:นี้)?|ฤดูนี้|(?:ช่วง|หน้า)นี้|\bin season\b|\bseasonal\b|\bmusim ini\b"
)
_BETWEEN: Final = re.compile(
    r"(?:ราคา|price)?\s*(?<!\d)(\d{1,5})\s*(?:-|–|ถึง|to)\s*(\d{1,5})\s*(?:บาท|฿|baht|thb)(?:\s*(?:ต่อ|/|per)\s*(?:กก\.?|กิโล(?:กรัม)?|kg|kilo))?"
)
_AT_MOST: Final = re.compile(
    r"(?:ราคา)?\s*(?:ไม่เกิน|ต่ำกว่า|ถูกกว่า|น้อยกว่า|งบ|under|below|less than|max|bawah)"
    r"\s*฿?\s*(\d{1,5})\s*(?:บาท|฿|baht|thb)?"
    r"(?!\s*(?:กก|กิโล|kg|\d))(?:\s*(?:ต่อ|/|per)\s*(?:กก\.?|กิโล(?:กรัม)?|kg|kilo))?"
)
_AT_LEAST: Final = re.compile(
    r"(?:ราคา)?\s*(?:มากกว่า|แพงกว่า|เกิน|over|above|more than)\s*฿?\s*(\d{1,5})\s*(?:บาท|฿|baht|thb)"
)
_QUANTITY: Final = re.compile(
    r"(?<![\d.])(\d{1,5})(?:\.(\d))?\s*(?:กก\.?|กิโลกรัม|กิโล|โล(?![\u0e01-\u0e4e])|kgs?\b|kilos?\b|kilograms?\b)"
)


@dataclass(frozen=True, slots=True)
class Understood:
    """A text taken apart.

    `least_qty` is in grams; prices in satang per 1,000 g or piece. `told` holds the parts of the
    text that were understood, as typed.
    """

    rest: str
    window: Window | None = None
    month: int | None = None
    in_season: bool = False
    least_qty: int | None = None
    low_satang: int | None = None
    high_satang: int | None = None
    told: tuple[str, ...] = ()


def common_year(text: str, today: date, month: int) -> int:
    """Return the Gregorian year somebody means.

    Args:
        text: four digits of either calendar, two digits, or nothing: the next such month.
        today: the day in Bangkok.
        month: the month it stands beside.
    """
    if not text:
        return today.year + (month < today.month)
    year = int(text)
    if year < 100:
        year += 2500 if year >= 60 else 2000
    return year - 543 if year > 2400 else year


def understand(text: str, today: date) -> Understood:
    """Take the days, prices and quantities out of a text.

    Args:
        text: as typed.
        today: the day in Bangkok.
    """
    rest = normalise(text)
    told: list[str] = []

    def take(pattern: re.Pattern[str] | str) -> re.Match[str] | None:
        nonlocal rest
        found = re.search(pattern, rest)
        if found is None:
            return None
        told.append(found[0].strip())
        rest = " ".join(f"{rest[: found.start()]} {rest[found.end() :]}".split())
        return found

    window, month = _days(take, today)
    in_season = take(_SEASON) is not None
    low = high = None
    if found := take(_BETWEEN):
        low, high = sorted((int(found[1]) * 100, int(found[2]) * 100))
    elif found := take(_AT_MOST):
        high = int(found[1]) * 100
    elif found := take(_AT_LEAST):
        low = int(found[1]) * 100
    least = None
    if found := take(_QUANTITY):
        least = int(found[1]) * 1000 + int(found[2] or 0) * 100
    return Understood(rest, window, month, in_season, least, low, high, tuple(told))


def _days(
    take: Callable[[re.Pattern[str] | str], re.Match[str] | None], today: date
) -> tuple[Window | None, int | None]:
    for pattern, first, last in _NEAR:
        if take(pattern):
            return Window(today + timedelta(first), today + timedelta(last)), None
    monday = today - timedelta(today.weekday())
    if take(_NEXT_WEEK):
        return Window(monday + timedelta(7), monday + timedelta(13)), None
    if take(_THIS_WEEK):
        return Window(today, monday + timedelta(6)), None
    if take(_NEXT_MONTH):
        return _month_window(
            today.year + today.month // 12, today.month % 12 + 1, today
        ), today.month % 12 + 1
    if take(_THIS_MONTH):
        return _month_window(today.year, today.month, today), today.month
    if found := take(_ISO):
        return _day(common_year(found[1], today, 1), int(found[2]), int(found[3])), None
    if found := take(_SLASHED):
        return _day(common_year(found[3], today, 1), int(found[2]), int(found[1])), None
    if found := take(_NAMED_DAY):
        number = _NUMBER_OF[found[2]]
        return _day(common_year(found[3] or "", today, number), number, int(found[1])), None
    for named in (_NAMED_MONTH, _GLUED_MONTH):
        if found := take(named):
            number = _NUMBER_OF[found[1]]
            year = common_year(found[2] or "", today, number)
            return _month_window(year, number, today), number
    if found := take(_WEEKDAY_TH):
        return _weekday(_WEEKDAY_OF[found[1]], found[2] == "หน้า", today), None
    for weekday in (_WEEKDAY_LATIN, _WEEKDAY_SHORT):
        if found := take(weekday):
            later = found[1] == "next" or found[3] == "depan"
            return _weekday(_WEEKDAY_OF[found[2]], later, today), None
    return None, None


def _weekday(number: int, next_week: bool, today: date) -> Window:
    """The coming such day after today; with "next", the one in the week after this."""
    if next_week:
        day = today - timedelta(today.weekday()) + timedelta(7 + number)
    else:
        day = today + timedelta((number - today.weekday() - 1) % 7 + 1)
    return Window(day, day)


def _day(year: int, month: int, day: int) -> Window | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return Window(found, found)


def _month_window(year: int, month: int, today: date) -> Window | None:
    if not 2000 <= year <= 2100:
        return None
    first = date(year, month, 1)
    last = date(year, month, calendar.monthrange(year, month)[1])
    return Window(max(first, today) if last >= today else first, last)
