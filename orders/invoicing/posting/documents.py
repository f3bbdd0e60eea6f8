"""Posting rules of documents."""

from __future__ import annotations

import datetime as dt

from marketplace.ledger.rules import EntryInput, JournalInput


def bill_issued(
    *,
    pk: int,
    code: str,
    day: dt.date,
    buyer_name: str,
    unbilled: str,
    receivable: str,
    satang: int,
) -> JournalInput:
    """A bill is issued: what was delivered becomes what is asked for.

    ====================  ====  ==========
    receivable:<buyer>    Dr    the bill's total
    unbilled:<buyer>      Cr    the same
    ====================  ====  ==========

    Voiding a bill reverses this journal.
    """
    source = f"document:{pk}"
    return JournalInput(
        key=f"document:{pk}",
        event="bill.issued",
        day=day,
        description=f"{code} {buyer_name}",
        source=source,
        entries=[
            EntryInput(receivable, satang, source, code),
            EntryInput(unbilled, -satang, source, code),
        ],
    )
