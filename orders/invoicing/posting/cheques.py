"""Posting rules of buyers' cheques.

A cheque is paper until the bank collects it: the bill stays in `receivable:<buyer>`, and what lies
in the drawer (`cheque:in-hand`) or at the bank (`cheque:collecting`) faces `cheque:uncleared`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.ledger.rules import EntryInput, JournalInput
from orders.invoicing import accounts


@dataclass(frozen=True, slots=True)
class ChequePartFacts:
    """What a cleared cheque settles on one bill, satang.

    Attributes:
        document: the bill's primary key.
        satang: of the cheque.
        withheld_satang: tax the buyer withheld, on top.
    """

    document: int
    satang: int
    withheld_satang: int


def cheque_received(*, cheque: int, day: dt.date, words: str, satang: int) -> JournalInput:
    """A buyer hands in a cheque; no bill is paid by that.

    ==================  ====  ==================================================
    cheque:in-hand      Dr    the amount written on it
    cheque:uncleared    Cr    the same
    ==================  ====  ==================================================

    A cheque given back before its deposit, or returned before it cleared, reverses this journal
    (and its deposit).
    """
    own = f"cheque:{cheque}"
    return JournalInput(
        key=f"cheque:{cheque}:received",
        event="cheque.received",
        day=day,
        description=words,
        source=own,
        entries=[
            EntryInput(accounts.CHEQUE_IN_HAND, satang, own, words),
            EntryInput(accounts.CHEQUE_UNCLEARED, -satang, own, words),
        ],
    )


def cheques_deposited(
    *, cheque: int, slip: int, day: dt.date, words: str, satang: int
) -> JournalInput:
    """A cheque goes to the bank on a deposit slip.

    ===================  ====  ==============================================
    cheque:collecting    Dr    the amount, until the bank row arrives
    cheque:in-hand       Cr    the same
    ===================  ====  ==============================================
    """
    own = f"cheque:{cheque}"
    return JournalInput(
        key=f"cheque:{cheque}:deposited",
        event="cheque.deposited",
        day=day,
        description=words,
        source=own,
        entries=[
            EntryInput(accounts.CHEQUE_COLLECTING, satang, f"cheque_slip:{slip}", words),
            EntryInput(accounts.CHEQUE_IN_HAND, -satang, own, words),
        ],
    )


def cheque_cleared(
    *,
    cheque: int,
    turn: int,
    day: dt.date,
    words: str,
    receivable: str,
    deposit: str,
    parts: Sequence[ChequePartFacts],
    on_deposit_satang: int,
) -> JournalInput:
    """The bank collected a cheque: now it pays. (The bank row itself: bank Dr, cheque:collecting
    Cr.)

    ====================  ====  ====================================================
    cheque:uncleared      Dr    the amount of the cheque
    wht:receivable        Dr    tax the buyer withheld, certificate awaited
    receivable:<buyer>    Cr    what each bill takes of both
    deposit:<buyer>       Cr    what no bill takes (a deposit, a bill paid meanwhile)
    ====================  ====  ====================================================

    Args:
        turn: counts the clearings of this cheque; undoing the bank row reverses one, and the next
            has a key of its own.
    """
    own = f"cheque:{cheque}"
    satang = sum(part.satang for part in parts) + on_deposit_satang
    return JournalInput(
        key=f"cheque:{cheque}:cleared:{turn}",
        event="cheque.cleared",
        day=day,
        description=words,
        source=own,
        entries=[
            EntryInput(accounts.CHEQUE_UNCLEARED, satang, own, words),
            *(
                entry
                for part in parts
                for entry in (
                    EntryInput(
                        accounts.WITHHELD, part.withheld_satang, f"document:{part.document}", words
                    ),
                    EntryInput(
                        receivable,
                        -part.satang - part.withheld_satang,
                        f"document:{part.document}",
                        words,
                    ),
                )
            ),
            EntryInput(deposit, -on_deposit_satang, own, words),
        ],
    )


def cheque_bounced(*, cheque: int, day: dt.date, words: str, satang: int) -> JournalInput:
    """A cheque that had cleared is returned, beside the reversal of `cheque_cleared`.

    ==================  ====  ====================================================
    cheque:uncleared    Dr    the amount: the paper is worth nothing any more
    cheque:bounced      Cr    the same, until the bank takes it off the account
    ==================  ====  ====================================================
    """
    own = f"cheque:{cheque}"
    return JournalInput(
        key=f"cheque:{cheque}:bounced",
        event="cheque.bounced",
        day=day,
        description=words,
        source=own,
        entries=[
            EntryInput(accounts.CHEQUE_UNCLEARED, satang, own, words),
            EntryInput(accounts.CHEQUE_BOUNCED, -satang, own, words),
        ],
    )
