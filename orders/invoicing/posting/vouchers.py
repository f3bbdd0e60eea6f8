"""Posting rules of payment vouchers."""

from __future__ import annotations

import datetime as dt

from marketplace.ledger.rules import EntryInput, JournalInput


def payment_voucher_issued(
    *, voucher: int, day: dt.date, words: str, debit: str, credit: str, satang: int, source: str
) -> JournalInput:
    """A second person agreed to a payment: what was owed is on its way, or paid from the safe.

    =================  ====  ==================================================
    payable:outside    Dr    the amount, on the lot
    transit:voucher    Cr    the same by transfer, until the bank row comes
    cash:safe          Cr    the same in cash; never below what lies in it
    =================  ====  ==================================================

    Voiding the voucher reverses this journal. A payment that the books have already (a bank's fee,
    a returned deposit) posts nothing.
    """
    own = f"payment_voucher:{voucher}"
    return JournalInput(
        key=own,
        event="payment_voucher.issued",
        day=day,
        description=words,
        source=own,
        entries=[EntryInput(debit, satang, source, words), EntryInput(credit, -satang, own, words)],
    )
