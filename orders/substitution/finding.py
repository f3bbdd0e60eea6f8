"""What could take the place of short lines: read, never written.

A substitute is the short product itself from elsewhere or of a lower grade, or one that the
catalogue recommends for it, counted in the same unit and of the standard that was asked for, that
offers still have free on that day. Another product is of the grade that was asked for, or better.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from oscar.core.loading import get_model

from catalogue.partner.models import StockRecord
from catalogue.supply.availability import promisable
from marketplace.cycles.models import OrderCycle
from orders.models import Line
from orders.rules import steps_down
from orders.services import cell_terms
from orders.substitution.models import SubstitutionRule
from orders.substitution.rules import may_offer

MOST = 3


@dataclass(frozen=True, slots=True)
class Fit:
    """A listing that could supply `qty` base units in a line's place at a price."""

    listing: StockRecord
    qty: int
    price_satang: int


def rules_of(buyers: set[int]) -> dict[int, SubstitutionRule]:
    """Return each buyer's rule by primary key, the defaults where none was set."""
    known = SubstitutionRule.objects.in_bulk(buyers)
    return {pk: known.get(pk) or SubstitutionRule(buyer_id=pk) for pk in buyers}


def fits_for(
    short: Mapping[Line, int], less: Mapping[int, int] | None = None
) -> dict[int, list[Fit]]:
    """Return what fits each short line within its buyer's rule, best first, at most three.

    Args:
        short: base units that each line is short of; lines with product, cycle and order's buyer.
        less: base units by offer that are about to be gone.

    Returns:
        By primary key of line; lines that nothing fits are left out. What two lines could take is
        named to both: who accepts first gets it.
    """
    ranks = _recommended({line.product_id for line in short})
    listings = list(
        StockRecord.objects.trading()
        .for_display()
        .filter(product_id__in={other for found in ranks.values() for other in found})
        .order_by("pk")
    )
    if not listings:
        return {}
    rules = rules_of({line.order.buyer_id for line in short})
    found: dict[int, list[Fit]] = {}
    by_day: dict[tuple[OrderCycle, int], list[Line]] = defaultdict(list)
    for line in short:
        by_day[line.cycle, line.order.buyer_id].append(line)
    for (cycle, buyer), lines in by_day.items():
        terms = cell_terms(
            buyer=lines[0].order.buyer, cells=[(listing, cycle) for listing in listings]
        )
        free = promisable(
            listings=listings,
            cycles=[cycle],
            less=less,
            max_prices={
                key: one.farm_gate_satang
                for key, one in terms.items()
                if one.farm_gate_satang is not None
            },
        )
        for line in lines:
            best: dict[int, Fit] = {}
            for listing in listings:
                price = terms.get((listing.pk, cycle.pk))
                place = ranks[line.product_id].get(listing.product_id)
                if price is None or place is None or not _meets(listing, line):
                    continue
                step = listing.product.step_qty
                qty = steps_down(min(short[line], free[listing.pk, cycle.pk]), step)
                if not qty or not may_offer(
                    rules[buyer].takes,
                    price_satang=price.price_satang,
                    paid_satang=line.price_satang,
                ):
                    continue
                fit = Fit(listing, qty, price.price_satang)
                known = best.get(place)
                if known is None or _rank(fit, line) < _rank(known, line):
                    best[place] = fit
            if best:
                found[line.pk] = [best[place] for place in sorted(best)][:MOST]
    return found


def _recommended(products: set[int]) -> dict[int, dict[int, int]]:
    """Return the substitutes of products, best first, each product itself before others: place by
    product, by product.
    """
    rows = (
        get_model("catalogue", "ProductRecommendation")
        .objects.filter(primary__in=products)
        .order_by("primary_id", "-ranking", "pk")
        .values_list("primary_id", "recommendation_id")
    )
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for product in products:
        found[product][product] = 0
    for product, other in rows:
        found[product][other] = len(found[product])
    return found


def _rank(fit: Fit, line: Line) -> tuple[bool, int, int]:
    """Order the listings of one product: the grade that was asked for, the most, the cheapest."""
    return fit.listing.min_grade > line.min_grade, -fit.qty, fit.price_satang


def _meets(listing: StockRecord, line: Line) -> bool:
    same = listing.product_id == line.product_id
    return (
        listing.pk != line.stockrecord_id
        and listing.product.base_unit == line.base_unit
        and (same or listing.min_grade <= line.min_grade)
        and line.standard_id in (None, listing.required_standard_id)
    )
