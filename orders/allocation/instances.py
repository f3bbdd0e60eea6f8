"""From the day's orders and shares to the engine's instances, one a product.

A lot is an offer's share, a named group is a certificate `group:<pk>`, and a price is the distance
between an offer's least price and the farm-gate price of the notice, so that a reason says by how
much a price would have to rise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, Sum

from catalogue.models import Product
from catalogue.standards.models import Certificate
from catalogue.supply.models import Backing, OfferShare, Reservation
from marketplace.cycles.models import OrderCycle
from marketplace.places.models import RoadDistance
from orders.allocation import engine
from orders.allocation.models import Allocation, Credit
from orders.allocation.rules import left_of_shares, pack_of
from orders.models import Line
from orders.states import DeliveryState


def group_certificate(group_id: int) -> str:
    """Return the engine's name for "from this group and no other"."""
    return f"group:{group_id}"


@dataclass(frozen=True, slots=True)
class ProductInstance:
    """One product of a cycle as the engine sees it, with the rows behind its ids."""

    product: Product
    instance: engine.Instance
    lines: Mapping[str, Line]
    shares: Mapping[str, OfferShare]


@dataclass(frozen=True, slots=True)
class Again:
    """What differs for a cycle that has its plan and is planned again.

    Attributes:
        cycles: primary keys of all cycles planned again together; what they have is free.
        promised: base units by line: what is guaranteed, whatever shortage stands of it.
        still: base units by share that are really there, where that is not what it offers.
        given: base units by share that the new plans of earlier days take.
        credits: base units by (person, product) that the standing plan started from.
    """

    cycles: frozenset[int]
    promised: Mapping[int, int]
    still: Mapping[int, int] = field(default_factory=dict)
    given: Mapping[int, int] = field(default_factory=dict)
    credits: Mapping[tuple[int, int], int] = field(default_factory=dict)


def lines_allocated(cycle: OrderCycle) -> list[Line]:
    """Return the lines of a cycle that were allocated and still wait for their goods."""
    return list(
        Line.objects.filter(cycle=cycle, delivery__state=DeliveryState.ALLOCATED)
        .filter(Q(firm_qty__gt=0) | Q(wanted_qty__gt=0))
        .select_related("product", "order__buyer", "order__site", "partner__party", "delivery")
        .order_by("pk")
    )


def lines_to_allocate(cycle: OrderCycle) -> list[Line]:
    """Return the lines of a cycle that ask for something and have no standing allocation."""
    return list(
        Line.objects.filter(cycle=cycle, delivery__state=DeliveryState.PLACED)
        .filter(Q(firm_qty__gt=0) | Q(wanted_qty__gt=0))
        .exclude(
            allocations__in=Allocation.objects.planned(cycle.pk),
        )
        .select_related("product", "order__buyer", "order__site", "partner__party", "delivery")
        .order_by("pk")
    )


def standards_in_force(
    *, day: date, product_ids: Collection[int], holders: Iterable[tuple[int, int]]
) -> dict[tuple[int, int, int], set[str]]:
    """Return the standards that a member's goods meet on a day, by (group, person, product).

    The group's certificates and the person's own count. `holders`: (group, person) pairs.
    """
    pairs = set(holders)
    found: dict[tuple[int, int, int], set[str]] = defaultdict(set)
    certificates = (
        Certificate.objects.valid_between(day, day)
        .filter(
            Q(group_id__in={group for group, _person in pairs})
            | Q(person_id__in={person for _group, person in pairs})
        )
        .prefetch_related("products")
        .order_by("pk")
    )
    for certificate in certificates:
        covered = {product.pk for product in certificate.products.all()} or set(product_ids)
        for group, person in pairs:
            if group == certificate.group_id or person == certificate.person_id:
                for product in covered & set(product_ids):
                    found[group, person, product].add(certificate.standard_id)
    return found


def distances() -> dict[tuple[str, str], int]:
    """Return kilometres by road between districts as the engine reads them."""
    return {
        (a, b): km
        for a, b, km in RoadDistance.objects.values_list("origin_id", "destination_id", "road_km")
    }


def required_of(line: Line) -> frozenset[str]:
    """Return what a lot must carry for a line: its standard, and its group when one is named."""
    needed = set()
    if line.standard_id:
        needed.add(line.standard_id)
    party = line.partner.party if line.partner_id else None
    if party is not None and party.kind == "group":
        needed.add(group_certificate(party.pk))
    return frozenset(needed)


def build_instances(
    cycle: OrderCycle,
    lines: list[Line],
    farm_gate: Mapping[tuple[int, str], int],
    again: Again | None = None,
) -> list[ProductInstance]:
    """Return the engine's instances for these lines of a cycle, by product.

    Args:
        cycle: the delivery day.
        lines: what is asked, from `lines_to_allocate`.
        farm_gate: satang per 1,000 g or piece by (product, grade) on that day; an offer whose
            least price is above it does not take part, one without a price only at no least price.
        again: set when the cycle has its plan already.
    """
    day = cycle.delivery_day
    products = {line.product_id: line.product for line in lines}
    open_now = Q(harvest_offer__state="open")
    if again is not None:
        # An offer closed since keeps what it was to supply.
        open_now |= Q(pk__in=Allocation.objects.planned(cycle.pk).values("share"))
    shares = list(
        OfferShare.objects.filter(
            open_now,
            harvest_offer__product_id__in=products,
            harvest_offer__first_day__lte=day,
            harvest_offer__last_day__gte=day,
            qty__gt=0,
        )
        .select_related("harvest_offer", "plot", "person")
        .prefetch_related("harvest_offer__standards")
        .order_by("pk")
    )
    left, packs = _left(cycle, shares, products, again)
    certificates = standards_in_force(
        day=day,
        product_ids=set(products),
        holders={(share.harvest_offer.group_id, share.person_id) for share in shares},
    )
    credits = {
        (person, product): qty
        for person, product, qty in Credit.objects.filter(
            product_id__in=products, qty__gt=0
        ).values_list("person_id", "product_id", "qty")
    }
    promised = {line.pk: line.firm_qty for line in lines}
    if again is not None:
        credits = dict(again.credits)
        promised |= again.promised
    roads = distances()
    by_product: dict[int, list[OfferShare]] = defaultdict(list)
    for share in shares:
        by_product[share.harvest_offer.product_id].append(share)
    asked: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        asked[line.product_id].append(line)
    return [
        _instance(
            products[key],
            day,
            asked[key],
            [share for share in by_product[key] if left[share.pk] > 0],
            left,
            packs[key],
            certificates,
            credits,
            promised,
            farm_gate,
            roads,
        )
        for key in sorted(products)
    ]


