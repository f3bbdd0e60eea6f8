"""The pages fed by the market and by the association's editor, as visitors see them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from catalogue.standards.models import Certificate
from cms.demo_content import load_demo_pages
from cms.demo_market_pages import load_market_pages
from cms.models import GroupPage, HomePage, MarketDayPage
from cms.publishing import publish
from marketplace.parties.models import FarmerGroup, Membership
from marketplace.places.models import District
from tests.support import goods
from tests.support.people import group, person
from tests.support.public import in_days, offer, read

pytestmark = pytest.mark.django_db

KINDS = [
    "/sathing-phra-palmyra/",
    "/sathing-phra-peninsula/",
    "/chana-growers/",
    "/green-market-hat-yai/",
    "/in-season/",
    "/four-in-the-morning/",
    "/how-growers/",
    "/how-kitchens/",
    "/how-visitors/",
    "/what-came-of-it/",
]


@pytest.fixture(autouse=True)
def _pages(settings: Any, tmp_path: Any, stop_clock: Any) -> None:
    stop_clock(datetime(2026, 11, 23, 2, tzinfo=UTC))
    settings.MEDIA_ROOT = tmp_path
    made = group("วิสาหกิจตัวอย่างจะนะ", name_en="Chana example")
    FarmerGroup.objects.filter(pk=made.pk).update(code="CHANA")
    load_demo_pages()
    load_market_pages()


def growers() -> FarmerGroup:
    found: FarmerGroup = FarmerGroup.objects.get(code="CHANA")
    return found


def members(count: int) -> None:
    for number in range(count):
        one = person(f"คนปลูก{number} ตัวอย่าง")
        Membership.objects.create(person=one, group=growers(), since=in_days(-30))
    cache.clear()


def test_every_kind_reads_in_both_languages(client: Client) -> None:
    for url in [*KINDS, *("/en" + url for url in KINDS)]:
        html = read(client, url)
        assert f'<html lang="{"en" if url.startswith("/en/") else "th"}">' in html
        assert html.count("<h1") == 1, url
        assert 'aria-current="page"' in html, url
        assert "style=" not in html, url
        assert len(html.encode()) < 90_000, url
        if url.startswith("/en/"):
            main = html.split("<main")[1].split("</main>")[0]
            thai = set(re.findall(r"[ก-๙]{4,}", re.sub(r'lang="th"[^<]*<', "<", main)))
            assert thai <= {"ตัวอย่าง", "วิสาหกิจตัวอย่างจะนะ"}, url


def test_a_second_load_writes_nothing() -> None:
    assert load_market_pages() == 0


def test_the_first_page_or_the_shell_leads_to_each(client: Client) -> None:
    home, other = read(client, "/").split("<main")[1], read(client, "/how-growers/")
    for url in KINDS:
        in_shell = url in ("/in-season/", "/what-came-of-it/")
        assert f'href="{url}"' in (other if in_shell else home), url


def test_an_identity_product_says_it_is_not_a_gi(client: Client) -> None:
    html = read(client, "/sathing-phra-palmyra/")
    assert "ยังไม่ใช่ GI" in html
    assert "ยังไม่พบประกาศขึ้นทะเบียน" in html
    assert "ตรวจสอบข้อมูลล่าสุด 22 พ.ย. 69" in html
    assert html.count('class="source"') == 2


def test_a_groups_page_counts_what_the_market_knows(client: Client) -> None:
    members(4)
    Certificate.objects.create(
        standard_id="GAP",
        group=growers(),
        number="GAP-1",
        valid_from=in_days(-10),
        valid_until=in_days(300),
    )
    offer(growers(), goods.product(), qty=42_000)
    cache.clear()
    html = read(client, "/chana-growers/")
    assert "4 คน" in html
    assert "มาตรฐาน GAP" in html
    assert "<strong>42</strong> กก." in html
    assert "คนปลูก0" not in html


def test_two_members_are_not_counted_in_public(client: Client) -> None:
    members(2)
    assert "น้อยกว่า 3 คน ไม่แสดง" in read(client, "/chana-growers/")


def test_a_group_has_one_page_in_a_language() -> None:
    home = HomePage.objects.get(locale__language_code="th")
    second = GroupPage(title="อีกหน้า", summary="ซ้ำ", slug="again", group=growers())
    second.locale = home.locale
    with pytest.raises(ValidationError, match="กลุ่มนี้มีหน้าแล้ว"):
        second.clean()


def test_a_market_day_says_when_where_and_who(client: Client) -> None:
    html = read(client, "/lake-market-sathing-phra/")
    for words in ("วันเสาร์", "สัปดาห์แรกของเดือน", "15.00–18.00", "5 ธ.ค.", "ศาลาท่าโหนดตัวอย่าง"):
        assert words in html
    assert 'href="/chana-growers/"' in html
    assert 'href="/en/chana-growers/"' in read(client, "/en/lake-market-sathing-phra/")


def test_a_market_cannot_close_before_it_opens() -> None:
    home = HomePage.objects.get(locale__language_code="th")
    market = MarketDayPage(
        title="ตลาดตัวอย่าง",
        summary="ตัวอย่าง",
        weekday=1,
        opens_at=time(10),
        closes_at=time(6),
        district=District.objects.get(name_en="Hat Yai"),
        locale=home.locale,
    )
    with pytest.raises(ValidationError, match="เวลาปิดต้องหลังเวลาเปิด"):
        publish(home, market, "wrong-hours")


def test_the_season_page_has_the_cards_and_the_year(client: Client) -> None:
    html = read(client, "/in-season/")
    assert html.count('<th scope="row">') > 20
    assert "มีทั้งปี" in html
    row = next(part for part in html.split("<tr>") if "ส้มจุกจะนะ" in part and "<td" in part)
    assert row.count("●") + row.count("○") == 4


def test_steps_lead_to_the_next_act(client: Client) -> None:
    html = read(client, "/how-growers/")
    assert html.split("<main")[1].count("<li>") >= 5
    assert 'href="/parties/register/?as=group"' in html.split("<main")[1].split("</main>")[0]
