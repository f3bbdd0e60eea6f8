"""The index in an Elasticsearch cluster: the same words, the same counts, many machines.

Every write carries the sequence number of its note as the document's external version, so a late
one loses. Two aliases, one for documents and one for offers, say which generation is read. Words
come from our own analysis: the cluster only splits at spaces.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from elasticsearch import ApiError, ConflictError, Elasticsearch, NotFoundError, TransportError
from elasticsearch.dsl import A, Q, Search
from elasticsearch.helpers import BulkIndexError, bulk

from catalogue.search.analysis import words
from catalogue.search.backends.base import OFFER, BackendDown, Change, Cube
from catalogue.search.types import Document, Kind, NameKind, OfferRow, Window

READ_SECONDS: Final = 1.5
WRITE_SECONDS: Final = 30
MOST_CUBES: Final = 20_000
BATCH: Final = 500

_ANALYSIS: Final = {
    "analyzer": {"spaces": {"type": "custom", "tokenizer": "whitespace", "filter": ["lowercase"]}}
}
_DOCUMENT: Final = {
    "kind": {"type": "keyword"},
    "names": {"type": "text", "analyzer": "spaces"},
    "body": {"type": "text", "analyzer": "spaces"},
    "gone": {"type": "boolean"},
}
_OFFER: Final = {
    "product": {"type": "integer"},
    "first_day": {"type": "date", "format": "strict_date"},
    "last_day": {"type": "date", "format": "strict_date"},
    "free": {"type": "long"},
    "cube": {"type": "keyword"},
    "gone": {"type": "boolean"},
}


class ElasticBackend:
    """A cluster behind one address.

    Args:
        url: of the cluster, with user and password where it asks for them.
        prefix: of all names there, so that several markets may share a cluster.
        read_seconds: how long a search waits; making and filling an index may take longer.
        options: for the client, such as another class of nodes.
    """

    name = "elasticsearch"

    def __init__(
        self, url: str, prefix: str, *, read_seconds: float = READ_SECONDS, **options: Any
    ) -> None:
        self.prefix = prefix
        self.client = Elasticsearch(
            url, request_timeout=read_seconds, max_retries=0, retry_on_timeout=False, **options
        )
        self.writer = self.client.options(request_timeout=WRITE_SECONDS)

    # -- reading

    def texts(
        self, parts: Sequence[Sequence[str]], kinds: Collection[Kind], limit: int
    ) -> list[tuple[str, float]]:
        """As `SearchBackend`."""
        asked = [
            Q(
                "multi_match",
                query=" ".join(part),
                fields=["names^4", "body"],
                type="cross_fields",
                operator="and",
            )
            for part in parts
            if part
        ]
        if not asked:
            return []
        question = (
            Search(using=self.client, index=self._alias("docs"))
            .query(Q("bool", should=asked, minimum_should_match=1))
            .filter("terms", kind=sorted(kinds))
            .filter("term", gone=False)
            .source(False)[:limit]
        )
        answer = self._ask(question.execute)
        found = [(str(hit.meta.id), float(hit.meta.score)) for hit in answer]
        return sorted(found, key=lambda one: (-one[1], one[0]))

    def cubes(
        self, product_ids: Collection[int] | None, window: Window | None, today: date
    ) -> list[Cube]:
        """As `SearchBackend`."""
        question = (
            Search(using=self.client, index=self._alias("offers"))
            .filter("term", gone=False)
            .filter("range", last_day={"gte": (window.first if window else today).isoformat()})
            .filter("range", free={"gte": window.least_qty if window else 1})
        )
        if window is not None and window.last.year < 9000:
            question = question.filter("range", first_day={"lte": window.last.isoformat()})
        if product_ids is not None:
            if not product_ids:
                return []
            question = question.filter("terms", product=sorted(product_ids))
        question = question.extra(size=0)
        question.aggs.bucket("cubes", A("terms", field="cube", size=MOST_CUBES))
        answer = self._ask(question.execute)
        return [_cube(bucket.key, bucket.doc_count) for bucket in answer.aggregations.cubes.buckets]

    def counts(self) -> dict[str, int]:
        """As `SearchBackend`."""
        there = {"term": {"gone": False}}
        found = {
            str(kind): self._ask(
                lambda kind=kind: self.writer.count(  # type: ignore[misc]
                    index=self._alias("docs"),
                    query={"bool": {"filter": [there, {"term": {"kind": str(kind)}}]}},
                )
            )["count"]
            for kind in Kind
        }
        found[OFFER] = self._ask(
            lambda: self.writer.count(index=self._alias("offers"), query=there)
        )["count"]
        return {kind: count for kind, count in found.items() if count}

    def generation(self) -> str:
        """Which generation is read; empty without one."""
        try:
            answer = self._ask(lambda: self.writer.indices.get_alias(name=self._alias("docs")))
        except BackendDown as error:
            if isinstance(error.__cause__, NotFoundError):
                return ""
            raise
        return max(answer).removeprefix(f"{self._alias('docs')}-")

    # -- writing

    def write(self, changes: Sequence[Change]) -> None:
        """As `SearchBackend`."""
        self._bulk(self.generation(), changes)
        self._ask(lambda: self.writer.indices.refresh(index=f"{self.prefix}-*"))

    def begin_generation(self) -> str:
        """As `SearchBackend`."""
        generation = f"g{uuid.uuid4().hex[:12]}"
        for part, fields in (("docs", _DOCUMENT), ("offers", _OFFER)):
            self._ask(
                lambda part=part, fields=fields: self.writer.indices.create(  # type: ignore[misc]
                    index=f"{self._alias(part)}-{generation}",
                    settings={"analysis": _ANALYSIS},
                    mappings={"dynamic": "strict", "properties": fields},
                )
            )
        return generation

    def load(self, generation: str, changes: Iterable[Change]) -> int:
        """As `SearchBackend`, in batches."""
        taken = 0
        batch: list[Change] = []
        for change in changes:
            batch.append(change)
            if len(batch) == BATCH:
                taken += self._bulk(generation, batch)
                batch = []
        return taken + self._bulk(generation, batch)

    def promote(self, generation: str, *, database: str) -> None:
        """As `SearchBackend`: both aliases move in one call."""
        before = self.generation()
        for part in ("docs", "offers"):
            name = f"{self._alias(part)}-{generation}"
            self._ask(lambda name=name: self.writer.indices.refresh(index=name))  # type: ignore[misc]
        actions: list[dict[str, Any]] = []
        for part in ("docs", "offers"):
            alias = self._alias(part)
            if before:
                actions.append({"remove": {"index": f"{alias}-{before}", "alias": alias}})
            actions.append({"add": {"index": f"{alias}-{generation}", "alias": alias}})
        self._ask(lambda: self.writer.indices.update_aliases(actions=actions))
        self._drop_all_but({generation, before})

    def _drop_all_but(self, kept: set[str]) -> None:
        for part in ("docs", "offers"):
            alias = self._alias(part)
            there = self._ask(lambda alias=alias: self.writer.indices.get(index=f"{alias}-*"))  # type: ignore[misc]
            for name in there:
                if name.removeprefix(f"{alias}-") not in kept:
                    self._ask(lambda name=name: self.writer.indices.delete(index=name))  # type: ignore[misc]

    def _bulk(self, generation: str, changes: Sequence[Change]) -> int:
        if not changes:
            return 0

        def send() -> None:
            _done, errors = bulk(
                self.writer, self._actions(generation, changes), raise_on_error=False
            )
            assert isinstance(errors, list)
            for error in errors:
                (told,) = error.values()
                if told.get("status") != 409:  # an older note: what is kept is newer
                    raise BulkIndexError("refused", [error])

        self._ask(send)
        return len(changes)

    def _actions(self, generation: str, changes: Iterable[Change]) -> Iterator[dict[str, Any]]:
        for change in changes:
            part = "offers" if change.kind == OFFER else "docs"
            yield {
                "_op_type": "index",
                "_index": f"{self._alias(part)}-{generation}",
                "_id": str(change.id) if part == "offers" else f"{change.kind}:{change.id}",
                "version": max(change.version, 1),
                "version_type": "external_gte",
                "_source": _source(change),
            }

    def _alias(self, part: str) -> str:
        return f"{self.prefix}-{part}"

    def _ask(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except ConflictError:
            return None
        except (ApiError, TransportError, BulkIndexError) as error:
            raise BackendDown(str(error)[:200]) from error


def _source(change: Change) -> dict[str, Any]:
    told = change.document
    if isinstance(told, OfferRow):
        price = "" if told.price_satang is None else str(told.price_satang)
        return {
            "product": told.product_id,
            "first_day": told.first_day.isoformat(),
            "last_day": told.last_day.isoformat(),
            "free": told.free_qty,
            "cube": "|".join(
                (
                    str(told.product_id),
                    str(told.group_id),
                    told.district,
                    " ".join(told.standards),
                    price,
                )
            ),
            "gone": False,
        }
    if isinstance(told, Document):
        names = (n.text for n in told.names if n.kind is not NameKind.RELATED)
        return {
            "kind": str(told.kind),
            "names": " ".join(words(" ".join(names))),
            "body": " ".join(words(told.body)),
            "gone": False,
        }
    # What is gone stays as a mark, so that a late older note cannot bring it back.
    return {"gone": True}


def _cube(key: str, offers: int) -> Cube:
    product, group, district, codes, price = key.split("|")
    return Cube(
        int(product),
        int(group),
        district,
        tuple(codes.split()),
        int(price) if price else None,
        offers,
    )
