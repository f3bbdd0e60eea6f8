"""Posting rules of what growers get ahead: advances, inputs, loans, and money paid early."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

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


def early_settled(
    *, owed: int, day: dt.date, payable: str, prepaid: str, satang: int
) -> JournalInput:
    """The buyer paid for what a grower had been paid early: the two meet.

    =================  ====  ======================================================
    payable:<grower>   Dr    what was owed; what a correction took from it since is
                             advance:<grower> Dr instead
    prepaid:<grower>   Cr    what had been paid
    =================  ====  ======================================================
    """
    own = f"owed:{owed}"
    return JournalInput(
        key=f"early-settled:{owed}",
        event="early.settled",
        day=day,
        description="ผู้ซื้อจ่ายแล้ว ตัดเงินจ่ายล่วงหน้า",
        source=own,
        entries=[EntryInput(payable, satang, own), EntryInput(prepaid, -satang, own)],
    )


def members_handed_on(
    *, batch: int, day: dt.date, words: str, parts: Sequence[tuple[str, int, str]]
) -> JournalInput:
    """What was taken from growers' payments for others is handed on to them.

    ==================  ====  ==============================================================
    saving:<person>     Dr    what she put aside goes to her savings book
    coop:members        Dr    what was collected for the desk that lent or sold to her
    handed:back         Cr    (a negative part) savings handed on before, of a payment that
                              came back since; of a loan coop:members Cr instead
    handing:members     Cr    the rest, until its payment voucher: that takes it to
                              transit:voucher, and the bank row from there
    ==================  ====  ==============================================================

    Dropping the batch reverses this journal.

    Args:
        parts: (account, satang debited, source) per deduction of a payment.
    """
    own = f"hand_on:{batch}"
    return JournalInput(
        key=own,
        event="members.handed_on",
        day=day,
        description=words,
        source=own,
        entries=[
            *(EntryInput(account, satang, source, words) for account, satang, source in parts),
            EntryInput(
                accounts.HANDING.code, -sum(satang for _code, satang, _source in parts), own, words
            ),
        ],
    )
