"""How fairly a group's growers did: this delivery day beside the whole season.

A share is what the runs at cut-off gave of what a person offered; what she brought later is another
matter. Credit is what she was cut in earlier rounds and comes first with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import QuerySet

from catalogue.models import Product
from catalogue.season import season_began
from marketplace.parties.models import Person
from orders.allocation.models import Credit, FarmerOutcome


@dataclass(slots=True)
class Share:
    """One grower of one product, base units: on the last delivery day and over the season."""

    person: Person
    day_offered: int = 0
    day_sold: int = 0
    offered: int = 0
    sold: int = 0
    rounds: int = 0
    credit: int = 0

    @property
    def day_percent(self) -> int | None:
        return self.day_sold * 100 // self.day_offered if self.day_offered else None

    @property
    def percent(self) -> int | None:
        return self.sold * 100 // self.offered if self.offered else None


@dataclass(slots=True)
class Season:
    """A product's season so far: since when, the last delivery day with a run, and who did how."""

    product: Product
    began: date
    last_day: date
    shares: list[Share] = field(default_factory=list)

    @property
    def offered(self) -> int:
        return sum(share.offered for share in self.shares)

    @property
    def sold(self) -> int:
        return sum(share.sold for share in self.shares)

    @property
    def percent(self) -> int | None:
        return self.sold * 100 // self.offered if self.offered else None


def seasons_of(outcomes: QuerySet[FarmerOutcome], day: date) -> list[Season]:
    """The season so far of every product that somebody offered in it; three queries.

    Args:
        outcomes: whose may be seen (`FarmerOutcome.objects.for_access`).
        day: the season that this day lies in; later delivery days that are allocated count too.
    """
    rows = list(
        outcomes.filter(
            run__is_current=True, run__cycle__delivery_day__gte=day - timedelta(days=366)
        )
        .exclude(run__kind="intake")
        .select_related("product", "person", "run__cycle")
        .order_by("product__title", "product_id", "run__cycle__delivery_day", "pk")
    )
    found: dict[int, Season] = {}
    shares: dict[tuple[int, int], Share] = {}
    began: dict[int, date] = {}
    for row in rows:
        product, on = row.product, row.run.cycle.delivery_day
        if on < began.setdefault(product.pk, season_began(product.season_months, day)):
            continue
        season = found.setdefault(product.pk, Season(product, began[product.pk], on))
        season.last_day = max(season.last_day, on)
        share = shares.setdefault((product.pk, row.person_id), Share(row.person))
        share.offered += row.offered_qty
        share.sold += row.sold_qty
        share.rounds += 1
    for row in rows:
        season = found.get(row.product_id)  # type: ignore[assignment]
        if season is not None and row.run.cycle.delivery_day == season.last_day:
            share = shares[row.product_id, row.person_id]
            share.day_offered += row.offered_qty
            share.day_sold += row.sold_qty
    _add_credits(shares)
    by_product: dict[int, list[Share]] = defaultdict(list)
    for (product_id, _person), share in shares.items():
        by_product[product_id].append(share)
    for product_id, season in found.items():
        season.shares = sorted(
            by_product[product_id], key=lambda one: (one.percent or 0, one.person.name)
        )
    return list(found.values())


def _add_credits(shares: dict[tuple[int, int], Share]) -> None:
    products: Iterable[int] = {product for product, _person in shares}
    for person, product, qty in Credit.objects.filter(product_id__in=products).values_list(
        "person_id", "product_id", "qty"
    ):
        share = shares.get((product, person))
        if share is not None:
            share.credit = qty
