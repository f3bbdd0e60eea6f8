"""What deliveries cost beyond their goods: fee rows, copied from the tables of the day of placing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from orders.models import Delivery, DeliveryFee, Order
from orders.rules import ZONE, Fee, fees_of_drop
from orders.shipping.fees import zone_charges
from orders.states import DeliveryState

OUT = (DeliveryState.DISPATCHED, DeliveryState.ACCEPTED)
"""A delivery on the road keeps the fees it left with."""


def zone_fees(*, district_id: str, days: Iterable[dt.date]) -> dict[dt.date, Fee]:
    """Return the zone fee of a district on each delivery day that has one; one query."""
    charges = zone_charges(district_id=district_id, days=days)
    return {day: Fee(ZONE, charge.satang, charge.zone) for day, charge in charges.items()}


def standing_zone_fees(order: Order) -> dict[int, Fee]:
    """Return the zone fee that was copied onto each delivery of an order, by cycle; one query."""
    return {
        cycle: Fee(ZONE, satang, zone)
        for cycle, satang, zone in DeliveryFee.objects.filter(
            delivery__order=order, kind=ZONE
        ).values_list("delivery__cycle_id", "satang", "zone")
    }


def settle_fees(*, order: Order, deliveries: Sequence[Delivery], values: Mapping[int, int]) -> None:
    """Bring the fee rows of an order's deliveries in step with what they now hold.

    The zone fee stays as it was copied; a delivery that was cancelled and gets something again
    takes today's. The fee of a small drop follows the value. Ask before the states change; the
    deliveries passed in get their sum, the caller saves it.

    Args:
        order: with buyer and buyer class.
        deliveries: with cycle, all of the order's.
        values: satang of the goods by delivery.
    """
    rule = order.buyer.buyer_class
    standing = standing_zone_fees(order)
    back = [
        row for row in deliveries if row.state == DeliveryState.CANCELLED and values.get(row.pk)
    ]
    fresh = (
        zone_fees(district_id=order.site.district_id, days=[row.cycle.delivery_day for row in back])
        if back
        else {}
    )
    settled = [row for row in deliveries if row.state not in OUT]
    DeliveryFee.objects.filter(delivery__in=[row.pk for row in settled]).delete()
    made = []
    for row in settled:
        zone = standing.get(row.cycle_id)
        if row.state == DeliveryState.CANCELLED:
            zone = fresh.get(row.cycle.delivery_day)
        fees = fees_of_drop(
            values.get(row.pk, 0),
            minimum_satang=rule.minimum_drop_satang,
            small_drop_satang=rule.small_drop_fee_satang,
            zone=zone,
        )
        row.fee_satang = sum(fee.satang for fee in fees)
        made += [
            DeliveryFee(delivery=row, kind=fee.kind, zone=fee.zone, satang=fee.satang)
            for fee in fees
        ]
    DeliveryFee.objects.bulk_create(made)
