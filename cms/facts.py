"""When facts of public pages are asked again, and when a price is too old to print. Pure.

Every fact page says when it was last checked; after six months its people are asked again. A price
older than twelve months becomes "ring and ask"; after twenty-four the part is hidden.
"""

from __future__ import annotations

import calendar
from datetime import date
from enum import StrEnum
from typing import Final

ASK_AFTER_MONTHS: Final = 6
PRICE_ASK_AFTER_MONTHS: Final = 12
PRICE_HIDE_AFTER_MONTHS: Final = 24


class Price(StrEnum):
    """What a reader sees of a price: the figure, "โทรสอบถาม", or nothing but an explanation."""

    SHOWN = "shown"
    ASK = "ask"
    HIDDEN = "hidden"


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months on; the last of a month that is too short."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def period(checked_on: date | None, today: date) -> int:
    """How many whole half-years have gone by since the last check; a page never checked is in its
    first from the start.
    """
    if checked_on is None:
        return 1
    found = 0
    while months_after(checked_on, ASK_AFTER_MONTHS * (found + 1)) <= today:
        found += 1
    return found


def price_state(checked_on: date | None, today: date) -> Price:
    """What is shown of a price last checked on a day; never checked means "ring and ask"."""
    if checked_on is None:
        return Price.ASK
    if today > months_after(checked_on, PRICE_HIDE_AFTER_MONTHS):
        return Price.HIDDEN
    if today > months_after(checked_on, PRICE_ASK_AFTER_MONTHS):
        return Price.ASK
    return Price.SHOWN
