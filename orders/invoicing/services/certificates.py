"""Withholding certificates (50 ทวิ) that came from buyers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.services import open_accounts, post
from marketplace.parties.models import Buyer
from orders.invoicing import accounts, posting
from orders.invoicing.models import Document, DocumentKind
from orders.invoicing.services.documents import Draft, issue_documents, void_documents


@unit_of_work
def receive_certificate(
    *,
    by: User | None,
    buyer: Buyer,
    number: str,
    certified_on: dt.date,
    parts: Mapping[int, int],
    source: str = "",
    day: dt.date | None = None,
) -> Document:
    """Take in a certificate of tax withheld: it closes what was awaited for these bills.

    Args:
        by: who received it.
        buyer: who withheld and certifies.
        number: as it stands on the paper.
        certified_on: the paper's date.
        parts: bill's primary key → satang withheld.
        source: what it belongs to ("application:7"), so that it can be found again.
        day: the day it came, today when left out.

    Raises:
        Refusal: no number, or nothing withheld.
    """
    number = " ".join(number.split())
    if not number:
        raise Refusal(_("กรุณาใส่เลขที่หนังสือรับรอง"), code="empty", where="number")
    bills = list(Document.objects.asking().filter(buyer=buyer, pk__in=parts).order_by("pk"))
    total = sum(parts[bill.pk] for bill in bills)
    if total <= 0 or len(bills) < len(parts):
        raise Refusal(_("ไม่มีภาษีที่ถูกหักจากบิลเหล่านี้"), code="nothing-withheld")
    came = day or today()
    document = issue_documents(
        by=by,
        drafts=[
            Draft(
                kind=DocumentKind.WITHHOLDING,
                buyer=buyer,
                content={
                    "number": number[:60],
                    "certified_on": certified_on.isoformat(),
                    "source": source,
                    "bills": [
                        {
                            "code": bill.code,
                            "day": bill.day.isoformat(),
                            "base_satang": bill.total_satang - bill.vat_satang,
                            "withheld_satang": parts[bill.pk],
                        }
                        for bill in bills
                    ],
                },
                total_satang=total,
                due_day=came,
                first_day=min(bill.first_day for bill in bills),
                last_day=max(bill.last_day for bill in bills),
                links=[(bill, parts[bill.pk]) for bill in bills],
            )
        ],
        day=came,
    )[0]
    open_accounts(accounts=[accounts.CERTIFIED])
    post(
        by=by,
        journals=[
            posting.certificate_received(
                pk=document.pk,
                code=document.code,
                day=came,
                buyer_name=buyer.name_th,
                parts=[(bill.pk, parts[bill.pk]) for bill in bills],
                withheld=accounts.WITHHELD,
                certified=accounts.CERTIFIED.code,
            )
        ],
    )
    return document


@unit_of_work
def drop_certificates(*, by: User | None, source: str, reason: str) -> Sequence[Document]:
    """Void the standing certificates of a source whose money was undone; none is fine."""
    found = list(
        Document.objects.standing().filter(kind=DocumentKind.WITHHOLDING, content__source=source)
    )
    return void_documents(by=by, documents=found, reason=reason) if found else []


def certified_satang() -> int:
    """Tax withheld whose certificate came, satang."""
    return sum(
        Document.objects.standing()
        .filter(kind=DocumentKind.WITHHOLDING)
        .values_list("total_satang", flat=True)
    )
