"""What pages tell machines: schema.org as JSON-LD, which no browser runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from catalogue.season import season_words
from cms.languages import absolute
from marketplace.common.money import to_decimal

if TYPE_CHECKING:
    from cms.live import OpenOffer
    from cms.models import GIProductPage, HomePage, Programme, PublicPage

CONTEXT = "https://schema.org"


def website(page: HomePage) -> dict[str, Any]:
    """The market itself, on its first page."""
    return {
        "@context": CONTEXT,
        "@type": "WebSite",
        "name": settings.WAGTAIL_SITE_NAME,
        "description": page.description,
        "url": absolute(page.get_url() or "/"),
        "inLanguage": page.locale.language_code,
    }


def breadcrumbs(page: PublicPage) -> dict[str, Any]:
    """Where a page stands, from the first page down to itself."""
    steps = [*page.crumbs(), (page.title, page.get_url() or "/")]
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": absolute(url)}
            for place, (name, url) in enumerate(steps, start=1)
        ],
    }


def product(page: GIProductPage, offers: list[OpenOffer]) -> dict[str, Any]:
    """A GI product with what of it can be ordered now; prices only where they are published."""
    told: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Product",
        "name": page.title,
        "description": page.description,
        "url": absolute(page.get_url() or "/"),
        "countryOfOrigin": {"@type": "Country", "name": "TH"},
        "additionalProperty": [
            {"@type": "PropertyValue", "name": name, "value": value}
            for name, value in (
                (_("เลขทะเบียน GI"), page.registration_no),
                (_("วันที่ประกาศขึ้นทะเบียน"), str(page.announced_on or "")),
                (_("ฤดู"), season_words(page.season_months) if "1" in page.season_months else ""),
            )
            if value
        ],
    }
    if page.name_roman:
        told["alternateName"] = page.name_roman
    priced = [
        {
            "@type": "Offer",
            "price": str(to_decimal(offer.price_satang)),
            "priceCurrency": "THB",
            "availability": f"{CONTEXT}/PreOrder",
            "availabilityStarts": offer.first_day.isoformat(),
            "availabilityEnds": offer.last_day.isoformat(),
            "seller": {"@type": "Organization", "name": offer.group},
        }
        for offer in offers
        if offer.price_satang
    ]
    if priced:
        told["offers"] = priced
    return told


def trip(programme: Programme) -> dict[str, Any]:
    """A programme as a trip with its steps and what it costs a head."""
    page = programme.page
    return {
        "@context": CONTEXT,
        "@type": "TouristTrip",
        "name": programme.name,
        "description": programme.summary,
        "url": absolute(programme.url),
        "provider": {
            "@type": "Organization",
            "name": page.title,
            **({"telephone": page.phone} if page.phone else {}),
        },
        "itinerary": {
            "@type": "ItemList",
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": place,
                    "name": f"{step.value['time']} {step.value['title']}",
                }
                for place, step in enumerate(programme.steps, start=1)
            ],
        },
        "offers": [
            {
                "@type": "Offer",
                "name": tier.value["who"],
                "price": str(tier.value["baht"]),
                "priceCurrency": "THB",
            }
            for tier in programme.prices
        ],
        "touristType": page.languages_spoken,
    }
