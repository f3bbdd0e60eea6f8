"""What planning allocated days again would give, computed and not written.

The same functions make the preview and, under lock, the plan that is applied: a fingerprint of
all that went in tells whether both saw the same market. Always true of a plan made here: what
staff overrode stands to the gram; the earlier plan is kept as far as fill and tiers allow.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from catalogue.supply.models import OfferShare
from marketplace.common.exceptions import Refusal
from marketplace.cycles.models import CycleState, OrderCycle
from orders.allocation import engine
from orders.allocation.instances import (
    Again,
    ProductInstance,
    build_instances,
    lines_allocated,
)
from orders.allocation.models import Allocation, Override, Run
from orders.allocation.rules import kept_of
from orders.allocation.services.promising import promised_of
from orders.allocation.services.running import Solved, farm_gate_of
from orders.models import Line


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to the goods of some days.

    Attributes:
        first_day: delivery days from here ...
        last_day: ... to here are planned again, both included.
        cause: in words, for those who are told.
        percent_left: of what these shares still held, 0 to 100; 100 takes nothing away and only
            gives out what became free.
        districts: codes; shares that grow there are hit.
        offer_id: only the shares of this offer; None for every offer.
    """

    first_day: date
    last_day: date
    cause: str
    percent_left: int = 100
    districts: frozenset[str] = frozenset()
    offer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """Staff decide that a share gives `qty` base units to a line."""

    line_id: int
    share_id: int
    qty: int


@dataclass(frozen=True, slots=True)
class DayPlan:
    """One cycle planned again: what stands, and what would take its place."""

    cycle: OrderCycle
    standing: Run
    lines: tuple[Line, ...]
    promised: Mapping[int, int]
    before: Mapping[tuple[int, int], int]
    """Base units by (line, share) as the plan stands."""
    solved: tuple[Solved, ...]

    def after(self) -> dict[tuple[int, int], int]:
        """Base units by (line, share) as they would be."""
        found: dict[tuple[int, int], int] = defaultdict(int)
        for one in self.solved:
            for row in one.result.allocations:
                found[one.built.lines[row.line].pk, one.built.shares[row.lot].pk] += row.quantity_g
        return dict(found)

    def deltas(self) -> dict[int, int]:
        """Base units by share that are taken more (or less, negative) than now."""
        found: dict[int, int] = defaultdict(int)
        for (_line, share), qty in self.after().items():
            found[share] += qty
        for (_line, share), qty in self.before.items():
            found[share] -= qty
        return {share: qty for share, qty in sorted(found.items()) if qty}


@dataclass(frozen=True, slots=True)
class Plan:
    """Days planned again together, the shares that hold less now, and the fingerprint of it all."""

    days: tuple[DayPlan, ...]
    still: Mapping[int, int]
    fingerprint: str
    decided: Decided | None = None
    without: DayPlan | None = field(default=None, compare=False)
    """For a decision: what the same day would be without it."""


def plan_for(event: Event) -> Plan:
    """Plan the allocated days of an event again.

    Raises:
        Refusal: no day between these is allocated and still to be weighed in (code "no-day").
    """
    cycles = list(
        OrderCycle.objects.filter(
            state=CycleState.ALLOCATED,
            delivery_day__gte=event.first_day,
            delivery_day__lte=event.last_day,
        ).order_by("delivery_day", "pk")
    )
    still = _still_of(event, cycles)
    if not cycles and not still:
        raise Refusal(
            _("ช่วงวันนี้ไม่มีรอบส่งที่จัดสรรแล้วและยังไม่ชั่งรับ และไม่มีของที่เปิดจองตรงกับที่เลือก"),
            code="no-day",
            where="first_day",
        )
    return _plan(cycles, still, [])


def plan_decided(decided: Decided) -> Plan:
    """Plan a line's day again around a decision of staff, and without it for comparison.

    Raises:
        Refusal: the day is not allocated or weighed in already (code "intake"), the share does not
            fit the line ("fit"), holds less ("too-much"), or a promise to another would break
            ("firm").
    """
    line = Line.objects.select_related("cycle", "product").get(pk=decided.line_id)
    cycle = line.cycle
    if cycle.state != CycleState.ALLOCATED:
        raise Refusal(_("รอบส่งนี้เริ่มชั่งรับแล้วหรือยังไม่จัดสรร จึงแก้แผนไม่ได้"), code="intake")
    if decided.qty > line.ordered_qty:
        raise Refusal(_("มากกว่าที่ผู้ซื้อสั่ง"), code="too-much", where="qty")
    plain = _plan([cycle], {}, [])
    plan = _plan([cycle], {}, [decided])
    made = replace(plan, decided=decided, without=plain.days[0])
    _keep_firm(made)
    return made


