"""A strict reader of the schema.org data that our pages tell: unknown things are errors."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

URL: Final = re.compile(r"https?://[^\s/]+(/\S*)?$")
PRICE: Final = re.compile(r"\d+(\.\d{1,2})?$")
LANGUAGE: Final = re.compile(r"[a-z]{2}(-[A-Z]{2})?$")

# For each type: what it must say, and what else it may say.
KNOWN: Final[dict[str, tuple[set[str], set[str]]]] = {
    "WebSite": ({"name", "url", "inLanguage"}, {"description", "publisher"}),
    "Organization": ({"name"}, {"url", "areaServed", "contactPoint", "telephone"}),
    "AdministrativeArea": ({"name"}, set()),
    "ContactPoint": ({"contactType", "availableLanguage"}, {"telephone"}),
    "BreadcrumbList": ({"itemListElement"}, set()),
    "ItemList": ({"itemListElement"}, set()),
    "ListItem": ({"position", "name"}, {"item"}),
    "Product": (
        {"name", "url", "description"},
        {"alternateName", "countryOfOrigin", "additionalProperty", "offers", "hasCertification"},
    ),
    "Certification": (
        {"name", "issuedBy"},
        {"certificationIdentification", "datePublished"},
    ),
    "Country": ({"name"}, set()),
    "PropertyValue": ({"name", "value"}, set()),
    "Offer": (
        {"price", "priceCurrency"},
        {"name", "url", "availability", "availabilityStarts", "availabilityEnds", "seller"},
    ),
    "TouristTrip": ({"name", "url", "description", "provider"}, {"itinerary", "offers"}),
    "TouristDestination": ({"name", "url", "address"}, {"description", "availableLanguage"}),
    "TouristAttraction": ({"name", "url", "address"}, {"description", "availableLanguage"}),
    "PostalAddress": (
        {"addressLocality", "addressRegion", "addressCountry"},
        {"streetAddress"},
    ),
    "Event": (
        {"name", "startDate", "location"},
        {"endDate", "description", "url", "organizer", "eventSchedule", "eventStatus"},
    ),
    "Place": ({"name", "address"}, set()),
}


def faults(data: Any, where: str = "") -> list[str]:
    """What is wrong with one object and all within it; empty when nothing is."""
    if isinstance(data, list):
        return [one for place, item in enumerate(data) for one in faults(item, f"{where}[{place}]")]
    if not isinstance(data, dict):
        return []
    kinds = data.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    here = f"{where}/{'+'.join(str(kind) for kind in kinds)}"
    found = [f"{here}: unknown type" for kind in kinds if kind not in KNOWN]
    if found:
        return found
    if not where and data.get("@context") != "https://schema.org":
        found.append(f"{here}: no context")
    must = set.union(*(KNOWN[kind][0] for kind in kinds))
    may = set.union(*(KNOWN[kind][1] for kind in kinds))
    said = {key for key in data if not key.startswith("@")}
    found += [f"{here}: {key} is missing" for key in sorted(must - said)]
    found += [f"{here}: {key} does not belong here" for key in sorted(said - must - may)]
    for key, value in data.items():
        if value in ("", None, [], {}):
            found.append(f"{here}: {key} is empty")
        else:
            found += _value_faults(here, key, value)
    if "itemListElement" in data:
        places = [item.get("position") for item in data["itemListElement"]]
        if places != list(range(1, len(places) + 1)):
            found.append(f"{here}: positions are {places}")
    return found


def _value_faults(here: str, key: str, value: Any) -> list[str]:
    if key in ("url", "item") and not (isinstance(value, str) and URL.match(value)):
        return [f"{here}: {key} is no absolute address: {value}"]
    if key in ("startDate", "endDate", "datePublished", "availabilityStarts", "availabilityEnds"):
        try:
            date.fromisoformat(str(value)[:10])
        except ValueError:
            return [f"{here}: {key} is no ISO date: {value}"]
    if key == "price" and not (isinstance(value, str) and PRICE.match(value)):
        return [f"{here}: price is no text of digits: {value!r}"]
    if key == "priceCurrency" and value != "THB":
        return [f"{here}: currency {value}"]
    if key == "addressCountry" and value != "TH":
        return [f"{here}: country {value}"]
    if key == "inLanguage" and not LANGUAGE.match(str(value)):
        return [f"{here}: {key} is no language code: {value}"]
    return faults(value, f"{here}.{key}") if isinstance(value, dict | list) else []
