"""Against Stripe's own test mode, when STRIPE_TEST_SECRET_KEY (sk_test_…) is in the environment."""

from __future__ import annotations

import os
from typing import Any

import pytest

from orders.gateway import client
from orders.gateway.models import Payment
from tests.support.money import make_money

KEY = os.environ.get("STRIPE_TEST_SECRET_KEY", "")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not KEY.startswith("sk_test_"), reason="no key of Stripe's test mode"),
]


@pytest.mark.parametrize("method", ["promptpay", "card"])
def test_a_payment_is_asked_once_and_can_be_withdrawn(settings: Any, method: str) -> None:
    settings.STRIPE_SECRET_KEY = KEY
    settings.STRIPE_WEBHOOK_SECRET = "whsec_not_used"
    settings.STRIPE_API_BASE = ""
    payment = Payment.objects.create(
        buyer=make_money().day.hospital,
        method=method,
        satang=12_345,
        email="finance@example.com",
        return_url="https://market.example/bills/",
    )
    first = client.ask_payment(payment)
    assert client.ask_payment(payment).stripe_id == first.stripe_id
    assert first.state == "waiting"
    assert first.qr_data if method == "promptpay" else first.redirect_url
    assert client.cancel_payment(first.stripe_id).state == "canceled"
