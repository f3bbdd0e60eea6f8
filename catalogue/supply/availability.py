"""What can still be promised, read for many listings and days at once; no locks, no writes.

Figures are a picture of the moment: only `reserve` decides. An offer's quantity counts once on
every day of its window, as the buyer may take it on any of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import F

from catalogue.partner.models import StockRecord
from catalogue.supply.matching import Terms
from catalogue.supply.models import Backing, HarvestOffer, OfferShare, Reservation
from catalogue.supply.rules import split
from marketplace.cycles.models import OrderCycle
from marketplace.parties.models import PartyKind

Promised = dict[tuple[int, int], int]
"""Base units by primary keys of listing and cycle."""


class _Free(NamedTuple):
    offer_id: int
    product_id: int
    group_id: int
    grade: str
    codes: str
    first_day: date
    last_day: date
    min_price_satang: int
    qty: int


def listing_terms(listing: StockRecord, day: date, max_price_satang: int | None = None) -> Terms:
    """Return what an offer must meet to back a listing on a delivery day.

    A named group's listing takes that group's goods only. Read listings with
    `select_related("partner__party")`.
    """
    party = listing.partner.party
    return Terms(
        product_id=listing.product_id,
        day=day,
        min_grade=listing.min_grade,
        standard_id=listing.required_standard_id,
        group_id=party.pk if party is not None and party.kind == PartyKind.GROUP else None,
        max_price_satang=max_price_satang,
    )


def promisable(
    *,
    listings: Sequence[StockRecord],
    cycles: Sequence[OrderCycle],
    max_prices: Mapping[tuple[int, int], int] | None = None,
    less: Mapping[int, int] | None = None,
) -> Promised:
    """Return base units that could still be promised, by (listing, cycle) primary keys; one query.

    `max_prices`: farm-gate satang by the same keys, as given to `reserve`; offers that ask more
    are left out. `less`: base units by offer that are about to be gone (negative: to come free).
    """
    found: Promised = {(one.pk, cycle.pk): 0 for one in listings for cycle in cycles}
    if not found:
        return found
    days = [cycle.delivery_day for cycle in cycles]
    by_product: dict[int, list[_Free]] = defaultdict(list)
    for row in _free_rows({one.product_id for one in listings}, min(days), max(days)):
        qty = max(0, row.qty - (less or {}).get(row.offer_id, 0))
        by_product[row.product_id].append(row._replace(qty=qty))
    for listing in listings:
        terms = listing_terms(listing, days[0])
        usable = [
            row
            for row in by_product.get(listing.product_id, ())
            if row.grade <= terms.min_grade
            and (terms.standard_id is None or terms.standard_id in row.codes.split())
            and (terms.group_id is None or terms.group_id == row.group_id)
        ]
        if not usable:
            continue
        for cycle in cycles:
            day, ceiling = cycle.delivery_day, (max_prices or {}).get((listing.pk, cycle.pk))
            found[listing.pk, cycle.pk] = sum(
                row.qty
                for row in usable
                if row.first_day <= day <= row.last_day
                and (ceiling is None or row.min_price_satang <= ceiling)
            )
    return found


@dataclass(frozen=True, slots=True)
class Alternatives:
    """What a buyer could take instead: other days of the listing, other listings of the day."""

    days: tuple[tuple[OrderCycle, int], ...]
    substitutes: tuple[tuple[StockRecord, int], ...]


def alternatives(
    *,
    listing: StockRecord,
    cycle: OrderCycle,
    qty: int,
    cycles: Sequence[OrderCycle] = (),
    most: int = 3,
) -> Alternatives:
    """Return where else `qty` (base units) could be promised whole.

    `cycles`: the days that may be offered instead. Substitutes are the product's recommended ones
    first, then others of its categories, and show the quantity that is left.
    """
    on_days = promisable(listings=[listing], cycles=list(cycles) or [cycle])
    others = [
        (other, left)
        for other in cycles
        if other.pk != cycle.pk and (left := on_days[listing.pk, other.pk]) >= qty
    ]
    others.sort(key=lambda pair: abs((pair[0].delivery_day - cycle.delivery_day).days))
    ranked = list(
        listing.product.primary_recommendations.order_by("-ranking").values_list(
            "recommendation_id", flat=True
        )
    )
    candidates = list(
        StockRecord.objects.trading()
        .for_display()
        .filter(product__categories__in=listing.product.categories.all())
        .exclude(product_id=listing.product_id)
        .distinct()
    )
    on_day = promisable(listings=candidates, cycles=[cycle])
    order = {pk: index for index, pk in enumerate(ranked)}
    found = [(one, rest) for one in candidates if (rest := on_day[one.pk, cycle.pk])]
    needed = listing.product.grams_of(qty)
    found = [(one, rest) for one, rest in found if one.product.grams_of(rest) >= needed]
    found.sort(key=lambda pair: (order.get(pair[0].product_id, len(order)), -pair[1], pair[0].pk))
    return Alternatives(tuple(others[:most]), tuple(found[:most]))


@dataclass(frozen=True, slots=True)
class ShareStock:
    """What one share can give a run at cut-off: the allocation engine's lot.

    `qty`: base units, after what earlier runs took and what other days have reserved of its offer.
    """

    share_id: int
    offer_id: int
    person_id: int
    group_id: int
    district_id: str
    plot_id: int | None
    product_id: int
    grade: str
    standards: frozenset[str]
    min_price_satang: int
    qty: int


def supply_for_run(*, cycle: OrderCycle) -> list[ShareStock]:
    """Return the shares that a cycle's run may allocate; three queries.

    An offer gives what it has left, less what is reserved on it for other days; a closed offer
    only what this cycle has reserved on it. Where that is less than its shares, they share it in
    proportion.
    """
    live: dict[int, dict[bool, int]] = defaultdict(lambda: {True: 0, False: 0})
    for offer_id, cycle_id, qty in Backing.objects.filter(
        reservation__state=Reservation.State.LIVE,
        harvest_offer__last_day__gte=cycle.delivery_day,
    ).values_list("harvest_offer_id", "reservation__cycle_id", "qty"):
        live[offer_id][cycle_id == cycle.pk] += qty
    offers = list(
        HarvestOffer.objects.on_day(cycle.delivery_day).select_related("group").order_by("pk")
    )
    shares: dict[int, list[OfferShare]] = defaultdict(list)
    for share in (
        OfferShare.objects.filter(harvest_offer__in=[o.pk for o in offers])
        .select_related("plot")
        .order_by("pk")
    ):
        shares[share.harvest_offer_id].append(share)
    stocks = []
    for offer in offers:
        here, elsewhere = live[offer.pk][True], live[offer.pk][False]
        cap = max(0, max(offer.policy_qty, offer.promisable_qty) - elsewhere)
        if offer.state != HarvestOffer.State.OPEN:
            cap = min(cap, here)
        lefts = [max(0, share.qty - share.taken_qty) for share in shares[offer.pk]]
        parts = lefts if sum(lefts) <= cap else split(cap, lefts)
        stocks += [
            ShareStock(
                share_id=share.pk,
                offer_id=offer.pk,
                person_id=share.person_id,
                group_id=offer.group_id,
                district_id=share.plot.district_id if share.plot else offer.group.district_id,
                plot_id=share.plot_id,
                product_id=offer.product_id,
                grade=offer.grade,
                standards=frozenset(offer.standard_codes.split()),
                min_price_satang=offer.min_price_satang,
                qty=part,
            )
            for share, part in zip(shares[offer.pk], parts, strict=True)
            if part
        ]
    return stocks


def _free_rows(product_ids: Iterable[int], first: date, last: date) -> Iterable[_Free]:
    """Read open offers with something left in a window of days."""
    rows = (
        HarvestOffer.objects.open()
        .filter(
            product_id__in=list(product_ids),
            last_day__gte=first,
            first_day__lte=last,
            policy_qty__gt=F("reserved_qty"),
        )
        .values_list(
            "pk",
            "product_id",
            "group_id",
            "grade",
            "standard_codes",
            "first_day",
            "last_day",
            "min_price_satang",
            "policy_qty",
            "reserved_qty",
        )
    )
    for row in rows.iterator(chunk_size=5000):
        yield _Free(*row[:8], row[8] - row[9])
