"""How far deliveries and orders have come: the only place that moves their states.

A delivery follows `states.DELIVERY_SUCCESSORS`; an order's status is derived from its deliveries,
with Oscar's row of the change and Oscar's signal.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from oscar.apps.order.signals import order_status_changed
from oscar.core.loading import get_model

from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common.clock import now
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.transactions import unit_of_work
from orders.models import Delivery, Line, Order
from orders.services.locking import lock
from orders.states import (
    DELIVERY_SUCCESSORS,
    LINE_STATE_OF_DELIVERY,
    DeliveryState,
    order_state_of,
)

OrderStatusChange = get_model("order", "OrderStatusChange")


def keys_of(rows: Iterable[Model | int]) -> list[int]:
    """Return the primary keys of rows, ascending, each once."""
    return sorted({row if isinstance(row, int) else row.pk for row in rows})


@unit_of_work
def mark_deliveries(
    *, deliveries: Iterable[Delivery | int], to: str, by: User | None = None
) -> list[Delivery]:
    """Move deliveries to a state, and derive the status of their orders.

    Those already there stay, so that marking twice changes nothing.

    Args:
        deliveries: rows or primary keys.
        to: a `DeliveryState`.
        by: who acts; None is the system.

    Returns:
        The deliveries that moved.

    Raises:
        Refusals: code "wrong-state" for each that cannot follow to that state; nothing moves.
    """
    to = DeliveryState(to).value
    keys = lock(Delivery.objects.filter(pk__in=keys_of(deliveries)))
    rows = list(
        Delivery.objects.filter(pk__in=keys).select_related("order", "cycle").order_by("pk")
    )
    moving = [row for row in rows if row.state != to]
    Refusals.raise_if_any(
        Refusal(
            _("ใบจอง %(number)s ส่ง %(day)s %(state)s จึงเปลี่ยนเป็น%(to)sไม่ได้")
            % {
                "number": row.order.number,
                "day": format_date(row.cycle.delivery_day, "day"),
                "state": DeliveryState(row.state).label,
                "to": DeliveryState(to).label,
            },
            code="wrong-state",
            where={"delivery": row.pk},
        )
        for row in moving
        if to not in DELIVERY_SUCCESSORS[row.state]
    )
    if not moving:
        return []
    keys = [row.pk for row in moving]
    Delivery.objects.filter(pk__in=keys).update(state=to)
    Line.objects.filter(delivery__in=keys).update(status=LINE_STATE_OF_DELIVERY[to])
    record_many(
        [(f"orders.delivery.{to}", row, {"from": row.state}) for row in moving],
        by=by,
    )
    for row in moving:
        row.state = to
    derive_order_status(orders={row.order_id for row in moving})
    return moving


@unit_of_work
def derive_order_status(*, orders: Iterable[Order | int]) -> list[Order]:
    """Set the status of orders from their deliveries; return those that changed.

    Oscar's row of each change is written and its signal sent.
    """
    keys = lock(Order.objects.filter(pk__in=keys_of(orders)))
    rows = list(Order.objects.filter(pk__in=keys).order_by("pk"))
    states: dict[int, list[str]] = {key: [] for key in keys}
    for order, state in Delivery.objects.filter(order__in=keys).values_list("order_id", "state"):
        states[order].append(state)
    changed = []
    for row in rows:
        new = order_state_of(states[row.pk])
        if new != row.status:
            changed.append((row, row.status, new))
            row.status = new
    if not changed:
        return []
    Order.objects.bulk_update([row for row, _old, _new in changed], ["status"])
    rows_of_change = OrderStatusChange.objects.bulk_create(
        [OrderStatusChange(order=row, old_status=old, new_status=new) for row, old, new in changed]
    )
    # Oscar's column fills itself from the machine's clock; ours is the only clock.
    OrderStatusChange.objects.filter(pk__in=keys_of(rows_of_change)).update(date_created=now())
    for row, old, new in changed:
        order_status_changed.send(sender=row, order=row, old_status=old, new_status=new)
    return [row for row, _old, _new in changed]
