"""Live figures for the public pages: what is in season, what is open for ordering, market by market.

Everything here is a few queries whatever the number of rows, and is kept for a minute per language,
so a page that many people look at does not press on the market. Public readers see quantities and
prices of restaurants, never names of growers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import F, Max, Sum
from django.db.models.functions import Substr
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue.grades import Grade
from catalogue.models import Product
from catalogue.partner.models import ClassPrice, PriceNotice
from catalogue.partner.prices import notices_by_day
from catalogue.season import season_words
from catalogue.standards.models import Certificate
from catalogue.supply.models import HarvestOffer
from marketplace.common.clock import today
from marketplace.common.dates import format_range
from marketplace.common.quantities import BaseUnit, format_number
from marketplace.parties.models import FarmerGroup

T = TypeVar("T")

KEPT_SECONDS = 60
PUBLIC_PRICE_CLASS = "restaurant"
"""The buyer class whose price the public pages quote, as they say beside it."""
EXPIRING_DAYS = 60
MOST_DISTRICTS = 3


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """One harvest offer that can still be ordered, as the public sees it."""

    product: str
    product_url: str
    drawing: str
    group: str
    district: str
    days: str
    first_day: date
    last_day: date
    grade: str
    free: str
    unit: str
    price_satang: int | None


@dataclass(frozen=True, slots=True)
class SeasonCard:
    """One kind of produce with its season and what of it is open."""

    upc: str
    name: str
    url: str
    drawing: str
    months: str
    season: str
    places: str
    unit: str
    price_satang: int | None
    free: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Season:
    """The cards to show, how many kinds are to be had this month, and which prices they quote."""

    cards: list[SeasonCard] = field(default_factory=list)
    in_season: int = 0
    notice_day: date | None = None


@dataclass(frozen=True, slots=True)
class GIHolder:
    """A group whose permit to use the GI mark for a product is valid today."""

    group: str
    district: str
    valid_until: date
    expiring: bool
    days_left: int


def kept(name: str, *parts: object, read: Callable[[], T]) -> T:
    """Read through the cache: once a minute per language, day and question."""
    key = "cms:" + ":".join(str(part) for part in (name, get_language(), today(), *parts))
    found: Any = cache.get(key)
    if found is None:
        found = read()
        cache.set(key, found, KEPT_SECONDS)
    return found  # type: ignore[no-any-return]


def open_offers(
    *, product: Product | None = None, group: FarmerGroup | None = None, limit: int = 8
) -> list[OpenOffer]:
    """What can still be ordered, soonest delivery day first; four queries at most.

    Args:
        product: only of this product; None for all.
        group: only of this group; None for all.
        limit: at most so many.
    """
    return kept(
        "offers",
        product.pk if product else "all",
        group.pk if group else "all",
        limit,
        read=lambda: _open_offers(product, group, limit),
    )


def _open(first_day: date) -> Any:
    return (
        HarvestOffer.objects.open()
        .filter(last_day__gte=first_day, product__archived_at__isnull=True)
        .annotate(free=F("policy_qty") - F("reserved_qty"))
        .filter(free__gt=0)
    )


def _open_offers(product: Product | None, group: FarmerGroup | None, limit: int) -> list[OpenOffer]:
    tomorrow = today() + timedelta(days=1)
    rows = _open(tomorrow)
    if product is not None:
        rows = rows.filter(product=product)
    if group is not None:
        rows = rows.filter(group=group)
    rows = list(
        rows.select_related("product", "group__district").order_by(
            "first_day", "product__title", "grade", "pk"
        )[:limit]
    )
    first_days = [max(tomorrow, row.first_day) for row in rows]
    prices = _prices({row.product_id for row in rows}, first_days)
    return [
        OpenOffer(
            product=row.product.name,
            product_url=row.product.get_absolute_url(),
            drawing=row.product.drawing,
            group=row.group.name,
            district=str(row.group.district),
            days=format_range(first_day, row.last_day),
            first_day=first_day,
            last_day=row.last_day,
            grade=str(Grade(row.grade).label),
            free=format_number(row.free, BaseUnit(row.product.base_unit)),
            unit=row.product.unit_label,
            price_satang=prices.get((row.product_id, row.grade, first_day)),
        )
        for row, first_day in zip(rows, first_days, strict=True)
    ]


def _prices(product_ids: set[int], days: Iterable[date]) -> dict[tuple[int, str, date], int]:
    """What restaurants pay by (product, grade, day), satang per 1,000 g or piece; two queries."""
    notices = notices_by_day(days)
    if not notices or not product_ids:
        return {}
    by_notice: dict[int, list[tuple[int, str, int]]] = {}
    for notice, product, grade, satang in ClassPrice.objects.filter(
        buyer_class_id=PUBLIC_PRICE_CLASS,
        price__notice_id__in=set(notices.values()),
        price__product_id__in=product_ids,
    ).values_list("price__notice_id", "price__product_id", "price__grade", "satang"):
        by_notice.setdefault(notice, []).append((product, grade, satang))
    return {
        (product, grade, day): satang
        for day, notice in notices.items()
        for product, grade, satang in by_notice.get(notice, ())
    }


def in_season(*, limit: int = 4) -> Season:
    """What is in season this month: first what is open for ordering, the best of its season before
    the rest; eight queries at most.

    Args:
        limit: at most so many cards.
    """
    return kept("season", limit, read=lambda: _in_season(limit))


def _in_season(limit: int) -> Season:
    day = today()
    tomorrow = day + timedelta(days=1)
    months = dict(
        Product.objects.browsable()
        .annotate(now=Substr("season_months", day.month, 1))
        .filter(now__in=("1", "2"))
        .values_list("pk", "season_months")
    )
    open_now: dict[int, dict[str, Any]] = {
        row["product_id"]: row
        for row in _open(tomorrow)
        .values("product_id")
        .annotate(free_sum=Sum("free"), until=Max("last_day"))
    }

    def rank(pk: int) -> tuple[bool, bool, bool, int, int]:
        season = months.get(pk, "0" * 12)
        return (
            pk not in open_now,
            "0" not in season,  # what is not to be had all year is what makes a season
            season[day.month - 1] != "2",
            -int(open_now[pk]["free_sum"]) if pk in open_now else 0,
            pk,
        )

    ranked = sorted({*months, *open_now}, key=rank)[:limit]
    products = Product.objects.in_bulk(ranked)
    places = _places(ranked, tomorrow)
    notices = notices_by_day([tomorrow])
    prices = _prices(set(ranked), [tomorrow])
    cards = []
    for pk in ranked:
        product, offered = products[pk], open_now.get(pk)
        satang = [price for (of, _grade, _day), price in prices.items() if of == pk]
        cards.append(
            SeasonCard(
                upc=product.upc or "",
                name=product.name,
                url=product.get_absolute_url(),
                drawing=product.drawing,
                months=product.season_months,
                season=season_words(product.season_months),
                places=places.get(pk, ""),
                unit=product.unit_label,
                price_satang=min(satang, default=None),
                free=format_number(offered["free_sum"], BaseUnit(product.base_unit))
                if offered
                else "",
                until=offered["until"] if offered else None,
            )
        )
    priced = notices and any(card.price_satang for card in cards)
    return Season(
        cards=cards,
        in_season=len({*months, *open_now}),
        notice_day=PriceNotice.objects.get(pk=notices[tomorrow]).valid_from if priced else None,
    )


def _places(product_ids: list[int], first_day: date) -> dict[int, str]:
    """The districts that open offers of each product come from, in words; one query."""
    english = get_language() not in (None, "th")
    names: dict[int, list[str]] = {}
    for product, name in (
        _open(first_day)
        .filter(product_id__in=product_ids)
        .order_by("group__district_id")
        .values_list("product_id", f"group__district__name_{'en' if english else 'th'}")
        .distinct()
    ):
        names.setdefault(product, []).append(name)
    return {
        product: " ".join(found[:MOST_DISTRICTS])
        if not english
        else ", ".join(found[:MOST_DISTRICTS])
        for product, found in names.items()
    }


def gi_holders(product: Product) -> list[GIHolder]:
    """Groups that may use the GI mark for a product today; one query."""
    return kept("gi", product.pk, read=lambda: _gi_holders(product.pk))


def _gi_holders(product_id: int) -> list[GIHolder]:
    day = today()
    rows = (
        Certificate.objects.valid_between(day, day)
        .filter(standard_id="GI", group__isnull=False)
        .for_product(product_id)
        .select_related("group__district")
        .order_by("-valid_until", "pk")
    )
    best: dict[int, GIHolder] = {}
    for row in rows:
        assert row.group is not None  # the filter says so
        assert row.group_id is not None
        left = (row.valid_until - day).days
        best.setdefault(
            row.group_id,
            GIHolder(
                group=row.group.name,
                district=str(row.group.district),
                valid_until=row.valid_until,
                expiring=left <= EXPIRING_DAYS,
                days_left=left,
            ),
        )
    return list(best.values())


def season_state(months: str, *, is_open: bool) -> tuple[str, str]:
    """Status and word for a product now: in season or not, open for ordering or not."""
    in_it = months[today().month - 1] in "12"
    if is_open:
        return "ok", _("อยู่ในฤดู เปิดจอง") if in_it else _("เปิดจองล่วงหน้า")
    if in_it:
        return "info", _("อยู่ในฤดู")
    return "wait", _("นอกฤดู")
