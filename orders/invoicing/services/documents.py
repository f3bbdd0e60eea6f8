"""Every document: numbered without a gap, issued, settled, voided; never changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Sum

from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common.clock import now, today
from marketplace.common.codes import payment_reference
from marketplace.common.dates import be_year
from marketplace.common.money import format_baht
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.models import Journal
from marketplace.ledger.services import reverse
from marketplace.parties.models import Buyer, Cooperative
from orders.invoicing import hooks
from orders.invoicing.exceptions import NotVoidable, StillNeeded, TooMuchForDocument
from orders.invoicing.models import (
    ASKING,
    Document,
    DocumentCounter,
    DocumentDelivery,
    DocumentKind,
    DocumentLink,
    DocumentSale,
    DocumentState,
)
from orders.invoicing.rules import document_code, reference_series
from orders.models import Delivery, Order

SERIES: Final = {
    DocumentKind.QUOTATION: "QT",
    DocumentKind.ACCEPTANCE: "AR",
    DocumentKind.TAX_INVOICE: "TX",
    DocumentKind.BILLING_NOTE: "BN",
    DocumentKind.RECEIPT: "RE",
    DocumentKind.CREDIT_NOTE: "CN",
    DocumentKind.DEBIT_NOTE: "DN",
    DocumentKind.WITHHOLDING: "WC",
}
"""Series of each kind; bills carry the cooperative's own."""


@dataclass
class Draft:
    """A document about to be issued: everything but its number.

    Attributes:
        content: what the paper says; number, day, parties and total are added.
        total_satang: goods + fee + VAT.
        links: other documents it speaks of, and satang of each.
        deliveries: deliveries it is about, and satang of each.
    """

    kind: DocumentKind
    buyer: Buyer
    content: dict[str, Any]
    total_satang: int
    due_day: dt.date
    first_day: dt.date
    last_day: dt.date
    fee_satang: int = 0
    vat_satang: int = 0
    withholding_satang: int = 0
    order: Order | None = None
    links: Sequence[tuple[Document, int]] = field(default_factory=tuple)
    deliveries: Sequence[tuple[Delivery, int]] = field(default_factory=tuple)


def draw_numbers(*, series: str, branch: str, year_be: int, count: int) -> list[int]:
    """Draw the next numbers of a series; call it last in the unit of work that uses them.

    The counter row stays locked until the transaction ends, so an undone issue leaves no gap.
    """
    DocumentCounter.objects.bulk_create(
        [DocumentCounter(series=series, branch=branch, year_be=year_be)], ignore_conflicts=True
    )
    counter = DocumentCounter.objects.select_for_update().get(
        series=series, branch=branch, year_be=year_be
    )
    first = counter.last + 1
    counter.last += count
    counter.save(update_fields=["last"])
    return list(range(first, first + count))


def issue_documents(*, by: User | None, drafts: Sequence[Draft], day: dt.date) -> list[Document]:
    """Give drafts of one kind their numbers and freeze them; within the caller's unit of work.

    Their journals and the rows that only this kind has are the caller's.

    Args:
        by: who issues.
        drafts: of one kind.
        day: the documents' date.

    Returns:
        The documents in order of their numbers.
    """
    if not drafts:
        return []
    cooperative = Cooperative.objects.get()
    kind = drafts[0].kind
    series = SERIES.get(kind, cooperative.bill_series)
    branch, year = cooperative.branch, be_year(day)
    numbers = draw_numbers(series=series, branch=branch, year_be=year, count=len(drafts))
    documents: list[Document] = []
    for number, draft in zip(numbers, drafts, strict=True):
        code = document_code(series, year, number)
        content = {
            **draft.content,
            "code": code,
            "day": day.isoformat(),
            "due_day": draft.due_day.isoformat(),
            "seller": seller_of(cooperative),
            "total_satang": draft.total_satang,
        }
        content.setdefault("buyer", party(draft.buyer))
        document = Document(
            kind=kind,
            series=series,
            branch=branch,
            year_be=year,
            number=number,
            code=code,
            reference=payment_reference(reference_series(series, year), number),
            buyer=draft.buyer,
            order=draft.order,
            day=day,
            due_day=draft.due_day,
            first_day=draft.first_day,
            last_day=draft.last_day,
            goods_satang=draft.total_satang - draft.fee_satang - draft.vat_satang,
            fee_satang=draft.fee_satang,
            vat_satang=draft.vat_satang,
            total_satang=draft.total_satang,
            withholding_satang=draft.withholding_satang,
            content=content,
            sha256=content_hash(content),
            issued_by=by,
        )
        # One by one: a journal's key names its document.
        document.save()
        documents.append(document)
    DocumentLink.objects.bulk_create(
        [
            DocumentLink(document=document, kind=kind, of=of, satang=satang)
            for document, draft in zip(documents, drafts, strict=True)
            for of, satang in draft.links
        ]
    )
    DocumentDelivery.objects.bulk_create(
        [
            DocumentDelivery(document=document, kind=kind, delivery=delivery, satang=satang)
            for document, draft in zip(documents, drafts, strict=True)
            for delivery, satang in draft.deliveries
        ]
    )
    record_many(
        [
            (
                f"invoicing.{kind}.issued",
                document,
                {"code": document.code, "satang": document.total_satang},
            )
            for document in documents
        ],
        by=by,
        party=drafts[0].buyer,
    )
    return documents