def plan_again(cycle: OrderCycle) -> Plan:
    """Plan one allocated day again from its lines and shares as they now stand."""
    return _plan([cycle], {}, [])


def plan_line(line: Line) -> DayPlan:
    """Plan the allocated day of a line again with nothing changed, to see what fits it."""
    return _plan([line.cycle], {}, []).days[0]


def _keep_firm(plan: Plan) -> None:
    """Refuse a decision that breaks what other lines were promised and would have got."""
    assert plan.without is not None
    assert plan.decided is not None
    (day,) = plan.days
    got, could = _by_line(day.after()), _by_line(plan.without.after())
    for line in day.lines:
        sure = min(day.promised[line.pk], line.ordered_qty)
        if line.pk != plan.decided.line_id and got.get(line.pk, 0) < min(
            sure, could.get(line.pk, 0)
        ):
            raise Refusal(
                _("ทำแล้ว %(buyer)s จะไม่ได้ %(product)s ตามที่ยืนยันไว้ ลดจำนวนลงหรือเลือกแปลงอื่น")
                % {"buyer": line.order.buyer, "product": line.product.title},
                code="firm",
                where="qty",
            )


def _by_line(rows: Mapping[tuple[int, int], int]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for (line, _share), qty in rows.items():
        found[line] += qty
    return found


def _still_of(event: Event, cycles: Sequence[OrderCycle]) -> dict[int, int]:
    """Return what each share that was hit really holds, base units by primary key."""
    if event.percent_left >= 100 or not (event.districts or event.offer_id):
        return {}
    shares = OfferShare.objects.filter(
        harvest_offer__first_day__lte=event.last_day,
        harvest_offer__last_day__gte=event.first_day,
        qty__gt=0,
    )
    if event.offer_id is not None:
        shares = shares.filter(harvest_offer=event.offer_id)
    if event.districts:
        shares = shares.filter(
            Q(plot__district__in=event.districts)
            | Q(plot__isnull=True, person__district__in=event.districts)
        )
    rows = list(shares.select_related("harvest_offer__product").order_by("pk"))
    planned: dict[int, int] = dict(
        Allocation.objects.standing()
        .filter(share__in=rows, line__cycle__in=cycles)
        .order_by()
        .values_list("share")
        .annotate(total=Sum("qty"))
    )
    found = {}
    for share in rows:
        gone = max(0, share.taken_qty - planned.get(share.pk, 0))
        step = share.harvest_offer.product.step_qty
        qty = kept_of(share.qty, gone, event.percent_left, step)
        if qty < share.qty:
            found[share.pk] = qty
    return found


def _plan(
    cycles: Sequence[OrderCycle], still: Mapping[int, int], decided: Sequence[Decided]
) -> Plan:
    days: list[DayPlan] = []
    given: dict[int, int] = defaultdict(int)
    for cycle in cycles:
        day = _plan_day(cycle, frozenset(c.pk for c in cycles), still, given, decided)
        for (_line, share), qty in day.after().items():
            given[share] += qty
        days.append(day)
    told = hashlib.sha256()
    for day in days:
        told.update(f"{day.cycle.pk}:{day.standing.pk}:".encode())
        for one in day.solved:
            told.update(one.result.input_sha256.encode())
    told.update(repr(sorted(still.items())).encode())
    return Plan(tuple(days), dict(still), told.hexdigest())


def _plan_day(
    cycle: OrderCycle,
    together: frozenset[int],
    still: Mapping[int, int],
    given: Mapping[int, int],
    decided: Sequence[Decided],
) -> DayPlan:
    standing = Run.objects.exclude(kind=Run.Kind.INTAKE).get(cycle=cycle, is_current=True)
    lines = lines_allocated(cycle)
    promised = promised_of(cycle.pk, lines)
    before: dict[tuple[int, int], int] = {}
    for row in Allocation.objects.planned(cycle.pk).order_by("pk"):
        key = (row.line_id, row.share_id)
        before[key] = before.get(key, 0) + row.qty
    again = Again(
        cycles=together,
        promised=promised,
        still=still,
        given=given,
        credits=_credits_at_start(standing),
    )
    fresh = {(one.line_id, one.share_id) for one in decided}
    kept = [
        Decided(row.line_id, row.share_id, row.qty)
        for row in Override.objects.standing(cycle.pk).order_by("pk")
        if (row.line_id, row.share_id) not in fresh
    ]
    solved = []
    for built in build_instances(cycle, lines, farm_gate_of(cycle, lines), again):
        mine = [one for one in (*kept, *decided) if str(one.line_id) in built.lines]
        around = _around(built, before, mine, set(fresh))
        result = engine.solve(around.instance)
        engine.verify(around.instance, result)
        solved.append(Solved(around, result))
    return DayPlan(cycle, standing, tuple(lines), promised, before, tuple(solved))


def _credits_at_start(run: Run) -> dict[tuple[int, int], int]:
    """Return the credit that growers had when a plan was made, so that it counts once."""
    return {
        (int(farmer["id"]), product.product_id): farmer["credit_g"]
        for product in run.products.all()
        for farmer in product.document["farmers"]
        if farmer["credit_g"]
    }


def _around(
    built: ProductInstance,
    before: Mapping[tuple[int, int], int],
    decided: Iterable[Decided],
    fresh: set[tuple[int, int]],
) -> ProductInstance:
    """Have an instance keep the earlier plan, and hold to the gram what staff decided."""
    instance = built.instance
    product = str(built.product.pk)
    lots = {lot.id: lot for lot in instance.lots}
    lines = {line.id: line for line in instance.lines}
    room = {key: lot.quantity_g for key, lot in lots.items()}
    wish = {key: line.quantity_g for key, line in lines.items()}
    frozen = []
    for one in decided:
        lot, line = lots.get(str(one.share_id)), lines[str(one.line_id)]
        if (one.line_id, one.share_id) in fresh and one.qty:
            _check(one, lot, line, room)
        if lot is None:
            continue
        # An earlier decision that no longer fits whole is kept as far as it does.
        if qty := min(one.qty, room[lot.id], wish[line.id]):
            frozen.append(engine.Allocation(lot.id, line.id, product, qty))
            room[lot.id] -= qty
            wish[line.id] -= qty
        # Every other lot carries the mark, so this pair gets what was decided and no more.
        mark = override_mark(one)
        lines[line.id] = replace(line, certificates=line.certificates | {mark})
        for key, other in lots.items():
            if key != lot.id:
                lots[key] = replace(other, certificates=other.certificates | {mark})
    return replace(
        built,
        instance=replace(
            instance,
            lots=tuple(lots.values()),
            lines=tuple(lines.values()),
            frozen=tuple(frozen),
            previous=tuple(
                engine.Allocation(str(share), str(line), product, qty)
                for (line, share), qty in sorted(before.items())
                if str(line) in lines and str(share) in lots
            ),
        ),
    )


def override_mark(one: Decided | Override) -> str:
    """Return the engine's name for "every lot but the one that staff decided on"."""
    return f"override:{one.line_id}:{one.share_id}"


def _check(
    one: Decided, lot: engine.Lot | None, line: engine.Line, room: Mapping[str, int]
) -> None:
    if lot is None:
        raise Refusal(_("แปลงนี้ไม่มีของเหลือในวันส่งนั้น"), code="too-much", where="share")
    if not engine.fits(lot, line):
        raise Refusal(
            _("ของแปลงนี้ไม่ตรงที่ผู้ซื้อขอ (เกรด มาตรฐาน กลุ่ม หรือราคา)"), code="fit", where="share"
        )
    if one.qty > room[lot.id]:
        raise Refusal(_("แปลงนี้มีให้ได้ในวันนั้นไม่ถึงที่ใส่ ลดจำนวนลง"), code="too-much", where="qty")


def gini_of(day: DayPlan) -> Fraction:
    """Return how unevenly the growers of a day fare, over all products that somebody wanted of
    them, by the part of what they offered that is sold.
    """
    parts = []
    for one in day.solved:
        offered: dict[str, int] = defaultdict(int)
        for lot in one.built.instance.lots:
            offered[lot.farmer] += lot.quantity_g
        parts += [
            engine.Part(
                grower=out.id,
                offered_g=one.built.product.grams_of(offered[out.id]),
                sold_g=one.built.product.grams_of(out.sold_g),
                wanted=engine.was_wanted(out.reason),
            )
            for out in one.result.farmers
        ]
    return engine.fairness(parts).gini or Fraction(0)
