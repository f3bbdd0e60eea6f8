"""Public pages to test on: the demo's pages, and offers to show on them."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

from django.test import Client

from catalogue.models import Product
from catalogue.supply.models import HarvestOffer
from cms.models import CommunityPage, HomePage
from cms.reference import load_base_pages
from marketplace.common.clock import today
from marketplace.parties.models import FarmerGroup
from marketplace.places.models import District

GI_UPC = "som-chuk-chana"


def offer(
    group: FarmerGroup,
    product: Product,
    *,
    grade: str = "A",
    first: int = 2,
    last: int = 9,
    qty: int = 60_000,
    reserved: int = 0,
    state: str = "open",
) -> HarvestOffer:
    """A harvest offer with so many days from today to its first and last delivery day."""
    made: HarvestOffer = HarvestOffer.objects.create(
        group=group,
        product=product,
        grade=grade,
        first_day=today() + timedelta(days=first),
        last_day=today() + timedelta(days=last),
        offered_qty=qty,
        policy_qty=qty,
        promisable_qty=qty,
        reserved_qty=reserved,
        state=state,
    )
    return made


def linked_data(html: str) -> list[dict[str, Any]]:
    """What a page tells machines."""
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    return [json.loads(script) for script in scripts]


def read(client: Client, url: str) -> str:
    """A page's HTML; it must answer 200."""
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code, answer.headers.get("Location"))
    return answer.content.decode()


def gi_product() -> Product:
    found: Product = Product.objects.get(upc=GI_UPC)
    return found


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


def a_community(slug: str = "ban-na-tua-yang", title: str = "บ้านนาตัวอย่าง") -> CommunityPage:
    """A published Thai community page, made once."""
    load_base_pages()
    home = HomePage.objects.get(locale__language_code="th")
    found: CommunityPage | None = CommunityPage.objects.child_of(home).filter(slug=slug).first()
    if found is None:
        found = CommunityPage(
            title=title,
            slug=slug,
            summary="ชุมชนตัวอย่าง",
            district=District.objects.get(name_en="Sathing Phra"),
            phone="074 000 000",
            languages_spoken="ไทย",
            meeting_point="ศาลากลางบ้าน",
            halal="ครัวคนมุสลิม",
            locale=home.locale,
        )
        home.add_child(instance=found)
        found.save_revision().publish()
        found.refresh_from_db()
    return found
