"""Reading orders for pages and papers: days with their lines and sums, history, text to pass on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import F
from django.utils.translation import gettext as _

from marketplace.common.clock import now
from marketplace.common.dates import format_date, format_range
from marketplace.common.money import format_baht, from_decimal
from marketplace.common.quantities import BaseUnit, format_number, format_quantity
from marketplace.cycles.models import CycleState
from orders.models import Delivery, DeliveryFee, Line, LineRevision, Order
from orders.states import STATUS_LOOK, DeliveryState


@dataclass(slots=True)
class LineView:
    """A line as a page shows it."""

    line: Line
    name: str
    about: str
    unit: str
    firm: str
    wanted: str
    ordered: str
    price: str
    worth: int
    grams: int


@dataclass(slots=True)
class DayView:
    """A delivery with its lines."""

    delivery: Delivery
    lines: list[LineView] = field(default_factory=list)
    fees: list[DeliveryFee] = field(default_factory=list)
    grams: int = 0
    firm_grams: int = 0
    worth: int = 0
    until: dt.datetime | None = None
    can_change: bool = False

    @property
    def wanted_grams(self) -> int:
        return self.grams - self.firm_grams

    @property
    def look(self) -> str:
        return STATUS_LOOK[self.delivery.state]

    @property
    def cancelled(self) -> bool:
        return self.delivery.state == DeliveryState.CANCELLED


def days_of(deliveries: Iterable[Delivery]) -> list[DayView]:
    """Return deliveries with their lines and fees, earliest first; in a fixed number of queries.

    `deliveries`: with cycle.
    """
    views = {row.pk: DayView(row) for row in sorted(deliveries, key=_by_day)}
    lines = (
        Line.objects.filter(delivery__in=list(views))
        .select_related("product", "standard", "partner__party")
        .order_by("title", "pk")
    )
    for fee in DeliveryFee.objects.filter(delivery__in=list(views)):
        views[fee.delivery_id].fees.append(fee)
    moment, until = now(), _cutoffs(list(views))
    for line in lines:
        if line.ordered_qty:
            view, shown = views[line.delivery_id], view_of(line)
            view.lines.append(shown)
            view.grams += shown.grams
            view.firm_grams += line.product.grams_of(line.firm_qty)
            view.worth += shown.worth
    for key, view in views.items():
        view.until = until.get(key, view.delivery.cutoff_at)
        view.can_change = (
            view.delivery.state == DeliveryState.PLACED
            and view.delivery.cycle.state == CycleState.OPEN
            and moment < view.until
        )
    return list(views.values())


def _cutoffs(keys: list[int]) -> dict[int, dt.datetime]:
    """Return until when each delivery may be changed today: the hub may have moved a cut-off."""
    return dict(
        Delivery.objects.filter(
            pk__in=keys,
            cycle__cutoffs__buyer_class=F("order__buyer__buyer_class"),
        ).values_list("pk", "cycle__cutoffs__at")
    )


def _by_day(row: Delivery) -> tuple[dt.date, int]:
    return row.cycle.delivery_day, row.pk


def view_of(line: Line) -> LineView:
    """Return a line in words and figures."""
    unit = BaseUnit(line.base_unit)
    about = [line.min_grade]
    if line.standard_id:
        about.append(str(line.standard_id))
    party = line.partner.party
    if party is not None and party.kind == "group":
        about.append(party.name)
    return LineView(
        line=line,
        name=str(line.product.name),
        about=" · ".join(about),
        unit=str(line.product.unit_label),
        firm=format_number(line.firm_qty, unit),
        wanted=format_number(line.wanted_qty, unit) if line.wanted_qty else "",
        ordered=format_number(line.ordered_qty, unit),
        price=format_baht(line.price_satang),
        worth=from_decimal(line.line_price_excl_tax),
        grams=line.product.grams_of(line.ordered_qty),
    )


@dataclass(slots=True)
class Event:
    """Something that happened to an order: when, by whom, and to which lines."""

    at: dt.datetime
    who: str
    kind: str
    reason: str
    changes: list[str] = field(default_factory=list)
    lines: int = 0

    @property
    def more(self) -> int:
        return self.lines - len(self.changes)


MOST_CHANGES = 12


def history_of(order: Order) -> list[Event]:
    """Return what happened to an order, newest first; one query."""
    events: dict[tuple[object, ...], Event] = {}
    rows = (
        LineRevision.objects.filter(line__order=order)
        .select_related("acted_by", "line__product", "line__cycle")
        .order_by("-pk")
    )
    for row in rows:
        key = row.at.replace(microsecond=0), row.acted_by_id, row.kind, row.reason
        event = events.get(key)
        if event is None:
            who = row.acted_by.get_full_name() or str(row.acted_by) if row.acted_by else _("ระบบ")
            event = events[key] = Event(row.at, who, row.get_kind_display(), row.reason)
        event.lines += 1
        if row.kind != LineRevision.Kind.PLACED and len(event.changes) < MOST_CHANGES:
            event.changes.append(_change(row))
    return list(events.values())


def _change(row: LineRevision) -> str:
    unit = BaseUnit(row.line.base_unit)
    words = {
        "product": row.line.product.name,
        "day": format_date(row.line.cycle.delivery_day, "day"),
        "qty": format_quantity(abs(row.delta_qty), unit),
        "price": format_baht(row.price_satang),
    }
    if row.delta_qty > 0:
        return _("%(product)s %(day)s เพิ่ม %(qty)s ราคา %(price)s บาท") % words
    if row.delta_qty < 0:
        return _("%(product)s %(day)s ลด %(qty)s") % words
    words["qty"] = format_quantity(abs(row.firm_delta_qty), unit)
    if row.firm_delta_qty < 0:
        return _("%(product)s %(day)s ยืนยันน้อยลง %(qty)s เป็นขอเพิ่ม") % words
    return _("%(product)s %(day)s ยืนยันเพิ่ม %(qty)s จากที่ขอไว้") % words


def text_of(order: Order, days: Iterable[DayView]) -> str:
    """Return an order as short text to pass on: a line per product, no prices."""
    lines = [_("ใบจอง %(number)s") % {"number": order.number}, order.site.name]
    for day in days:
        if day.cancelled or not day.lines:
            continue
        lines.append("")
        lines.append(_("ส่ง %(day)s") % {"day": format_date(day.delivery.cycle.delivery_day, "day")})
        for row in day.lines:
            text = f"{row.name} {row.ordered} {row.unit}"
            if row.wanted:
                text += " " + _("(ยืนยัน %(firm)s)") % {"firm": row.firm}
            lines.append(text)
    return "\n".join(lines)


def window_of(days: Iterable[DayView]) -> str:
    """Return the span of an order's days in words."""
    on = [day.delivery.cycle.delivery_day for day in days]
    return format_range(min(on), max(on)) if on else ""


def sheet_rows(lines: Iterable[Line]) -> Iterator[list[object]]:
    """Return rows of a spreadsheet, one a line; read with an iterator, so memory stays flat."""
    for line in lines:
        unit = BaseUnit(line.base_unit)
        yield [
            line.order.number,
            line.order.buyer.name,
            line.order.site.name,
            line.cycle.delivery_day,
            line.product.name,
            line.min_grade,
            line.standard_id or "",
            line.firm_qty / unit.per if unit.per > 1 else line.firm_qty,
            line.wanted_qty / unit.per if unit.per > 1 else line.wanted_qty,
            str(line.product.unit_label),
            line.unit_price_excl_tax * unit.per / line.step_qty,
            line.line_price_excl_tax,
            str(DeliveryState(line.delivery.state).label),
            line.order.purchase_order.number if line.order.purchase_order else "",
        ]
