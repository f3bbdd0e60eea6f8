from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalogue.models import Category, Product
from catalogue.partner.services import ListingInput, guide_rows, list_products
from catalogue.search import shelf
from catalogue.services import GradeCardInput, archive_products, save_grade_cards
from catalogue.supply.models import HarvestOffer
from marketplace.common.dates import BANGKOK
from marketplace.cycles.services import open_cycles
from marketplace.parties.models import Hub
from tests.support.goods import Goods, make_goods, make_user, product, published, row

pytestmark = pytest.mark.django_db

TODAY = date(2026, 12, 9)


@pytest.fixture(autouse=True)
def _today(stop_clock: Any) -> None:
    stop_clock(datetime(2026, 12, 9, 9, tzinfo=BANGKOK))


@pytest.fixture
def goods() -> Goods:
    return make_goods()


def offer(goods: Goods, of: Product, qty: int = 60_000, **facts: Any) -> HarvestOffer:
    values: dict[str, Any] = {
        "group": goods.group,
        "grade": "A",
        "first_day": TODAY + timedelta(5),
        "last_day": TODAY + timedelta(9),
        "standard_codes": "GAP PGS",
        **facts,
    }
    return HarvestOffer.objects.create(
        product=of, offered_qty=qty, policy_qty=qty, promisable_qty=qty, **values
    )


def names(client: Client, address: str = "/catalogue/") -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    return [card.product.title for card in answer.context["shelf"].cards]


def test_what_is_on_offer_stands_first_then_what_is_in_season(goods: Goods, client: Client) -> None:
    offer(goods, product("มังคุด"))  # out of season in December, yet offered
    first, second, *rest = names(client)
    assert first == "มังคุด"
    assert Product.objects.get(title=second).season_months[11] == "2"
    assert len(rest) == 22


def test_filters_find_by_name_alias_standard_group_district_and_season(
    goods: Goods, client: Client
) -> None:
    offer(goods, product("คะน้า"))
    offer(goods, product("มังคุด"), group=goods.other_group, standard_codes="")
    assert names(client, "/catalogue/?q=kailan") == ["คะน้า"]
    assert names(client, "/catalogue/?q=ลอกอ") == ["มะละกอสุก", "มะละกอดิบ"] or set(
        names(client, "/catalogue/?q=ลอกอ")
    ) == {"มะละกอสุก", "มะละกอดิบ"}
    assert names(client, "/catalogue/?offered=1") == ["คะน้า", "มังคุด"]
    assert names(client, "/catalogue/?standard=PGS") == ["คะน้า"]
    assert names(client, "/catalogue/?standard=GI") == []
    assert names(client, f"/catalogue/?group={goods.other_group.pk}") == ["มังคุด"]
    assert names(client, "/catalogue/?district=9001") == []
    assert names(client, "/catalogue/?district=9009&season=now") == ["คะน้า"]


@pytest.mark.parametrize(
    "query",
    [
        "group=9x",
        "group=999999999999",
        "district='",
        "sort=?",
        "page=zzz",
        "standard=%00",
        "q=%00ผัก",
    ],
)
def test_nonsense_in_the_address_does_no_harm(goods: Goods, client: Client, query: str) -> None:
    assert client.get(f"/catalogue/?{query}").status_code == 200


def test_old_closed_and_far_offers_are_not_on_offer_now(goods: Goods, client: Client) -> None:
    offer(goods, product("คะน้า"), first_day=TODAY - timedelta(9), last_day=TODAY - timedelta(1))
    offer(goods, product("กวางตุ้ง"), state="closed")
    far = TODAY + timedelta(shelf.HORIZON_DAYS + 1)
    offer(goods, product("ขิง"), first_day=far, last_day=far)
    assert names(client, "/catalogue/?offered=1") == []


def test_a_shelf_has_its_own_address_and_an_old_name_leads_there(
    goods: Goods, client: Client
) -> None:
    mushrooms = Category.objects.get(code="mushroom")
    assert set(names(client, mushrooms.get_absolute_url())) == {"เห็ดนางฟ้า", "เห็ดแครง", "เห็ดฟาง"}
    answer = client.get(f"/catalogue/category/het_{mushrooms.pk}/")
    assert answer["Location"] == mushrooms.get_absolute_url()
    assert client.get("/catalogue/category/none_999999/").status_code == 404
    assert client.get("/search/?q=ขิง")["Location"] == "/catalogue/?q=%E0%B8%82%E0%B8%B4%E0%B8%87"


