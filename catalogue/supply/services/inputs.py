"""What callers say about offers, shares and plots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ShareInput:
    """What one person will pick, base units over the whole window."""

    person_id: int
    qty: int
    plot_id: int | None = None


@dataclass(frozen=True, slots=True)
class OfferInput:
    """One offer: `first_day` and `last_day` are delivery days, both included.

    `min_price_satang`: farm gate, per 1,000 grams or piece; only decides whether it takes part.
    `key`: of the form that asks; the same key twice makes one offer.
    """

    group_id: int
    product_id: int
    grade: str
    first_day: date
    last_day: date
    shares: Sequence[ShareInput]
    standards: Sequence[str] = ()
    min_price_satang: int = 0
    key: str | None = None


@dataclass(frozen=True, slots=True)
class NewShare:
    """One more person in a standing offer."""

    offer_id: int
    person_id: int
    qty: int
    plot_id: int | None = None


@dataclass(frozen=True, slots=True)
class ShareChangeInput:
    """A share's new quantity, base units over the whole window; 0 takes the person out."""

    share_id: int
    qty: int


@dataclass(frozen=True, slots=True)
class PlotInput:
    """A piece of land of a member; `area_sqm`: square metres (1 rai is 1,600)."""

    person_id: int
    group_id: int
    name: str
    district_id: str
    tambon: str = ""
    area_sqm: int | None = None
