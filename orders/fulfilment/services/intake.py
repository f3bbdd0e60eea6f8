"""After the scale: the day is settled again from real lots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from time import perf_counter

from django.db.models import Q
from django.utils.translation import gettext as _

from catalogue.models import Product
from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now
from marketplace.common.exceptions import Refusal
from marketplace.common.quantities import BaseUnit
from marketplace.common.transactions import unit_of_work
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.cycles.services import transition
from marketplace.parties.models import OutsideGoods
from orders.allocation import engine
from orders.allocation.instances import (
    ProductInstance,
    distances,
    group_certificate,
    required_of,
)
from orders.allocation.models import Allocation, LineOutcome, Run
from orders.allocation.services.promising import keep_promises, promised_of
from orders.allocation.services.running import (
    Outcome,
    Solved,
    outcomes_of,
    since,
    store_run,
    tell_short,
)
from orders.fulfilment.hooks import tell_lots_taken_in
from orders.fulfilment.models import HarvestLot, LotAssignment
from orders.fulfilment.querysets import left_of
from orders.models import Line
from orders.states import DeliveryState

OWN = "own"
"""What every lot but one bought outside carries; lines of buyers who never take those require it."""

WANTED_TIERS = 100
"""Added to the tier of what a line wants beyond its plan: surplus covers shortages first."""


@unit_of_work
def close_intake(*, cycle: OrderCycle, by: User | None) -> Run:
    """Settle the day again from the lots that came, and tell on what was taken in.

    Every line keeps its plan, and its farms where that costs nothing; a lot of a lower grade goes
    to lines that take it; surplus covers what others are short of before it serves what was wanted
    more; goods bought outside come last and only where the buyer allows them. What is packed stays.
    Closing again takes in what came since; each lot is told on once.

    Returns:
        The run, with a reason for every short line.

    Raises:
        Refusal: the cycle is not allocated, or has left already.
    """
    locked = OrderCycle.objects.select_for_update().get(pk=cycle.pk)
    if locked.state == CycleState.ALLOCATED:
        transition(locked, CycleState.INTAKE, by=by)
    if locked.state != CycleState.INTAKE:
        raise Refusal(
            _("รอบส่งนี้อยู่ขั้น “%(state)s” ปิดชั่งรับได้ระหว่างชั่งรับเท่านั้น")
            % {"state": locked.get_state_display()},
            code="not-intake",
        )
    cycle.state = locked.state
    started = perf_counter()
    lots = list(
        HarvestLot.objects.select_for_update(of=("self",))
        .filter(cycle=locked)
        .exclude(kind=HarvestLot.Kind.RETURNED)
        .select_related("product", "group", "plot", "person", "cycle")
        .order_by("pk")
    )
    open_lines, packed = _lines(locked)
    solved, given = _settle(locked, lots, open_lines)
    before = Run.objects.filter(cycle=locked, kind=Run.Kind.INTAKE, is_current=True).first()
    outcomes = [out for one in solved for out in outcomes_of(one)]
    outcomes += _kept_outcomes(before, packed)
    run = store_run(
        cycle=locked,
        kind=Run.Kind.INTAKE,
        solved=solved,
        outcomes=outcomes,
        by=by,
        milliseconds=since(started),
    )
    kept = (
        LotAssignment.objects.filter(run=before, line__in=packed).values_list(
            "lot_id", "line_id", "qty"
        )
        if before
        else []
    )
    LotAssignment.objects.bulk_create(
        [
            LotAssignment(run=run, lot_id=lot, line_id=line, qty=qty)
            for lot, line, qty in [*given, *kept]
        ],
        batch_size=500,
    )
    fresh = [lot for lot in lots if lot.closed_at is None and lot.intake_qty]
    for lot in fresh:
        lot.closed_at = now()
    HarvestLot.objects.bulk_update(fresh, ["closed_at"])
    record(
        by=by,
        action="fulfilment.intake.closed",
        subject=run,
        data={"cycle": locked.pk, "lots": len(fresh), "short_g": run.short_g},
    )
    keep_promises(
        run=run,
        lines=open_lines,
        got={out.line.pk: out.allocated_qty for out in outcomes},
        by=by,
    )
    tell_short(run, [out for out in outcomes if out.line.pk not in {line.pk for line in packed}])
    if fresh:
        tell_lots_taken_in(fresh, by=by)
    return run


def _lines(cycle: OrderCycle) -> tuple[list[Line], list[Line]]:
    """Return the lines still to be supplied, and those packed already."""
    lines = (
        Line.objects.filter(cycle=cycle)
        .filter(Q(firm_qty__gt=0) | Q(wanted_qty__gt=0))
        .exclude(delivery__state=DeliveryState.CANCELLED)
        .select_related("product", "order__buyer", "order__site", "partner__party", "delivery")
        .order_by("pk")
    )
    still: list[Line] = []
    packed: list[Line] = []
    for line in lines:
        (still if line.delivery.state == DeliveryState.ALLOCATED else packed).append(line)
    return still, packed


def _settle(
    cycle: OrderCycle, lots: Sequence[HarvestLot], lines: Sequence[Line]
) -> tuple[list[Solved], list[tuple[int, int, int]]]:
    left = left_of(lot.pk for lot in lots)
    usable = [lot for lot in lots if lot.state == HarvestLot.State.OPEN and left[lot.pk] > 0]
    plan: dict[int, list[Allocation]] = defaultdict(list)
    for row in Allocation.objects.planned(cycle.pk).order_by("pk"):
        plan[row.line_id].append(row)
    roads = distances()
    promised = promised_of(cycle.pk, lines)
    solved, given = [], []
    for product in sorted({line.product for line in lines}, key=lambda p: p.pk):
        mine = [line for line in lines if line.product_id == product.pk]
        here = [lot for lot in usable if lot.product_id == product.pk]
        one = _solve_product(cycle, product, mine, here, left, plan, roads, promised)
        solved.append(one)
        totals: dict[tuple[int, int], int] = defaultdict(int)
        for answer in one.result.allocations:
            totals[int(answer.lot), one.built.lines[answer.line].pk] += answer.quantity_g
        given += [(lot, line, qty) for (lot, line), qty in sorted(totals.items())]
    return solved, given


def _solve_product(
    cycle: OrderCycle,
    product: Product,
    lines: Sequence[Line],
    lots: Sequence[HarvestLot],
    left: dict[int, int],
    plan: dict[int, list[Allocation]],
    roads: dict[tuple[str, str], int],
    promised: dict[int, int],
) -> Solved:
    own = [lot for lot in lots if not lot.is_outside]
    asked, rows = _asked(cycle, product, lines, plan, promised)
    earlier = _earlier(own, lines, plan, left)

    def build(
        present: Sequence[HarvestLot], previous: Sequence[engine.Allocation], own_first: bool
    ) -> engine.Instance:
        farmers: dict[str, int] = defaultdict(int)
        for lot in present:
            farmers[_farmer(lot)] += left[lot.pk]
        zones = {_zone(lot) for lot in present} | {line.deliver_zone for line in asked}
        return engine.Instance(
            farmers=tuple(
                engine.Farmer(name, qty, qty if own_first and not name.startswith("outside") else 0)
                for name, qty in sorted(farmers.items())
            ),
            lots=tuple(_lot(lot, left[lot.pk], cycle) for lot in present),
            lines=tuple(asked),
            distance_km={pair: km for pair, km in roads.items() if set(pair) <= zones},
            pack_g=1,
            previous=tuple(previous),
            share_anew=True,
        )

    instance = build(own, earlier, own_first=False)
    result = engine.solve(instance)
    if len(own) < len(lots) and result.filled_g < sum(line.quantity_g for line in asked):
        # Only what our own goods cannot fill is filled from outside; the lines keep their farms.
        instance = build(lots, result.allocations, own_first=True)
        result = engine.solve(instance)
    engine.verify(instance, result)
    return Solved(ProductInstance(product, instance, rows, {}), result)


def _asked(
    cycle: OrderCycle,
    product: Product,
    lines: Sequence[Line],
    plan: dict[int, list[Allocation]],
    promised: dict[int, int],
) -> tuple[list[engine.Line], dict[str, Line]]:
    """Return the engine's lines: what each was allocated, and apart from it what it wants beyond."""
    asked: list[engine.Line] = []
    rows: dict[str, Line] = {}
    for line in lines:
        buyer = line.order.buyer
        needed = set(required_of(line))
        price = None
        if buyer.outside_goods == OutsideGoods.NEVER:
            needed.add(OWN)
        elif buyer.outside_goods == OutsideGoods.UP_TO_PRICE:
            price = line.price_satang
        planned = min(line.ordered_qty, sum(row.qty for row in plan[line.pk]))
        firm = min(promised[line.pk], planned)
        beyond_firm = min(promised[line.pk], line.ordered_qty) - firm
        for suffix, qty, sure, tier in (
            ("", planned, firm, buyer.contract_tier),
            (
                "+",
                line.ordered_qty - planned,
                beyond_firm,
                buyer.contract_tier + WANTED_TIERS,
            ),
        ):
            if qty or (not suffix and not line.ordered_qty):
                key = f"{line.pk}{suffix}"
                rows[key] = line
                asked.append(
                    engine.Line(
                        id=key,
                        product=str(product.pk),
                        min_grade=line.min_grade,
                        certificates=frozenset(needed),
                        day=cycle.delivery_day,
                        quantity_g=qty,
                        firm_g=sure,
                        deliver_zone=line.order.site.district_id,
                        max_price_satang=price,
                        tier=tier,
                    )
                )
    return asked, rows


