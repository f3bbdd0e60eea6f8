"""What was wrong at the scale: readings reversed, grades changed, lots held and let go."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from orders.allocation.services.running import amount
from orders.fulfilment.hooks import LotCorrection, tell_lots_corrected
from orders.fulfilment.models import HarvestLot, Weighing
from orders.fulfilment.querysets import left_of


@unit_of_work
def reverse_weighing(*, by: User | None, weighing: Weighing, reason: str) -> Weighing:
    """Take a reading back by its opposite; reversing twice gives the same reversal.

    Raises:
        Refusal: no reason, a reversal itself, or the goods are packed or disposed of already.
    """
    lot = HarvestLot.objects.select_for_update().get(pk=weighing.lot_id)
    before = Weighing.objects.filter(reverses=weighing).first()
    if before is not None:
        return before
    if weighing.reverses_id is not None:
        raise Refusal(_("รายการนี้เป็นการกลับรายการอยู่แล้ว ชั่งใหม่ได้เลย"), code="reversal")
    if not reason.strip():
        raise Refusal(_("บอกเหตุผลสั้น ๆ ก่อนกลับรายการ"), code="reason", where="reason")
    left = left_of([lot.pk])[lot.pk]
    if weighing.net_qty > left:
        raise Refusal(
            _("ล็อต %(code)s แพ็คหรือจัดการไปแล้ว เหลือ %(left)s กลับรายการไม่ได้")
            % {"code": lot.code, "left": amount(left, lot.product)},
            code="packed",
        )
    row = Weighing.objects.create(
        lot=lot,
        key=f"reverses:{weighing.pk}",
        gross_g=-weighing.gross_g,
        tare_g=-weighing.tare_g,
        crates=[[kind, -count] for kind, count in weighing.crates],
        net_qty=-weighing.net_qty,
        by=by,
        reason=reason.strip()[:200],
        reverses=weighing,
    )
    was = lot.intake_qty
    lot.intake_qty -= weighing.net_qty
    lot.state = HarvestLot.State.OPEN if lot.intake_qty else HarvestLot.State.DONE
    lot.save(update_fields=["intake_qty", "state"])
    record_many(
        [("fulfilment.weighing.reversed", lot, {"net_qty": row.net_qty, "reason": row.reason})],
        by=by,
    )
    if lot.closed_at is not None:
        tell_lots_corrected([LotCorrection(lot, was, lot.intake_qty, row.pk)], by=by)
    return row


@unit_of_work
def regrade_lots(
    *, by: User | None, lots: Iterable[HarvestLot], grade: str, reason: str
) -> list[HarvestLot]:
    """Give lots another grade before intake is closed; the day's settling moves them to lines that
    take it.

    Raises:
        Refusal: intake of a lot is closed already.
    """
    found = list(
        HarvestLot.objects.select_for_update()
        .filter(pk__in=[lot.pk for lot in lots])
        .exclude(grade=grade)
        .order_by("pk")
    )
    for lot in found:
        if lot.closed_at is not None:
            raise Refusal(
                _("ปิดชั่งรับล็อต %(code)s แล้ว เปลี่ยนเกรดไม่ได้") % {"code": lot.code}, code="closed"
            )
    acts = [
        ("fulfilment.regraded", lot, {"from": lot.grade, "to": grade, "reason": reason})
        for lot in found
    ]
    for lot in found:
        lot.planned_grade = lot.planned_grade or lot.grade
        lot.grade = grade
    HarvestLot.objects.bulk_update(found, ["grade", "planned_grade"])
    record_many(acts, by=by)
    return found


@unit_of_work
def hold_lots(*, by: User | None, lots: Iterable[HarvestLot], reason: str) -> list[HarvestLot]:
    """Keep lots back, for instance until a test result is in; nothing held is packed."""
    if not reason.strip():
        raise Refusal(_("บอกเหตุผลที่กันล็อตไว้"), code="reason", where="reason")
    found = _locked(lots, HarvestLot.State.OPEN)
    for lot in found:
        lot.state, lot.held_reason = HarvestLot.State.HELD, reason.strip()[:200]
    HarvestLot.objects.bulk_update(found, ["state", "held_reason"])
    record_many([("fulfilment.held", lot, {"reason": lot.held_reason}) for lot in found], by=by)
    return found


@unit_of_work
def release_lots(*, by: User | None, lots: Iterable[HarvestLot]) -> list[HarvestLot]:
    """Let held lots go on."""
    found = _locked(lots, HarvestLot.State.HELD)
    for lot in found:
        lot.state = HarvestLot.State.OPEN
    HarvestLot.objects.bulk_update(found, ["state"])
    record_many([("fulfilment.released", lot, {}) for lot in found], by=by)
    return found


def _locked(lots: Iterable[HarvestLot], state: str) -> list[HarvestLot]:
    return list(
        HarvestLot.objects.select_for_update()
        .filter(pk__in=[lot.pk for lot in lots], state=state)
        .order_by("pk")
    )
