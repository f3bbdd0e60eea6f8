"""Prices without a database: what divides by the order step, what remains for the price pool."""

from __future__ import annotations

from dataclasses import dataclass, field

from marketplace.common.money import round_half_up
from marketplace.common.quantities import BaseUnit, price_grid

MAX_PRICE_SATANG = 10_000_000
"""The most that is taken as a price: 100,000 baht a kilogram or piece."""


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One line of a price notice: what growers get, the named fees, what each class pays.

    All satang per 1,000 g or per piece. `fees` by FeeKind code, `class_prices` by BuyerClass code;
    a fee of 0 is the same as none, a class without a price cannot order.
    """

    product_id: int
    grade: str
    farm_gate_satang: int
    fees: dict[str, int] = field(default_factory=dict)
    class_prices: dict[str, int] = field(default_factory=dict)

    def pool(self, buyer_class_id: str) -> int | None:
        """What the price pool takes of a class's price (negative: adds); None without a price."""
        price = self.class_prices.get(buyer_class_id)
        if price is None:
            return None
        return price - self.farm_gate_satang - sum(self.fees.values())


def nearest_prices(satang: int, step: int, unit: BaseUnit) -> tuple[int, int]:
    """The nearest prices below and above that divide by the order step; the lower is never 0."""
    grid = price_grid(step, unit)
    lower = satang // grid * grid
    return (lower or grid), lower + grid


def on_grid(satang: int, step: int, unit: BaseUnit) -> int:
    """The price nearest to a figure that divides by the order step, half up; at least one grid."""
    grid = price_grid(step, unit)
    return max(grid, round_half_up(satang, grid) * grid)


def changed_by(satang: int, basis_points: int, step: int, unit: BaseUnit) -> int:
    """A price raised (or lowered) by a percentage and put on the grid of the order step.

    Args:
        satang: the price.
        basis_points: 500 raises by 5 %, −500 lowers by it.
        step: base units in one order step.
        unit: the product's base unit.
    """
    return on_grid(round_half_up(satang * (10_000 + basis_points), 10_000), step, unit)


GUIDE_FARM_GATE_BP = 7_000
GUIDE_FEES_BP = {"coop": 600, "pack": 500, "transport": 700}
GUIDE_CLASS_BP = {"hospital": 9_200, "hotel": 10_500, "restaurant": 10_200, "wholesaler": 9_000}
GUIDE_GRADE_BP = {"A": 10_000, "B": 8_500, "C": 7_000}


def guide_row(
    *,
    product_id: int,
    grade: str,
    low_satang: int,
    high_satang: int,
    step: int,
    unit: BaseUnit,
    classes: list[str],
) -> NoticeRow:
    """A first proposal for a price from the usual market prices of the produce table.

    The middle of the market less a tenth or so for each grade; of it about 70 % to the grower, the
    fees as usual here (assumed figures), and each class a little above or below. A treasurer
    changes what she knows better.
    """
    middle = round_half_up((low_satang + high_satang) * GUIDE_GRADE_BP[grade], 20_000)

    def part(basis_points: int) -> int:
        # Round figures as people say them; 10 and 50 satang divide by every step that is used here.
        satang = round_half_up(middle * basis_points, 10_000)
        even = 50 if satang >= 1_000 else 10
        return on_grid(round_half_up(satang, even) * even, step, unit)

    return NoticeRow(
        product_id,
        grade,
        part(GUIDE_FARM_GATE_BP),
        {code: part(share) for code, share in GUIDE_FEES_BP.items()},
        {code: part(GUIDE_CLASS_BP.get(code, 10_000)) for code in classes},
    )
