"""Quotations (ใบเสนอราคา) of an advance order, before the buyer's own purchase order."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.common.money import value_of
from marketplace.common.transactions import unit_of_work
from orders.invoicing.exceptions import NothingToIssue
from orders.invoicing.models import Document, DocumentKind
from orders.invoicing.rules import TaxedLine, vat_of_lines
from orders.invoicing.services.documents import Draft, issue_documents
from orders.invoicing.services.sales import Taxes
from orders.models import DeliveryFee, Line, Order
from orders.states import DeliveryState


@unit_of_work
def issue_quotation(
    *,
    by: User | None,
    order: Order,
    valid_until: dt.date,
    day: dt.date | None = None,
) -> Document:
    """Offer what an advance order asks for at its prices, until a day.

    Args:
        by: who issues.
        order: with lines that are not cancelled.
        valid_until: the last day the offer holds.
        day: the quotation's date, today when left out.

    Raises:
        NothingToIssue: the order has no line left.
        Refusal: it would end before it begins (code "valid-until").
    """
    issued = day or today()
    if valid_until < issued:
        raise Refusal(
            _("วันที่ยืนราคาต้องไม่ก่อนวันที่ออกใบเสนอราคา"), code="valid-until", where="valid_until"
        )
    lines = [
        line
        for line in Line.objects.filter(order=order)
        .exclude(delivery__state=DeliveryState.CANCELLED)
        .select_related("product", "cycle")
        .order_by("cycle__delivery_day", "product__title", "pk")
        if line.ordered_qty
    ]
    if not lines:
        raise NothingToIssue(DocumentKind.QUOTATION.label, _("ใบจองนี้ไม่มีรายการเหลือ"))
    taxes = Taxes.of({line.product_id for line in lines})
    values = [value_of(line.ordered_qty, line.price_satang, per=line.per) for line in lines]
    rates = [taxes.rate_bp(line.product_id, line.cycle.delivery_day) for line in lines]
    # VAT is charged per delivery, so the quotation rounds it so too and the bills will agree.
    days = sorted({line.cycle.delivery_day for line in lines})
    vat = 0
    for one in days:
        vat += sum(
            vat_of_lines(
                [
                    TaxedLine(value, rate)
                    for line, value, rate in zip(lines, values, rates, strict=True)
                    if line.cycle.delivery_day == one
                ]
            )
        )
    fee = sum(
        DeliveryFee.objects.filter(delivery__order=order)
        .exclude(delivery__state=DeliveryState.CANCELLED)
        .values_list("satang", flat=True)
    )
    rows: dict[tuple[str, str, int, int], dict[str, object]] = {}
    for line, value, rate in zip(lines, values, rates, strict=True):
        row = rows.setdefault(
            (line.product.title, line.min_grade, line.price_satang, rate),
            {
                "product": line.product.title,
                "grade": line.min_grade,
                "unit": line.base_unit,
                "unit_label": line.product.unit_label_th,
                "price_satang": line.price_satang,
                "vat_bp": rate,
                "qty": 0,
                "value_satang": 0,
            },
        )
        row["qty"] += line.ordered_qty  # type: ignore[operator]
        row["value_satang"] += value  # type: ignore[operator]
    draft = Draft(
        kind=DocumentKind.QUOTATION,
        buyer=order.buyer,
        content={
            "order": order.number,
            "site": order.site.name,
            "address": order.site.address,
            "first_day": days[0].isoformat(),
            "last_day": days[-1].isoformat(),
            "deliveries": len(days),
            "payment_days": order.payment_days,
            "lines": [rows[key] for key in sorted(rows)],
        },
        total_satang=sum(values) + fee + vat,
        fee_satang=fee,
        vat_satang=vat,
        due_day=valid_until,
        first_day=days[0],
        last_day=days[-1],
        order=order,
    )
    return issue_documents(by=by, drafts=[draft], day=issued)[0]
