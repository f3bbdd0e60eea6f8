"""Who owes how much for how long, and how long each buyer takes to pay."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median_high

from marketplace.parties.models import Buyer
from orders.invoicing.models import DeliverySale, Document

BUCKETS = (0, 30, 60, 90)
"""Days past due: not yet due, then 1 to 30, 31 to 60, 61 to 90, and over 90."""


@dataclass
class AgeLine:
    """One buyer's open bills by days past due, satang; `waiting_satang` of them lies in cheques that
    are not collected yet.
    """

    buyer: Buyer
    parts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    oldest: Document | None = None
    count: int = 0
    waiting_satang: int = 0

    @property
    def total_satang(self) -> int:
        return sum(self.parts)


def bucket_of(due_day: dt.date, day: dt.date) -> int:
    """Which of the five columns a bill stands in: 0 not due, 4 over 90 days."""
    late = (day - due_day).days
    return sum(1 for limit in BUCKETS if late > limit)


def ageing(
    documents: Iterable[Document], day: dt.date, waiting: Mapping[int, int] | None = None
) -> list[AgeLine]:
    """Open bills by buyer and age, the largest overdue amount first.

    Args:
        documents: open ones.
        day: ages count to it.
        waiting: bill's primary key → satang handed in and not collected yet.
    """
    found: dict[int, AgeLine] = {}
    for document in documents:
        line = found.setdefault(document.buyer_id, AgeLine(document.buyer))
        line.parts[bucket_of(document.due_day, day)] += document.open_satang
        line.count += 1
        line.waiting_satang += (waiting or {}).get(document.pk, 0)
        if line.oldest is None or document.due_day < line.oldest.due_day:
            line.oldest = document
    return sorted(
        found.values(), key=lambda line: (-sum(line.parts[1:]), -line.total_satang, line.buyer.pk)
    )


def days_to_pay(*, fallback: bool = True) -> dict[int, int]:
    """Days from bill to money per buyer: the median of its last ten paid bills.

    A buyer that never paid yet is taken at its payment days; with `fallback` off it is left out.
    """
    taken: dict[int, list[int]] = defaultdict(list)
    for buyer, day, settled in (
        Document.objects.standing()
        .filter(settled_day__isnull=False)
        .order_by("-settled_day")
        .values_list("buyer_id", "day", "settled_day")
    ):
        if len(taken[buyer]) < 10:
            taken[buyer].append(max(0, (settled - day).days))
    found = {buyer: median_high(days) for buyer, days in taken.items()}
    if fallback:
        for pk, payment_days in Buyer.objects.values_list("pk", "payment_days"):
            found.setdefault(pk, payment_days)
    return found


@dataclass(frozen=True, slots=True)
class Likely:
    """Money that a buyer is likely to pay, and when."""

    buyer_id: int
    day: dt.date
    satang: int


def likely_money(day: dt.date) -> list[Likely]:
    """What buyers are likely to pay: open bills by their own days to pay, and what will be billed.

    A bill that should have come already is expected within the next seven days. Deliveries not yet
    billed count from the end of their month.
    """
    habits = days_to_pay()
    soon = day + dt.timedelta(days=7)
    found = []
    for document in Document.objects.open():
        expected = document.day + dt.timedelta(days=habits[document.buyer_id])
        net = document.open_satang
        if not document.settled_satang:
            net -= document.withholding_satang
        found.append(Likely(document.buyer_id, max(expected, soon), net))
    for sale in DeliverySale.objects.unbilled():
        end = (sale.day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        expected = end + dt.timedelta(days=habits[sale.buyer_id])
        found.append(Likely(sale.buyer_id, max(expected, soon), sale.total_satang))
    return found
