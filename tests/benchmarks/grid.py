"""The order grid at 60 products × 12 days: the real page of a signed-in requester.

Every cell has a price and an offer behind it, half of them hold something, and the site has two
months of orders that say what it orders often. Time is of the whole request in this process, wall
clock, without the browser.
"""

from __future__ import annotations

import datetime as dt
import importlib
import time

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalogue.models import Product
from catalogue.partner.services import ListingInput, list_products
from catalogue.supply.models import HarvestOffer
from orders.models import OrderDraft
from orders.services import CellInput, place_draft, save_cells, start_draft
from tests.support import databases, goods
from tests.support.ordering import FIRST_DAY, KG, MONDAY, Shop, make_shop

PRODUCTS, DAYS, REQUESTS = 60, 12, 60
OFFERS_A_PRODUCT = 8
SMALL = 10


def run() -> list[tuple[str, str, str]]:
    """Measure what a kitchen waits for when it opens its grid, in a process set up as it is served."""
    importlib.import_module("marketplace.wsgi")
    database = databases.choose("grid")
    database.prepare()
    try:
        return _measure()
    finally:
        database.dispose()


def _measure() -> list[tuple[str, str, str]]:
    shop = make_shop(products=1, days=DAYS, offered=1_000 * KG)
    listings = _stock(shop)
    placed = _draft(shop, listings[:20])
    place_draft(by=shop.requester, draft=placed)
    small, big = _draft(shop, listings[:SMALL]), _draft(shop, listings)
    kitchen = Client()
    kitchen.force_login(shop.requester)
    _open(kitchen, big)
    took = sorted(_open(kitchen, big) for _request in range(REQUESTS))
    saved = sorted(_save(kitchen, big, listings[0], shop, n) for n in range(REQUESTS))
    few, many = _queries(kitchen, small), _queries(kitchen, big)
    size = f"{PRODUCTS} products × {DAYS} days"
    return [
        (f"order grid, {size}, median", f"{took[len(took) // 2]:.0f} ms", ""),
        (f"order grid, {size}, p95 of {REQUESTS}", f"{_p95(took):.0f} ms", "< 150 ms"),
        (f"order grid, {size}, one cell saved, p95", f"{_p95(saved):.0f} ms", ""),
        (
            f"order grid, queries with {SMALL} and {PRODUCTS} filled rows",
            f"{few} / {many}",
            "equal",
        ),
    ]


def _stock(shop: Shop) -> list[int]:
    """List sixty products in all, each with a price and offers over all the days."""
    group, cooperative = shop.group, shop.listings[0].partner.party
    known = {shop.listings[0].product_id}
    products = list(
        Product.objects.filter(base_unit="gram", step_qty=500)
        .exclude(pk__in=known)
        .order_by("pk")[: PRODUCTS - 1]
    )
    made = list_products(
        by=None, listings=[ListingInput(product=one, party=cooperative) for one in products]
    )
    goods.published(
        MONDAY + dt.timedelta(days=1),
        *[
            goods.row(one, hospital=4200, hotel=4600)
            for one in [shop.listings[0].product, *products]
        ],
    )
    HarvestOffer.objects.bulk_create(
        [
            HarvestOffer(
                product=product,
                group=group,
                grade="A",
                first_day=FIRST_DAY,
                last_day=FIRST_DAY + dt.timedelta(days=DAYS + number),
                offered_qty=200 * KG,
                policy_qty=200 * KG,
                promisable_qty=200 * KG,
                reserved_qty=0,
            )
            for product in products
            for number in range(OFFERS_A_PRODUCT)
        ]
    )
    return [shop.listings[0].pk, *(listing.pk for listing in made)]


def _draft(shop: Shop, listings: list[int]) -> OrderDraft:
    draft = start_draft(
        by=shop.requester,
        site=shop.site,
        first_day=shop.cycles[0].delivery_day,
        last_day=shop.cycles[-1].delivery_day,
    )
    cells = [
        CellInput(listing, cycle.pk, 10 * KG)
        for number, listing in enumerate(listings)
        for cycle in shop.cycles[number % 2 :: 2]
    ]
    return save_cells(by=shop.requester, draft=draft, cells=cells)


def _open(client: Client, draft: OrderDraft) -> float:
    """Milliseconds for the page."""
    url = reverse("orders:draft", args=[draft.pk])
    started = time.perf_counter()
    answer = client.get(url)
    took = (time.perf_counter() - started) * 1_000
    assert answer.status_code == 200
    assert answer.content.count(b"<tr data-per") == PRODUCTS
    return took


def _save(client: Client, draft: OrderDraft, listing: int, shop: Shop, number: int) -> float:
    """Milliseconds for saving one cell as the page does by itself."""
    draft.refresh_from_db()
    started = time.perf_counter()
    answer = client.post(
        reverse("orders:draft-save", args=[draft.pk]),
        {
            "version": draft.version,
            "cells": {f"c-{listing}-{shop.cycles[0].pk}": str(11 + number % 2)},
        },
        content_type="application/json",
    )
    took = (time.perf_counter() - started) * 1_000
    assert answer.status_code == 200
    return took


def _queries(client: Client, draft: OrderDraft) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("orders:draft", args=[draft.pk]))
    return len(asked)


def _p95(took: list[float]) -> float:
    return took[int(len(took) * 0.95) - 1]
