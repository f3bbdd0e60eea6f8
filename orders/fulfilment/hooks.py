"""What upper rooms are told: they register a function in their `AppConfig.ready()`.

Each is called inside the transaction that causes it and may refuse it by raising.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from marketplace.accounts.models import User
    from marketplace.parties.models import Person
    from orders.fulfilment.models import Acceptance, Disposition, HarvestLot


@dataclass(frozen=True, slots=True)
class LotCorrection:
    """A lot's quantity before and after a weighing was reversed, base units; `weighing_id` is the
    reversal.
    """

    lot: HarvestLot
    before_qty: int
    after_qty: int
    weighing_id: int


LotsTakenIn = Callable[[list["HarvestLot"], "User | None"], None]
DeliveriesAccepted = Callable[[list["Acceptance"], "User | None"], None]
LotsCorrected = Callable[[list["LotCorrection"], "User | None"], None]
LotsDisposed = Callable[[list["Disposition"], "User | None"], None]

lots_taken_in: list[LotsTakenIn] = []
"""Called once a lot, when intake of its cycle is closed (or it is bought or weighed in later)."""

lots_corrected: list[LotsCorrected] = []
"""Called when a weighing of a lot that was already told is reversed."""

deliveries_accepted: list[DeliveriesAccepted] = []
"""Called once an acceptance, with its lines and their lots already written."""

lots_disposed: list[LotsDisposed] = []
"""Called when goods were resold, given back, given away or thrown away."""

MoneyOf = Callable[["Person"], dict[str, object]]

PayDays = Callable[[list["HarvestLot"]], dict[int, "date"]]

pay_days: list[PayDays] = []
"""The day on which lots are paid, by primary key, as far as the settlement knows it."""

grower_money: list[MoneyOf] = []
"""Panels for the grower's first page: earned, expected and the day the money comes."""


def tell_lots_taken_in(lots: list[HarvestLot], *, by: User | None) -> None:
    """Tell every registered room that lots were taken in."""
    for told in lots_taken_in:
        told(lots, by)


def tell_lots_corrected(corrections: list[LotCorrection], *, by: User | None) -> None:
    """Tell every registered room that lots told before weigh something else."""
    for told in lots_corrected:
        told(corrections, by)


def tell_deliveries_accepted(acceptances: list[Acceptance], *, by: User | None) -> None:
    """Tell every registered room that deliveries were accepted."""
    for told in deliveries_accepted:
        told(acceptances, by)


def tell_lots_disposed(dispositions: list[Disposition], *, by: User | None) -> None:
    """Tell every registered room that goods were disposed of."""
    for told in lots_disposed:
        told(dispositions, by)
