"""The cluster as an index that is kept true, and the switch that leaves it alone while it is ill.

Searching never waits long for a cluster: three failures within ten seconds open the breaker, and
for fifteen seconds every search is answered by the embedded index. Writes wait as notes.
"""

from __future__ import annotations

import fcntl
import hashlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from catalogue.search.analysis import analyser_version
from catalogue.search.backends.base import BackendDown
from catalogue.search.backends.elastic import ElasticBackend
from catalogue.search.models import SearchCursor
from marketplace.common.clock import today

FAILURES: Final = 3
WITHIN_SECONDS: Final = 10.0
OPEN_SECONDS: Final = 15.0


class Breaker:
    """Says whether a cluster may be asked.

    Args:
        clock: seconds that only rise.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: deque[float] = deque(maxlen=FAILURES)
        self._opened: float | None = None
        self._lock = threading.Lock()

    def allows(self) -> bool:
        """Whether to ask; after the pause one search tries, the others wait for its answer."""
        with self._lock:
            if self._opened is None:
                return True
            if self._clock() - self._opened < OPEN_SECONDS:
                return False
            self._opened = self._clock()
            return True

    def failed(self) -> None:
        """It did not answer."""
        with self._lock:
            now = self._clock()
            self._failures.append(now)
            if len(self._failures) == FAILURES and now - self._failures[0] <= WITHIN_SECONDS:
                self._opened = now

    def answered(self) -> None:
        """It answered."""
        with self._lock:
            self._failures.clear()
            self._opened = None


class RemoteIndex(ElasticBackend):
    """A cluster's index with its memory of notes in the database."""

    def __init__(self, url: str, prefix: str, **options: Any) -> None:
        super().__init__(url, prefix, **options)
        self.breaker = Breaker()

    def stands(self) -> bool:
        """Whether there is an index that this analysis can read."""
        cursor = self._cursor()
        return cursor.analyser == analyser_version() and bool(self.generation())

    def low_mark(self) -> int:
        """Notes up to this sequence number are in for good."""
        return self._cursor().low_mark

    def done(self) -> set[int]:
        """Sequence numbers above the low mark that are in."""
        return set(self._cursor().done)

    def database(self) -> str:
        """Which database it was made from."""
        return self._cursor().database

    def day(self) -> str:
        """The day on which it was last made anew, as ISO writes it."""
        return self._cursor().day

    def note_done(self, seqs: Iterable[int], low_mark: int) -> None:
        """Remember which notes are in."""
        cursor = self._cursor()
        cursor.low_mark = low_mark
        cursor.done = sorted(seq for seq in {*cursor.done, *seqs} if seq > low_mark)
        cursor.save()

    def promote(self, generation: str, *, database: str) -> None:
        """As `SearchBackend`."""
        super().promote(generation, database=database)
        cursor = self._cursor()
        cursor.analyser, cursor.database = analyser_version(), database
        cursor.day = today().isoformat()
        cursor.save()

    @contextmanager
    def making(self) -> Iterator[None]:
        """Make indexes one at a time, among all processes of this machine."""
        name = hashlib.sha256(self.prefix.encode()).hexdigest()[:12]
        path = Path(settings.VAR_DIR) / f"search-{name}.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _cursor(self) -> SearchCursor:
        return SearchCursor.objects.get_or_create(name=self.prefix)[0]


@cache
def _remote(url: str, prefix: str) -> RemoteIndex:
    return RemoteIndex(url, prefix, **getattr(settings, "SEARCH_CLIENT_OPTIONS", {}))


def remote() -> RemoteIndex | None:
    """The cluster that `SEARCH_URL` names, or None."""
    url = str(settings.SEARCH_URL)
    if not url.startswith(("http://", "https://")):
        return None
    return _remote(url, str(settings.SEARCH_PREFIX))


__all__ = ["BackendDown", "Breaker", "RemoteIndex", "remote"]
