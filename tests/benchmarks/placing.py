"""Placing a draft of 30 and of 300 lines (25 products by 12 days), drafts and saving included."""

from __future__ import annotations

import time

from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.services import place_draft
from tests.support import databases
from tests.support.ordering import KG, Shop, make_shop

ROUNDS = 5


def run() -> list[tuple[str, str, str]]:
    """Measure on a clone of the template; return what, figure, target."""
    database = databases.choose("placing")
    database.prepare()
    try:
        return _measure()
    finally:
        database.dispose()


def _measure() -> list[tuple[str, str, str]]:
    shop = make_shop(products=25, days=12)
    small = Shop(**{**vars(shop), "listings": shop.listings[:5], "cycles": shop.cycles[:6]})
    rows = []
    for name, of in (("30 lines", small), ("300 lines", shop)):
        seconds, queries = [], 0
        for _round in range(ROUNDS):
            draft = of.draft(of.cells(1 * KG))
            started = time.perf_counter()
            with CaptureQueriesContext(connection) as captured:
                place_draft(by=of.requester, draft=draft)
            seconds.append(time.perf_counter() - started)
            queries = len(captured)
        rows.append(
            (
                f"draft to placed order, {name}",
                f"{sorted(seconds)[ROUNDS // 2] * 1000:.0f} ms, {queries} queries",
                "< 1000 ms",
            )
        )
    return rows
