"""How pages and programmes become what the market's search keeps: one document for all languages.

A page and its translations are one thing to whoever looks for it; the answer leads to the page in
the reader's language.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from wagtail.models import Page

from catalogue.search.types import Document, Kind, Name, NameKind
from cms.models import CommunityPage, GIProductPage, ProgrammePage, PublicPage

_TAG = re.compile(r"<[^>]+>")


def pages(ids: Collection[int] | None) -> Iterator[Document]:
    """Documents of published pages below the first one; the Thai page's primary key is the id."""
    for versions in _translations():
        thai = versions.get("th")
        if thai is None or isinstance(thai, ProgrammePage):
            continue
        if ids is not None and not {one.pk for one in versions.values()} & {*ids}:
            continue
        english = versions.get("en")
        names = [Name(one.title, NameKind.NAME) for one in versions.values()]
        for one in versions.values():
            if isinstance(one, GIProductPage):
                names += [Name(text) for text in (one.name_roman, one.name_other) if text]
            if isinstance(one, CommunityPage):
                names += _places(one)
        yield Document(
            kind=Kind.PAGE,
            id=thai.pk,
            name_th=thai.title,
            name_en=english.title if english else "",
            names=tuple(dict.fromkeys(names)),
            body=" ".join(text for one in versions.values() for text in _texts(one)),
            url=thai.get_url() or "",
            url_en=(english.get_url() or "") if english else "",
        )


def programmes(ids: Collection[int] | None) -> Iterator[Document]:
    """Documents of what communities offer visitors; the Thai page's primary key is the id."""
    for versions in _translations():
        thai, english = versions.get("th"), versions.get("en")
        if not isinstance(thai, ProgrammePage):
            continue
        if ids is not None and not {one.pk for one in versions.values()} & {*ids}:
            continue
        community = thai.community
        names = [Name(one.title, NameKind.NAME) for one in versions.values()]
        yield Document(
            kind=Kind.PROGRAMME,
            id=thai.pk,
            name_th=thai.title,
            name_en=english.title if english else "",
            names=tuple(dict.fromkeys([*names, *_places(community)])),
            body=" ".join(
                [
                    *(text for one in versions.values() for text in _texts(one)),
                    str(thai.told("halal")),
                    community.title,
                ]
            ),
            url=thai.get_url() or "",
            url_en=(english.get_url() or "") if english else "",
        )


def _translations() -> Iterator[dict[str, PublicPage]]:
    """Published pages by language, one dictionary for each page with its translations."""
    found: dict[Any, dict[str, PublicPage]] = defaultdict(dict)
    rows = Page.objects.live().public().filter(depth__gt=2).select_related("locale").specific()
    for page in rows.order_by("path"):
        if isinstance(page, PublicPage):
            found[page.translation_key][page.locale.language_code] = page
    yield from found.values()


def _places(page: CommunityPage) -> list[Name]:
    return [
        Name(page.district.name_th, NameKind.PLACE),
        Name(page.district.name_en, NameKind.PLACE),
    ]


def _texts(page: PublicPage) -> Iterator[str]:
    yield page.summary
    for field in ("body", "facts"):
        stream = getattr(page, field, None)
        if stream is not None:
            yield from _strings(stream.get_prep_value())
    if isinstance(page, CommunityPage | ProgrammePage):
        yield from (page.halal, page.prayer, page.from_hat_yai, page.from_padang_besar)
    if isinstance(page, CommunityPage):
        yield from (page.getting_there, page.languages_spoken)
    if isinstance(page, ProgrammePage):
        yield from (page.included, page.months_note, *_strings(page.steps.get_prep_value()))


def _strings(value: Any) -> Iterator[str]:
    """Every text inside a stream's plain value, without its marks."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("id", "type"):
                yield from _strings(inner)
    elif isinstance(value, str):
        if text := _TAG.sub(" ", value).strip():
            yield text
    elif isinstance(value, Iterable):
        for inner in value:
            yield from _strings(inner)
