"""The shapes a grid is made of: cells, rows, days, the whole with its sums."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from catalogue.partner.models import StockRecord
from marketplace.common.money import format_baht_short
from marketplace.common.quantities import BaseUnit, format_number
from orders.days import DeliveryDay
from orders.rules import SMALL_DROP, Fee


@dataclass(slots=True)
class Cell:
    """One cell: what stands in it, and what could be promised."""

    name: str
    listing_id: int
    cycle_id: int
    index: int
    qty: int
    firm: int
    most: int
    price_satang: int
    text: str
    left: str
    want: str
    is_open: bool
    shut: str
    label: str
    on: bool = False
    error: str = ""
    is_asked: bool = False

    @property
    def css(self) -> str:
        return "cell short" if self.error else ("cell want" if self.want else "cell")


@dataclass(slots=True)
class Row:
    """One listing."""

    listing: StockRecord
    name: str
    about: str
    price: str
    unit: str
    per: int
    step: int
    step_text: str
    grams: int
    favourite: bool
    cells: list[Cell]
    qty: int = 0
    worth: int = 0

    @property
    def total(self) -> str:
        return format_number(self.qty, BaseUnit(self.listing.product.base_unit))

    @property
    def worth_text(self) -> str:
        return format_baht_short(self.worth).removeprefix("฿")


@dataclass(slots=True)
class Day:
    """One column."""

    of: DeliveryDay
    index: int
    week: bool
    name: str
    month: str
    holiday: str
    on: bool = False
    grams: int = 0
    worth: int = 0
    zone: Fee | None = None
    fees: list[Fee] = field(default_factory=list)
    wanted_grams: int = 0

    @property
    def fee(self) -> int:
        """Satang of all its fees."""
        return sum(fee.satang for fee in self.fees)

    @property
    def is_small(self) -> bool:
        """Whether it is below the buyer's minimum and costs extra for it."""
        return any(fee.kind == SMALL_DROP for fee in self.fees)

    @property
    def fee_text(self) -> str:
        return format_baht_short(self.fee).removeprefix("฿")

    @property
    def kilos(self) -> str:
        return format_number(self.grams, BaseUnit.GRAM)

    @property
    def worth_text(self) -> str:
        return format_baht_short(self.worth).removeprefix("฿")


@dataclass(slots=True)
class Grid:
    """A whole grid with its sums."""

    days: list[Day] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    grams: int = 0
    firm_grams: int = 0
    wanted_grams: int = 0
    wanted_cells: int = 0
    worth: int = 0
    fee: int = 0
    hidden_rows: int = 0

    @property
    def kilos(self) -> str:
        return format_number(self.grams, BaseUnit.GRAM)

    @property
    def firm_kilos(self) -> str:
        return format_number(self.firm_grams, BaseUnit.GRAM)

    @property
    def wanted_kilos(self) -> str:
        return format_number(self.wanted_grams, BaseUnit.GRAM)

    @property
    def worth_text(self) -> str:
        return format_baht_short(self.worth).removeprefix("฿")

    @property
    def shown_day(self) -> Day | None:
        """The day a phone shows."""
        return next((day for day in self.days if day.on), self.days[0] if self.days else None)

    @property
    def day_before(self) -> Day | None:
        shown = self.shown_day
        return self.days[shown.index - 1] if shown and shown.index else None

    @property
    def day_after(self) -> Day | None:
        shown = self.shown_day
        return self.days[shown.index + 1] if shown and shown.index + 1 < len(self.days) else None

    def cells(self) -> Iterable[Cell]:
        for row in self.rows:
            yield from row.cells
