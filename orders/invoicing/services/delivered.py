"""Papers of one delivery: the acceptance report (ใบตรวจรับพัสดุ) and the tax invoice (ใบกำกับภาษี)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.common.clock import today
from marketplace.common.dates import bangkok_date
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import Cooperative
from orders.fulfilment.models import Acceptance, DeliveryNote
from orders.invoicing.exceptions import NothingToIssue
from orders.invoicing.models import (
    DeliverySale,
    Document,
    DocumentDelivery,
    DocumentKind,
    LineSale,
    VatStatus,
)
from orders.invoicing.services.documents import Draft, issue_documents
from orders.invoicing.terms import terms_of
from orders.models import Delivery, Order


def _of_order(order: Order) -> dict[str, Any]:
    """What papers of a delivery say of its order."""
    po = order.purchase_order
    return {
        "order": order.number,
        "site": order.site.name,
        "address": order.site.address,
        "po": po.number if po else "",
        "po_day": po.dated.isoformat() if po else "",
    }


def _fresh(deliveries: Iterable[Delivery], kind: DocumentKind) -> list[int]:
    """Deliveries, locked, that no standing paper of the kind is about."""
    locked = list(
        Delivery.objects.select_for_update(of=("self",))
        .filter(pk__in=[delivery.pk for delivery in deliveries])
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    done = set(
        DocumentDelivery.objects.filter(delivery__in=locked, kind=kind, stands=True).values_list(
            "delivery_id", flat=True
        )
    )
    return [pk for pk in locked if pk not in done]


def _issue(
    by: User | None, drafts: list[tuple[dt.date, Draft]], kind: DocumentKind
) -> list[Document]:
    """Issue drafts by day, so that numbers rise with days."""
    made: list[Document] = []
    drafts.sort(key=lambda one: one[0])
    try:
        with transaction.atomic():
            for day, draft in drafts:
                made += issue_documents(by=by, drafts=[draft], day=day)
    except IntegrityError as error:
        raise NothingToIssue(kind.label, _("เพิ่งมีคนออกให้การส่งนี้ไปแล้ว")) from error
    return made


@unit_of_work
def issue_acceptance_reports(*, by: User | None, deliveries: Iterable[Delivery]) -> list[Document]:
    """Issue the acceptance report of each accepted delivery that has none, dated as it was accepted.

    The committee that signs is the one named in the buyer's terms of that day.

    Raises:
        NothingToIssue: none of them is accepted and without a report.
    """
    fresh = _fresh(deliveries, DocumentKind.ACCEPTANCE)
    drafts = []
    for acceptance in (
        Acceptance.objects.filter(delivery__in=fresh)
        .select_related("delivery__order__buyer", "delivery__order__site", "delivery__cycle")
        .select_related("delivery__order__purchase_order")
        .prefetch_related("lines__line__product")
        .order_by("delivery_id")
    ):
        delivery = acceptance.delivery
        order, buyer = delivery.order, delivery.order.buyer
        day = bangkok_date(acceptance.at)
        sale = DeliverySale.objects.filter(delivery=delivery).first()
        worth = dict(
            LineSale.objects.filter(sale__delivery=delivery).values_list("line_id", "value_satang")
        )
        note = DeliveryNote.objects.filter(delivery=delivery).first()
        total = sale.total_satang if sale else 0
        content = {
            **_of_order(order),
            "delivered_day": delivery.cycle.delivery_day.isoformat(),
            "note": note.code if note else "",
            "note_day": bangkok_date(note.issued_at).isoformat() if note else "",
            "receiver": acceptance.receiver_name,
            "committee": [
                {"name": one.name, "position": one.position, "duty": one.duty}
                for one in terms_of(buyer, day).committee
            ],
            "fee_satang": sale.fee_satang if sale else 0,
            "vat_satang": sale.vat_satang if sale else 0,
            "lines": [
                {
                    "product": row.line.product.title,
                    "grade": row.line.min_grade,
                    "unit": row.line.base_unit,
                    "unit_label": row.line.product.unit_label_th,
                    "ordered_qty": row.ordered_qty,
                    "delivered_qty": row.delivered_qty,
                    "accepted_qty": row.taken_qty,
                    "rejected_qty": row.rejected_qty,
                    "downgraded_qty": row.downgraded_qty,
                    "accepted_grade": row.accepted_grade,
                    "reason": row.reason,
                    "value_satang": worth.get(row.line_id, 0),
                }
                for row in sorted(acceptance.lines.all(), key=lambda one: one.line.product.title)
            ],
        }
        drafts.append(
            (
                day,
                Draft(
                    kind=DocumentKind.ACCEPTANCE,
                    buyer=buyer,
                    content=content,
                    total_satang=total,
                    fee_satang=sale.fee_satang if sale else 0,
                    vat_satang=sale.vat_satang if sale else 0,
                    due_day=day,
                    first_day=delivery.cycle.delivery_day,
                    last_day=delivery.cycle.delivery_day,
                    deliveries=[(delivery, total)],
                ),
            )
        )
    if not drafts:
        raise NothingToIssue(
            DocumentKind.ACCEPTANCE.label, _("ยังไม่มีการส่งที่ตรวจรับแล้วและยังไม่มีใบตรวจรับ")
        )
    return _issue(by, drafts, DocumentKind.ACCEPTANCE)


@unit_of_work
def issue_tax_invoices(
    *, by: User | None, deliveries: Iterable[Delivery], day: dt.date | None = None
) -> list[Document]:
    """Issue the full tax invoice of each delivery with goods that are not exempt.

    Only those goods stand on it; VAT is the delivery's, rounded once per category. The tax point is
    the delivery, so the cooperative must have been registered on that day.

    Args:
        by: who issues.
        deliveries: accepted ones.
        day: the invoices' date, today when left out.

    Raises:
        NothingToIssue: none of them has taxed goods without a tax invoice.
        Refusal: the cooperative has no tax number, or is not registered on a delivery's day.
    """
    issued = day or today()
    fresh = _fresh(deliveries, DocumentKind.TAX_INVOICE)
    sales = list(
        DeliverySale.objects.filter(delivery__in=fresh, vat_satang__gt=0)
        .select_related("buyer", "delivery__order__site", "delivery__order__purchase_order")
        .prefetch_related("lines__line__product")
        .order_by("day", "pk")
    )
    if not sales:
        raise NothingToIssue(DocumentKind.TAX_INVOICE.label, _("ไม่มีสินค้าที่ต้องเสียภาษี หรือออกครบแล้ว"))
    if not Cooperative.objects.get().tax_id:
        raise Refusal(_("ใส่เลขประจำตัวผู้เสียภาษีของสหกรณ์ก่อนออกใบกำกับภาษี"), code="no-tax-id")
    drafts = []
    for sale in sales:
        status = VatStatus.objects.filter(valid_from__lte=sale.day).first()
        if status is None or not status.registered:
            raise Refusal(
                _("สหกรณ์ยังไม่ได้จดทะเบียนภาษีมูลค่าเพิ่มในวันส่ง จึงออกใบกำกับภาษีไม่ได้"),
                code="not-registered",
            )
        lines = [line for line in sale.lines.all() if line.vat_bp and line.value_satang]
        value = sum(line.value_satang for line in lines)
        drafts.append(
            (
                issued,
                Draft(
                    kind=DocumentKind.TAX_INVOICE,
                    buyer=sale.buyer,
                    content={
                        **_of_order(sale.delivery.order),
                        "delivered_day": sale.day.isoformat(),
                        "lines": [
                            {
                                "product": line.line.product.title,
                                "grade": line.line.min_grade,
                                "unit": line.line.base_unit,
                                "unit_label": line.line.product.unit_label_th,
                                "qty": line.taken_qty,
                                "value_satang": line.value_satang,
                                "vat_bp": line.vat_bp,
                                "vat_satang": line.vat_satang,
                            }
                            for line in lines
                        ],
                        "rates": _rates(lines),
                    },
                    total_satang=value + sale.vat_satang,
                    vat_satang=sale.vat_satang,
                    due_day=issued,
                    first_day=sale.day,
                    last_day=sale.day,
                    deliveries=[(sale.delivery, value + sale.vat_satang)],
                ),
            )
        )
    return _issue(by, drafts, DocumentKind.TAX_INVOICE)


def _rates(lines: list[LineSale]) -> list[dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for line in lines:
        row = found.setdefault(
            line.vat_bp, {"rate_bp": line.vat_bp, "value_satang": 0, "vat_satang": 0}
        )
        row["value_satang"] += line.value_satang
        row["vat_satang"] += line.vat_satang
    return [found[rate] for rate in sorted(found)]
