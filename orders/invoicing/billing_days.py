"""On which days bills are carried to a buyer and fall due; no database."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal

_LAST = re.compile("สิ้นเดือน|month end", re.IGNORECASE)

LAST = 31
"""Stands for the last day of a month, whichever it is."""

KEEP: Final = "keep"
BEFORE: Final = "before"
AFTER: Final = "after"
"""What becomes of a day that falls on a weekend or a holiday (`Shift`)."""

SATURDAY: Final = 5
MONTHS_AHEAD: Final = 5
"""Months searched for a day, from the one before: holidays may push a day out of its month."""


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


@dataclass(frozen=True, slots=True)
class OfficeDay:
    """A day on which something happens at a buyer's office.

    Attributes:
        day: when.
        nominal: the day it would have been, were that no day off; the same where nothing moved.
    """

    day: dt.date
    nominal: dt.date

    @property
    def moved(self) -> bool:
        return self.day != self.nominal


def is_off(day: dt.date, days_off: Container[dt.date]) -> bool:
    """Whether an office is closed: Saturday, Sunday or a holiday."""
    return day.weekday() >= SATURDAY or day in days_off


def shifted(day: dt.date, shift: str, days_off: Container[dt.date]) -> dt.date:
    """Where a day goes when it falls on a day off.

    Args:
        shift: "keep" leaves it, "before" takes the working day before it, "after" the one after.
        days_off: holidays; weekends are days off anyway.
    """
    if shift == KEEP:
        return day
    step = dt.timedelta(days=-1 if shift == BEFORE else 1)
    while is_off(day, days_off):
        day += step
    return day


def next_of(
    days: Sequence[int], day: dt.date, shift: str = KEEP, days_off: Container[dt.date] = ()
) -> OfficeDay:
    """The first of some days of the month on or after a day, as they fall once holidays moved them.

    Without such days it is the day itself; when that is a day off and the rule is not to keep it,
    the next working day, whichever way the rule points: nothing happens before the day.
    """
    if not days:
        return OfficeDay(shifted(day, shift if shift == KEEP else AFTER, days_off), day)
    first = day.replace(day=1)
    months = [first - dt.timedelta(days=1), first]
    while len(months) < MONTHS_AHEAD:
        months.append(month_end(months[-1]) + dt.timedelta(days=1))
    found = [
        OfficeDay(shifted(one, shift, days_off), one)
        for month in months
        for one in days_in_month(days, month)
    ]
    # Where two days meet (Saturday the 15th and Monday the 17th) the one that did not move counts.
    return min(
        (one for one in found if one.day >= day),
        key=lambda one: (one.day, one.moved, one.nominal),
    )


def due_by_terms(
    issued: dt.date,
    *,
    billing_days: Sequence[int],
    credit_days: int,
    paying_days: Sequence[int],
    billing_shift: str = KEEP,
    paying_shift: str = KEEP,
    days_off: Container[dt.date] = (),
) -> OfficeDay:
    """The day a bill falls due by the buyer's calendar.

    The credit runs from the day the bill is carried there, and money comes on the buyer's next
    paying day after it; a paying day that a holiday moved before the credit has run out is not
    this bill's, the next one is. Without paying days the end of the credit itself moves, never
    before the day the bill is carried.
    """
    carried = next_of(billing_days, issued, billing_shift, days_off).day
    ends = carried + dt.timedelta(days=credit_days)
    if paying_days or paying_shift != BEFORE:
        return next_of(paying_days, ends, paying_shift, days_off)
    earlier = shifted(ends, BEFORE, days_off)
    return OfficeDay(earlier if earlier >= carried else shifted(ends, AFTER, days_off), ends)


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
