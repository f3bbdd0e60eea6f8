"""What staff call the lines that supply holds goods for."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.supply.hooks import HolderName
from marketplace.common.dates import format_date
from orders.models import Line
from orders.services.shortages import HOLDER


def name_lines(holders: Sequence[str]) -> dict[str, HolderName]:
    """Name holders that are order lines by order number, buyer and delivery day, with their page.

    Holders of other rooms, and lines that are gone, are left out.
    """
    keys = [
        int(key)
        for holder in holders
        if holder.startswith(HOLDER) and (key := holder.removeprefix(HOLDER)).isdecimal()
    ]
    return {
        line.holder: HolderName(
            _("ใบจอง %(number)s %(buyer)s ส่ง %(day)s")
            % {
                "number": line.order.number,
                "buyer": line.order.buyer.name,
                "day": format_date(line.cycle.delivery_day, "day"),
            },
            reverse("orders:order", args=[line.order.number]),
        )
        for line in Line.objects.filter(pk__in=keys).select_related("order__buyer", "cycle")
    }
