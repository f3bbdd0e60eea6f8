"""Keeping the indexes true: making them anew, and taking in the notes of what changed.

An index is a copy. It is brought up to date from the notes the database wrote, in batches, each
thing read anew from the database, so notes may be taken twice or late and nothing is lost. A
sequence number is drawn before its transaction commits, so a lower one may appear after a higher:
notes count as settled only when they are two minutes old.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Protocol

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max, Min

from catalogue.search import documents
from catalogue.search.backends.base import OFFER, Change, SearchBackend
from catalogue.search.backends.embedded import EmbeddedBackend
from catalogue.search.hooks import sources
from catalogue.search.models import SearchNote
from marketplace.common import clock

logger = logging.getLogger(__name__)

SETTLED_SECONDS: Final = 120
BATCH: Final = 500
MOST_AT_ONCE: Final = 20_000
KEPT_SECONDS: Final = 7 * 24 * 3600


class Kept(SearchBackend, Protocol):
    """An engine together with the memory of which notes it took."""

    def stands(self) -> bool:
        """Whether there is an index that this analysis can read."""

    def low_mark(self) -> int:
        """Notes up to this sequence number are in for good."""

    def done(self) -> set[int]:
        """Sequence numbers above the low mark that are in."""

    def database(self) -> str:
        """Which database it was made from."""

    def day(self) -> str:
        """The day on which it was last made anew, as ISO writes it."""

    def making(self) -> AbstractContextManager[None]:
        """Make indexes one at a time."""

    def note_done(self, seqs: Iterable[int], low_mark: int) -> None:
        """Remember which notes are in."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one round of catching up did."""

    notes: int
    changes: int


def embedded_path() -> Path:
    """Where this database's embedded index lies: `SEARCH_URL`, or beside the database."""
    url = str(settings.SEARCH_URL)
    if url.startswith("embedded://") and len(url) > len("embedded://"):
        return Path(url.removeprefix("embedded://"))
    if settings.SEARCH_FALLBACK:
        return Path(settings.SEARCH_FALLBACK)
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return Path(f"{name}.search")
    return Path(settings.VAR_DIR) / f"search-{name}.sqlite3"


@cache
def _embedded(path: Path) -> EmbeddedBackend:
    return EmbeddedBackend(path)


@cache
def _identity(name: str) -> str:
    first = MigrationRecorder(connection).Migration.objects.aggregate(first=Min("applied"))["first"]
    return first.isoformat() if first else name


def identity() -> str:
    """What tells this database from another of the same name: when it was made."""
    return _identity(str(connection.settings_dict["NAME"]))


def embedded() -> EmbeddedBackend:
    """The embedded index of the present database; it may not stand yet."""
    return _embedded(embedded_path())


def rebuild(backend: Kept) -> dict[str, int]:
    """Make an index anew beside the one that is read, then read it instead.

    What changes meanwhile is taken in from the notes before and after the change-over.

    Returns:
        How many documents of each kind, and offers, it holds.
    """
    with backend.making():
        return _rebuild(backend)


def _rebuild(backend: Kept) -> dict[str, int]:
    started = time.perf_counter()
    last = _last_note()
    generation = backend.begin_generation()
    for source in sources():
        backend.load(
            generation, (Change(source.kind, one.id, last, one) for one in source.build(None))
        )
    backend.load(generation, (Change(OFFER, row.id, last, row) for row in documents.offers(None)))
    backend.promote(generation, database=identity())
    backend.note_done((), last)
    _take(backend)
    counts = backend.counts()
    logger.info("search index %s made in %.1f s", backend.name, time.perf_counter() - started)
    return counts


def catch_up(backend: Kept) -> Taken:
    """Take in the notes an index has not seen; an index that cannot be read is made anew."""
    if not _is_of_this_database(backend):
        with backend.making():
            # Whoever came first may have made it meanwhile.
            if not _is_of_this_database(backend):
                _rebuild(backend)
        return Taken(0, 0)
    return _take(backend)


