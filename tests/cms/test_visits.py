"""What a visitor must know before going: halal, open or closed, warnings, the programme's own facts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from cms.demo_content import load_demo_pages
from cms.models import CommunityPage, DistrictNotice, GIProductPage, Halal, ProgrammePage
from cms.visit_words import halal
from marketplace.common.clock import today
from marketplace.places.models import District
from tests.support.public import read

pytestmark = pytest.mark.django_db
TRIP = "/tha-node/up-the-palm-out-on-the-lake/"


@pytest.fixture(autouse=True)
def _pages(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    load_demo_pages()


def trip() -> ProgrammePage:
    found: ProgrammePage = ProgrammePage.objects.get(locale__language_code="th")
    return found


def publish(page: Any) -> None:
    page.save_revision().publish()


def notice(days_from: int, days_until: int, **told: str) -> DistrictNotice:
    return DistrictNotice.objects.create(
        district=District.objects.get(name_en="Sathing Phra"),
        **{"text_th": "น้ำท่วมถนนริมเลตัวอย่าง", **told},
        from_day=today() + timedelta(days=days_from),
        until_day=today() + timedelta(days=days_until),
    )


@pytest.mark.parametrize("until", [-1, 0, 30])
def test_a_halal_certificate_says_its_number_and_whether_it_still_holds(until: int) -> None:
    words = halal(Halal.CERTIFIED, "ตย 123", today() + timedelta(days=until))
    assert "ตย 123" in words
    assert ("หมดอายุ" in words) is (until < 0)


@pytest.mark.parametrize("kind", ["", *(k for k in Halal.values if k != Halal.CERTIFIED)])
def test_nothing_but_a_certificate_claims_one(kind: str) -> None:
    assert "ใบรับรองฮาลาล " not in halal(kind, "", None)


def test_a_certificate_without_a_number_is_refused_on_screen_and_in_the_database() -> None:
    page = trip()
    page.halal_kind = Halal.CERTIFIED
    with pytest.raises(ValidationError, match="เลขที่และวันหมดอายุ"):
        page.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgrammePage.objects.filter(pk=page.pk).update(halal_kind=Halal.CERTIFIED)


def test_a_group_size_that_makes_no_sense_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgrammePage.objects.update(group_min=20)


def test_a_programme_tells_its_own_facts_and_its_communitys_rest(client: Client) -> None:
    page = trip()
    assert "ศาลาท่าโหนดตัวอย่าง" in read(client, TRIP)
    page.meeting_point = "ท่าเรือตัวอย่าง"
    page.halal_kind = Halal.ARRANGED
    publish(page)
    html = read(client, TRIP)
    assert "ท่าเรือตัวอย่าง" in html
    assert "จัดอาหารฮาลาลได้ถ้าบอกล่วงหน้า" in html
    assert "ไม่มีหมู" not in html  # said of the community's kitchen, not of this programme
    assert "มีที่ละหมาดที่ศาลา" in html


@pytest.mark.parametrize(
    ("open_now", "closed", "receives"),
    [
        (True, None, True),
        (False, None, False),
        (True, 0, False),
        (True, -1, True),
        (False, -1, True),
    ],
)
def test_closed_until_a_day_ends_by_itself(
    open_now: bool, closed: int | None, receives: bool
) -> None:
    page = trip()
    page.open_this_month = open_now
    page.closed_until = None if closed is None else today() + timedelta(days=closed)
    assert page.receives is receives


def test_a_closed_community_says_so_on_its_programmes(client: Client) -> None:
    page = CommunityPage.objects.get(locale__language_code="th")
    page.closed_until = today() + timedelta(days=9)
    publish(page)
    assert "ตอนนี้ปิดรับแขก" in read(client, TRIP)
    assert "ตอนนี้ปิดรับแขก" in read(client, "/tha-node/")


@pytest.mark.parametrize(
    ("days_from", "days_until", "shown"), [(-3, -1, False), (0, 0, True), (1, 3, False)]
)
def test_a_notice_of_the_district_stands_for_its_days(
    client: Client, days_from: int, days_until: int, shown: bool
) -> None:
    notice(days_from, days_until, text_en="The lake road is flooded (example)")
    for url in ("/tha-node/", TRIP):
        assert ("น้ำท่วมถนนริมเลตัวอย่าง" in read(client, url)) is shown
        assert ("The lake road is flooded" in read(client, "/en" + url)) is shown
    assert "น้ำท่วม" not in read(client, "/som-juk-chana/")


def test_a_notice_without_a_translation_is_read_in_the_next_best_language() -> None:
    one = notice(0, 1, text_en="Flood")
    for code, words in (("th", "น้ำท่วมถนนริมเลตัวอย่าง"), ("en", "Flood"), ("ms", "Flood")):
        with translation.override(code):
            assert one.text == words


def test_a_notice_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        notice(2, 1)


def test_every_programme_stands_below_its_community_and_on_its_page(client: Client) -> None:
    page = trip()
    assert page.community.slug == "tha-node"
    assert f'href="{TRIP}"' in read(client, "/tha-node/")
    assert GIProductPage.objects.get(locale__language_code="th").related_programmes() == [page]


def test_the_communitys_photographs_have_words_and_an_owner(client: Client) -> None:
    html = read(client, "/tha-node/")
    assert 'alt="ภาพวาดเรือหางยาวจอดริมทะเลสาบ มีต้นตาลโตนดริมฝั่ง"' in html
    assert "ภาพวาดของตลาดล่วงหน้า" in html
