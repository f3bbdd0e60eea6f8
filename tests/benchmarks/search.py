"""The search at 100,000 offers with five facets: time inside, suggestions, rebuilding, freshness.

Time is wall time of one process over the judged queries, the first answer after a change left out
where it says so. Quality is measured on the same index, with slips of a seed nobody has seen.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from statistics import median, quantiles

from django.test import Client
from django.urls import reverse

from catalogue.models import Product
from catalogue.partner.services import ListingInput, guide_rows, list_products
from catalogue.search import engine
from catalogue.search.reading import library, search, suggest
from catalogue.search.services import embedded, rebuild
from catalogue.search.types import Kind, SearchRequest
from marketplace.common import clock
from marketplace.parties.models import FarmerGroup, Stage
from tests.benchmarks.catalogue import _fill
from tests.support import databases
from tests.support.goods import make_goods, published
from tests.support.search_quality import judged_queries, mean, ndcg, slips

OFFERS = 100_000


def run() -> list[tuple[str, str, str]]:
    """Measure what somebody who looks for something waits for."""
    database = databases.choose("search")
    database.prepare()
    try:
        return _measure()
    finally:
        database.dispose()


def _measure() -> list[tuple[str, str, str]]:
    goods = make_goods()
    products = list(Product.objects.order_by("pk"))
    published(clock.today(), *guide_rows(products=products, grades=["A", "B"]))
    list_products(by=None, listings=[ListingInput(p, goods.cooperative) for p in products])
    groups = [goods.group.pk, goods.other_group.pk] + [
        FarmerGroup.objects.create(
            code=f"G-{number}",
            name_th=f"กลุ่มที่ {number} ตัวอย่าง",
            stage=Stage.ACTIVE,
            district_id=str(9001 + number % 16),
        ).pk
        for number in range(198)
    ]
    _fill(OFFERS, products, groups, random.Random(2570))
    backend = embedded()
    started = time.perf_counter()
    rebuild(backend)
    rows = [(f"search: index of {OFFERS:,} offers made anew", _s(started), "< 60 s")]
    queries = [one.query for one in judged_queries()]
    search(SearchRequest(queries[0]))
    inside = _timed(queries, lambda text: search(SearchRequest(text)))
    rows.append(("search with five facets, inside, p50 / p99", _pair(inside), "15 / 50 ms"))
    client = Client()
    client.get("/catalogue/", {"q": queries[0]})
    http = _timed(queries[::3], lambda text: client.get("/catalogue/", {"q": text}))
    rows.append(("search page over HTTP, p50 / p95", _pair(http, 95), "p95 100 ms"))
    starts = [text[:length] for text in queries for length in range(2, len(text) + 1)]
    typing = _timed(starts, lambda text: suggest(text))
    rows.append(("suggestions inside, p50 / p99", _pair(typing), "p99 10 ms"))
    assert client.get(reverse("search:suggest"), {"q": "ส้ม"}).status_code == 200
    changed = products[0]
    started = time.perf_counter()
    Product.objects.filter(pk=changed.pk).update(aliases="ยูเรนัสเนปจูน")
    assert search(SearchRequest("ยูเรนัสเนปจูน")).hits[0].id == changed.pk
    rows.append(("search: a change is found after", _s(started), "< 2 s"))
    return rows + _quality(products)


def _quality(products: Sequence[Product]) -> list[tuple[str, str, str]]:
    codes = {one.pk: one.upc or "" for one in products}
    backend = embedded()
    known = library(backend)

    def found(text: str) -> list[str]:
        answer = engine.search(
            request=SearchRequest(text, kind=Kind.PRODUCT, with_facets=False),
            library=known,
            backend=backend,
            today=clock.today(),
        )
        return [codes[hit.id] for hit in answer.hits]

    judged = judged_queries()
    answers = [(one, found(one.query)) for one in judged]
    rows = [
        (
            f"search: nDCG@10 of {len(judged)} judged queries",
            f"{mean([ndcg(answer, one.grades) for one, answer in answers]):.3f}",
            "≥ 0.92",
        ),
        (
            "  of them without an answer",
            f"{100 * mean([not answer for _one, answer in answers]):.1f} %",
            "≤ 2 %",
        ),
    ]
    for what, names in (("Thai", "title"), ("English", "title_en")):
        pairs = [(codes[one.pk], str(getattr(one, names))) for one in products]
        typed = list(slips(pairs, seed=random.SystemRandom().randrange(10**6), count=500))
        ranks = []
        for code, text in typed:
            answer = found(text)
            ranks.append(1 / (answer.index(code) + 1) if code in answer else 0.0)
        rows.append((f"search: MRR of 500 fresh {what} slips", f"{mean(ranks):.3f}", "≥ 0.95"))
    return rows


def _timed(texts: Sequence[str], work: Callable[[str], object]) -> list[float]:
    """Milliseconds of each."""
    found = []
    for text in texts:
        started = time.perf_counter()
        work(text)
        found.append((time.perf_counter() - started) * 1000)
    return found


def _pair(values: Sequence[float], at: int = 99) -> str:
    return f"{median(values):.1f} / {quantiles(values, n=100)[at - 1]:.1f} ms"


def _s(started: float) -> str:
    return f"{time.perf_counter() - started:.2f} s"
