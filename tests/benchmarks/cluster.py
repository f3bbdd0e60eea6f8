"""The double of Elasticsearch beside the embedded index: the same top ten, and a death under load.

The double lives in memory and is NOT Elasticsearch: its speed says nothing, so none is printed.
"""

from __future__ import annotations

import random

from django.conf import settings
from osmem_server import OsmemServer

from catalogue.models import Product
from catalogue.partner.services import ListingInput, guide_rows, list_products
from catalogue.search import engine
from catalogue.search.backends.base import SearchBackend
from catalogue.search.reading import library
from catalogue.search.remote import RemoteIndex, remote
from catalogue.search.services import embedded, rebuild
from catalogue.search.types import SearchRequest
from marketplace.common import clock
from tests.benchmarks.catalogue import _fill
from tests.support import databases
from tests.support.cluster_killed import killed_under_load
from tests.support.goods import make_goods, published
from tests.support.osmem import PlainJsonNode
from tests.support.search_quality import judged_queries, mean

OFFERS = 2_000
SECONDS = 30
TOP = 10


def run() -> list[tuple[str, str, str]]:
    """Compare the two engines' answers, then kill the cluster while people search."""
    database = databases.choose("cluster")
    database.prepare()
    server = OsmemServer.start()
    settings.SEARCH_URL = server.url
    settings.SEARCH_FALLBACK = str(settings.VAR_DIR / "bench-search")
    settings.SEARCH_CLIENT_OPTIONS = {"node_class": PlainJsonNode}
    try:
        return _measure(server)
    finally:
        server.close()
        database.dispose()


def _measure(server: OsmemServer) -> list[tuple[str, str, str]]:
    goods = make_goods()
    products = list(Product.objects.order_by("pk"))
    published(clock.today(), *guide_rows(products=products, grades=["A", "B"]))
    list_products(by=None, listings=[ListingInput(p, goods.cooperative) for p in products])
    _fill(OFFERS, products, [goods.group.pk, goods.other_group.pk], random.Random(2570))
    index = remote()
    assert isinstance(index, RemoteIndex)
    rebuild(embedded())
    rebuild(index)
    queries = [one.query for one in judged_queries()]
    shared = []
    for text in queries:
        mine, theirs = _top(text, embedded()), _top(text, index)
        if mine or theirs:
            shared.append(len(mine & theirs) / max(len(mine), len(theirs)))
    storm = killed_under_load(server, index, queries, seconds=SECONDS)
    asked = sum(storm.statuses.values())
    lost = asked - storm.statuses[200]
    alike = f"search: the same top {TOP} in both engines, {len(shared)} queries"
    return [
        (alike, f"{100 * mean(shared):.1f} %", "≥ 90 %"),
        (f"cluster killed under load: of {asked:,} pages not answered", str(lost), "0"),
        (f"  of {storm.changes:,} changes lost", str(len(storm.differing)), "0"),
    ]


def _top(text: str, backend: SearchBackend) -> set[tuple[str, int]]:
    answer = engine.search(
        request=SearchRequest(text, with_facets=False),
        library=library(embedded()),
        backend=backend,
        today=clock.today(),
    )
    return {(str(hit.kind), hit.id) for hit in answer.hits[:TOP]}
