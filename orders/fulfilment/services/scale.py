"""The scale: readings become lots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Sum
from django.utils.translation import gettext as _

from catalogue.models import Product
from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common.dates import harvest_day
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.quantities import MAX_GRAMS, MAX_PIECES, BaseUnit
from marketplace.common.transactions import unit_of_work
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.cycles.services import transition
from marketplace.parties.models import Membership, Person
from orders.allocation.instances import standards_in_force
from orders.allocation.models import Allocation
from orders.allocation.services.running import amount
from orders.fulfilment.exceptions import OutOfRange
from orders.fulfilment.models import CrateType, HarvestLot, Weighing
from orders.fulfilment.rules import SCALE_SLACK_G, out_of_range


@dataclass(frozen=True, slots=True)
class WeighingInput:
    """One reading of the scale.

    `key` is drawn by the device, so that sending it again is harmless. Gram products: `gross_g`
    with `crates` as (crate type, count), whose tare is taken off. Piece products: `pieces` (gross
    and crates may be left out). `confirm`: the person was asked and says that the figure is
    right.
    """

    key: str
    cycle_id: int
    person_id: int
    product_id: int
    grade: str
    crates: Sequence[tuple[int, int]] = ()
    gross_g: int = 0
    pieces: int = 0
    plot_id: int | None = None
    confirm: bool = False


@dataclass(slots=True)
class _Expected:
    """What the plan expects of one person and product on a cycle."""

    qty: int = 0
    weighed: int = 0
    group_id: int | None = None
    share_id: int | None = None
    plot_id: int | None = None
    grade: str = ""
    declared: set[str] = field(default_factory=set)


@unit_of_work
def record_weighings(*, by: User | None, weighings: Iterable[WeighingInput]) -> list[HarvestLot]:
    """Take readings of the scale; several crates of one person, product, grade and plot make one
    lot.

    The first reading of a cycle opens its intake. A key seen before changes nothing.

    Returns:
        The lot of each reading, in order.

    Raises: Refusals: one per reading that cannot be: no weight left after tare, absurd, a person
    in no group, intake not open; `OutOfRange` when it must be confirmed. Nothing is saved then.
    """
    given = list(weighings)
    known = {
        row.key: row.lot
        for row in Weighing.objects.filter(key__in=[one.key for one in given]).select_related("lot")
    }
    fresh = {one.key: one for one in given if one.key not in known}
    if fresh:
        made = _take(list(fresh.values()), by)
        known.update(made)
    return [known[one.key] for one in given]


def _take(given: list[WeighingInput], by: User | None) -> dict[str, HarvestLot]:
    cycles = open_for_intake({one.cycle_id for one in given}, by)
    products = Product.objects.in_bulk({one.product_id for one in given})
    persons = Person.objects.in_bulk({one.person_id for one in given})
    tares = dict(CrateType.objects.values_list("pk", "tare_g"))
    expected = expected_of(set(cycles))
    groups = _groups_of(given, expected)
    in_force = {
        day: standards_in_force(day=day, product_ids=set(products), holders=set(groups.values()))
        for day in {cycle.delivery_day for cycle in cycles.values()}
    }
    lots = _open_lots(given)
    refused: list[Refusal] = []
    new_lots: dict[tuple[object, ...], HarvestLot] = {}
    rows: list[tuple[Weighing, HarvestLot]] = []
    for one in given:
        product, cycle = products[one.product_id], cycles[one.cycle_id]
        plan = expected.setdefault((one.cycle_id, one.person_id, one.product_id), _Expected())
        try:
            tare, net = _net(one, product, tares)
            group = groups.get((one.person_id, one.product_id, one.cycle_id))
            if group is None:
                raise Refusal(
                    _("%(name)s ไม่ได้เป็นสมาชิกกลุ่มใด ชั่งรับในชื่อนี้ไม่ได้")
                    % {"name": persons[one.person_id]},
                    code="no-group",
                    where={"key": one.key},
                )
            _in_range(one, product, persons[one.person_id], plan, net)
        except Refusal as refusal:
            refused.append(refusal)
            continue
        plan.weighed += net
        key = _lot_key(one, plan)
        lot = lots.get(key)
        if lot is None:
            lot = lots[key] = new_lots[key] = _new_lot(
                one, cycle, product, group[0], plan, in_force[cycle.delivery_day], by
            )
        lot.intake_qty += net
        if lot.state == HarvestLot.State.DONE:
            lot.state = HarvestLot.State.OPEN
        rows.append(
            (
                Weighing(
                    key=one.key,
                    gross_g=one.gross_g,
                    tare_g=tare,
                    crates=[[kind, count] for kind, count in one.crates],
                    net_qty=net,
                    by=by,
                ),
                lot,
            )
        )
    Refusals.raise_if_any(refused)
    HarvestLot.objects.bulk_create(list(new_lots.values()))
    HarvestLot.objects.bulk_update(
        [lot for key, lot in lots.items() if key not in new_lots], ["intake_qty", "state"]
    )
    for row, lot in rows:
        row.lot = lot
    Weighing.objects.bulk_create([row for row, _lot in rows])
    record_many(
        [
            ("fulfilment.weighed", lot, {"net_qty": row.net_qty, "key": row.key})
            for row, lot in rows
        ],
        by=by,
    )
    return {row.key: lot for row, lot in rows}


def open_for_intake(keys: set[int], by: User | None) -> dict[int, OrderCycle]:
    cycles = {
        cycle.pk: cycle
        for cycle in OrderCycle.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    }
    for cycle in cycles.values():
        if cycle.state == CycleState.ALLOCATED:
            transition(cycle, CycleState.INTAKE, by=by)
        if cycle.state != CycleState.INTAKE:
            raise Refusal(
                _("รอบส่งนี้อยู่ขั้น “%(state)s” ชั่งรับได้หลังจัดสรรและก่อนออกส่งเท่านั้น")
                % {"state": cycle.get_state_display()},
                code="not-intake",
                where={"cycle": cycle.pk},
            )
    return cycles


def expected_of(cycle_ids: Iterable[int]) -> dict[tuple[int, int, int], _Expected]:
    """Return what the plan expects and what was weighed, by (cycle, person, product)."""
    found: dict[tuple[int, int, int], _Expected] = defaultdict(_Expected)
    rows = (
        Allocation.objects.standing()
        .filter(line__cycle_id__in=list(cycle_ids))
        .select_related("share__harvest_offer", "line")
        .prefetch_related("share__harvest_offer__standards")
        .order_by("-qty", "pk")
    )
    for row in rows:
        plan = found[row.line.cycle_id, row.person_id, row.product_id]
        plan.qty += row.qty
        if plan.share_id is None:
            plan.share_id, plan.group_id = row.share_id, row.group_id
            plan.plot_id, plan.grade = row.share.plot_id, row.grade
            plan.declared = {one.pk for one in row.share.harvest_offer.standards.all()}
    weighed = (
        HarvestLot.objects.filter(cycle_id__in=list(cycle_ids), kind=HarvestLot.Kind.OWN)
        .values("cycle_id", "person_id", "product_id")
        .annotate(total=Sum("intake_qty"))
        .order_by()
    )
    for total in weighed:
        key = (total["cycle_id"], total["person_id"] or 0, total["product_id"])
        found[key].weighed = total["total"]
    return found


def _groups_of(
    given: list[WeighingInput], expected: dict[tuple[int, int, int], _Expected]
) -> dict[tuple[int, int, int], tuple[int, int]]:
    """Return (group, person) by (person, product, cycle): of the plan, else of the membership."""
    member: dict[int, int] = {}
    for person, group in (
        Membership.objects.filter(
            person_id__in={one.person_id for one in given}, until__isnull=True
        )
        .order_by("-since", "-pk")
        .values_list("person_id", "group_id")
    ):
        member[person] = group
    found = {}
    for one in given:
        plan = expected.get((one.cycle_id, one.person_id, one.product_id))
        group_id = (plan.group_id if plan else None) or member.get(one.person_id)
        if group_id is not None:
            found[one.person_id, one.product_id, one.cycle_id] = (group_id, one.person_id)
    return found


def _net(one: WeighingInput, product: Product, tares: dict[int, int]) -> tuple[int, int]:
    """Return tare in grams and net in base units."""
    where = {"key": one.key}
    if any(kind not in tares or count < 0 for kind, count in one.crates):
        raise Refusal(_("ไม่รู้จักตะกร้าที่เลือก เลือกจากรายการอีกครั้ง"), code="crate", where=where)
    tare = sum(tares[kind] * count for kind, count in one.crates)
    if product.base_unit == BaseUnit.PIECE:
        if one.pieces <= 0:
            raise Refusal(
                _("%(product)s นับเป็นชิ้น ใส่จำนวนก่อน") % {"product": product.title},
                code="empty",
                where=where,
            )
        net, most = one.pieces, MAX_PIECES
    else:
        net, most = one.gross_g - tare, MAX_GRAMS
        if net <= 0:
            raise Refusal(
                _("น้ำหนัก %(gross)s หักตะกร้า %(tare)s แล้วไม่เหลือ ดูจำนวนตะกร้าอีกครั้ง")
                % {"gross": amount(one.gross_g, product), "tare": amount(tare, product)},
                code="tare",
                where=where,
            )
    if net > most:
        raise Refusal(_("น้ำหนักมากเกินไป อ่านจากเครื่องชั่งอีกครั้ง"), code="too-much", where=where)
    return tare, net


def _in_range(
    one: WeighingInput, product: Product, person: Person, plan: _Expected, net: int
) -> None:
    slack = SCALE_SLACK_G if product.base_unit == BaseUnit.GRAM else 2
    if one.confirm or not out_of_range(plan.qty, plan.weighed, net, slack):
        return
    words = {
        "name": str(person),
        "product": product.title,
        "net": amount(net, product),
        "expected": amount(plan.qty, product),
        "before": amount(plan.weighed, product),
    }
    if not plan.qty:
        text = _("วันนี้ไม่ได้แจ้ง%(name)sเก็บ%(product)s รับ %(net)s ใช่ไหม") % words
    elif plan.weighed:
        text = _("แจ้งเก็บ %(expected)s ชั่งแล้ว %(before)s จะเพิ่มอีก %(net)s ใช่ไหม") % words
    else:
        text = _("แจ้งเก็บ %(expected)s แต่ชั่งได้ %(net)s ใช่ไหม") % words
    raise OutOfRange(
        text,
        code="out-of-range",
        where={"key": one.key, "expected_qty": plan.qty, "qty": plan.weighed + net},
    )


def _lot_key(one: WeighingInput, plan: _Expected) -> tuple[object, ...]:
    plot = one.plot_id or plan.plot_id
    return (one.cycle_id, one.person_id, one.product_id, one.grade, plot)


def _open_lots(given: list[WeighingInput]) -> dict[tuple[object, ...], HarvestLot]:
    """Return the lots that readings may still be added to."""
    return {
        (lot.cycle_id, lot.person_id, lot.product_id, lot.grade, lot.plot_id): lot
        for lot in HarvestLot.objects.select_for_update()
        .filter(
            cycle_id__in={one.cycle_id for one in given},
            person_id__in={one.person_id for one in given},
            kind=HarvestLot.Kind.OWN,
            closed_at__isnull=True,
        )
        .order_by("pk")
    }


def _new_lot(
    one: WeighingInput,
    cycle: OrderCycle,
    product: Product,
    group_id: int,
    plan: _Expected,
    in_force: dict[tuple[int, int, int], set[str]],
    by: User | None,
) -> HarvestLot:
    standards = set(in_force.get((group_id, one.person_id, product.pk), set()))
    if plan.share_id is not None:
        standards &= plan.declared
    picked = harvest_day(cycle.delivery_day, product.harvest_lead_days)
    return HarvestLot(
        cycle=cycle,
        person_id=one.person_id,
        group_id=group_id,
        plot_id=one.plot_id or plan.plot_id,
        share_id=plan.share_id,
        product=product,
        grade=one.grade,
        planned_grade=plan.grade,
        standards=sorted(standards),
        harvested_on=picked,
        best_before=picked + timedelta(days=product.shelf_life_days),
        created_by=by,
    )
