"""Offering, changing shares, undoing, closing, plots: what is taken and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.models import Product
from catalogue.supply.models import HarvestOffer, OfferShare, ShareChange
from catalogue.supply.services import (
    NewShare,
    OfferInput,
    PlotInput,
    ShareChangeInput,
    ShareInput,
    add_plots,
    add_shares,
    archive_plots,
    change_shares,
    close_offers,
    offer_harvests,
    reopen_offers,
    undo_share_change,
)
from marketplace.audit.models import AuditEntry
from marketplace.common import clock
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.parties.exceptions import NotYours
from marketplace.parties.models import Person, RoleName
from marketplace.parties.services import leave_group, suspend_parties
from tests.support import people
from tests.support.supply import Supply, broken_rules, certify

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def wanted(supply: Supply, **changes: object) -> OfferInput:
    offer = OfferInput(
        group_id=supply.group.pk,
        product_id=supply.kale.pk,
        grade="A",
        first_day=supply.day(0),
        last_day=supply.day(6),
        shares=[ShareInput(supply.daeng.pk, 60_000), ShareInput(supply.somjai.pk, 40_000)],
    )
    return replace(offer, **changes)  # type: ignore[arg-type]


def refused(supply: Supply, **changes: object) -> list[tuple[str, str]]:
    with pytest.raises(Refusals) as caught:
        offer_harvests(by=None, offers=[wanted(supply, **changes)])
    assert HarvestOffer.objects.count() == 0
    assert all(str(item) for item in caught.value.items)
    return [(item.code, item.where["field"]) for item in caught.value.items]


def test_an_offer_is_the_sum_of_its_members_shares(supply: Supply) -> None:
    offer = offer_harvests(by=None, offers=[wanted(supply)])[0]
    assert (offer.offered_qty, offer.policy_qty, offer.promisable_qty) == (100_000,) * 3
    assert ShareChange.objects.count() == 2
    assert broken_rules() == []


@pytest.mark.parametrize("qty", [0, -5])
def test_a_quantity_must_be_more_than_nothing(supply: Supply, qty: int) -> None:
    shares = [ShareInput(supply.daeng.pk, qty)]
    assert refused(supply, shares=shares) == [("not-positive", "quantity")]


def test_an_absurd_quantity_is_a_slip(supply: Supply) -> None:
    shares = [ShareInput(supply.daeng.pk, 100_000_001)]
    assert refused(supply, shares=shares) == [("too-much", "quantity")]


def test_nobody_offers_nothing(supply: Supply) -> None:
    assert refused(supply, shares=[]) == [("no-shares", "quantity")]


def test_a_person_stands_in_an_offer_once(supply: Supply) -> None:
    shares = [ShareInput(supply.daeng.pk, 1_000), ShareInput(supply.daeng.pk, 2_000)]
    assert refused(supply, shares=shares) == [("twice", "member")]


def test_a_window_ends_after_it_starts(supply: Supply) -> None:
    assert refused(supply, last_day=supply.day(-1)) == [("window-reversed", "window")]


def test_a_day_for_which_picking_is_too_late_is_refused(supply: Supply) -> None:
    """Kale is picked a day before: tomorrow can be delivered, today cannot."""
    today = clock.today()
    assert refused(supply, first_day=today) == [("past", "window")]
    offer_harvests(by=None, offers=[wanted(supply, first_day=today + timedelta(days=1))])


def test_a_year_typed_wrong_is_refused(supply: Supply) -> None:
    far = supply.day(0) + timedelta(days=800)
    assert refused(supply, last_day=far) == [("too-far", "window")]


def test_produce_that_does_not_keep_until_delivery_is_refused(supply: Supply) -> None:
    Product.objects.filter(pk=supply.kale.pk).update(harvest_lead_days=3, shelf_life_days=2)
    days = {"first_day": supply.day(3), "last_day": supply.day(5)}
    assert refused(supply, **days) == [("shelf-life", "window")]


def test_only_present_members_can_be_named(supply: Supply) -> None:
    shares = [ShareInput(supply.huey.pk, 5_000)]
    assert refused(supply, shares=shares) == [("not-a-member", "member")]
    leave_group(by=None, group=supply.group, persons=[supply.somjai], until=clock.today())
    assert refused(supply) == [("not-a-member", "member")]


def test_a_plot_belongs_to_its_person_and_is_in_use(supply: Supply) -> None:
    mine, hers = add_plots(
        by=None,
        plots=[
            PlotInput(supply.daeng.pk, supply.group.pk, "แปลงตัวอย่าง 1", "9003"),
            PlotInput(supply.somjai.pk, supply.group.pk, "แปลงตัวอย่าง 2", "9003"),
        ],
    )
    assert refused(supply, shares=[ShareInput(supply.daeng.pk, 5_000, hers.pk)]) == [
        ("plot", "plot")
    ]
    archive_plots(by=None, plots=[mine])
    assert refused(supply, shares=[ShareInput(supply.daeng.pk, 5_000, mine.pk)]) == [
        ("plot", "plot")
    ]
    assert refused(supply, shares=[ShareInput(supply.daeng.pk, 5_000, 987_654)]) == [
        ("plot", "plot")
    ]


@pytest.mark.parametrize("price", [-1, 10_000_001])
def test_a_minimum_price_is_a_price(supply: Supply, price: int) -> None:
    assert refused(supply, min_price_satang=price) == [("price", "price")]


def test_a_grade_is_one_of_three(supply: Supply) -> None:
    assert refused(supply, grade="D") == [("grade", "grade")]


def test_archived_produce_and_suspended_groups_are_refused(supply: Supply) -> None:
    assert refused(supply, product_id=0) == [("no-product", "product")]
    suspend_parties(by=None, parties=[supply.group], reason="ตัวอย่าง")
    assert refused(supply) == [("no-group", "group")]


def test_a_certificate_must_hold_on_every_day_of_the_window(supply: Supply) -> None:
    certify("GAP", supply.day(-30), supply.day(3), group=supply.group)
    assert refused(supply, standards=["GAP"]) == [("certificate", "standard")] * 2
    certify("GAP", supply.day(4), supply.day(60), person=supply.daeng)
    assert refused(supply, standards=["GAP"]) == [("certificate", "standard")]
    certify("GAP", supply.day(4), supply.day(5), person=supply.somjai)
    assert refused(supply, standards=["GAP"]) == [("certificate", "standard")]
    certify("GAP", supply.day(6), supply.day(60), person=supply.somjai)
    offer = offer_harvests(by=None, offers=[wanted(supply, standards=["GAP"])])[0]
    assert offer.standard_codes == "GAP"
    assert broken_rules() == []


def test_a_certificate_of_other_produce_does_not_count(supply: Supply) -> None:
    certificate = certify("GAP", supply.day(-30), supply.day(90), group=supply.group)
    certificate.products.add(Product.objects.get(slug="phak-bung-chin"))
    assert refused(supply, standards=["GAP"]) == [("certificate", "standard")] * 2
    assert refused(supply, standards=["XX"]) == [("no-standard", "standard")]


def test_everything_wrong_is_said_at_once_and_by_row(supply: Supply) -> None:
    bad = wanted(supply, last_day=supply.day(-1), grade="D")
    with pytest.raises(Refusals) as caught:
        offer_harvests(by=None, offers=[wanted(supply), bad])
    assert {(i.where["offer"], i.code) for i in caught.value.items} == {
        (1, "window-reversed"),
        (1, "grade"),
    }


def test_a_form_posted_twice_makes_one_offer(supply: Supply) -> None:
    asked = [wanted(supply, key="form-1")]
    first = offer_harvests(by=None, offers=asked)
    assert offer_harvests(by=None, offers=asked) == first
    assert HarvestOffer.objects.count() == 1


def test_acting_for_a_member_is_written_down(supply: Supply) -> None:
    coordinator = people.user("nok", (supply.group, RoleName.COORDINATOR))
    offer = offer_harvests(by=coordinator, offers=[wanted(supply)])[0]
    assert set(ShareChange.objects.values_list("on_behalf", "acted_by")) == {(True, coordinator.pk)}
    entries = AuditEntry.objects.filter(action="supply.share.changed")
    assert set(entries.values_list("on_behalf_of", flat=True)) == {
        f"person:{supply.daeng.pk}",
        f"person:{supply.somjai.pk}",
    }
    assert set(entries.values_list("party", flat=True)) == {f"party:{supply.group.pk}"}
    Person.objects.filter(pk=supply.daeng.pk).update(user=coordinator)
    share = offer.shares.get(person=supply.daeng)
    assert not change_shares(by=coordinator, changes=[ShareChangeInput(share.pk, 5)])[0].on_behalf


def test_nobody_acts_for_members_of_another_group(supply: Supply) -> None:
    stranger = people.user("mai", (supply.other_group, RoleName.COORDINATOR))
    with pytest.raises(NotYours):
        offer_harvests(by=stranger, offers=[wanted(supply)])
    offer = supply.offer(60)
    with pytest.raises(NotYours):
        change_shares(by=stranger, changes=[ShareChangeInput(offer.shares.get().pk, 5)])
    with pytest.raises(NotYours):
        add_plots(by=stranger, plots=[PlotInput(supply.daeng.pk, supply.group.pk, "แปลง", "9003")])


def test_a_share_grows_and_shrinks_with_its_history(supply: Supply) -> None:
    offer = supply.offer(60, 40)
    share = offer.shares.get(person=supply.daeng)
    change_shares(by=None, changes=[ShareChangeInput(share.pk, 75_000)])
    assert change_shares(by=None, changes=[ShareChangeInput(share.pk, 75_000)]) == []
    offer.refresh_from_db()
    assert (offer.offered_qty, offer.free_qty) == (115_000, 115_000)
    assert [(c.before_qty, c.after_qty) for c in share.changes.all()] == [
        (60_000, 75_000),
        (0, 60_000),
    ]
    assert broken_rules() == []


@pytest.mark.parametrize(("qty", "code"), [(-1, "negative"), (100_000_001, "too-much")])
def test_a_share_is_not_changed_to_nonsense(supply: Supply, qty: int, code: str) -> None:
    share = supply.offer(60).shares.get()
    with pytest.raises(Refusals) as caught:
        change_shares(by=None, changes=[ShareChangeInput(share.pk, qty)])
    assert [i.code for i in caught.value.items] == [code]
    share.refresh_from_db()
    assert share.qty == 60_000


def test_what_was_allocated_cannot_be_taken_back(supply: Supply) -> None:
    share = supply.offer(60).shares.get()
    OfferShare.objects.filter(pk=share.pk).update(taken_qty=10_000)
    with pytest.raises(Refusals) as caught:
        change_shares(by=None, changes=[ShareChangeInput(share.pk, 9_000)])
    assert [i.code for i in caught.value.items] == ["taken"]


def test_a_window_that_is_over_stands(supply: Supply) -> None:
    offer = supply.offer(60)
    close_offers(by=None, offers=[offer])
    with clock.at(clock.now() + timedelta(days=60)):
        with pytest.raises(Refusals) as caught:
            change_shares(by=None, changes=[ShareChangeInput(offer.shares.get().pk, 5)])
        assert [i.code for i in caught.value.items] == ["over"]
        with pytest.raises(Refusal) as refusal:
            reopen_offers(by=None, offers=[offer])
        assert refusal.value.code == "over"


def test_more_members_join_a_standing_offer(supply: Supply) -> None:
    offer = supply.offer(60)
    add_shares(
        by=None,
        shares=[
            NewShare(offer.pk, supply.somjai.pk, 15_000),
            NewShare(offer.pk, supply.daeng.pk, 50_000),
        ],
    )
    offer.refresh_from_db()
    assert offer.offered_qty == 65_000
    assert broken_rules() == []
    with pytest.raises(Refusals) as caught:
        add_shares(by=None, shares=[NewShare(offer.pk, supply.huey.pk, 1_000)])
    assert [i.code for i in caught.value.items] == ["not-a-member"]


def test_an_act_for_somebody_is_undone_within_a_day(supply: Supply) -> None:
    share = supply.offer(60).shares.get()
    change = change_shares(by=None, changes=[ShareChangeInput(share.pk, 90_000)])[0]
    undone = undo_share_change(by=None, change=change)
    assert (undone.before_qty, undone.after_qty, undone.undoes) == (90_000, 60_000, change)
    with pytest.raises(Refusal) as caught:
        undo_share_change(by=None, change=change)
    assert caught.value.code == "undone"
    assert AuditEntry.objects.filter(action="supply.share.undone").count() == 1
    assert broken_rules() == []


def test_undoing_leaves_what_is_reserved(supply: Supply) -> None:
    share = supply.offer(60).shares.get()
    change = change_shares(by=None, changes=[ShareChangeInput(share.pk, 90_000)])[0]
    supply.reserve(70)
    undone = undo_share_change(by=None, change=change)
    assert undone.after_qty == 70_000
    assert broken_rules() == []
    again = change_shares(by=None, changes=[ShareChangeInput(share.pk, 75_000)])[0]
    supply.reserve(5)
    with pytest.raises(Refusal) as caught:
        undo_share_change(by=None, change=again)
    assert caught.value.code == "reserved"


def test_a_lowered_share_can_be_put_back(supply: Supply) -> None:
    share = supply.offer(60).shares.get()
    change = change_shares(by=None, changes=[ShareChangeInput(share.pk, 20_000)])[0]
    assert undo_share_change(by=None, change=change).after_qty == 60_000


def test_after_a_day_an_act_stands(supply: Supply) -> None:
    share = supply.offer(60).shares.get()
    change = change_shares(by=None, changes=[ShareChangeInput(share.pk, 90_000)])[0]
    with clock.at(clock.now() + timedelta(days=1, seconds=1)), pytest.raises(Refusal) as caught:
        undo_share_change(by=None, change=change)
    assert caught.value.code == "too-late"


def test_closed_offers_promise_nothing_more_but_keep_their_word(supply: Supply) -> None:
    offer = supply.offer(60)
    supply.reserve(20)
    assert close_offers(by=None, offers=[offer]) == [offer]
    assert close_offers(by=None, offers=[offer]) == []
    assert supply.reserve(5) == 0
    offer.refresh_from_db()
    assert (offer.free_qty, offer.reserved_qty) == (0, 20_000)
    reopen_offers(by=None, offers=[offer])
    assert supply.reserve(5) == 5
    assert broken_rules() == []


def test_a_plot_needs_a_name_and_a_member(supply: Supply) -> None:
    with pytest.raises(Refusals) as caught:
        add_plots(by=None, plots=[PlotInput(supply.huey.pk, supply.group.pk, "  ", "9003")])
    assert [i.code for i in caught.value.items] == ["empty", "not-a-member"]


def test_offering_asks_as_often_for_one_as_for_many(supply: Supply) -> None:
    certify("GAP", supply.day(-30), supply.day(90), group=supply.group)
    asked = wanted(supply, standards=["GAP"])
    counts = []
    for many in (1, 20):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            offer_harvests(by=None, offers=[asked] * many)
        counts.append(len(queries))
    assert counts[0] == counts[1]
