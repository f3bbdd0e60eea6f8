"""Whether what was handed on for members, the ledger and the payment vouchers agree."""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Sum
from django.db.models.functions import Abs
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.common.money import format_baht
from marketplace.ledger.hooks import Check, CloseLine
from marketplace.ledger.services import balances
from orders.invoicing import accounts
from orders.invoicing.checks import differing, named
from orders.settlement.models import (
    DeductionKind,
    DeductionTaken,
    HandOn,
    HandOnRow,
    PaymentVoucher,
)


def handed_savings() -> dict[str, int]:
    """What left each person's savings account by being handed on, satang by its code; without what
    came back since, which stands in an account of its own.
    """
    found: dict[str, int] = {}
    for row in HandOnRow.objects.filter(
        stands=True,
        satang__gt=0,
        batch__state=HandOn.State.AGREED,
        taken__stands=True,
        taken__deduction__kind=DeductionKind.SAVING,
    ).select_related("taken__deduction__person"):
        code = accounts.of_member(DeductionKind.SAVING, row.taken.deduction.person).code
        found[code] = found.get(code, 0) + row.satang
    return found


def checks() -> list[Check]:
    """Never more handed on than was taken; what waits for its voucher, and what must be taken off."""
    agreed = HandOnRow.objects.filter(stands=True, batch__state=HandOn.State.AGREED)
    over = [
        f"deduction_taken:{pk}"
        for pk in agreed.annotate(size=Abs("satang"))
        .exclude(size=F("taken__satang"))
        .values_list("taken_id", flat=True)
    ]
    wrong = [
        batch.target
        for batch in HandOn.objects.annotate(total=Sum("rows__satang"))
        if batch.total != batch.satang
    ]
    paid = set(PaymentVoucher.objects.filter(state="issued").values_list("target", flat=True))
    waiting = sum(
        one.satang
        for one in HandOn.objects.filter(state=HandOn.State.AGREED)
        if one.target not in paid
    )
    back = (
        agreed.filter(taken__stands=False, taken__deduction__kind=DeductionKind.SAVING).aggregate(
            total=Sum("satang")
        )["total"]
        or 0
    )
    facts = {accounts.HANDING.code: -waiting, accounts.HANDED_BACK.code: back}
    differ = over + wrong + differing(balances(facts), facts)
    return [
        Check(
            "handed-on",
            not differ,
            named(differ) if differ else format_baht(-waiting),
            _("เงินที่หักแทนและนำส่ง = ที่หักไว้ ไม่เกินและไม่ซ้ำ"),
        )
    ]


def close_lines(first: dt.date, last: dt.date) -> list[CloseLine]:
    """What was taken from payments up to the month's last day was handed on."""
    held = sum(
        DeductionTaken.objects.to_hand_on(kind, last).aggregate(total=Sum("satang"))["total"] or 0
        for kind in DeductionKind.values
    )
    return [
        CloseLine(
            "handed-on",
            not held,
            _("นำส่งเงินที่หักแทนแล้ว"),
            _("ยังถือไว้ %(baht)s บาท") % {"baht": format_baht(held)} if held else "",
            reverse("settlement:hand-ons"),
            must=False,
        )
    ]
