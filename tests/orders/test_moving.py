"""Placed lines when their day is moved, joined with another, or skipped; and when supply is cut."""

from __future__ import annotations

import datetime as dt

import pytest

from catalogue.supply.models import HarvestOffer, Shortage
from marketplace.cycles.services import cancel_cycle, join_cycle, move_cycle
from marketplace.notifications.models import Message
from tests.orders.test_amending import consistent
from tests.support.ordering import FIRST_DAY, KG, Shop, make_shop, reserved

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


@pytest.fixture
def shop() -> Shop:
    return make_shop(products=2, days=2, offered=100 * KG)


def test_a_whole_day_moves_with_its_guarantees(shop: Shop) -> None:
    order = shop.order()
    later = FIRST_DAY + dt.timedelta(days=5)
    move_cycle(by=shop.staff, cycle=shop.cycles[0], to=later, reason="วันหยุด")
    assert [d.cycle.delivery_day for d in order.deliveries.all()] == [
        later,
        shop.cycles[1].delivery_day,
    ]
    assert all(line.firm_qty == reserved(line) == 10 * KG for line in order.lines.all())
    consistent(order)
    assert Message.objects.filter(
        recipient=f"party:{shop.hospital.pk}", kind="cycles.move"
    ).exists()


def test_what_the_new_day_cannot_hold_up_becomes_wanted_more(shop: Shop) -> None:
    order = shop.order()
    HarvestOffer.objects.filter(pk=shop.offers[0].pk).update(
        last_day=FIRST_DAY + dt.timedelta(days=2)
    )
    move_cycle(
        by=shop.staff,
        cycle=shop.cycles[0],
        to=FIRST_DAY + dt.timedelta(days=5),
        reason="วันหยุด",
    )
    kale = order.lines.get(stockrecord=shop.listings[0], cycle=shop.cycles[0])
    assert (kale.firm_qty, kale.wanted_qty, reserved(kale)) == (0, 10 * KG, 0)
    assert [r.kind for r in kale.revisions.all()] == ["placed", "short"]
    assert Shortage.objects.get(holder=kale.holder).qty == 10 * KG
    consistent(order)
    message = Message.objects.get(kind="cycles.move", recipient=f"party:{shop.hospital.pk}")
    assert shop.listings[0].product.title in message.body


def test_one_buyers_day_moves_alone(shop: Shop) -> None:
    order = shop.order()
    later = FIRST_DAY + dt.timedelta(days=5)
    target = move_cycle(
        by=shop.staff, cycle=shop.cycles[0], to=later, reason="ครัวปิด", buyers=[shop.hospital]
    )
    assert target != shop.cycles[0]
    moved = order.lines.filter(cycle=target)
    assert moved.count() == 2
    assert all(line.firm_qty == reserved(line) == 10 * KG for line in moved)
    consistent(order)


def test_two_days_are_joined_line_by_line(shop: Shop) -> None:
    order = shop.order()
    first, second = shop.cycles
    join_cycle(by=shop.staff, cycle=first, to=second.delivery_day, reason="ฮารีรายอ")
    assert [(d.cycle_id, d.state) for d in order.deliveries.all()] == [
        (first.pk, "cancelled"),
        (second.pk, "placed"),
    ]
    for line in order.lines.filter(cycle=second):
        assert (line.firm_qty, reserved(line)) == (20 * KG, 20 * KG)
        assert [r.kind for r in line.revisions.all()] == ["placed", "moved"]
    for line in order.lines.filter(cycle=first):
        assert (line.ordered_qty, reserved(line)) == (0, 0)
    order.refresh_from_db()
    assert order.status == "placed"
    consistent(order)


def test_lines_the_other_day_did_not_have_are_made_there(shop: Shop) -> None:
    from orders.services import CellInput

    kale, morning = shop.listings
    first, second = shop.cycles
    order = shop.order(
        [CellInput(kale.pk, first.pk, 5 * KG), CellInput(morning.pk, second.pk, 7 * KG)]
    )
    join_cycle(by=shop.staff, cycle=first, to=second.delivery_day, reason="ฮารีรายอ")
    assert {
        (line.stockrecord_id, line.firm_qty, reserved(line))
        for line in order.lines.filter(cycle=second)
    } == {(kale.pk, 5 * KG, 5 * KG), (morning.pk, 7 * KG, 7 * KG)}
    consistent(order)


def test_a_skipped_day_is_taken_off(shop: Shop) -> None:
    order = shop.order()
    cancel_cycle(by=shop.staff, cycle=shop.cycles[0], reason="น้ำท่วม")
    assert [d.state for d in order.deliveries.all()] == ["cancelled", "placed"]
    assert all(reserved(line) == 0 for line in order.lines.filter(cycle=shop.cycles[0]))
    consistent(order)


def test_a_join_asked_twice_changes_nothing_more(shop: Shop) -> None:
    order = shop.order()
    first, second = shop.cycles
    for _turn in range(2):
        join_cycle(by=shop.staff, cycle=first, to=second.delivery_day, reason="ฮารีรายอ")
    assert {line.firm_qty for line in order.lines.filter(cycle=second)} == {20 * KG}
    consistent(order)
