"""Reading what deliveries into a district cost, by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from orders.shipping.models import ZoneFee


@dataclass(frozen=True, slots=True)
class ZoneCharge:
    """What a zone's fee comes to on a day: the zone's name and satang, above zero."""

    zone: str
    satang: int


def zone_charges(*, district_id: str, days: Iterable[dt.date]) -> dict[dt.date, ZoneCharge]:
    """Return the zone fee of a district on each delivery day that has one; one query.

    The fee that began last, up to and on the day, holds.
    """
    wanted = sorted(set(days))
    if not wanted:
        return {}
    rows = list(
        ZoneFee.objects.filter(zone__members__district=district_id, from_day__lte=wanted[-1])
        .order_by("from_day")
        .values_list("from_day", "zone__name", "fee_satang")
    )
    found = {}
    for day in wanted:
        row = next((row for row in reversed(rows) if row[0] <= day), None)
        if row is not None and row[2]:
            found[day] = ZoneCharge(row[1], row[2])
    return found
