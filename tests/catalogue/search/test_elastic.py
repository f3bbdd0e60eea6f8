"""The cluster answers as the embedded index does, and its illness shows on no page.

The cluster here is a double in memory (see `tests.support.osmem`); with SEARCH_TEST_URL the same tests
run against a real one.
"""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from osmem_server import OsmemServer

from catalogue.models import Product
from catalogue.search import engine, remote
from catalogue.search.backends.base import OFFER, BackendDown, Change
from catalogue.search.reading import library, search
from catalogue.search.remote import Breaker, RemoteIndex
from catalogue.search.services import catch_up, embedded, rebuild
from catalogue.search.tasks import tell_the_cluster
from catalogue.search.types import Document, Kind, Name, SearchRequest, Window
from catalogue.supply.models import HarvestOffer
from marketplace.common import clock
from marketplace.common.dates import BANGKOK
from tests.support.goods import Goods, make_goods, product
from tests.support.osmem import PlainJsonNode
from tests.support.search_quality import judged_queries, mean

pytestmark = pytest.mark.django_db

TODAY = date(2026, 12, 9)


@pytest.fixture(autouse=True)
def _today(stop_clock: Any) -> None:
    stop_clock(datetime(2026, 12, 9, 9, tzinfo=BANGKOK))


@pytest.fixture(scope="module")
def cluster_url() -> Iterator[str]:
    given = os.environ.get("SEARCH_TEST_URL")
    if given:
        yield given
        return
    with OsmemServer.start() as server:
        yield server.url
    if server.process.stdout is not None:
        server.process.stdout.close()


@pytest.fixture
def index(cluster_url: str) -> Iterator[RemoteIndex]:
    # What is tried here is what it answers, however busy the machine is.
    options: dict[str, Any] = {"read_seconds": 60}
    if "SEARCH_TEST_URL" not in os.environ:
        options["node_class"] = PlainJsonNode
    made = RemoteIndex(cluster_url, f"test-{uuid.uuid4().hex[:10]}", **options)
    yield made
    made.client.close()


@pytest.fixture
def goods() -> Goods:
    made = make_goods()
    for name, group, codes in (
        ("ผักบุ้งจีน", made.group, "GAP PGS"),
        ("ผักบุ้งไทย", made.other_group, ""),
        ("มังคุด", made.group, "GAP"),
    ):
        HarvestOffer.objects.create(
            product=product(name),
            group=group,
            grade="A",
            first_day=TODAY + timedelta(1),
            last_day=TODAY + timedelta(5),
            standard_codes=codes,
            offered_qty=9_000,
            policy_qty=9_000,
            promisable_qty=9_000,
        )
    return made


def answers(request: SearchRequest, backend: Any) -> Any:
    return engine.search(
        request=request, library=library(embedded()), backend=backend, today=clock.today()
    )


def test_both_engines_give_the_same_hits_counts_and_facets(
    goods: Goods, index: RemoteIndex
) -> None:
    rebuild(embedded())
    assert rebuild(index) == embedded().counts()
    shared = []
    for one in judged_queries()[::4]:
        request = SearchRequest(one.query)
        mine, theirs = answers(request, embedded()), answers(request, index)
        found = [(hit.kind, hit.id) for hit in mine.hits]
        other = {(hit.kind, hit.id) for hit in theirs.hits}
        shared.append(mean([key in other for key in found]) if found else not other)
        assert theirs.facets == mine.facets
    assert mean(shared) >= 0.9
    day = TODAY + timedelta(3)
    for asked in (
        SearchRequest("ผักบุ้ง", window=Window(day, day)),
        SearchRequest("ผักบุ้ง", window=Window(day, day, least_qty=9_001)),
        SearchRequest("ผักบุ้ง", filters={"standard": frozenset({"PGS"})}),
        SearchRequest("", offered=True),
    ):
        assert {hit.id for hit in answers(asked, index).hits} == {
            hit.id for hit in answers(asked, embedded()).hits
        }


