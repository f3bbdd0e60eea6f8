"""Recording the paper terms of buyers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common.clock import now, today
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.cycles.models import Holiday
from marketplace.cycles.reference import load_holidays
from marketplace.parties.models import BillingPlan, Buyer
from marketplace.parties.services import change_terms
from orders.invoicing.models import BuyerTerms, CommitteeMember, Paper, PaysBy, Shift, TermsPaper
from orders.invoicing.terms import Sheets, Signer

MOST_SHEETS = 9


@dataclass(frozen=True, slots=True)
class TermsInput:
    """A buyer's paper terms from a day on.

    Attributes:
        buyer: whose.
        valid_from: the first day they hold for; the same day again replaces what was said for it.
        billing_plan: one bill a month or one a delivery.
        billing_days, paying_days: days of the month (31: the last), empty for any day.
        billing_shift, paying_shift: where such a day goes when it is a weekend or a holiday.
        billing_place: where bills are carried.
        credit_days: from the day the bill is carried.
        fiscal_month: the month whose last day ends the buyer's fiscal year.
        papers: what its office asks for; papers with no sheet are left out.
        committee: who signs the acceptance report.
    """

    buyer: Buyer
    valid_from: dt.date
    billing_plan: str = BillingPlan.MONTHLY
    billing_days: Sequence[int] = ()
    billing_place: str = ""
    credit_days: int = 30
    paying_days: Sequence[int] = ()
    pays_by: str = PaysBy.TRANSFER
    fiscal_month: int = 12
    contact: str = ""
    papers: Sequence[Sheets] = field(default_factory=tuple)
    committee: Sequence[Signer] = field(default_factory=tuple)
    billing_shift: str = Shift.KEEP
    paying_shift: str = Shift.KEEP


@unit_of_work
def set_terms(*, by: User | None, terms: Sequence[TermsInput]) -> list[BuyerTerms]:
    """Record paper terms; those that hold today also become the buyer's own credit and plan.

    Raises:
        Refusal: a day of the month, a month or a number of sheets is out of range (codes
            "bad-day", "bad-month", "bad-sheets").
    """
    for one in terms:
        _require_sound(one)
    listed = sorted(terms, key=lambda one: (one.buyer.pk, one.valid_from))
    rows = []
    for one in listed:
        row, _made = BuyerTerms.objects.update_or_create(
            buyer=one.buyer,
            valid_from=one.valid_from,
            defaults={
                "billing_plan": one.billing_plan,
                "billing_days": sorted(set(one.billing_days)),
                "billing_place": one.billing_place[:200],
                "credit_days": one.credit_days,
                "paying_days": sorted(set(one.paying_days)),
                "billing_shift": one.billing_shift,
                "paying_shift": one.paying_shift,
                "pays_by": one.pays_by,
                "fiscal_month": one.fiscal_month,
                "contact": one.contact[:160],
                "recorded_at": now(),
                "recorded_by": by,
            },
        )
        rows.append(row)
    TermsPaper.objects.filter(terms__in=rows).delete()
    CommitteeMember.objects.filter(terms__in=rows).delete()
    order = list(Paper)
    TermsPaper.objects.bulk_create(
        [
            TermsPaper(terms=row, paper=sheet.paper, originals=sheet.originals, copies=sheet.copies)
            for row, one in zip(rows, listed, strict=True)
            for sheet in sorted(one.papers, key=lambda sheet: order.index(Paper(sheet.paper)))
            if sheet.originals or sheet.copies
        ]
    )
    CommitteeMember.objects.bulk_create(
        [
            CommitteeMember(
                terms=row,
                place=place,
                name=signer.name[:160],
                position=signer.position[:160],
                duty=signer.duty[:80],
            )
            for row, one in zip(rows, listed, strict=True)
            for place, signer in enumerate(one.committee, start=1)
        ]
    )
    record_many(
        [
            (
                "invoicing.terms.set",
                row,
                {
                    "valid_from": row.valid_from.isoformat(),
                    "billing_days": row.billing_days,
                    "billing_shift": row.billing_shift,
                    "paying_shift": row.paying_shift,
                    "credit_days": row.credit_days,
                },
            )
            for row in rows
        ],
        by=by,
    )
    keep_holidays()
    for one in _in_force(listed):
        change_terms(
            by=by,
            party=one.buyer,
            terms={"payment_days": one.credit_days, "billing_plan": one.billing_plan},
        )
    return rows


def keep_holidays() -> int:
    """Have the holidays of this year and the next on record, so that days can move off them.

    Works by state and may run at every tick; what staff added or the state announced later stays.

    Returns:
        How many were new.
    """
    year = today().year
    wanted = {year, year + 1}
    known = set(
        Holiday.objects.filter(kind=Holiday.Kind.NATIONAL, day__year__in=wanted)
        .order_by()
        .values_list("day__year", flat=True)
        .distinct()
    )
    return load_holidays(years=wanted - known) if wanted - known else 0


def _in_force(listed: Sequence[TermsInput]) -> list[TermsInput]:
    """Of each buyer, the terms just recorded that hold today and that no later row replaced."""
    newest: dict[int, TermsInput] = {}
    day = today()
    for one in listed:
        if one.valid_from <= day:
            newest[one.buyer.pk] = one
    later = set(
        BuyerTerms.objects.filter(buyer__in=newest, valid_from__lte=day).values_list(
            "buyer_id", "valid_from"
        )
    )
    return [
        one
        for pk, one in newest.items()
        if not any(buyer == pk and since > one.valid_from for buyer, since in later)
    ]


def _require_sound(one: TermsInput) -> None:
    if any(not 1 <= day <= 31 for day in (*one.billing_days, *one.paying_days)):
        raise Refusal(_("วันของเดือนต้องเป็น 1 ถึง 31"), code="bad-day")
    if not 1 <= one.fiscal_month <= 12:
        raise Refusal(_("เดือนสิ้นปีงบประมาณต้องเป็น 1 ถึง 12"), code="bad-month")
    if any(not 0 <= n <= MOST_SHEETS for s in one.papers for n in (s.originals, s.copies)):
        raise Refusal(_("ต้นฉบับและสำเนาใส่ได้ 0 ถึง 9 ฉบับ"), code="bad-sheets")
    if any(not signer.name.strip() for signer in one.committee):
        raise Refusal(_("กรรมการตรวจรับทุกคนต้องมีชื่อ"), code="no-name")
