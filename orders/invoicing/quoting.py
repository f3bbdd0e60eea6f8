"""Drafts that can be quoted, and quotations with what became of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet

from catalogue.models import Product
from marketplace.parties.access import Access
from orders.invoicing.models import Quotation
from orders.models import DraftCell, OrderDraft
from orders.services.supplying import cell_terms


@dataclass
class QuoteRow:
    """What a draft holds of a listing at one announced price, over its delivery days.

    Attributes:
        price_satang: by the notice, per 1,000 g or piece; 0 when no notice names one.
        cells: (listing, cycle) of each day.
        qty: base units over all days.
    """

    product: Product
    grade: str
    price_satang: int
    cells: list[tuple[int, int]] = field(default_factory=list)
    days: list[dt.date] = field(default_factory=list)
    qty: int = 0


def quote_rows(draft: OrderDraft) -> list[QuoteRow]:
    """A draft by product, grade and announced price; the queries do not grow with its cells."""
    cells = list(
        DraftCell.objects.filter(draft=draft)
        .select_related("cycle", "listing__product__product_class")
        .order_by("listing__product__title", "listing_id", "cycle__delivery_day")
    )
    terms = cell_terms(buyer=draft.buyer, cells=[(cell.listing, cell.cycle) for cell in cells])
    found: dict[tuple[int, int], QuoteRow] = {}
    for cell in cells:
        known = terms.get((cell.listing_id, cell.cycle_id))
        price = known.price_satang if known else 0
        row = found.setdefault(
            (cell.listing_id, price), QuoteRow(cell.listing.product, cell.listing.min_grade, price)
        )
        row.cells.append((cell.listing_id, cell.cycle_id))
        row.days.append(cell.cycle.delivery_day)
        row.qty += cell.qty
    return list(found.values())


def unquoted_drafts(access: Access, day: dt.date) -> QuerySet[OrderDraft]:
    """Open drafts with something in them for days to come that no valid quotation prices, the newest
    first, with `filled`, `first_filled` and `last_filled`.
    """
    waiting = Quotation.objects.waiting(day).filter(draft=OuterRef("pk"))
    found: QuerySet[OrderDraft] = (
        OrderDraft.objects.for_access(access)
        .filter(state=OrderDraft.State.OPEN, last_day__gte=day)
        .annotate(
            filled=Count("cells"),
            first_filled=Min("cells__cycle__delivery_day"),
            last_filled=Max("cells__cycle__delivery_day"),
        )
        .filter(~Exists(waiting), filled__gt=0)
        .select_related("buyer", "site")
        .order_by("-saved_at")
    )
    return found


@dataclass(frozen=True, slots=True)
class Offered:
    """A quotation and how it stands on a day: waiting, expired, accepted or void."""

    quotation: Quotation
    state: str

    @property
    def may_accept(self) -> bool:
        return self.state == "waiting"


def standing_of(quotation: Quotation, day: dt.date) -> str:
    """Waiting (valid and not accepted), expired, accepted or void."""
    if quotation.order_id is not None:
        return "accepted"
    if quotation.document.state == "void":
        return "void"
    return "waiting" if day <= quotation.document.due_day else "expired"


def offered(quotations: Iterable[Quotation], day: dt.date) -> list[Offered]:
    """Quotations with their states."""
    return [Offered(one, standing_of(one, day)) for one in quotations]
