"""A coordinator moves quantity between her own members until intake."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalogue.supply import services as supply
from catalogue.supply.models import OfferShare
from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.notifications.services import Telling, tell
from orders.allocation import hooks
from orders.allocation.instances import standards_in_force
from orders.allocation.models import Allocation, AllocationMove
from orders.allocation.services.running import amount


@dataclass(frozen=True, slots=True)
class MoveInput:
    """Move `qty` base units of what a share supplies on a cycle to another member's share.

    `key` is the form's own, so that posting it twice moves once.
    """

    cycle_id: int
    from_share_id: int
    to_share_id: int
    qty: int
    key: str
    reason: str = ""


@unit_of_work
def move_allocations(*, by: User | None, moves: Iterable[MoveInput]) -> list[AllocationMove]:
    """Move allocated quantity between members of one group; both are told.

    Product, grade and day stay the same, and the receiving share must carry every standard that the
    lines moved require. What a share offered may be passed: the two have agreed.

    Returns:
        The moves, those of an earlier call with the same key as they stand.

    Raises:
        Refusal: intake has begun (code "intake"), another group, product, grade or day, a standard
            is missing, more than is allocated, or nothing.
    """
    return [_move(by, one) for one in moves]


def _move(by: User | None, one: MoveInput) -> AllocationMove:
    known = AllocationMove.objects.filter(key=one.key).first()
    if known is not None:
        return known
    cycle = OrderCycle.objects.select_for_update().get(pk=one.cycle_id)
    if cycle.state != CycleState.ALLOCATED:
        raise Refusal(
            _("ส่ง %(day)s เริ่มชั่งรับแล้วหรือยังไม่จัดสรร จึงย้ายยอดไม่ได้ แจ้งศูนย์แทน")
            % {"day": format_date(cycle.delivery_day, "day")},
            code="intake",
        )
    shares = OfferShare.objects.select_related("harvest_offer__product", "person").in_bulk(
        [one.from_share_id, one.to_share_id]
    )
    source, target = shares[one.from_share_id], shares[one.to_share_id]
    _same_goods(source, target, cycle)
    rows = list(
        Allocation.objects.select_for_update(of=("self",))
        .planned(cycle.pk)
        .filter(share_id__in=[source.pk, target.pk])
        .select_related("line__partner__party", "run")
        .order_by("pk")
    )
    product = source.harvest_offer.product
    held = sum(row.qty for row in rows if row.share_id == source.pk)
    if not 0 < one.qty <= held:
        raise Refusal(
            _("%(name)s ได้จัดสรร %(held)s ย้ายได้ไม่เกินนี้และต้องมากกว่า 0")
            % {"name": source.person, "held": amount(held, product)},
            code="too-much",
            where="qty",
        )
    _may_supply(target, [row for row in rows if row.share_id == source.pk], cycle)
    _shift(rows, source, target, one.qty)
    supply.take(deltas={source.pk: -one.qty, target.pk: one.qty})
    move = AllocationMove.objects.create(
        run=rows[0].run,
        group_id=source.harvest_offer.group_id,
        product=product,
        grade=source.harvest_offer.grade,
        from_share=source,
        to_share=target,
        qty=one.qty,
        reason=one.reason[:200],
        key=one.key,
        by=by,
    )
    _tell_both(move, cycle, by)
    for told in hooks.allocations_moved:
        told([move], by)
    return move


def _same_goods(source: OfferShare, target: OfferShare, cycle: OrderCycle) -> None:
    mine, other = source.harvest_offer, target.harvest_offer
    if source.person_id == target.person_id:
        raise Refusal(_("เลือกสมาชิกคนอื่นในกลุ่ม"), code="same-person", where="to_share")
    if mine.group_id != other.group_id:
        raise Refusal(_("ย้ายได้เฉพาะสมาชิกกลุ่มเดียวกัน"), code="other-group", where="to_share")
    if (mine.product_id, mine.grade) != (other.product_id, other.grade):
        raise Refusal(_("ย้ายได้เฉพาะผลผลิตและเกรดเดียวกัน"), code="other-product", where="to_share")
    if not other.first_day <= cycle.delivery_day <= other.last_day:
        raise Refusal(
            _("%(name)s ไม่ได้เปิดจองวันส่ง %(day)s")
            % {"name": target.person, "day": format_date(cycle.delivery_day, "day")},
            code="other-day",
            where="to_share",
        )


def _may_supply(target: OfferShare, rows: list[Allocation], cycle: OrderCycle) -> None:
    offer = target.harvest_offer
    held = standards_in_force(
        day=cycle.delivery_day,
        product_ids={offer.product_id},
        holders={(offer.group_id, target.person_id)},
    ).get((offer.group_id, target.person_id, offer.product_id), set())
    held &= set(offer.standards.values_list("pk", flat=True))
    needed = {row.line.standard_id for row in rows if row.line.standard_id}
    missing = needed - held
    if missing:
        raise Refusal(
            _("%(name)s ไม่มีมาตรฐาน %(standards)s ที่ผู้ซื้อขอ")
            % {"name": target.person, "standards": ", ".join(sorted(missing))},
            code="standard",
            where="to_share",
        )


def _shift(rows: list[Allocation], source: OfferShare, target: OfferShare, qty: int) -> None:
    """Take from the source's rows, oldest first, and add to the target's of the same line."""
    present = {(row.run_id, row.line_id): row for row in rows if row.share_id == target.pk}
    changed: list[Allocation] = []
    emptied: list[Allocation] = []
    fresh: list[Allocation] = []
    left = qty
    for row in rows:
        if row.share_id != source.pk or not left:
            continue
        part = min(left, row.qty)
        left -= part
        row.qty -= part
        (changed if row.qty else emptied).append(row)
        other = present.get((row.run_id, row.line_id))
        if other is None:
            fresh.append(
                Allocation(
                    run_id=row.run_id,
                    line_id=row.line_id,
                    share=target,
                    person_id=target.person_id,
                    group_id=row.group_id,
                    product_id=row.product_id,
                    grade=row.grade,
                    qty=part,
                )
            )
        else:
            other.qty += part
            changed.append(other)
    Allocation.objects.filter(pk__in=[row.pk for row in emptied]).delete()
    Allocation.objects.bulk_update(changed, ["qty"])
    Allocation.objects.bulk_create(fresh)


def _tell_both(move: AllocationMove, cycle: OrderCycle, by: User | None) -> None:
    giver, taker = move.from_share.person, move.to_share.person
    words = {
        "from": str(giver),
        "to": str(taker),
        "qty": amount(move.qty, move.product),
        "product": move.product.title,
        "day": format_date(cycle.delivery_day, "day"),
    }
    text = _("%(product)s %(qty)s ส่ง %(day)s ย้ายจาก %(from)s ไป %(to)s") % words
    tell(
        tellings=[
            Telling(
                key=f"move:{move.key}:{person.pk}",
                recipient=f"user:{person.user_id}",
                kind="allocation.moved",
                title=text,
                body=move.reason,
            )
            for person in (giver, taker)
            if person.user_id
        ]
    )
    record_many(
        [
            ("allocation.moved", move, {"from": giver.pk, "to": taker.pk, "qty": move.qty}),
        ],
        by=by,
        party=f"party:{move.group_id}",
    )
