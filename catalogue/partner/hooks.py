"""What upper rooms add to prices; they register in `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalogue.partner.models import PriceNotice, StockRecord


@dataclass(frozen=True, slots=True)
class ListingPrice:
    """What one buyer pays for a listing on a day and where it goes, satang per 1,000 g or piece.

    The price pool takes what is left: it may be negative, the pool then adds to the price.
    """

    selling_satang: int
    farm_gate_satang: int
    fees: dict[str, int]

    @property
    def pool_satang(self) -> int:
        """Selling price less farm gate less every named fee."""
        return self.selling_satang - self.farm_gate_satang - sum(self.fees.values())


@dataclass(frozen=True, slots=True)
class PriceQuestion:
    """Whose price for which listings on which delivery days."""

    listings: Sequence[StockRecord]
    buyer_class_id: str
    buyer_id: int | None
    days: Sequence[date]


PriceSource = Callable[[PriceQuestion], Mapping[tuple[int, date], ListingPrice]]
NoticeListener = Callable[["PriceNotice"], None]

_sources: list[PriceSource] = []
_listeners: list[NoticeListener] = []


def add_price_source(source: PriceSource) -> None:
    """Let a source (agreements) answer before the price notice does, for what it knows."""
    if source not in _sources:
        _sources.append(source)


def price_sources() -> list[PriceSource]:
    """Every source, the first registered first: its answer wins."""
    return list(_sources)


def on_notice_published(listener: NoticeListener) -> None:
    """Call a listener, in the publishing transaction, with each notice that is published."""
    if listener not in _listeners:
        _listeners.append(listener)


def notice_published(notice: PriceNotice) -> None:
    """Tell every listener."""
    for listener in _listeners:
        listener(notice)
