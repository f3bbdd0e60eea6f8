"""The chain over sealed journals: each night's journals are hashed onto the one before.

Posting takes no part in it, so it costs no writer anything. Triggers keep history from being
rewritten through the database; the chain shows when somebody with the keys to the database did it
anyway. Keep the last night's sha256 outside of it (it stands in the command's output).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from uuid import UUID

from marketplace.common.clock import now, today
from marketplace.common.dates import bangkok_midnight
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.models import ChainLink, ChainNight, Entry, Journal

START = "0" * 64
"""What stands before the first link."""

_CHUNK = 500


def canonical(journal: Journal, entries: Sequence[Entry]) -> bytes:
    """The bytes of a journal that its link stands for: every column, entries in a fixed order."""
    return json.dumps(
        {
            "id": str(journal.pk),
            "key": journal.key,
            "event": journal.event,
            "day": journal.day.isoformat(),
            "description": journal.description,
            "source": journal.source,
            "reverses": str(journal.reverses_id) if journal.reverses_id else None,
            "posted_at": journal.posted_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "posted_by": journal.posted_by_id,
            "entries": sorted([e.account_id, e.satang, e.source, e.memo] for e in entries),
        },
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    ).encode()


def link_of(before: str, content: bytes) -> str:
    """The hash of a link: the link before it and the journal's canonical bytes."""
    return sha256(before.encode() + b"\n" + content).hexdigest()


def _with_entries(journals: Sequence[Journal]) -> Iterator[tuple[Journal, list[Entry]]]:
    """Journals with their entries, two queries."""
    entries: dict[object, list[Entry]] = {journal.pk: [] for journal in journals}
    for entry in Entry.objects.filter(journal_id__in=list(entries)):
        entries[entry.journal_id].append(entry)
    for journal in journals:
        yield journal, entries[journal.pk]


@unit_of_work
def seal_night(*, day: dt.date | None = None) -> int:
    """Chain every journal posted up to the end of a day that has no link yet; once per day.

    Args:
        day: default yesterday, Bangkok.

    Returns:
        How many journals were chained; 0 when the night is sealed or nothing was posted.
    """
    day = day or today() - dt.timedelta(days=1)
    if ChainNight.objects.filter(day__gte=day).exists():
        return 0
    end = bangkok_midnight(day + dt.timedelta(days=1))
    waiting = list(
        Journal.objects.filter(link__isnull=True, posted_at__lt=end)
        .order_by("posted_at", "pk")
        .values_list("pk", flat=True)
    )
    if not waiting:
        return 0
    last = ChainNight.objects.order_by("day").last()
    place, before = (last.last_place, last.sha256) if last else (0, START)
    links: list[tuple[int, UUID, str]] = []
    rest = iter(waiting)
    while chunk := list(islice(rest, _CHUNK)):
        found = Journal.objects.in_bulk(chunk)
        for journal, entries in _with_entries([found[pk] for pk in chunk]):
            place, before = place + 1, link_of(before, canonical(journal, entries))
            links.append((place, journal.pk, before))
    night = ChainNight.objects.create(
        day=day, sealed_at=now(), journals=len(links), last_place=place, sha256=before
    )
    ChainLink.objects.bulk_create(
        [
            ChainLink(place=place, journal_id=pk, night=night, sha256=digest)
            for place, pk, digest in links
        ],
        batch_size=_CHUNK,
    )
    return len(links)


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold.

    Attributes:
        place: of the link.
        journal: the journal's key, empty where it is gone.
        why: "journal", "link", "gap" or "night": what does not fit.
        day: the night that sealed it.
    """

    place: int
    journal: str
    why: str
    day: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found: links looked at, the last hash, journals not chained yet, the break."""

    links: int
    sha256: str
    waiting: int
    broken: Break | None


def verify() -> Verdict:
    """Compute the whole chain again, in chunks, and stop at the first link that does not hold."""
    nights = {night.pk: night for night in ChainNight.objects.all()}
    ends = {night.last_place: night for night in nights.values()}
    before, place = START, 0
    while True:
        chunk = list(ChainLink.objects.filter(place__gt=place).order_by("place")[:_CHUNK])
        if not chunk:
            break
        journals = Journal.objects.in_bulk([link.journal_id for link in chunk])
        contents = {
            journal.pk: canonical(journal, entries)
            for journal, entries in _with_entries(list(journals.values()))
        }
        for link in chunk:
            night = nights.get(link.night_id)
            journal = journals.get(link.journal_id)
            key = journal.key if journal else ""
            day = night.day if night else None
            if link.place != place + 1:
                return _verdict(place, before, Break(place + 1, "", "gap", day))
            place = link.place
            if journal is None or link_of(before, contents[journal.pk]) != link.sha256:
                return _verdict(place - 1, before, Break(place, key, "journal", day))
            before = link.sha256
            if place in ends and ends[place].sha256 != before:
                return _verdict(place, before, Break(place, key, "night", ends[place].day))
    if ends and max(ends) != place:
        return _verdict(place, before, Break(place + 1, "", "gap", ends[max(ends)].day))
    return _verdict(place, before, None)


def _verdict(links: int, digest: str, broken: Break | None) -> Verdict:
    return Verdict(links, digest, Journal.objects.filter(link__isnull=True).count(), broken)
