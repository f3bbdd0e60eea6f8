"""What the bank says about closing a month."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max, Min, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.common.dates import format_date
from marketplace.common.money import format_baht
from marketplace.ledger.hooks import CloseLine
from orders.reconciliation.models import Application, ApplicationKind, BankAccount, BankRow

SUSPENSE_DAYS = 30
"""How long money may stay unknown before the month's checklist turns red."""


def close_lines(first: dt.date, last: dt.date) -> list[CloseLine]:
    """Statements reach the last day, the queue up to it is empty, unknown money is young."""
    return [_reaches(last), _queue(last), _suspense(last)]


def _reaches(last: dt.date) -> CloseLine:
    short = []
    for account in BankAccount.objects.filter(archived_at__isnull=True, opened_on__lte=last):
        until = account.rows.aggregate(until=Max("day"))["until"] or account.opened_on
        if until < last:
            short.append(
                _("%(account)s ถึง %(day)s") % {"account": account, "day": format_date(until)}
            )
    return CloseLine(
        "bank-to-the-last-day",
        not short,
        _("รายการเดินบัญชีธนาคารถึงวันสุดท้ายของเดือน"),
        " · ".join(short),
        reverse("reconciliation:accounts"),
    )


def _queue(last: dt.date) -> CloseLine:
    waiting = BankRow.objects.open().filter(day__lte=last)
    count, oldest = waiting.count(), waiting.aggregate(oldest=Min("day"))["oldest"]
    return CloseLine(
        "queue-empty",
        not count,
        _("กระทบยอดครบทุกแถวถึงวันสุดท้าย"),
        _("เหลือ %(count)d แถว เก่าสุด %(day)s") % {"count": count, "day": format_date(oldest)}
        if oldest
        else "",
        reverse("reconciliation:queue"),
    )


def _suspense(last: dt.date) -> CloseLine:
    old = Application.objects.standing().filter(
        kind=ApplicationKind.SUSPENSE, row__day__lt=last - dt.timedelta(days=SUSPENSE_DAYS)
    )
    count = old.count()
    satang = old.aggregate(total=Sum("satang"))["total"] or 0
    return CloseLine(
        "suspense-aged",
        not count,
        _("ไม่มีเงินรอตรวจสอบเกิน 30 วัน"),
        _("ค้าง %(count)d รายการ %(baht)s บาท") % {"count": count, "baht": format_baht(satang)}
        if count
        else "",
        reverse("ledger:account", args=["suspense:unmatched"]),
        must=False,
    )