def _lot(lot: HarvestLot, qty: int, cycle: OrderCycle) -> engine.Lot:
    carries = set(lot.standards)
    price = 0
    if lot.is_outside:
        per = BaseUnit(lot.product.base_unit).per
        price = -(-(lot.cost_satang or 0) * per // max(1, lot.intake_qty))
    else:
        carries.add(OWN)
        if lot.group_id:
            carries.add(group_certificate(lot.group_id))
    return engine.Lot(
        id=str(lot.pk),
        farmer=_farmer(lot),
        product=str(lot.product_id),
        grade=lot.grade,
        certificates=frozenset(carries),
        days=frozenset({cycle.delivery_day}),
        zone=_zone(lot),
        quantity_g=qty,
        min_price_satang=price,
    )


def _farmer(lot: HarvestLot) -> str:
    if lot.is_outside:
        return f"outside:{lot.pk}"
    return str(lot.person_id) if lot.person_id else f"mixed:{lot.pk}"


def _zone(lot: HarvestLot) -> str:
    if lot.plot is not None:
        return str(lot.plot.district_id)
    if lot.person is not None:
        return str(lot.person.district_id)
    return str(lot.group.district_id) if lot.group is not None else ""


def _earlier(
    lots: Sequence[HarvestLot],
    lines: Sequence[Line],
    plan: dict[int, list[Allocation]],
    left: dict[int, int],
) -> list[engine.Allocation]:
    """Return the plan in terms of the lots that came: the same person's, the planned grade first."""
    by_person: dict[int, list[HarvestLot]] = defaultdict(list)
    for lot in lots:
        if lot.person_id:
            by_person[lot.person_id].append(lot)
    free = dict(left)
    rows: dict[tuple[str, str], int] = defaultdict(int)
    for line in lines:
        for planned in plan[line.pk]:
            need = planned.qty
            mine = sorted(
                by_person[planned.person_id],
                key=lambda lot: (lot.share_id != planned.share_id, lot.grade != planned.grade),
            )
            for lot in mine:
                part = min(need, free[lot.pk])
                if part:
                    rows[str(lot.pk), str(line.pk)] += part
                    free[lot.pk] -= part
                    need -= part
    product = str(lots[0].product_id) if lots else ""
    return [engine.Allocation(lot, line, product, qty) for (lot, line), qty in rows.items()]


def _kept_outcomes(before: Run | None, packed: Sequence[Line]) -> list[Outcome]:
    """Return the outcomes of lines packed already, as the run before left them."""
    if before is None or not packed:
        return []
    lines = {line.pk: line for line in packed}
    return [
        Outcome(
            line=lines[row.line_id],
            firm_qty=row.firm_qty,
            asked_qty=row.asked_qty,
            allocated_qty=row.allocated_qty,
            reason_code=row.reason_code,
            reason=row.reason,
        )
        for row in LineOutcome.objects.filter(run=before, line_id__in=lines).order_by("pk")
    ]
