"""What uses of deposits did to bills and accounts, and what closing a month needs of them."""

from __future__ import annotations

import datetime as dt

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.common.money import format_baht
from marketplace.ledger.hooks import Check, CloseLine
from marketplace.ledger.models import Account
from marketplace.ledger.services import balances
from orders.deposits.models import DepositUse, UseKind
from orders.invoicing import accounts
from orders.invoicing.checks import two_sides


def on_bills() -> dict[int, int]:
    """What deposits settled on each bill: primary key → satang."""
    return dict(
        DepositUse.objects.standing()
        .filter(kind=UseKind.APPLIED)
        .order_by()
        .values("document_id")
        .annotate(total=Sum("satang"))
        .values_list("document_id", "total")
    )


def off_deposits() -> dict[str, int]:
    """What uses took from each deposit account, below zero, and what is still to be paid back of it
    since a cheque was returned: account's code → satang.
    """
    found = {
        f"deposit:{code}": -total
        for code, total in DepositUse.objects.standing()
        .exclude(kind=UseKind.RECLAIMED)
        .order_by()
        .values("buyer__code")
        .annotate(total=Sum("satang"))
        .values_list("buyer__code", "total")
    }
    for code, satang in Account.objects.filter(code__startswith="reclaim:").values_list(
        "code", "balance_satang"
    ):
        key = f"deposit:{code.removeprefix('reclaim:')}"
        found[key] = found.get(key, 0) + satang
    return found


def checks() -> list[Check]:
    """What was kept is what the account of kept deposits says."""
    kept = (
        DepositUse.objects.standing()
        .filter(kind=UseKind.KEPT)
        .aggregate(total=Sum("satang"))["total"]
        or 0
    )
    code = accounts.DEPOSIT_KEPT.code
    books = -balances([code]).get(code, 0)
    return [
        Check(
            "deposits-kept-true",
            kept == books,
            format_baht(books),
            gettext_lazy("เงินมัดจำที่ริบ = รายการที่อนุมัติแล้ว"),
            two_sides(books, kept, gettext_lazy("บัญชี"), gettext_lazy("รายการที่อนุมัติ")),
        )
    ]


def close_lines(first: dt.date, last: dt.date) -> list[CloseLine]:
    """Nothing asked by the month's last day still waits for a second person."""
    count = DepositUse.objects.asked().filter(day__lte=last).count()
    return [
        CloseLine(
            "deposits-decided",
            not count,
            _("คำขอคืนหรือริบเงินมัดจำมีผู้อนุมัติครบ"),
            _("ยังรอ %(count)d รายการ") % {"count": count} if count else "",
            reverse("deposits:list"),
            must=False,
        )
    ]
