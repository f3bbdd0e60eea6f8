"""What happens to placed lines when a delivery day is moved, joined with another, or skipped.

Called by `cycles` inside the move's transaction. What was guaranteed is looked for again on the new
day; what cannot be kept there becomes a shortage and wanted more, and its buyer is told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from copy import copy

from django.utils.translation import gettext as _

from catalogue.supply import services as supply
from marketplace.common.quantities import BaseUnit, format_quantity
from marketplace.cycles.hooks import DayMove
from marketplace.cycles.models import OrderCycle
from marketplace.cycles.services import cutoffs_for
from orders.basket.pricing import CellTerms
from orders.models import Delivery, Line, LineRevision, Order
from orders.rules import tranches
from orders.services.amending import empty_lines, price_lines, settle_order
from orders.services.cancelling import cancel_deliveries
from orders.services.locking import lock
from orders.services.supplying import guarantee, hold_offers, terms_of_lines, write_revisions
from orders.states import DeliveryState

MOVABLE = (DeliveryState.PLACED, DeliveryState.ALLOCATED, DeliveryState.PACKED)
Touched = dict[int, list[str]]


def move_deliveries(move: DayMove) -> Touched:
    """Follow a moved, joined or skipped day with every delivery it touches.

    Returns:
        By buyer, what changed for it in short lines (none: only the day).
    """
    deliveries = Delivery.objects.filter(cycle=move.cycle)
    if move.buyers is not None:
        deliveries = deliveries.filter(order__buyer_id__in=move.buyers)
    rows = [
        row
        for row in Delivery.objects.filter(pk__in=lock(deliveries))
        .select_related("order__buyer__buyer_class", "cycle")
        .order_by("pk")
        if row.state in MOVABLE
    ]
    touched: Touched = {row.order.buyer_id: [] for row in rows}
    if not rows:
        if move.target is not None and move.target.pk == move.cycle.pk:
            supply.recheck(cycle_ids=[move.cycle.pk], cause=move.reason)
        return touched
    if move.target is None:
        cancel_deliveries(by=move.by, deliveries=rows, reason=move.reason, after_cutoff=True)
        return touched
    orders = sorted({row.order_id for row in rows})
    hold_offers(Line.objects.filter(delivery__in=rows).values_list("product_id", flat=True))
    firm_before = _firm_of(orders)
    _follow(move, rows, move.target)
    lines = Line.objects.filter(order__in=orders, cycle=move.target, firm_qty__gt=0)
    if move.target.pk == move.cycle.pk:
        supply.recheck(cycle_ids=[move.target.pk], cause=move.reason)
    else:
        supply.rebook(moves={line.holder: move.target.pk for line in lines}, cause=move.reason)
    for order in Order.objects.filter(pk__in=orders).select_related("buyer__buyer_class"):
        settle_order(
            order=order,
            deliveries=list(
                Delivery.objects.filter(order=order).select_related("cycle").order_by("pk")
            ),
        )
    after = _firm_of(orders)
    names = {
        (order, listing): (buyer, title, BaseUnit(unit))
        for order, listing, buyer, title, unit in Line.objects.filter(order__in=orders).values_list(
            "order_id", "stockrecord_id", "order__buyer_id", "title", "base_unit"
        )
    }
    for (order_id, listing), qty in firm_before.items():
        lost = qty - after.get((order_id, listing), 0)
        if lost > 0:
            buyer, title, unit = names[order_id, listing]
            touched[buyer].append(
                _("%(product)s ยืนยันได้น้อยลง %(lost)s เป็นขอเพิ่ม")
                % {"product": title, "lost": format_quantity(lost, unit)}
            )
    return touched


def buyers_on(cycle: OrderCycle) -> list[int]:
    """Return the buyers with a delivery on a cycle that can still be moved."""
    return sorted(
        set(
            Delivery.objects.filter(cycle=cycle, state__in=MOVABLE).values_list(
                "order__buyer_id", flat=True
            )
        )
    )


def follow_cutoff(cycle: OrderCycle, buyer_class: str, at: dt.datetime) -> None:
    """Give the placed deliveries of a class on a cycle its new cut-off (UTC)."""
    keys = lock(
        Delivery.objects.filter(
            cycle=cycle, state=DeliveryState.PLACED, order__buyer__buyer_class=buyer_class
        )
    )
    Delivery.objects.filter(pk__in=keys).update(cutoff_at=at)


def _firm_of(orders: Sequence[int]) -> dict[tuple[int, int], int]:
    """Return what is guaranteed over all days, by order and listing."""
    found: dict[tuple[int, int], int] = {}
    for order, listing, firm in Line.objects.filter(order__in=orders).values_list(
        "order_id", "stockrecord_id", "firm_qty"
    ):
        found[order, listing] = found.get((order, listing), 0) + firm
    return found


def _follow(move: DayMove, rows: Sequence[Delivery], target: OrderCycle) -> None:
    """Put the deliveries on the target cycle; where the order has one there, join its lines to it."""
    cutoffs = {
        buyer_class: cutoffs_for([target], buyer_class)[target.pk]
        for buyer_class in {row.order.buyer.buyer_class_id for row in rows}
    }
    there = {
        row.order_id: row
        for row in Delivery.objects.filter(
            pk__in=lock(
                Delivery.objects.filter(
                    cycle=target, order__in=[row.order_id for row in rows]
                ).exclude(pk__in=[row.pk for row in rows])
            )
        ).order_by("pk")
    }
    moving = [row for row in rows if row.order_id not in there]
    for row in moving:
        row.cycle = target
        row.cutoff_at = cutoffs[row.order.buyer.buyer_class_id]
    Delivery.objects.bulk_update(moving, ["cycle", "cutoff_at"])
    Line.objects.filter(delivery__in=moving).update(cycle=target)
    joining = [row for row in rows if row.order_id in there]
    if joining:
        _join(move, joining, there, target)


def _join(
    move: DayMove, rows: Sequence[Delivery], there: dict[int, Delivery], target: OrderCycle
) -> None:
    """Add the lines of deliveries to those of the same orders on another day.

    Revisions are history and stay where they are: the line left behind is emptied, and the line on
    the other day gets the same quantities at the same prices, guaranteed as far as that day can.
    """
    related = ("order", "stockrecord__partner__party", "product", "cycle")
    lines = list(Line.objects.filter(delivery__in=rows).select_related(*related).order_by("pk"))
    standing = {
        (line.order_id, line.stockrecord_id): line
        for line in Line.objects.filter(delivery__in=there.values()).select_related(*related)
    }
    known = terms_of_lines(line.pk for line in lines)
    carried = [(line, tranche) for line in lines for tranche in tranches(known.get(line.pk, []))]
    fresh: dict[tuple[int, int], Line] = {}
    for line in lines:
        key = line.order_id, line.stockrecord_id
        if key not in standing and line.ordered_qty:
            twin = copy(line)
            twin.pk = None
            twin.delivery, twin.cycle = there[line.order_id], target
            twin.firm_qty = twin.wanted_qty = 0
            fresh[key] = twin
    firm_of = {(line.order_id, line.stockrecord_id): line.firm_qty for line in lines}
    empty_lines(by=move.by, lines=lines, reason=move.reason, kind=LineRevision.Kind.MOVED)
    Line.objects.bulk_create(fresh.values())
    onto = {
        key: line
        for key, line in {**standing, **fresh}.items()
        if any((row.order_id, row.stockrecord_id) == key for row, _tranche in carried)
    }
    held = {line.pk: line.firm_qty for line in onto.values()}
    granted = guarantee(
        asks=[(line, line.firm_qty + firm_of[key]) for key, line in onto.items()],
        terms={},
        held=held,
    )
    revisions = []
    for line, tranche in carried:
        other = onto[line.order_id, line.stockrecord_id]
        firm = min(tranche.delta_qty, granted[other.pk] - other.firm_qty)
        other.firm_qty += firm
        other.wanted_qty += tranche.delta_qty - firm
        price = CellTerms(tranche.price_satang, fees=dict(tranche.fees))
        revisions.append((other, firm, tranche.delta_qty - firm, price))
    write_revisions(by=move.by, kind=LineRevision.Kind.MOVED, changes=revisions, reason=move.reason)
    price_lines(list(onto.values()))
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(state=DeliveryState.CANCELLED)
