"""What upper rooms are told: they register a function in their `AppConfig.ready()`.

Each is called inside the transaction that causes it and may refuse it by raising.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marketplace.accounts.models import User
    from orders.invoicing.models import Document


@dataclass(frozen=True, slots=True)
class OwedFact:
    """What one event owes a grower, satang; below zero it is taken back.

    Attributes:
        key: idempotency key, unique among all facts.
        kind: intake, accepted, correction, returned or resold.
        group_id: the farmer group.
        person_id: the grower; None only for goods of a group as such.
        lot_id: the harvest lot.
        line_id: the order line, for what is owed by accepted weight.
        day: delivery day of the lot's cycle.
        qty: base units it is for.
        price_satang: farm gate per 1,000 g or piece.
        satang: the amount.
        journal_key: the journal that carries it.
    """

    key: str
    kind: str
    group_id: int
    person_id: int | None
    lot_id: int
    line_id: int | None
    day: dt.date
    qty: int
    price_satang: int
    satang: int
    journal_key: str


GrowersOwed = Callable[[list[OwedFact], "User | None"], None]
DocumentsChanged = Callable[[list["Document"], "User | None"], None]

growers_owed: list[GrowersOwed] = []
"""Called with what an event owes growers, after its journal is posted."""

documents_reopened: list[DocumentsChanged] = []
"""Bills were paid and are not any more, as their payment was undone."""

documents_changed: list[DocumentsChanged] = []
"""Called when bills were paid in full, became open again, or were voided."""

pay_to: list[Callable[[], list[str]]] = []
"""Lines for the foot of a bill: to which bank account it may be transferred."""

paid_otherwise: list[Callable[[], dict[int, int]]] = []
"""Document's primary key → satang that settled it without a bank row of its own (cards), for the
check that what was paid on bills has come from somewhere."""

deposited_otherwise: list[Callable[[], dict[str, int]]] = []
"""Code of a deposit account → satang that came there without a bank row of its own."""

withheld_from: list[Callable[[list[int]], dict[int, int]]] = []
"""Bills' primary keys → satang of tax that their buyers withheld, for the receipts."""

withheld_otherwise: list[Callable[[], int]] = []
"""Satang of tax withheld without a bank row of its own, for the check of the tax awaited."""

waiting_payments: list[Callable[[list[int]], dict[int, int]]] = []
"""Bills' primary keys → satang that is handed in for them and not collected yet (cheques). It
settles nothing: the bill, the list and the ageing only say it."""


@dataclass(frozen=True, slots=True)
class BankErrand:
    """Something to take to the bank on a day (a cheque whose date comes).

    Attributes:
        day: not before it.
        label: what a person reads.
        satang: what it is worth.
        url: its page.
    """

    day: dt.date
    label: str
    satang: int
    url: str


bank_errands: list[Callable[[dt.date, dt.date], list[BankErrand]]] = []
"""Called with the first and the last day of a month; the page of carrying days lists them."""


def waiting_on(bills: list[int]) -> dict[int, int]:
    """What is handed in for bills and not collected yet: primary key → satang."""
    found: dict[int, int] = {}
    for read in waiting_payments:
        for pk, satang in read(bills).items():
            found[pk] = found.get(pk, 0) + satang
    return found


pay_online: list[Callable[[Document], str]] = []
"""Address where an open bill can be paid online; empty when it cannot. The bill's page shows it."""
