"""The one way to Stripe: plain facts in and out, no object of the library beyond this module."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import stripe
from django.conf import settings

from marketplace.common.dates import BANGKOK
from orders.gateway import rules
from orders.gateway.exceptions import BadSignature, GatewayOff

if TYPE_CHECKING:
    from orders.gateway.models import Payment, Refund

_EXPAND = ["latest_charge.balance_transaction"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFacts:
    """A PaymentIntent as it is now; amounts in satang."""

    stripe_id: str
    state: str
    received_satang: int = 0
    intent_id: str = ""
    redirect_url: str = ""
    qr_svg_url: str = ""
    qr_data: str = ""
    problem: str = ""
    transaction_id: str = ""
    fee_satang: int | None = None
    day: dt.date | None = None


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """A refund as it is now."""

    stripe_id: str
    state: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class MovementFacts:
    """A balance transaction, satang."""

    stripe_id: str
    category: str
    source: str
    gross_satang: int
    fee_satang: int
    net_satang: int


@dataclass(frozen=True, slots=True)
class PayoutFacts:
    """A payout as it is now; its movements once Stripe has tied them to it."""

    stripe_id: str
    state: str
    satang: int
    arrives_on: dt.date
    complete: bool
    movements: tuple[MovementFacts, ...] = ()


def is_on() -> bool:
    """Whether payments can be taken: both keys are set."""
    return bool(settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRET)


def _client() -> stripe.StripeClient:
    if not is_on():
        raise GatewayOff()
    http = stripe.RequestsClient(timeout=settings.STRIPE_TIMEOUT_SECONDS)
    if settings.STRIPE_API_BASE:
        return stripe.StripeClient(
            settings.STRIPE_SECRET_KEY,
            base_addresses={"api": settings.STRIPE_API_BASE},
            http_client=http,
            max_network_retries=1,
        )
    return stripe.StripeClient(settings.STRIPE_SECRET_KEY, http_client=http, max_network_retries=2)


def ask_payment(payment: Payment) -> PaymentFacts:
    """Make the intent of a payment, or get the one that the same key made before.

    PromptPay is confirmed at once, which gives the QR; a card is typed on Stripe's own page, so
    that no card number and no foreign script comes near ours.

    Raises:
        stripe.StripeError: refused, or no answer; the same call may be made again.
    """
    words = payment.document.code if payment.document else payment.buyer.code
    metadata = {"luangna_payment": str(payment.key)}
    options: stripe.RequestOptions = {"idempotency_key": f"payment:{payment.key}"}
    if payment.method == "card":
        session = _client().v1.checkout.sessions.create(
            params={
                "mode": "payment",
                "allowed_payment_method_types": ["card"],
                "customer_email": payment.email,
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {
                            "currency": "thb",
                            "unit_amount": payment.satang,
                            "product_data": {"name": words},
                        },
                    }
                ],
                "metadata": metadata,
                "payment_intent_data": {"metadata": metadata, "description": words},
                "success_url": payment.return_url,
                "cancel_url": payment.return_url,
            },
            options=options,
        )
        return _session(session.to_dict())
    intent = _client().v1.payment_intents.create(
        params={
            "amount": payment.satang,
            "currency": "thb",
            "allowed_payment_method_types": ["promptpay"],
            "metadata": metadata,
            "description": words,
            "confirm": True,
            "payment_method_data": {
                "type": "promptpay",
                "billing_details": {"email": payment.email},
            },
            "return_url": payment.return_url,
            "expand": _EXPAND,
        },
        options=options,
    )
    return _payment(intent.to_dict())


def read_payment(stripe_id: str) -> PaymentFacts:
    """A payment as it is now: an intent, or a page for cards and the intent behind it."""
    if stripe_id.startswith("cs_"):
        expand = [f"payment_intent.{name}" for name in _EXPAND]
        session = _client().v1.checkout.sessions.retrieve(stripe_id, params={"expand": expand})
        return _session(session.to_dict())
    intent = _client().v1.payment_intents.retrieve(stripe_id, params={"expand": _EXPAND})
    return _payment(intent.to_dict())


def cancel_payment(stripe_id: str) -> PaymentFacts:
    """Withdraw a payment that nobody made yet.

    Raises:
        stripe.InvalidRequestError: it was paid meanwhile.
    """
    if stripe_id.startswith("cs_"):
        return _session(_client().v1.checkout.sessions.expire(stripe_id).to_dict())
    return _payment(
        _client().v1.payment_intents.cancel(stripe_id, params={"expand": _EXPAND}).to_dict()
    )


def ask_refund(refund: Refund) -> RefundFacts:
    """Give money back, or get the refund that the same key made before."""
    params: dict[str, Any] = {
        "payment_intent": refund.payment.intent_id,
        "amount": refund.satang,
        "metadata": {"luangna_refund": str(refund.key)},
    }
    if refund.payment.method == "promptpay":
        params["instructions_email"] = refund.payment.email
    made = _client().v1.refunds.create(
        params=params,  # type: ignore[arg-type]
        options={"idempotency_key": f"refund:{refund.key}"},
    )
    return _refund(made.to_dict())


def read_refund(stripe_id: str) -> RefundFacts:
    """A refund as it is now."""
    return _refund(_client().v1.refunds.retrieve(stripe_id).to_dict())


def read_payout(stripe_id: str) -> PayoutFacts:
    """A payout as it is now, with its balance transactions when Stripe has settled them."""
    return _payout(_client().v1.payouts.retrieve(stripe_id).to_dict())


def recent_payouts(since: dt.datetime) -> Iterator[PayoutFacts]:
    """Payouts made since a moment, newest first."""
    listed = _client().v1.payouts.list(
        params={"created": {"gte": int(since.timestamp())}, "limit": 100}
    )
    for payout in listed.auto_paging_iter():
        yield _payout(payout.to_dict())


def read_balance() -> tuple[int, int]:
    """Stripe's own figures: (pending, available) in satang."""
    balance = _client().v1.balance.retrieve().to_dict()
    pending, available = (
        sum(part["amount"] for part in balance[name] if part["currency"] == "thb")
        for name in ("pending", "available")
    )
    return pending, available


