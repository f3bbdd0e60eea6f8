"""Billing notes (ใบวางบิล) that group bills, and receipts for money that came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.common.clock import today
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import Buyer
from orders.invoicing import hooks
from orders.invoicing.exceptions import NothingToIssue
from orders.invoicing.models import Document, DocumentKind
from orders.invoicing.services.documents import Draft, issue_documents, unreceipted
from orders.invoicing.terms import terms_of


def _locked(buyer: Buyer, bills: Iterable[Document]) -> list[Document]:
    return list(
        Document.objects.asking()
        .standing()
        .select_for_update(of=("self",))
        .filter(buyer=buyer, pk__in=[bill.pk for bill in bills])
        .order_by("pk")
    )


@unit_of_work
def issue_billing_note(
    *, by: User | None, buyer: Buyer, bills: Iterable[Document], day: dt.date | None = None
) -> Document:
    """Group open bills of a buyer on one billing note; it posts nothing.

    Args:
        by: who issues.
        buyer: whose bills; another buyer's are left out.
        bills: open bills and debit notes that stand on no billing note.
        day: the note's date, today when left out.

    Raises:
        NothingToIssue: none of them is open and uncarried, or one stands on another note.
    """
    issued = day or today()
    listed = _locked(buyer, bills)
    free = set(
        Document.objects.uncarried()
        .filter(pk__in=[bill.pk for bill in listed])
        .values_list("pk", flat=True)
    )
    if not listed or len(free) < len(listed):
        raise NothingToIssue(
            DocumentKind.BILLING_NOTE.label, _("ต้องเป็นบิลที่ยังค้างและยังไม่อยู่ในใบวางบิลอื่น")
        )
    terms = terms_of(buyer, issued)
    draft = Draft(
        kind=DocumentKind.BILLING_NOTE,
        buyer=buyer,
        content={
            "place": terms.billing_place,
            "contact": terms.contact,
            "pays_by": terms.pays_by,
            "bills": [
                {
                    "code": bill.code,
                    "kind": bill.kind,
                    "reference": bill.reference,
                    "day": bill.day.isoformat(),
                    "due_day": bill.due_day.isoformat(),
                    "total_satang": bill.total_satang,
                    "open_satang": bill.open_satang,
                }
                for bill in listed
            ],
        },
        total_satang=sum(bill.open_satang for bill in listed),
        withholding_satang=sum(
            0 if bill.settled_satang else bill.withholding_satang for bill in listed
        ),
        due_day=max(bill.due_day for bill in listed),
        first_day=min(bill.first_day for bill in listed),
        last_day=max(bill.last_day for bill in listed),
        links=[(bill, bill.open_satang) for bill in listed],
    )
    try:
        with transaction.atomic():
            return issue_documents(by=by, drafts=[draft], day=issued)[0]
    except IntegrityError as error:
        raise NothingToIssue(DocumentKind.BILLING_NOTE.label, _("บิลนี้อยู่ในใบวางบิลอื่นแล้ว")) from error


@unit_of_work
def issue_receipt(
    *, by: User | None, buyer: Buyer, bills: Iterable[Document], day: dt.date | None = None
) -> Document:
    """Issue one receipt for what came on these bills and stands on no receipt yet.

    What a credit note took off is not received. Tax withheld counts as received and is named.

    Args:
        by: who issues.
        buyer: who paid.
        bills: paid in full or in part.
        day: the receipt's date, today when left out.

    Raises:
        NothingToIssue: nothing came that no receipt covers.
    """
    issued = day or today()
    listed = _locked(buyer, bills)
    came = unreceipted(listed)
    covered = [(bill, came[bill.pk]) for bill in listed if came[bill.pk] > 0]
    if not covered:
        raise NothingToIssue(DocumentKind.RECEIPT.label, _("ยังไม่มีเงินเข้าที่ยังไม่ได้ออกใบเสร็จ"))
    withheld = _withheld([bill for bill, _satang in covered])
    draft = Draft(
        kind=DocumentKind.RECEIPT,
        buyer=buyer,
        content={
            "pays_by": terms_of(buyer, issued).pays_by,
            "bills": [
                {
                    "code": bill.code,
                    "kind": bill.kind,
                    "day": bill.day.isoformat(),
                    "total_satang": bill.total_satang,
                    "received_satang": satang,
                    "withheld_satang": min(satang, withheld.get(bill.pk, 0)),
                    "paid_day": bill.settled_day.isoformat() if bill.settled_day else "",
                }
                for bill, satang in covered
            ],
        },
        total_satang=sum(satang for _bill, satang in covered),
        due_day=issued,
        first_day=min(bill.first_day for bill, _satang in covered),
        last_day=max(bill.last_day for bill, _satang in covered),
        links=covered,
    )
    return issue_documents(by=by, drafts=[draft], day=issued)[0]


def _withheld(bills: Sequence[Document]) -> dict[int, int]:
    """Tax withheld from bills, less what earlier receipts named already."""
    found: dict[int, int] = {}
    for told in hooks.withheld_from:
        for pk, satang in told([bill.pk for bill in bills]).items():
            found[pk] = found.get(pk, 0) + satang
    codes = {bill.code: bill.pk for bill in bills}
    for receipt in (
        Document.objects.standing()
        .filter(kind=DocumentKind.RECEIPT, links__of__in=bills)
        .distinct()
    ):
        for row in receipt.content["bills"]:
            if row["code"] in codes:
                pk = codes[row["code"]]
                found[pk] = max(0, found.get(pk, 0) - row["withheld_satang"])
    return found
