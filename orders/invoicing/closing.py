"""What bills say about closing a month."""

from __future__ import annotations

import datetime as dt

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.common.money import format_baht
from marketplace.ledger.hooks import CloseLine
from orders.invoicing.models import DeliverySale


def close_lines(first: dt.date, last: dt.date) -> list[CloseLine]:
    """Every delivery accepted up to the last day stands on a bill."""
    waiting = DeliverySale.objects.unbilled().filter(day__lte=last)
    count = waiting.count()
    satang = waiting.aggregate(total=Sum("total_satang"))["total"] or 0
    return [
        CloseLine(
            "deliveries-billed",
            not count,
            _("ออกใบแจ้งหนี้ครบทุกการส่งที่ตรวจรับแล้ว"),
            _("ยังไม่ออก %(count)d การส่ง %(baht)s บาท")
            % {"count": count, "baht": format_baht(satang)}
            if count
            else "",
            reverse("invoicing:month") + f"?month={first:%Y-%m}",
        )
    ]
