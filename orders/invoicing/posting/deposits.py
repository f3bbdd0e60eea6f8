"""Posting rules of money held for buyers: a liability until it pays a bill, goes back or is kept."""

from __future__ import annotations

import datetime as dt

from marketplace.ledger.rules import EntryInput, JournalInput


def deposit_applied(
    *, use: int, day: dt.date, words: str, deposit: str, receivable: str, bill: int, satang: int
) -> JournalInput:
    """What a buyer has on deposit pays a bill.

    ====================  ====  ==================
    deposit:<buyer>       Dr    the amount
    receivable:<buyer>    Cr    the same, on the bill
    ====================  ====  ==================

    Undoing it reverses this journal.
    """
    own = f"deposit_use:{use}"
    return _journal(
        use,
        "deposit.applied",
        day,
        words,
        deposit,
        EntryInput(receivable, -satang, f"document:{bill}", words),
        own,
    )


def deposit_returned(
    *, use: int, day: dt.date, words: str, deposit: str, transit: str, satang: int
) -> JournalInput:
    """What a buyer has on deposit goes back to it.

    ==================  ====  ==================================
    deposit:<buyer>     Dr    the amount
    transit:deposit     Cr    the same, until the bank row comes
    ==================  ====  ==================================
    """
    own = f"deposit_use:{use}"
    return _journal(
        use, "deposit.returned", day, words, deposit, EntryInput(transit, -satang, own, words), own
    )


def deposit_reclaimed(
    *, use: int, day: dt.date, words: str, deposit: str, reclaim: str, satang: int
) -> JournalInput:
    """What a buyer has on deposit pays what it owes back of a deposit whose cheque was returned.

    ==================  ====  ============
    deposit:<buyer>     Dr    the amount
    reclaim:<buyer>     Cr    the same
    ==================  ====  ============
    """
    own = f"deposit_use:{use}"
    return _journal(
        use, "deposit.reclaimed", day, words, deposit, EntryInput(reclaim, -satang, own, words), own
    )


def deposit_kept(
    *, use: int, day: dt.date, words: str, deposit: str, income: str, satang: int
) -> JournalInput:
    """A deposit is kept by the terms agreed with the buyer, who cancelled after the cut-off.

    ==================  ====  ============
    deposit:<buyer>     Dr    the amount
    income:deposit      Cr    the same
    ==================  ====  ============
    """
    own = f"deposit_use:{use}"
    return _journal(
        use, "deposit.kept", day, words, deposit, EntryInput(income, -satang, own, words), own
    )


def _journal(
    use: int, event: str, day: dt.date, words: str, deposit: str, other: EntryInput, own: str
) -> JournalInput:
    return JournalInput(
        key=f"deposit_use:{use}",
        event=event,
        day=day,
        description=words,
        source=own,
        entries=[EntryInput(deposit, -other.satang, own, words), other],
    )
