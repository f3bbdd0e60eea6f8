"""Posting rules of the bank: what a statement row turns out to be."""

from __future__ import annotations

import datetime as dt

from marketplace.ledger.rules import EntryInput, JournalInput
from orders.invoicing import accounts


def bank_row_applied(
    *,
    application: int,
    row: int,
    day: dt.date,
    words: str,
    bank: str,
    against: str,
    satang: int,
    withheld_satang: int = 0,
    fee_satang: int = 0,
    source: str = "",
) -> JournalInput:
    """A part of a bank row is applied.

    Money in (`satang` positive):

    ===================  ====  ==================================================
    bank:<account>       Dr    what came in
    wht:receivable       Dr    tax the buyer withheld, certificate awaited
    fee:bank             Dr    what a bank kept of the payment
    <against>            Cr    all three: receivable:<buyer>, deposit:<buyer>,
                               suspense:unmatched, resale:due, capital:working…
    ===================  ====  ==================================================

    Money out (`satang` negative): the same with sides changed, `against` being transit:payout,
    transit:cash, fee:bank, suspense:unmatched… Undoing an application reverses its journal.
    """
    own = f"bank_row:{row}"
    return JournalInput(
        key=f"application:{application}",
        event="bank.applied",
        day=day,
        description=words,
        source=own,
        entries=[
            EntryInput(bank, satang, own, words),
            EntryInput(accounts.WITHHELD, withheld_satang, source or own, words),
            EntryInput(accounts.BANK_FEE, fee_satang, source or own, words),
            EntryInput(against, -satang - withheld_satang - fee_satang, source or own, words),
        ],
    )
