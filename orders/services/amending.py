"""Changing placed orders until cut-off: amounts, new cells, whole days.

Always true: a line's quantity is the sum of its revisions; what was added later costs what that day
cost, what was placed keeps its price; what is taken away is let go in supply in the same
transaction, wanted more first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from catalogue.partner.models import StockRecord
from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.money import to_decimal
from marketplace.common.transactions import unit_of_work
from marketplace.cycles.models import OrderCycle
from marketplace.cycles.services import cutoffs_for, require_open
from orders import hooks
from orders.basket.building import basket_rows
from orders.basket.pricing import CellTerms, step_price
from orders.models import Delivery, Line, LineRevision, Order
from orders.rules import require_orderable, tranches, value_of_line
from orders.services.drafts import located
from orders.services.fees import settle_fees, zone_fees
from orders.services.inputs import CellInput, LineChange
from orders.services.locking import lock
from orders.services.progress import derive_order_status
from orders.services.supplying import (
    cell_terms,
    guarantee,
    hold_offers,
    terms_of_lines,
    write_revisions,
)
from orders.states import LINE_STATE_OF_DELIVERY, DeliveryState
from orders.utils import LinePrice, OrderCreator, surcharge_deliveries


@dataclass(slots=True)
class _Change:
    """One line on its way from one quantity to another, base units."""

    line: Line
    before_firm: int
    before_wanted: int
    qty: int

    @property
    def added(self) -> int:
        return self.qty - self.before_firm - self.before_wanted


@unit_of_work
def amend_lines(*, by: User | None, changes: Sequence[LineChange], reason: str = "") -> list[Order]:
    """Give placed lines new quantities, until the cut-off of their days.

    Lines may be of several orders. See `amend_order`.

    Returns:
        The orders, as they now stand.

    Raises:
        Refusal: a line that does not exist (code "no-such-line").
        Refusals: as `amend_order`.
    """
    wanted = {change.line_id: change.qty for change in changes}
    lines = Line.objects.filter(pk__in=wanted).only("order_id", "stockrecord_id", "cycle_id")
    by_order: dict[int, list[CellInput]] = {}
    for line in lines:
        by_order.setdefault(line.order_id, []).append(
            CellInput(line.stockrecord_id, line.cycle_id, wanted[line.pk])
        )
    if sum(map(len, by_order.values())) != len(wanted):
        raise Refusal(_("ไม่พบรายการนี้ในใบจอง กรุณาเปิดใบจองใหม่"), code="no-such-line")
    cycles = {cell.cycle_id for cells in by_order.values() for cell in cells}
    _hold_days(by_order, cycles)
    orders = Order.objects.select_related("buyer__buyer_class").in_bulk(by_order)
    lock(Order.objects.filter(pk__in=by_order))
    hold_offers(lines.values_list("product_id", flat=True))
    return [
        amend_order(by=by, order=orders[key], cells=by_order[key], reason=reason)
        for key in sorted(by_order)
    ]


@unit_of_work
def amend_order(
    *,
    by: User | None,
    order: Order,
    cells: Sequence[CellInput],
    reason: str = "",
    version: int | None = None,
) -> Order:
    """Give cells of a placed order new quantities until cut-off; new cells become new lines.

    What is added takes today's price for its day as a new revision and is reserved as far as it can
    be promised, the rest is wanted more. What is taken away goes from the wanted part first, then
    from the firm part, whose reservation is let go. A delivery left without anything is cancelled;
    one that gets something again comes back.

    Args:
        by: who changes.
        order: of the buyer.
        cells: base units; a cell not given stays.
        reason: shown in the history.
        version: the order's version that the person sees.

    Raises:
        Refusals: days past their cut-off, off the step, negative, absurd, no longer sold, no price.
        Refusal: code "stale" when somebody else changed the order since `version`.
    """
    asked = {(cell.listing_id, cell.cycle_id): cell for cell in cells}
    if not asked:
        return order
    buyer_class = order.buyer.buyer_class
    require_open(cycle_ids={cycle for _listing, cycle in asked}, buyer_class=buyer_class)
    order = (
        Order.objects.filter(pk__in=lock(Order.objects.filter(pk=order.pk)))
        .select_related("buyer__buyer_class")
        .get()
    )
    if version is not None and version != order.version:
        raise Refusal(
            _("ใบจองนี้ถูกแก้จากอีกหน้าหนึ่ง กรุณาเปิดใบจองใหม่แล้วแก้ต่อ ช่องที่พิมพ์ยังไม่ได้บันทึก"),
            code="stale",
            where={"version": order.version},
        )
    deliveries = {
        row.cycle_id: row
        for row in Delivery.objects.filter(pk__in=lock(Delivery.objects.filter(order=order)))
        .select_related("cycle")
        .order_by("pk")
    }
    products = StockRecord.objects.filter(pk__in={listing for listing, _cycle in asked})
    hold_offers(products.values_list("product_id", flat=True))
    lines = {
        (line.stockrecord_id, line.cycle_id): line
        for line in Line.objects.filter(order=order).select_related(
            "stockrecord__partner__party", "product", "cycle"
        )
    }
    changing = [
        cell
        for key, cell in asked.items()
        if cell.qty != (lines[key].ordered_qty if key in lines else 0)
    ]
    if not changing:
        return order
    listings = StockRecord.objects.select_related(
        "partner__party", "product__product_class"
    ).in_bulk({cell.listing_id for cell in changing})
    cycles = OrderCycle.objects.in_bulk({cell.cycle_id for cell in changing})
    _require_changes(changing, listings, cycles, deliveries)

    growing = [
        cell
        for cell in changing
        if cell.qty
        > (
            lines[cell.listing_id, cell.cycle_id].ordered_qty
            if (cell.listing_id, cell.cycle_id) in lines
            else 0
        )
    ]
    terms = cell_terms(
        buyer=order.buyer,
        cells=[(listings[cell.listing_id], cycles[cell.cycle_id]) for cell in growing],
    )
    Refusals.raise_if_any(
        Refusal(
            _("%(row)s %(column)s ยังไม่มีประกาศราคา จึงเพิ่มไม่ได้")
            % {
                "row": listings[cell.listing_id].product.name,
                "column": format_date(cycles[cell.cycle_id].delivery_day, "day"),
            },
            code="no-price",
            where={"listing": cell.listing_id, "cycle": cell.cycle_id},
        )
        for cell in growing
        if (cell.listing_id, cell.cycle_id) not in terms
    )
    fresh = [cell for cell in changing if (cell.listing_id, cell.cycle_id) not in lines]
    fresh_lines = new_lines(order, fresh, listings, terms, deliveries, cycles)
    changes = [
        _Change(
            line=line,
            before_firm=0 if line in fresh_lines else line.firm_qty,
            before_wanted=0 if line in fresh_lines else line.wanted_qty,
            qty=asked[line.stockrecord_id, line.cycle_id].qty,
        )
        for line in [
            *(
                lines[cell.listing_id, cell.cycle_id]
                for cell in changing
                if (cell.listing_id, cell.cycle_id) in lines
            ),
            *fresh_lines,
        ]
    ]
    _apply(by=by, changes=changes, terms=terms, reason=reason)
    settle_order(order=order, deliveries=list(deliveries.values()))
    if growing:
        for told in hooks.ordered:
            told(order.buyer, by)
    record(
        by=by,
        action="orders.order.amended",
        subject=order,
        party=f"party:{order.buyer_id}",
        data={"cells": len(changing), "reason": reason},
    )
    return order


def _hold_days(by_order: dict[int, list[CellInput]], cycle_ids: set[int]) -> None:
    """Take every cycle's shared lock before the first order's row, as the mover of days does."""
    classes = Order.objects.filter(pk__in=by_order).values_list("buyer__buyer_class_id", flat=True)
    for buyer_class in sorted(set(classes)):
        require_open(cycle_ids=cycle_ids, buyer_class=buyer_class)


def _require_changes(
    cells: Iterable[CellInput],
    listings: dict[int, StockRecord],
    cycles: dict[int, OrderCycle],
    deliveries: dict[int, Delivery],
) -> None:
    refused = []
    for cell in cells:
        listing, delivery = listings.get(cell.listing_id), deliveries.get(cell.cycle_id)
        try:
            if listing is None or cell.cycle_id not in cycles:
                raise Refusal(_("เลิกขายแล้ว กรุณาเลือกรายการอื่น"), code="archived")
            if cell.qty and (listing.archived_at or listing.product.archived_at):
                raise Refusal(_("เลิกขายแล้ว กรุณาเลือกรายการอื่น"), code="archived")
            require_orderable(
                cell.qty, step=listing.product.step_qty, unit=listing.product.base_unit
            )
            if delivery is not None and delivery.state not in (
                DeliveryState.PLACED,
                DeliveryState.CANCELLED,
            ):
                raise Refusal(_("วันนี้จัดสรรแล้ว จึงแก้ไม่ได้ กรุณาติดต่อศูนย์"), code="allocated")
        except Refusal as refusal:
            refused.append(located(refusal, cell, listing, _day_of(cycles.get(cell.cycle_id))))
    Refusals.raise_if_any(refused)


def _day_of(cycle: OrderCycle | None) -> dt.date | None:
    return cycle.delivery_day if cycle else None


def new_lines(
    order: Order,
    cells: Sequence[CellInput],
    listings: dict[int, StockRecord],
    terms: dict[tuple[int, int], CellTerms],
    deliveries: dict[int, Delivery],
    cycles: dict[int, OrderCycle],
) -> list[Line]:
    """Write lines for cells the order has not had, and their deliveries; nothing is reserved yet."""
    if not cells:
        return []
    rows = basket_rows(
        basket=order.basket,
        cells=[(listings[cell.listing_id], cell.cycle_id, cell.qty) for cell in cells],
        terms=terms,
    )
    missing = [cycles[cell.cycle_id] for cell in cells if cell.cycle_id not in deliveries]
    zones = (
        zone_fees(
            district_id=order.site.district_id, days=[cycle.delivery_day for cycle in missing]
        )
        if missing
        else {}
    )
    creator = OrderCreator(
        cutoffs=cutoffs_for(missing, order.buyer.buyer_class_id) if missing else {},
        fees={
            cycle.pk: [zones[cycle.delivery_day]]
            for cycle in missing
            if cycle.delivery_day in zones
        },
    )
    made = creator.create_deliveries(order, {cycle.pk for cycle in missing})
    for cycle_id, delivery in made.items():
        delivery.cycle = cycles[cycle_id]
    deliveries |= made
    return creator.create_lines(order, rows, deliveries)


def _apply(
    *,
    by: User | None,
    changes: Sequence[_Change],
    terms: dict[tuple[int, int], CellTerms],
    reason: str,
    kind: str = LineRevision.Kind.AMENDED,
) -> None:
    """Reserve and let go, write the revisions, and bring the lines and Oscar's columns up to date."""
    asks = []
    for change in changes:
        # Taking away: the wanted part first. Adding: all of it is asked for again, so that what
        # was wanted before becomes firm where it can.
        target = change.qty if change.added > 0 else min(change.before_firm, change.qty)
        asks.append((change.line, target))
    held = {change.line.pk: change.before_firm for change in changes}
    granted = guarantee(asks=asks, terms=terms, held=held)
    known = terms_of_lines(change.line.pk for change in changes)
    revisions = []
    for change in changes:
        line = change.line
        line.firm_qty = granted[line.pk]
        line.wanted_qty = change.qty - line.firm_qty
        top = tranches(known.get(line.pk, []))
        revisions.append(
            (
                line,
                line.firm_qty - change.before_firm,
                line.wanted_qty - change.before_wanted,
                terms[line.stockrecord_id, line.cycle_id]
                if change.added > 0
                else CellTerms(top[-1].price_satang if top else line.price_satang),
            )
        )
    write_revisions(by=by, kind=kind, changes=revisions, reason=reason)
    price_lines([change.line for change in changes])


