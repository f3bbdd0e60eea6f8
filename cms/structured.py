"""What pages tell machines: schema.org as JSON-LD, which no browser runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from catalogue.season import season_words
from cms.facts import Price, price_state
from cms.languages import absolute
from marketplace.common.clock import today
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
LANGUAGE_CODES = {
    "th": ("ไทย", "thai"),
    "en": ("อังกฤษ", "english"),
    "ms": ("มลายู", "มาเลย์", "malay", "melayu"),
    "zh": ("จีน", "chinese"),
}


def languages(spoken: str) -> list[str]:
    """The languages that an editor wrote in a line, as codes where they are known ones."""
    words = [word.strip(".()") for word in re.split(r"[\s,;/·]+", spoken.lower()) if word]
    found = [
        code
        for word in words
        for code, names in LANGUAGE_CODES.items()
        if any(word.startswith(name) for name in names)
    ]
    return list(dict.fromkeys(found)) or [spoken]


def prices_hold(page: ProgrammePage) -> bool:
    """Whether a programme's prices were checked lately enough to be printed."""
    return price_state(page.price_checked_on, today()) == Price.SHOWN


def organization() -> dict[str, Any]:
    """Who runs the market."""
    return {
        "@type": "Organization",
        "name": settings.WAGTAIL_SITE_NAME,
        "url": absolute("/"),
        "areaServed": {"@type": "AdministrativeArea", "name": _("สงขลา")},
    }


def website(page: HomePage) -> dict[str, Any]:
    """The market itself, on its first page."""
    return {
        "@context": CONTEXT,
        "@type": "WebSite",
        "name": settings.WAGTAIL_SITE_NAME,
        "description": page.description,
        "url": absolute(page.get_url() or "/"),
        "inLanguage": page.locale.language_code,
        "publisher": organization(),
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
    if page.announced_on or page.registration_no:
        told["hasCertification"] = {
            "@type": "Certification",
            "name": _("สิ่งบ่งชี้ทางภูมิศาสตร์ไทย (GI)"),
            "issuedBy": {"@type": "Organization", "name": _("กรมทรัพย์สินทางปัญญา")},
            **(
                {"certificationIdentification": page.registration_no}
                if page.registration_no
                else {}
            ),
            **({"datePublished": page.announced_on.isoformat()} if page.announced_on else {}),
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
        # A destination is a place; only an attraction says which languages are spoken there.
        "@type": ["TouristDestination", "TouristAttraction"],
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
        "availableLanguage": languages(page.languages_spoken),
    }


def trip(page: ProgrammePage) -> dict[str, Any]:
    """A programme as a trip with its steps and what it costs a head."""
    community = page.community
    offers = [
        {
            "@type": "Offer",
            "url": absolute(page.get_url() or "/"),
            "name": tier.value["who"],
            "price": str(tier.value["baht"]),
            "priceCurrency": "THB",
        }
        for tier in (page.prices if prices_hold(page) else [])
    ]
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
            "contactPoint": {
                "@type": "ContactPoint",
                "contactType": "reservations",
                "availableLanguage": languages(community.languages_spoken),
                **({"telephone": community.phone} if community.phone else {}),
            },
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
        **({"offers": offers} if offers else {}),
    }
