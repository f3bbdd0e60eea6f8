"""Whether the gateway's rows and the ledger agree."""

from __future__ import annotations

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from marketplace.ledger.hooks import Check
from marketplace.ledger.services import balances
from orders.gateway.models import Payment, PaymentState, Payout, Refund, RefundState
from orders.invoicing import accounts
from orders.invoicing.checks import differing, named


def on_bills() -> dict[int, int]:
    """What cards and PromptPay settled on each bill, refunds taken off: primary key → satang."""
    paid = dict(
        Payment.objects.filter(document__isnull=False, state=PaymentState.SUCCEEDED)
        .order_by()
        .values("document_id")
        .annotate(total=Sum("on_bill_satang"))
        .values_list("document_id", "total")
    )
    for pk, satang in (
        Refund.objects.filter(payment__document__isnull=False, state=RefundState.SUCCEEDED)
        .order_by()
        .values("payment__document_id")
        .annotate(total=Sum("off_bill_satang"))
        .values_list("payment__document_id", "total")
    ):
        paid[pk] -= satang
    return paid


def on_deposits() -> dict[str, int]:
    """What came to each deposit account, refunds taken off: account's code → satang."""
    came: dict[str, int] = {}
    for code, satang in (
        Payment.objects.filter(on_deposit_satang__gt=0)
        .order_by()
        .values_list("buyer__code", "on_deposit_satang")
    ):
        came[f"deposit:{code}"] = came.get(f"deposit:{code}", 0) + satang
    for code, satang in Refund.objects.filter(
        off_deposit_satang__gt=0, state=RefundState.SUCCEEDED
    ).values_list("payment__buyer__code", "off_deposit_satang"):
        came[f"deposit:{code}"] = came.get(f"deposit:{code}", 0) - satang
    return came


def stripe_facts() -> dict[str, int]:
    """What the gateway's own rows say of Stripe's two balances, satang."""
    paid = Payment.objects.filter(state=PaymentState.SUCCEEDED).aggregate(
        gross=Sum("satang"), fee=Sum("fee_satang")
    )
    refunded = Refund.objects.filter(state=RefundState.SUCCEEDED).aggregate(sum=Sum("satang"))
    sent = Payout.objects.filter(reconciled=True)
    total = sent.aggregate(sum=Sum("satang"))["sum"] or 0
    released = dict(
        sent.order_by()
        .values("movements__category")
        .annotate(net=Sum("movements__net_satang"))
        .values_list("movements__category", "net")
    )
    charges, fees = released.get("charge") or 0, released.get("fee") or 0
    return {
        accounts.STRIPE_PENDING: (paid["gross"] or 0) - (paid["fee"] or 0) - charges,
        accounts.STRIPE_AVAILABLE: charges + fees - (refunded["sum"] or 0) - total,
    }


def checks() -> list[Check]:
    """All of this room."""
    facts = stripe_facts()
    wrong = differing(balances(facts), facts)
    open_payouts = list(Payout.objects.exclude(problem="").filter(reconciled=False))
    return [
        Check(
            "stripe-true",
            not wrong,
            named(wrong) if wrong else str(Payment.objects.count()),
            _("บัญชี Stripe = รายการรับชำระ คืนเงิน และโอนออก"),
        ),
        Check(
            "stripe-payouts-true",
            not open_payouts,
            named(f"{payout.stripe_id}: {payout.problem}" for payout in open_payouts),
            _("ทุกยอดที่ Stripe โอนเท่ากับรายการในนั้น"),
        ),
    ]
