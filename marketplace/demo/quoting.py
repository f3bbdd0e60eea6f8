"""The demo's quotations: one that a buyer may still accept, one that became an order at its prices."""

from __future__ import annotations

from datetime import date, timedelta

from marketplace.common.quantities import BaseUnit, price_grid
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.demo.cast import WORD
from marketplace.demo.setting import Market
from marketplace.parties.models import Buyer
from orders.invoicing.models import Quotation
from orders.invoicing.quoting import quote_rows
from orders.invoicing.services import accept_quotation, quote_draft
from orders.models import OrderDraft
from orders.services import CellInput, save_cells, start_draft

STEPS = 30
LINES = 3
OFF_BP = 500


def quote_drafts(market: Market, today: date) -> list[Quotation]:
    """Quote a small draft to the last two buyers, a little below the notice; the last one accepts."""
    cycles = list(
        OrderCycle.objects.filter(
            state=CycleState.OPEN, delivery_day__gte=today + timedelta(days=8)
        ).order_by("delivery_day")[:2]
    )
    made = []
    for buyer in market.buyers[1:][-2:]:
        if not cycles or not market.listings:
            break
        draft = _draft(market, buyer, cycles)
        made.append(
            quote_draft(
                by=market.staff,
                draft=draft,
                valid_until=cycles[0].delivery_day - timedelta(days=4),
                prices=_prices(draft),
            )
        )
    if len(made) > 1:
        accept_quotation(
            by=market.requesters[made[-1].draft.buyer_id],
            quotation=made[-1],
            note=f"ตามใบเสนอราคา {WORD}",
        )
    return made


def _draft(market: Market, buyer: Buyer, cycles: list[OrderCycle]) -> OrderDraft:
    by = market.requesters[buyer.pk]
    draft = start_draft(
        by=by,
        site=market.sites[buyer.pk],
        first_day=cycles[0].delivery_day,
        last_day=cycles[-1].delivery_day,
        name=f"งานเลี้ยง {WORD}",
    )
    cells = [
        CellInput(listing.pk, cycle.pk, listing.product.step_qty * STEPS)
        for listing in market.listings[:LINES]
        for cycle in cycles
    ]
    return save_cells(by=by, draft=draft, cells=cells)


def _prices(draft: OrderDraft) -> dict[tuple[int, int], int]:
    """Five percent off what is announced, down to what the order step allows."""
    found: dict[tuple[int, int], int] = {}
    for row in quote_rows(draft):
        grid = price_grid(row.product.step_qty, BaseUnit(row.product.base_unit))
        price = max(row.price_satang * (10_000 - OFF_BP) // 10_000 // grid, 1) * grid
        found |= dict.fromkeys(row.cells, price)
    return found
