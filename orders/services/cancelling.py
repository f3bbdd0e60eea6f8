"""Taking whole deliveries off an order."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.transactions import unit_of_work
from marketplace.cycles.services import require_open
from orders import hooks
from orders.models import Delivery, Line, LineRevision, Order
from orders.services.amending import empty_lines, settle_order
from orders.services.locking import lock
from orders.services.progress import keys_of
from orders.services.supplying import hold_offers
from orders.states import DELIVERY_SUCCESSORS, DeliveryState


@unit_of_work
def cancel_deliveries(
    *,
    by: User | None,
    deliveries: Iterable[Delivery | int],
    reason: str = "",
    after_cutoff: bool = False,
) -> list[Delivery]:
    """Take deliveries off their orders: their lines go to nothing, what was reserved is let go.

    Cancelling what is cancelled changes nothing.

    Args:
        by: who cancels.
        deliveries: rows or primary keys.
        reason: shown in the history.
        after_cutoff: the hub calls the day off; without it the buyer's cut-off holds.

    Returns:
        The deliveries that were taken off.

    Raises:
        Refusals: past the cut-off; or on the road or accepted already (code "too-late").
    """
    keys = keys_of(deliveries)
    found = list(
        Delivery.objects.filter(pk__in=keys)
        .exclude(state=DeliveryState.CANCELLED)
        .values_list("cycle_id", "order_id", "order__buyer__buyer_class_id")
    )
    if not found:
        return []
    if not after_cutoff:
        for buyer_class in sorted({row[2] for row in found}):
            require_open(
                cycle_ids={row[0] for row in found if row[2] == buyer_class},
                buyer_class=buyer_class,
            )
    orders = {
        order.pk: order
        for order in Order.objects.filter(
            pk__in=lock(Order.objects.filter(pk__in={row[1] for row in found}))
        )
        .select_related("buyer__buyer_class")
        .order_by("pk")
    }
    rows = [
        row
        for row in Delivery.objects.filter(pk__in=lock(Delivery.objects.filter(pk__in=keys)))
        .select_related("cycle", "order")
        .order_by("pk")
        if row.state != DeliveryState.CANCELLED
    ]
    Refusals.raise_if_any(
        Refusal(
            _("ใบจอง %(number)s ส่ง %(day)s ออกส่งแล้ว จึงยกเลิกไม่ได้ กรุณาแจ้งตอนตรวจรับ")
            % {
                "number": row.order.number,
                "day": format_date(row.cycle.delivery_day, "day"),
            },
            code="too-late",
            where={"delivery": row.pk},
        )
        for row in rows
        if DeliveryState.CANCELLED not in DELIVERY_SUCCESSORS[row.state]
    )
    chosen = Line.objects.filter(delivery__in=rows)
    hold_offers(chosen.values_list("product_id", flat=True))
    lines = list(chosen.select_related("stockrecord__partner__party", "product", "cycle"))
    empty_lines(by=by, lines=lines, reason=reason, kind=LineRevision.Kind.CANCELLED)
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(state=DeliveryState.CANCELLED)
    for row in rows:
        row.state = DeliveryState.CANCELLED.value
    for key, order in orders.items():
        settle_order(
            order=order,
            deliveries=list(
                Delivery.objects.filter(order=key).select_related("cycle").order_by("pk")
            ),
        )
    record_many([("orders.delivery.cancelled", row, {"reason": reason}) for row in rows], by=by)
    for hook in hooks.deliveries_cancelled:
        hook(rows, by)
    return rows