def test_the_public_sees_a_price_range_and_a_buyer_its_own_price(
    goods: Goods, client: Client
) -> None:
    published(TODAY, row(product(), hospital=4200, hotel=4600))
    offer(goods, product())
    page = client.get("/catalogue/?q=คะน้า").content.decode()
    assert "฿42–<wbr>46" in page
    assert "จองได้" not in page
    client.force_login(make_user("kitchen", goods.hospital, "requester"))
    page = client.get("/catalogue/?q=คะน้า").content.decode()
    assert "฿42<" in page
    assert "จองได้ 60 กก." in page


def test_a_small_market_is_seen_as_it_is_and_a_large_one_a_moment_later(
    goods: Goods, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(goods, product("คะน้า"))
    assert names(client, "/catalogue/?offered=1") == ["คะน้า"]
    offer(goods, product("ขิง"))
    assert len(names(client, "/catalogue/?offered=1")) == 2
    monkeypatch.setattr(shelf, "LARGE", 2)
    assert len(names(client, "/catalogue/?offered=1")) == 2
    offer(goods, product("ข่าอ่อน"))
    assert len(names(client, "/catalogue/?offered=1")) == 2


def test_the_page_takes_the_same_queries_at_ten_and_a_thousand_offers(
    goods: Goods, client: Client
) -> None:
    client.force_login(make_user("kitchen", goods.hospital, "requester"))
    products = list(Product.objects.order_by("pk"))
    published(TODAY, *guide_rows(products=products))
    list_products(by=None, listings=[ListingInput(p, goods.cooperative) for p in products])

    def count(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            client.get(address)
        return len(caught)

    addresses = ["/catalogue/", "/catalogue/?standard=GAP", product().get_absolute_url()]
    for one in products[:10]:
        offer(goods, one)
    few = [count(address) for address in addresses]
    for number in range(1_000):
        offer(goods, products[number % 99], group=goods.other_group)
    assert [count(address) for address in addresses] == few
    assert few[0] <= 20  # the shell counts what waits in the menu


def test_a_product_shows_season_days_groups_grades_and_substitutes(
    goods: Goods, client: Client
) -> None:
    hub = Hub.objects.create(
        cooperative=goods.cooperative,
        name="ศูนย์รับตัวอย่าง",
        district_id="9011",
        intake_from=time(3),
        intake_until=time(5),
    )
    open_cycles(by=None, hub=hub, days=[TODAY + timedelta(5), TODAY + timedelta(12)])
    list_products(by=None, listings=[ListingInput(product(), goods.cooperative)])
    published(TODAY, row(product()))
    offer(goods, product())
    save_grade_cards(
        by=None,
        cards=[
            GradeCardInput(product(), "A", "ต้นยาว 20–25 ซม."),
            GradeCardInput(product(), "A", "ต้นอ่อนล้างดินแล้ว", buyer=goods.hospital),
        ],
    )
    address = product().get_absolute_url()
    page = client.get(address).content.decode()
    for words in ("ทั้งปี ดีที่สุด พ.ย.–มี.ค.", "จ. 14 ธ.ค.", "ผักปลอดภัยบ้านตัวอย่างเขาพระ", "ต้นยาว", "กวางตุ้ง"):
        assert words in page
    assert "60" not in page.partition("จองวันไหน")[2].partition("</section>")[0]
    assert "ต้นอ่อนล้างดิน" not in page
    client.force_login(make_user("kitchen", goods.hospital, "requester"))
    page = client.get(address).content.decode()
    assert "42.00" in page
    assert ">60<" in page
    assert "ต้นอ่อนล้างดินแล้ว" in page
    assert "ต้นยาว" not in page


def test_an_old_address_leads_on_and_an_archived_product_is_gone(client: Client) -> None:
    kale = product()
    assert client.get(f"/catalogue/x_{kale.pk}/")["Location"] == kale.get_absolute_url()
    archive_products(by=None, products=[kale])
    assert client.get(kale.get_absolute_url()).status_code == 404
    assert "คะน้า" not in names(client, "/catalogue/?q=คะน้า")


def test_the_catalogue_speaks_english_under_its_own_address(goods: Goods, client: Client) -> None:
    page = client.get("/en/catalogue/?q=kale").content.decode()
    assert "Chinese kale" in page
    assert "Leafy vegetables" in page
