"""Bills: issued once per delivery, for a month or one by one, as the buyer's terms say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from marketplace.accounts.models import User
from marketplace.common.clock import today
from marketplace.common.dates import thai_date
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.services import open_accounts, post
from marketplace.parties.models import Buyer
from orders.invoicing import accounts, posting
from orders.invoicing.exceptions import AlreadyBilled, NothingToBill
from orders.invoicing.models import (
    BudgetLine,
    DeliverySale,
    Document,
    DocumentKind,
    DocumentSale,
)
from orders.invoicing.rules import expected_withholding, month_of
from orders.invoicing.services.documents import Draft, issue_documents, party
from orders.invoicing.terms import Terms, terms_of
from orders.models import Delivery


@unit_of_work
def issue_bills(
    *,
    by: User | None,
    buyer: Buyer,
    deliveries: Iterable[Delivery] | None = None,
    month: dt.date | None = None,
    day: dt.date | None = None,
) -> list[Document]:
    """Issue the bills of a buyer: one for all, or one per delivery, as its terms say, and always one
    for each budget line that its purchase orders name.

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
    groups = [
        part
        for budget in _by_budget(listed)
        for part in ([[sale] for sale in budget] if terms.per_delivery else [budget])
    ]
    drafts = [_draft(buyer, group, terms, issued) for group in groups]
    open_accounts(accounts=[accounts.unbilled(buyer), accounts.receivable(buyer)])
    try:
        with transaction.atomic():
            documents = issue_documents(by=by, drafts=drafts, day=issued)
            DocumentSale.objects.bulk_create(
                [
                    DocumentSale(document=document, sale=sale)
                    for document, group in zip(documents, groups, strict=True)
                    for sale in group
                ]
            )
    except IntegrityError as error:
        if "delivery_billed_once" in str(error) or "invoicing_documentsale.sale_id" in str(error):
            raise AlreadyBilled(", ".join(thai_date(sale.day) for sale in listed)) from error
        raise
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
    return documents


def _by_budget(sales: Sequence[DeliverySale]) -> list[list[DeliverySale]]:
    """Deliveries kept apart by the budget line of their purchase order, in order of first delivery."""
    names = dict(
        BudgetLine.objects.filter(purchase_order__orders__deliveries__sale__in=sales).values_list(
            "purchase_order__orders__deliveries__sale", "name"
        )
    )
    found: dict[str, list[DeliverySale]] = {}
    for sale in sales:
        found.setdefault(names.get(sale.pk, ""), []).append(sale)
    return list(found.values())


def _draft(buyer: Buyer, group: Sequence[DeliverySale], terms: Terms, issued: dt.date) -> Draft:
    total = sum(sale.total_satang for sale in group)
    vat = sum(sale.vat_satang for sale in group)
    return Draft(
        kind=DocumentKind.BILL,
        buyer=buyer,
        content=_content(buyer, group, terms),
        total_satang=total,
        fee_satang=sum(sale.fee_satang for sale in group),
        vat_satang=vat,
        withholding_satang=expected_withholding(total, vat, buyer.withholding_bp),
        due_day=terms.due_day(issued),
        first_day=group[0].day,
        last_day=group[-1].day,
    )


def _content(buyer: Buyer, sales: Sequence[DeliverySale], terms: Terms) -> dict[str, Any]:
    """What the paper says, frozen: parties as they are called today, every line and its price."""
    deliveries = []
    for sale in (
        DeliverySale.objects.filter(pk__in=[sale.pk for sale in sales])
        .select_related("delivery__order__purchase_order__budget", "delivery__order__site")
        .prefetch_related("lines__line__product")
        .order_by("day", "pk")
    ):
        order = sale.delivery.order
        budget = getattr(order.purchase_order, "budget", None)
        deliveries.append(
            {
                "delivery": sale.delivery_id,
                "day": sale.day.isoformat(),
                "order": order.number,
                "site": order.site.name,
                "po": order.purchase_order.number if order.purchase_order else "",
                "budget": budget.name if budget else "",
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
