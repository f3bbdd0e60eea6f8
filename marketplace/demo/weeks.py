"""Lives through weeks of the market with the clock set: offers, orders, cut-off, scale, acceptance.

Everything goes through the services that the screens use. What happens when is decided here; what
is asked and grown comes from the cast by a seeded chance, so the same seed tells the same story.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from catalogue.grades import Grade
from catalogue.models import Product
from catalogue.partner.models import PriceNotice, StockRecord
from catalogue.partner.services import (
    draft_notice,
    guide_rows,
    notice_rows,
    publish_notice,
    save_notice_prices,
)
from catalogue.supply.models import HarvestOffer
from catalogue.supply.services import OfferInput, ShareInput, offer_harvests
from marketplace.common import clock
from marketplace.common.dates import bangkok_at
from marketplace.common.quantities import BaseUnit, price_grid
from marketplace.cycles.models import OrderCycle
from marketplace.cycles.services import close_due_cycles, open_cycles
from marketplace.demo.plans import plan_day_again
from marketplace.demo.setting import Market
from marketplace.parties.models import Buyer, FarmerGroup
from orders.allocation.models import LineOutcome
from orders.fulfilment.models import CrateType, HarvestLot, NoticeRow, Pack
from orders.fulfilment.services import (
    AcceptanceInput,
    DisposalInput,
    OutsideInput,
    WeighingInput,
    buy_outside,
    close_intake,
    dispatch,
    dispose_lots,
    issue_notices,
    pack_deliveries,
    record_acceptance,
    record_weighings,
)
from orders.models import Delivery, Order
from orders.services import CellInput, place_draft, save_cells, start_draft
from orders.states import DeliveryState

DELIVERY_WEEKDAYS = (0, 2, 4)  # Monday, Wednesday, Friday
SKIPPED = 0.6  # of the cells of a grid that a kitchen leaves empty
ENOUGH = 86  # percent of what is offered that buyers ask for, over a week


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """Return an instant of a Bangkok day."""
    return bangkok_at(day, time(hour, minute))


@dataclass
class Twists:
    """What goes differently than planned, each at most once or for somebody in particular."""

    regrade: bool = True
    reject: bool = True
    short_weights: bool = True
    outside: bool = True
    replan: bool = True
    done: set[str] = field(default_factory=set)

    def once(self, name: str) -> bool:
        """Say True the first time a twist is asked for."""
        if name in self.done:
            return False
        self.done.add(name)
        return True


def delivery_days(monday: date, weeks: int) -> list[date]:
    """Return the delivery days of some weeks from a Monday on."""
    return [
        monday + timedelta(days=7 * week + weekday)
        for week in range(weeks)
        for weekday in DELIVERY_WEEKDAYS
    ]


# ---- before the harvest ------------------------------------------------------------------------


def open_season(market: Market, days: Sequence[date]) -> list[OrderCycle]:
    """Open the cycles of a season in one action, three weeks before the first day."""
    return open_cycles(
        by=market.staff,
        hub=market.hub,
        days=days,
        opens_at=moment(days[0] - timedelta(days=21), 8),
    )


def announce_prices(market: Market, valid_from: date) -> PriceNotice:
    """Publish the prices from a day on: the first from the produce table, later ones moved a little."""
    last = PriceNotice.objects.filter(state=PriceNotice.State.PUBLISHED).first()
    notice = draft_notice(by=market.treasurer, valid_from=valid_from, copy_of=last)
    products = list(market.products.values())
    if last is None:
        rows = guide_rows(products=products, grades=("A", "B"))
    else:
        steps = {product.pk: product for product in products}
        rows = []
        for row in notice_rows(notice):
            product = steps[row.product_id]
            grid = price_grid(product.step_qty, BaseUnit(product.base_unit))
            change = market.random.choice((-1, 0, 0, 1)) * max(grid, 100 - 100 % grid)
            if row.farm_gate_satang + change > 500:
                row = type(row)(
                    row.product_id,
                    row.grade,
                    row.farm_gate_satang + change,
                    row.fees,
                    {code: satang + change for code, satang in row.class_prices.items()},
                )
            rows.append(row)
    save_notice_prices(by=market.treasurer, notice=notice, rows=rows)
    return publish_notice(by=market.treasurer, notice=notice)


def offer_week(market: Market, days: Sequence[date]) -> list[HarvestOffer]:
    """Let every group offer what its members will pick in one week of delivery days."""
    made: list[HarvestOffer] = []
    for group in market.groups:
        cast = market.group_casts[group.pk]
        offers = []
        for place, name in enumerate(cast.products):
            product = market.products.get(name)
            if product is None:
                continue
            shares = [
                ShareInput(
                    person_id=person.pk,
                    qty=_harvest(market, product),
                    plot_id=market.plots[person.pk].pk,
                )
                for number, person in enumerate(market.growers[group.pk])
                if (number + place) % 2 == 0
            ]
            grade = Grade.B if place % 4 == 3 else Grade.A
            offers.append(
                OfferInput(
                    group_id=group.pk,
                    product_id=product.pk,
                    grade=grade,
                    first_day=days[0],
                    last_day=days[-1],
                    shares=shares,
                    standards=_standards(market, group, days),
                )
            )
        made += offer_harvests(by=market.coordinators[group.pk], offers=offers)
    return made


def _standards(market: Market, group: FarmerGroup, days: Sequence[date]) -> list[str]:
    from catalogue.standards.models import Certificate

    return sorted(
        set(
            Certificate.objects.filter(group=group)
            .valid_between(days[0], days[-1])
            .values_list("standard_id", flat=True)
        )
    )


def _harvest(market: Market, product: Product) -> int:
    if product.base_unit == BaseUnit.PIECE:
        return market.random.randrange(20, 90)
    if product.step_qty <= 100:
        return market.random.randrange(2_000, 9_000, 500)
    return market.random.randrange(24_000, 80_000, 1_000)


def order_days(
    market: Market, days: Sequence[date], *, only: Iterable[Buyer] | None = None
) -> list[Order]:
    """Let buyers order for delivery days at once: a share of what is offered, by appetite."""
    cycles = {
        cycle.delivery_day: cycle for cycle in OrderCycle.objects.filter(delivery_day__in=days)
    }
    offered = _offered_by_week(market, days)
    buyers = list(only) if only is not None else market.buyers
    hunger = sum(market.buyer_casts[buyer.pk].appetite for buyer in market.buyers)
    orders = []
    for buyer in buyers:
        appetite = market.buyer_casts[buyer.pk].appetite
        cells: dict[tuple[int, int], int] = {}
        for listing in _wanted(market, buyer):
            for day in days:
                if day not in cycles or market.random.random() < SKIPPED:
                    continue
                week = day - timedelta(days=day.weekday())
                there = offered.get((listing.product_id, week), 0)
                qty = there * ENOUGH * appetite // (100 * hunger * len(DELIVERY_WEEKDAYS))
                step = listing.product.step_qty
                qty = qty * market.random.randrange(120, 220) // 100 // step * step
                if qty:
                    cells[listing.pk, cycles[day].pk] = qty
        if not cells:
            continue
        requester = market.requesters[buyer.pk]
        draft = start_draft(
            by=requester, site=market.sites[buyer.pk], first_day=days[0], last_day=days[-1]
        )
        save_cells(
            by=requester,
            draft=draft,
            cells=[CellInput(listing, cycle, qty) for (listing, cycle), qty in cells.items()],
        )
        orders.append(place_draft(by=requester, draft=draft))
    return orders


def _wanted(market: Market, buyer: Buyer) -> list[StockRecord]:
    """The listings a buyer orders from: most products, one listing each."""
    chosen: dict[int, StockRecord] = {}
    for place, listing in enumerate(market.listings):
        if (place + buyer.pk) % 4 == 0 and len(market.buyers) > 1:
            continue
        chosen.setdefault(listing.product_id, listing)
    return list(chosen.values())


def _offered_by_week(market: Market, days: Sequence[date]) -> dict[tuple[int, date], int]:
    found: dict[tuple[int, date], int] = defaultdict(int)
    for product, first, qty in HarvestOffer.objects.filter(
        first_day__lte=days[-1], last_day__gte=days[0]
    ).values_list("product_id", "first_day", "offered_qty"):
        found[product, first - timedelta(days=first.weekday())] += qty
    return found


# ---- one delivery day --------------------------------------------------------------------------


def close_and_allocate(market: Market, cycle: OrderCycle) -> None:
    """Let the last cut-off pass: the run happens by itself; then ask the growers to pick."""
    last = max(cycle.cutoffs.values_list("at", flat=True))
    with clock.at(last + timedelta(minutes=5)):
        close_due_cycles()
        cycle.refresh_from_db()
        issue_notices(cycle=cycle, by=market.staff)


def weigh_in(market: Market, cycle: OrderCycle, twists: Twists, *, part: float = 1.0) -> None:
    """Weigh what the growers bring, from half past three on; `part` of the rows only."""
    crate = CrateType.objects.order_by("order", "pk").first()
    assert crate is not None
    rows = list(
        NoticeRow.objects.filter(notice__cycle=cycle, qty__gt=0)
        .select_related("product", "share")
        .order_by("notice__group_id", "person_id", "product_id", "pk")
    )
    rows = rows[: int(len(rows) * part)]
    weighings = []
    for row in rows:
        qty = row.qty
        grade = row.grade
        if twists.short_weights and market.random.random() < 0.06:
            qty = max(100, qty * market.random.randrange(86, 97) // 10_000 * 100)
            if row.product.base_unit == BaseUnit.PIECE:
                qty = row.qty - 1
        if twists.regrade and grade == Grade.A and twists.once("regrade"):
            grade = Grade.B
        common: dict[str, Any] = {
            "key": f"demo-{row.pk}",
            "cycle_id": cycle.pk,
            "person_id": row.person_id,
            "product_id": row.product_id,
            "grade": grade,
            "plot_id": row.share.plot_id,
            "confirm": True,
        }
        if row.product.base_unit == BaseUnit.PIECE:
            weighings.append(WeighingInput(**common, pieces=max(1, qty)))
        else:
            crates = max(1, -(-qty // 18_000))
            weighings.append(
                WeighingInput(
                    **common, crates=[(crate.pk, crates)], gross_g=qty + crates * crate.tare_g
                )
            )
    with clock.at(moment(cycle.delivery_day, 3, 40)):
        record_weighings(by=market.staff, weighings=weighings)


def buy_on_the_market(market: Market, cycle: OrderCycle) -> None:
    """Buy outside, in need, what a kitchen that allows it is short of; named so on every paper."""
    short = (
        LineOutcome.objects.filter(
            run__cycle=cycle, run__is_current=True, short_qty__gt=0, line__product__base_unit="gram"
        )
        .exclude(line__order__buyer__outside_goods="never")
        .select_related("line__product")
        .order_by("-short_qty", "pk")
        .first()
    )
    product = short.line.product if short else market.products.get("คะน้า")
    if product is None:
        return
    with clock.at(moment(cycle.delivery_day, 4, 20)):
        buy_outside(
            by=market.staff,
            purchases=[
                OutsideInput(
                    key=f"demo-outside-{cycle.pk}",
                    cycle_id=cycle.pk,
                    product_id=product.pk,
                    grade=Grade.A,
                    qty=8_000,
                    vendor="แผงผักตัวอย่าง ตลาดพลาซ่า",
                    cost_satang=20_000,
                )
            ],
        )


def settle_and_send(market: Market, cycle: OrderCycle) -> list[Delivery]:
    """Close intake, pack and send off before six."""
    with clock.at(moment(cycle.delivery_day, 4, 50)):
        close_intake(cycle=cycle, by=market.staff)
        deliveries = list(
            Delivery.objects.filter(cycle=cycle, state=DeliveryState.ALLOCATED).order_by("pk")
        )
        pack_deliveries(by=market.staff, deliveries=deliveries)
    with clock.at(moment(cycle.delivery_day, 5, 20)):
        deliveries = list(
            Delivery.objects.filter(cycle=cycle, state=DeliveryState.PACKED).order_by("pk")
        )
        dispatch(by=market.staff, deliveries=deliveries, driver="บังดล ตัวอย่าง")
    return deliveries


def accept(market: Market, cycle: OrderCycle, twists: Twists) -> None:
    """Let every kitchen accept by weight; one line comes back and is resold."""
    packed: dict[int, int] = defaultdict(int)
    for line, qty in Pack.objects.filter(delivery__cycle=cycle).values_list("line_id", "qty"):
        packed[line] += qty
    with clock.at(moment(cycle.delivery_day, 6, 30)):
        for delivery in (
            Delivery.objects.filter(cycle=cycle, state=DeliveryState.DISPATCHED)
            .select_related("order__buyer")
            .prefetch_related("lines__product")
            .order_by("pk")
        ):
            answers = []
            for line in delivery.lines.all():
                delivered = packed.get(line.pk, 0)
                rejected = 0
                if twists.reject and delivered >= 4 * line.step_qty and twists.once("reject"):
                    rejected = line.step_qty * 2
                answers.append(
                    AcceptanceInput(
                        line_id=line.pk,
                        accepted_qty=delivered - rejected,
                        rejected_qty=rejected,
                        cause="quality" if rejected else "",
                        reason="ใบช้ำ" if rejected else "",
                    )
                )
            record_acceptance(
                by=market.receivers[delivery.order.buyer_id],
                delivery=delivery,
                method="own_phone",
                receiver_name="คนรับของ ตัวอย่าง",
                lines=answers,
            )
    _dispose_of_the_rest(market, cycle)


def _dispose_of_the_rest(market: Market, cycle: OrderCycle) -> None:
    """At nine: what came back is resold, what is left over goes to the market day or the compost."""
    with clock.at(moment(cycle.delivery_day, 9)):
        disposals = []
        for lot in HarvestLot.objects.with_left().filter(cycle=cycle).select_related("product"):
            if lot.left_qty <= 0:
                continue
            if lot.kind == HarvestLot.Kind.RETURNED:
                disposals.append(
                    DisposalInput(
                        lot_id=lot.pk,
                        kind="resold",
                        qty=lot.left_qty,
                        key=f"demo-{lot.pk}",
                        reason="ขายต่อหน้าศูนย์",
                        value_satang=lot.left_qty * 15 // 10 if lot.product.per == 1000 else 500,
                    )
                )
            else:
                disposals.append(
                    DisposalInput(
                        lot_id=lot.pk,
                        kind="basket",
                        qty=lot.left_qty,
                        key=f"demo-{lot.pk}",
                        reason="ตะกร้าแบ่งปัน",
                    )
                )
        dispose_lots(by=market.staff, disposals=disposals)


def live_day(market: Market, cycle: OrderCycle, twists: Twists) -> None:
    """Live through one delivery day from its cut-off to the signed acceptance."""
    close_and_allocate(market, cycle)
    cycle.refresh_from_db()
    if twists.replan and twists.once("replan"):
        plan_day_again(market, cycle)
    weigh_in(market, cycle, twists)
    if twists.outside and twists.once("outside"):
        buy_on_the_market(market, cycle)
    settle_and_send(market, cycle)
    accept(market, cycle, twists)