def content_hash(content: dict[str, Any]) -> str:
    """SHA-256 of a document's content in one canonical spelling."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def party(buyer: Buyer) -> dict[str, Any]:
    """The buyer as its papers name it."""
    return {
        "name": buyer.name_th,
        "address": buyer.address,
        "tax_id": buyer.tax_id,
        "branch": buyer.branch,
        "withholding_bp": buyer.withholding_bp,
    }


def seller_of(cooperative: Cooperative) -> dict[str, str]:
    """The cooperative as its papers name it."""
    return {
        "name": cooperative.name_th,
        "address": cooperative.address,
        "tax_id": cooperative.tax_id,
        "branch": cooperative.branch,
        "phone": cooperative.phone,
        "biller_id": cooperative.promptpay_biller_id,
    }


@unit_of_work
def settle_documents(
    *, by: User | None, amounts: dict[int, int], day: dt.date | None = None
) -> list[Document]:
    """Count money on bills, or take it off again when its application is undone.

    Args:
        by: who applies.
        amounts: document's primary key → satang, tax withheld included; below zero to take off.
        day: the day the money came, for bills that are paid in full by it; today when left out.

    Raises:
        TooMuchForDocument: more than is open on a bill, or the bill is void.
    """
    documents = list(Document.objects.select_for_update().filter(pk__in=amounts).order_by("pk"))
    reopened: list[Document] = []
    for document in documents:
        satang = amounts[document.pk]
        if satang > document.open_satang or (document.state == DocumentState.VOID and satang):
            raise TooMuchForDocument(document.code, format_baht(document.open_satang))
        if document.is_paid and satang < 0:
            reopened.append(document)
        document.settled_satang += satang
        document.settled_day = (day or today()) if document.is_paid else None
        document.save(update_fields=["settled_satang", "settled_day"])
    for told in hooks.documents_changed:
        told(documents, by)
    if reopened:
        for told in hooks.documents_reopened:
            told(reopened, by)
    withdraw_receipts(by=by, bills=[one for one in documents if amounts[one.pk] < 0])
    return documents


def unreceipted(bills: Sequence[Document]) -> dict[int, int]:
    """Money that came for bills and stands on no receipt yet, satang by primary key.

    Below zero: a receipt says more than is still counted on the bill.
    """
    found = {bill.pk: bill.settled_satang for bill in bills}
    for of, satang in (
        DocumentLink.objects.filter(
            of__in=found,
            stands=True,
            kind__in=[DocumentKind.RECEIPT, DocumentKind.CREDIT_NOTE],
        )
        .order_by()
        .values("of")
        .annotate(total=Sum("satang"))
        .values_list("of", "total")
    ):
        found[of] -= satang
    return found


def withdraw_receipts(*, by: User | None, bills: Sequence[Document]) -> list[Document]:
    """Void the newest receipts of bills whose money was taken off again; within a unit of work."""
    gone: list[Document] = []
    for bill in bills:
        while unreceipted([bill])[bill.pk] < 0:
            newest = (
                Document.objects.filter(
                    kind=DocumentKind.RECEIPT, links__of=bill, links__stands=True
                )
                .order_by("-pk")
                .first()
            )
            if newest is None:
                break
            gone += void_documents(by=by, documents=[newest], reason=f"ยกเลิกการตัดชำระ {bill.code}")
    return gone


@unit_of_work
def void_documents(
    *, by: User | None, documents: Sequence[Document], reason: str
) -> list[Document]:
    """Void documents: kept with their number; what stood on them is free again, what they posted is
    reversed, what a credit note took off a bill is asked for again.

    Raises:
        NotVoidable: void already, or something was paid on it.
        StillNeeded: a standing billing note, receipt, credit or debit note speaks of it.
        Overdrawn: the deposit that a credit note left was used since.
    """
    locked = list(
        Document.objects.select_for_update(of=("self",))
        .filter(pk__in=[document.pk for document in documents])
        .order_by("pk")
    )
    for document in locked:
        if document.state == DocumentState.VOID or document.settled_satang:
            raise NotVoidable(document.code)
    needed = DocumentLink.objects.filter(of__in=locked, stands=True).exclude(document__in=locked)
    for link in needed.select_related("document", "of"):
        raise StillNeeded(link.of.code, link.document.code)
    moment = now()
    for document in locked:
        document.state = DocumentState.VOID
        document.voided_at = moment
        document.voided_by = by
        document.void_reason = reason[:200]
        document.save(update_fields=["state", "voided_at", "voided_by", "void_reason"])
    credited = [
        (link.of_id, link.satang)
        for link in DocumentLink.objects.filter(
            document__in=locked, kind=DocumentKind.CREDIT_NOTE, stands=True
        )
        if link.satang
    ]
    DocumentSale.objects.filter(document__in=locked, stands=True).update(stands=False)
    DocumentLink.objects.filter(document__in=locked, stands=True).update(stands=False)
    DocumentDelivery.objects.filter(document__in=locked, stands=True).update(stands=False)
    back: dict[int, int] = {}
    for bill, satang in credited:
        back[bill] = back.get(bill, 0) - satang
    if back:
        settle_documents(by=by, amounts=back)
    journals = list(Journal.objects.filter(key__in=[f"document:{d.pk}" for d in locked]))
    if journals:
        reverse(by=by, journals=journals, reason=f"ยกเลิกเอกสาร: {reason}")
    record_many(
        [(f"invoicing.{d.kind}.voided", d, {"code": d.code, "reason": reason}) for d in locked],
        by=by,
    )
    if asking := [one for one in locked if one.kind in ASKING]:
        for told in hooks.documents_changed:
            told(asking, by)
    return locked
