"""Who may open online payment: a buyer's finance its own, the treasurer the rest; Stripe tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orders.gateway.models import Payment
from tests.support.money import bill_for

TABLE: dict[str, tuple[str, ...] | str] = {
    "gateway:overview": ("treasurer",),
    "gateway:pay": ("finance",),
    "gateway:payment": ("finance",),
    "gateway:refund": ("treasurer",),
    "stripe_webhook": "public",
}


def _bill(world: Any) -> dict[str, Any] | None:
    return {"pk": bill_for(world.its_site, world.cycle).pk}


def _payment(world: Any) -> dict[str, Any] | None:
    made = Payment.objects.create(
        buyer=world.its_buyer, method="promptpay", satang=10_000, email="finance@example.com"
    )
    return {"pk": made.pk}


EXAMPLES: dict[str, Callable[[Any], dict[str, Any] | None]] = {
    "gateway:pay": _bill,
    "gateway:payment": _payment,
    "gateway:refund": _payment,
}
