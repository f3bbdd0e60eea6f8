"""What the grid shows as promisable, and what it offers instead."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.models import Product
from catalogue.partner.models import StockRecord
from catalogue.partner.services import ListingInput, list_products
from catalogue.supply.availability import alternatives, promisable, supply_for_run
from catalogue.supply.services import consume
from marketplace.parties.models import Cooperative, Party
from tests.support.supply import Supply, certify

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def listing(
    product: Product, party: Party | None = None, grade: str = "A", standard: str | None = None
) -> StockRecord:
    from catalogue.standards.models import Standard

    made = list_products(
        by=None,
        listings=[
            ListingInput(
                product=product,
                party=party or Cooperative.objects.get(),
                min_grade=grade,
                required_standard=Standard.objects.get(pk=standard) if standard else None,
            )
        ],
    )[0]
    return StockRecord.objects.for_display().get(pk=made.pk)


def test_each_day_shows_what_fits_and_is_left(supply: Supply) -> None:
    any_b, only_a = listing(supply.kale, grade="B"), listing(supply.kale)
    named = listing(supply.kale, supply.other_group, grade="B")
    certified = listing(supply.kale, standard="GAP")
    certify("GAP", supply.day(-9), supply.day(9), group=supply.group)
    supply.offer(60, first=0, last=3, standards=["GAP"])
    supply.offer(25, first=2, last=6, grade="B", other=True)
    supply.reserve(10, day=1)
    shown = promisable(
        listings=[any_b, only_a, named, certified], cycles=[supply.cycles[n] for n in (1, 2, 5)]
    )

    def kilos(one: StockRecord) -> list[int]:
        return [shown[one.pk, supply.cycles[n].pk] // 1000 for n in (1, 2, 5)]

    assert kilos(any_b) == [50, 75, 25]
    assert kilos(only_a) == [50, 50, 0]
    assert kilos(named) == [0, 25, 25]
    assert kilos(certified) == [50, 50, 0]


def test_what_is_shown_can_be_reserved(supply: Supply) -> None:
    one = listing(supply.kale)
    supply.offer(60, first=0, last=3)
    supply.offer(40, first=3, last=6, other=True)
    supply.reserve(30, day=3)
    left = promisable(listings=[one], cycles=supply.cycles)
    shown = left[one.pk, supply.cycles[0].pk] // 1000
    assert supply.reserve(shown, day=0) == shown == 30
    assert supply.reserve(40, day=0) == 30  # and more: who may take other days moves over


def test_offers_above_the_price_are_not_shown(supply: Supply) -> None:
    one = listing(supply.kale)
    supply.offer(60, min_price_satang=3000)
    cycle = supply.cycles[0]
    key = (one.pk, cycle.pk)
    assert promisable(listings=[one], cycles=[cycle], max_prices={key: 2900})[key] == 0
    assert promisable(listings=[one], cycles=[cycle], max_prices={key: 3000})[key] == 60_000


def test_closed_offers_are_not_shown(supply: Supply) -> None:
    one = listing(supply.kale)
    offer = supply.offer(60)
    offer.state = "closed"
    offer.save()
    assert set(promisable(listings=[one], cycles=supply.cycles).values()) == {0}


def test_the_grid_asks_once_however_large(supply: Supply) -> None:
    listings = [listing(p) for p in Product.objects.order_by("pk")[:20]]
    for product in Product.objects.order_by("pk")[:20]:
        Product.objects.filter(pk=product.pk).update(harvest_lead_days=1, shelf_life_days=3)
        product.refresh_from_db()
        supply.offer(5, product=product)
    for some, days in ((listings[:1], supply.cycles[:1]), (listings, supply.cycles)):
        with CaptureQueriesContext(connection) as queries:
            promisable(listings=some, cycles=days)
        assert len(queries) == 1
    assert promisable(listings=[], cycles=supply.cycles) == {}


def test_other_days_and_other_greens_are_suggested(supply: Supply) -> None:
    one = listing(supply.kale)
    morning_glory = Product.objects.get(slug="phak-bung-chin")
    substitute = listing(morning_glory)
    supply.offer(10, first=1, last=1)
    supply.offer(50, first=4, last=5)
    supply.offer(80, product=morning_glory, first=0, last=2)
    found = alternatives(listing=one, cycle=supply.cycles[1], qty=20_000, cycles=supply.cycles)
    assert [(c.delivery_day, left) for c, left in found.days] == [
        (supply.day(4), 50_000),
        (supply.day(5), 50_000),
    ]
    assert [(s.pk, left) for s, left in found.substitutes] == [(substitute.pk, 80_000)]


def test_a_run_sees_what_earlier_runs_and_other_days_leave(supply: Supply) -> None:
    offer = supply.offer(60, 40)
    closed = supply.offer(30, other=True, last=5)
    supply.reserve(30, day=0, group_id=supply.other_group.pk)
    closed.refresh_from_db()
    closed.state = "closed"
    closed.save()
    supply.reserve(20, day=0)
    supply.reserve(50, day=3)
    daeng, somjai = offer.shares.order_by("pk")
    with_other_days = {s.share_id: s.qty for s in supply_for_run(cycle=supply.cycles[0])}
    assert with_other_days == {
        daeng.pk: 30_000,
        somjai.pk: 20_000,
        closed.shares.get().pk: 30_000,
    }
    consume(cycle_id=supply.cycles[0].pk, taken={daeng.pk: 10_000, somjai.pk: 10_000})
    on_day_three = supply_for_run(cycle=supply.cycles[3])
    assert {s.share_id: s.qty for s in on_day_three} == {daeng.pk: 50_000, somjai.pk: 30_000}
    assert on_day_three[0].district_id == supply.group.district_id
    assert supply_for_run(cycle=supply.cycles[6])
    supply.cycles[6].delivery_day += timedelta(days=10)
    assert supply_for_run(cycle=supply.cycles[6]) == []
