"""How returned deposits meet the bank rows that pay them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orders.deposits.models import DepositUse, UseKind
from orders.invoicing import accounts
from orders.reconciliation.hooks import Awaited, Expected, register_awaited


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
            label=_("คืนเงินรับล่วงหน้า"),
            account=accounts.DEPOSIT_RETURNED.code,
            money_in=False,
            expected=_on_their_way,
            words=("คืนเงิน", "refund"),
        )
    )
