"""Posting rules of money that leaves for the growers: by bank, in cash, and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from marketplace.ledger.rules import EntryInput, JournalInput
from orders.invoicing import accounts


def payout_sent(
    *, batch: int, day: dt.date, code: str, payments: Sequence[tuple[str, int, str]]
) -> JournalInput:
    """A payout batch goes to the bank.

    ==================================  ====  ====================================================
    payable:<grower>                    Dr    what each is paid, what is taken from it included
    prepaid:<grower>                    Dr    instead, for what its buyer has not paid yet
    advance:<grower>                    Cr    (a negative payment) what was overpaid before
    ahead:, credit:, loan:<person>      Cr    (a negative payment) what she pays back by it
    saving:<person>                     Cr    (a negative payment) what she puts aside by it
    transit:payout                      Cr    what reaches the payees, until the bank row arrives
    ==================================  ====  ====================================================

    Args:
        payments: (account, satang debited, source) per grower's account.
    """
    total = sum(satang for _account, satang, _source in payments)
    own = f"batch:{batch}"
    return JournalInput(
        key=f"payout:{batch}",
        event="payout.sent",
        day=day,
        description=f"โอนจ่ายค่าผลผลิต {code}",
        source=own,
        entries=[
            *(EntryInput(account, satang, source, code) for account, satang, source in payments),
            EntryInput(accounts.PAYOUT_TRANSIT, -total, own, code),
        ],
    )


def payout_failed(
    *, item: int, day: dt.date, code: str, payments: Sequence[tuple[str, int, str]]
) -> JournalInput:
    """The bank could not pay one payee of a batch: the opposite of its part of `payout_sent`.

    ==================================  ====  ====================================================
    transit:payout                      Dr    what does not reach the payee
    payable: or prepaid:<grower>        Cr    owed again
    ahead:, credit:, loan:, saving:     Dr    what was deducted is not; savings that were handed
                                              on already: handed:back Dr
    ==================================  ====  ====================================================
    """
    total = sum(satang for _account, satang, _source in payments)
    own = f"payout_item:{item}"
    return JournalInput(
        key=f"payout-failed:{item}",
        event="payout.failed",
        day=day,
        description=f"โอนไม่สำเร็จ {code}",
        source=own,
        entries=[
            *(EntryInput(account, -satang, source, code) for account, satang, source in payments),
            EntryInput(accounts.PAYOUT_TRANSIT, total, own, code),
        ],
    )


def payout_returned(
    *,
    item: int,
    time: int,
    day: dt.date,
    code: str,
    payments: Sequence[tuple[str, int, str]],
) -> JournalInput:
    """A payment that the bank had confirmed came back.

    ==================================  ====  ====================================================
    transit:returned                    Dr    what reaches the bank again; its row credits this
    payable: or prepaid:<grower>        Cr    owed again
    ahead:, credit:, loan:, saving:     Dr    what was deducted is not; savings that were handed
                                              on already: handed:back Dr
    ==================================  ====  ====================================================

    Args:
        time: 1, 2… for the same payment: a return that was undone may be found again.
        payments: as in `payout_sent`.
    """
    total = sum(satang for _account, satang, _source in payments)
    own = f"payout_item:{item}"
    return JournalInput(
        key=f"payout-returned:{item}:{time}",
        event="payout.returned",
        day=day,
        description=f"โอนจ่ายตีกลับ {code}",
        source=own,
        entries=[
            *(EntryInput(account, -satang, source, code) for account, satang, source in payments),
            EntryInput(accounts.PAYOUT_RETURNED.code, total, own, code),
        ],
    )


def cash_paid(
    *, voucher: int, day: dt.date, code: str, payments: Sequence[tuple[str, int, str]]
) -> JournalInput:
    """A payee signed for cash: paid at once.

    ====================================  ====  ==================================================
    payable:<grower> or payable:outside   Dr    what is paid, what is taken from it included
    ahead:, credit:, loan:, saving:       Cr    (negative payments) as in `payout_sent`
    cash:float                            Cr    what reaches the payee; never below what was
                                                counted in
    ====================================  ====  ==================================================
    """
    total = sum(satang for _account, satang, _source in payments)
    own = f"voucher:{voucher}"
    return JournalInput(
        key=f"voucher:{voucher}",
        event="cash.paid",
        day=day,
        description=f"จ่ายเงินสด {code}",
        source=own,
        entries=[
            *(EntryInput(account, satang, source, code) for account, satang, source in payments),
            EntryInput(accounts.FLOAT, -total, own, code),
        ],
    )


def cash_moved(
    *,
    key: str,
    event: str,
    day: dt.date,
    description: str,
    source: str,
    debit: str,
    credit: str,
    satang: int,
    difference_satang: int = 0,
) -> JournalInput:
    """Cash changes its place.

    ===================  ==================  ==============================================
    event                Dr                  Cr
    ===================  ==================  ==============================================
    drawn from the bank  cash:safe           transit:cash, until the passbook shows it
    float opened         cash:float          cash:safe
    float closed         cash:safe           cash:float; what the count lacks is
                                             cash:difference Dr, what it has too much Cr
    resale money in      cash:safe           resale:due
    ===================  ==================  ==============================================

    Args:
        satang: what arrives at `debit`.
        difference_satang: what `credit` gives beyond that (below zero: less).
    """
    return JournalInput(
        key=key,
        event=event,
        day=day,
        description=description,
        source=source,
        entries=[
            EntryInput(debit, satang, source),
            EntryInput(accounts.CASH_DIFFERENCE, difference_satang, source),
            EntryInput(credit, -satang - difference_satang, source),
        ],
    )
