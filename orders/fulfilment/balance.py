"""The equation of a day: intake − packed − returned − waste = 0, per product.

What came back from buyers has its own: rejected − disposed = 0.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Sum

from catalogue.models import Product
from marketplace.cycles.models import OrderCycle
from orders.fulfilment.models import AcceptanceLine, Disposition, HarvestLot, PackLot


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One product of a day, base units."""

    product: Product
    intake_qty: int
    packed_qty: int
    returned_qty: int
    waste_qty: int
    rejected_qty: int
    back_disposed_qty: int

    @property
    def left_qty(self) -> int:
        """What nobody has said anything about yet; 0 closes the day."""
        return self.intake_qty - self.packed_qty - self.returned_qty - self.waste_qty

    @property
    def back_left_qty(self) -> int:
        """What came back and waits for a disposition."""
        return self.rejected_qty - self.back_disposed_qty

    @property
    def closes(self) -> bool:
        return self.left_qty == 0 and self.back_left_qty == 0


def day_balance(cycle: OrderCycle) -> list[BalanceRow]:
    """Return the balance of every product taken in on a cycle; `returned` is back to the grower,
    `waste` every other way out.
    """
    figures: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    lots = HarvestLot.objects.filter(cycle=cycle).primary().order_by()
    for product, qty in lots.values_list("product").annotate(total=Sum("intake_qty")):
        figures[product]["intake"] = qty
    packed = PackLot.objects.filter(lot__in=lots).order_by()
    for product, qty in packed.values_list("lot__product").annotate(total=Sum("qty")):
        figures[product]["packed"] = qty
    disposed = Disposition.objects.filter(lot__cycle=cycle).order_by()
    for product, lot_kind, kind, qty in disposed.values_list(
        "lot__product", "lot__kind", "kind"
    ).annotate(total=Sum("qty")):
        if lot_kind == HarvestLot.Kind.RETURNED:
            figures[product]["back_disposed"] += qty
        elif kind == Disposition.Kind.RETURNED_TO_GROWER:
            figures[product]["returned"] += qty
        else:
            figures[product]["waste"] += qty
    rejected = AcceptanceLine.objects.filter(line__cycle=cycle).order_by()
    for product, qty in rejected.values_list("line__product").annotate(total=Sum("rejected_qty")):
        if qty:
            figures[product]["rejected"] = qty
    products = Product.objects.in_bulk(figures)
    return sorted(
        (
            BalanceRow(
                product=products[key],
                intake_qty=row["intake"],
                packed_qty=row["packed"],
                returned_qty=row["returned"],
                waste_qty=row["waste"],
                rejected_qty=row["rejected"],
                back_disposed_qty=row["back_disposed"],
            )
            for key, row in figures.items()
        ),
        key=lambda row: row.product.title,
    )
