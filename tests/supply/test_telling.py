"""What is told on a phone or in the grid ends up in the group's offers."""

from __future__ import annotations

import pytest

from catalogue.models import Product
from catalogue.supply.models import HarvestOffer, OfferShare
from catalogue.supply.services import (
    OfferInput,
    ShareInput,
    close_offers,
    day_shares,
    foresee_cut,
    foresee_day,
    last_told,
    set_day_shares,
    tell_harvests,
)
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.parties.models import Person
from tests.support.supply import Supply, broken_rules, certify

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def told(supply: Supply, person: Person, kilos: int, day: int = 0) -> OfferInput:
    return OfferInput(
        group_id=supply.group.pk,
        product_id=supply.kale.pk,
        grade="A",
        first_day=supply.day(day),
        last_day=supply.day(day),
        shares=[ShareInput(person.pk, kilos * 1000)],
    )


def test_members_who_tell_the_same_stand_in_one_offer(supply: Supply) -> None:
    first = tell_harvests(by=None, key="a", offers=[told(supply, supply.daeng, 20)])
    second = tell_harvests(by=None, key="b", offers=[told(supply, supply.somjai, 15)])
    assert first == second
    offer = HarvestOffer.objects.get()
    assert offer.offered_qty == 35_000
    assert broken_rules() == []


def test_telling_again_adds_and_posting_again_does_not(supply: Supply) -> None:
    asked = [told(supply, supply.daeng, 20), told(supply, supply.daeng, 20, day=1)]
    made = tell_harvests(by=None, key="a", offers=asked)
    assert tell_harvests(by=None, key="a", offers=asked) == made
    assert OfferShare.objects.count() == 2
    tell_harvests(by=None, key="b", offers=asked[:1])
    assert list(OfferShare.objects.order_by("pk").values_list("qty", flat=True)) == [40_000, 20_000]
    assert broken_rules() == []


def test_a_closed_offer_is_not_joined(supply: Supply) -> None:
    made = tell_harvests(by=None, key="a", offers=[told(supply, supply.daeng, 20)])
    close_offers(by=None, offers=made)
    assert tell_harvests(by=None, key="b", offers=[told(supply, supply.somjai, 15)]) != made


def test_what_is_refused_can_be_sent_again(supply: Supply) -> None:
    with pytest.raises(Refusal):
        tell_harvests(by=None, key="a", offers=[told(supply, supply.huey, 20)])
    tell_harvests(by=None, key="a", offers=[told(supply, supply.daeng, 20)])
    with pytest.raises(Refusal) as caught:
        tell_harvests(by=None, key="b", offers=[told(supply, supply.daeng, -5)])
    assert caught.value.code == "not-positive"


def test_the_last_time_is_remembered(supply: Supply) -> None:
    assert last_told(person_id=supply.daeng.pk, group_id=supply.group.pk) is None
    tell_harvests(by=None, key="a", offers=[told(supply, supply.daeng, 20)])
    last = last_told(person_id=supply.daeng.pk, group_id=supply.group.pk)
    assert last is not None
    assert (last.product_id, last.grade, last.qty) == (supply.kale.pk, "A", 20_000)


def test_the_grid_sets_a_day_for_the_whole_group(supply: Supply) -> None:
    herb = Product.objects.get(slug="phak-bung-chin")
    certify("GAP", supply.day(-9), supply.day(9), group=supply.group)
    cells = {
        (supply.daeng.pk, supply.kale.pk): 20_000,
        (supply.somjai.pk, supply.kale.pk): 10_000,
        (supply.somjai.pk, herb.pk): 5_000,
        (supply.daeng.pk, herb.pk): 0,
    }
    day = {"group_id": supply.group.pk, "day": supply.day(2), "grade": "A"}
    assert len(set_day_shares(by=None, cells=cells, **day)) == 3
    assert set_day_shares(by=None, cells=cells, **day) == []
    assert set(HarvestOffer.objects.values_list("standard_codes", "offered_qty")) == {
        ("GAP", 30_000),
        ("GAP", 5_000),
    }
    changed = {(supply.daeng.pk, supply.kale.pk): 25_000, (supply.daeng.pk, herb.pk): 3_000}
    assert len(set_day_shares(by=None, cells=changed, **day)) == 2
    assert HarvestOffer.objects.count() == 2
    assert {cell: share.qty for cell, share in day_shares(**day).items()} == {
        (supply.daeng.pk, supply.kale.pk): 25_000,
        (supply.somjai.pk, supply.kale.pk): 10_000,
        (supply.somjai.pk, herb.pk): 5_000,
        (supply.daeng.pk, herb.pk): 3_000,
    }
    assert broken_rules() == []


def test_a_wrong_cell_is_named_and_nothing_is_saved(supply: Supply) -> None:
    day = {"group_id": supply.group.pk, "day": supply.day(2), "grade": "A"}
    cells = {
        (supply.daeng.pk, supply.kale.pk): 20_000,
        (supply.somjai.pk, supply.kale.pk): 10**9,
    }
    with pytest.raises(Refusals) as caught:
        set_day_shares(by=None, cells=cells, **day)
    assert [r.where for r in caught.value.items] == [
        {"person": supply.somjai.pk, "product": supply.kale.pk}
    ]
    assert OfferShare.objects.count() == 0


@pytest.mark.parametrize("qty", [-1, 10**9])
def test_a_wrong_change_of_a_cell_is_named(supply: Supply, qty: int) -> None:
    day = {"group_id": supply.group.pk, "day": supply.day(2), "grade": "A"}
    cell = (supply.daeng.pk, supply.kale.pk)
    set_day_shares(by=None, cells={cell: 20_000}, **day)
    with pytest.raises(Refusals) as caught:
        set_day_shares(by=None, cells={cell: qty}, **day)
    assert caught.value.items[0].where == {"person": cell[0], "product": cell[1]}


def test_the_grid_foresees_what_a_cut_would_do(supply: Supply) -> None:
    day = {"group_id": supply.group.pk, "day": supply.day(0), "grade": "A"}
    cell = (supply.daeng.pk, supply.kale.pk)
    set_day_shares(by=None, cells={cell: 50_000}, **day)
    supply.reserve(50, day=0, holder="line:1")
    supply.offer(20, other=True)
    seen = foresee_day(cells={cell: 10_000}, **day)
    assert seen.moved == {supply.kale.pk: 20_000}
    assert [(loss.holder, loss.qty) for loss in seen.lost] == [("line:1", 20_000)]
    assert not foresee_day(cells={cell: 60_000}, **day)
    assert not foresee_cut(wanted={})
    assert broken_rules() == []  # looking changed nothing
    set_day_shares(by=None, cells={cell: 10_000}, **day)
    assert broken_rules() == []
