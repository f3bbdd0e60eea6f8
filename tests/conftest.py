"""Fixtures for every test: a cloned database, a clock that stands still when asked, a clean
language.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from marketplace.common import clock
from tests.support import databases

pytest_plugins = ["tests.support.market"]

# How fast a rule is, the benchmarks say: on a busy machine a deadline tells of the machine alone.
hypothesis_settings.register_profile("market", deadline=None)
hypothesis_settings.load_profile("market")


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[Any]:
    """Clone the migrated template for this process."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with django_db_blocker.unblock():
        database = databases.choose(worker)
        database.prepare()
    yield database
    with django_db_blocker.unblock():
        database.dispose()


@pytest.fixture
def committed_db(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Any]:
    """A database that really commits; cloned anew afterwards, so guards and base rows stand
    throughout.
    """
    with django_db_blocker.unblock():
        try:
            yield django_db_setup
        finally:
            django_db_setup.renew()


@pytest.fixture(scope="session")
def _index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("search")


_numbers = itertools.count()


@pytest.fixture(autouse=True)
def _same_start(_index_folder: Path) -> Iterator[None]:
    cache.clear()
    translation.activate("th")
    # What a test changes is rolled back, so the index it may make is its own.
    index = _index_folder / str(next(_numbers))
    settings.SEARCH_URL = f"embedded://{index}"
    yield
    clock.set_clock(None)
    translation.activate("th")
    for left in _index_folder.glob(f"{index.name}*"):
        left.unlink()


@pytest.fixture
def stop_clock() -> Iterator[Any]:
    """Set the one clock: `stop_clock(datetime)`; it is let go after the test."""

    def stop(moment: datetime) -> datetime:
        clock.set_clock(moment)
        return moment

    yield stop
    clock.set_clock(None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what needs PostgreSQL on SQLite; on PostgreSQL run only what is meant to run everywhere."""
    on_postgres = connection.vendor == "postgresql"
    for item in items:
        if "postgres" in item.keywords and not on_postgres:
            item.add_marker(pytest.mark.skip(reason="runs on PostgreSQL"))
