"""What pages say of deposits and credit."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from marketplace.ledger.models import Account
from marketplace.ledger.services import balances
from marketplace.parties.models import Buyer
from orders.deposits.models import DepositUse
from orders.deposits.rules import Exposure, above_limit
from orders.deposits.services.credit import allowed_above, exposure_of, limit_of
from orders.hooks import Panel
from orders.invoicing import accounts


@dataclass(frozen=True, slots=True)
class Held:
    """A buyer with what is held for it, satang."""

    buyer: Buyer
    satang: int
    asked_satang: int


def held_by(buyers: QuerySet[Buyer]) -> list[Held]:
    """What is held for each buyer, the most first; three queries."""
    found = list(buyers.order_by("name_th"))
    codes = {f"deposit:{buyer.code}": buyer for buyer in found}
    books = dict(Account.objects.filter(code__in=codes).values_list("code", "balance_satang"))
    asked: dict[int, int] = {}
    for buyer, satang in (
        DepositUse.objects.asked()
        .filter(buyer__in=[one.pk for one in found])
        .values_list("buyer_id", "satang")
    ):
        asked[buyer] = asked.get(buyer, 0) + satang
    rows = [
        Held(buyer, -books.get(code, 0), asked.get(buyer.pk, 0)) for code, buyer in codes.items()
    ]
    return sorted(rows, key=lambda row: (-row.satang, row.buyer.name_th))


def owed_back(buyer: Buyer) -> int:
    """What a buyer is to pay back of a deposit whose cheque was returned, satang."""
    code = accounts.reclaim(buyer).code
    return balances([code]).get(code, 0)


@dataclass(frozen=True, slots=True)
class Credit:
    """How far a buyer is from its limit, satang."""

    limit_satang: int
    allowed_satang: int
    exposure: Exposure
    new_satang: int = 0

    @property
    def left_satang(self) -> int:
        """What may still be ordered; below zero when the limit is passed."""
        return (
            self.limit_satang + self.allowed_satang - self.exposure.total_satang - self.new_satang
        )

    @property
    def over_satang(self) -> int:
        return above_limit(self.exposure, self.new_satang, self.limit_satang, self.allowed_satang)


def credit_of(buyer: Buyer, new_satang: int = 0) -> Credit | None:
    """A buyer's credit; None where no limit was agreed."""
    limit = limit_of(buyer)
    if limit is None:
        return None
    return Credit(limit, allowed_above(buyer), exposure_of(buyer), new_satang)


def credit_panel(buyer: Buyer, satang: int) -> Panel | None:
    """What the last step before placing says of the buyer's limit."""
    credit = credit_of(buyer, satang)
    return Panel("deposits/_credit.html", {"credit": credit}) if credit else None
