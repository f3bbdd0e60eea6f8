"""Reserving through the service: sixteen processes on one hot offer, and on overlapping offers."""

from __future__ import annotations

from typing import Any

from catalogue.models import Product
from catalogue.supply.services import ReserveRequest, reserve
from marketplace.common import clock
from tests.support import databases
from tests.support.supply import START, Supply, broken_rules, make_supply
from tests.support.writers import writers

WRITERS = 16
TIMES = 60


def hammer(
    writer: int, cycle_ids: list[int], product_ids: list[int], run: str, times: int
) -> dict[str, int]:
    """Reserve a kilogram again and again, each time in a transaction of its own."""
    clock.set_clock(START)
    got: dict[str, int] = {}
    for number in range(times):
        got |= reserve(
            requests=[
                ReserveRequest(
                    holder=f"{run}{writer}:{number}",
                    cycle_id=cycle_ids[(writer + number) % len(cycle_ids)],
                    product_id=product_ids[(writer * 7 + number) % len(product_ids)],
                    min_grade="B",
                    qty=1_000,
                )
            ]
        )
    return got


def run() -> list[tuple[str, str, str]]:
    """Measure on a clone of the template; refuse to give a figure when anything was oversold."""
    database = databases.choose("bench")
    database.prepare()
    clock.set_clock(START)
    try:
        return _measure()
    finally:
        clock.set_clock(None)
        database.dispose()


def _measure() -> list[tuple[str, str, str]]:
    supply = make_supply(5)
    cycle_ids = [cycle.pk for cycle in supply.cycles]
    hot = supply.offer(100_000, first=0, last=4)
    others = list(
        Product.objects.filter(harvest_lead_days=1, base_unit="gram")
        .exclude(pk=supply.kale.pk)
        .order_by("pk")[:10]
    )
    _many_offers(supply, others)
    few = Product.objects.filter(harvest_lead_days=1, base_unit="gram").order_by("pk")[15]
    supply.offer(WRITERS * TIMES // 2, product=few, first=0, last=4)
    rows = []
    with writers(WRITERS) as crowd:

        def measure(what: str, run: str, products: list[int], target: str) -> None:
            plans = [(n, cycle_ids, products, run, TIMES) for n in range(WRITERS)]
            answers, seconds = crowd.run(hammer, plans)
            promised: dict[str, Any] = {h: q for answer in answers for h, q in answer.items()}
            assert len(promised) == WRITERS * TIMES, "a request was lost"
            rows.append((what, f"{len(promised) / seconds:.0f}/s", target))

        crowd.run(hammer, [(n, cycle_ids, [hot.product_id], "w", 3) for n in range(WRITERS)])
        measure("reserve, one hot offer, 16 writers", "h", [hot.product_id], "≥ 300/s")
        measure(
            "reserve, 10 products × 20 overlapping offers, 16 writers",
            "o",
            [p.pk for p in others],
            "",
        )
        measure("reserve, until and beyond sold out, 16 writers", "s", [few.pk], "")
    assert not broken_rules(), broken_rules()
    return rows


def _many_offers(supply: Supply, products: list[Product]) -> None:
    for product in products:
        for number in range(20):
            first = number % 3
            supply.offer(
                50,
                product=product,
                first=first,
                last=first + 2,
                grade="AB"[number % 2],
                other=number % 3 == 0,
            )
