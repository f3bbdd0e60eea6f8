"""Reserving, resizing, releasing and what cut-off takes."""

from __future__ import annotations

import pytest

from catalogue.models import Product
from catalogue.supply.models import HarvestOffer, Reservation
from catalogue.supply.services import (
    Resize,
    consume,
    reback,
    rebook,
    recheck,
    release,
    reserve,
    resize,
    take,
)
from marketplace.common.exceptions import Refusal
from tests.support.supply import Supply, broken_rules

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def free(offer: HarvestOffer) -> int:
    offer.refresh_from_db()
    return offer.free_qty // 1000


def test_as_much_as_there_is_is_guaranteed_and_no_more(supply: Supply) -> None:
    offer = supply.offer(60, 40)
    assert supply.reserve(70) == 70
    assert supply.reserve(50) == 30
    assert supply.reserve(1) == 0
    assert free(offer) == 0
    assert Reservation.objects.count() == 2  # nothing is kept of a promise of nothing
    assert broken_rules() == []


def test_an_offer_backs_only_what_it_fits(supply: Supply) -> None:
    supply.offer(10, first=1, last=2, grade="B")
    assert supply.reserve(5, day=0, min_grade="B") == 0
    assert supply.reserve(5, day=3, min_grade="B") == 0
    assert supply.reserve(5, day=1, min_grade="A") == 0
    assert supply.reserve(5, day=1, min_grade="B", standard_id="GAP") == 0
    assert supply.reserve(5, day=1, min_grade="B", group_id=supply.other_group.pk) == 0
    assert (
        supply.reserve(5, day=1, min_grade="C", product=Product.objects.get(slug="phak-bung-chin"))
        == 0
    )
    assert supply.reserve(5, day=1, min_grade="C", group_id=supply.group.pk) == 5
    assert broken_rules() == []


def test_an_offer_that_asks_more_than_the_farm_gate_price_takes_no_part(supply: Supply) -> None:
    supply.offer(10, min_price_satang=4000)
    assert supply.reserve(5, max_price_satang=3900) == 0
    assert supply.reserve(5, max_price_satang=4000) == 5


def test_the_window_that_ends_first_is_promised_first(supply: Supply) -> None:
    late, early = supply.offer(10, last=6), supply.offer(10, last=1)
    supply.reserve(8, day=1)
    assert (free(late), free(early)) == (10, 2)


def test_the_grade_fewest_can_use_is_promised_first(supply: Supply) -> None:
    best, second = supply.offer(10, grade="A"), supply.offer(10, grade="B")
    supply.reserve(8, min_grade="B")
    assert (free(best), free(second)) == (10, 2)


def test_others_make_room_when_that_is_the_only_way(supply: Supply) -> None:
    """What stands on the long offer moves to the short one, and nobody loses anything."""
    long, short = supply.offer(10, first=0, last=6), supply.offer(10, first=0, last=0)
    HarvestOffer.objects.filter(pk=short.pk).update(state="closed")
    assert supply.reserve(10, day=0, holder="first") == 10
    HarvestOffer.objects.filter(pk=short.pk).update(state="open")
    assert supply.reserve(10, day=6, holder="second") == 10
    assert (free(long), free(short)) == (0, 0)
    assert broken_rules() == []


def test_a_chain_of_moves_makes_room(supply: Supply) -> None:
    a = supply.offer(10, first=0, last=2)
    assert supply.reserve(10, day=2) == 10
    b = supply.offer(10, first=2, last=4)
    assert supply.reserve(10, day=4) == 10
    c = supply.offer(10, first=4, last=6)
    assert supply.reserve(10, day=0) == 10  # day 2 goes to b, day 4 goes to c
    assert (free(a), free(b), free(c)) == (0, 0, 0)
    assert broken_rules() == []


def test_a_holder_is_not_guaranteed_twice(supply: Supply) -> None:
    supply.offer(60)
    supply.reserve(10, holder="line:7")
    with pytest.raises(Refusal) as refused:
        supply.reserve(10, holder="line:7")
    assert refused.value.code == "already-reserved"
    with pytest.raises(Refusal) as refused:
        reserve(requests=[supply.request(1, holder="x"), supply.request(1, holder="x")])
    assert refused.value.code == "holder-twice"


