"""The public pages of the demo in both languages: one GI product, one community with a programme.

Facts of ส้มจุกจะนะ are those found in public pages, each with its source; what was not found stays
empty (registration number, applicant, scientific name). The community is invented and says so.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group
from wagtail.models import GroupPagePermission, Locale

from catalogue.models import Product
from cms.demo_pictures_of import picture, with_pictures
from cms.models import (
    CommunityPage,
    CommunityPhoto,
    DistrictNotice,
    GIProductPage,
    Halal,
    HomePage,
    ProgrammePage,
)
from cms.publishing import publish
from cms.reference import COMMUNITY_EDITORS, load_base_pages, permission
from marketplace.common.clock import today
from marketplace.common.transactions import unit_of_work
from marketplace.places.models import District

CHECKED = date(2026, 11, 22)
TEXTS = Path(__file__).parent / "data"

MENU = ["namtan-tanot", "pla-kaphong-khao", "khao-sangyot"]


def _texts(code: str) -> dict[str, Any]:
    """The demo's texts in one language."""
    found: dict[str, Any] = json.loads((TEXTS / f"demo_{code}.json").read_text(encoding="utf-8"))
    return found


@unit_of_work
def load_demo_pages() -> int:
    """Write the demo's public pages that are missing, in Thai and English; what people have edited
    stays.

    Returns the number of pages written.
    """
    load_base_pages()
    written = 0
    editors = Group.objects.get(name=COMMUNITY_EDITORS)
    for code, locale in ((c, Locale.objects.get(language_code=c)) for c in ("th", "en")):
        home = HomePage.objects.get(locale=locale)
        written += _gi_page(home, code)
        written += _community(home, code, editors)
    _notice()
    return written


def _notice() -> None:
    """What the community's district warns of this week."""
    if not DistrictNotice.objects.exists():
        DistrictNotice.objects.create(
            district=District.objects.get(name_en="Sathing Phra"),
            text_th="ตัวอย่าง: น้ำสูงริมทะเลสาบ งดเรือช่วงบ่าย โทรถามก่อนออกเดินทาง",
            text_en="Example: high water along the lake, no boats in the afternoon. Ring before you go.",
            text_ms="Contoh: air tinggi di tepi tasik, tiada bot pada waktu petang. Telefon dahulu.",
            from_day=today() - timedelta(days=1),
            until_day=today() + timedelta(days=6),
        )


def _gi_page(home: HomePage, code: str) -> int:
    slug = "som-juk-chana"
    if GIProductPage.objects.child_of(home).filter(slug=slug).exists():
        return 0
    texts = _texts(code)["gi"]
    texts["facts"] = [("fact", fact) for fact in texts["facts"]]
    page = GIProductPage(
        **with_pictures(texts),
        **_texts("ms")["gi"],
        slug=slug,
        locale=home.locale,
        product=Product.objects.filter(upc="som-chuk-chana").first(),
        announced_on=date(2021, 10, 11),
        register_url="https://todayhighlightnews.com/2021/10/gi.html",
        season_months="000000001122",
        checked_on=CHECKED,
        show_in_menus=True,
    )
    page.districts = District.objects.filter(name_en="Chana")
    publish(home, page, slug)
    return 1


def _community(home: HomePage, code: str, editors: Group) -> int:
    slug = "tha-node"
    if CommunityPage.objects.child_of(home).filter(slug=slug).exists():
        return 0
    texts = _texts(code)["community"]
    page = CommunityPage(
        **texts,
        **_texts("ms")["community"],
        slug=slug,
        locale=home.locale,
        district=District.objects.get(name_en="Sathing Phra"),
        halal_kind=Halal.MUSLIM_KITCHEN,
        checked_on=CHECKED,
        price_checked_on=CHECKED,
        show_in_menus=True,
    )
    for place, one in enumerate(_texts(code)["photos"]):
        image = picture(one["image"], one["alt"])
        page.photos.add(CommunityPhoto(**{**one, "image": image}, sort_order=place))
    publish(home, page, slug)
    GroupPagePermission.objects.get_or_create(
        group=editors, page=page, permission=permission("wagtailcore", "change_page")
    )
    return 1 + _programme(page, code)


def _programme(community: CommunityPage, code: str) -> int:
    texts = _texts(code)["programme"]
    page = ProgrammePage(
        title=texts["title"],
        summary=texts["summary"],
        locale=community.locale,
        kind=ProgrammePage.Kind.HALF_DAY,
        group_min=4,
        group_max=12,
        lead_days=3,
        months="122221000001",
        months_note=texts["months_note"],
        steps=[
            ("step", {"time": time, "title": title, "text": text})
            for time, title, text in texts["steps"]
        ],
        prices=[
            ("price", {"who": who, "people_min": least, "people_max": most, "baht": baht})
            for who, least, most, baht in texts["prices"]
        ],
        included=texts["included"],
        money_to=texts["money_to"],
        community_percent=10,
        rain_rule=texts["rain_rule"],
        menu=[
            ("item", {"product": upc, "by": by})
            for upc, by in zip(MENU, texts["menu"], strict=True)
        ],
        **_texts("ms")["programme"],
        checked_on=CHECKED,
        price_checked_on=CHECKED,
    )
    publish(community, page, "up-the-palm-out-on-the-lake")
    return 1
