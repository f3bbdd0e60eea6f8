"""Reading the day of a cycle in a fixed number of queries whatever its size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum

from catalogue.models import Product
from marketplace.common.clock import today
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.parties.models import FarmerGroup
from orders.allocation.models import Allocation, Run
from orders.fulfilment.board.late import add_late
from orders.fulfilment.board.rows import Board, DeliveryRow, GroupRow, Missing
from orders.fulfilment.board.steps import add_steps
from orders.fulfilment.models import Acceptance, HarvestLot, Pack
from orders.models import Delivery, Line
from orders.states import DeliveryState


def current_cycle() -> OrderCycle | None:
    """Return the cycle that the hub works on: today's, else the next one, else the last."""
    cycles = OrderCycle.objects.exclude(state=CycleState.CANCELLED).select_related("hub")
    return (
        cycles.filter(delivery_day__gte=today()).order_by("delivery_day", "pk").first()
        or cycles.order_by("-delivery_day", "-pk").first()
    )


def neighbours(cycle: OrderCycle) -> tuple[OrderCycle | None, OrderCycle | None]:
    """Return the cycles before and after one."""
    others = OrderCycle.objects.exclude(state=CycleState.CANCELLED).exclude(pk=cycle.pk)
    return (
        others.filter(delivery_day__lt=cycle.delivery_day).order_by("-delivery_day").first(),
        others.filter(delivery_day__gt=cycle.delivery_day).order_by("delivery_day").first(),
    )


def make_board(cycle: OrderCycle) -> Board:
    """Read the day of a cycle."""
    board = Board(cycle)
    for run in Run.objects.filter(cycle=cycle, is_current=True):
        if run.kind == Run.Kind.INTAKE:
            board.intake = run
        else:
            board.run = run
    plan, people = _planned(cycle)
    lots = list(
        HarvestLot.objects.filter(cycle=cycle)
        .with_left()
        .select_related("product", "person", "group")
        .order_by("pk")
    )
    _groups(board, plan, people, lots)
    board.missing = missing_of(people, lots)
    _deliveries(board)
    add_late(board, people, lots)
    board.late.sort(key=lambda row: ("bad", "warn", "info").index(row.status))
    add_steps(board, people)
    return board


def _planned(
    cycle: OrderCycle,
) -> tuple[dict[int, int], dict[int, dict[tuple[int, int], tuple[int, Product]]]]:
    """Return the plan in grams by group, and base units by group and (person, product)."""
    grams: dict[int, int] = defaultdict(int)
    people: dict[int, dict[tuple[int, int], tuple[int, Product]]] = defaultdict(dict)
    rows = list(
        Allocation.objects.planned(cycle.pk)
        .values_list("group_id", "person_id", "product_id")
        .annotate(total=Sum("qty"))
        .order_by("group_id", "person_id", "product_id")
    )
    products = Product.objects.in_bulk({row[2] for row in rows})
    for group, person, product, qty in rows:
        grams[group] += products[product].grams_of(qty)
        people[group][person, product] = (qty, products[product])
    return grams, people


def _groups(
    board: Board,
    plan: dict[int, int],
    people: dict[int, dict[tuple[int, int], tuple[int, Product]]],
    lots: Sequence[Any],
) -> None:
    weighed: dict[int, int] = defaultdict(int)
    came: dict[int, set[int]] = defaultdict(set)
    for lot in lots:
        if lot.kind in (HarvestLot.Kind.OWN, HarvestLot.Kind.MIXED) and lot.intake_qty:
            weighed[lot.group_id] += lot.product.grams_of(lot.intake_qty)
            if lot.person_id:
                came[lot.group_id].add(lot.person_id)
    groups = FarmerGroup.objects.in_bulk({*plan, *weighed})
    board.groups = [
        GroupRow(
            group=group,
            plan_g=plan.get(key, 0),
            weighed_g=weighed.get(key, 0),
            people=len({person for person, _product in people.get(key, {})}),
            came=len(came.get(key, ())),
        )
        for key, group in sorted(groups.items(), key=lambda pair: pair[1].name_th)
    ]
    board.plan_g = sum(row.plan_g for row in board.groups)
    board.weighed_g = sum(row.weighed_g for row in board.groups)


def missing_of(
    people: dict[int, dict[tuple[int, int], tuple[int, Product]]], lots: Sequence[Any]
) -> list[Missing]:
    came = {(lot.person_id, lot.product_id) for lot in lots if lot.intake_qty}
    return [
        Missing(person, product, qty)
        for rows in people.values()
        for (person, key), (qty, product) in rows.items()
        if qty and (person, key) not in came
    ]


def _deliveries(board: Board) -> None:
    rows = (
        Delivery.objects.filter(cycle=board.cycle)
        .exclude(state=DeliveryState.CANCELLED)
        .select_related("order__buyer", "order__site")
        .order_by("order__site__receive_from", "pk")
    )
    lines: dict[int, int] = defaultdict(int)
    grams: dict[int, int] = defaultdict(int)
    wanted = Line.objects.filter(cycle=board.cycle).select_related("product")
    for line in wanted:
        if line.ordered_qty:
            lines[line.delivery_id] += 1
            grams[line.delivery_id] += line.product.grams_of(line.ordered_qty)
    packs = dict(
        Pack.objects.filter(delivery__cycle=board.cycle)
        .values_list("delivery")
        .annotate(count=Count("pk"))
        .order_by()
    )
    board.deliveries = [
        DeliveryRow(row, lines[row.pk], packs.get(row.pk, 0), grams[row.pk]) for row in rows
    ]


def to_chase() -> Any:
    """Return deliveries that left and whose acceptance nobody has recorded, longest ago first."""
    return (
        Delivery.objects.filter(state=DeliveryState.DISPATCHED)
        .exclude(Exists(Acceptance.objects.filter(delivery=OuterRef("pk"))))
        .select_related("order__buyer", "order__site", "cycle", "delivery_note")
        .order_by("cycle__delivery_day", "order__site__receive_until", "pk")
    )


def waiting_lots() -> Any:
    """Return lots of days that have left of which something waits for a decision."""
    return (
        HarvestLot.objects.filter(
            Q(kind=HarvestLot.Kind.RETURNED)
            | Q(cycle__state__in=(CycleState.DISPATCHED, CycleState.ACCEPTED))
        )
        .exclude(state=HarvestLot.State.DONE)
        .with_left()
        .filter(left_qty__gt=0)
    )
