"""What the market has done in a year, in sums: never a person, and nothing of fewer than five.

A figure that fewer than `FEWEST` growers share could tell what one of them earns, so it is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.core.cache import cache
from django.db.models import F, Sum
from django.utils.translation import get_language

from catalogue.models import Product
from catalogue.standards.models import Standard
from marketplace.common.clock import today
from orders.fulfilment.models import AcceptanceLot, HarvestLot
from orders.settlement.models import Owed

DAYS: Final = 365
FEWEST: Final = 5
KEPT_SECONDS: Final = 900


@dataclass(frozen=True, slots=True)
class ByStandard:
    """Kilograms accepted under one standard; None where too few growers share it."""

    name: str
    kilograms: int | None
    percent: int


@dataclass(frozen=True, slots=True)
class Impact:
    """Sums of the year up to today; None where too few growers share a figure.

    `baht` is whole baht, rounded down. `local_percent` is the share of accepted kilograms that
    members grew, not bought outside.
    """

    first_day: date
    last_day: date
    kilograms: int | None = None
    baht: int | None = None
    local_percent: int | None = None
    growers: int | None = None
    groups: int = 0
    standards: list[ByStandard] = field(default_factory=list)


def of_the_year() -> Impact:
    """The sums of the last 365 days, at most a quarter of an hour old; five queries."""
    key = f"cms:impact:{get_language()}:{today()}"
    found: Impact | None = cache.get(key)
    if found is None:
        found = _of_the_year()
        cache.set(key, found, KEPT_SECONDS)
    return found


def _of_the_year() -> Impact:
    last = today()
    first = last - timedelta(days=DAYS)
    owed = Owed.objects.filter(day__range=(first, last))
    people = owed.filter(person__isnull=False).values("person_id").distinct().count()
    earned = owed.aggregate(sum=Sum("satang"))["sum"] or 0
    rows = (
        AcceptanceLot.objects.filter(lot__cycle__delivery_day__range=(first, last))
        .values("lot_id", "lot__product_id", "lot__kind", "lot__person_id", "lot__group_id")
        .annotate(qty=Sum(F("accepted_qty") + F("downgraded_qty")))
    )
    standards_of = dict(
        HarvestLot.objects.filter(cycle__delivery_day__range=(first, last)).values_list(
            "pk", "standards"
        )
    )
    products = {product.pk: product for product in Product.objects.all()}
    grams = local = 0
    groups: set[int] = set()
    by_standard: dict[str, tuple[int, set[int]]] = {}
    for row in rows:
        weight = products[row["lot__product_id"]].grams_of(row["qty"])
        grams += weight
        if row["lot__kind"] == HarvestLot.Kind.OUTSIDE:
            continue
        local += weight
        if row["lot__group_id"]:
            groups.add(row["lot__group_id"])
        for code in standards_of.get(row["lot_id"]) or ():
            sum_of, shared = by_standard.get(code, (0, set()))
            who = {row["lot__person_id"]} - {None}
            by_standard[code] = (sum_of + weight, shared | who)
    enough = people >= FEWEST
    names = {standard.pk: str(standard) for standard in Standard.objects.all()}
    return Impact(
        first_day=first,
        last_day=last,
        kilograms=grams // 1000 if enough else None,
        baht=earned // 100 if enough else None,
        local_percent=local * 100 // grams if grams and enough else None,
        growers=people if enough else None,
        groups=len(groups),
        standards=[
            ByStandard(
                name=names.get(code, code),
                kilograms=sum_of // 1000 if len(shared) >= FEWEST else None,
                percent=sum_of * 100 // grams if grams and len(shared) >= FEWEST else 0,
            )
            for code, (sum_of, shared) in sorted(
                by_standard.items(), key=lambda one: (-one[1][0], one[0])
            )
        ],
    )
