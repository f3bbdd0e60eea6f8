"""Each member's business with the cooperative over its year, and a proposed share of the surplus.

A report for the cooperative's own books, where the general meeting decides (Cooperatives Act B.E.
2542 s. 60: เงินเฉลี่ยคืนตามส่วนธุรกิจ); this market posts nothing of it. What counts is what the
ledger owed growers on days of the year, so the totals are the books'.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, Sum

from catalogue.models import Product
from marketplace.common.money import percentage
from marketplace.ledger.models import Entry, Journal
from marketplace.parties.models import FarmerGroup, Person
from orders.invoicing import accounts
from orders.settlement.models import Owed

MOST_BP = 10_000
"""No surplus gives back more than was brought."""

_WEIGHED = ~Q(kind="correction") | Q(key__contains=":weighing:")
"""Rows that brought or took weight; a corrected price did neither."""


@dataclass
class MemberYear:
    """One grower's business through one group; `person` None for goods of the group as such.

    Attributes:
        grams: delivered, less what was taken back; pieces by their nominal weight.
        satang: what it was worth at the farm gate.
        booked_satang: the same as the ledger has it.
        share_satang: proposed, at the rate that was typed.
    """

    group: FarmerGroup
    person: Person | None
    grams: int = 0
    satang: int = 0
    booked_satang: int = 0
    share_satang: int = 0

    @property
    def code(self) -> str:
        """The member's own code, or the group's."""
        return self.person.code if self.person else self.group.code

    @property
    def ties(self) -> bool:
        return self.satang == self.booked_satang


@dataclass
class BusinessYear:
    """Every member's business between two days, by group and name, and their sums."""

    first: dt.date
    last: dt.date
    rate_bp: int
    rows: list[MemberYear] = field(default_factory=list)

    @property
    def grams(self) -> int:
        return sum(row.grams for row in self.rows)

    @property
    def satang(self) -> int:
        return sum(row.satang for row in self.rows)

    @property
    def booked_satang(self) -> int:
        return sum(row.booked_satang for row in self.rows)

    @property
    def share_satang(self) -> int:
        return sum(row.share_satang for row in self.rows)

    @property
    def wrong(self) -> list[MemberYear]:
        """Members whose business is not what the ledger owed them."""
        return [row for row in self.rows if not row.ties]


def share_of(satang: int, rate_bp: int) -> int:
    """A member's share of the surplus at a rate of her business, rounded half up; none of a loss."""
    return percentage(max(satang, 0), rate_bp)


def business_year(first: dt.date, last: dt.date, rate_bp: int) -> BusinessYear:
    """Read every member's business from the first to the last day; queries do not grow with members.

    Args:
        first, last: days on which the books owed it.
        rate_bp: basis points of business proposed to be given back, 150 for 1.5 %.
    """
    inside = Journal.objects.filter(key=OuterRef("journal_key"), day__range=(first, last))
    owed = Owed.objects.filter(Exists(inside)).order_by()
    found: dict[tuple[int, int], MemberYear] = {}
    groups = FarmerGroup.objects.in_bulk()
    sums = list(owed.values_list("group_id", "person_id").annotate(total=Sum("satang")))
    persons = Person.objects.in_bulk({person for _group, person, _satang in sums if person})
    for group, person, satang in sums:
        found[group, person or 0] = MemberYear(
            groups[group],
            persons.get(person),
            satang=satang,
            share_satang=share_of(satang, rate_bp),
        )
    weighed = list(
        owed.filter(_WEIGHED)
        .values_list("group_id", "person_id", "lot__product_id")
        .annotate(total=Sum("qty"))
    )
    products = Product.objects.in_bulk({product for _group, _person, product, _qty in weighed})
    for group, person, product, qty in weighed:
        found[group, person or 0].grams += products[product].grams_of(qty)
    by_code = {accounts.payee_code(row.group, row.person): row for row in found.values()}
    for tail, satang in booked(first, last).items():
        if tail in by_code:
            by_code[tail].booked_satang = satang
        elif satang:
            group_code, _colon, person_code = tail.partition(":")
            group = next(one for one in groups.values() if one.code == group_code)
            person_row = Person.objects.filter(code=person_code).first() if person_code else None
            found[group.pk, person_row.pk if person_row else 0] = MemberYear(
                group, person_row, booked_satang=satang
            )
    return BusinessYear(
        first,
        last,
        rate_bp,
        sorted(
            found.values(),
            key=lambda row: (str(row.group), row.person is None, str(row.person), row.code),
        ),
    )


def booked(first: dt.date, last: dt.date) -> dict[str, int]:
    """What the ledger came to owe each grower for goods, satang by the tail of her accounts."""
    goods = Q(journal__event__startswith="produce.") | Q(journal__event="delivery.accepted")
    growers = Q(account__code__startswith="payable:") | Q(account__code__startswith="advance:")
    found: dict[str, int] = {}
    for code, total in (
        Entry.objects.filter(goods, growers, journal__day__range=(first, last))
        .exclude(account_id=accounts.OUTSIDE)
        .order_by()
        .values_list("account__code")
        .annotate(total=Sum("satang"))
    ):
        tail = code.partition(":")[2]
        found[tail] = found.get(tail, 0) - total
    return found
