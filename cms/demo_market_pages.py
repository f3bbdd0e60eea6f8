"""The demo's further pages, one of each kind in both languages: what was found, with its source.

Facts about the lake and the palmyra are those of public pages; groups, markets, stories are
invented and say so. A farmer group has its page only where it is in the market.
"""

from __future__ import annotations

import json
from datetime import date, time
from pathlib import Path
from typing import Any

from catalogue.models import Product
from cms.demo_pictures_of import with_pictures
from cms.models import (
    GroupPage,
    HomePage,
    HowPage,
    IdentityProductPage,
    ImpactPage,
    MarketDayPage,
    PlacePage,
    SeasonPage,
    StoryPage,
)
from cms.publishing import is_missing, publish
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import FarmerGroup
from marketplace.places.models import District

CHECKED = date(2026, 11, 22)
TEXTS = Path(__file__).parent / "data"
GROUPS = {"CHANA": "chana-growers", "KHAOPHRA": "khao-phra-vegetables"}


@unit_of_work
def load_market_pages() -> int:
    """Write those of these pages that are missing, in Thai and English.

    Returns how many were written.
    """
    return sum(
        _load(HomePage.objects.get(locale__language_code=code), code) for code in ("th", "en")
    )


def _load(home: HomePage, code: str) -> int:
    texts: dict[str, Any] = json.loads((TEXTS / f"pages_{code}.json").read_text(encoding="utf-8"))
    made: list[tuple[str, Any]] = [
        *_products_and_places(texts),
        *_groups_and_markets(texts, code),
        *_about_the_market(texts),
    ]
    written = 0
    for slug, page in made:
        if is_missing(home, slug):
            page.locale = home.locale
            page.show_in_menus = True
            publish(home, page, slug)
            written += 1
    _on_the_first_page(home, texts["home"])
    return written


def _products_and_places(texts: dict[str, Any]) -> list[tuple[str, Any]]:
    sathing_phra = District.objects.get(name_en="Sathing Phra")
    identity = IdentityProductPage(
        **_streams(texts["identity"]),
        product=Product.objects.filter(upc="namtan-tanot").first(),
        checked_on=CHECKED,
    )
    identity.districts = [sathing_phra]
    place = PlacePage(**_streams(texts["place"]), district=sathing_phra, checked_on=CHECKED)
    return [("sathing-phra-palmyra", identity), ("sathing-phra-peninsula", place)]


def _groups_and_markets(texts: dict[str, Any], language: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    groups = {row.code: row for row in FarmerGroup.objects.filter(code__in=GROUPS)}
    for code, slug in GROUPS.items():
        if code in groups:
            row = groups[code]
            found.append(
                (
                    slug,
                    GroupPage(
                        **_streams(texts["groups"][code]),
                        title=row.name_th if language == "th" else row.name_en or row.name_th,
                        group=row,
                        checked_on=CHECKED,
                    ),
                )
            )
    for slug, district, when in (
        (
            "green-market-hat-yai",
            "Hat Yai",
            {"weekday": 4, "often": "weekly", "opens_at": time(6), "closes_at": time(10)},
        ),
        (
            "lake-market-sathing-phra",
            "Sathing Phra",
            {"weekday": 5, "often": "first", "opens_at": time(15), "closes_at": time(18)},
        ),
    ):
        market = MarketDayPage(
            **texts["market_days"][slug],
            **when,
            district=District.objects.get(name_en=district),
            checked_on=CHECKED,
        )
        market.groups = list(groups.values())
        found.append((slug, market))
    return found


def _about_the_market(texts: dict[str, Any]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = [
        ("in-season", SeasonPage(**_streams(texts["season"]))),
        (
            "four-in-the-morning",
            StoryPage(**_streams(texts["story"]), written_on=date(2026, 11, 20)),
        ),
        ("what-came-of-it", ImpactPage(**_streams(texts["impact"]))),
    ]
    for slug, how in texts["how"].items():
        steps = [("step", {"title": title, "text": text}) for title, text in how["steps"]]
        found.append((slug, HowPage(**{**how, "steps": steps})))
    return found


def _streams(texts: dict[str, Any]) -> dict[str, Any]:
    """Texts of a page with its facts and body as streams take them."""
    found = with_pictures(texts)
    if "facts" in texts:
        found["facts"] = [("fact", fact) for fact in texts["facts"]]
    return found


def _on_the_first_page(home: HomePage, headings: dict[str, str]) -> None:
    """Lists of these pages at the end of the first page, once."""
    if any(block.block_type == "page_list" for block in home.body):
        return
    for name, kind in (
        ("identity", "identityproductpage"),
        ("groups", "grouppage"),
        ("places", "placepage"),
        ("markets", "marketdaypage"),
        ("stories", "storypage"),
        ("how", "howpage"),
    ):
        home.body.append(("page_list", {"heading": headings[name], "kind": kind, "limit": 6}))
    home.body.append(("map", {"heading": headings["map"], "districts": []}))
    home.save_revision().publish()
