from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse

from catalogue.supply.models import HarvestOffer
from marketplace.common.dates import BANGKOK
from tests.support.goods import Goods, make_goods, product

pytestmark = pytest.mark.django_db

TODAY = date(2026, 12, 9)


@pytest.fixture(autouse=True)
def _today(stop_clock: Any) -> None:
    stop_clock(datetime(2026, 12, 9, 9, tzinfo=BANGKOK))


@pytest.fixture
def goods() -> Goods:
    made = make_goods()
    for name, group in (("ผักบุ้งจีน", made.group), ("ผักบุ้งไทย", made.other_group)):
        HarvestOffer.objects.create(
            product=product(name),
            group=group,
            grade="A",
            first_day=TODAY,
            last_day=TODAY + timedelta(3),
            offered_qty=9_000,
            policy_qty=9_000,
            promisable_qty=9_000,
        )
    return made


def shown(client: Client, address: str) -> list[str]:
    return [card.product.title for card in client.get(address).context["shelf"].cards]


def test_a_slip_is_mended_and_the_page_says_so(goods: Goods, client: Client) -> None:
    page = client.get("/catalogue/?q=สัมจุก")
    assert [card.product.title for card in page.context["shelf"].cards] == ["ส้มจุกจะนะ"]
    assert "แสดงผลของ <strong>ส้มจุก</strong>" in page.content.decode()


def test_choices_of_one_kind_add_and_of_two_kinds_narrow(goods: Goods, client: Client) -> None:
    both = f"/catalogue/?q=ผักบุ้ง&group={goods.group.pk}&group={goods.other_group.pk}"
    assert set(shown(client, both)) == {"ผักบุ้งจีน", "ผักบุ้งไทย"}
    assert shown(client, f"/catalogue/?q=ผักบุ้ง&group={goods.group.pk}") == ["ผักบุ้งจีน"]
    assert shown(client, f"{both}&district=9001") == []


def test_a_day_without_goods_is_told(goods: Goods, client: Client) -> None:
    page = client.get("/catalogue/?q=ผักบุ้ง 2026-12-30").content.decode()
    assert "จึงแสดงทุกวัน" in page
    assert "ผักบุ้งไทย" in page


def test_nothing_found_leads_back_to_everything(goods: Goods, client: Client) -> None:
    page = client.get("/catalogue/?q=เครื่องบินกระดาษ").content.decode()
    assert "ไม่พบตามที่ค้น" in page


def test_groups_are_found_beside_products_and_lead_to_what_they_offer(
    goods: Goods, client: Client
) -> None:
    page = client.get("/catalogue/?q=เขาพระ").content.decode()
    assert f"?group={goods.group.pk}" in page


@pytest.mark.parametrize("q", ["%00", "'\"*(OR", "AND NOT", "-", "🍌", "ก" * 500, "<script>"])
def test_no_text_breaks_the_page(goods: Goods, client: Client, q: str) -> None:
    assert client.get("/catalogue/", {"q": q, "district": "x'", "group": "-1"}).status_code == 200
    assert client.get(reverse("search:suggest"), {"q": q}).status_code == 200


def test_suggestions_stand_in_sections_with_links(goods: Goods, client: Client) -> None:
    part = client.get(reverse("search:suggest"), {"q": "ส้มจุ"}).content.decode()
    assert product("ส้มจุกจะนะ").get_absolute_url() in part
    assert client.get(reverse("search:suggest"), {"q": "ส"}).content.decode().strip() == ""


def told(*arguments: str) -> Any:
    out = StringIO()
    call_command("search_catalogue", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_command_tells_hits_and_facets_as_json(goods: Goods) -> None:
    answer = told("ผักบุ้ง", "--kind", "product", "--district", "9009", "--limit", "1")
    assert answer["query"] == "ผักบุ้ง"
    assert answer["total"] == 2
    assert answer["backend"] == "embedded"
    assert [sorted(hit) for hit in answer["hits"]] == [
        ["id", "kind", "name_en", "name_th", "score"]
    ]
    assert answer["facets"]["district"] == {"9009": 2}
    day = (TODAY + timedelta(20)).isoformat()
    assert told("ผักบุ้ง", "--available-on", day)["total"] == 0


@pytest.mark.parametrize(
    "arguments", [("--district", "9999"), ("--available-on", "15/12/2569"), ("--limit", "0")]
)
def test_the_command_refuses_what_it_cannot_read(goods: Goods, arguments: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        told("ผักบุ้ง", *arguments)


def test_rebuild_and_verify_say_how_much_there_is(goods: Goods) -> None:
    out = StringIO()
    call_command("search_rebuild", stdout=out)
    call_command("search_verify", stdout=out)
    assert out.getvalue().count("product 99") == 2
