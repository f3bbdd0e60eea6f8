"""Decisions about Stripe's payments that need no database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

MAX_SKEW_SECONDS: Final = 300
"""How far the time in a signature may be from ours, in both directions."""

MIN_SATANG: Final = 1_000
"""Stripe takes no payment below 10 baht."""

MAX_SATANG: Final = 99_999_999
"""Eight digits, the most that an intent takes."""

_PAYMENT: Final = {
    "requires_payment_method": "waiting",
    "requires_confirmation": "waiting",
    "requires_action": "waiting",
    "requires_capture": "processing",
    "processing": "processing",
    "canceled": "canceled",
    "succeeded": "succeeded",
}
_PAYMENT_RANK: Final = {
    "new": 0,
    "waiting": 1,
    "processing": 2,
    "failed": 3,
    "canceled": 3,
    "succeeded": 4,
}
_REFUND_RANK: Final = {
    "new": 0,
    "requires_action": 1,
    "pending": 2,
    "succeeded": 3,
    "failed": 4,
    "canceled": 4,
}
_PAYOUT_RANK: Final = {"pending": 0, "in_transit": 1, "paid": 2, "failed": 3, "canceled": 3}


def payment_state(status: str, *, failed: bool) -> str:
    """Our state of a payment for Stripe's status; one that must be tried again has failed.

    Args:
        status: of the PaymentIntent.
        failed: Stripe names a last payment error.
    """
    state = _PAYMENT.get(status, "waiting")
    return "failed" if failed and status == "requires_payment_method" else state


def payment_moves(old: str, new: str) -> bool:
    """Whether a payment goes from one state to another: only forward, whatever comes late."""
    return _PAYMENT_RANK[new] > _PAYMENT_RANK[old]


def refund_moves(old: str, new: str) -> bool:
    """Whether a refund moves on; one that succeeded may still fail, nothing follows a failure."""
    return _REFUND_RANK.get(new, 0) > _REFUND_RANK[old]


def payout_moves(old: str, new: str) -> bool:
    """Whether a payout moves on; one that was paid may still be returned by the bank."""
    return _PAYOUT_RANK.get(new, -1) > _PAYOUT_RANK.get(old, -1)


def within_skew(signed_at: int, now: float) -> bool:
    """Whether a signature's time is near ours: neither old nor from a clock that runs ahead.

    Args:
        signed_at: seconds since 1970, from the signature.
        now: the same, by our clock.
    """
    return abs(now - signed_at) <= MAX_SKEW_SECONDS


def split_payment(satang: int, open_satang: int) -> tuple[int, int]:
    """What of a payment the bill takes, and what becomes a deposit: (bill, deposit), satang.

    Money that has come is never refused: a bill paid by transfer meanwhile leaves all of it as a
    deposit.
    """
    on_bill = min(satang, max(open_satang, 0))
    return on_bill, satang - on_bill


def split_refund(satang: int, on_deposit: int) -> tuple[int, int]:
    """Where a refund is taken from: (bill, deposit), satang; the deposit first."""
    off_deposit = min(satang, max(on_deposit, 0))
    return satang - off_deposit, off_deposit


def payout_difference(satang: int, nets: Iterable[int]) -> int:
    """What a payout is more than its balance transactions add up to, satang; 0 when it is true."""
    return satang - sum(nets)
