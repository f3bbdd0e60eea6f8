"""Stripe's events: kept raw, then taken as a hint of what to read again."""

from __future__ import annotations

import logging
from typing import Any

from marketplace.common.clock import now
from marketplace.common.transactions import after_commit, unit_of_work
from orders.gateway import client
from orders.gateway.models import Payment, Refund, StripeEvent
from orders.gateway.services.payments import pull_payment
from orders.gateway.services.payouts import pull_payout
from orders.gateway.services.refunds import pull_refund

log = logging.getLogger(__name__)


def receive_event(*, body: bytes, signature: str) -> StripeEvent:
    """Keep an event that Stripe signed, once; it is worked on after the commit.

    Args:
        body: as received.
        signature: the header `Stripe-Signature`.

    Raises:
        GatewayOff: no keys are set.
        BadSignature: not signed by Stripe, or at another time than now.
    """
    event = client.checked_event(body, signature, now())
    return _keep(event, body.decode("utf-8"))


@unit_of_work
def _keep(event: dict[str, Any], body: str) -> StripeEvent:
    about = (event.get("data") or {}).get("object") or {}
    kept, made = StripeEvent.objects.get_or_create(
        stripe_id=event["id"],
        defaults={
            "kind": str(event.get("type", ""))[:80],
            "object_id": str(about.get("id", ""))[:80],
            "body": body,
        },
    )
    if made:
        after_commit(lambda: process_events(events=[kept]), robust=True)
    return kept


def process_events(*, events: list[StripeEvent]) -> int:
    """Read again what events are about, and mark them; what fails is tried at the next tick.

    Returns:
        How many were done.
    """
    done: list[int] = []
    for event in events:
        try:
            _look(event.object_id)
        except Exception:
            log.exception("event %s waits", event.stripe_id)
        else:
            done.append(event.pk)
    _mark(done)
    return len(done)


@unit_of_work
def _mark(pks: list[int]) -> None:
    StripeEvent.objects.filter(pk__in=pks, processed_at=None).update(processed_at=now())


def _look(stripe_id: str) -> None:
    """Pull the object, if it is one of ours; others of the same Stripe account are let be."""
    if stripe_id.startswith(("pi_", "cs_")):
        by_id = Payment.objects.filter(stripe_id=stripe_id) | Payment.objects.filter(
            intent_id=stripe_id
        )
        for payment in by_id.order_by("pk"):
            pull_payment(payment=payment)
    elif stripe_id.startswith(("re_", "pyr_")):
        for refund in Refund.objects.filter(stripe_id=stripe_id):
            pull_refund(refund=refund)
    elif stripe_id.startswith("po_"):
        pull_payout(stripe_id=stripe_id)
