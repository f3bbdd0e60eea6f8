"""Decisions of supply that need no database."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from marketplace.common.dates import bangkok_at
from marketplace.common.money import split_by_largest_remainder

UNDO_WITHIN = timedelta(days=1)
"""How long an act on a grower's behalf can be undone."""

LONGEST_WINDOW = timedelta(days=366)
"""An offer reaches at most a year ahead: a typing error in the year is caught here."""

BAD_NEWS_UNTIL = time(14, 0)
"""A kitchen hears of a shortage by this hour, Bangkok time, on the day before delivery."""


def policy_figure(offered_qty: int, taken_qty: int) -> int:
    """Return what may be promised of an offer: what is offered, less what runs have taken."""
    return max(0, offered_qty - taken_qty)


def shortage_deadline(delivery_day: date, moment: datetime) -> datetime:
    """Return when a shortage must be dealt with: 14:00 of the day before delivery, or at once."""
    return max(bangkok_at(delivery_day - timedelta(days=1), BAD_NEWS_UNTIL), moment)


def split(total: int, weights: list[int]) -> list[int]:
    """Split a quantity by weights, exactly; weights that are all 0 count as equal. Base units."""
    return split_by_largest_remainder(total, weights if any(weights) else [1] * len(weights))
