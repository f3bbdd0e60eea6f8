"""A buyer's paper terms on a day: what was recorded, else what its registration says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from marketplace.cycles.models import Holiday
from marketplace.parties.models import BillingPlan, Buyer
from orders.invoicing.billing_days import (
    OfficeDay,
    days_in_words,
    due_by_terms,
    fiscal_year_end,
    next_of,
)
from orders.invoicing.models import BuyerTerms, Paper, PaysBy, Shift

GOVERNMENT_MONTH: Final = 9
"""A government office's fiscal year ends on 30 September."""


@dataclass(frozen=True, slots=True)
class Sheets:
    """A paper and how many originals and copies of it the buyer asks for."""

    paper: Paper
    originals: int = 1
    copies: int = 0


@dataclass(frozen=True, slots=True)
class Signer:
    """One who signs the acceptance report."""

    name: str
    position: str = ""
    duty: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a buyer's papers on a day; `valid_from` is None while nothing was recorded."""

    billing_plan: str
    billing_days: Sequence[int]
    billing_place: str
    credit_days: int
    paying_days: Sequence[int]
    pays_by: str
    fiscal_month: int
    contact: str
    papers: Sequence[Sheets]
    committee: Sequence[Signer]
    valid_from: dt.date | None = None
    billing_shift: str = Shift.KEEP
    paying_shift: str = Shift.KEEP
    days_off: Mapping[dt.date, str] = field(default_factory=dict, repr=False)

    @property
    def billing_words(self) -> str:
        """Its billing days as a person says them."""
        return days_in_words(self.billing_days)

    @property
    def paying_words(self) -> str:
        """Its paying days as a person says them."""
        return days_in_words(self.paying_days)

    @property
    def plan_label(self) -> str:
        return str(BillingPlan(self.billing_plan).label)

    @property
    def pays_by_label(self) -> str:
        return str(PaysBy(self.pays_by).label)

    @property
    def per_delivery(self) -> bool:
        return self.billing_plan == BillingPlan.PER_DELIVERY

    @property
    def pays_by_cheque(self) -> bool:
        return self.pays_by == PaysBy.CHEQUE

    @property
    def billing_shift_label(self) -> str:
        return str(Shift(self.billing_shift).label)

    @property
    def paying_shift_label(self) -> str:
        return str(Shift(self.paying_shift).label)

    def carried_on(self, day: dt.date) -> OfficeDay:
        """The day on which a bill of this day is carried to the buyer."""
        return next_of(self.billing_days, day, self.billing_shift, self.days_off)

    def due_on(self, issued: dt.date) -> OfficeDay:
        """The day on which a bill of this day falls due, and where that came from."""
        return due_by_terms(
            issued,
            billing_days=self.billing_days,
            credit_days=self.credit_days,
            paying_days=self.paying_days,
            billing_shift=self.billing_shift,
            paying_shift=self.paying_shift,
            days_off=self.days_off,
        )

    def due_day(self, issued: dt.date) -> dt.date:
        """The day on which a bill of this day falls due."""
        return self.due_on(issued).day

    def why_off(self, day: dt.date) -> str:
        """The name of the holiday a day is; empty for a weekend."""
        return self.days_off.get(day, "")

    def year_end(self, day: dt.date) -> dt.date:
        """The last day of the buyer's fiscal year."""
        return fiscal_year_end(day, self.fiscal_month)

    def sheets_of(self, paper: str) -> Sheets:
        """How many sheets of a paper are printed: one original when the buyer said nothing."""
        return next((one for one in self.papers if one.paper == paper), Sheets(Paper(paper)))

    def asks_for(self, paper: str) -> bool:
        """Whether the buyer's office wants this paper."""
        return any(one.paper == paper for one in self.papers)


_OFFICE = (
    Sheets(Paper.QUOTATION, 1, 1),
    Sheets(Paper.PURCHASE_ORDER, 0, 1),
    Sheets(Paper.DELIVERY_NOTE, 1, 1),
    Sheets(Paper.ACCEPTANCE, 1, 1),
    Sheets(Paper.BILL, 1, 2),
    Sheets(Paper.BILLING_NOTE, 1, 1),
    Sheets(Paper.RECEIPT, 1, 1),
)
_SHOP = (Sheets(Paper.DELIVERY_NOTE), Sheets(Paper.BILL, 1, 1), Sheets(Paper.RECEIPT))


def usual_terms(buyer: Buyer, days_off: Mapping[dt.date, str] | None = None) -> Terms:
    """What is assumed of a buyer whose terms nobody recorded: an office's set for government."""
    government = buyer.is_government
    return Terms(
        billing_plan=buyer.billing_plan,
        billing_days=(),
        billing_place="",
        credit_days=buyer.payment_days,
        paying_days=(),
        pays_by=PaysBy.TRANSFER,
        fiscal_month=GOVERNMENT_MONTH if government else 12,
        contact="",
        papers=_OFFICE if government else _SHOP,
        committee=(),
        days_off=days_off or {},
    )


def read_terms(row: BuyerTerms, days_off: Mapping[dt.date, str] | None = None) -> Terms:
    """A recorded row with its papers and signers."""
    return Terms(
        billing_plan=row.billing_plan,
        billing_days=tuple(row.billing_days),
        billing_place=row.billing_place,
        credit_days=row.credit_days,
        paying_days=tuple(row.paying_days),
        pays_by=row.pays_by,
        fiscal_month=row.fiscal_month,
        contact=row.contact,
        papers=tuple(
            Sheets(Paper(one.paper), one.originals, one.copies) for one in row.papers.all()
        ),
        committee=tuple(Signer(one.name, one.position, one.duty) for one in row.committee.all()),
        valid_from=row.valid_from,
        billing_shift=row.billing_shift,
        paying_shift=row.paying_shift,
        days_off=days_off or {},
    )


def offices_off() -> dict[dt.date, str]:
    """Every holiday on record by its day, with its name: the state's, and those of the province."""
    found: dict[dt.date, str] = {}
    for one in Holiday.objects.order_by("day", "kind", "pk"):
        found.setdefault(one.day, str(one))
    return found


def terms_on(buyers: Iterable[Buyer], day: dt.date) -> dict[int, Terms]:
    """Terms of some buyers on a day, by primary key; four queries however many they are."""
    listed = {buyer.pk: buyer for buyer in buyers}
    days_off = offices_off()
    found = {pk: usual_terms(buyer, days_off) for pk, buyer in listed.items()}
    newest: dict[int, BuyerTerms] = {}
    for row in (
        BuyerTerms.objects.filter(buyer__in=listed).on(day).prefetch_related("papers", "committee")
    ):
        newest.setdefault(row.buyer_id, row)
    return found | {pk: read_terms(row, days_off) for pk, row in newest.items()}


def terms_of(buyer: Buyer, day: dt.date) -> Terms:
    """Terms of one buyer on a day."""
    return terms_on([buyer], day)[buyer.pk]
