"""Building a basket in bulk: one query a batch, where Oscar's `add_product` needs five a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from catalogue.partner.models import StockRecord
from marketplace.accounts.models import User
from orders.basket.models import Basket, Line, line_reference
from orders.basket.pricing import CURRENCY, CellTerms, FrozenPrices, step_price


def build_frozen_basket(
    *,
    owner: User | None,
    cells: Sequence[tuple[StockRecord, int, int]],
    terms: Mapping[tuple[int, int], CellTerms],
) -> Basket:
    """Build a basket and freeze it.

    Args:
        owner: who places the order.
        cells: (listing with its product, cycle, base units), whole order steps.
        terms: prices by (listing, cycle).
    """
    # Frozen from the start: BasketMiddleware of another request must never find it open.
    basket = Basket.objects.create(owner=owner, status=Basket.FROZEN)
    Line.objects.bulk_create(basket_rows(basket=basket, cells=cells, terms=terms))
    return basket


def basket_rows(
    *,
    basket: Basket,
    cells: Sequence[tuple[StockRecord, int, int]],
    terms: Mapping[tuple[int, int], CellTerms],
) -> list[Line]:
    """Return unsaved basket lines, priced, of a basket; see `build_frozen_basket`."""
    basket.strategy = FrozenPrices(terms)
    rows = []
    for listing, cycle_id, qty in cells:
        product = listing.product
        price = step_price(
            terms[listing.pk, cycle_id].price_satang, product.step_qty, product.base_unit
        )
        rows.append(
            Line(
                basket=basket,
                line_reference=line_reference(product.pk, listing.pk, cycle_id),
                product=product,
                stockrecord=listing,
                cycle_id=cycle_id,
                quantity=qty // product.step_qty,
                price_currency=CURRENCY,
                price_excl_tax=price,
                price_incl_tax=price,
            )
        )
    return rows
