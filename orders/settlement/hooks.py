"""What upper rooms offer to payment vouchers: things that the cooperative pays and needs a paper for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marketplace.accounts.models import User


@dataclass(frozen=True, slots=True)
class Payable:
    """Something that a payment voucher can be made for.

    Attributes:
        target: its key, such as `lot:<pk>`.
        payee: who gets the money.
        what: what for.
        satang: how much.
        day: since when it waits.
        account: ledger account that the payment clears; empty when the books have the payment
            already, so that the voucher is only its paper.
        pay_to: where it was sent, when that is known.
        made_by: who made the payment, where two persons decided about it already; with
        checked_by: who checked it.
    """

    target: str
    payee: str
    what: str
    satang: int
    day: dt.date
    account: str = ""
    pay_to: str = ""
    made_by: User | None = None
    checked_by: User | None = None


payables: list[Callable[[str], list[Payable]]] = []
"""Called with a target, or with an empty string for everything that has no live voucher yet."""
