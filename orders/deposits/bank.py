"""How returned deposits meet the bank rows that pay them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.deposits.models import DepositUse, UseKind
from orders.invoicing import accounts
from orders.reconciliation.hooks import Awaited, Expected, register_awaited
from orders.settlement.hooks import Payable
from orders.settlement.payables import asked_for


def _on_their_way() -> list[Expected]:
    return [
        Expected(
            target=f"deposit_return:{use.pk}",
            label=f"{use.buyer.name} {use.pay_to}",
            satang=use.satang,
            day=use.day,
        )
        for use in DepositUse.objects.standing()
        .filter(kind=UseKind.RETURNED)
        .select_related("buyer")
        .order_by("pk")
    ]


def register_with_the_bank() -> None:
    """Offer deposits on their way back to the bank queue."""
    register_awaited(
        Awaited(
            prefix="deposit_return",
            label=gettext_lazy("คืนเงินรับล่วงหน้า"),
            account=accounts.DEPOSIT_RETURNED.code,
            money_in=False,
            expected=_on_their_way,
            words=("คืนเงิน", "refund"),
        )
    )


def returned_payables(target: str = "") -> list[Payable]:
    """Deposits given back, for their payment vouchers; two persons have decided about each."""
    rows = DepositUse.objects.standing().filter(kind=UseKind.RETURNED)
    return [
        Payable(
            target=f"deposit_use:{use.pk}",
            payee=use.buyer.name_th,
            what=_("คืนเงินรับล่วงหน้า %(reason)s") % {"reason": use.reason},
            satang=use.satang,
            day=use.day,
            pay_to=use.pay_to,
            made_by=use.made_by,
            checked_by=use.decided_by,
        )
        for use in asked_for(
            rows.select_related("buyer", "made_by", "decided_by"), "deposit_use", target
        )
    ]
