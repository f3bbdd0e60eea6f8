"""States of orders, deliveries and order lines, and who may follow whom.

Only `orders.services` moves them; Oscar's pipeline settings are built from here.
"""

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
    OrderState.ALLOCATED.value: ("delivering", "completed", "cancelled"),
    OrderState.DELIVERING.value: ("completed",),
    OrderState.COMPLETED.value: (),
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
