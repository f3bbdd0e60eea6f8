"""What the catalogue page shows: products by what is on offer, in season, filtered and in order.

A market has a hundred kinds of produce and may have a hundred thousand harvest offers. Offers are
summed up once for all products; in a large market that sum is kept for a few seconds, in a small one
never, so that what a group offers is seen at once. The number of queries never depends on the
number of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalogue import asked
from catalogue.models import Category, Product
from catalogue.partner.models import StockRecord
from catalogue.partner.prices import price_ranges
from catalogue.season import season_words
from catalogue.sorting import thai_key
from catalogue.standards.models import Standard
from catalogue.supply.models import HarvestOffer
from marketplace.parties.models import FarmerGroup, Stage
from marketplace.places.models import District

PER_PAGE = 24
HORIZON_DAYS = 42
"""How far ahead "on offer now" looks: what starts later is not on offer yet."""

SORTS: dict[str, str | Promise] = {
    "best": _("ตรงคำค้นก่อน"),
    "offer": _("เปิดจองก่อน"),
    "name": _("ชื่อ ก–ฮ"),
    "season": _("กำลังออกมากก่อน"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader asks of the catalogue; anything unknown in an address is left out."""

    q: str = ""
    category: str = ""
    standard: str = ""
    group: int | None = None
    district: str = ""
    season: bool = False
    offered: bool = False
    sort: str = "offer"

    @classmethod
    def from_query(cls, query: QueryDict, category: str = "") -> Filters:
        """Read an address."""
        sort = asked.code(query, "sort")
        usual = "best" if asked.words(query) else "offer"
        return cls(
            q=asked.words(query),
            category=category or asked.code(query, "category"),
            standard=asked.code(query, "standard"),
            group=asked.number(query, "group"),
            district=asked.code(query, "district"),
            season=query.get("season") == "now",
            offered=query.get("offered") == "1",
            sort=sort if sort in SORTS and (sort != "best" or usual == "best") else usual,
        )

    @property
    def count(self) -> int:
        """How many filters are on, the category and the words left out."""
        return sum(map(bool, (self.standard, self.group, self.district, self.season, self.offered)))

    @property
    def narrows_offers(self) -> bool:
        """Whether only products with fitting offers may be shown."""
        return bool(self.standard or self.group or self.district or self.offered)


@dataclass(frozen=True, slots=True)
class Total:
    """What is on offer of one product."""

    groups: int
    free_qty: int
    first_day: date
    last_day: date


@dataclass(slots=True)
class Card:
    """One product on the page."""

    product: Product
    total: Total | None = None
    low_satang: int | None = None
    high_satang: int | None = None
    standards: list[str] = field(default_factory=list)

    @property
    def season(self) -> str:
        return season_words(self.product.season_months)


@dataclass(slots=True)
class Shelf:
    """The page: cards, and what can be chosen beside them."""

    page: Page[Any]
    cards: list[Card]
    filters: Filters
    categories: list[Category]
    category: Category | None
    standards: list[Standard]
    groups: list[dict[str, Any]]
    districts: list[District]


def offers_now(filters: Filters, today: date) -> QuerySet[HarvestOffer]:
    """Open offers that reach a delivery day from today within the horizon, fitting the filters."""
    found = HarvestOffer.objects.open().filter(
        last_day__gte=today, first_day__lte=today + timedelta(days=HORIZON_DAYS)
    )
    if filters.standard:
        # `standard_codes` holds whole codes with a space between
        code = filters.standard
        found = found.filter(
            Q(standard_codes=code)
            | Q(standard_codes__startswith=f"{code} ")
            | Q(standard_codes__endswith=f" {code}")
            | Q(standard_codes__contains=f" {code} ")
        )
    if filters.group is not None:
        found = found.filter(group_id=filters.group)
    if filters.district:
        found = found.filter(group__district_id=filters.district)
    return found


KEEP_SECONDS = 15
LARGE = 5_000
"""From this many offers on sums are kept for `KEEP_SECONDS`; `reserve` decides in any case."""
LARGE_KEY = "shelf:large"


