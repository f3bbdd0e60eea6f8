"""How far each step of the day is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Max, Min
from django.utils.translation import gettext as _

from catalogue.models import Product
from marketplace.common.clock import now
from marketplace.common.dates import format_date, format_time
from marketplace.common.quantities import BaseUnit, format_quantity
from marketplace.cycles.models import CycleState
from orders.fulfilment.board.rows import DONE_STATES, Board, Step
from orders.states import DeliveryState


def add_steps(board: Board, people: dict[int, dict[tuple[int, int], tuple[int, Product]]]) -> None:
    cycle = board.cycle
    times = cycle.cutoffs.aggregate(first=Min("at"), last=Max("at"))
    buyers = len({row.delivery.order.buyer_id for row in board.deliveries})
    lines = sum(row.lines for row in board.deliveries)
    packed = sum(
        1
        for row in board.deliveries
        if row.delivery.state
        in (DeliveryState.PACKED, DeliveryState.DISPATCHED, DeliveryState.ACCEPTED)
    )
    left = sum(
        1
        for row in board.deliveries
        if row.delivery.state in (DeliveryState.DISPATCHED, DeliveryState.ACCEPTED)
    )
    accepted = sum(1 for row in board.deliveries if row.delivery.state == DeliveryState.ACCEPTED)
    total = len(board.deliveries)
    run = board.run
    behind = DONE_STATES.get(cycle.state, 0)
    if cycle.state == CycleState.OPEN and cycle.opens_at <= now():
        behind = 1
    if cycle.state == CycleState.INTAKE and board.intake is not None:
        behind = 5 if packed == total and total else 4
    texts = [
        (_("เปิดรับ"), format_date(_day(cycle.opens_at), "day"), _("%(n)s ผู้ซื้อ") % {"n": buyers}),
        (
            _("ปิดรับ"),
            _when(times["last"]),
            _("%(lines)s รายการ") % {"lines": lines},
        ),
        (
            _("จัดสรร"),
            _when(run.at) if run else "",
            _("%(qty)s %(percent)s%%")
            % {
                "qty": format_quantity(run.allocated_g, BaseUnit.GRAM),
                "percent": _percent(run.allocated_g, run.asked_g),
            }
            if run
            else "",
        ),
        (
            _("ชั่งรับ"),
            _("ควรเสร็จ %(time)s") % {"time": format_time(cycle.hub.intake_until)},
            _("%(came)s/%(expected)s ราย") % {"came": board.came, "expected": board.people},
        ),
        (_("แพ็ค"), "", f"{packed}/{total}"),
        (_("ออกส่ง"), "", _("%(left)s/%(total)s แห่ง") % {"left": left, "total": total}),
        (
            _("ตรวจรับ"),
            _receive_window(board),
            _("%(left)s/%(total)s แห่ง") % {"left": accepted, "total": total},
        ),
    ]
    bad = any(row.status == "bad" for row in board.late)
    board.steps = [
        Step(
            label=str(label),
            when=str(when),
            text=str(text),
            status=(
                "ok"
                if place < behind
                else ("bad" if bad else "info")
                if place == behind and cycle.state != CycleState.ACCEPTED
                else ""
            ),
            current=place == behind,
        )
        for place, (label, when, text) in enumerate(texts)
    ]


def _day(moment: datetime) -> Any:
    from marketplace.common.dates import bangkok_date

    return bangkok_date(moment)


def _when(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return f"{format_date(_day(moment), 'day')} {format_time(moment)}"


def _percent(part: int, whole: int) -> str:
    if not whole:
        return "0"
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else f"{tenths // 10}"


def _receive_window(board: Board) -> str:
    sites = [row.delivery.order.site for row in board.deliveries]
    if not sites:
        return ""
    first = min(site.receive_from for site in sites)
    last = max(site.receive_until for site in sites)
    return f"{format_time(first)}–{format_time(last)}"