def test_a_negative_wish_is_refused(supply: Supply) -> None:
    supply.offer(60)
    with pytest.raises(Refusal) as refused:
        supply.reserve(-1)
    assert refused.value.code == "negative"
    with pytest.raises(Refusal) as refused:
        resize(changes=[Resize("line:1", -5)])
    assert refused.value.code == "negative"


def test_one_call_shrinks_one_line_and_grows_another(supply: Supply) -> None:
    supply.offer(60, 40)
    supply.reserve(60, holder="line:1")
    supply.reserve(40, holder="line:2", day=3)
    asked = supply.request(0, holder="line:3", day=2)
    assert resize(
        changes=[
            Resize("line:2", 70_000),
            Resize("line:1", 20_000),
            Resize("line:3", 30_000, asked),
        ]
    ) == {"line:2": 70_000, "line:1": 20_000, "line:3": 10_000}
    assert broken_rules() == []
    assert resize(changes=[Resize("line:1", 0), Resize("line:9", 0)]) == {"line:1": 0, "line:9": 0}
    assert not Reservation.objects.filter(holder="line:1", state="live").exists()
    assert broken_rules() == []


def test_growing_without_a_reservation_needs_the_request(supply: Supply) -> None:
    with pytest.raises(Refusal) as refused:
        resize(changes=[Resize("line:1", 5)])
    assert refused.value.code == "no-reservation"


def test_releasing_twice_releases_once(supply: Supply) -> None:
    offer = supply.offer(60)
    supply.reserve(10, holder="line:1")
    assert release(holders=["line:1", "line:2"]) == 1
    assert release(holders=["line:1"]) == 0
    assert free(offer) == 60
    assert supply.reserve(5, holder="line:1") == 5  # and the holder may come back
    assert broken_rules() == []


def test_what_a_run_took_is_not_promised_again(supply: Supply) -> None:
    offer = supply.offer(60, 40)
    supply.reserve(30, day=0)
    supply.reserve(50, day=3)
    daeng, somjai = offer.shares.order_by("pk")
    assert consume(cycle_id=supply.cycles[0].pk, taken={daeng.pk: 30_000, somjai.pk: 5_000}) == 1
    assert free(offer) == 100 - 35 - 50
    assert Reservation.objects.filter(state="consumed").count() == 1
    assert broken_rules() == []
    take(deltas={daeng.pk: -10_000, somjai.pk: 10_000})
    daeng.refresh_from_db()
    assert daeng.taken_qty == 20_000
    assert broken_rules() == []


def test_without_a_plan_the_backings_count_as_taken(supply: Supply) -> None:
    offer = supply.offer(60, 20)
    supply.reserve(40, day=0)
    assert consume(cycle_id=supply.cycles[0].pk) == 1
    assert consume(cycle_id=supply.cycles[0].pk) == 0
    assert list(offer.shares.order_by("pk").values_list("taken_qty", flat=True)) == [30_000, 10_000]
    assert free(offer) == 40
    assert broken_rules() == []


def test_a_moved_day_gets_other_backing_or_a_shortage(supply: Supply) -> None:
    supply.offer(10, first=0, last=0)
    supply.offer(4, first=2, last=4)
    supply.reserve(10, day=0, holder="line:1")
    cycle = supply.cycles[0]
    supply.cycles[2].delete()
    cycle.delivery_day = supply.day(2)
    cycle.save()
    assert reback(cycle_ids=[cycle.pk]) == {"line:1": 6_000}
    shortages = recheck(cycle_ids=[cycle.pk])
    assert [(s.holder, s.qty) for s in shortages] == [("line:1", 6_000)]
    assert Reservation.objects.get(holder="line:1").qty == 4_000
    assert broken_rules() == []


def test_a_buyers_lines_move_to_another_cycle(supply: Supply) -> None:
    supply.offer(10, first=0, last=0)
    supply.offer(10, first=3, last=3)
    supply.reserve(10, day=0, holder="line:1")
    assert rebook(moves={"line:1": supply.cycles[3].pk}) == []
    assert Reservation.objects.get(holder="line:1").cycle_id == supply.cycles[3].pk
    assert broken_rules() == []
