"""Months in which a kind of produce is to be had: twelve digits, January first.

0 is out of season, 1 in season, 2 the best of it. The produce table writes seasons as people do
("all (best 11–3)", "5–8 (off 11–1)"); this module reads them and says them again in words.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from django.utils import dateformat
from django.utils.translation import gettext as _

from marketplace.common.exceptions import Refusal

ALL_YEAR: Final = "1" * 12
KEEPS_ALL_YEAR_DAYS: Final = 180
"""Goods that keep this long are sold all year, whenever they were harvested."""

_RANGE: Final = re.compile(r"(?<!\d)(\d{1,2})\s*[–\-]\s*(\d{1,2})(?!\d)")
_BRACKETS: Final = re.compile(r"\(([^)]*)\)")
_BEST_WORDS: Final = ("best", "peak", "flush", "local")


def months_from_text(text: str, *, shelf_life_days: int = 0) -> str:
    """Twelve digits of a season as the produce table writes it.

    Args:
        text: "all", "11–3", "all (peak 2–5)", "12–4, 7–9", "5–8 (off 11–1)", "6–9 cheap; 2–5 dear",
            "bought-in; local 12–3", "harvest 1–2; sold all".
        shelf_life_days: what is harvested once a year and keeps half a year is sold all year.

    Raises:
        Refusal: no month can be read in it, or a month is not 1 to 12 (code "season").
    """
    typed = str(text).strip().lower()
    outside = _BRACKETS.sub(" ", typed)
    inside = " ".join(_BRACKETS.findall(typed))
    best: set[int] = set()
    some: set[int] = set()
    for part in re.split(r"[;,]", outside):
        months = _months(part, typed)
        if "scarce" in part or "dear" in part:
            continue
        if "cheap" in part or "made" in part or "harvest" in part:
            best |= months
        else:
            some |= months
    if any(word in inside for word in _BEST_WORDS):
        best |= _months(inside, typed)
    elif _RANGE.search(inside):
        # a weaker second crop beside the main one
        best, some = best | some, some | _months(inside, typed)
    all_year = re.search(r"\ball\b", typed) is not None or "cheap" in typed
    if "harvest" in typed and shelf_life_days >= KEEPS_ALL_YEAR_DAYS:
        all_year = True
    if all_year:
        if "all" not in outside and some:
            best |= some
        some = set(range(1, 13))
    if not best | some:
        raise Refusal(
            _("อ่านฤดูกาลจาก “%(text)s” ไม่ได้ เขียนเช่น all, 11–3 หรือ all (best 11–3)")
            % {"text": str(text)[:40]},
            code="season",
        )
    return "".join(
        "2" if month in best else "1" if month in some else "0" for month in range(1, 13)
    )


def _months(part: str, whole: str) -> set[int]:
    """Every month of the ranges in a part; a range may run over the new year."""
    found: set[int] = set()
    for first, last in ((int(a), int(b)) for a, b in _RANGE.findall(part)):
        if not (1 <= first <= 12 and 1 <= last <= 12):
            raise Refusal(
                _("เดือนใน “%(text)s” ต้องอยู่ระหว่าง 1 ถึง 12") % {"text": whole[:40]}, code="season"
            )
        month = first
        found.add(month)
        while month != last:
            month = month % 12 + 1
            found.add(month)
    return found


def spans(months: str, levels: str = "12") -> list[tuple[int, int]]:
    """First and last months of each unbroken run whose digit is one of `levels`.

    A run over the new year counts as one: "110000000001" gives [(12, 2)].
    """
    on = [digit in levels for digit in months]
    if all(on):
        return [(1, 12)]
    found: list[tuple[int, int]] = []
    for start in range(12):
        if on[start] and not on[start - 1]:
            end = start
            while on[(end + 1) % 12]:
                end += 1
            found.append((start + 1, end % 12 + 1))
    return found


def month_name(month: int) -> str:
    """The short name of a month in the active language: "ม.ค."."""
    return dateformat.format(date(2000, month, 1), "M")


def season_words(months: str) -> str:
    """A season in words: "ทั้งปี", "พ.ย.–มี.ค.", "ทั้งปี ดีที่สุด พ.ย.–มี.ค."."""
    told = _told(spans(months))
    best = spans(months, "2")
    if not best or "1" not in months:
        return told
    return _("%(season)s ดีที่สุด %(best)s") % {"season": told, "best": _told(best)}


def _told(runs: list[tuple[int, int]]) -> str:
    if runs == [(1, 12)]:
        return _("ทั้งปี")
    if not runs:
        return _("ยังไม่ระบุ")
    return ", ".join(
        month_name(first) if first == last else f"{month_name(first)}–{month_name(last)}"
        for first, last in runs
    )


def season_began(months: str, day: date) -> date:
    """The first day of the season that a day lies in, or of the last one before it.

    Args:
        months: twelve digits, see the module.
        day: any day.

    Returns:
        The first of a month at most eleven months back; for what grows all year, or in no month,
        the first of January.
    """
    if "0" not in months or months.count("0") == len(months):
        return day.replace(month=1, day=1)
    first = day.replace(day=1)
    while months[first.month - 1] == "0":
        first = _month_before(first)
    while months[_month_before(first).month - 1] != "0":
        first = _month_before(first)
    return first


def _month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)
