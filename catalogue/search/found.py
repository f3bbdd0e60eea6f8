"""What the page of a search shows beside its products: choices with counts, other kinds, remarks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from catalogue.models import Category
from catalogue.search.facets import BANDS, DEAREST, IN_SEASON
from catalogue.search.reading import search
from catalogue.search.types import DIMENSIONS, Hit, Kind, SearchRequest, SearchResult
from catalogue.standards.models import Standard
from marketplace.common.dates import format_date, format_range
from marketplace.parties.models import FarmerGroup
from marketplace.places.models import District

MOST: Final = 2_000
OTHERS_SHOWN: Final = 5
TITLES: Final[dict[str, str | Promise]] = {
    "season": gettext_lazy("ฤดู"),
    "category": gettext_lazy("หมวด"),
    "standard": gettext_lazy("มาตรฐาน"),
    "price_band": gettext_lazy("ราคาต่อหน่วย"),
    "district": gettext_lazy("อำเภอ"),
    "group": gettext_lazy("กลุ่มเกษตรกร"),
}
KIND_TITLES: Final[dict[Kind, str | Promise]] = {
    Kind.GROUP: gettext_lazy("กลุ่มเกษตรกร"),
    Kind.PROGRAMME: gettext_lazy("โปรแกรมท่องเที่ยวชุมชน"),
    Kind.PAGE: gettext_lazy("เรื่องราวและของดี"),
}
_VALUE: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One box to tick."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """The boxes of one dimension."""

    name: str
    title: str | Promise
    values: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Other:
    """Something found that is no product."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search, as its page shows it."""

    product_ids: tuple[int, ...]
    choices: tuple[Choices, ...]
    chosen: int
    others: tuple[tuple[str | Promise, tuple[Other, ...]], ...]
    corrected_to: str
    window: str
    remarks: tuple[str, ...]


def chosen_in(query: QueryDict) -> dict[str, frozenset[str]]:
    """The choices in an address; anything that is no value is left out."""
    return {
        name: frozenset(value for value in query.getlist(name)[:40] if _VALUE.fullmatch(value))
        for name in DIMENSIONS
    }


def find(text: str, query: QueryDict) -> Found:
    """Search for a page.

    Args:
        text: the words of the search box.
        query: the address, with what was ticked.
    """
    chosen = chosen_in(query)
    result = search(
        SearchRequest(text, filters=chosen, offered=query.get("offered") == "1", limit=MOST)
    )
    window = ""
    if result.window is not None and result.window.last.year < 9000:
        first, last = result.window.first, result.window.last
        window = format_date(first, "day") if first == last else format_range(first, last)
    return Found(
        product_ids=tuple(hit.id for hit in result.hits if hit.kind is Kind.PRODUCT),
        choices=_choices(result, chosen),
        chosen=sum(map(len, chosen.values())),
        others=_others(result),
        corrected_to=result.corrected_to or "",
        window=window,
        remarks=tuple(_remarks(result)),
    )


def _remarks(result: SearchResult) -> list[str]:
    told = []
    if "window" in result.relaxed:
        told.append(_("ยังไม่มีของตามวันที่หรือจำนวนที่พิมพ์ จึงแสดงทุกวัน"))
    if "price" in result.relaxed:
        told.append(_("ยังไม่มีของในราคาที่พิมพ์ จึงแสดงทุกราคา"))
    return told


def _choices(result: SearchResult, chosen: dict[str, frozenset[str]]) -> tuple[Choices, ...]:
    labels = {name: _labels(name) for name in TITLES}
    found = []
    for name, title in TITLES.items():
        counts = {one.value: one.count for one in result.facets.get(name, ())}
        counts.update({value: 0 for value in chosen[name] if value not in counts})
        values = tuple(
            Choice(value, labels[name][value], count, value in chosen[name])
            for value, count in counts.items()
            if value in labels[name]
        )
        if values and (len(values) > 1 or chosen[name]):
            found.append(Choices(name, title, values))
    return tuple(found)


def _labels(name: str) -> dict[str, str]:
    thai = get_language() in (None, "th")
    if name == "district":
        return {one.code: str(one) for one in District.objects.all()}
    if name == "standard":
        return {one.code: str(one) for one in Standard.objects.all()}
    if name == "category":
        return {one.code or "": one.label for one in Category.objects.filter(is_public=True)}
    if name == "group":
        return {
            str(pk): name_th if thai else name_en or name_th
            for pk, name_th, name_en in FarmerGroup.objects.values_list("pk", "name_th", "name_en")
        }
    if name == "season":
        return {IN_SEASON: _("กำลังออก")}
    bands = {band: _("%(band)s บาท") % {"band": band.replace("-", "–")} for _most, band in BANDS}
    return {**bands, DEAREST: _("200 บาทขึ้นไป")}


def _others(result: SearchResult) -> tuple[tuple[str | Promise, tuple[Other, ...]], ...]:
    found = []
    for kind, title in KIND_TITLES.items():
        rows = [hit for hit in result.hits if hit.kind is kind][:OTHERS_SHOWN]
        if rows:
            found.append((title, tuple(Other(name_of(hit), address_of(hit)) for hit in rows)))
    return tuple(found)


def name_of(hit: Hit) -> str:
    """A hit's name in the reader's language."""
    return hit.name_th if get_language() in (None, "th") else hit.name_en or hit.name_th


def address_of(hit: Hit) -> str:
    """Where a hit leads, in the reader's language; a group to what it offers."""
    if hit.kind is Kind.GROUP:
        return f"{reverse('catalogue:index')}?group={hit.id}"
    if get_language() in (None, "th"):
        return hit.url
    return hit.url_en or hit.url
