"""Sixteen real processes on the same offers: no oversell, no deadlock, no lost request.

On PostgreSQL row locks keep them apart, on SQLite the fair queue of writers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from catalogue.models import Product
from catalogue.supply.models import HarvestOffer, OfferShare, Reservation
from catalogue.supply.services import (
    ReserveRequest,
    Resize,
    ShareChangeInput,
    change_shares,
    reback,
    release,
    reserve,
    resize,
)
from marketplace.common import clock
from tests.support.supply import START, broken_rules, make_supply
from tests.support.writers import Writers, writers

pytestmark = [pytest.mark.everywhere]

WRITERS = 16


@pytest.fixture(scope="module")
def processes(django_db_setup: Any) -> Iterator[Writers]:
    with writers(WRITERS) as started:
        yield started


@pytest.fixture
def crowd(processes: Writers, committed_db: Any, stop_clock: Any) -> Writers:
    stop_clock(START)
    return processes


def hammer(writer: int, cycle_id: int, product_id: int, times: int) -> dict[str, int]:
    """Reserve a kilogram again and again, a request at a time."""
    clock.set_clock(START)
    got: dict[str, int] = {}
    for number in range(times):
        got |= reserve(
            requests=[ReserveRequest(f"w{writer}:{number}", cycle_id, product_id, "A", 1_000)]
        )
    return got


def live_by_holder() -> dict[str, int]:
    return dict(Reservation.objects.filter(state="live").values_list("holder", "qty"))


def test_one_hot_offer_is_sold_to_the_last_kilogram_and_no_further(crowd: Writers) -> None:
    supply = make_supply(1)
    supply.offer(250, last=0)
    plans = [(n, supply.cycles[0].pk, supply.kale.pk, 20) for n in range(WRITERS)]
    answers, _seconds = crowd.run(hammer, plans)
    got = {holder: qty for answer in answers for holder, qty in answer.items()}
    assert len(got) == WRITERS * 20  # every request was answered
    assert sum(got.values()) == 250_000
    assert live_by_holder() == {holder: qty for holder, qty in got.items() if qty}
    assert broken_rules() == []


def bargain(
    writer: int, cycle_ids: list[int], product_ids: list[int], group_id: int, times: int
) -> dict[str, int]:
    """Reserve over several products and days at once, change one's mind, and let go again."""
    clock.set_clock(START)
    chance = random.Random(writer)
    mine: dict[str, int] = {}
    asked: dict[str, ReserveRequest] = {}
    for number in range(times):
        requests = [
            ReserveRequest(
                holder=f"w{writer}:{number}:{index}",
                cycle_id=chance.choice(cycle_ids),
                product_id=chance.choice(product_ids),
                min_grade=chance.choice("ABC"),
                qty=chance.randint(1, 30) * 1000,
                group_id=chance.choice([None, None, group_id]),
            )
            for index in range(4)
        ]
        mine |= reserve(requests=requests)
        asked |= {request.holder: request for request in requests}
        held = sorted(holder for holder, qty in mine.items() if qty)
        chance.shuffle(held)
        if held[:3]:
            mine |= resize(
                changes=[
                    Resize(holder, chance.randint(0, 40) * 1000, asked[holder])
                    for holder in held[:3]
                ]
            )
        if number % 3 == 2:
            release(holders=held[3:5])
            mine |= dict.fromkeys(held[3:5], 0)
    return mine


def test_overlapping_offers_keep_every_promise(crowd: Writers) -> None:
    supply = make_supply(5)
    products = [supply.kale, *Product.objects.filter(harvest_lead_days=1).order_by("pk")[:2]]
    for product in products:
        for first, last, grade in ((0, 1, "A"), (0, 4, "B"), (2, 4, "A"), (1, 3, "C"), (3, 4, "B")):
            supply.offer(90, product=product, first=first, last=last, grade=grade)
            supply.offer(60, product=product, first=first, last=last, grade=grade, other=True)
    cycle_ids, product_ids = [c.pk for c in supply.cycles], [p.pk for p in products]
    plans = [(n, cycle_ids, product_ids, supply.group.pk, 6) for n in range(WRITERS)]
    answers, _seconds = crowd.run(bargain, plans)
    wanted = {h: q for answer in answers for h, q in answer.items() if q}
    assert live_by_holder() == wanted
    assert broken_rules() == []


def quarrel(
    writer: int, cycle_ids: list[int], product_ids: list[int], group_id: int, times: int
) -> int:
    """Most reserve; some cut what is offered and have everything backed anew meanwhile."""
    clock.set_clock(START)
    chance = random.Random(writer)
    if writer >= 4:
        return len(bargain(writer, cycle_ids, product_ids, group_id, times))
    for _number in range(times):
        share_ids = list(OfferShare.objects.order_by("pk").values_list("pk", flat=True))
        change_shares(
            by=None,
            changes=[
                ShareChangeInput(pk, chance.randint(0, 90) * 1000)
                for pk in chance.sample(share_ids, 3)
            ],
        )
        reback(product_ids=product_ids)
    return times


def test_cuts_among_the_buyers_leave_nothing_oversold(crowd: Writers) -> None:
    supply = make_supply(4)
    for first, last in ((0, 1), (0, 3), (2, 3), (1, 2)):
        supply.offer(120, first=first, last=last)
        supply.offer(80, first=first, last=last, other=True)
    cycle_ids = [c.pk for c in supply.cycles]
    plans = [(n, cycle_ids, [supply.kale.pk], supply.group.pk, 5) for n in range(WRITERS)]
    crowd.run(quarrel, plans)
    assert broken_rules() == []
    assert all(o.reserved_qty <= o.policy_qty for o in HarvestOffer.objects.all())
