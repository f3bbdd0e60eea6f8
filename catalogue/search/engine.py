"""One search: understand a text, find by names and words, narrow, count, order.

Engines keep and count; what is found and in which order is decided here, so it is the same
whichever engine answered. Only ids leave: prices, stock and permissions are read from the
database where they are shown.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from catalogue.search.backends.base import Cube, SearchBackend
from catalogue.search.facets import Narrowed, ProductFacts, narrow
from catalogue.search.lexicon import Concept, Lexicon
from catalogue.search.types import (
    Document,
    Hit,
    Kind,
    SearchRequest,
    SearchResult,
    Window,
)
from catalogue.search.understanding import Understood, understand

KEPT_SHARE: Final = 0.34
"""Of the best hit's score: what scores less only shares a word with what was asked."""
RELATED_LEAST: Final = 0.95
"""From this score on a product was named outright, and its substitutes follow it."""
BODY_SHARE: Final = 0.45
MOST_TEXTS: Final = 200
ONLY_NARROWED: Final = 0.5
"""Score of what is found by a place or a standard alone."""


@dataclass(frozen=True, slots=True)
class Library:
    """All documents with their names, as read from an index once."""

    lexicon: Lexicon
    by_key: Mapping[str, int]
    """Place of each document by its key."""

    @classmethod
    def of(cls, lexicon: Lexicon) -> Library:
        return cls(lexicon, {one.key: place for place, one in enumerate(lexicon.documents)})


def search(
    *, request: SearchRequest, library: Library, backend: SearchBackend, today: date
) -> SearchResult:
    """Answer a request.

    Args:
        request: what is asked.
        library: documents and their names.
        backend: where words are looked up and offers counted.
        today: the day in Bangkok.

    Raises:
        BackendDown: the engine did not answer.
    """
    started = time.perf_counter()
    asked = understand(request.text, today)
    reading = library.lexicon.read(asked.rest) if asked.rest else None
    concepts = reading.concepts if reading else ()
    scores = _scores(concepts, library, backend, request.kind)
    products = {
        library.lexicon.documents[place].id: score
        for place, score in scores.items()
        if library.lexicon.documents[place].kind is Kind.PRODUCT
    }
    relaxed: list[str] = []
    narrowed = Narrowed(frozenset(), {})
    if request.kind in (None, Kind.PRODUCT):
        narrowed, products, relaxed = _products(
            request, asked, concepts, products, library, backend, today
        )
    others = _others(request, asked, concepts, scores, library)
    hits = [
        _hit(library, f"{Kind.PRODUCT}:{pk}", products[pk]) for pk in narrowed.products
    ] + others
    hits = [hit for hit in hits if request.kind is None or hit.kind is request.kind]
    hits.sort(
        key=lambda hit: (-round(hit.score, 4), list(Kind).index(hit.kind), hit.name_th, hit.id)
    )
    totals: dict[str, int] = {}
    for hit in hits:
        totals[hit.kind] = totals.get(hit.kind, 0) + 1
    return SearchResult(
        hits=tuple(hits[request.offset : request.offset + request.limit]),
        total=len(hits),
        facets=narrowed.facets if request.with_facets else {},
        corrected_to=reading.corrected if reading else None,
        backend=backend.name,
        took_ms=round((time.perf_counter() - started) * 1000, 2),
        window=request.window or (None if "window" in relaxed else asked.window),
        understood=asked.told,
        relaxed=tuple(relaxed),
        totals=totals,
    )


def _scores(
    concepts: Sequence[Concept],
    library: Library,
    backend: SearchBackend,
    kind: Kind | None,
) -> dict[int, float]:
    """How well every document answers: by its names, and by the words in its text."""
    documents = library.lexicon.documents
    scores = library.lexicon.scores(concepts)
    naming = [one for one in concepts if one.marker is None]
    if len(naming) < len(concepts):
        # A place or a standard narrows products; groups and pages are found by it as by a name.
        by_name = library.lexicon.scores(naming)
        scores = {
            place: score
            for place, score in scores.items()
            if documents[place].kind is not Kind.PRODUCT
        } | {
            place: score
            for place, score in by_name.items()
            if documents[place].kind is Kind.PRODUCT
        }
    named = any(score >= 0.3 for score in scores.values())
    kinds = [one for one in Kind if not (named and one is Kind.PRODUCT)]
    if kind is not None:
        kinds = [one for one in kinds if one is kind]
    looked_for = [one.words for one in concepts]
    if looked_for and kinds:
        texts = backend.texts(looked_for, kinds, MOST_TEXTS)
        top = max((score for _key, score in texts), default=0.0)
        for key, score in texts:
            place = library.by_key.get(key)
            if place is not None and top > 0:
                scores[place] = max(scores.get(place, 0.0), BODY_SHARE * score / top)
    return scores


