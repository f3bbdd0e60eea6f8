"""States of orders, deliveries and order lines, and who may follow whom.

Only `orders.services` moves them; Oscar's pipeline settings are built from here.
"""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderState(models.TextChoices):
    """Of an order and of its lines; an order's is derived from its deliveries."""

    PLACED = "placed", _("จองแล้ว")
    ALLOCATED = "allocated", _("จัดสรรแล้ว")
    DELIVERING = "delivering", _("กำลังส่ง")
    COMPLETED = "completed", _("ส่งครบแล้ว")
    CANCELLED = "cancelled", _("ยกเลิก")


class DeliveryState(models.TextChoices):
    """Of an order's part on one order cycle."""

    PLACED = "placed", _("จองแล้ว")
    ALLOCATED = "allocated", _("จัดสรรแล้ว")
    PACKED = "packed", _("แพ็คแล้ว")
    DISPATCHED = "dispatched", _("ออกส่ง")
    ACCEPTED = "accepted", _("ตรวจรับแล้ว")
    CANCELLED = "cancelled", _("ยกเลิก")


ORDER_PIPELINE: dict[str, tuple[str, ...]] = {
    OrderState.PLACED.value: ("allocated", "delivering", "completed", "cancelled"),
    OrderState.ALLOCATED.value: ("placed", "delivering", "completed", "cancelled"),
    OrderState.DELIVERING.value: ("completed",),
    OrderState.COMPLETED.value: ("delivering",),
    OrderState.CANCELLED.value: ("placed",),
}
DELIVERY_SUCCESSORS: dict[str, tuple[str, ...]] = {
    DeliveryState.PLACED.value: ("allocated", "cancelled"),
    DeliveryState.ALLOCATED.value: ("packed", "cancelled"),
    DeliveryState.PACKED.value: ("dispatched", "cancelled"),
    DeliveryState.DISPATCHED.value: ("accepted",),
    DeliveryState.ACCEPTED.value: (),
    DeliveryState.CANCELLED.value: ("placed",),
}
LINE_STATE_OF_DELIVERY: dict[str, str] = {
    DeliveryState.PLACED.value: OrderState.PLACED.value,
    DeliveryState.ALLOCATED.value: OrderState.ALLOCATED.value,
    DeliveryState.PACKED.value: OrderState.ALLOCATED.value,
    DeliveryState.DISPATCHED.value: OrderState.DELIVERING.value,
    DeliveryState.ACCEPTED.value: OrderState.COMPLETED.value,
    DeliveryState.CANCELLED.value: OrderState.CANCELLED.value,
}
STATUS_LOOK: dict[str, str] = {
    OrderState.PLACED.value: "wait",
    OrderState.ALLOCATED.value: "info",
    OrderState.DELIVERING.value: "info",
    OrderState.COMPLETED.value: "ok",
    OrderState.CANCELLED.value: "bad",
    DeliveryState.PACKED.value: "info",
    DeliveryState.DISPATCHED.value: "info",
    DeliveryState.ACCEPTED.value: "ok",
}
"""The kit's status of each state, for badges."""


def order_state_of(deliveries: Iterable[str]) -> str:
    """Return the state of an order with deliveries in these states.

    Cancelled deliveries count only when all are; once the first has left, the order is on its way
    until the last is accepted.
    """
    live = {state for state in deliveries if state != DeliveryState.CANCELLED}
    if not live:
        return OrderState.CANCELLED.value
    if live == {DeliveryState.ACCEPTED.value}:
        return OrderState.COMPLETED.value
    if live & {DeliveryState.DISPATCHED.value, DeliveryState.ACCEPTED.value}:
        return OrderState.DELIVERING.value
    if live & {DeliveryState.ALLOCATED.value, DeliveryState.PACKED.value}:
        return OrderState.ALLOCATED.value
    return OrderState.PLACED.value
