"""Reading prices: what a class pays on a day, what every grower is paid.

For each delivery day the published notice with the latest first day on or before it decides, whole:
a product that is not in it has no price that day. Placed lines keep the price they were placed
at, so these readers serve screens and new lines only. Every reader takes the same few queries
whatever the number of listings and days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db.models import Max, Min

from catalogue.partner.hooks import ListingPrice, PriceQuestion, price_sources
from catalogue.partner.models import ClassPrice, NoticeFee, NoticePrice, PriceNotice, StockRecord

__all__ = [
    "ListingPrice",
    "farm_gate_prices",
    "notices_by_day",
    "price_board",
    "price_ranges",
    "selling_prices",
]


def notices_by_day(days: Iterable[date]) -> dict[date, int]:
    """Primary key of the published notice that decides each delivery day; one query."""
    wanted = sorted(set(days))
    if not wanted:
        return {}
    published = list(
        PriceNotice.objects.filter(state=PriceNotice.State.PUBLISHED, valid_from__lte=wanted[-1])
        .order_by("valid_from")
        .values_list("valid_from", "pk")
    )
    found: dict[date, int] = {}
    place, current = 0, None
    for day in wanted:
        while place < len(published) and published[place][0] <= day:
            current = published[place][1]
            place += 1
        if current is not None:
            found[day] = current
    return found


def selling_prices(
    *,
    listings: Sequence[StockRecord],
    buyer_class_id: str,
    days: Sequence[date],
    buyer_id: int | None = None,
) -> dict[tuple[int, date], ListingPrice]:
    """The price of each listing on each delivery day for a buyer class; three queries.

    Args:
        listings: their `min_grade` decides which of a product's prices counts.
        buyer_class_id: code of the buyer class.
        days: delivery days.
        buyer_id: the buyer, for price sources such as agreements; None asks them for the class.

    Returns:
        Prices by (listing's primary key, day), satang per 1,000 g or per piece; without a key where
        no notice names a price for this class.
    """
    notices = notices_by_day(days)
    found: dict[tuple[int, date], ListingPrice] = {}
    if notices and listings:
        rows = list(
            ClassPrice.objects.filter(
                buyer_class_id=buyer_class_id,
                price__notice_id__in=set(notices.values()),
                price__product_id__in={listing.product_id for listing in listings},
            ).values_list(
                "price_id",
                "price__notice_id",
                "price__product_id",
                "price__grade",
                "price__farm_gate_satang",
                "satang",
            )
        )
        fees = _fees(row[0] for row in rows)
        prices = {
            (notice, product, grade): ListingPrice(selling, farm_gate, fees.get(price, {}))
            for price, notice, product, grade, farm_gate, selling in rows
        }
        for listing in listings:
            for day, notice in notices.items():
                price = prices.get((notice, listing.product_id, listing.min_grade))
                if price is not None:
                    found[listing.pk, day] = price
    question = PriceQuestion(listings, buyer_class_id, buyer_id, days)
    for source in reversed(price_sources()):
        found.update(source(question))
    return found


def farm_gate_prices(
    *, days: Iterable[date], product_ids: Collection[int] | None = None
) -> dict[tuple[int, str, date], int]:
    """What every grower is paid, by (product, grade, delivery day); two queries.

    Args:
        days: delivery days.
        product_ids: only these products; None for all.

    Returns:
        Satang per 1,000 g or per piece.
    """
    notices = notices_by_day(days)
    rows = NoticePrice.objects.filter(notice_id__in=set(notices.values()))
    if product_ids is not None:
        rows = rows.filter(product_id__in=product_ids)
    by_notice: dict[int, list[tuple[int, str, int]]] = {}
    for notice, product, grade, satang in rows.values_list(
        "notice_id", "product_id", "grade", "farm_gate_satang"
    ):
        by_notice.setdefault(notice, []).append((product, grade, satang))
    return {
        (product, grade, day): satang
        for day, notice in notices.items()
        for product, grade, satang in by_notice.get(notice, ())
    }


def price_ranges(
    *, day: date, buyer_class_id: str | None = None, product_ids: Collection[int] | None = None
) -> dict[int, tuple[int, int]]:
    """Lowest and highest selling price of each product on a day, over grades and classes.

    Args:
        day: a delivery day.
        buyer_class_id: only what this class pays; None for all classes, as the public sees it.
        product_ids: only these products; None for all.

    Returns:
        (lowest, highest) in satang per 1,000 g or per piece; two queries.
    """
    notice = notices_by_day([day]).get(day)
    if notice is None:
        return {}
    rows = ClassPrice.objects.filter(price__notice_id=notice)
    if buyer_class_id is not None:
        rows = rows.filter(buyer_class_id=buyer_class_id)
    if product_ids is not None:
        rows = rows.filter(price__product_id__in=product_ids)
    return {
        product: (low, high)
        for product, low, high in rows.order_by()
        .values("price__product_id")
        .annotate(low=Min("satang"), high=Max("satang"))
        .values_list("price__product_id", "low", "high")
    }


def price_board(
    *, day: date, product_ids: Collection[int] | None = None
) -> dict[tuple[int, str, str], int]:
    """What every class pays on a day, by (product, grade, buyer class); two queries.

    Args:
        day: a delivery day.
        product_ids: only these products; None for all.

    Returns:
        Satang per 1,000 g or per piece.
    """
    notice = notices_by_day([day]).get(day)
    if notice is None:
        return {}
    rows = ClassPrice.objects.filter(price__notice_id=notice)
    if product_ids is not None:
        rows = rows.filter(price__product_id__in=product_ids)
    return {
        (product, grade, buyer_class): satang
        for product, grade, buyer_class, satang in rows.values_list(
            "price__product_id", "price__grade", "buyer_class_id", "satang"
        )
    }


def _fees(price_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for price, kind, satang in (
        NoticeFee.objects.filter(price_id__in=list(price_ids))
        .order_by("kind__order")
        .values_list("price_id", "kind_id", "satang")
    ):
        found.setdefault(price, {})[kind] = satang
    return found
