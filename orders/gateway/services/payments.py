"""Asking a buyer for money through Stripe, and counting it once it has come."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht
from marketplace.common.transactions import after_commit, unit_of_work
from marketplace.ledger.services import open_accounts, post
from marketplace.parties.models import Buyer
from orders.gateway import client, rules
from orders.gateway.client import PaymentFacts
from orders.gateway.exceptions import GatewayOff
from orders.gateway.models import Payment
from orders.invoicing import accounts, posting
from orders.invoicing.models import Document
from orders.invoicing.services import settle_documents


@unit_of_work
def start_payment(
    *,
    by: User | None,
    method: str,
    email: str,
    return_url: str,
    document: Document | None = None,
    buyer: Buyer | None = None,
    satang: int | None = None,
) -> Payment:
    """Ask for the open rest of a bill, or for a deposit; Stripe is asked after the commit.

    A payment of the same bill and way that still waits is given back instead of a second one.

    Args:
        by: who wants to pay.
        method: promptpay or card.
        email: where Stripe writes about this payment and its refund.
        return_url: where the buyer comes back to.
        document: a bill; or
        buyer: whose deposit, with `satang`.

    Raises:
        GatewayOff: no keys are set.
        Refusal: code "nothing-open", "too-small" (less than 10 baht) or "too-large".
    """
    if not client.is_on():
        raise GatewayOff()
    if document is not None:
        document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
        buyer, satang = document.buyer, document.open_satang
        if not satang:
            raise Refusal(_("ใบนี้ไม่มียอดค้างแล้ว"), code="nothing-open")
        for waiting in Payment.objects.filter(document=document, method=method):
            if waiting.is_waiting and waiting.satang == satang:
                return waiting
    if buyer is None or satang is None:
        raise ValueError("a payment is of a document, or of a buyer and an amount")
    if satang < rules.MIN_SATANG:
        raise Refusal(_("จ่ายออนไลน์ได้ตั้งแต่ 10 บาทขึ้นไป กรุณาโอนเข้าบัญชีแทน"), code="too-small")
    if satang > rules.MAX_SATANG:
        raise Refusal(_("จ่ายออนไลน์ได้ไม่เกิน 999,999.99 บาท กรุณาโอนเข้าบัญชีแทน"), code="too-large")
    payment = Payment.objects.create(
        buyer=buyer,
        document=document,
        method=method,
        satang=satang,
        email=email,
        return_url=return_url,
        created_by=by,
    )
    record(
        by=by,
        action="gateway.payment.started",
        subject=payment,
        party=buyer,
        data={"satang": satang, "method": method},
    )
    after_commit(lambda: push_payment(payment=payment), robust=True)
    return payment


def push_payment(*, payment: Payment) -> Payment:
    """Ask Stripe for a payment, as often as needed: its key makes one intent of all the calls.

    Raises:
        stripe.StripeError: refused, or no answer; the periodic pull asks again.
    """
    fresh = Payment.objects.select_related("document", "buyer").get(pk=payment.pk)
    return apply_payment(payment=fresh, facts=client.ask_payment(fresh))


def pull_payment(*, payment: Payment) -> Payment:
    """Read a payment's present state at Stripe and take it over."""
    fresh = Payment.objects.get(pk=payment.pk)
    if fresh.stripe_id is None:
        return push_payment(payment=fresh)
    return apply_payment(payment=fresh, facts=client.read_payment(fresh.stripe_id))


def withdraw_payment(*, by: User | None, payment: Payment) -> Payment:
    """Withdraw a payment that nobody made yet; one that was paid meanwhile is counted instead."""
    import stripe

    fresh = pull_payment(payment=payment)
    if not fresh.is_waiting or fresh.stripe_id is None:
        return fresh
    try:
        facts = client.cancel_payment(fresh.stripe_id)
    except stripe.InvalidRequestError:
        return pull_payment(payment=fresh)
    done = apply_payment(payment=fresh, facts=facts)
    record(by=by, action="gateway.payment.withdrawn", subject=done, party=done.buyer)
    return done


@unit_of_work
def apply_payment(*, payment: Payment, facts: PaymentFacts) -> Payment:
    """Take over what Stripe says of a payment: forward only, each step's journal once.

    Money goes to the bill it was asked for as far as that is open; the rest is a deposit.

    Raises:
        Refusal: code "not-whole", Stripe received another amount than was asked.
    """
    payment = (
        Payment.objects.select_for_update(of=("self",)).select_related("buyer").get(pk=payment.pk)
    )
    moves = rules.payment_moves(payment.state, facts.state)
    if payment.stripe_id is None:
        payment.stripe_id = facts.stripe_id
    payment.intent_id = payment.intent_id or facts.intent_id
    if moves:
        payment.state = facts.state
        payment.redirect_url, payment.qr_svg_url = facts.redirect_url, facts.qr_svg_url
        payment.qr_data, payment.problem = facts.qr_data, facts.problem
        if facts.state == "succeeded":
            _count(payment, facts)
    payment.save()
    if payment.state == "succeeded" and payment.fee_satang is None and facts.transaction_id:
        _book_fee(payment, facts)
    return payment


def _count(payment: Payment, facts: PaymentFacts) -> None:
    if facts.received_satang != payment.satang:
        raise Refusal(
            _("Stripe รับเงิน %(got)s แต่ขอไว้ %(asked)s กรุณาตรวจที่ Stripe")
            % {"got": format_baht(facts.received_satang), "asked": format_baht(payment.satang)},
            code="not-whole",
        )
    day = facts.day or today()
    open_satang = 0
    if payment.document_id is not None:
        document = Document.objects.select_for_update(of=("self",)).get(pk=payment.document_id)
        open_satang = document.open_satang
    on_bill, on_deposit = rules.split_payment(payment.satang, open_satang)
    payment.on_bill_satang, payment.on_deposit_satang, payment.paid_day = on_bill, on_deposit, day
    receivable, deposit = accounts.receivable(payment.buyer), accounts.deposit(payment.buyer)
    open_accounts(accounts=[*accounts.STRIPE, receivable, deposit])
    post(
        by=None,
        journals=[
            posting.stripe_paid(
                stripe_id=payment.intent_id,
                pk=payment.pk,
                day=day,
                words=f"รับชำระออนไลน์ {payment.buyer.name_th}",
                receivable=receivable.code,
                deposit=deposit.code,
                document=f"document:{payment.document_id}" if payment.document_id else "",
                on_bill_satang=on_bill,
                on_deposit_satang=on_deposit,
            )
        ],
    )
    if on_bill and payment.document_id is not None:
        settle_documents(by=None, amounts={payment.document_id: on_bill}, day=day)
    record(
        by=None,
        action="gateway.payment.succeeded",
        subject=payment,
        party=payment.buyer,
        data={"bill": on_bill, "deposit": on_deposit},
    )


def _book_fee(payment: Payment, facts: PaymentFacts) -> None:
    payment.fee_satang, payment.transaction_id = facts.fee_satang or 0, facts.transaction_id
    payment.save(update_fields=["fee_satang", "transaction_id"])
    if payment.fee_satang:
        post(
            by=None,
            journals=[
                posting.stripe_fee(
                    stripe_id=facts.transaction_id,
                    pk=payment.pk,
                    day=payment.paid_day or today(),
                    words=f"ค่าธรรมเนียมรับชำระออนไลน์ {payment.buyer.name_th}",
                    satang=payment.fee_satang,
                )
            ],
        )
