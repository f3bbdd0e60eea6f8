"""Online payments against a stand-in for Stripe: money is counted once, whatever is lost or late."""

from __future__ import annotations

import random
from typing import Any

import pytest
import stripe
from django.test import Client

from marketplace.common.exceptions import Refusal
from marketplace.ledger.models import Journal
from orders.gateway import client
from orders.gateway.models import Payment, Payout, Refund, StripeEvent
from orders.gateway.services import (
    catch_up,
    pull_payment,
    pull_refund,
    push_payment,
    push_refund,
    start_payment,
    start_refund,
    withdraw_payment,
)
from orders.invoicing.models import Document
from orders.invoicing.services import settle_documents
from orders.reconciliation.models import BankRow
from orders.reconciliation.services import ApplicationInput, apply_row, import_statement
from tests.support.money import Money, balance, failing, make_money, statement
from tests.support.stripe_fake import FakeStripe

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

HOOK = "/webhooks/stripe/"


@pytest.fixture
def money() -> Money:
    return make_money()


@pytest.fixture
def bill(money: Money) -> Document:
    money.accepted()
    return money.bill()


def pay(bill: Document, method: str = "promptpay") -> Payment:
    """Start a payment and let what follows the commit run."""
    started = start_payment(
        by=None,
        document=bill,
        method=method,
        email="finance@example.com",
        return_url="https://market.example/bills/",
    )
    return push_payment(payment=started)


def tell(fake: FakeStripe, events: list[dict[str, Any]]) -> None:
    """Send events to the webhook; what follows the commit is the pull."""
    for event in events:
        body, signed = fake.message(event)
        answer = Client().post(
            HOOK, body, content_type="application/json", headers={"Stripe-Signature": signed}
        )
        assert answer.status_code == 200
    catch_up()


def test_a_scanned_qr_pays_the_bill_and_books_the_fee(fake: FakeStripe, bill: Document) -> None:
    payment = pay(bill)
    assert (payment.state, payment.qr_data[:6]) == ("waiting", "000201")
    fake.scan(payment.intent_id)
    tell(fake, fake.events)
    bill.refresh_from_db()
    fee = bill.total_satang * 165 // 10_000
    assert bill.is_paid
    assert balance("stripe:pending") == bill.total_satang - fee
    assert balance("fee:stripe") == fee
    assert failing() == []


def test_a_card_is_paid_on_stripes_own_page(fake: FakeStripe, bill: Document) -> None:
    payment = pay(bill, "card")
    assert payment.redirect_url == "https://stripe.example/pay"
    assert payment.stripe_id
    fake.pay_card(payment.stripe_id)
    tell(fake, fake.events)
    bill.refresh_from_db()
    assert bill.is_paid
    assert failing() == []


@pytest.mark.parametrize("seed", range(12))
def test_lost_doubled_and_shuffled_events_end_in_the_same_books(
    fake: FakeStripe, bill: Document, seed: int
) -> None:
    payment = pay(bill)
    fake.scan(payment.intent_id)
    pull_payment(payment=payment)
    refund = start_refund(by=None, payment=payment, satang=10_000, reason="ตัวอย่าง")
    refund = pull_refund(refund=refund)
    assert refund.state == "requires_action"
    assert refund.stripe_id
    fake.move_refund(refund.stripe_id, "succeeded")
    fake.pay_out()
    tell(fake, fake.schedule(seed))
    tell(fake, fake.schedule(seed + 1_000))
    bill.refresh_from_db()
    fee = bill.total_satang * 165 // 10_000
    sent = Payout.objects.get()
    assert (sent.satang, sent.reconciled) == (bill.total_satang - fee - 10_000, True)
    assert bill.open_satang == 10_000
    assert (balance("stripe:pending"), balance("stripe:available")) == (0, 0)
    assert (balance("stripe:clearing"), balance("fee:stripe")) == (sent.satang, fee)
    assert Journal.objects.filter(event__startswith="stripe.").count() == 4
    assert client.read_balance() == (0, 0)
    assert failing() == []


@pytest.mark.parametrize("fault", ["500", "timeout"])
def test_an_answer_that_never_came_makes_no_second_intent(
    fake: FakeStripe, bill: Document, fault: str
) -> None:
    fake.fail_next = [fault, fault]
    with pytest.raises(stripe.StripeError):
        pay(bill)
    assert Payment.objects.get().stripe_id is None
    catch_up()
    assert Payment.objects.get().stripe_id
    assert len(fake.all("payment_intent")) == 1


def test_paying_twice_asks_once(fake: FakeStripe, bill: Document) -> None:
    assert pay(bill).pk == pay(bill).pk


def test_money_for_a_bill_paid_meanwhile_becomes_a_deposit(
    fake: FakeStripe, bill: Document
) -> None:
    payment = pay(bill)
    settle_documents(by=None, amounts={bill.pk: bill.total_satang})
    fake.scan(payment.intent_id)
    payment = pull_payment(payment=payment)
    assert (payment.on_bill_satang, payment.on_deposit_satang) == (0, bill.total_satang)
    assert balance(f"deposit:{bill.buyer.code}") == -bill.total_satang


def test_a_refund_that_fails_after_it_succeeded_comes_back(
    fake: FakeStripe, bill: Document
) -> None:
    payment = pay(bill)
    fake.scan(payment.intent_id)
    payment = pull_payment(payment=payment)
    refund = pull_refund(
        refund=start_refund(by=None, payment=payment, satang=5_000, reason="ตัวอย่าง")
    )
    assert refund.stripe_id
    for status in ("succeeded", "failed"):
        fake.move_refund(refund.stripe_id, status)
        refund = pull_refund(refund=refund)
    bill.refresh_from_db()
    assert bill.is_paid
    assert balance("stripe:available") == 0
    assert failing() == []


