"""What is asked of a search and what it answers: no engine's words in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

DIMENSIONS = ("district", "group", "standard", "category", "price_band", "season")
"""What a reader narrows by; counts of one are taken under the choices in all others."""


class Kind(StrEnum):
    """Kinds of things that are found."""

    PRODUCT = "product"
    GROUP = "group"
    PROGRAMME = "programme"
    PAGE = "page"


class NameKind(StrEnum):
    """What a name is to its document; earlier ones weigh more."""

    NAME = "name"
    ALIAS = "alias"
    ROMAN = "roman"
    PLACE = "place"
    CATEGORY = "category"
    RELATED = "related"


@dataclass(frozen=True, slots=True)
class Name:
    """One way to call a document."""

    text: str
    kind: NameKind = NameKind.ALIAS
    head_last: bool = False
    """English names the kind last ("banana pepper" is a pepper); Thai and Malay name it first."""


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found, as an index keeps it."""

    kind: Kind
    id: int
    name_th: str
    name_en: str
    names: tuple[Name, ...]
    body: str = ""
    url: str = ""
    url_en: str = ""
    categories: tuple[str, ...] = ()
    months: str = ""
    """A product's season: twelve of 0, 1, 2."""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class OfferRow:
    """One harvest offer as an index keeps it: only what narrows and counts."""

    id: int
    product_id: int
    group_id: int
    district: str
    standards: tuple[str, ...]
    price_satang: int | None
    """What the public price is, per 1,000 g or piece."""
    first_day: date
    last_day: date
    free_qty: int


@dataclass(frozen=True, slots=True)
class Window:
    """Delivery days asked for, both included, and how much must be left on one of them."""

    first: date
    last: date
    least_qty: int = 1


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A question.

    `filters` holds the choices of a reader by dimension: any of the values of one dimension, in
    all dimensions. `window` is hard: without goods on those days a product is not found.
    """

    text: str = ""
    kind: Kind | None = None
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    window: Window | None = None
    offered: bool = False
    limit: int = 10
    offset: int = 0
    with_facets: bool = True


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found; whatever changes by the minute is read from the database by its id."""

    kind: Kind
    id: int
    name_th: str
    name_en: str
    score: float
    url: str = ""
    url_en: str = ""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One choice with the number of products it would leave."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """An answer.

    `relaxed` names what the text asked for and nothing met ("window", "price"): the hits are then
    those of the other words, and the page says so.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    corrected_to: str | None = None
    backend: str = "embedded"
    took_ms: float = 0.0
    window: Window | None = None
    understood: tuple[str, ...] = ()
    relaxed: tuple[str, ...] = ()
    totals: Mapping[str, int] = field(default_factory=dict)
