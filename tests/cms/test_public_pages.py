"""The demo's public pages as visitors and search engines see them."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from cms.demo_content import load_demo_pages
from cms.models import CommunityPage, GIProductPage, HomePage, ProgrammePage
from tests.support import goods
from tests.support.people import group, user
from tests.support.public import gi_product, in_days, linked_data, offer, read

pytestmark = pytest.mark.django_db

TRIP = "/tha-node/up-the-palm-out-on-the-lake/"
PAGES = [
    "/",
    "/som-juk-chana/",
    "/tha-node/",
    TRIP,
    "/en/",
    "/en/som-juk-chana/",
    "/en/tha-node/",
    "/en" + TRIP,
]


@pytest.fixture(autouse=True)
def _pages(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    load_demo_pages()


@pytest.mark.parametrize("url", PAGES)
def test_every_page_reads_in_its_language(client: Client, url: str) -> None:
    html = read(client, url)
    language = "en" if url.startswith("/en/") else "th"
    assert f'<html lang="{language}">' in html
    assert html.count("<h1") == 1


def test_loading_again_writes_nothing() -> None:
    assert load_demo_pages() == 0
    assert GIProductPage.objects.count() == CommunityPage.objects.count() == 2


@pytest.mark.parametrize("url", PAGES)
def test_pages_run_no_script_and_stay_light(client: Client, url: str) -> None:
    html = read(client, url)
    scripts = re.findall(r"<script([^>]*)>", html)
    assert set(scripts) <= {' type="application/ld+json"'}
    assert "style=" not in html
    assert len(html.encode()) < 60_000


@pytest.mark.parametrize("url", PAGES)
def test_each_page_names_itself_and_its_twin(client: Client, url: str) -> None:
    html = read(client, url)
    thai, english = url.removeprefix("/en"), "/en" + url.removeprefix("/en")
    here = f"http://127.0.0.1:8000{url}"
    assert f'<link rel="canonical" href="{here}">' in html
    assert f'hreflang="th" href="http://127.0.0.1:8000{thai}"' in html
    assert f'hreflang="en" href="http://127.0.0.1:8000{english}"' in html
    assert 'property="og:title"' in html
    assert re.search(r'property="og:image" content="http://127\.0\.0\.1:8000/', html)
    other = english if url == thai else thai
    assert f'<a href="{other}" lang=' in html


def test_facts_come_with_their_sources(client: Client) -> None:
    html = read(client, "/som-juk-chana/")
    page = GIProductPage.objects.get(locale__language_code="th")
    assert len(page.facts) >= 6
    for block in page.facts:
        assert block.value["source_name"] in html
        assert f'href="{block.value["source_url"]}"' in html
    assert page.announced_on == date(2021, 10, 11)


def test_what_was_not_found_stays_empty(client: Client) -> None:
    page = GIProductPage.objects.get(locale__language_code="th")
    assert (page.registration_no, page.applicant, page.scientific_name) == ("", "", "")
    assert "ไม่พบเลขทะเบียน" in read(client, "/som-juk-chana/")


def test_the_gi_page_shows_what_can_be_ordered_now(client: Client) -> None:
    product = gi_product()
    assert "ตอนนี้ยังไม่มีกลุ่มเปิดจอง" in read(client, "/som-juk-chana/")
    from django.core.cache import cache

    cache.clear()
    offer(group("สวนส้มจุกตัวอย่าง"), product, qty=80_000)
    goods.published(in_days(0), goods.row(product, "A", 16_800, restaurant=18_000))
    html = read(client, "/som-juk-chana/")
    assert "สวนส้มจุกตัวอย่าง" in html
    assert "฿180" in html
    told = {data["@type"]: data for data in linked_data(html)}
    assert told["Product"]["offers"][0]["price"] == "180.00"
    assert told["Product"]["offers"][0]["availability"] == "https://schema.org/PreOrder"
    assert [step["name"] for step in told["BreadcrumbList"]["itemListElement"]][-1] == "ส้มจุกจะนะ"


def test_a_programme_says_all_a_visitor_asks(client: Client) -> None:
    html = read(client, TRIP)
    for words in (
        "4–6 คน", "550", "จองล่วงหน้า 3 วัน", "ครัวคนมุสลิม", "จากหาดใหญ่", "จากปาดังเบซาร์",
        "ศาลาท่าโหนดตัวอย่าง", "ถ้าฝนตกหรือคลื่นแรง",
        "กองทุนชุมชนได้ 10%", "tel:074000000", "ธ.ค.–มิ.ย.",
    ):  # fmt: skip
        assert words in html
    trip = next(data for data in linked_data(html) if data["@type"] == "TouristTrip")
    assert len(trip["itinerary"]["itemListElement"]) == 6
    assert trip["offers"][0]["price"] == "550"
    assert ProgrammePage.objects.first().lowest_baht == 450  # type: ignore[union-attr]


def test_the_menu_leads_to_products_of_the_market() -> None:
    programme = ProgrammePage.objects.filter(locale__language_code="th").get()
    assert len(programme.on_menu()) == 3


def test_linked_data_cannot_close_its_script(client: Client) -> None:
    page = GIProductPage.objects.get(locale__language_code="th")
    page.search_description = "</script><script>alert(1)</script>"
    page.save_revision().publish()
    html = read(client, "/som-juk-chana/")
    assert "<script>alert" not in html
    told = {data["@type"]: data for data in linked_data(html)}
    assert told["Product"]["description"] == "</script><script>alert(1)</script>"


def test_an_unpublished_page_leaves_menu_home_and_sitemap(client: Client) -> None:
    CommunityPage.objects.get(locale__language_code="th").unpublish()
    assert client.get("/tha-node/").status_code == 404
    home = read(client, "/")
    assert "/tha-node/" not in home
    assert "เที่ยวชุมชน" not in home.split("<main")[0]
    sitemap = read(client, "/sitemap.xml")
    assert "http://127.0.0.1:8000/tha-node/<" not in sitemap
    assert "http://127.0.0.1:8000/en/tha-node/<" in sitemap


def test_the_sitemap_has_both_languages_and_every_kind_of_produce(client: Client) -> None:
    text = read(client, "/sitemap.xml")
    in_malay = 3  # a GI product, a community, its programme: only facts are told there
    assert text.count("<url>") == 8 + in_malay + 2 * (1 + 99)
    assert '<xhtml:link rel="alternate" hreflang="en" href="http://127.0.0.1:8000/en/"/>' in text


def test_robots_keep_out_of_the_rooms_where_people_work(client: Client) -> None:
    text = read(client, "/robots.txt")
    assert "Disallow: /parties/" in text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text
    assert "/catalogue/" not in text


def test_the_shell_has_the_menu_in_the_pages_language(client: Client) -> None:
    html = read(client, "/en/")
    head = html.split("<main")[0]
    assert 'href="/en/som-juk-chana/"' in head
    assert 'href="/en/#how"' in head
    assert "/sign-in/" in head
    foot = html.split("</main>")[1]
    assert "/parties/register/?as=group" in foot


@pytest.mark.parametrize("url", ["/som-juk-chana/", "/"])
def test_a_signed_in_reader_of_english_finds_thai_at_a_thai_address(
    client: Client, url: str
) -> None:
    reader = user("reader")
    type(reader).objects.filter(pk=reader.pk).update(language="en")
    reader.refresh_from_db()
    client.force_login(reader)
    assert '<html lang="th">' in read(client, url)
    assert '<html lang="en">' in read(client, "/en" + url)


def test_the_home_page_names_its_pages_cheaply(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        offer(group(f"กลุ่มตัวอย่าง {number}"), goods.product(), first=1 + number)
    read(client, "/")
    from django.core.cache import cache

    cache.clear()
    with django_assert_max_num_queries(45):
        read(client, "/")


def test_a_second_gi_page_turns_the_menu_entry_into_the_list(client: Client) -> None:
    home = HomePage.objects.get(locale__language_code="th")
    first = GIProductPage.objects.get(locale__language_code="th")
    second = GIProductPage(
        title="ของดีตัวอย่าง", slug="khong-di", summary="ตัวอย่าง", locale=first.locale
    )
    home.add_child(instance=second)
    second.save_revision().publish()
    assert 'href="/#gi"' in read(client, "/tha-node/")
    assert "ยังไม่มีใบอนุญาตใช้ตรา" in read(client, "/khong-di/")


def test_texts_of_figures_stay_whole_in_both_languages() -> None:
    programme = ProgrammePage.objects.filter(locale__language_code="en").get()
    with translation.override("en"):
        assert programme.url == "/en" + TRIP
