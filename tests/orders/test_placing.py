"""Placing a draft: what is promised, at which price, and that it happens once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from oscar.apps.order.signals import order_placed
from oscar.core.loading import get_model

from marketplace.audit.models import AuditEntry
from marketplace.common import clock
from marketplace.common.exceptions import Refusal, Refusals
from orders.models import Delivery, Line, LineRevision, Order
from orders.services import CellInput, discard_draft, place_draft, record_purchase_order
from tests.support import people
from tests.support.ordering import FIRST_DAY, KG, MONDAY, Shop, at, make_shop, reserved

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def test_a_placed_order_carries_what_was_asked(shop: Shop) -> None:
    order = shop.order()
    assert order.number.startswith("AO-2570-")
    assert order.status == "placed"
    assert order.date_placed == clock.now()
    assert [d.cycle_id for d in order.deliveries.all()] == [c.pk for c in shop.cycles]
    lines = list(order.lines.all())
    assert len(lines) == 6
    assert {(line.firm_qty, line.wanted_qty) for line in lines} == {(10 * KG, 0)}
    assert {(line.quantity, line.step_qty, line.min_grade) for line in lines} == {(20, 500, "A")}
    assert all(reserved(line) == line.firm_qty for line in lines)


def test_oscars_totals_and_records_stand(shop: Shop) -> None:
    order = shop.order()
    assert order.total_incl_tax == order.total_excl_tax == Decimal("2520.00")  # 60 kg × 42 baht
    assert order.basket_total_incl_tax == Decimal("2520.00")
    assert order.shipping_incl_tax == 0
    assert order.shipping_code == "hub-delivery"
    assert order.basket.status == "Submitted"
    assert order.basket.lines.count() == 6
    assert order.line_prices.count() == 6
    line = order.lines.first()
    assert line.unit_price_incl_tax == Decimal("21.00")  # one step of 500 g
    assert line.line_price_incl_tax == Decimal("420.00")
    assert [(p.quantity, p.price_incl_tax) for p in line.prices.all()] == [(20, Decimal("21.00"))]
    counted = get_model("analytics", "ProductRecord").objects.get(product=line.product)
    assert counted.num_purchases == 60
    mine = get_model("analytics", "UserRecord").objects.get(user=shop.requester)
    assert (mine.num_orders, mine.num_order_lines, mine.num_order_items) == (1, 6, 120)


def test_the_signal_is_sent_once_when_all_is_written(shop: Shop) -> None:
    seen = []

    def listen(sender: object, order: Order, user: object, **kwargs: object) -> None:
        seen.append((order.lines.count(), LineRevision.objects.filter(line__order=order).count()))

    order_placed.connect(listen)
    try:
        shop.order()
    finally:
        order_placed.disconnect(listen)
    assert seen == [(6, 6)]


def test_the_price_and_its_fees_are_frozen_with_the_placing(shop: Shop) -> None:
    line = shop.order().lines.first()
    assert line.price_satang == 4200
    revision = line.revisions.get()
    assert (revision.firm_delta_qty, revision.price_satang, revision.kind) == (
        10 * KG,
        4200,
        "placed",
    )
    assert {fee.kind_id: fee.satang for fee in revision.fees.all()} == {
        "coop": 300,
        "pack": 300,
        "transport": 400,
    }


def test_what_cannot_be_promised_is_wanted_more() -> None:
    shop = make_shop(products=1, days=1, offered=28 * KG)
    line = shop.order([CellInput(shop.listings[0].pk, shop.cycles[0].pk, 40 * KG)]).lines.get()
    assert (line.firm_qty, line.wanted_qty, reserved(line)) == (28 * KG, 12 * KG, 28 * KG)
    assert line.quantity == 80
    revision = line.revisions.get()
    assert (revision.firm_delta_qty, revision.wanted_delta_qty) == (28 * KG, 12 * KG)


def test_nothing_less_than_an_order_step_is_promised() -> None:
    shop = make_shop(products=1, days=1, offered=28_300)
    line = shop.order([CellInput(shop.listings[0].pk, shop.cycles[0].pk, 40 * KG)]).lines.get()
    assert (line.firm_qty, reserved(line)) == (28 * KG, 28 * KG)
    shop.offers[0].refresh_from_db()
    assert shop.offers[0].reserved_qty == 28 * KG


def test_who_takes_only_what_is_sure_is_told_which_cells_are_short() -> None:
    shop = make_shop(products=1, days=1, offered=28 * KG)
    draft = shop.draft([CellInput(shop.listings[0].pk, shop.cycles[0].pk, 40 * KG)])
    with pytest.raises(Refusal) as refused:
        place_draft(by=shop.requester, draft=draft, accept_wanted=False)
    assert refused.value.code == "short"
    assert refused.value.where == [
        {
            "listing": shop.listings[0].pk,
            "cycle": shop.cycles[0].pk,
            "firm": 28 * KG,
            "wanted": 12 * KG,
        }
    ]
    assert not Order.objects.exists()
    shop.offers[0].refresh_from_db()
    assert shop.offers[0].reserved_qty == 0


def test_placing_twice_gives_the_same_order(shop: Shop) -> None:
    draft = shop.draft(shop.cells())
    first = place_draft(by=shop.requester, draft=draft)
    second = place_draft(by=shop.requester, draft=draft)
    assert first.pk == second.pk
    assert Order.objects.count() == 1
    assert AuditEntry.objects.filter(action="orders.order.placed").count() == 1


def test_the_cut_off_is_exact_to_the_second(shop: Shop) -> None:
    draft = shop.draft(shop.cells())
    closes = dt.timedelta(days=3)
    clock.set_clock(at(FIRST_DAY - closes, 12))
    with pytest.raises(Refusals) as refused:
        place_draft(by=shop.requester, draft=draft)
    assert [item.where for item in refused.value.items] == [shop.cycles[0].pk]
    assert not Order.objects.exists()
    clock.set_clock(at(FIRST_DAY - closes, 11, 59, 59))
    assert place_draft(by=shop.requester, draft=draft).lines.count() == 6


def test_one_second_after_the_cut_off_is_too_late(shop: Shop) -> None:
    draft = shop.draft(shop.cells())
    clock.set_clock(at(FIRST_DAY - dt.timedelta(days=3), 12, 0, 1))
    with pytest.raises(Refusals, match="ปิดรับแล้ว"):
        place_draft(by=shop.requester, draft=draft)


def test_an_empty_draft_is_not_placed(shop: Shop) -> None:
    with pytest.raises(Refusal) as refused:
        place_draft(by=shop.requester, draft=shop.draft())
    assert refused.value.code == "empty"


def test_a_discarded_draft_is_not_placed(shop: Shop) -> None:
    draft = shop.draft(shop.cells())
    discard_draft(by=shop.requester, draft=draft)
    with pytest.raises(Refusal) as refused:
        place_draft(by=shop.requester, draft=draft)
    assert refused.value.code == "draft-discarded"


def test_a_product_without_price_is_named(shop: Shop) -> None:
    from catalogue.partner.services import ListingInput, list_products
    from tests.support.goods import product

    unpriced = list_products(
        by=None, listings=[ListingInput(product=product("มะนาว"), party=shop.group)]
    )[0]
    step = unpriced.product.step_qty
    draft = shop.draft([CellInput(unpriced.pk, shop.cycles[0].pk, step)])
    with pytest.raises(Refusals, match="ยังไม่มีประกาศราคา"):
        place_draft(by=shop.requester, draft=draft)


def test_another_buyers_purchase_order_is_refused(shop: Shop) -> None:
    foreign = record_purchase_order(
        by=None, buyer=people.buyer("โรงแรมตัวอย่าง", "hotel"), number="1/2570", dated=MONDAY
    )
    with pytest.raises(Refusal) as refused:
        place_draft(by=shop.requester, draft=shop.draft(shop.cells()), purchase_order=foreign)
    assert refused.value.code == "foreign-po"


def test_a_small_drop_costs_its_fee_and_oscars_total_has_it() -> None:
    shop = make_shop(products=1, days=2)
    rule = shop.hospital.buyer_class
    rule.minimum_drop_satang, rule.small_drop_fee_satang = 50_000, 9_000
    rule.save()
    order = shop.order(
        [
            CellInput(shop.listings[0].pk, shop.cycles[0].pk, 10 * KG),  # 420 baht
            CellInput(shop.listings[0].pk, shop.cycles[1].pk, 20 * KG),  # 840 baht
        ]
    )
    assert [d.fee_satang for d in order.deliveries.all()] == [9_000, 0]
    assert [(s.incl_tax, s.code.split(":")[0]) for s in order.surcharges.all()] == [
        (Decimal("90.00"), "delivery")
    ]
    assert order.total_incl_tax == Decimal("1350.00")
    assert order.basket_total_incl_tax == Decimal("1260.00")


def test_a_government_order_is_split_where_the_budget_year_ends() -> None:
    from catalogue.supply.models import HarvestOffer
    from marketplace.cycles.services import open_cycles
    from marketplace.parties.models import Hub

    shop = make_shop(products=1, days=1)
    days = [dt.date(2027, 9, 29), dt.date(2027, 9, 30), dt.date(2027, 10, 1)]
    shop.cycles = open_cycles(by=None, hub=Hub.objects.get(), days=days)
    HarvestOffer.objects.update(last_day=dt.date(2027, 12, 31))
    shop.hospital.is_government = True
    shop.hospital.save()
    first = shop.order()
    second = first.parts.get()
    assert [d.cycle.delivery_day for d in first.deliveries.all()] == days[:2]
    assert [d.cycle.delivery_day for d in second.deliveries.all()] == days[2:]
    assert first.number != second.number
    assert first.draft.state == "placed"
    assert place_draft(by=None, draft=first.draft) == first
    assert Order.objects.count() == 2


def test_staff_may_place_for_a_buyer_and_the_trail_shows_it(shop: Shop) -> None:
    order = place_draft(by=shop.staff, draft=shop.draft(shop.cells()))
    entry = AuditEntry.objects.get(action="orders.order.placed")
    assert entry.actor == f"user:{shop.staff.pk}"
    assert entry.party == f"party:{shop.hospital.pk}"
    assert order.user_id == shop.staff.pk


def test_what_breaks_at_any_step_leaves_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catalogue.supply.models import Backing, Reservation
    from orders.basket.models import Basket
    from orders.services import placing

    draft = shop.draft(shop.cells())

    def left() -> list[int]:
        models = [Order, Delivery, Line, LineRevision, Basket, Reservation, Backing]
        return [model.objects.count() for model in models]

    before = left()
    for step in ("build_frozen_basket", "guarantee", "write_revisions", "record", "tell"):
        with monkeypatch.context() as fault:
            wrapped = getattr(placing, step)

            def fails(*args: object, _wrapped: object = wrapped, **kwargs: object) -> None:
                _wrapped(*args, **kwargs)  # type: ignore[operator]
                raise RuntimeError("the process died here")

            fault.setattr(placing, step, fails)
            with pytest.raises(RuntimeError, match="died"):
                place_draft(by=shop.requester, draft=draft)
        assert left() == before
        draft.refresh_from_db()
        assert draft.state == "open"
    assert place_draft(by=shop.requester, draft=draft).lines.count() == 6


def _queries(shop: Shop) -> list[str]:
    """Statements of placing; a run of the same INSERT or UPDATE (its batches) counts once."""
    draft = shop.draft(shop.cells(1 * KG))
    with CaptureQueriesContext(connection) as captured:
        place_draft(by=shop.requester, draft=draft)
    shapes: list[str] = []
    for query in captured.captured_queries:
        shape = " ".join(query["sql"].split()[:4])
        if "SAVEPOINT" in shape:
            continue
        batch = shape.startswith(("INSERT", "UPDATE")) and shapes[-1:] == [shape]
        if not batch:
            shapes.append(shape)
    return shapes


def test_three_hundred_lines_take_as_many_queries_as_thirty() -> None:
    shop = make_shop(products=25, days=12)
    few = Shop(**{**vars(shop), "listings": shop.listings[:5], "cycles": shop.cycles[:6]})
    first = _queries(few)  # Oscar's counters exist for all afterwards
    small, large = _queries(few), _queries(shop)
    assert len(first) >= len(small)
    assert small == large
    assert len(small) < 70
