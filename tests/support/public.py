"""Public pages to test on: the demo's pages, and offers to show on them."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

from django.test import Client

from catalogue.models import Product
from catalogue.supply.models import HarvestOffer
from marketplace.common.clock import today
from marketplace.parties.models import FarmerGroup

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