def empty_lines(
    *, by: User | None, lines: Sequence[Line], reason: str, kind: str = LineRevision.Kind.CANCELLED
) -> None:
    """Take everything off these lines and let their reservations go."""
    changes = [
        _Change(line=line, before_firm=line.firm_qty, before_wanted=line.wanted_qty, qty=0)
        for line in lines
        if line.ordered_qty
    ]
    if changes:
        _apply(by=by, changes=changes, terms={}, reason=reason, kind=kind)


def price_lines(lines: Sequence[Line]) -> None:
    """Bring Oscar's columns of lines, and its line prices, in step with their revisions."""
    known = terms_of_lines(line.pk for line in lines)
    prices = []
    for line in lines:
        value, rows = value_of_line(line.ordered_qty, known[line.pk], per=line.per)
        worth = to_decimal(value)
        line.quantity = line.num_allocated = line.ordered_qty // line.step_qty
        line.line_price_excl_tax = line.line_price_incl_tax = worth
        line.line_price_before_discounts_excl_tax = worth
        line.line_price_before_discounts_incl_tax = worth
        for row in rows:
            price = step_price(row.price_satang, line.step_qty, line.base_unit)
            prices.append(
                LinePrice(
                    order_id=line.order_id,
                    line=line,
                    quantity=row.qty // line.step_qty,
                    price_excl_tax=price,
                    price_incl_tax=price,
                )
            )
    Line.objects.bulk_update(
        lines,
        [
            "firm_qty",
            "wanted_qty",
            "quantity",
            "num_allocated",
            "line_price_excl_tax",
            "line_price_incl_tax",
            "line_price_before_discounts_excl_tax",
            "line_price_before_discounts_incl_tax",
        ],
        batch_size=100,
    )
    LinePrice.objects.filter(line__in=[line.pk for line in lines]).delete()
    LinePrice.objects.bulk_create(prices)


