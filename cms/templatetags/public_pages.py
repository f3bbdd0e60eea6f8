"""Template tags of the public pages: the season strip, the district map, drawings, linked data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from catalogue.season import month_name, season_words
from cms import facts, maps, visit_words
from cms.languages import absolute
from marketplace.common.clock import today
from marketplace.places.models import District

register = template.Library()

_SIGNS = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag
def linked_data_script(data: Any) -> SafeString:
    """Write schema.org data as a script no browser runs, safe against a closing tag inside."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_SIGNS)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))


@register.inclusion_tag("cms/parts/months.html")
def season_strip(months: str) -> dict[str, Any]:
    """The strip of twelve months; hidden from screen readers, so say the season in words beside it."""
    now = today().month
    thai = get_language() in (None, "th")
    return {
        "months": [
            {
                "letter": month_name(month).replace(".", "") if thai else month_name(month)[:1],
                "level": {"1": "on", "2": "peak"}.get(digit, ""),
                "now": month == now,
            }
            for month, digit in enumerate(months, start=1)
        ]
    }


@register.filter
def in_words(months: str) -> str:
    """A season in words: "ก.ย.–ธ.ค. ดีที่สุด พ.ย.–ธ.ค."."""
    return season_words(months)


@register.inclusion_tag("cms/parts/district_map.html")
def district_map(lit: Iterable[District]) -> dict[str, Any]:
    """The small map of all districts with some of them picked out; one query."""
    lit = list(lit)
    return {
        "shapes": maps.shapes(District.objects.all(), {district.code for district in lit}),
        "lit": lit,
        "lake": maps.lake_path(),
        "width": maps.WIDTH,
        "height": maps.HEIGHT,
    }


@register.inclusion_tag("cms/parts/linked_map.html")
def linked_map(links: Mapping[str, Sequence[tuple[str, str]]]) -> dict[str, Any]:
    """The map with some districts picked out, each a link to its first page, and a list that says
    the same and more; one query.

    Args:
        links: titles and addresses of the pages about a district by its code, the first the one
            that the map leads to.
    """
    return {
        "shapes": maps.shapes(District.objects.all(), set(links), links),
        "lake": maps.lake_path(),
        "width": maps.WIDTH,
        "height": maps.HEIGHT,
    }


@register.filter
def told(page: Any, name: str) -> Any:
    """A fact of a visit: a programme's own, else its community's."""
    return page.told(name) if hasattr(page, "told") else getattr(page, name)


@register.simple_tag
def monsoon() -> bool:
    """Whether it is November to January, when the north-east monsoon decides about boats."""
    return today().month in visit_words.MONSOON_MONTHS


@register.filter
def halal_words(page: Any) -> str:
    """Which kind of halal food there is, with the certificate's number and last day."""
    return visit_words.halal(
        told(page, "halal_kind"), told(page, "halal_number"), told(page, "halal_until")
    )


@register.filter
def price_state(programme: Any) -> str:
    """What a reader sees of a programme's prices today: `shown`, `ask` or `hidden`."""
    return facts.price_state(programme.price_checked_on, today()).value


@register.filter
def absolute_url(url: str) -> str:
    """The address with the market's own host."""
    return absolute(url)


@register.simple_tag
def destination(key: str) -> str:
    """The address that a card of the first page leads to; empty where it does not exist."""
    names = {"catalogue": "catalogue:index", "sign-in": "account_login"}
    try:
        if key in ("group", "buyer"):
            return reverse("parties:register") + "?" + urlencode({"as": key})
        if key == "communities":
            return "#communities"
        return reverse(names[key])
    except (KeyError, NoReverseMatch):
        return ""
