"""A market with a bill and a stand-in for Stripe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.stripe_fake import FakeStripe, running


@pytest.fixture
def fake(settings: Any) -> Iterator[FakeStripe]:
    """Stripe over HTTP, and the keys set."""
    made = FakeStripe()
    with running(made) as address:
        settings.STRIPE_SECRET_KEY = "sk_test_example"
        settings.STRIPE_WEBHOOK_SECRET = made.secret
        settings.STRIPE_API_BASE = address
        yield made
