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
    from cms.models import (
        CommunityPage,
        GIProductPage,
        HomePage,
        ProgrammePage,
        PublicPage,
    )

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


def destination(page: CommunityPage) -> dict[str, Any]:
    """A community as a place to go to, with whom to ask."""
    district = page.district
    return {
        "@context": CONTEXT,
        "@type": "TouristDestination",
        "name": page.title,
        "description": page.description,
        "url": absolute(page.get_url() or "/"),
        "address": {
            "@type": "PostalAddress",
            "streetAddress": page.meeting_point,
            "addressLocality": str(district),
            "addressRegion": _("สงขลา"),
            "addressCountry": "TH",
        },
        "touristType": page.languages_spoken,
    }


def trip(page: ProgrammePage) -> dict[str, Any]:
    """A programme as a trip with its steps and what it costs a head."""
    community = page.community
    return {
        "@context": CONTEXT,
        "@type": "TouristTrip",
        "name": page.title,
        "description": page.description,
        "url": absolute(page.get_url() or "/"),
        "provider": {
            "@type": "Organization",
            "name": community.title,
            "url": absolute(community.get_url() or "/"),
            **({"telephone": community.phone} if community.phone else {}),
        },
        "itinerary": {
            "@type": "ItemList",
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": place,
                    "name": f"{step.value['time']} {step.value['title']}",
                }
                for place, step in enumerate(page.steps, start=1)
            ],
        },
        "offers": [
            {
                "@type": "Offer",
                "name": tier.value["who"],
                "price": str(tier.value["baht"]),
                "priceCurrency": "THB",
            }
            for tier in page.prices
        ],
        "touristType": community.languages_spoken,
    }
