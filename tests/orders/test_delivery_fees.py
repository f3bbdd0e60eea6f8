"""What a delivery costs beyond its goods: by zone and day, shown before placing, copied at placing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.audit.models import AuditEntry
from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from marketplace.cycles.services import join_cycle
from orders.models import Delivery, Order
from orders.services import CellInput, amend_order, cancel_deliveries
from orders.shipping.fees import zone_charges
from orders.shipping.models import DeliveryZone, ZoneFee
from orders.shipping.services import open_zone, save_zone, set_zone_fee
from tests.support.money import balance, failing, make_money
from tests.support.ordering import FIRST_DAY, KG, MONDAY, Shop, make_shop

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

HAT_YAI, SADAO = "9011", "9010"


@pytest.fixture
def shop() -> Shop:
    return make_shop(products=1, days=2)


def zone(*districts: str, fee: int = 15_000, from_day: dt.date = MONDAY) -> DeliveryZone:
    return open_zone(
        by=None,
        name="เขตไกลตัวอย่าง",
        districts=districts or [HAT_YAI],
        from_day=from_day,
        fee_satang=fee,
    )


def fees(order: Order) -> list[list[tuple[str, str, int]]]:
    """Kind, zone and satang of every fee, by delivery."""
    return [
        [(fee.kind, fee.zone, fee.satang) for fee in delivery.fees.all()]
        for delivery in order.deliveries.order_by("cycle__delivery_day")
    ]


def consistent(order: Order) -> None:
    """Oscar's total is goods plus fees; a delivery's sum is that of its rows."""
    order.refresh_from_db()
    rows = [sum(fee.satang for fee in row.fees.all()) for row in order.deliveries.all()]
    assert rows == [row.fee_satang for row in order.deliveries.all()]
    goods = sum(line.line_price_excl_tax for line in order.lines.all())
    assert order.total_excl_tax == goods + Decimal(sum(rows)) / 100
    assert sum(s.excl_tax for s in order.surcharges.all()) == Decimal(sum(rows)) / 100


def test_the_fee_that_began_last_holds_and_zero_ends_it() -> None:
    far = zone(fee=15_000, from_day=MONDAY)
    set_zone_fee(by=None, zone=far, from_day=MONDAY + dt.timedelta(2), fee_satang=18_000)
    set_zone_fee(by=None, zone=far, from_day=MONDAY + dt.timedelta(4), fee_satang=0)
    days = [MONDAY + dt.timedelta(n) for n in range(-1, 6)]
    found = zone_charges(district_id=HAT_YAI, days=days)
    assert [found[day].satang if day in found else 0 for day in days] == [
        0, 15_000, 15_000, 18_000, 18_000, 0, 0,
    ]  # fmt: skip
    assert zone_charges(district_id=SADAO, days=days) == {}


def test_placing_copies_the_fee_of_each_day_and_the_small_drop_beside_it(shop: Shop) -> None:
    far = zone()
    set_zone_fee(by=None, zone=far, from_day=FIRST_DAY + dt.timedelta(1), fee_satang=20_000)
    rule = shop.hospital.buyer_class
    rule.minimum_drop_satang, rule.small_drop_fee_satang = 50_000, 9_000
    rule.save()
    listing = shop.listings[0].pk
    order = shop.order(
        [
            CellInput(listing, shop.cycles[0].pk, 10 * KG),
            CellInput(listing, shop.cycles[1].pk, 20 * KG),
        ]
    )
    assert fees(order) == [
        [("zone", far.name, 15_000), ("small-drop", "", 9_000)],
        [("zone", far.name, 20_000)],
    ]
    consistent(order)
    assert order.shipping_excl_tax == 0


def test_a_later_table_leaves_placed_deliveries_as_they_are(shop: Shop) -> None:
    far = zone()
    order = shop.order()
    set_zone_fee(by=None, zone=far, from_day=MONDAY, fee_satang=99_000)
    amend_order(
        by=None,
        order=order,
        cells=[CellInput(shop.listings[0].pk, shop.cycles[0].pk, 30 * KG)],
    )
    assert fees(order) == [[("zone", far.name, 15_000)]] * 2
    consistent(order)


def test_a_delivery_placed_before_the_zone_was_made_gets_no_fee_by_amending(shop: Shop) -> None:
    order = shop.order()
    zone()
    amend_order(
        by=None,
        order=order,
        cells=[CellInput(shop.listings[0].pk, shop.cycles[0].pk, 30 * KG)],
    )
    assert fees(order) == [[], []]
    consistent(order)


def test_cancelling_removes_the_fee_and_coming_back_takes_todays(shop: Shop) -> None:
    far = zone()
    order = shop.order()
    first = order.deliveries.get(cycle=shop.cycles[0])
    cancel_deliveries(by=None, deliveries=[first])
    assert fees(order) == [[], [("zone", far.name, 15_000)]]
    consistent(order)
    set_zone_fee(by=None, zone=far, from_day=MONDAY, fee_satang=17_000)
    amend_order(
        by=None,
        order=Order.objects.get(pk=order.pk),
        cells=[CellInput(shop.listings[0].pk, shop.cycles[0].pk, 5 * KG)],
    )
    assert fees(order) == [[("zone", far.name, 17_000)], [("zone", far.name, 15_000)]]
    consistent(order)


def test_a_day_added_by_amending_takes_the_fee_of_that_day(shop: Shop) -> None:
    far = zone()
    listing = shop.listings[0].pk
    order = shop.order([CellInput(listing, shop.cycles[0].pk, 10 * KG)])
    amend_order(by=None, order=order, cells=[CellInput(listing, shop.cycles[1].pk, 10 * KG)])
    assert fees(order) == [[("zone", far.name, 15_000)]] * 2
    consistent(order)


def test_days_joined_cost_one_fee(shop: Shop) -> None:
    zone()
    order = shop.order()
    join_cycle(
        by=None, cycle=shop.cycles[0], to=shop.cycles[1].delivery_day, reason="น้ำท่วมถนนตัวอย่าง"
    )
    assert sum(Delivery.objects.values_list("fee_satang", flat=True)) == 15_000
    consistent(order)


def test_days_joined_onto_a_cancelled_day_bring_its_fee_back(shop: Shop) -> None:
    zone()
    order = shop.order()
    cancel_deliveries(by=None, deliveries=[order.deliveries.get(cycle=shop.cycles[1])])
    join_cycle(
        by=None, cycle=shop.cycles[0], to=shop.cycles[1].delivery_day, reason="น้ำท่วมถนนตัวอย่าง"
    )
    there = order.deliveries.get(cycle=shop.cycles[1])
    assert (there.state, there.fee_satang) == ("placed", 15_000)
    consistent(order)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"from_day": MONDAY - dt.timedelta(1)}, "ผ่านไปแล้ว"),
        ({"fee_satang": -1}, "ระหว่าง 0"),
        ({"fee_satang": 1_000_001}, "ระหว่าง 0"),
    ],
)
def test_a_fee_in_the_past_or_absurd_is_refused(change: dict[str, object], words: str) -> None:
    clock.set_clock(clock.now().replace(year=2027, month=1, day=4, hour=3))
    far = save_zone(by=None, name="เขตไกลตัวอย่าง", districts=[HAT_YAI])
    with pytest.raises(Refusal, match=words):
        set_zone_fee(by=None, zone=far, **{"from_day": MONDAY, "fee_satang": 100, **change})  # type: ignore[arg-type]
    assert not ZoneFee.objects.exists()


def test_a_zone_whose_first_fee_is_refused_is_not_opened() -> None:
    with pytest.raises(Refusal, match="ระหว่าง 0"):
        zone(fee=-1)
    assert not DeliveryZone.objects.exists()
    assert not AuditEntry.objects.filter(action="shipping.zone.saved").exists()
    assert zone(fee=0).fees.get().fee_satang == 0


def test_a_district_is_in_one_zone_and_a_name_is_used_once() -> None:
    save_zone(by=None, name="เขตหนึ่งตัวอย่าง", districts=[HAT_YAI])
    with pytest.raises(Refusal, match=r"หาดใหญ่.*เขตหนึ่งตัวอย่าง"):
        save_zone(by=None, name="เขตสองตัวอย่าง", districts=[HAT_YAI, SADAO])
    with pytest.raises(Refusal, match="ใช้ชื่ออื่น"):
        save_zone(by=None, name="เขตหนึ่งตัวอย่าง", districts=[SADAO])
    with pytest.raises(Refusal, match="อย่างน้อยหนึ่งอำเภอ"):
        save_zone(by=None, name="เขตว่างตัวอย่าง", districts=[])
    assert DeliveryZone.objects.count() == 1


def test_the_grid_and_the_review_show_the_fee_before_placing(shop: Shop, client: Client) -> None:
    zone(fee=12_300)
    draft = shop.draft(shop.cells())
    client.force_login(shop.requester)
    seen = client.get(reverse("orders:draft", args=[draft.pk])).content.decode()
    assert "เขต เขตไกลตัวอย่าง ฿123 ต่อวันส่ง" in seen
    assert 'data-zone="12300"' in seen
    client.get(reverse("checkout:index"), {"draft": draft.pk})
    papers = client.get(reverse("checkout:payment-details")).content.decode()
    assert "฿123 ต่อวันส่ง" in papers
    review = client.get(reverse("checkout:preview")).content.decode()
    assert review.count("ค่าส่งเขต เขตไกลตัวอย่าง") == 2
    assert "246.00" in review


def test_staff_keep_the_table_and_read_why_not(shop: Shop, client: Client) -> None:
    client.force_login(shop.staff)
    new = reverse("orders:zone-new")
    sent = {
        "name": "ริมเลตัวอย่าง",
        "districts": [HAT_YAI],
        "from_day": "3/1/2570",
        "fee_satang": "80",
    }
    answer = client.post(new, sent)
    assert answer.status_code == 422
    assert "ผ่านไปแล้ว" in answer.content.decode()
    assert not DeliveryZone.objects.exists()
    assert client.post(new, {**sent, "from_day": "4/1/2570"}).status_code == 302
    made = DeliveryZone.objects.get()
    fee = {"from_day": "11/1/2570", "fee_satang": "100"}
    assert client.post(reverse("orders:zone-fee", args=[made.pk]), fee).status_code == 302
    client.post(
        reverse("orders:zone", args=[made.pk]),
        {"name": "ริมเลตัวอย่าง", "districts": [HAT_YAI, SADAO]},
    )
    page = client.get(reverse("orders:zones")).content.decode()
    assert "฿80" in page
    assert "฿100" in page
    assert "สะเดา" in page


def test_the_fee_reaches_the_sale_the_journal_and_the_bill() -> None:
    money = make_money()
    zone(fee=15_000)
    sale = money.accepted()
    assert sale.fee_satang == 15_000
    assert balance("fee:delivery") == -15_000
    assert money.bill().fee_satang == 15_000
    assert failing() == []


def test_a_fee_changed_behind_the_services_fails_the_check() -> None:
    money = make_money()
    zone(fee=15_000)
    sale = money.accepted()
    Delivery.objects.filter(pk=sale.delivery_id).update(fee_satang=1)
    assert "delivery-fees" in [name for name, _why in failing()]
