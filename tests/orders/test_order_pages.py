"""The pages of placed orders, purchase orders and the buyer's first page."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from marketplace.common import clock
from orders import hooks
from orders.models import Order, PurchaseOrder
from orders.services import CellInput, LineChange, amend_lines, record_purchase_order
from tests.support import people
from tests.support.ordering import FIRST_DAY, KG, MONDAY, Shop, at, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop(products=2, days=2, offered=100 * KG)


@pytest.fixture
def requester(shop: Shop, client: Client) -> Client:
    client.force_login(shop.requester)
    return client


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def test_an_order_is_shown_by_day_with_its_history(shop: Shop, requester: Client) -> None:
    order = shop.order()
    amend_lines(
        by=shop.requester,
        changes=[LineChange(order.lines.first().pk, 15 * KG)],
        reason="ผู้ป่วยเพิ่ม",
    )
    page = text(requester.get(reverse("orders:order", args=[order.number])))
    assert order.number in page
    assert "จ. 11 ม.ค." in page
    assert "เพิ่ม 5 กก." in page
    assert "ผู้ป่วยเพิ่ม" in page
    assert "แก้ได้ถึง ศ. 8 ม.ค." in page


def test_an_order_is_changed_in_the_grid(shop: Shop, requester: Client) -> None:
    order = shop.order()
    url = reverse("orders:change", args=[order.number])
    assert f'value="{order.version}"' in text(requester.get(url))
    names = {f"c-{line.stockrecord_id}-{line.cycle_id}": "12" for line in order.lines.all()}
    answer = requester.post(url, {"version": order.version, "reason": "", **names})
    assert answer.status_code == 302
    assert {line.ordered_qty for line in order.lines.all()} == {12 * KG}
    stale = requester.post(url, {"version": 0, **dict.fromkeys(names, "13")})
    assert stale.status_code == 409
    assert "อีกหน้าหนึ่ง" in text(stale)


def test_a_wrong_amount_is_refused_at_its_cell(shop: Shop, requester: Client) -> None:
    order = shop.order()
    line = order.lines.first()
    answer = requester.post(
        reverse("orders:change", args=[order.number]),
        {"version": 0, f"c-{line.stockrecord_id}-{line.cycle_id}": "0.3"},
    )
    assert answer.status_code == 409
    assert "สั่งได้ทีละ 0.5" in text(answer)
    line.refresh_from_db()
    assert line.ordered_qty == 10 * KG


def test_one_second_after_the_cut_off_the_page_says_so(shop: Shop, requester: Client) -> None:
    order = shop.order()
    line = order.lines.first()
    clock.set_clock(at(FIRST_DAY - dt.timedelta(days=3), 12, 0, 1))
    answer = requester.post(
        reverse("orders:change", args=[order.number]),
        {"version": 0, f"c-{line.stockrecord_id}-{line.cycle_id}": "20"},
    )
    assert answer.status_code == 409
    assert "ปิดรับแล้วเมื่อ" in text(answer)


def test_a_day_is_cancelled_after_asking(shop: Shop, requester: Client) -> None:
    order = shop.order()
    day = order.deliveries.first()
    url = reverse("orders:cancel", args=[order.number])
    asked = text(requester.get(url, {"delivery": day.pk}))
    assert "ยกเลิกการส่ง 20 กก." in asked
    requester.post(url, {"delivery": day.pk, "reason": "งดอาหาร"})
    assert [d.state for d in order.deliveries.all()] == ["cancelled", "placed"]
    requester.post(url, {"delivery": "", "reason": ""})
    order.refresh_from_db()
    assert order.status == "cancelled"


def test_a_closed_day_is_only_called_off_by_the_hub(shop: Shop, client: Client) -> None:
    order = shop.order()
    clock.set_clock(at(FIRST_DAY - dt.timedelta(days=3), 12, 0, 1))
    url = reverse("orders:cancel", args=[order.number])
    first = order.deliveries.first()
    client.force_login(shop.requester)
    client.post(url, {"delivery": first.pk})
    first.refresh_from_db()
    assert first.state == "placed"
    client.force_login(shop.staff)
    client.post(url, {"delivery": first.pk, "reason": "น้ำท่วม"})
    first.refresh_from_db()
    assert first.state == "cancelled"


def test_another_buyers_order_is_not_there(shop: Shop, client: Client) -> None:
    order = shop.order()
    hotel = people.buyer("โรงแรมตัวอย่าง", "hotel")
    client.force_login(people.user("stranger", (hotel, "requester")))
    for name in ("order", "change", "cancel", "print", "attach"):
        assert client.get(reverse(f"orders:{name}", args=[order.number])).status_code == 404
    assert order.number not in text(client.get(reverse("orders:list")))


def test_the_list_is_filtered(shop: Shop, requester: Client) -> None:
    first = shop.order()
    second = shop.order([CellInput(shop.listings[0].pk, shop.cycles[1].pk, KG)])
    url = reverse("orders:list")

    def found(**asked: str) -> set[str]:
        return {row["order"].number for row in requester.get(url, asked).context["rows"]}

    assert found() == {first.number, second.number}
    assert found(q=first.number) == {first.number}
    assert found(last_day="11/1/2570") == {first.number}
    assert found(state="cancelled") == set()
    assert found(without_po="on") == {first.number, second.number}
    assert found(first_day="ไม่ใช่วัน") == {first.number, second.number}


def test_the_spreadsheet_holds_every_line(shop: Shop, requester: Client) -> None:
    shop.order()
    answer = requester.get(reverse("orders:export"))
    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert rows[0][0] == "เลขที่ใบจอง"
    assert len(rows) == 5
    assert rows[1][7] == 10
    assert float(rows[1][10]) == 42.0
    assert float(rows[1][11]) == 420.0


def test_the_list_takes_no_more_queries_with_more_rows(shop: Shop, requester: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            requester.get(reverse("orders:list"))
        return len(captured)

    shop.order()
    few = queries()
    for _turn in range(5):
        shop.order([CellInput(shop.listings[0].pk, shop.cycles[0].pk, KG)])
    assert queries() == few


def test_an_order_page_takes_no_more_queries_with_more_days(shop: Shop, client: Client) -> None:
    client.force_login(shop.requester)

    def queries(order: Order) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("orders:order", args=[order.number]))
        return len(captured)

    few = queries(shop.order([CellInput(shop.listings[0].pk, shop.cycles[0].pk, KG)]))
    assert queries(shop.order()) == few


def test_a_purchase_order_shows_what_is_used_and_left(shop: Shop, requester: Client) -> None:
    order = shop.order()  # 40 kg × 42
    answer = requester.post(
        reverse("orders:attach", args=[order.number]),
        {
            "which": "fresh",
            "fresh-number": "พล.0214/70-031",
            "fresh-dated": "4/1/2570",
            "fresh-ceiling": "2,000",
        },
    )
    assert answer.status_code == 302
    row = PurchaseOrder.objects.get()
    assert (row.dated, row.ceiling_satang) == (MONDAY, 200_000)
    page = text(requester.get(reverse("orders:purchase-order", args=[row.pk])))
    assert "฿1,680" in page
    assert "฿320" in page
    assert reverse("invoicing:po", args=[row.pk]) in page
    other = shop.order()
    requester.post(
        reverse("orders:attach", args=[other.number]),
        {"which": "known", "known-purchase_order": row.pk},
    )
    listed = text(requester.get(reverse("orders:purchase-orders")))
    assert "−1,360.00" in listed
    assert "เกินวงเงิน" in listed


def test_the_same_number_with_another_date_is_questioned(shop: Shop, requester: Client) -> None:
    record_purchase_order(by=None, buyer=shop.hospital, number="1/2570", dated=MONDAY)
    url = reverse("orders:purchase-order-new")
    again = requester.post(url, {"number": "1/2570", "dated": "4/1/2570"})
    assert again.status_code == 302
    assert PurchaseOrder.objects.count() == 1
    other = requester.post(url, {"number": "1/2570", "dated": "5/1/2570"})
    assert "วันที่หรือวงเงินไม่ตรงกัน" in text(other)


def test_what_comes_today_is_the_first_thing_a_buyer_reads(shop: Shop, requester: Client) -> None:
    order = shop.order()
    home = reverse("orders:home")
    assert "ครั้งต่อไป จ. 11 ม.ค." in text(requester.get(home))
    clock.set_clock(at(FIRST_DAY, 5, 20))
    page = text(requester.get(home))
    assert "วันนี้มา 2 รายการ 20 กก. ตั้งแต่ 06.00 น." in page
    assert order.number in page


def test_what_waits_for_the_buyer_is_named(shop: Shop, requester: Client) -> None:
    shop.hospital.requires_po = True
    shop.hospital.save()
    order = shop.order()
    draft = shop.draft(shop.cells(), name="เมนูรอบที่ 2")
    page = text(requester.get(reverse("orders:home")))
    assert "รอคุณ 2 เรื่อง" in page
    assert reverse("orders:draft", args=[draft.pk]) in page
    assert reverse("orders:attach", args=[order.number]) in page


def test_upper_rooms_add_sections_to_the_first_page(shop: Shop, requester: Client) -> None:
    panel = lambda access, day: hooks.Panel(  # noqa: E731
        "parts/empty.html", {"title": "-"}, place="below"
    )
    hooks.home_panels.append(panel)
    try:
        assert 'class="empty"' in text(requester.get(reverse("orders:home")))
    finally:
        hooks.home_panels.remove(panel)


def test_the_paper_carries_every_line_and_the_total(shop: Shop, requester: Client) -> None:
    order = shop.order()
    page = text(requester.get(reverse("orders:print", args=[order.number])))
    assert page.count("420.00") == 4
    assert "1,680.00" in page
