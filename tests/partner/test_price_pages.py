from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from catalogue.models import Product
from catalogue.partner.models import PriceNotice, StockRecord
from catalogue.partner.services import (
    ListingInput,
    draft_notice,
    guide_rows,
    list_products,
    notice_rows,
    publish_notice,
    save_notice_prices,
)
from marketplace.common.dates import BANGKOK
from marketplace.parties.models import Cooperative
from tests.support.goods import Goods, make_goods, make_user, product, published, row

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 12, 14)
NEXT = date(2026, 12, 21)


@pytest.fixture(autouse=True)
def _today(stop_clock: Any) -> None:
    stop_clock(datetime(2026, 12, 9, 9, tzinfo=BANGKOK))


@pytest.fixture
def goods() -> Goods:
    return make_goods()


@pytest.fixture
def treasurer(goods: Goods, client: Client) -> Client:
    client.force_login(make_user("treasurer", goods.cooperative, "treasurer"))
    return client


def typed(of: Product, grade: str = "A", **cells: str) -> dict[str, str]:
    """A line as the sheet posts it."""
    names = {
        "farm": "farm_gate",
        "coop": "fee:coop",
        "hospital": "class:hospital",
        "hotel": "class:hotel",
    }
    return {f"{of.pk}-{grade}-{names[name]}": text for name, text in cells.items()}


def test_next_week_begins_as_a_copy_of_the_latest_and_takes_a_buddhist_date(
    treasurer: Client,
) -> None:
    published(MONDAY, row(product()))
    answer = treasurer.post("/prices/draft/", {"valid_from": "21/12/2569"})
    draft = PriceNotice.objects.get(state="draft")
    assert answer["Location"] == f"/prices/{draft.pk}/"
    assert draft.valid_from == NEXT
    assert notice_rows(draft) == [row(product())]


def test_the_first_notice_ever_begins_from_usual_prices(treasurer: Client) -> None:
    treasurer.post("/prices/draft/", {"valid_from": "2026-12-14"})
    assert len(notice_rows(PriceNotice.objects.get())) == 99


@pytest.mark.parametrize("text", ["14/12/26", "31/2/2569", "8/12/2569", "เมื่อไรก็ได้"])
def test_a_day_that_cannot_be_is_told_beside_the_field(treasurer: Client, text: str) -> None:
    answer = treasurer.post("/prices/draft/", {"valid_from": text})
    assert answer.status_code == 422
    assert "err is-on" in answer.content.decode()
    assert not PriceNotice.objects.exists()


def test_typed_prices_are_saved_with_thai_digits_and_an_emptied_line_goes(
    treasurer: Client,
) -> None:
    draft = draft_notice(by=None, valid_from=MONDAY)
    save_notice_prices(by=None, notice=draft, rows=[row(product("กวางตุ้ง"))])
    emptied = {
        f"{product('กวางตุ้ง').pk}-A-{key}": ""
        for key in (
            "farm_gate",
            "fee:coop",
            "fee:pack",
            "fee:transport",
            "class:hospital",
            "class:hotel",
            "class:restaurant",
            "class:wholesaler",
        )
    }
    answer = treasurer.post(
        f"/prices/{draft.pk}/",
        {**typed(product(), farm="๒๘", coop="3", hospital="42.50"), **emptied},
    )
    assert answer.status_code == 302
    (line,) = notice_rows(draft)
    assert (line.product_id, line.farm_gate_satang, line.fees, line.class_prices) == (
        product().pk,
        2800,
        {"coop": 300},
        {"hospital": 4250},
    )


