"""A cluster that is killed and comes back empty while people search and offers change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from osmem_server import OsmemServer

from catalogue.search import remote
from catalogue.search.remote import RemoteIndex
from catalogue.search.services import embedded, rebuild
from catalogue.supply.models import HarvestOffer
from marketplace.common import clock
from tests.support.cluster_killed import READERS, killed_under_load
from tests.support.goods import make_goods, product
from tests.support.osmem import PlainJsonNode

OFFERS = 40


@pytest.fixture
def cluster(committed_db: Any, settings: Any, tmp_path: Path) -> Iterator[OsmemServer]:
    server = OsmemServer.start()
    settings.SEARCH_URL = server.url
    settings.SEARCH_FALLBACK = str(tmp_path / "index")
    settings.SEARCH_CLIENT_OPTIONS = {"node_class": PlainJsonNode}
    remote._remote.cache_clear()
    yield server
    remote._remote.cache_clear()
    server.close()
    for pipe in (server.process.stdin, server.process.stdout):
        if pipe is not None:
            pipe.close()


def test_no_page_fails_and_no_change_is_lost_while_the_cluster_dies_and_comes_back(
    cluster: OsmemServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "OPEN_SECONDS", 0.5)
    made = make_goods()
    today = clock.today()
    for number in range(OFFERS):
        HarvestOffer.objects.create(
            product=product(("มังคุด", "ผักบุ้งจีน")[number % 2]),
            group=(made.group, made.other_group)[number // 2 % 2],
            grade="A",
            first_day=today + timedelta(number % 7),
            last_day=today + timedelta(number % 7 + 5),
            offered_qty=9_000_000,
            policy_qty=9_000_000,
            promisable_qty=9_000_000,
        )
    index = remote.remote()
    assert isinstance(index, RemoteIndex)
    rebuild(embedded())
    rebuild(index)
    storm = killed_under_load(cluster, index, ["มังคุด", "ผักบุ้ง", "mangosteen"], seconds=6)
    assert set(storm.statuses) == {200}
    assert storm.statuses[200] > READERS
    assert storm.changes > 3
    assert storm.differing == []
