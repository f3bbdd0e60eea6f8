"""What can be found: each room above registers how its things become documents.

A source names the tables whose rows change its documents; triggers on them tell the outbox.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from catalogue.search.types import Document, Kind

Build = Callable[[Collection[int] | None], Iterable[Document]]
"""Documents of these primary keys (None: all); one that may not be found is left out."""


@dataclass(frozen=True, slots=True)
class Source:
    """How one kind of thing becomes documents.

    Args:
        kind: what it makes.
        build: makes them.
        tables: (table, column) pairs: a change of a row changes the document whose primary key
            stands in that column; an empty column means every document of the kind.
    """

    kind: Kind
    build: Build
    tables: tuple[tuple[str, str], ...]


_sources: dict[Kind, Source] = {}


def register_source(*sources: Source) -> None:
    """Add what can be found and watch its tables; a kind is registered once."""
    from catalogue.search.guards import register_guards

    for source in sources:
        _sources[source.kind] = source
    register_guards(*sources)


def sources() -> tuple[Source, ...]:
    """Every registered source, in the order kinds are shown."""
    return tuple(_sources[kind] for kind in Kind if kind in _sources)