def _take(backend: Kept) -> Taken:
    low, done = backend.low_mark(), backend.done()
    notes = [
        note
        for note in SearchNote.objects.filter(seq__gt=low)
        .order_by("seq")
        .values_list("seq", "kind", "object_id", "at")[: MOST_AT_ONCE + len(done)]
        if note[0] not in done
    ]
    if not notes:
        return Taken(0, 0)
    wanted: dict[str, dict[int, int]] = defaultdict(dict)
    for seq, kind, pk, _at in notes:
        wanted[kind][pk] = seq
    changes = 0
    for kind, ids in wanted.items():
        for batch in _batches(kind, ids):
            backend.write(batch)
            changes += len(batch)
    settled = time.time() - SETTLED_SECONDS
    old = [seq for seq, _kind, _pk, at in notes if at < settled]
    backend.note_done((seq for seq, *_rest in notes), max(old, default=low))
    return Taken(len(notes), changes)


def _is_of_this_database(backend: Kept) -> bool:
    """Whether an index stands and is a copy of the present database.

    Another database stands where one was after a backup was put back, or when it was made anew.
    """
    return (
        backend.stands()
        and backend.database() == identity()
        and _last_note() >= max(backend.low_mark(), *backend.done(), 0)
    )


def forget_notes(*, before_seconds: float | None = None) -> int:
    """Delete notes that every index has taken long ago; the newest one stays.

    Args:
        before_seconds: seconds since 1970; a week ago where none is given.
    """
    before = time.time() - KEPT_SECONDS if before_seconds is None else before_seconds
    deleted, _each = SearchNote.objects.filter(at__lt=before, seq__lt=_last_note()).delete()
    return deleted


def _last_note() -> int:
    return SearchNote.objects.aggregate(last=Max("seq"))["last"] or 0


def _batches(kind: str, ids: dict[int, int]) -> Iterator[list[Change]]:
    """Changes of one kind, read from the database now."""
    newest = max(ids.values())
    if 0 in ids:
        found = {one.id: one for one in _build(kind, None)}
        # What was in the index and is gone has a note of its own.
        every = {**dict.fromkeys(found, newest), **{pk: seq for pk, seq in ids.items() if pk}}
        changes = [Change(kind, pk, seq, found.get(pk)) for pk, seq in every.items()]
        for start in range(0, len(changes), BATCH):
            yield changes[start : start + BATCH]
        return
    wanted = sorted(ids)
    for start in range(0, len(wanted), BATCH):
        part = wanted[start : start + BATCH]
        found = {one.id: one for one in _build(kind, part)}
        yield [Change(kind, pk, ids[pk], found.get(pk)) for pk in part]


def _build(
    kind: str, ids: Collection[int] | None
) -> Iterable[documents.Document | documents.OfferRow]:
    if kind == OFFER:
        return documents.offers(ids)
    for source in sources():
        if source.kind == kind:
            return source.build(ids)
    return ()


def look_after(backend: Kept) -> Taken:
    """Do what an index needs from time to time: once a day anew, always the notes, old ones away.

    Which offers are past, what they cost and which certificates are valid changes with the day.
    """
    if backend.stands() and backend.day() != clock.today().isoformat():
        rebuild(backend)
    taken = catch_up(backend)
    forget_notes()
    return taken


def verify(backend: EmbeddedBackend) -> list[str]:
    """Compare an index with the database.

    Returns:
        What differs, one line each: counts by kind, and documents that are missing, stale or left.
    """
    catch_up(backend)
    told: list[str] = []
    kept = {one.key: one for one in backend.documents()}
    for source in sources():
        true = {one.key: one for one in source.build(None)}
        mine = {key: one for key, one in kept.items() if one.kind is source.kind}
        told += [f"missing {key}" for key in sorted(true.keys() - mine.keys())]
        told += [f"left over {key}" for key in sorted(mine.keys() - true.keys())]
        told += [
            f"stale {key}" for key in sorted(true.keys() & mine.keys()) if true[key] != mine[key]
        ]
    counts, offers = backend.counts()[OFFER], sum(1 for _row in documents.offers(None))
    if counts != offers:
        told.append(f"offers {counts:,} in the index, {offers:,} in the database")
    return told