def checked_event(body: bytes, header: str, now: dt.datetime) -> dict[str, Any]:
    """The event in a signed message.

    Args:
        body: as received.
        header: `Stripe-Signature`.
        now: by our clock.

    Raises:
        GatewayOff: no keys are set.
        BadSignature: not signed by Stripe, or its time is more than five minutes from ours,
            earlier or later (the library bounds only its age).
    """
    if not is_on():
        raise GatewayOff()
    try:
        text = body.decode("utf-8")
        times = [part[2:] for part in header.split(",") if part.startswith("t=")]
        if len(times) != 1 or not rules.within_skew(int(times[0]), now.timestamp()):
            raise BadSignature()
        stripe.WebhookSignature.verify_header(
            text, header, settings.STRIPE_WEBHOOK_SECRET, tolerance=None
        )
        event = json.loads(text)
    except (ValueError, stripe.SignatureVerificationError) as error:
        raise BadSignature() from error
    if not isinstance(event, dict) or not isinstance(event.get("id"), str):
        raise BadSignature()
    return event


def _payment(intent: dict[str, Any]) -> PaymentFacts:
    action = intent.get("next_action") or {}
    qr = action.get("promptpay_display_qr_code") or {}
    error = intent.get("last_payment_error") or {}
    charge = intent.get("latest_charge")
    charge = charge if isinstance(charge, dict) else {}
    moved = charge.get("balance_transaction")
    moved = moved if isinstance(moved, dict) else {}
    return PaymentFacts(
        stripe_id=intent["id"],
        intent_id=intent["id"],
        state=rules.payment_state(intent["status"], failed=bool(error)),
        received_satang=intent.get("amount_received") or 0,
        redirect_url=qr.get("hosted_instructions_url")
        or (action.get("redirect_to_url") or {}).get("url")
        or "",
        qr_svg_url=qr.get("image_url_svg") or "",
        qr_data=qr.get("data") or "",
        problem=(error.get("message") or "")[:300],
        transaction_id=moved.get("id", ""),
        fee_satang=moved.get("fee"),
        day=_day(charge["created"]) if "created" in charge else None,
    )


def _session(session: dict[str, Any]) -> PaymentFacts:
    intent = session.get("payment_intent")
    if isinstance(intent, dict):
        facts = _payment(intent)
        if facts.state in ("succeeded", "processing"):
            return replace(facts, stripe_id=session["id"])
    expired = session["status"] == "expired"
    return PaymentFacts(
        stripe_id=session["id"],
        state="canceled" if expired else "waiting",
        intent_id=intent["id"] if isinstance(intent, dict) else intent or "",
        redirect_url=session.get("url") or "",
    )


def _refund(refund: dict[str, Any]) -> RefundFacts:
    return RefundFacts(refund["id"], refund["status"], refund.get("failure_reason") or "")


def _payout(payout: dict[str, Any]) -> PayoutFacts:
    complete = payout.get("reconciliation_status") == "completed"
    movements: list[MovementFacts] = []
    if complete:
        listed = _client().v1.balance_transactions.list(
            params={"payout": payout["id"], "limit": 100}
        )
        for one in listed.auto_paging_iter():
            if one.reporting_category != "payout":
                source = one.source if isinstance(one.source, str) else ""
                movements.append(
                    MovementFacts(
                        one.id, one.reporting_category, source, one.amount, one.fee, one.net
                    )
                )
    return PayoutFacts(
        payout["id"],
        payout["status"],
        payout["amount"],
        _day(payout["arrival_date"]),
        complete,
        tuple(movements),
    )


def _day(seconds: int) -> dt.date:
    return dt.datetime.fromtimestamp(seconds, tz=BANGKOK).date()
