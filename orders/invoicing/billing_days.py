"""On which days bills are carried to a buyer and fall due; no database."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal

_LAST = re.compile("สิ้นเดือน|month end", re.IGNORECASE)

LAST = 31
"""Stands for the last day of a month, whichever it is."""


def month_end(day: dt.date) -> dt.date:
    """The last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def days_in_month(days: Sequence[int], month: dt.date) -> list[dt.date]:
    """The dates that some days of the month fall on, ascending; a day past the end is the last.

    Args:
        days: 1 to 31.
        month: any day of the month.
    """
    last = month_end(month)
    return sorted({last.replace(day=min(day, last.day)) for day in days})


def next_of(days: Sequence[int], day: dt.date) -> dt.date:
    """The first of some days of the month on or after a day; the day itself when there are none."""
    if not days:
        return day
    following = month_end(day) + dt.timedelta(days=1)
    found = [*days_in_month(days, day), *days_in_month(days, following)]
    return next(one for one in found if one >= day)


def due_by_terms(
    issued: dt.date, *, billing_days: Sequence[int], credit_days: int, paying_days: Sequence[int]
) -> dt.date:
    """The day a bill falls due by the buyer's calendar.

    The credit runs from the day the bill is carried there, and money comes on the buyer's next
    paying day after it.
    """
    carried = next_of(billing_days, issued)
    return next_of(paying_days, carried + dt.timedelta(days=credit_days))


def read_days(text: str) -> list[int]:
    """Days of the month as a person types them: "5, 20", "25 และ สิ้นเดือน"; none for nothing.

    Raises:
        Refusal: anything but 1 to 31 and สิ้นเดือน.
    """
    words = _LAST.sub(f" {LAST} ", text).replace("และ", " ").replace(",", " ").split()
    found = set()
    for word in words:
        number = word.translate(str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789"))
        if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= LAST:
            raise Refusal(
                _("ใส่วันที่ 1 ถึง 31 คั่นด้วยจุลภาค เช่น 5, 20 หรือพิมพ์ว่า สิ้นเดือน"),
                code="bad-day",
                where={"word": word},
            )
        found.add(int(number))
    return sorted(found)


def days_in_words(days: Sequence[int]) -> str:
    """Days of the month as `read_days` takes them: "5, 20", "สิ้นเดือน"."""
    return ", ".join(gettext("สิ้นเดือน") if day == LAST else str(day) for day in days)


def fiscal_year_end(day: dt.date, month: int) -> dt.date:
    """The last day of the fiscal year that a day lies in.

    Args:
        month: 1 to 12, the month whose last day ends the year; 9 for government offices
            (พ.ร.บ.วิธีการงบประมาณ: 1 October to 30 September).
    """
    end = month_end(day.replace(month=month, day=1))
    if end < day:
        end = month_end(end.replace(year=end.year + 1, day=1))
    return end