def test_every_bad_cell_is_told_in_its_place_and_nothing_typed_is_lost(treasurer: Client) -> None:
    draft = draft_notice(by=None, valid_from=MONDAY)
    answer = treasurer.post(
        f"/prices/{draft.pk}/",
        {
            **typed(product(), farm="ยี่สิบ", hospital="42"),
            **typed(product("กวางตุ้ง"), farm="25", hospital="36.75"),
        },
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="ยี่สิบ"' in page
    assert "ไม่ใช่จำนวนเงิน" in page
    answer = treasurer.post(
        f"/prices/{draft.pk}/",
        typed(product("กวางตุ้ง"), farm="25", hospital="36.75"),
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="36.75"' in page
    assert "ใส่ 36.74 หรือ 36.76" in page
    assert not notice_rows(draft)


def test_a_line_without_farm_gate_price_is_not_guessed(treasurer: Client) -> None:
    draft = draft_notice(by=None, valid_from=MONDAY)
    answer = treasurer.post(f"/prices/{draft.pk}/", typed(product(), hospital="42"))
    assert answer.status_code == 422
    assert "ใส่ราคาหน้าสวน" in answer.content.decode()


def test_five_percent_more_is_put_on_the_step_and_saved(treasurer: Client) -> None:
    draft = draft_notice(by=None, valid_from=MONDAY)
    save_notice_prices(by=None, notice=draft, rows=[row(product())])
    address = f"/prices/{draft.pk}/"
    asked = {"act": "percent", "percent": "5.5", "columns": ["farm_gate", "class:hotel"]}
    assert treasurer.post(address, asked).status_code == 302
    (line,) = notice_rows(draft)
    assert line.farm_gate_satang == 2954
    assert line.class_prices == {"hospital": 4200, "hotel": 4854}
    answer = treasurer.post(address, {**asked, "percent": "-95"})
    assert answer.status_code == 422
    assert "ลดได้ไม่เกิน 90%" in answer.content.decode()


def test_publishing_shows_what_changes_and_pressing_twice_is_harmless(treasurer: Client) -> None:
    goods_listing = list_products(
        by=None, listings=[ListingInput(product("กวางตุ้ง"), Cooperative.objects.get())]
    )
    published(MONDAY, row(product()))
    draft = draft_notice(by=None, valid_from=NEXT)
    save_notice_prices(by=None, notice=draft, rows=[row(product(), farm_gate=3400)])
    page = treasurer.get(f"/prices/{draft.pk}/publish/").content.decode()
    assert "ราคาหน้าสวนเปลี่ยน 1 รายการ" in page
    assert "+6.00" in page
    assert goods_listing[0].product.title in page  # nobody could order it
    assert "กองกลางต้องช่วยจ่าย" in page  # 42 − 34 − 10 is below zero
    for _press in range(2):
        assert treasurer.post(f"/prices/{draft.pk}/publish/").status_code == 302
    assert PriceNotice.objects.filter(state="published").count() == 2
    answer = treasurer.post(f"/prices/{draft.pk}/", typed(product(), farm="1"))
    assert answer.status_code == 302
    assert notice_rows(draft)[0].farm_gate_satang == 3400


def test_staff_reads_a_draft_but_does_not_change_it(goods: Goods, client: Client) -> None:
    client.force_login(make_user("staff", goods.cooperative, "staff"))
    draft = draft_notice(by=None, valid_from=MONDAY)
    save_notice_prices(by=None, notice=draft, rows=[row(product())])
    assert b'<input id="c-' not in client.get(f"/prices/{draft.pk}/").content
    client.post(f"/prices/{draft.pk}/", typed(product(), farm="1"))
    assert notice_rows(draft) == [row(product())]
    assert client.post(f"/prices/{draft.pk}/publish/").status_code == 403


def test_the_workbook_carries_numbers_in_baht(treasurer: Client) -> None:
    notice = published(MONDAY, row(product()))
    book = load_workbook(BytesIO(treasurer.get(f"/prices/{notice.pk}/xlsx/").content))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][1] == "14 ธันวาคม 2569"
    assert rows[3][:5] == ("คะน้า", "กก.", "A", 28, 3)
    assert rows[3][-4:] == (4, 8, None, None)
    assert "เหรัญญิก" in treasurer.get(f"/prices/{notice.pk}/print/").content.decode()


def test_a_grower_reads_what_growers_get_and_a_buyer_may_not(goods: Goods, client: Client) -> None:
    published(date(2026, 12, 9), row(product()))
    published(MONDAY, row(product(), farm_gate=3000))
    client.force_login(make_user("grower", goods.group, "grower"))
    page = client.get("/prices/board/").content.decode()
    assert "฿28" in page
    coming = PriceNotice.objects.get(valid_from=MONDAY)
    assert "฿30" in client.get(f"/prices/board/?notice={coming.pk}").content.decode()
    assert "ไม่พบสินค้านี้" in client.get("/prices/board/?q=ทุเรียน").content.decode()
    client.force_login(make_user("kitchen", goods.hospital, "requester"))
    assert client.get("/prices/board/").status_code == 403
    assert client.get("/prices/").status_code == 403


def test_staff_opens_listings_of_many_products_and_closes_some(
    goods: Goods, client: Client
) -> None:
    client.force_login(make_user("staff", goods.cooperative, "staff"))
    chosen = list(Product.objects.order_by("pk")[:5])
    answer = client.post(
        "/prices/listings/open/",
        {
            "party": goods.group.pk,
            "min_grade": "B",
            "required_standard": "PGS",
            "products": [p.pk for p in chosen],
        },
    )
    assert answer.status_code == 302
    listings = list(StockRecord.objects.order_by("pk"))
    assert {(row.min_grade, row.required_standard_id) for row in listings} == {("B", "PGS")}
    assert "เปิดขาย 5 รายการ" in client.get("/prices/listings/").content.decode()
    client.post("/prices/listings/close/", {"listing": [listings[0].pk, "x"]})
    assert StockRecord.objects.trading().count() == 4
    assert "1" in client.get("/prices/listings/?state=closed").content.decode()
    answer = client.post("/prices/listings/open/", {"party": goods.group.pk, "min_grade": "A"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "address", ["/prices/", "/prices/{pk}/", "/prices/board/", "/prices/listings/"]
)
def test_pages_take_the_same_queries_with_ten_and_a_hundred_lines(
    treasurer: Client, goods: Goods, address: str
) -> None:
    def count(size: int, day: date) -> int:
        products = list(Product.objects.order_by("pk")[:size])
        notice = draft_notice(by=None, valid_from=day)
        save_notice_prices(by=None, notice=notice, rows=guide_rows(products=products))
        publish_notice(by=None, notice=notice)
        list_products(by=None, listings=[ListingInput(p, goods.cooperative) for p in products])
        treasurer.get(address.format(pk=notice.pk))
        with CaptureQueriesContext(connection) as caught:
            assert treasurer.get(address.format(pk=notice.pk)).status_code == 200
        return len(caught)

    published(date(2026, 12, 9), row(product()))
    assert count(10, date(2026, 12, 10)) == count(99, date(2026, 12, 11))
