"""The same event from many sides at once, in a database that commits."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from marketplace.ledger.models import Journal
from orders.gateway.models import Payment, StripeEvent
from orders.gateway.services import catch_up, start_payment
from tests.support.money import failing, make_money
from tests.support.stripe_fake import FakeStripe

pytestmark = [pytest.mark.everywhere]


def test_sixteen_deliveries_of_one_event_count_the_money_once(
    fake: FakeStripe, committed_db: Any
) -> None:
    money = make_money()
    money.accepted()
    bill = money.bill()
    made = start_payment(
        by=None,
        document=bill,
        method="promptpay",
        email="finance@example.com",
        return_url="https://market.example/bills/",
    )
    made.refresh_from_db()  # asked for after the commit
    assert made.state == "waiting"
    fake.scan(made.intent_id)
    body, signed = fake.message(fake.events[-1])
    statuses: list[int] = []

    def tell() -> None:
        try:
            answer = Client().post(
                "/webhooks/stripe/",
                body,
                content_type="application/json",
                headers={"Stripe-Signature": signed},
            )
            statuses.append(answer.status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tell) for _each in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 16
    catch_up()
    assert StripeEvent.objects.count() == 1
    assert Journal.objects.filter(event="stripe.paid").count() == 1
    assert Journal.objects.filter(event="stripe.fee").count() == 1
    assert Payment.objects.get().state == "succeeded"
    assert failing() == []
