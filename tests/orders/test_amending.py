"""Changing a placed order until cut-off: quantities, prices, reservations, history."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from catalogue.partner.services import NoticeRow
from marketplace.common import clock
from marketplace.common.exceptions import Refusal, Refusals
from orders import hooks
from orders.models import Delivery, Line, LineRevision, Order
from orders.rules import value_of_line
from orders.services import (
    CellInput,
    LineChange,
    amend_lines,
    amend_order,
    cancel_deliveries,
    mark_deliveries,
    terms_of_lines,
)
from tests.support import goods
from tests.support.ordering import FIRST_DAY, KG, MONDAY, Shop, at, make_shop, reserved

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


@pytest.fixture
def shop() -> Shop:
    return make_shop(products=2, days=2, offered=100 * KG)


def line_of(order: Order, listing: object, cycle: object) -> Line:
    return Line.objects.select_related("delivery").get(
        order=order, stockrecord=listing, cycle=cycle
    )


def consistent(order: Order) -> None:
    """What must hold after any change of an order."""
    order.refresh_from_db()
    total = 0
    terms = terms_of_lines(order.lines.values_list("pk", flat=True))
    for line in order.lines.select_related("delivery"):
        revisions = list(line.revisions.all())
        assert line.firm_qty == sum(r.firm_delta_qty for r in revisions)
        assert line.wanted_qty == sum(r.wanted_delta_qty for r in revisions)
        assert line.quantity * line.step_qty == line.ordered_qty
        if line.delivery.state == "placed":
            assert reserved(line) == line.firm_qty
        value, _rows = value_of_line(line.ordered_qty, terms[line.pk], per=line.per)
        assert line.line_price_incl_tax == Decimal(value) / 100
        assert sum(p.quantity * p.price_incl_tax for p in line.prices.all()) == Decimal(value) / 100
        total += value
    fees = sum(order.deliveries.values_list("fee_satang", flat=True))
    assert order.total_incl_tax == Decimal(total + fees) / 100
    assert sum(s.incl_tax for s in order.surcharges.all()) == Decimal(fees) / 100


def new_price(shop: Shop, satang: int) -> None:
    """A notice from the second delivery day on."""
    goods.published(
        MONDAY + dt.timedelta(days=7),
        *[goods.row(listing.product, hospital=satang) for listing in shop.listings],
    )


def test_more_is_reserved_at_the_price_of_the_day_it_was_added(shop: Shop) -> None:
    order = shop.order()
    line = order.lines.first()
    new_price(shop, 4600)
    amend_lines(by=shop.requester, changes=[LineChange(line.pk, 15 * KG)])
    line.refresh_from_db()
    assert (line.firm_qty, reserved(line)) == (15 * KG, 15 * KG)
    assert line.price_satang == 4200
    assert [(r.firm_delta_qty, r.price_satang, r.kind) for r in line.revisions.all()] == [
        (10 * KG, 4200, "placed"),
        (5 * KG, 4600, "amended"),
    ]
    assert line.line_price_incl_tax == Decimal("650.00")  # 10 × 42 + 5 × 46
    consistent(order)


def test_less_lets_go_what_was_added_last(shop: Shop) -> None:
    order = shop.order()
    line = order.lines.first()
    new_price(shop, 4600)
    amend_lines(by=None, changes=[LineChange(line.pk, 15 * KG)])
    amend_lines(by=None, changes=[LineChange(line.pk, 12 * KG)])
    line.refresh_from_db()
    assert line.line_price_incl_tax == Decimal("512.00")  # 10 × 42 + 2 × 46
    assert reserved(line) == 12 * KG
    consistent(order)


def test_wanted_more_goes_before_what_is_sure() -> None:
    shop = make_shop(products=1, days=1, offered=28 * KG)
    order = shop.order([CellInput(shop.listings[0].pk, shop.cycles[0].pk, 40 * KG)])
    line = order.lines.get()
    amend_lines(by=None, changes=[LineChange(line.pk, 30 * KG)])
    line.refresh_from_db()
    assert (line.firm_qty, line.wanted_qty) == (28 * KG, 2 * KG)
    amend_lines(by=None, changes=[LineChange(line.pk, 20 * KG)])
    line.refresh_from_db()
    assert (line.firm_qty, line.wanted_qty, reserved(line)) == (20 * KG, 0, 20 * KG)
    consistent(order)


def test_what_one_lets_go_another_may_have_at_once() -> None:
    shop = make_shop(products=1, days=1, offered=40 * KG)
    kale, cycle = shop.listings[0], shop.cycles[0]
    first = shop.order([CellInput(kale.pk, cycle.pk, 30 * KG)])
    second = shop.order([CellInput(kale.pk, cycle.pk, 30 * KG)])
    mine, theirs = first.lines.get(), second.lines.get()
    assert (theirs.firm_qty, theirs.wanted_qty) == (10 * KG, 20 * KG)
    amend_lines(
        by=None, changes=[LineChange(mine.pk, 10 * KG), LineChange(theirs.pk, 30 * KG + 500)]
    )
    theirs.refresh_from_db()
    assert (theirs.firm_qty, theirs.wanted_qty) == (30 * KG, 500)
    consistent(first)
    consistent(second)


def test_a_new_cell_becomes_a_line_and_its_day_a_delivery(shop: Shop) -> None:
    kale, morning = shop.listings
    first, second = shop.cycles
    order = shop.order([CellInput(kale.pk, first.pk, 10 * KG)])
    amend_order(
        by=shop.requester,
        order=order,
        cells=[CellInput(morning.pk, first.pk, 3 * KG), CellInput(kale.pk, second.pk, 4 * KG)],
    )
    assert order.deliveries.count() == 2
    assert {(row.stockrecord_id, row.cycle_id, row.firm_qty) for row in order.lines.all()} == {
        (kale.pk, first.pk, 10 * KG),
        (morning.pk, first.pk, 3 * KG),
        (kale.pk, second.pk, 4 * KG),
    }
    consistent(order)


def test_an_emptied_day_is_cancelled_and_comes_back(shop: Shop) -> None:
    order = shop.order()
    day = order.deliveries.first()
    emptied = [LineChange(line.pk, 0) for line in day.lines.all()]
    amend_lines(by=None, changes=emptied)
    day.refresh_from_db()
    assert day.state == "cancelled"
    assert set(day.lines.values_list("status", flat=True)) == {"cancelled"}
    order.refresh_from_db()
    assert order.status == "placed"
    amend_lines(by=None, changes=[LineChange(emptied[0].line_id, 2 * KG)])
    day.refresh_from_db()
    assert day.state == "placed"
    consistent(order)


def test_after_the_cut_off_nothing_changes(shop: Shop) -> None:
    order = shop.order()
    line = line_of(order, shop.listings[0], shop.cycles[0])
    clock.set_clock(at(FIRST_DAY - dt.timedelta(days=3), 12, 0, 1))
    for qty in (20 * KG, 5 * KG, 0):
        with pytest.raises(Refusals, match="ปิดรับแล้ว"):
            amend_lines(by=shop.requester, changes=[LineChange(line.pk, qty)])
    other = line_of(order, shop.listings[0], shop.cycles[1])
    amend_lines(by=shop.requester, changes=[LineChange(other.pk, 5 * KG)])
    consistent(order)


@pytest.mark.parametrize(("qty", "code"), [(750, "step"), (-500, "negative")])
def test_what_no_line_may_hold_is_refused(shop: Shop, qty: int, code: str) -> None:
    order = shop.order()
    with pytest.raises(Refusals) as refused:
        amend_lines(by=None, changes=[LineChange(order.lines.first().pk, qty)])
    assert [item.code for item in refused.value.items] == [code]
    consistent(order)


def test_a_line_that_does_not_exist_is_refused(shop: Shop) -> None:
    with pytest.raises(Refusal) as refused:
        amend_lines(by=None, changes=[LineChange(0, KG)])
    assert refused.value.code == "no-such-line"


def test_two_tabs_do_not_change_one_order_unseen(shop: Shop) -> None:
    order = shop.order()
    cell = CellInput(shop.listings[0].pk, shop.cycles[0].pk, 12 * KG)
    amend_order(by=None, order=order, cells=[cell], version=0)
    with pytest.raises(Refusal) as refused:
        amend_order(by=None, order=order, cells=[cell], version=0)
    assert refused.value.code == "stale"


def test_without_a_price_nothing_is_added(shop: Shop) -> None:
    order = shop.order()
    new_price(shop, 4600)
    priced = [
        NoticeRow(row.pk, "A", 2800, {}, {"hotel": 4600})
        for row in (listing.product for listing in shop.listings)
    ]
    goods.published(FIRST_DAY + dt.timedelta(days=1), *priced)
    line = line_of(order, shop.listings[0], shop.cycles[1])
    with pytest.raises(Refusals, match="จึงเพิ่มไม่ได้"):
        amend_lines(by=None, changes=[LineChange(line.pk, 20 * KG)])
    amend_lines(by=None, changes=[LineChange(line.pk, 5 * KG)])
    consistent(order)


def test_an_allocated_day_is_not_changed(shop: Shop) -> None:
    order = shop.order()
    mark_deliveries(deliveries=order.deliveries.all()[:1], to="allocated")
    line = line_of(order, shop.listings[0], shop.cycles[0])
    with pytest.raises(Refusals, match="จัดสรรแล้ว"):
        amend_lines(by=None, changes=[LineChange(line.pk, KG)])


def test_a_cancelled_delivery_lets_everything_go(shop: Shop) -> None:
    order = shop.order()
    told: list[tuple[list[Delivery], object]] = []
    listener = lambda deliveries, by: told.append((deliveries, by))  # noqa: E731
    hooks.deliveries_cancelled.append(listener)
    try:
        day = order.deliveries.first()
        gone = cancel_deliveries(by=shop.requester, deliveries=[day], reason="งดอาหารวันนั้น")
        assert cancel_deliveries(by=shop.requester, deliveries=[day], reason="อีกครั้ง") == []
    finally:
        hooks.deliveries_cancelled.remove(listener)
    assert gone == [day]
    assert told == [([day], shop.requester)]
    assert all(reserved(line) == 0 for line in day.lines.all())
    last = LineRevision.objects.filter(line__delivery=day).last()
    assert (last.kind, last.reason, last.acted_by_id) == (
        "cancelled",
        "งดอาหารวันนั้น",
        shop.requester.pk,
    )
    consistent(order)
    cancel_deliveries(by=shop.requester, deliveries=order.deliveries.all())
    order.refresh_from_db()
    assert order.status == "cancelled"
    consistent(order)


def test_after_the_cut_off_only_the_hub_calls_a_day_off(shop: Shop) -> None:
    order = shop.order()
    day = order.deliveries.first()
    clock.set_clock(at(FIRST_DAY - dt.timedelta(days=3), 12, 0, 1))
    with pytest.raises(Refusals, match="ปิดรับแล้ว"):
        cancel_deliveries(by=shop.requester, deliveries=[day])
    cancel_deliveries(by=shop.staff, deliveries=[day], reason="น้ำท่วม", after_cutoff=True)
    day.refresh_from_db()
    assert day.state == "cancelled"
    consistent(order)


def test_what_is_on_the_road_is_not_cancelled(shop: Shop) -> None:
    order = shop.order()
    day = order.deliveries.first()
    for state in ("allocated", "packed", "dispatched"):
        mark_deliveries(deliveries=[day], to=state)
    with pytest.raises(Refusals) as refused:
        cancel_deliveries(by=shop.staff, deliveries=[day], after_cutoff=True)
    assert [item.code for item in refused.value.items] == ["too-late"]


def test_the_fee_of_a_small_drop_follows_the_change(shop: Shop) -> None:
    rule = shop.hospital.buyer_class
    rule.minimum_drop_satang, rule.small_drop_fee_satang = 50_000, 9_000
    rule.save()
    order = shop.order([CellInput(shop.listings[0].pk, shop.cycles[0].pk, 20 * KG)])
    line = order.lines.get()
    assert order.deliveries.get().fee_satang == 0
    amend_lines(by=None, changes=[LineChange(line.pk, 10 * KG)])
    assert order.deliveries.get().fee_satang == 9_000
    consistent(order)
    amend_lines(by=None, changes=[LineChange(line.pk, 0)])
    assert order.deliveries.get().fee_satang == 0
    consistent(order)
