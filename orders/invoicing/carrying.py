"""What must be carried to which buyer on which day of a month, and what its fiscal year still needs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Count, Sum

from marketplace.parties.models import Buyer, Stage
from orders.invoicing.billing_days import SATURDAY, OfficeDay, month_end
from orders.invoicing.models import DeliverySale, Document
from orders.invoicing.terms import Sheets, Terms, offices_off, terms_on
from orders.models import Delivery
from orders.states import DeliveryState


@dataclass
class Carry:
    """One buyer on one day: the bills that go there, and what is still to be billed for it.

    `moved_from`: the day off that its billing day fell on.
    """

    day: dt.date
    buyer: Buyer
    terms: Terms
    bills: list[Document] = field(default_factory=list)
    unbilled_count: int = 0
    unbilled_satang: int = 0
    since: dt.date | None = None
    moved_from: dt.date | None = None

    @property
    def why_moved(self) -> str:
        """The holiday that moved it; empty when its day did not move, or moved off a weekend."""
        return self.terms.why_off(self.moved_from) if self.moved_from else ""

    @property
    def satang(self) -> int:
        return self.unbilled_satang + sum(bill.open_satang for bill in self.bills)

    @property
    def papers(self) -> list[Sheets]:
        """The sheets that go along: all the buyer asks for but what is given before or after."""
        return [one for one in self.terms.papers if one.paper not in ("quotation", "receipt")]


@dataclass(frozen=True, slots=True)
class Coming:
    """Money that falls due in the month."""

    day: dt.date
    bill: Document
    terms: Terms


@dataclass
class CarryMonth:
    """A month of carrying and of money that falls due, and the days on which offices are closed."""

    carries: list[Carry]
    coming: list[Coming]
    days_off: list[tuple[dt.date, str]] = field(default_factory=list)

    @property
    def satang(self) -> int:
        return sum(carry.satang for carry in self.carries)


def carry_month(first: dt.date, last: dt.date) -> CarryMonth:
    """What is carried from the first to the last day of a month, by day, then buyer.

    A bill that stands on no billing note is carried on the buyer's next billing day after its date;
    one that does was carried; deliveries not yet billed
    are expected on the billing day after them (per delivery) or after the end of their month.
    """
    bills = list(Document.objects.open().select_related("buyer"))
    waiting = list(
        DeliverySale.objects.unbilled()
        .filter(day__lte=last)
        .order_by("buyer_id", "day")
        .values("buyer_id", "day")
        .annotate(count=Count("pk"), satang=Sum("total_satang"))
    )
    buyers = Buyer.objects.in_bulk(
        {row["buyer_id"] for row in waiting} | {bill.buyer_id for bill in bills}
    )
    terms = terms_on(buyers.values(), last)
    found: dict[tuple[dt.date, int], Carry] = {}

    def at(on: OfficeDay, pk: int) -> Carry | None:
        if not first <= on.day <= last:
            return None
        moved_from = on.nominal if on.moved else None
        made = Carry(on.day, buyers[pk], terms[pk], moved_from=moved_from)
        return found.setdefault((on.day, pk), made)

    free = set(Document.objects.uncarried().values_list("pk", flat=True))
    for bill in bills:
        if bill.pk not in free:
            continue
        if carry := at(terms[bill.buyer_id].carried_on(bill.day), bill.buyer_id):
            carry.bills.append(bill)
    for row in waiting:
        own = terms[row["buyer_id"]]
        ready = row["day"] if own.per_delivery else month_end(row["day"])
        if carry := at(own.carried_on(ready), row["buyer_id"]):
            carry.unbilled_count += row["count"]
            carry.unbilled_satang += row["satang"]
            carry.since = min(carry.since or row["day"], row["day"])
    coming = [
        Coming(bill.due_day, bill, terms[bill.buyer_id])
        for bill in bills
        if first <= bill.due_day <= last
    ]
    return CarryMonth(
        carries=sorted(found.values(), key=lambda one: (one.day, one.buyer.name_th)),
        coming=sorted(coming, key=lambda one: (one.day, one.bill.pk)),
        days_off=[
            (day, name)
            for day, name in sorted(offices_off().items())
            if first <= day <= last and day.weekday() < SATURDAY
        ],
    )


@dataclass
class YearEnd:
    """What a buyer's fiscal year still needs before its last day."""

    buyer: Buyer
    end: dt.date
    to_deliver: int = 0
    last_delivery: dt.date | None = None
    to_accept: int = 0
    to_bill: int = 0
    to_bill_satang: int = 0
    to_pay: int = 0
    to_pay_satang: int = 0

    @property
    def is_clear(self) -> bool:
        return not (self.to_deliver or self.to_accept or self.to_bill or self.to_pay)


def year_ends(day: dt.date, *, within: int = 60, everybody: bool = False) -> list[YearEnd]:
    """Buyers whose fiscal year ends within some days, and what must be delivered, accepted, billed
    and paid by then; what is left of a year that ended already counts too.

    Args:
        day: today.
        within: days ahead that are looked at.
        everybody: also buyers whose budget follows the calendar year.
    """
    buyers = list(Buyer.objects.filter(stage=Stage.ACTIVE).order_by("name_th"))
    terms = terms_on(buyers, day)
    found: dict[int, YearEnd] = {}
    for buyer in buyers:
        end = terms[buyer.pk].year_end(day)
        budgets = everybody or buyer.is_government or terms[buyer.pk].fiscal_month != 12
        if budgets and (end - day).days <= within:
            found[buyer.pk] = YearEnd(buyer, end)
    if not found:
        return []
    latest = max(row.end for row in found.values())
    for delivery in (
        Delivery.objects.filter(order__buyer__in=found, cycle__delivery_day__lte=latest)
        .exclude(state__in=[DeliveryState.ACCEPTED, DeliveryState.CANCELLED])
        .values("order__buyer_id", "state", "cycle__delivery_day")
    ):
        row, on = found[delivery["order__buyer_id"]], delivery["cycle__delivery_day"]
        if on > row.end:
            continue
        if delivery["state"] == DeliveryState.DISPATCHED:
            row.to_accept += 1
        else:
            row.to_deliver += 1
            row.last_delivery = max(row.last_delivery or on, on)
    for sale in DeliverySale.objects.unbilled().filter(buyer__in=found, day__lte=latest):
        row = found[sale.buyer_id]
        if sale.day <= row.end:
            row.to_bill += 1
            row.to_bill_satang += sale.total_satang
    for bill in Document.objects.open().filter(buyer__in=found):
        row = found[bill.buyer_id]
        if bill.first_day <= row.end:
            row.to_pay += 1
            row.to_pay_satang += bill.open_satang
    return sorted(found.values(), key=lambda row: (row.is_clear, row.end, row.buyer.name_th))
