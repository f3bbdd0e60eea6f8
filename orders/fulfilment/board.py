"""The hub's day on one page: how far each step is, what is late or short, intake against the plan.

Reading only, in a fixed number of queries whatever the size of the day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.models import Product
from catalogue.supply.models import Shortage
from marketplace.common.clock import now, today
from marketplace.common.dates import bangkok_at, format_date, format_time
from marketplace.common.quantities import BaseUnit, format_quantity
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.parties.models import FarmerGroup
from orders.allocation.models import Allocation, LineOutcome, Run
from orders.allocation.services.running import amount
from orders.fulfilment.models import Acceptance, HarvestLot, HarvestNotice, NoticeRow, Pack
from orders.models import Delivery, Line
from orders.states import DeliveryState

DONE_STATES: dict[str, int] = {
    CycleState.OPEN: 0,
    CycleState.CLOSED: 2,
    CycleState.ALLOCATED: 3,
    CycleState.INTAKE: 3,
    CycleState.DISPATCHED: 6,
    CycleState.ACCEPTED: 7,
}
"""How many of the eight steps are behind a cycle in a state."""

NAMED = 3
"""How many kitchens a row names before it counts the rest."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the day: `status` of the kit, empty when it is still to come."""

    label: str
    when: str
    text: str
    status: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Late:
    """One thing that is late, short or waits for somebody."""

    status: str
    badge: str
    text: str
    touches: str = ""
    owner: str = ""
    before: str = ""
    url: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group's intake against its plan, grams."""

    group: FarmerGroup
    plan_g: int
    weighed_g: int
    people: int
    came: int


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery of the day."""

    delivery: Delivery
    lines: int
    packs: int
    grams: int


@dataclass(frozen=True, slots=True)
class Missing:
    """What one person was to bring of one product and of which nothing was weighed, base units."""

    person_id: int
    product: Product
    qty: int


@dataclass(slots=True)
class Board:
    """Everything the page shows."""

    cycle: OrderCycle
    steps: list[Step] = field(default_factory=list)
    late: list[Late] = field(default_factory=list)
    groups: list[GroupRow] = field(default_factory=list)
    deliveries: list[DeliveryRow] = field(default_factory=list)
    run: Run | None = None
    intake: Run | None = None
    plan_g: int = 0
    weighed_g: int = 0
    missing: list[Missing] = field(default_factory=list)

    @property
    def missing_people(self) -> int:
        """How many people have something in the plan of which nothing was weighed."""
        return len({row.person_id for row in self.missing})

    @property
    def missing_g(self) -> int:
        """How many grams those are still expected to bring."""
        return sum(row.product.grams_of(row.qty) for row in self.missing)

    @property
    def late_count(self) -> int:
        return sum(1 for row in self.late if row.status in ("bad", "warn"))

    @property
    def people(self) -> int:
        return sum(row.people for row in self.groups)

    @property
    def came(self) -> int:
        return sum(row.came for row in self.groups)

    @property
    def share(self) -> str:
        """What is late as a text to pass on."""
        lines = [
            _("รอบส่ง %(day)s: ต้องดู %(count)s เรื่อง")
            % {"day": format_date(self.cycle.delivery_day, "day"), "count": self.late_count}
        ]
        lines += [f"- {row.badge} {row.text}" for row in self.late if row.status in ("bad", "warn")]
        return "\n".join(lines)


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
    board.missing = _missing(people, lots)
    _deliveries(board)
    _late(board, people, lots)
    board.late.sort(key=lambda row: ("bad", "warn", "info").index(row.status))
    _steps(board, people)
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


def _late(
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


def _missing(
    people: dict[int, dict[tuple[int, int], tuple[int, Product]]], lots: Sequence[Any]
) -> list[Missing]:
    came = {(lot.person_id, lot.product_id) for lot in lots if lot.intake_qty}
    return [
        Missing(person, product, qty)
        for rows in people.values()
        for (person, key), (qty, product) in rows.items()
        if qty and (person, key) not in came
    ]


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


def _steps(board: Board, people: dict[int, dict[tuple[int, int], tuple[int, Product]]]) -> None:
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
