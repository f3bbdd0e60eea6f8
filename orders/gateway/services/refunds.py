"""Giving money back through Stripe."""

from __future__ import annotations

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht
from marketplace.common.transactions import after_commit, unit_of_work
from marketplace.ledger.models import Journal
from marketplace.ledger.services import open_accounts, post, reverse
from orders.gateway import client, rules
from orders.gateway.client import RefundFacts
from orders.gateway.models import Payment, Refund
from orders.invoicing import accounts, posting
from orders.invoicing.services import settle_documents


def refundable_satang(payment: Payment) -> int:
    """What of a payment may still be given back, satang; refunds under way count as given."""
    given = payment.refunds.exclude(Q(state="failed") | Q(state="canceled")).aggregate(
        sum=Sum("satang")
    )["sum"]
    return payment.satang - (given or 0) if payment.state == "succeeded" else 0


@unit_of_work
def start_refund(*, by: User | None, payment: Payment, satang: int, reason: str) -> Refund:
    """Give back a payment or a part of it; Stripe is asked after the commit.

    Args:
        by: the treasurer.
        satang: above zero.
        reason: kept in the trail.

    Raises:
        Refusal: code "too-much", more than is left of the payment; "empty".
    """
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
    left = refundable_satang(payment)
    if satang <= 0:
        raise Refusal(_("จำนวนเงินที่คืนต้องมากกว่า 0"), code="empty", where="satang")
    if satang > left:
        raise Refusal(
            _("คืนได้ไม่เกิน %(left)s บาท") % {"left": format_baht(left)},
            code="too-much",
            where="satang",
        )
    refund = Refund.objects.create(payment=payment, satang=satang, reason=reason, created_by=by)
    record(
        by=by,
        action="gateway.refund.started",
        subject=refund,
        party=payment.buyer,
        data={"satang": satang, "reason": reason},
    )
    after_commit(lambda: push_refund(refund=refund), robust=True)
    return refund


def push_refund(*, refund: Refund) -> Refund:
    """Ask Stripe for a refund, as often as needed: its key makes one refund of all the calls."""
    fresh = Refund.objects.select_related("payment").get(pk=refund.pk)
    return apply_refund(refund=fresh, facts=client.ask_refund(fresh))


def pull_refund(*, refund: Refund) -> Refund:
    """Read a refund's present state at Stripe and take it over."""
    fresh = Refund.objects.get(pk=refund.pk)
    if fresh.stripe_id is None:
        return push_refund(refund=fresh)
    return apply_refund(refund=fresh, facts=client.read_refund(fresh.stripe_id))


@unit_of_work
def apply_refund(*, refund: Refund, facts: RefundFacts) -> Refund:
    """Take over what Stripe says of a refund: money leaves the books when it succeeded, and comes
    back when it failed after that.
    """
    # The payment first: refunds of one payment share what was left as its deposit.
    payment = (
        Payment.objects.select_for_update(of=("self",))
        .select_related("buyer")
        .get(refunds__pk=refund.pk)
    )
    refund = Refund.objects.select_for_update(of=("self",)).get(pk=refund.pk)
    if refund.stripe_id is None:
        refund.stripe_id = facts.stripe_id
    if rules.refund_moves(refund.state, facts.state):
        before, refund.state, refund.problem = refund.state, facts.state, facts.problem[:300]
        if refund.state == "succeeded":
            _give(payment, refund)
        elif before == "succeeded":
            _take_back(payment, refund)
    refund.save()
    return refund


def _give(payment: Payment, refund: Refund) -> None:
    given = payment.refunds.filter(state="succeeded").aggregate(sum=Sum("off_deposit_satang"))
    left = payment.on_deposit_satang - (given["sum"] or 0)
    receivable, deposit = accounts.receivable(payment.buyer), accounts.deposit(payment.buyer)
    refund.off_bill_satang, refund.off_deposit_satang = rules.split_refund(refund.satang, left)
    open_accounts(accounts=[*accounts.STRIPE, receivable, deposit])
    post(
        by=None,
        journals=[
            posting.stripe_refunded(
                stripe_id=refund.stripe_id or "",
                pk=refund.pk,
                day=today(),
                words=f"คืนเงินออนไลน์ {payment.buyer.name_th}",
                receivable=receivable.code,
                deposit=deposit.code,
                document=f"document:{payment.document_id}" if payment.document_id else "",
                off_bill_satang=refund.off_bill_satang,
                off_deposit_satang=refund.off_deposit_satang,
            )
        ],
    )
    if refund.off_bill_satang and payment.document_id is not None:
        settle_documents(by=None, amounts={payment.document_id: -refund.off_bill_satang})


def _take_back(payment: Payment, refund: Refund) -> None:
    reverse(
        by=None,
        journals=list(Journal.objects.filter(key=f"stripe:{refund.stripe_id}:succeeded")),
        reason="คืนเงินไม่สำเร็จ",
    )
    if refund.off_bill_satang and payment.document_id is not None:
        settle_documents(by=None, amounts={payment.document_id: refund.off_bill_satang})
    refund.off_bill_satang = refund.off_deposit_satang = 0