def settle_order(*, order: Order, deliveries: Sequence[Delivery], fees: bool = True) -> None:
    """Recompute what follows from an order's lines: empty days, fees, totals, version, status.

    `fees`: whether what a delivery costs beyond its goods follows too.
    """
    rows = list(
        Line.objects.filter(order=order)
        .values("delivery_id")
        .annotate(firm=Sum("firm_qty"), wanted=Sum("wanted_qty"), worth=Sum("line_price_excl_tax"))
    )
    by_delivery = {row["delivery_id"]: row for row in rows}
    if fees:
        settle_fees(
            order=order,
            deliveries=deliveries,
            values={key: int(row["worth"] * 100) for key, row in by_delivery.items()},
        )
    for delivery in deliveries:
        row = by_delivery.get(delivery.pk)
        qty = row["firm"] + row["wanted"] if row else 0
        if qty == 0 and delivery.state == DeliveryState.PLACED:
            delivery.state = DeliveryState.CANCELLED
        elif qty and delivery.state == DeliveryState.CANCELLED:
            delivery.state = DeliveryState.PLACED
    Delivery.objects.bulk_update(deliveries, ["state", "fee_satang"])
    for state in {delivery.state for delivery in deliveries}:
        Line.objects.filter(
            delivery__in=[row.pk for row in deliveries if row.state == state]
        ).update(status=LINE_STATE_OF_DELIVERY[state])
    surcharge_deliveries(order, deliveries)
    total = sum((row["worth"] for row in rows), to_decimal(0)) + to_decimal(
        sum(delivery.fee_satang for delivery in deliveries)
    )
    order.total_excl_tax = order.total_incl_tax = total
    order.version += 1
    order.save(update_fields=["total_excl_tax", "total_incl_tax", "version"])
    derive_order_status(orders=[order])
    order.refresh_from_db(fields=["status"])
