"""Bills: issued once per delivery with a gap-free number, settled, voided; never changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common.clock import now, today
from marketplace.common.codes import payment_reference
from marketplace.common.dates import be_year, thai_date
from marketplace.common.money import format_baht
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.models import Journal
from marketplace.ledger.services import open_accounts, post, reverse
from marketplace.parties.models import Buyer, Cooperative
from orders.invoicing import accounts, hooks, posting
from orders.invoicing.exceptions import (
    AlreadyBilled,
    NothingToBill,
    NotVoidable,
    TooMuchForDocument,
)
from orders.invoicing.models import (
    DeliverySale,
    Document,
    DocumentCounter,
    DocumentKind,
    DocumentSale,
    DocumentState,
)
from orders.invoicing.rules import (
    document_code,
    expected_withholding,
    month_of,
    reference_series,
)
from orders.invoicing.terms import Terms, terms_of
from orders.models import Delivery


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


@unit_of_work
def issue_bills(
    *,
    by: User | None,
    buyer: Buyer,
    deliveries: Iterable[Delivery] | None = None,
    month: dt.date | None = None,
    day: dt.date | None = None,
) -> list[Document]:
    """Issue the bills of a buyer: one for all, or one per delivery, as its terms say.

    Args:
        by: who issues.
        buyer: whose deliveries.
        deliveries: exactly these; or
        month: any day of the month whose unbilled deliveries are meant.
        day: the bills' date, today when left out.

    Returns:
        The bills in order of their numbers.

    Raises:
        NothingToBill: none of the deliveries is accepted, worth something and unbilled.
        AlreadyBilled: a delivery named stands on another bill.
        ValueError: neither or both of `deliveries` and `month` are given.
    """
    if (deliveries is None) == (month is None):
        raise ValueError("give deliveries or a month")
    sales = DeliverySale.objects.filter(buyer=buyer, total_satang__gt=0)
    if month is not None:
        sales = sales.unbilled().filter(day__range=month_of(month))
    else:
        sales = sales.filter(delivery__in=list(deliveries or []))
    listed = list(sales.select_for_update(of=("self",)).order_by("pk"))
    if not listed:
        raise NothingToBill
    taken = DocumentSale.objects.filter(sale__in=listed, stands=True).select_related("sale")
    if again := [thai_date(row.sale.day) for row in taken]:
        raise AlreadyBilled(", ".join(again))
    listed.sort(key=lambda sale: (sale.day, sale.pk))
    issued = day or today()
    terms = terms_of(buyer, issued)
    groups = [[sale] for sale in listed] if terms.per_delivery else [listed]
    drafts = [_content(buyer, group, terms) for group in groups]
    open_accounts(accounts=[accounts.unbilled(buyer), accounts.receivable(buyer)])
    try:
        with transaction.atomic():
            documents = _number(
                by=by, buyer=buyer, groups=groups, drafts=drafts, issued=issued, terms=terms
            )
    except IntegrityError as error:
        if "delivery_billed_once" in str(error) or "invoicing_documentsale.sale_id" in str(error):
            raise AlreadyBilled(", ".join(thai_date(sale.day) for sale in listed)) from error
        raise
    return documents


def _number(
    *,
    by: User | None,
    buyer: Buyer,
    groups: Sequence[Sequence[DeliverySale]],
    drafts: Sequence[dict[str, Any]],
    issued: dt.date,
    terms: Terms,
) -> list[Document]:
    cooperative = Cooperative.objects.get()
    series, branch, year = cooperative.bill_series, cooperative.branch, be_year(issued)
    numbers = draw_numbers(series=series, branch=branch, year_be=year, count=len(groups))
    documents: list[Document] = []
    for number, group, draft in zip(numbers, groups, drafts, strict=True):
        total = sum(sale.total_satang for sale in group)
        vat = sum(sale.vat_satang for sale in group)
        due = terms.due_day(issued)
        code = document_code(series, year, number)
        content = {
            **draft,
            "code": code,
            "day": issued.isoformat(),
            "due_day": due.isoformat(),
            "seller": seller_of(cooperative),
            "total_satang": total,
        }
        documents.append(
            Document(
                kind=DocumentKind.BILL,
                series=series,
                branch=branch,
                year_be=year,
                number=number,
                code=code,
                reference=payment_reference(reference_series(series, year), number),
                buyer=buyer,
                day=issued,
                due_day=due,
                first_day=group[0].day,
                last_day=group[-1].day,
                goods_satang=sum(sale.goods_satang for sale in group),
                fee_satang=sum(sale.fee_satang for sale in group),
                vat_satang=vat,
                total_satang=total,
                withholding_satang=expected_withholding(total, vat, buyer.withholding_bp),
                content=content,
                sha256=content_hash(content),
                issued_by=by,
            )
        )
    # The journal's key names the document, so documents come first and point at it afterwards.
    for document, group in zip(documents, groups, strict=True):
        document.save()
        DocumentSale.objects.bulk_create(
            [DocumentSale(document=document, sale=sale) for sale in group]
        )
    post(
        by=by,
        journals=[
            posting.bill_issued(
                pk=document.pk,
                code=document.code,
                day=issued,
                buyer_name=buyer.name_th,
                unbilled=accounts.unbilled(buyer).code,
                receivable=accounts.receivable(buyer).code,
                satang=document.total_satang,
            )
            for document in documents
        ],
    )
    record_many(
        [
            (
                "invoicing.bill.issued",
                document,
                {"code": document.code, "satang": document.total_satang},
            )
            for document in documents
        ],
        by=by,
        party=buyer,
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


def _content(buyer: Buyer, sales: Sequence[DeliverySale], terms: Terms) -> dict[str, Any]:
    """What the paper says, frozen: parties as they are called today, every line and its price."""
    deliveries = []
    for sale in (
        DeliverySale.objects.filter(pk__in=[sale.pk for sale in sales])
        .select_related("delivery__order__purchase_order", "delivery__order__site")
        .prefetch_related("lines__line__product")
        .order_by("day", "pk")
    ):
        order = sale.delivery.order
        deliveries.append(
            {
                "delivery": sale.delivery_id,
                "day": sale.day.isoformat(),
                "order": order.number,
                "site": order.site.name,
                "po": order.purchase_order.number if order.purchase_order else "",
                "goods_satang": sale.goods_satang,
                "fee_satang": sale.fee_satang,
                "vat_satang": sale.vat_satang,
                "total_satang": sale.total_satang,
                "lines": [
                    {
                        "line": row.line_id,
                        "product": row.line.product.title,
                        "product_en": row.line.product.title_en,
                        "grade": row.line.min_grade,
                        "unit": row.line.base_unit,
                        "unit_label": row.line.product.unit_label_th,
                        "qty": row.taken_qty,
                        "prices": row.prices,
                        "value_satang": row.value_satang,
                        "vat_bp": row.vat_bp,
                        "vat_satang": row.vat_satang,
                    }
                    for row in sale.lines.all()
                    if row.taken_qty
                ],
            }
        )
    return {
        "buyer": {**party(buyer), "payment_days": terms.credit_days},
        "deliveries": deliveries,
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
    return documents


@unit_of_work
def void_documents(
    *, by: User | None, documents: Sequence[Document], reason: str
) -> list[Document]:
    """Void bills on which no money was counted: kept with their number, their deliveries free again.

    Raises:
        NotVoidable: void already, or something was paid on it.
    """
    locked = list(
        Document.objects.select_for_update()
        .filter(pk__in=[document.pk for document in documents])
        .select_related(None)
        .order_by("pk")
    )
    for document in locked:
        if document.state == DocumentState.VOID or document.settled_satang:
            raise NotVoidable(document.code)
    moment = now()
    for document in locked:
        document.state = DocumentState.VOID
        document.voided_at = moment
        document.voided_by = by
        document.void_reason = reason
        document.save(update_fields=["state", "voided_at", "voided_by", "void_reason"])
    DocumentSale.objects.filter(document__in=locked, stands=True).update(stands=False)
    reverse(
        by=by,
        journals=list(Journal.objects.filter(key__in=[f"document:{d.pk}" for d in locked])),
        reason=f"ยกเลิกเอกสาร: {reason}",
    )
    record_many(
        [("invoicing.bill.voided", d, {"code": d.code, "reason": reason}) for d in locked], by=by
    )
    for told in hooks.documents_changed:
        told(locked, by)
    return locked
