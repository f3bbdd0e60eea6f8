"""Posting rules of card and PromptPay payments that come through Stripe.

`stripe:pending` is what buyers paid and Stripe has not released, `stripe:available` what it may pay
out, `stripe:clearing` what it sent to the bank and no bank row shows yet. Keys are made of Stripe's
object and what became of it, never of an event: two events may tell one fact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.ledger.rules import EntryInput, JournalInput
from orders.invoicing import accounts


@dataclass(frozen=True, slots=True)
class StripeMovement:
    """A balance transaction in a payout, satang: `net = gross - fee`.

    Attributes:
        stripe_id: `txn_…`.
        category: Stripe's reporting category: charge, refund, fee…
        net_satang: what it adds to the balance, below zero when it takes.
    """

    stripe_id: str
    category: str
    net_satang: int


def stripe_paid(
    *,
    stripe_id: str,
    pk: int,
    day: dt.date,
    words: str,
    receivable: str,
    deposit: str,
    document: str,
    on_bill_satang: int,
    on_deposit_satang: int,
) -> JournalInput:
    """A buyer's payment succeeded at Stripe.

    ====================  ====  ==================================================
    stripe:pending        Dr    what the buyer paid, before Stripe's fee
    receivable:<buyer>    Cr    what the bill still asked for
    deposit:<buyer>       Cr    the rest: a deposit, or money for a bill paid meanwhile
    ====================  ====  ==================================================
    """
    own = f"stripe_payment:{pk}"
    return JournalInput(
        key=f"stripe:{stripe_id}:succeeded",
        event="stripe.paid",
        day=day,
        description=words,
        source=own,
        entries=[
            EntryInput(accounts.STRIPE_PENDING, on_bill_satang + on_deposit_satang, own, words),
            EntryInput(receivable, -on_bill_satang, document or own, words),
            EntryInput(deposit, -on_deposit_satang, own, words),
        ],
    )


def stripe_fee(*, stripe_id: str, pk: int, day: dt.date, words: str, satang: int) -> JournalInput:
    """Stripe keeps its fee of a payment.

    ================  ====  ==========
    fee:stripe        Dr    the fee, VAT on it included
    stripe:pending    Cr    the same
    ================  ====  ==========
    """
    own = f"stripe_payment:{pk}"
    return JournalInput(
        key=f"stripe:{stripe_id}:fee",
        event="stripe.fee",
        day=day,
        description=words,
        source=own,
        entries=[
            EntryInput(accounts.STRIPE_FEE, satang, own, words),
            EntryInput(accounts.STRIPE_PENDING, -satang, own, words),
        ],
    )


def stripe_refunded(
    *,
    stripe_id: str,
    pk: int,
    day: dt.date,
    words: str,
    receivable: str,
    deposit: str,
    document: str,
    off_bill_satang: int,
    off_deposit_satang: int,
) -> JournalInput:
    """A refund reached the buyer; the fee of the payment stays with Stripe.

    ====================  ====  ==================================================
    receivable:<buyer>    Dr    what the bill asks for again
    deposit:<buyer>       Dr    what was a deposit
    stripe:available      Cr    both
    ====================  ====  ==================================================

    A refund that fails later reverses this journal.
    """
    own = f"stripe_refund:{pk}"
    return JournalInput(
        key=f"stripe:{stripe_id}:succeeded",
        event="stripe.refunded",
        day=day,
        description=words,
        source=own,
        entries=[
            EntryInput(receivable, off_bill_satang, document or own, words),
            EntryInput(deposit, off_deposit_satang, own, words),
            EntryInput(
                accounts.STRIPE_AVAILABLE, -off_bill_satang - off_deposit_satang, own, words
            ),
        ],
    )


def stripe_paid_out(
    *,
    stripe_id: str,
    pk: int,
    day: dt.date,
    words: str,
    satang: int,
    movements: Sequence[StripeMovement],
) -> JournalInput:
    """Stripe sent a payout to the bank, made of these balance transactions.

    ==================  ====  =====================================================
    stripe:available    Dr    net of the charges in it
    stripe:pending      Cr    the same: it became available
    fee:stripe          Dr    fees that Stripe took on their own
    stripe:available    Cr    those fees
    stripe:clearing     Dr    the payout; the bank's row clears it
    stripe:available    Cr    the payout
    ==================  ====  =====================================================

    A payout below zero takes money from the bank: its last two entries change sides.
    Refunds in it have left `stripe:available` already. A payout that the bank returns reverses
    this journal.
    """
    own = f"stripe_payout:{pk}"
    released = sum(m.net_satang for m in movements if m.category == "charge")
    fees = -sum(m.net_satang for m in movements if m.category == "fee")
    return JournalInput(
        key=f"stripe:{stripe_id}:paid",
        event="stripe.paid_out",
        day=day,
        description=words,
        source=own,
        entries=[
            EntryInput(accounts.STRIPE_AVAILABLE, released - fees - satang, own, words),
            EntryInput(accounts.STRIPE_PENDING, -released, own, words),
            EntryInput(accounts.STRIPE_FEE, fees, own, words),
            EntryInput(accounts.STRIPE_CLEARING, satang, own, words),
        ],
    )