def _left(
    cycle: OrderCycle,
    shares: list[OfferShare],
    products: Mapping[int, Product],
    again: Again | None,
) -> tuple[dict[int, int], dict[int, int]]:
    """Return what each share may supply on this cycle, and the pack of each product."""
    offers: dict[int, list[OfferShare]] = defaultdict(list)
    for share in shares:
        offers[share.harvest_offer_id].append(share)
    elsewhere = Allocation.objects.standing().filter(share__in=shares)
    if again is not None:
        elsewhere = elsewhere.exclude(line__cycle_id__in=again.cycles)
    given: dict[int, int] = dict(
        elsewhere.order_by().values_list("share").annotate(total=Sum("qty"))
    )
    there = {share.pk: share.qty for share in shares}
    if again is not None:
        there |= {pk: qty for pk, qty in again.still.items() if pk in there}
        for pk, qty in again.given.items():
            given[pk] = given.get(pk, 0) + qty
    held: dict[int, int] = dict(
        Backing.objects.filter(
            harvest_offer_id__in=offers, reservation__state=Reservation.State.LIVE
        )
        .exclude(reservation__cycle=cycle)
        .values_list("harvest_offer")
        .annotate(total=Sum("qty"))
    )
    rests: dict[int, list[int]] = defaultdict(list)
    for share in shares:
        rests[share.harvest_offer.product_id].append(there[share.pk] - given.get(share.pk, 0))
    packs = {
        key: pack_of(product.step_qty, (rest for rest in rests[key] if rest > 0))
        for key, product in products.items()
    }
    left: dict[int, int] = {}
    for offer, members in offers.items():
        offered = sum(share.qty for share in members)
        still = sum(there[share.pk] for share in members)
        parts = left_of_shares(
            [there[share.pk] for share in members],
            [given.get(share.pk, 0) for share in members],
            # A loss falls on every day of an offer alike, not first on the day planned again.
            -(-held.get(offer, 0) * min(still, offered) // max(1, offered)),
            packs[members[0].harvest_offer.product_id],
        )
        left.update({share.pk: part for share, part in zip(members, parts, strict=True)})
    return left, packs


def _instance(
    product: Product,
    day: date,
    lines: list[Line],
    shares: list[OfferShare],
    left: Mapping[int, int],
    pack: int,
    certificates: Mapping[tuple[int, int, int], set[str]],
    credits: Mapping[tuple[int, int], int],
    promised: Mapping[int, int],
    farm_gate: Mapping[tuple[int, str], int],
    roads: Mapping[tuple[str, str], int],
) -> ProductInstance:
    plans: dict[int, int] = defaultdict(int)
    lots = []
    for share in shares:
        offer = share.harvest_offer
        plans[share.person_id] += left[share.pk]
        in_force = certificates.get((offer.group_id, share.person_id, product.pk), set())
        declared = {standard.pk for standard in offer.standards.all()}
        price = farm_gate.get((product.pk, offer.grade), 0)
        lots.append(
            engine.Lot(
                id=str(share.pk),
                farmer=str(share.person_id),
                product=str(product.pk),
                grade=offer.grade,
                certificates=frozenset(declared & in_force | {group_certificate(offer.group_id)}),
                days=frozenset({day}),
                zone=share.plot.district_id if share.plot else share.person.district_id,
                quantity_g=left[share.pk],
                min_price_satang=max(0, offer.min_price_satang - price),
            )
        )
    instance = engine.Instance(
        farmers=tuple(
            engine.Farmer(str(person), plan, credits.get((person, product.pk), 0))
            for person, plan in sorted(plans.items())
        ),
        lots=tuple(lots),
        lines=tuple(
            engine.Line(
                id=str(line.pk),
                product=str(product.pk),
                min_grade=line.min_grade,
                certificates=required_of(line),
                day=day,
                quantity_g=line.ordered_qty,
                firm_g=min(promised[line.pk], line.ordered_qty),
                deliver_zone=line.order.site.district_id,
                max_price_satang=0,
                tier=line.order.buyer.contract_tier,
            )
            for line in lines
        ),
        distance_km=_near(roads, lots, lines),
        pack_g=pack,
        min_harvest_g={str(product.pk): product.min_harvest_qty},
    )
    return ProductInstance(
        product,
        instance,
        {str(line.pk): line for line in lines},
        {str(share.pk): share for share in shares},
    )


def _near(
    roads: Mapping[tuple[str, str], int], lots: list[engine.Lot], lines: list[Line]
) -> dict[tuple[str, str], int]:
    zones = {lot.zone for lot in lots} | {line.order.site.district_id for line in lines}
    return {pair: km for pair, km in roads.items() if set(pair) <= zones}
