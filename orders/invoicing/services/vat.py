"""Whether the cooperative charges VAT, from a day on."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from orders.invoicing.models import VatStatus


@unit_of_work
def set_vat_status(
    *, by: User | None, valid_from: dt.date, registered: bool, rate_bp: int, reason: str
) -> VatStatus:
    """Say from which day the cooperative is registered for VAT, or no longer is.

    Deliveries accepted before stay as they were valued.

    Args:
        by: who decides.
        valid_from: today or later; the same day again replaces what was said for it.
        registered: whether it charges VAT from then on.
        rate_bp: basis points, 700 is 7 %.
        reason: decree, letter of registration.

    Raises:
        Refusal: a day in the past (code "past"), or a rate above 30 % (code "rate").
    """
    if valid_from < today():
        raise Refusal(
            _("ตั้งย้อนหลังไม่ได้ การส่งที่ตรวจรับแล้วคิดภาษีไปแล้ว ใส่วันนี้หรือวันข้างหน้า"),
            code="past",
            where="valid_from",
        )
    if not 0 < rate_bp <= 3000:
        raise Refusal(_("อัตราภาษีต้องมากกว่า 0 และไม่เกิน 30"), code="rate", where="rate")
    status, _made = VatStatus.objects.update_or_create(
        valid_from=valid_from,
        defaults={"registered": registered, "rate_bp": rate_bp, "reason": reason[:200]},
    )
    record(
        by=by,
        action="invoicing.vat.set",
        subject=status,
        data={
            "valid_from": valid_from.isoformat(),
            "registered": registered,
            "rate_bp": rate_bp,
        },
    )
    return status
