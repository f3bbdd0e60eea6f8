"""Cash over the next eight weeks: what is due to growers against what buyers are likely to pay."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from marketplace.ledger.models import Account
from orders.invoicing.ageing import days_to_pay, likely_money
from orders.invoicing.models import Document, DocumentSale
from orders.settlement.models import Owed

WEEKS = 8


@dataclass
class Week:
    """One week from Monday; satang."""

    monday: dt.date
    due_satang: int = 0
    likely_satang: int = 0
    cash_satang: int = 0

    @property
    def sunday(self) -> dt.date:
        return self.monday + dt.timedelta(days=6)

    @property
    def difference_satang(self) -> int:
        return self.likely_satang - self.due_satang


@dataclass
class Outlook:
    """Eight weeks and what lies beyond them."""

    weeks: list[Week]
    cash_satang: int
    later_due_satang: int = 0
    later_likely_satang: int = 0

    @property
    def lowest(self) -> Week:
        """The week in which least is left."""
        return min(self.weeks, key=lambda week: (week.cash_satang, week.monday))


def cash_now() -> int:
    """Money in banks, the safe and the float, less payouts and withdrawals on their way."""
    return sum(
        account.balance_satang
        for account in Account.objects.filter(code__startswith="bank:")
        | Account.objects.filter(code__in=("cash:safe", "cash:float"))
        | Account.objects.filter(code__startswith="transit:")
    )


def outlook(day: dt.date) -> Outlook:
    """The next eight weeks from the Monday of a day.

    What is owed and overdue counts in the first week. What waits for buyers counts when its buyer
    is likely to pay. Buyers are taken at their own days to pay.
    """
    monday = day - dt.timedelta(days=day.weekday())
    weeks = [Week(monday + dt.timedelta(days=7 * place)) for place in range(WEEKS)]
    found = Outlook(weeks=weeks, cash_satang=cash_now())

    def place(when: dt.date) -> Week | None:
        index = max(0, (when - monday).days // 7)
        return weeks[index] if index < WEEKS else None

    waiting = _when_buyers_pay(day)
    for lot_id, due, satang, delivered in Owed.objects.unpaid().values_list(
        "lot_id", "due_day", "satang", "day"
    ):
        when = due or waiting.get(lot_id) or delivered + dt.timedelta(days=60)
        week = place(when)
        if week is None:
            found.later_due_satang += satang
        else:
            week.due_satang += satang
    for money in likely_money(day):
        week = place(money.day)
        if week is None:
            found.later_likely_satang += money.satang
        else:
            week.likely_satang += money.satang
    running = found.cash_satang
    for week in weeks:
        running += week.difference_satang
        week.cash_satang = running
    return found


def _when_buyers_pay(day: dt.date) -> dict[int, dt.date]:
    """Per lot that waits for buyers: the day the last of its bills is likely to be paid."""
    habits = days_to_pay()
    found: dict[int, dt.date] = {}
    soon = day + dt.timedelta(days=7)
    lots: dict[int, set[int]] = defaultdict(set)
    for document, lot in DocumentSale.objects.filter(
        stands=True,
        sale__delivery__acceptance__lines__lots__lot__owed__due_day__isnull=True,
        sale__delivery__acceptance__lines__lots__lot__owed__isnull=False,
    ).values_list("document_id", "sale__delivery__acceptance__lines__lots__lot_id"):
        lots[document].add(lot)
    for bill in Document.objects.filter(pk__in=lots):
        expected = max(bill.day + dt.timedelta(days=habits[bill.buyer_id]), soon)
        for lot in lots[bill.pk]:
            found[lot] = max(found.get(lot, expected), expected)
    return found
