"""The buyer's own purchase orders (ใบสั่งซื้อ): recorded here, never issued here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record, record_many
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import Buyer
from orders.models import Order, PurchaseOrder
from orders.services.locking import lock
from orders.services.progress import keys_of


@unit_of_work
def record_purchase_order(
    *,
    by: User | None,
    buyer: Buyer,
    number: str,
    dated: dt.date,
    ceiling_satang: int | None = None,
    file: object = None,
) -> PurchaseOrder:
    """Record a buyer's purchase order; the same number again is the same document.

    Args:
        by: who records it.
        buyer: whose document.
        number: as it stands on the paper.
        dated: the paper's date.
        ceiling_satang: the most it pays for, if it names an amount.
        file: the scanned paper, if any.

    Raises:
        Refusal: no number; a known number with another date or amount (code "different").
    """
    number = " ".join(number.split())
    if not number:
        raise Refusal(_("กรุณาใส่เลขที่ใบสั่งซื้อ"), code="empty", where="number")
    if ceiling_satang is not None and ceiling_satang <= 0:
        raise Refusal(_("วงเงินต้องมากกว่า 0"), code="ceiling", where="ceiling")
    known = PurchaseOrder.objects.filter(buyer=buyer, number=number).first()
    if known is not None:
        if known.dated != dated or (
            ceiling_satang is not None and known.ceiling_satang != ceiling_satang
        ):
            raise Refusal(
                _("มีใบสั่งซื้อเลขที่ %(number)s อยู่แล้ว วันที่หรือวงเงินไม่ตรงกัน กรุณาเลือกใบเดิมหรือตรวจเลขที่")
                % {"number": number},
                code="different",
                where="number",
            )
        return known
    purchase_order = PurchaseOrder.objects.create(
        buyer=buyer,
        number=number,
        dated=dated,
        ceiling_satang=ceiling_satang,
        file=file or "",
        created_by=by,
    )
    record(
        by=by,
        action="orders.purchase-order.recorded",
        subject=purchase_order,
        party=buyer,
        data={"number": number, "ceiling_satang": ceiling_satang},
    )
    return purchase_order


@unit_of_work
def attach_purchase_order(
    *, by: User | None, orders: Iterable[Order | int], purchase_order: PurchaseOrder | None
) -> list[Order]:
    """Say which purchase order covers these orders (None: none yet); return those that changed.

    Raises:
        Refusal: the document is another buyer's.
    """
    keys = lock(Order.objects.filter(pk__in=keys_of(orders)))
    rows = list(Order.objects.filter(pk__in=keys).order_by("pk"))
    if purchase_order is not None and any(row.buyer_id != purchase_order.buyer_id for row in rows):
        raise Refusal(_("ใบสั่งซื้อนี้เป็นของผู้ซื้ออื่น กรุณาเลือกใหม่"), code="foreign-po")
    chosen = purchase_order.pk if purchase_order else None
    changed = [row for row in rows if row.purchase_order_id != chosen]
    Order.objects.filter(pk__in=[row.pk for row in changed]).update(purchase_order=purchase_order)
    for row in changed:
        row.purchase_order = purchase_order
    record_many(
        [
            ("orders.order.purchase-order", row, {"number": str(purchase_order or "")})
            for row in changed
        ],
        by=by,
    )
    return changed
