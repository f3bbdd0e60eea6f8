"""What every engine does for the search: keep, find by words, count offers; nothing about ranking.

Both engines hold the same words, so what is found and how it is ranked does not depend on which
of them answered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from catalogue.search.types import Document, Kind, OfferRow, Window


class BackendDown(Exception):
    """The engine did not answer, or answered that it cannot."""


@dataclass(frozen=True, slots=True)
class Cube:
    """How many offers share product, group, district, standards and price.

    `price_satang` is per 1,000 g or piece, None without a price.
    """

    product_id: int
    group_id: int
    district: str
    standards: tuple[str, ...]
    price_satang: int | None
    offers: int


@dataclass(frozen=True, slots=True)
class Change:
    """One thing as it is now, or None where it may not be found any more.

    `version` is the sequence number of the note that led to it: a write with a lower one than
    what is kept already loses.
    """

    kind: str
    id: int
    version: int
    document: Document | OfferRow | None


OFFER = "offer"
"""Kind of a change of an offer."""


class SearchBackend(Protocol):
    """An engine."""

    name: str

    def texts(
        self, parts: Sequence[Sequence[str]], kinds: Collection[Kind], limit: int
    ) -> list[tuple[str, float]]:
        """Return keys of documents that hold all words of any part with the score, best first.

        Raises:
            BackendDown: it did not answer.
        """

    def cubes(
        self, product_ids: Collection[int] | None, window: Window | None, today: date
    ) -> list[Cube]:
        """Count open offers of products (None: all) that reach a day of the window.

        Without a window every offer from today on counts.

        Raises:
            BackendDown: it did not answer.
        """

    def write(self, changes: Sequence[Change]) -> None:
        """Take changes; the same change twice, or an older one later, changes nothing.

        Raises:
            BackendDown: it did not answer; nothing is lost, the notes stay.
        """

    def begin_generation(self) -> str:
        """Make an empty index beside the one that is read; return its name."""

    def load(self, generation: str, changes: Iterable[Change]) -> int:
        """Fill a generation that is not read yet; return how many it took."""

    def promote(self, generation: str, *, database: str) -> None:
        """Read this generation from now on; the one before is kept until the next.

        `database`: what tells the database it was made from.
        """

    def counts(self) -> dict[str, int]:
        """How many documents of each kind, and offers, it holds."""
