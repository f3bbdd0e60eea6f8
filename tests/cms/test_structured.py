"""What pages tell machines, read strictly."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from cms.demo_content import load_demo_pages
from cms.models import ProgrammePage
from cms.structured import languages
from marketplace.common.clock import today
from tests.support.linked_data import faults
from tests.support.public import linked_data, read

pytestmark = pytest.mark.django_db
TRIP = "/tha-node/up-the-palm-out-on-the-lake/"


def kinds(told: list[dict[str, Any]]) -> set[str]:
    found: set[str] = set()
    for one in told:
        kind = one["@type"]
        found |= set(kind) if isinstance(kind, list) else {kind}
    return found


def test_every_page_tells_its_kind_without_a_fault(
    client: Client, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    load_demo_pages()
    ProgrammePage.objects.update(price_checked_on=today())
    for url, kind in (
        ("/", "WebSite"),
        ("/som-juk-chana/", "Product"),
        ("/tha-node/", "TouristDestination"),
        (TRIP, "TouristTrip"),
    ):
        for code in ("", "/en"):
            told = linked_data(read(client, code + url))
            assert faults_of(told) == []
            assert kind in kinds(told)
            assert url == "/" or "BreadcrumbList" in kinds(told)
    trip = next(one for one in told if one["@type"] == "TouristTrip")
    assert {offer["priceCurrency"] for offer in trip["offers"]} == {"THB"}
    assert "th" in trip["provider"]["contactPoint"]["availableLanguage"]
    assert "touristType" not in trip


def faults_of(told: list[dict[str, Any]]) -> list[str]:
    return [fault for one in told for fault in faults(one)]


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ({"url": "/tha-node/"}, "no absolute address"),
        ({"offers": [{"@type": "Offer", "price": 350, "priceCurrency": "THB"}]}, "no text"),
        ({"offers": [{"@type": "Offer", "price": "350", "priceCurrency": "MYR"}]}, "currency"),
        ({"touristType": "ไทย"}, "does not belong"),
        ({"name": ""}, "is empty"),
        ({"@context": "http://elsewhere.example"}, "no context"),
        ({"provider": {"@type": "Community"}}, "unknown type"),
        (
            {
                "itinerary": {
                    "@type": "ItemList",
                    "itemListElement": [{"@type": "ListItem", "position": 2, "name": "x"}],
                }
            },
            "positions",
        ),
    ],
)
def test_the_reader_finds_what_is_wrong(broken: dict[str, Any], fault: str) -> None:
    good = {
        "@context": "https://schema.org",
        "@type": "TouristTrip",
        "name": "x",
        "description": "x",
        "url": "https://example.com/x/",
        "provider": {"@type": "Organization", "name": "x"},
    }
    assert faults(good) == []
    assert any(fault in one for one in faults({**good, **broken}))


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("ไทย อังกฤษ มลายู", ["th", "en", "ms"]),
        ("Thai, some English, Malay", ["th", "en", "ms"]),
        ("ไทย", ["th"]),
        ("ภาษามือ", ["ภาษามือ"]),
    ],
)
def test_languages_spoken_become_codes(line: str, codes: list[str]) -> None:
    assert languages(line) == codes
