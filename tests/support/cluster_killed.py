"""The double of Elasticsearch killed and put up again, empty, while people search and offers change.

Readers ask the catalogue's page, a writer changes offers and tells the cluster, each in a thread of
its own with its own connection. Needs a database that commits and `SEARCH_URL` at the double.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.db import connections
from django.db.models import F
from django.test import Client
from osmem_server import OsmemServer

from catalogue.search import documents
from catalogue.search.backends.base import OFFER
from catalogue.search.remote import RemoteIndex
from catalogue.search.tasks import tell_the_cluster
from catalogue.supply.models import HarvestOffer

READERS = 4


@dataclass
class Storm:
    """What happened: answers by status, changes written, and offers the cluster has otherwise."""

    statuses: Counter[int] = field(default_factory=Counter)
    changes: int = 0
    differing: list[int] = field(default_factory=list)


def killed_under_load(
    server: OsmemServer, index: RemoteIndex, queries: Sequence[str], *, seconds: float
) -> Storm:
    """Kill the double after a third of the time, put an empty one in its place after two thirds.

    Args:
        server: the double, running; it is dead afterwards, as is the one put in its place.
        index: the cluster's index behind it, made already.
        queries: what the readers search for, in turn.
        seconds: how long the readers and the writer go on.
    """
    storm = Storm()
    over = threading.Event()
    lock = threading.Lock()
    offers = list(HarvestOffer.objects.order_by("pk").values_list("pk", flat=True))

    def read(number: int) -> None:
        client, turn = Client(), number
        while not over.is_set():
            page = client.get("/catalogue/", {"q": queries[turn % len(queries)]})
            turn += 1
            with lock:
                storm.statuses[page.status_code] += 1

    def write() -> None:
        while not over.is_set():
            pk = offers[storm.changes % len(offers)]
            HarvestOffer.objects.filter(pk=pk).update(
                promisable_qty=F("promisable_qty") - 1, policy_qty=F("policy_qty") - 1
            )
            storm.changes += 1
            tell_the_cluster()

    with ThreadPoolExecutor(READERS + 1) as pool:
        going = [pool.submit(closing, read, number) for number in range(READERS)]
        going.append(pool.submit(closing, write))
        try:
            time.sleep(seconds / 3)
            server.process.kill()
            server.process.wait()
            time.sleep(seconds / 3)
            again = OsmemServer.start(addr=server.url.removeprefix("http://"))
            time.sleep(seconds / 3)
        finally:
            over.set()
        for one in going:
            one.result()
    try:
        tell_the_cluster()
        storm.differing = differing(index)
    finally:
        again.close()
        for dead in (server, again):
            for pipe in (dead.process.stdin, dead.process.stdout):
                if pipe is not None:
                    pipe.close()
    return storm


def closing(work: Callable[..., None], *args: int) -> None:
    """Do a thread's work and leave no connection behind."""
    try:
        work(*args)
    finally:
        connections.close_all()


def differing(index: RemoteIndex) -> list[int]:
    """The offers that the cluster lacks, has too many, or holds with another quantity."""
    index.client.indices.refresh(index="*")
    true = {row.id: row.free_qty for row in documents.offers(None)}
    answer = index.client.search(
        index=f"{index.prefix}-offers", query={"term": {"gone": False}}, size=10_000
    )
    kept = {int(hit["_id"]): hit["_source"]["free"] for hit in answer["hits"]["hits"]}
    assert index.counts().get(OFFER, 0) == len(kept)
    return sorted(pk for pk in true.keys() | kept.keys() if true.get(pk) != kept.get(pk))