def test_no_more_is_given_back_than_was_paid(fake: FakeStripe, bill: Document) -> None:
    payment = pay(bill)
    fake.scan(payment.intent_id)
    payment = pull_payment(payment=payment)
    start_refund(by=None, payment=payment, satang=payment.satang, reason="ตัวอย่าง")
    with pytest.raises(Refusal) as refused:
        start_refund(by=None, payment=payment, satang=1, reason="ตัวอย่าง")
    assert refused.value.code == "too-much"
    assert Refund.objects.count() == 1


def test_a_withdrawn_payment_that_was_paid_meanwhile_is_counted(
    fake: FakeStripe, bill: Document
) -> None:
    payment = pay(bill)
    fake.scan(payment.intent_id)
    assert withdraw_payment(by=None, payment=payment).state == "succeeded"


def test_a_withdrawn_payment_takes_nothing(fake: FakeStripe, bill: Document) -> None:
    assert withdraw_payment(by=None, payment=pay(bill)).state == "canceled"
    assert not Journal.objects.filter(event="stripe.paid").exists()


@pytest.mark.parametrize(("skew", "status"), [(0, 200), (290, 200), (-290, 200), (310, 400)])
def test_a_signature_of_another_time_is_refused_both_ways(
    fake: FakeStripe, bill: Document, skew: int, status: int
) -> None:
    pay(bill)
    for sign in {1, -1 if status == 400 else 1}:
        body, signed = fake.message(fake.events[0], skew=skew * sign)
        answer = Client().post(
            HOOK, body, content_type="application/json", headers={"Stripe-Signature": signed}
        )
        assert answer.status_code == status


def test_a_changed_body_or_no_signature_is_refused(fake: FakeStripe, bill: Document) -> None:
    pay(bill)
    body, signed = fake.message(fake.events[0])
    for sent, header in ((body + b" ", signed), (body, ""), (body, "t=x,v1=0"), (b"\xff", signed)):
        answer = Client().post(
            HOOK, sent, content_type="application/json", headers={"Stripe-Signature": header}
        )
        assert answer.status_code == 400
    assert not StripeEvent.objects.exists()


def test_without_keys_nothing_is_offered(bill: Document, settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = ""
    with pytest.raises(Refusal) as refused:
        pay(bill)
    assert refused.value.code == "gateway-off"
    assert Client().post(HOOK, b"{}", content_type="application/json").status_code == 404
    assert catch_up() == 0


def test_the_stand_in_refuses_what_stripe_does_not_know(fake: FakeStripe) -> None:
    caller = stripe.StripeClient(
        "sk_test_example",
        base_addresses={"api": client.settings.STRIPE_API_BASE},
        http_client=stripe.RequestsClient(timeout=5),
        max_network_retries=0,
    )
    params: Any = {
        "amount": 5_000,
        "currency": "thb",
        "allowed_payment_method_types": ["promptpay"],
    }
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter"):
        caller.v1.payment_intents.create(params=params | {"colour": "red"})
    options: Any = {"idempotency_key": "one"}
    first = caller.v1.payment_intents.create(params=params, options=options)
    assert caller.v1.payment_intents.create(params=params, options=options).id == first.id
    with pytest.raises(stripe.IdempotencyError):
        caller.v1.payment_intents.create(params=params | {"amount": 6_000}, options=options)


def test_events_alone_are_enough_in_any_order(fake: FakeStripe, bill: Document) -> None:
    payment = pay(bill)
    fake.scan(payment.intent_id)
    sent = fake.events * 2
    random.Random(7).shuffle(sent)
    tell(fake, sent)
    assert StripeEvent.objects.filter(processed_at=None).count() == 0
    assert StripeEvent.objects.count() == len(fake.events)
    assert Journal.objects.filter(event="stripe.paid").count() == 1


def test_a_payout_below_zero_takes_money_from_the_bank_and_its_row_clears_it(
    fake: FakeStripe, money: Money, bill: Document
) -> None:
    payment = pay(bill)
    fake.scan(payment.intent_id)
    tell(fake, fake.events)
    fake.pay_out()
    tell(fake, fake.events)
    refund = start_refund(by=None, payment=payment, satang=10_000, reason="ตัวอย่าง")
    refund = push_refund(refund=refund)
    assert refund.stripe_id
    fake.move_refund(refund.stripe_id, "succeeded")
    tell(fake, fake.events)
    stripe_id = fake.pay_out()
    tell(fake, fake.events)
    taken = Payout.objects.get(stripe_id=stripe_id)
    assert (taken.satang, taken.reconciled, taken.problem) == (-10_000, True, "")
    assert failing() == []
    sent = Payout.objects.get(satang__gt=0)
    day = max(sent.arrives_on, taken.arrives_on)
    rows = [(day, sent.satang, "STRIPE"), (day, -10_000, "STRIPE")]
    import_statement(by=None, account=money.bank, file_bytes=statement(rows), filename="a.csv")
    for row, target in zip(
        BankRow.objects.order_by("place"),
        (f"stripe_payout:{sent.pk}", f"stripe_debit:{taken.pk}"),
        strict=True,
    ):
        apply_row(
            by=None,
            row=row,
            applications=[ApplicationInput(row.amount_satang, kind="awaited", target=target)],
        )
    assert balance("stripe:clearing") == 0
    assert failing() == []
