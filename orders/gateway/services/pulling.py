"""The periodic pull: what no event told, or told while nobody listened, is read all the same."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from django.db.models import Q

from marketplace.common.clock import now
from orders.gateway import client
from orders.gateway.models import Payment, PaymentState, Payout, Refund, StripeEvent
from orders.gateway.services.events import process_events
from orders.gateway.services.payments import pull_payment
from orders.gateway.services.payouts import apply_payout, pull_payout
from orders.gateway.services.refunds import pull_refund

log = logging.getLogger(__name__)
_BATCH = 200
_PAYOUT_DAYS = 14


def catch_up() -> int:
    """Bring every payment, refund and payout that may still change to its present state.

    Works by state: run late, twice or beside itself it ends in the same books. One object that
    fails keeps no other waiting.

    Returns:
        How many objects were read.
    """
    if not client.is_on():
        return 0
    process_events(events=list(StripeEvent.objects.filter(processed_at=None)[:_BATCH]))
    waiting = Payment.objects.exclude(
        state__in=[PaymentState.CANCELED, PaymentState.SUCCEEDED]
    ) | Payment.objects.filter(state=PaymentState.SUCCEEDED, fee_satang=None)
    work: list[Callable[[], object]] = []
    for payment in waiting.order_by("pk")[:_BATCH]:
        work.append(lambda one=payment: pull_payment(payment=one))  # type: ignore[misc]
    for refund in Refund.objects.exclude(state__in=["failed", "canceled", "succeeded"])[:_BATCH]:
        work.append(lambda one=refund: pull_refund(refund=one))  # type: ignore[misc]
    unsure = Payout.objects.filter(~Q(state__in=["failed", "canceled"]), reconciled=False)
    for stripe_id in unsure.values_list("stripe_id", flat=True)[:_BATCH]:
        work.append(lambda one=stripe_id: pull_payout(stripe_id=one))  # type: ignore[misc]
    work.append(_payouts)
    done = 0
    for step in work:
        try:
            step()
        except Exception:
            log.exception("the pull left one behind")
        else:
            done += 1
    return done


def _payouts() -> None:
    for facts in client.recent_payouts(now() - dt.timedelta(days=_PAYOUT_DAYS)):
        apply_payout(facts=facts)
