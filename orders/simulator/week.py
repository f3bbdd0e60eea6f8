"""A week of the market as one instance a product, read and never written.

Each delivery day's instance is built as the run at cut-off builds it; the days are then put together
so that a share which may serve several of them is counted once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Sum

from catalogue.grades import Grade
from catalogue.models import Product
from catalogue.partner.prices import farm_gate_prices
from catalogue.supply.models import Backing, OfferShare, Reservation
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.parties.models import Buyer, DeliverySite
from orders.allocation import engine
from orders.allocation.instances import ProductInstance, build_instances, lines_to_allocate
from orders.allocation.models import Allocation
from orders.allocation.rules import left_of_shares, pack_of
from orders.models import Line, Order


@dataclass(frozen=True, slots=True)
class WeekProduct:
    """One product of a week, with what is behind the engine's ids.

    Attributes:
        product: the product.
        instance: all open days of the week together.
        lines: the order lines by the engine's ids.
        groups: primary key of the group by lot.
        prices: satang per 1,000 g or piece that growers are paid, by (grade, day).
    """

    product: Product
    instance: engine.Instance
    lines: Mapping[str, Line]
    groups: Mapping[str, int]
    prices: Mapping[tuple[str, date], int]


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def open_cycles(monday: date) -> list[OrderCycle]:
    """Return the cycles of a week that still take orders, by day."""
    return list(
        OrderCycle.objects.filter(
            state=CycleState.OPEN,
            delivery_day__range=(monday, monday + timedelta(days=6)),
        ).order_by("delivery_day", "pk")
    )


def open_weeks(today: date) -> list[date]:
    """Return the Mondays of weeks with a day that still takes orders, next week's first."""
    days = OrderCycle.objects.filter(state=CycleState.OPEN, delivery_day__gt=today)
    mondays = sorted({monday_of(day) for day in days.values_list("delivery_day", flat=True)})
    return sorted(mondays, key=lambda monday: (monday <= today, monday))


def read_week(cycles: Sequence[OrderCycle], also: Collection[int]) -> list[WeekProduct]:
    """Return the products that are asked for in these cycles.

    Args:
        cycles: open cycles of one week.
        also: products (primary keys) that are wanted even where no line asks for them.
    """
    days = [cycle.delivery_day for cycle in cycles]
    prices = farm_gate_prices(days=days)
    probed = list(Product.objects.filter(pk__in=also).order_by("pk"))
    built: dict[int, list[ProductInstance]] = defaultdict(list)
    for cycle in cycles:
        gate = {
            (p, g): satang for (p, g, day), satang in prices.items() if day == cycle.delivery_day
        }
        asked = [*lines_to_allocate(cycle), *(_probe(product, cycle) for product in probed)]
        for one in build_instances(cycle, asked, gate):
            built[one.product.pk].append(one)
    left, packs = _left(cycles, built)
    return [_together(built[key], left, packs[key], prices) for key in sorted(built)]


def _probe(product: Product, cycle: OrderCycle) -> Line:
    """A line that asks for nothing and is never saved: with it the product's lots are built."""
    order = Order(buyer=Buyer(contract_tier=1), site=DeliverySite(district_id=""))
    return Line(pk=-product.pk, product=product, cycle=cycle, order=order, min_grade=Grade.C)


def _left(
    cycles: Sequence[OrderCycle], built: Mapping[int, list[ProductInstance]]
) -> tuple[dict[str, int], dict[int, int]]:
    """Return what each share may supply in the week, by lot, and the pack of each product.

    What is promised on days of the week is what the week's lines ask for; only promises on other
    days are held back.
    """
    offers = {
        share.harvest_offer_id
        for parts in built.values()
        for one in parts
        for share in one.shares.values()
    }
    members: dict[int, list[OfferShare]] = defaultdict(list)
    for share in (
        OfferShare.objects.filter(harvest_offer__in=offers, qty__gt=0)
        .select_related("harvest_offer")
        .order_by("pk")
    ):
        members[share.harvest_offer_id].append(share)
    given: dict[int, int] = dict(
        Allocation.objects.standing()
        .filter(share__harvest_offer__in=offers)
        .order_by()
        .values_list("share")
        .annotate(total=Sum("qty"))
    )
    held: dict[int, int] = dict(
        Backing.objects.filter(harvest_offer__in=offers, reservation__state=Reservation.State.LIVE)
        .exclude(reservation__cycle__in=cycles)
        .order_by()
        .values_list("harvest_offer")
        .annotate(total=Sum("qty"))
    )
    rests: dict[int, list[int]] = defaultdict(list)
    for shares in members.values():
        for share in shares:
            rest = share.qty - given.get(share.pk, 0)
            if rest > 0:
                rests[share.harvest_offer.product_id].append(rest)
    packs = {key: pack_of(parts[0].product.step_qty, rests[key]) for key, parts in built.items()}
    left: dict[str, int] = {}
    for offer, shares in members.items():
        parts = left_of_shares(
            [share.qty for share in shares],
            [given.get(share.pk, 0) for share in shares],
            held.get(offer, 0),
            packs[shares[0].harvest_offer.product_id],
        )
        left.update({str(share.pk): part for share, part in zip(shares, parts, strict=True)})
    return left, packs


def _together(
    parts: Sequence[ProductInstance],
    left: Mapping[str, int],
    pack: int,
    prices: Mapping[tuple[int, str, date], int],
) -> WeekProduct:
    """Put the days of one product together.

    A lot meets on the whole week what it meets on each of its days: the standards it has on all of
    them and the highest of its least prices.
    """
    product = parts[0].product
    lots: dict[str, engine.Lot] = {}
    credits: dict[str, int] = {}
    lines = []
    groups: dict[str, int] = {}
    for one in parts:
        for lot in one.instance.lots:
            known = lots.get(lot.id, lot)
            lots[lot.id] = replace(
                lot,
                certificates=known.certificates & lot.certificates,
                days=known.days | lot.days,
                min_price_satang=max(known.min_price_satang, lot.min_price_satang),
                quantity_g=left.get(lot.id, 0),
            )
        credits.update({farmer.id: farmer.credit_g for farmer in one.instance.farmers})
        lines += [line for line in one.instance.lines if not line.id.startswith("-")]
        groups.update({key: share.harvest_offer.group_id for key, share in one.shares.items()})
    plans: dict[str, int] = defaultdict(int)
    for lot in lots.values():
        plans[lot.farmer] += lot.quantity_g
    first = parts[0].instance
    return WeekProduct(
        product=product,
        instance=replace(
            first,
            farmers=tuple(
                engine.Farmer(name, plan, credits.get(name, 0)) for name, plan in plans.items()
            ),
            lots=tuple(lots.values()),
            lines=tuple(lines),
            pack_g=pack,
        ),
        lines={key: line for one in parts for key, line in one.lines.items() if key[0] != "-"},
        groups=groups,
        prices={
            (grade, day): satang
            for (key, grade, day), satang in prices.items()
            if key == product.pk
        },
    )