def totals(filters: Filters, today: date) -> dict[int, Total]:
    """What is on offer now by product, over the offers that fit; one query, or none when kept."""
    key = f"shelf:{today}:{filters.standard}:{filters.group}:{filters.district}"
    kept: dict[int, Total] | None = cache.get(key)
    if kept is not None:
        return kept
    found: dict[int, Total] = {}
    offers = 0
    for product, count, groups, free, first, last in (
        offers_now(filters, today)
        .order_by()
        .values("product_id")
        .annotate(
            count=Count("pk"),
            groups=Count("group_id", distinct=True),
            free=Sum(
                F("policy_qty") - F("reserved_qty"), filter=Q(policy_qty__gt=F("reserved_qty"))
            ),
            first=Min("first_day"),
            last=Max("last_day"),
        )
        .values_list("product_id", "count", "groups", "free", "first", "last")
    ):
        offers += count
        found[product] = Total(groups, free or 0, max(first, today), last)
    if offers >= LARGE:
        cache.set(LARGE_KEY, True, 3600)
    if offers >= LARGE or cache.get(LARGE_KEY):
        cache.set(key, found, KEEP_SECONDS)
    return found


def read_shelf(
    *,
    filters: Filters,
    today: date,
    price_day: date,
    buyer_class_id: str | None,
    page_number: Any = 1,
    found: Sequence[int] | None = None,
) -> Shelf:
    """Read one page of the catalogue in at most ten queries.

    Args:
        filters: what is asked.
        today: the day in Bangkok.
        price_day: the delivery day whose prices are shown.
        buyer_class_id: whose prices; None shows the range over all classes.
        page_number: as typed; nonsense gives the first or the last page.
        found: what a search found and narrowed, best first; the filters then only sort.
    """
    thai = get_language() in (None, "th")
    categories = list(Category.objects.filter(is_public=True, depth=1).order_by("path"))
    category = next((one for one in categories if one.code == filters.category), None)
    on_offer = totals(Filters() if found is not None else filters, today)
    chosen = _ordered(filters, today, category, on_offer, found)
    page = Paginator(chosen, PER_PAGE).get_page(page_number)
    return Shelf(
        page=page,
        cards=_cards(list(page.object_list), on_offer, price_day, buyer_class_id),
        filters=filters,
        categories=categories,
        category=category,
        standards=list(Standard.objects.all()),
        groups=[
            {"pk": pk, "name": name_th if thai else name_en or name_th}
            for pk, name_th, name_en in FarmerGroup.objects.filter(stage=Stage.ACTIVE).values_list(
                "pk", "name_th", "name_en"
            )
        ],
        districts=list(
            District.objects.filter(
                Exists(FarmerGroup.objects.filter(stage=Stage.ACTIVE, district=OuterRef("pk")))
            ).order_by("code")
        ),
    )


def _ordered(
    filters: Filters,
    today: date,
    category: Category | None,
    on_offer: dict[int, Total],
    found: Sequence[int] | None,
) -> list[int]:
    """Primary keys of the fitting products in order."""
    products = Product.objects.browsable().order_by()
    if category is not None:
        products = products.filter(categories=category)
    if found is not None:
        products = products.filter(pk__in=found)
        filters = Filters(sort=filters.sort)
    place = {pk: number for number, pk in enumerate(found or ())}
    month = today.month - 1
    rows = [
        (pk, title, months[month : month + 1], pk in on_offer)
        for pk, title, months in products.values_list("pk", "title", "season_months")
        if (pk in on_offer or not filters.narrows_offers)
        and (not filters.season or months[month : month + 1] in ("1", "2"))
    ]
    keys: dict[str, Callable[[tuple[int, str, str, bool]], Any]] = {
        "best": lambda row: place.get(row[0], 0),
        "offer": lambda row: (not row[3], -int(row[2] or 0), thai_key(row[1])),
        "season": lambda row: (-int(row[2] or 0), not row[3], thai_key(row[1])),
        "name": lambda row: thai_key(row[1]),
    }
    rows.sort(key=keys[filters.sort])
    return [row[0] for row in rows]


def _cards(
    ids: list[int], on_offer: dict[int, Total], price_day: date, buyer_class_id: str | None
) -> list[Card]:
    products = Product.objects.defer("description", "meta_description").in_bulk(ids)
    cards = {pk: Card(products[pk], on_offer.get(pk)) for pk in ids}
    for pk, (low, high) in price_ranges(
        day=price_day, buyer_class_id=buyer_class_id, product_ids=ids
    ).items():
        cards[pk].low_satang, cards[pk].high_satang = low, high
    for pk, code in (
        StockRecord.objects.trading()
        .filter(product_id__in=ids, required_standard__isnull=False)
        .order_by("required_standard__order")
        .values_list("product_id", "required_standard_id")
        .distinct()
    ):
        cards[pk].standards.append(code)
    return [cards[pk] for pk in ids]
