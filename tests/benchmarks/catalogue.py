"""The catalogue page at 10,000 and 100,000 harvest offers, server side.

Time is that of this process (CPU), so that a busy machine does not move the figure; the first line
of each size is the page right after the kept sum ran out.
"""

from __future__ import annotations

import random
import time
from datetime import timedelta
from statistics import median

from django.core.cache import cache
from django.test import Client

from catalogue.models import Product
from catalogue.partner.services import ListingInput, guide_rows, list_products
from catalogue.supply.models import HarvestOffer
from marketplace.common import clock
from marketplace.parties.models import FarmerGroup, Stage
from tests.support import databases
from tests.support.goods import make_goods, make_user, published

SIZES = {10_000: "(stock Oscar: 23 ms)", 100_000: "≤ 51 ms (Oscar: 155 ms)"}
ROUNDS = 25


def run() -> list[tuple[str, str, str]]:
    """Measure what a kitchen waits for."""
    database = databases.choose("catalogue")
    database.prepare()
    try:
        return _measure()
    finally:
        database.dispose()


def _measure() -> list[tuple[str, str, str]]:
    goods = make_goods()
    products = list(Product.objects.order_by("pk"))
    published(clock.today(), *guide_rows(products=products, grades=["A", "B"]))
    list_products(by=None, listings=[ListingInput(p, goods.cooperative) for p in products])
    groups = [goods.group.pk, goods.other_group.pk] + [
        FarmerGroup.objects.create(
            code=f"G-{number}",
            name_th=f"กลุ่มที่ {number} ตัวอย่าง",
            stage=Stage.ACTIVE,
            district_id=str(9001 + number % 16),
        ).pk
        for number in range(198)
    ]
    kitchen = Client()
    kitchen.force_login(make_user("kitchen", goods.hospital, "requester"))
    chance = random.Random(2570)
    rows: list[tuple[str, str, str]] = []
    for size, reach in SIZES.items():
        _fill(size, products, groups, chance)
        cold = [_page(kitchen, fresh=True) for _round in range(5)]
        warm = [_page(kitchen) for _round in range(ROUNDS)]
        rows.append((f"catalogue page, {size:,} offers, summed anew", f"{median(cold):.0f} ms", ""))
        rows.append((f"catalogue page, {size:,} offers, median", f"{median(warm):.0f} ms", reach))
    return rows


def _fill(size: int, products: list[Product], groups: list[int], chance: random.Random) -> None:
    today = clock.today()
    HarvestOffer.objects.bulk_create(
        [
            HarvestOffer(
                product=chance.choice(products),
                group_id=chance.choice(groups),
                grade=chance.choice("AB"),
                first_day=today + timedelta(days=chance.randint(-20, 60)),
                last_day=today + timedelta(days=chance.randint(61, 80)),
                offered_qty=50_000,
                policy_qty=50_000,
                promisable_qty=50_000,
                reserved_qty=chance.randint(0, 40_000),
            )
            for _number in range(size - HarvestOffer.objects.count())
        ],
        batch_size=5_000,
    )


def _page(client: Client, *, fresh: bool = False) -> float:
    """Milliseconds of CPU for one page."""
    if fresh:
        cache.clear()
    started = time.process_time()
    assert client.get("/catalogue/").status_code == 200
    return (time.process_time() - started) * 1_000
