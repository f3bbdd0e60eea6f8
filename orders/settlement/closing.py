"""What the cash float says about closing a month."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.common.dates import bangkok_date, format_date
from marketplace.ledger.hooks import CloseLine
from orders.settlement.models import CashFloat


def close_lines(first: dt.date, last: dt.date) -> list[CloseLine]:
    """No float that was opened up to the last day is still open."""
    opened = CashFloat.objects.filter(is_open=True).first()
    day = bangkok_date(opened.opened_at) if opened else None
    late = day is not None and day <= last
    return [
        CloseLine(
            "float-closed",
            not late,
            _("ปิดและนับเงินสดย่อยแล้ว"),
            _("เปิดค้างตั้งแต่ %(day)s") % {"day": format_date(day)} if day and late else "",
            reverse("settlement:cash"),
        )
    ]
