"""Pages in Malay: facts only, nothing half-translated, found from the other languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from cms.demo_content import load_demo_pages
from cms.malay import THAI, season_words
from cms.models import CommunityPage, GIProductPage, Halal, ProgrammePage
from marketplace.common import clock
from marketplace.common.clock import today
from tests.support.public import read

pytestmark = pytest.mark.django_db
TRIP = "/tha-node/up-the-palm-out-on-the-lake/"
PAGES = ("/ms/", "/ms/som-juk-chana/", "/ms/tha-node/", "/ms" + TRIP)


@pytest.fixture(autouse=True)
def _pages(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    load_demo_pages()


def words(html: str) -> str:
    """What is read on a page, without what is marked as Thai."""
    html = re.sub(r"<(script|style).*?</\1>", "", html, flags=re.S)
    return re.sub(r'<(\w+)[^>]*\blang="th"[^>]*>.*?</\1>', "", html, flags=re.S)


def test_no_thai_letter_stands_on_malay_pages_but_in_names(client: Client) -> None:
    for url in PAGES:
        html = read(client, url)
        assert '<html lang="ms">' in html
        assert THAI.search(words(html)) is None, url


def test_a_programme_tells_what_a_visitor_from_malaysia_asks(client: Client) -> None:
    ProgrammePage.objects.update(price_checked_on=today())
    with clock.at(datetime(2026, 11, 24, 3, tzinfo=UTC)):
        html = read(client, "/ms" + TRIP)
    page = ProgrammePage.objects.get(locale__language_code="th")
    for said in (
        "Dapur orang Islam",
        "tempat solat",
        "Dari Hat Yai",
        "Dari Padang Besar",
        f"{page.prices[0].value['baht']} baht seorang",
        "Musim tengkujuh",
        "Daerah Sathing Phra",
        "Fakta disemak pada",
    ):
        assert said in html
    assert 'href="/en/ask/' in html


def test_a_product_tells_where_and_when(client: Client) -> None:
    html = read(client, "/ms/som-juk-chana/")
    for said in ("Daerah Chana", "Musim", "buah segar", "11 Oktober 2021", "Lawatan"):
        assert said in html


def test_what_is_not_written_in_malay_stays_out(client: Client) -> None:
    page = CommunityPage.objects.get(locale__language_code="th")
    page.prayer_ms, page.access_ms = "", "ทางลาดถึงทุกจุด"
    page.halal_kind, page.halal_number, page.halal_until = Halal.CERTIFIED, "สฮ 12", today()
    page.save()
    html = read(client, "/ms/tha-node/")
    assert "Tempat solat" not in html
    assert "Kemudahan akses" not in html
    assert "Sijil halal, sah hingga" in html
    assert THAI.search(words(html)) is None


@pytest.mark.parametrize("blank", [{"title_ms": ""}, {"summary_ms": ""}, {"title_ms": "ส้มจุก"}])
def test_a_page_without_its_name_or_summary_has_no_malay_one(
    client: Client, blank: dict[str, str]
) -> None:
    GIProductPage.objects.update(**blank)
    assert client.get("/ms/som-juk-chana/").status_code == 404
    assert 'hreflang="ms"' not in read(client, "/som-juk-chana/")
    assert "/ms/som-juk-chana/" not in read(client, "/sitemap.xml")


def test_an_unpublished_page_is_gone_in_malay_too(client: Client) -> None:
    CommunityPage.objects.get(locale__language_code="th").unpublish()
    assert client.get("/ms/tha-node/").status_code == 404
    assert client.get("/ms" + TRIP).status_code == 404
    assert client.get("/ms/nowhere/").status_code == 404


def test_the_languages_lead_to_each_other(client: Client) -> None:
    for url in (TRIP, "/en" + TRIP, "/ms" + TRIP):
        html = read(client, url)
        for code, other in (("th", TRIP), ("en", "/en" + TRIP), ("ms", "/ms" + TRIP)):
            assert re.search(rf'rel="alternate" hreflang="{code}" href="http[^"]*{other}"', html)
            assert re.search(rf'<a href="{other}" lang="{code}"', html)
        switch = html.split('class="switch"')[1].split("</nav>")[0]
        assert switch.count("aria-current") == 1
    assert "/ms" + TRIP in read(client, "/sitemap.xml")


def test_closed_and_old_prices_are_said(client: Client) -> None:
    CommunityPage.objects.update(open_this_month=False)
    ProgrammePage.objects.update(price_checked_on=None)
    html = read(client, "/ms" + TRIP)
    assert "Tutup kepada pelawat" in html
    assert "Telefon untuk bertanya" in html
    assert "baht seorang:" not in html


@pytest.mark.parametrize(
    ("months", "said"),
    [
        ("111111111111", "sepanjang tahun"),
        ("122221000001", "Disember–Jun; terbaik Februari–Mei"),
        ("000000001122", "September–Disember; terbaik November–Disember"),
        ("100000100000", "Januari, Julai"),
        ("000000000000", ""),
    ],
)
def test_months_are_said_in_ranges_round_the_year(months: str, said: str) -> None:
    assert season_words(months) == said