def _products(
    request: SearchRequest,
    asked: Understood,
    concepts: Sequence[Concept],
    scores: dict[int, float],
    library: Library,
    backend: SearchBackend,
    today: date,
) -> tuple[Narrowed, dict[int, float], list[str]]:
    """The products that answer, with their scores and what had to be let go."""
    facts = _facts(library.lexicon.documents, today)
    naming = [one for one in concepts if one.marker is None]
    scores = {pk: score for pk, score in scores.items() if pk in facts}
    if naming:
        scores = _worth_showing(scores)
    else:
        scores = dict.fromkeys(facts, ONLY_NARROWED)
    if naming and not scores:
        return Narrowed(frozenset(), {}), {}, []
    relaxed: list[str] = []
    typed = asked.window
    if typed is not None and asked.least_qty:
        typed = Window(typed.first, typed.last, asked.least_qty)
    window = request.window or typed
    if window is None and asked.least_qty:
        window = Window(today, date.max, asked.least_qty)
    everything = len(scores) == len(facts)

    def counted(days: Window | None) -> list[Cube]:
        return backend.cubes(None if everything else scores.keys(), days, today)

    def found(cubes: Sequence[Cube], *, offered: bool, prices: bool) -> Narrowed:
        return narrow(
            {pk: facts[pk] for pk in scores},
            cubes,
            request.filters,
            offered=offered,
            low_satang=asked.low_satang if prices else None,
            high_satang=asked.high_satang if prices else None,
        )

    cubes = counted(window)
    prices = bool(asked.low_satang or asked.high_satang)
    must = request.offered or window is not None
    narrowed = found(cubes, offered=must, prices=prices)
    if not narrowed.products and prices:
        relaxed.append("price")
        narrowed = found(cubes, offered=must, prices=False)
    if not narrowed.products and window is not None and request.window is None:
        relaxed.append("window")
        cubes = counted(None)
        narrowed = found(cubes, offered=request.offered, prices=False)
    offered = {cube.product_id for cube in cubes}
    months = asked.month or today.month
    places = {one.id: one.months for one in library.lexicon.documents if one.kind is Kind.PRODUCT}
    markers = [one.marker for one in concepts if one.marker is not None]
    for pk in scores:
        for marker in markers:
            met = any(
                cube.product_id == pk
                and (
                    cube.district in marker.values
                    if marker.dimension == "district"
                    else bool(marker.values.intersection(cube.standards))
                )
                for cube in cubes
            )
            scores[pk] = scores[pk] + 0.1 if met else scores[pk] * 0.85
        in_season = places[pk][months - 1 : months] in ("1", "2")
        scores[pk] += 0.01 * (pk in offered) + 0.004 * in_season
        if (asked.month or asked.in_season) and not in_season:
            scores[pk] *= 0.9
    if markers and not naming:
        met_any = frozenset(pk for pk in narrowed.products if scores[pk] > ONLY_NARROWED)
        narrowed = Narrowed(met_any, narrowed.facets)
    if asked.in_season:
        kept = frozenset(
            pk for pk in narrowed.products if places[pk][months - 1 : months] in ("1", "2")
        )
        if kept:
            narrowed = Narrowed(kept, narrowed.facets)
    return narrowed, scores, relaxed


def _worth_showing(scores: dict[int, float]) -> dict[int, float]:
    """Leave out what only shares a word; after a product named outright its substitutes stay."""
    top = max(scores.values(), default=0.0)
    least = top * KEPT_SHARE
    if top >= RELATED_LEAST:
        return {pk: score for pk, score in scores.items() if score >= least or 0.1 <= score < 0.13}
    return {pk: score for pk, score in scores.items() if score >= least}


def _facts(documents: Sequence[Document], today: date) -> dict[int, ProductFacts]:
    return {
        one.id: ProductFacts(
            one.categories, one.months[today.month - 1 : today.month] in ("1", "2")
        )
        for one in documents
        if one.kind is Kind.PRODUCT
    }


def _others(
    request: SearchRequest,
    asked: Understood,
    concepts: Sequence[Concept],
    scores: Mapping[int, float],
    library: Library,
) -> list[Hit]:
    """Groups, programmes and pages; a reader's choices about goods do not narrow them."""
    if not concepts or any(request.filters.values()):
        return []
    found = {
        place: score
        for place, score in scores.items()
        if library.lexicon.documents[place].kind is not Kind.PRODUCT
    }
    top = max(scores.values(), default=0.0)
    return [
        _hit(library, library.lexicon.documents[place].key, score)
        for place, score in found.items()
        if score >= max(0.2, min(top, 0.6) * KEPT_SHARE)
    ]


def _hit(library: Library, key: str, score: float) -> Hit:
    document = library.lexicon.documents[library.by_key[key]]
    return Hit(
        kind=document.kind,
        id=document.id,
        name_th=document.name_th,
        name_en=document.name_en,
        score=round(score, 4),
        url=document.url,
        url_en=document.url_en,
    )
