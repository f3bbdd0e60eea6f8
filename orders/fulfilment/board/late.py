"""What is late, short or waits for somebody, and who must act by when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.models import Product
from catalogue.supply.models import Shortage
from marketplace.common.clock import now
from marketplace.common.dates import bangkok_at, format_time
from marketplace.common.quantities import BaseUnit, format_quantity
from marketplace.cycles.models import CycleState
from orders.allocation.models import LineOutcome
from orders.allocation.services.running import amount
from orders.fulfilment.board.rows import Board, Late
from orders.fulfilment.models import HarvestLot, HarvestNotice, NoticeRow
from orders.models import Delivery
from orders.states import DeliveryState

NAMED = 3
"""How many kitchens a row names before it counts the rest."""


def add_late(
    board: Board,
    people: dict[int, dict[tuple[int, int], tuple[int, Product]]],
    lots: Sequence[Any],
) -> None:
    cycle, moment = board.cycle, now()
    hub = str(_("ศูนย์รวบรวม"))
    _late_cutoff(board, moment)
    _late_notices(board, people)
    intake_end = bangkok_at(cycle.delivery_day, cycle.hub.intake_until)
    if cycle.state in (CycleState.ALLOCATED, CycleState.INTAKE) and board.intake is None:
        late = moment > intake_end
        if board.missing and (late or cycle.state == CycleState.INTAKE):
            board.late.append(
                Late(
                    "bad" if late else "warn",
                    _late_by(moment, intake_end) if late else _("รอชั่ง"),
                    _("ยังไม่มาชั่ง %(count)s ราย %(qty)s")
                    % {
                        "count": board.missing_people,
                        "qty": format_quantity(board.missing_g, BaseUnit.GRAM),
                    },
                    owner=hub,
                    before=format_time(cycle.hub.intake_until),
                    url=reverse("fulfilment:scale", args=[cycle.pk]),
                    action=_("เปิดหน้าชั่ง"),
                )
            )
    _late_short(board)
    for lot in lots:
        if lot.state == HarvestLot.State.HELD:
            board.late.append(
                Late(
                    "warn",
                    _("กันไว้"),
                    _("ล็อต %(code)s %(product)s %(qty)s: %(reason)s")
                    % {
                        "code": lot.code,
                        "product": lot.product.name,
                        "qty": amount(lot.left_qty, lot.product),
                        "reason": lot.held_reason,
                    },
                    touches=_("ยังไม่แพ็ค"),
                    owner=hub,
                    url=reverse("fulfilment:lots", args=[cycle.pk]),
                    action=_("ดูล็อต"),
                )
            )
    _late_deliveries(board, moment)
    waiting = [
        lot
        for lot in lots
        if lot.left_qty > 0
        and lot.state != HarvestLot.State.HELD
        and (
            lot.kind == HarvestLot.Kind.RETURNED
            or cycle.state in (CycleState.DISPATCHED, CycleState.ACCEPTED)
        )
    ]
    if waiting:
        back = sum(1 for lot in waiting if lot.kind == HarvestLot.Kind.RETURNED)
        board.late.append(
            Late(
                "warn",
                _("รอจัดการ"),
                _("ของเหลือและของคืน %(count)s ล็อต (คืนมา %(back)s) ยังไม่บอกว่าทำอะไร")
                % {"count": len(waiting), "back": back},
                owner=hub,
                url=reverse("fulfilment:lots", args=[cycle.pk]),
                action=_("จัดการของเหลือ"),
            )
        )


def _late_cutoff(board: Board, moment: datetime) -> None:
    cycle = board.cycle
    last = cycle.cutoffs.aggregate(last=Max("at"))["last"]
    if cycle.state == CycleState.CLOSED or (
        cycle.state == CycleState.OPEN and last is not None and last < moment
    ):
        board.late.append(
            Late(
                "bad",
                _("ยังไม่จัดสรร"),
                _("ปิดรับแล้วแต่ยังไม่ได้จัดสรร ระบบลองใหม่ทุกนาที"),
                owner=str(_("ศูนย์รวบรวม")),
                url=reverse("allocation:runs"),
                action=_("ดูการจัดสรร"),
            )
        )


def _late_notices(
    board: Board, people: dict[int, dict[tuple[int, int], tuple[int, Product]]]
) -> None:
    cycle = board.cycle
    if cycle.state not in (CycleState.ALLOCATED, CycleState.INTAKE) or not people:
        return
    told = set(HarvestNotice.objects.filter(cycle=cycle).values_list("group_id", flat=True))
    silent = len(set(people) - told)
    url = reverse("fulfilment:notices", args=[cycle.pk])
    if silent:
        board.late.append(
            Late(
                "bad",
                _("ยังไม่แจ้ง"),
                _("ยังไม่ส่งใบแจ้งเก็บ %(count)s กลุ่ม") % {"count": silent},
                owner=str(_("ศูนย์รวบรวม")),
                url=url,
                action=_("ส่งใบแจ้งเก็บ"),
            )
        )
        return
    if board.intake is not None:
        return
    quiet = (
        NoticeRow.objects.filter(
            notice__cycle=cycle,
            acknowledged_at__isnull=True,
            qty__gt=0,
            person__in={row.person_id for row in board.missing},
        ).aggregate(people=Count("person", distinct=True))
    )["people"]
    if quiet:
        board.late.append(
            Late(
                "info",
                _("รอตอบ"),
                _("ยังไม่รับทราบใบแจ้งเก็บ %(count)s ราย") % {"count": quiet},
                owner=str(_("ผู้ประสานกลุ่ม")),
                url=url,
                action=_("ดูใบแจ้งเก็บ"),
            )
        )


def _late_short(board: Board) -> None:
    run = board.intake or board.run
    if run is None or board.cycle.state in (CycleState.DISPATCHED, CycleState.ACCEPTED):
        return
    short = (
        LineOutcome.objects.filter(run=run, short_qty__gt=0)
        .exclude(line__delivery__state=DeliveryState.CANCELLED)
        .select_related("line__product", "line__order__buyer")
        .order_by("line__product__title", "pk")
    )
    by_product: dict[int, list[LineOutcome]] = defaultdict(list)
    for row in short:
        by_product[row.line.product_id].append(row)
    for rows in by_product.values():
        product = rows[0].line.product
        buyers = sorted({row.line.order.buyer.name for row in rows})
        firm = sum(max(0, row.firm_qty - row.allocated_qty) for row in rows)
        board.late.append(
            Late(
                "bad" if firm or board.intake is not None else "warn",
                _("ขาด %(qty)s") % {"qty": amount(sum(r.short_qty for r in rows), product)},
                _("%(product)s ได้ %(given)s จาก %(asked)s")
                % {
                    "product": product.name,
                    "given": amount(sum(r.allocated_qty for r in rows), product),
                    "asked": amount(sum(r.asked_qty for r in rows), product),
                },
                touches=buyers[0] if len(buyers) == 1 else _("%(n)s ครัว") % {"n": len(buyers)},
                owner=str(_("ศูนย์รวบรวม")),
                url=reverse("allocation:run", args=[run.pk]),
                action=_("ดูเหตุผล"),
            )
        )
    for shortage in Shortage.objects.filter(
        cycle=board.cycle, settled_at__isnull=True
    ).select_related("product"):
        board.late.append(
            Late(
                "warn",
                _("ยอดยืนยันลด"),
                _("%(product)s %(qty)s: %(cause)s")
                % {
                    "product": shortage.product.name,
                    "qty": amount(shortage.qty, shortage.product),
                    "cause": shortage.cause,
                },
                owner=str(_("ศูนย์รวบรวม")),
                before=format_time(shortage.deadline),
                url=reverse("supply:shortages"),
                action=_("จัดการ"),
            )
        )


def _late_deliveries(board: Board, moment: datetime) -> None:
    """Say once what was not sent, and once what has no acceptance, with the kitchens it touches."""
    cycle = board.cycle
    unsent: list[Delivery] = []
    unaccepted: list[Delivery] = []
    for row in board.deliveries:
        delivery = row.delivery
        site = delivery.order.site
        if (
            delivery.state in (DeliveryState.ALLOCATED, DeliveryState.PACKED)
            and moment > bangkok_at(cycle.delivery_day, site.receive_from)
            and cycle.state == CycleState.INTAKE
        ):
            unsent.append(delivery)
        elif delivery.state == DeliveryState.DISPATCHED and moment > bangkok_at(
            cycle.delivery_day, site.receive_until
        ):
            unaccepted.append(delivery)
    if unsent:
        due = min(delivery.order.site.receive_from for delivery in unsent)
        board.late.append(
            Late(
                "bad",
                _late_by(moment, bangkok_at(cycle.delivery_day, due)),
                _("ยังไม่ออกส่ง %(buyer)s") % {"buyer": unsent[0].order.buyer.name}
                if len(unsent) == 1
                else _("ยังไม่ออกส่ง %(n)s แห่ง") % {"n": len(unsent)},
                touches=_kitchens(unsent),
                owner=str(_("ศูนย์รวบรวม")),
                before=format_time(due),
                url=reverse("fulfilment:packing", args=[cycle.pk]),
                action=_("แพ็คและออกส่ง"),
            )
        )
    if unaccepted:
        due = min(delivery.order.site.receive_until for delivery in unaccepted)
        one = len(unaccepted) == 1
        board.late.append(
            Late(
                "bad",
                _late_by(moment, bangkok_at(cycle.delivery_day, due)),
                _("ส่งแล้วยังไม่มีผลตรวจรับ %(buyer)s") % {"buyer": unaccepted[0].order.buyer.name}
                if one
                else _("ส่งแล้วยังไม่มีผลตรวจรับ %(n)s แห่ง") % {"n": len(unaccepted)},
                touches=_kitchens(unaccepted),
                owner=str(_("คนส่ง")),
                before=format_time(due),
                url=reverse("fulfilment:accept", args=[unaccepted[0].pk])
                if one
                else reverse("fulfilment:packing", args=[cycle.pk]),
                action=_("ใส่ผลตรวจรับ"),
            )
        )


def _kitchens(deliveries: Sequence[Delivery]) -> str:
    """Name the kitchens that wait, the first ones when there are many."""
    if len(deliveries) == 1:
        return str(deliveries[0].order.site.name)
    names = list(dict.fromkeys(delivery.order.buyer.name for delivery in deliveries))
    listed = ", ".join(names[:NAMED])
    if len(names) <= NAMED:
        return listed
    return _("%(names)s และอีก %(n)s") % {"names": listed, "n": len(names) - NAMED}


def _late_by(moment: datetime, due: datetime) -> str:
    minutes = int((moment - due).total_seconds() // 60)
    if minutes < 60:
        return _("ช้า %(minutes)s นาที") % {"minutes": max(1, minutes)}
    if minutes < 60 * 24:
        return _("ช้า %(hours)s ชม.") % {"hours": minutes // 60}
    return _("ช้า %(days)s วัน") % {"days": minutes // (60 * 24)}
