"""Prices of a basket that is built from a draft: what the notice said, frozen, without tax.

VAT stands only in documents and the ledger, so Oscar's prices are tax 0 and exact: price × step is
whole satang by a constraint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from oscar.apps.partner.availability import Available
from oscar.apps.partner.prices import FixedPrice
from oscar.apps.partner.strategy import Base, PurchaseInfo

from marketplace.common.money import to_decimal, value_of
from marketplace.common.quantities import BaseUnit

CURRENCY = "THB"


@dataclass(frozen=True, slots=True)
class CellTerms:
    """The price of a listing on a day, satang per 1,000 g or per piece, and the fees inside it."""

    price_satang: int
    farm_gate_satang: int | None = None
    fees: Mapping[str, int] = field(default_factory=dict)


def step_price(price_satang: int, step_qty: int, base_unit: str) -> Decimal:
    """Return Oscar's unit price: what one order step costs, in baht."""
    return to_decimal(value_of(step_qty, price_satang, per=BaseUnit(base_unit).per))


class FrozenPrices(Base):
    """Oscar's strategy for a basket whose prices were decided before it was built.

    `terms`: by (listing, cycle).
    """

    def __init__(self, terms: Mapping[tuple[int, int], CellTerms]) -> None:
        super().__init__()
        self.terms = terms

    def fetch_for_line(self, line: Any, stockrecord: Any = None) -> PurchaseInfo:
        """Return the price a basket line was built with; what is promised is not Oscar's affair."""
        listing = stockrecord or line.stockrecord
        terms = self.terms[listing.pk, line.cycle_id]
        price = FixedPrice(
            currency=CURRENCY,
            excl_tax=step_price(terms.price_satang, line.product.step_qty, line.product.base_unit),
            tax=Decimal("0.00"),
        )
        return PurchaseInfo(price=price, availability=Available(), stockrecord=listing)
