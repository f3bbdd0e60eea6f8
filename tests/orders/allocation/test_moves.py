"""A coordinator moves quantity between her own members until intake."""

from __future__ import annotations

import pytest

from catalogue.supply.models import OfferShare
from marketplace.audit.models import AuditEntry
from marketplace.common.exceptions import Refusal
from marketplace.notifications.models import Message
from marketplace.parties.models import Person
from orders.allocation.models import Allocation, AllocationMove
from orders.allocation.services import MoveInput, move_allocations
from orders.fulfilment.models import NoticeRow
from orders.fulfilment.services import acknowledge_rows, issue_notices
from tests.support import people
from tests.support.fulfilment import KG, Day, key, make_day

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def a_day() -> Day:
    day = make_day()
    day.offer((day.daeng, 30), (day.somjai, 30))
    day.order(40)
    day.cut_off()
    return day


def share_of(person: Person) -> OfferShare:
    return OfferShare.objects.get(person=person, harvest_offer__product__title="คะน้า")


def move(day: Day, source: OfferShare, target: OfferShare, kilos: int, **values: str) -> None:
    move_allocations(
        by=day.coordinator,
        moves=[
            MoveInput(
                cycle_id=day.cycle.pk,
                from_share_id=source.pk,
                to_share_id=target.pk,
                qty=kilos * KG,
                key=values.get("key", key()),
                reason="ไปงานศพ",
            )
        ],
    )


def test_a_move_changes_the_plan_and_is_logged_and_told() -> None:
    day = a_day()
    for person in (day.daeng, day.somjai):
        person.user = people.user(f"u{person.pk}", (day.group, "grower"))
        person.save()
    issue_notices(cycle=day.cycle, by=None)
    acknowledge_rows(by=None, rows=NoticeRow.objects.all())
    move(day, share_of(day.daeng), share_of(day.somjai), 15)
    plan = dict(Allocation.objects.values_list("person", "qty"))
    assert plan == {day.daeng.pk: 5 * KG, day.somjai.pk: 35 * KG}
    rows = {row.person_id: row for row in NoticeRow.objects.all()}
    assert (rows[day.daeng.pk].qty, rows[day.somjai.pk].qty) == (5 * KG, 35 * KG)
    assert rows[day.daeng.pk].acknowledged_at is None
    assert Message.objects.filter(kind="allocation.moved", channel="screen").count() == 2
    assert AuditEntry.objects.filter(action="allocation.moved").count() == 1


def test_moving_everything_leaves_nothing_to_pick() -> None:
    day = a_day()
    issue_notices(cycle=day.cycle, by=None)
    move(day, share_of(day.daeng), share_of(day.somjai), 20)
    assert list(Allocation.objects.values_list("person", "qty")) == [(day.somjai.pk, 40 * KG)]
    assert NoticeRow.objects.get(person=day.daeng).qty == 0


def test_the_same_form_posted_twice_moves_once() -> None:
    day = a_day()
    for _time in range(2):
        move(day, share_of(day.daeng), share_of(day.somjai), 5, key="form-1")
    assert AllocationMove.objects.count() == 1
    assert Allocation.objects.get(person=day.daeng).qty == 15 * KG


def refused(day: Day, source: OfferShare, target: OfferShare, kilos: int) -> str:
    before = list(Allocation.objects.order_by("pk").values_list("person", "qty"))
    with pytest.raises(Refusal) as refusal:
        move(day, source, target, kilos)
    assert list(Allocation.objects.order_by("pk").values_list("person", "qty")) == before
    return refusal.value.code


def test_what_may_not_be_moved_is_refused() -> None:
    day = make_day()
    day.certify("PGS")
    day.offer((day.daeng, 30), standards=["PGS"])
    day.offer((day.somjai, 30))
    day.offer((day.huey, 30), group=day.other_group)
    day.offer((day.somjai, 30), product=day.greens)
    day.offer((day.somjai, 30), grade="B")
    day.order(10, standard="PGS")
    day.cut_off()
    mine = OfferShare.objects.get(person=day.daeng)
    plain, greens, lower = OfferShare.objects.filter(person=day.somjai).order_by("pk")
    other = OfferShare.objects.get(person=day.huey)
    assert refused(day, mine, other, 5) == "other-group"
    assert refused(day, mine, greens, 5) == "other-product"
    assert refused(day, mine, lower, 5) == "other-product"
    assert refused(day, mine, plain, 5) == "standard"
    assert refused(day, mine, mine, 5) == "same-person"


def test_more_than_allocated_or_nothing_is_refused() -> None:
    day = a_day()
    source, target = share_of(day.daeng), share_of(day.somjai)
    assert refused(day, source, target, 21) == "too-much"
    assert refused(day, source, target, 0) == "too-much"


def test_after_the_first_weighing_it_is_too_late() -> None:
    day = a_day()
    day.weigh(day.daeng, 20)
    assert refused(day, share_of(day.daeng), share_of(day.somjai), 5) == "intake"


def test_a_share_of_another_window_is_refused() -> None:
    day = a_day()
    target = share_of(day.somjai)
    target.harvest_offer.pk = None
    target.harvest_offer.first_day = target.harvest_offer.last_day = day.cycle.delivery_day.replace(
        day=30
    )
    target.harvest_offer.reserved_qty = 0
    target.harvest_offer.save()
    late = OfferShare.objects.create(
        harvest_offer=target.harvest_offer, person=day.somjai, qty=5 * KG
    )
    assert refused(day, share_of(day.daeng), late, 5) == "other-day"
