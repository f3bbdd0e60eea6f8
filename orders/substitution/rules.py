"""Pure decisions about substitutes: what may be offered, until when, and what silence means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from marketplace.common.dates import bangkok_at

HARD_HOUR = dt.time(14)
"""Bangkok time on the day before: a kitchen that hears later cannot change its menu any more."""


class Takes(StrEnum):
    """Which substitutes a buyer wants to be asked about."""

    NEVER = "never"
    UP_TO_PRICE = "up_to_price"
    ANY_PRICE = "any_price"


class Unanswered(StrEnum):
    """What happens when a buyer does not answer in time."""

    LEAVE = "leave"
    ACCEPT = "accept"


def may_offer(takes: str, *, price_satang: int, paid_satang: int) -> bool:
    """Say whether a buyer is asked about goods at this price.

    Args:
        takes: the buyer's rule (`Takes`).
        price_satang: of the substitute, per 1,000 g or per piece.
        paid_satang: of what is short, the same way.
    """
    if takes == Takes.NEVER:
        return False
    return takes == Takes.ANY_PRICE or price_satang <= paid_satang


def answer_by(delivery_day: dt.date, moment: dt.datetime) -> dt.datetime | None:
    """Return until when a buyer may answer (UTC), None when it is too late to ask.

    After that hour only what the buyer said beforehand counts.
    """
    last = bangkok_at(delivery_day - dt.timedelta(days=1), HARD_HOUR)
    return last if moment < last else None


def taken_unasked(
    unanswered: str, options: Iterable[tuple[int, str]], *, paid_satang: int, min_grade: str
) -> int | None:
    """Return the place of the option that silence takes, None when it takes nothing.

    Silence never costs more than what was ordered and never takes a lower grade.

    Args:
        unanswered: the buyer's rule (`Unanswered`).
        options: satang and grade of each, best first.
        paid_satang: of what is short.
        min_grade: of what is short.
    """
    if unanswered != Unanswered.ACCEPT:
        return None
    return next(
        (
            place
            for place, (price, grade) in enumerate(options)
            if price <= paid_satang and grade <= min_grade
        ),
        None,
    )
