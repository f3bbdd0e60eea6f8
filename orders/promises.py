"""What an order that is not placed yet would be promised: a picture of the moment, read only.

Cells of one draft compete with each other, as an offer's quantity counts once however many days its
window has. So they are played in the order in which placing asks supply, on offers as they
stand; only placing itself decides.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import F

from catalogue.partner.models import StockRecord
from catalogue.supply.availability import listing_terms
from catalogue.supply.matching import Book, Stock, Terms
from catalogue.supply.models import HarvestOffer
from orders.rules import steps_down

Key = tuple[int, int]
"""Primary keys of a listing and a cycle."""


@dataclass(frozen=True, slots=True)
class Promises:
    """By (listing, cycle), base units: what would be guaranteed, and the most that could be."""

    firm: dict[Key, int] = field(default_factory=dict)
    most: dict[Key, int] = field(default_factory=dict)


def likely_promises(
    *,
    listings: Sequence[StockRecord],
    days: Mapping[int, dt.date],
    asked: Mapping[Key, int],
    ceilings: Mapping[Key, int],
    standing: Mapping[Key, int] | None = None,
) -> Promises:
    """Play the cells of a draft on the offers as they stand; one query.

    Args:
        listings: with `partner__party` and product.
        days: delivery day by cycle.
        asked: base units by cell.
        ceilings: farm-gate satang by cell; offers that ask more do not take part.
        standing: what a placed order has guaranteed already, by cell.
    """
    held = standing or {}
    if not listings or not days:
        return Promises(firm=dict(held))
    stocks = _stocks(listings, min(days.values()), max(days.values()))
    book = Book(stocks)
    by_product: dict[int, list[Stock]] = defaultdict(list)
    for stock in stocks:
        by_product[stock.product_id].append(stock)
    of = {listing.pk: listing for listing in listings}
    terms: dict[Key, Terms] = {
        (listing.pk, cycle): listing_terms(listing, day, ceilings.get((listing.pk, cycle)))
        for listing in listings
        for cycle, day in days.items()
    }
    firm = dict(held)
    order = sorted(
        (key for key in asked if key in terms),
        key=lambda key: (days[key[1]], key[1], of[key[0]].product.title, key[0]),
    )
    for key in order:
        more = asked[key] - held.get(key, 0)
        if more > 0:
            took = book.take(key, terms[key], more)
            firm[key] = held.get(key, 0) + steps_down(took, of[key[0]].product.step_qty)
            book.drop(key, took - (firm[key] - held.get(key, 0)))
        else:
            firm[key] = min(asked[key], held.get(key, 0))
    most: dict[Key, int] = {}
    for listing in listings:
        usable = [(s, s.free) for s in by_product.get(listing.product_id, ()) if s.free]
        for cycle in days:
            key = listing.pk, cycle
            free = sum(left for stock, left in usable if stock.fits(terms[key]))
            most[key] = steps_down(firm.get(key, 0) + free, listing.product.step_qty)
    return Promises(firm=firm, most=most)


def _stocks(listings: Sequence[StockRecord], first: dt.date, last: dt.date) -> list[Stock]:
    rows = (
        HarvestOffer.objects.open()
        .filter(
            product_id__in={listing.product_id for listing in listings},
            last_day__gte=first,
            first_day__lte=last,
            policy_qty__gt=F("reserved_qty"),
        )
        .order_by("pk")
        .values_list(
            "pk",
            "product_id",
            "group_id",
            "grade",
            "standard_codes",
            "first_day",
            "last_day",
            "min_price_satang",
            "policy_qty",
            "promisable_qty",
            "reserved_qty",
        )
    )
    return [
        Stock(
            pk=row[0],
            product_id=row[1],
            group_id=row[2],
            grade=row[3],
            standards=frozenset(row[4].split()),
            first_day=row[5],
            last_day=row[6],
            min_price_satang=row[7],
            is_open=True,
            policy_qty=row[8],
            promisable_qty=row[9],
            reserved_qty=row[10],
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Why:
    """Why a cell gets what it gets: `offered` − `others` − `mine` = `left`, base units.

    `offered`: what groups have open that fits; `others`: reserved already; `mine`: what other
    cells of this draft take of the same offers.
    """

    offered: int
    others: int
    mine: int
    left: int


def why(*, terms: Terms, most: int, standing: int = 0) -> Why:
    """Take a cell's figure apart; one query.

    `most`: what could be promised to the cell, as `likely_promises` says. `standing`: what it has
    guaranteed already.
    """
    offers = (
        HarvestOffer.objects.open()
        .on_day(terms.day)
        .fitting(
            product_id=terms.product_id,
            min_grade=terms.min_grade,
            standard_id=terms.standard_id,
            group_id=terms.group_id,
            farm_gate_satang=terms.max_price_satang,
        )
        .distinct()
        .values_list("policy_qty", "reserved_qty")
    )
    offered = others = 0
    for policy, reserved in offers:
        offered += max(policy, reserved)
        others += reserved
    others = max(0, others - standing)
    return Why(offered, others, max(0, offered - others - most), most)