def test_an_older_write_loses_and_what_is_gone_stays_gone(goods: Goods, index: RemoteIndex) -> None:
    rebuild(index)
    fruit = product("มังคุด")

    def write(version: int, document: Document | None) -> None:
        index.write([Change(Kind.PRODUCT, fruit.pk, version, document)])

    def named(name: str) -> bool:
        return bool(index.texts([[name]], [Kind.PRODUCT], 10))

    new = Document(Kind.PRODUCT, fruit.pk, "ใหม่", "", (Name("ยูเรนัส"),))
    write(10**6, new)
    assert named("ยูเรนัส")
    write(10**6 - 1, Document(Kind.PRODUCT, fruit.pk, "เก่า", "", (Name("เนปจูน"),)))
    assert (named("ยูเรนัส"), named("เนปจูน")) == (True, False)
    write(10**6 + 1, None)
    write(10**6, new)
    assert not named("ยูเรนัส")


def test_a_new_generation_is_read_only_when_it_is_whole(goods: Goods, index: RemoteIndex) -> None:
    rebuild(index)
    before = index.generation()
    generation = index.begin_generation()
    index.load(generation, [])
    assert index.counts()[Kind.PRODUCT] == Product.objects.browsable().count()
    assert index.generation() == before
    index.promote(generation, database="of this test")
    assert index.counts() == {}


def test_notes_wait_for_a_cluster_and_are_taken_once_it_is_there(
    goods: Goods, index: RemoteIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuild(index)
    monkeypatch.setattr("catalogue.search.tasks.remote", lambda: index)
    HarvestOffer.objects.filter(product__title="มังคุด").update(state="closed")
    write = index.write

    def down(_changes: object) -> None:
        raise BackendDown("refused")

    monkeypatch.setattr(index, "write", down)
    tell_the_cluster()
    assert index.counts()[OFFER] == 3
    monkeypatch.setattr(index, "write", write)
    tell_the_cluster()
    assert index.counts()[OFFER] == 2
    assert catch_up(index).notes == 0


class Ill(BaseHTTPRequestHandler):
    """A cluster that answers every question with an error, or with half an answer."""

    how = "error"
    asked = 0

    def do_POST(self) -> None:
        type(self).asked += 1
        length = int(self.headers.get("content-length") or 0)
        self.rfile.read(length)
        if self.how == "half":
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", "1000")
            self.end_headers()
            self.wfile.write(b'{"took": 1, "hits": {')
            return
        self.send_response(500)
        self.send_header("content-type", "application/json")
        self.send_header("x-elastic-product", "Elasticsearch")
        self.end_headers()
        self.wfile.write(b'{"error": "ill"}')

    def log_message(self, *_args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def ill(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Ill]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Ill)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SEARCH_FALLBACK = str(tmp_path / "index")
    settings.SEARCH_URL = f"http://127.0.0.1:{server.server_port}"
    Ill.asked = 0
    remote._remote.cache_clear()
    yield Ill
    remote._remote.cache_clear()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("how", ["error", "half"])
def test_an_ill_cluster_is_left_alone_after_three_failures_and_no_page_shows_it(
    goods: Goods, ill: type[Ill], how: str, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ill, "how", how)
    for _turn in range(6):
        page = client.get("/catalogue/?q=มังคุด")
        assert page.status_code == 200
        assert [card.product.title for card in page.context["shelf"].cards] == ["มังคุด"]
    assert ill.asked == 3


def test_a_cluster_that_is_not_there_costs_no_answer(
    goods: Goods, settings: Any, tmp_path: Path
) -> None:
    settings.SEARCH_FALLBACK = str(tmp_path / "index")
    settings.SEARCH_URL = "http://127.0.0.1:9"
    remote._remote.cache_clear()
    answer = search(SearchRequest("มังคุด", kind=Kind.PRODUCT))
    assert (answer.backend, answer.hits[0].name_th) == ("embedded", "มังคุด")
    remote._remote.cache_clear()


def test_after_the_pause_one_search_tries_and_its_answer_decides() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    for _turn in range(2):
        breaker.failed()
    now[0] = 11
    breaker.failed()
    assert breaker.allows()  # three, but not within ten seconds
    for _turn in range(2):
        breaker.failed()
    assert not breaker.allows()
    now[0] += 15
    assert breaker.allows()
    assert not breaker.allows()  # the others wait for the one that tries
    breaker.answered()
    assert breaker.allows()
