"""Posting rules of what is agreed with a single grower: what she got ahead, and mistakes in it."""

from __future__ import annotations

import datetime as dt

from marketplace.ledger.rules import EntryInput, JournalInput
from orders.invoicing import accounts


def member_owes(
    *, deduction: int, day: dt.date, words: str, account: str, satang: int
) -> JournalInput:
    """A grower got money or goods that her payments will pay back.

    =====================================  ====  ===============================================
    ahead:, credit: or loan:<person>       Dr    what she got
    coop:members                           Cr    the same: the cooperative's own desk gave it
    =====================================  ====  ===============================================

    Taking it back stands in `payout_sent` and `cash_paid`; savings begin there.
    """
    own = f"deduction:{deduction}"
    return JournalInput(
        key=own,
        event="member.owes",
        day=day,
        description=words,
        source=own,
        entries=[
            EntryInput(account, satang, own, words),
            EntryInput(accounts.COOP_MEMBERS, -satang, own, words),
        ],
    )


def advance_handed_out(
    *, deduction: int, voucher: int, code: str, day: dt.date, account: str, satang: int
) -> JournalInput:
    """An approved advance is handed out in cash against a signature.

    ==================  ====  ===================================================
    ahead:<person>      Dr    what she got
    cash:float          Cr    the same; never below what was counted in
    ==================  ====  ===================================================
    """
    own = f"deduction:{deduction}"
    return JournalInput(
        key=own,
        event="member.owes",
        day=day,
        description=f"จ่ายเงินยืมล่วงหน้า {code}",
        source=f"voucher:{voucher}",
        entries=[
            EntryInput(account, satang, own, code),
            EntryInput(accounts.FLOAT, -satang, f"voucher:{voucher}", code),
        ],
    )
