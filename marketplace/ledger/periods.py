"""Months of the books: which are closed, closing the next, opening the last one again.

Months close in order, so that the last closed month locks everything up to its end. What must hold
before a month closes is asked of every room through `hooks.register_close_lines`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Min

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import today
from marketplace.common.transactions import unit_of_work
from marketplace.ledger import hooks
from marketplace.ledger.exceptions import (
    MonthAlready,
    MonthNotOver,
    MonthNotReady,
    MonthOutOfTurn,
    PeriodClosed,
    SamePerson,
)
from marketplace.ledger.hooks import CloseLine
from marketplace.ledger.models import Journal, PeriodAct


def month_of(day: dt.date) -> dt.date:
    """The first day of a day's month."""
    return day.replace(day=1)


def next_month(month: dt.date) -> dt.date:
    """The first day of the month after."""
    return (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def last_day_of(month: dt.date) -> dt.date:
    """The last day of a month."""
    return next_month(month) - dt.timedelta(days=1)


def _last_acts() -> dict[dt.date, PeriodAct]:
    acts = PeriodAct.objects.select_related("by").order_by("month", "number")
    return {act.month: act for act in acts}


def closed_until() -> dt.date | None:
    """The last day that no journal may carry any more; None when no month is closed."""
    closed = [m for m, act in _last_acts().items() if act.act == PeriodAct.Act.CLOSE]
    return last_day_of(max(closed)) if closed else None


def require_open(days: Iterable[dt.date]) -> None:
    """Refuse days in closed months.

    Raises:
        PeriodClosed: with the first such day.
    """
    if (until := closed_until()) is not None and (bad := sorted(d for d in days if d <= until)):
        raise PeriodClosed(bad[0])


def next_to_close() -> dt.date | None:
    """The month that closes next: after the last closed one, else the first with journals."""
    if (until := closed_until()) is not None:
        return until + dt.timedelta(days=1)
    first = Journal.objects.aggregate(first=Min("day"))["first"]
    return month_of(first) if first else None


def close_lines(month: dt.date) -> list[CloseLine]:
    """What must hold before a month closes, asked of every room that has something to say."""
    last = last_day_of(month)
    return [line for ask in hooks.close_lines for line in ask(month, last)]


@unit_of_work
def close_month(*, by: User, month: dt.date) -> PeriodAct:
    """Close a month: from then on no journal may carry a day up to its end, by any path.

    Args:
        by: the treasurer who closes.
        month: any day of it.

    Raises:
        MonthOutOfTurn: an earlier month is still open, or nothing was ever posted.
        MonthAlready: it is closed.
        MonthNotOver: its last day has not passed.
        MonthNotReady: a line of the checklist that must hold does not.
    """
    month = month_of(month)
    if (until := closed_until()) is not None and month <= until:
        raise MonthAlready(month)
    if month != next_to_close():
        raise MonthOutOfTurn(month)
    if last_day_of(month) >= today():
        raise MonthNotOver(month)
    if red := [line for line in close_lines(month) if line.must and not line.ok]:
        raise MonthNotReady([str(line.title) for line in red])
    return _act(by=by, month=month, act=PeriodAct.Act.CLOSE, reason="")


@unit_of_work
def reopen_month(*, by: User, month: dt.date, reason: str) -> PeriodAct:
    """Open the last closed month again; by another person than the one who closed it.

    Args:
        by: the second person.
        month: any day of it.
        reason: in Thai; stands in the log for good.

    Raises:
        MonthOutOfTurn: it is not the last closed month, or no reason is given.
        SamePerson: `by` closed it.
    """
    month = month_of(month)
    until = closed_until()
    if until is None or month != month_of(until) or not reason.strip():
        raise MonthOutOfTurn(month)
    if _last_acts()[month].by_id == by.pk:
        raise SamePerson()
    return _act(by=by, month=month, act=PeriodAct.Act.REOPEN, reason=reason.strip())


def _act(*, by: User, month: dt.date, act: PeriodAct.Act, reason: str) -> PeriodAct:
    number = PeriodAct.objects.filter(month=month).count() + 1
    try:
        with transaction.atomic():
            made = PeriodAct.objects.create(
                month=month, number=number, act=act, by=by, reason=reason
            )
    except IntegrityError as error:  # somebody else acted on a month at the same time
        raise MonthOutOfTurn(month) from error
    record(
        by=by,
        action="ledger.month_closed" if act == PeriodAct.Act.CLOSE else "ledger.month_reopened",
        subject=f"month:{month:%Y-%m}",
        data={"reason": reason} if reason else {},
    )
    return made
