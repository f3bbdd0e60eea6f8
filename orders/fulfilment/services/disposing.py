"""What is done with goods that no line took, or that came back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from orders.allocation.services.running import amount
from orders.fulfilment.hooks import tell_lots_disposed
from orders.fulfilment.models import Disposition, HarvestLot
from orders.fulfilment.querysets import left_of
from orders.fulfilment.services.packing import settle_states


@dataclass(frozen=True, slots=True)
class DisposalInput:
    """What to do with `qty` base units of a lot; `key` is the form's, so that twice is once.

    `value_satang`: what a resale brought.
    """

    lot_id: int
    kind: str
    qty: int
    key: str
    reason: str = ""
    value_satang: int = 0


@unit_of_work
def dispose_lots(*, by: User | None, disposals: Iterable[DisposalInput]) -> list[Disposition]:
    """Write down what was done with goods; a key seen before changes nothing.

    Raises:
        Refusal: more than is left, nothing, a resale without its price, goods bought outside given
            back to a grower, or held goods sold on.
    """
    given = list(disposals)
    known = {row.key: row for row in Disposition.objects.filter(key__in=[one.key for one in given])}
    lots = {
        lot.pk: lot
        for lot in HarvestLot.objects.select_for_update(of=("self",))
        .filter(pk__in={one.lot_id for one in given if one.key not in known})
        .select_related("product")
        .order_by("pk")
    }
    left = left_of(lots)
    fresh = []
    for one in given:
        if one.key in known:
            continue
        lot = lots[one.lot_id]
        _checked(one, lot, left[lot.pk])
        left[lot.pk] -= one.qty
        row = known[one.key] = Disposition(
            lot=lot,
            kind=one.kind,
            qty=one.qty,
            value_satang=one.value_satang,
            reason=one.reason.strip()[:200],
            key=one.key,
            by=by,
        )
        fresh.append(row)
    Disposition.objects.bulk_create(fresh)
    settle_states(lots)
    record_many(
        [
            ("fulfilment.disposed", row.lot, {"kind": row.kind, "qty": row.qty, "key": row.key})
            for row in fresh
        ],
        by=by,
    )
    if fresh:
        tell_lots_disposed(fresh, by=by)
    return [known[one.key] for one in given]


def _checked(one: DisposalInput, lot: HarvestLot, left: int) -> None:
    words = {"code": lot.code, "left": amount(left, lot.product)}
    if one.kind not in Disposition.Kind.values:
        raise Refusal(_("เลือกว่าจะทำอะไรกับของ"), code="kind", where="kind")
    if not 0 < one.qty <= left:
        raise Refusal(
            _("ล็อต %(code)s เหลือ %(left)s ใส่ได้ไม่เกินนี้และต้องมากกว่า 0") % words,
            code="too-much",
            where="qty",
        )
    if one.kind == Disposition.Kind.RESOLD and one.value_satang <= 0:
        raise Refusal(_("ขายต่อได้เงินเท่าไร ใส่ยอดก่อน"), code="value", where="value")
    if one.kind != Disposition.Kind.RESOLD and one.value_satang:
        raise Refusal(_("ใส่ยอดเงินเฉพาะเมื่อขายต่อ"), code="value", where="value")
    if one.kind == Disposition.Kind.RETURNED_TO_GROWER and lot.group_id is None:
        raise Refusal(_("ของซื้อจากตลาดคืนเกษตรกรไม่ได้"), code="outside", where="kind")
    unsafe = lot.state == HarvestLot.State.HELD
    if unsafe and one.kind not in (Disposition.Kind.COMPOST, Disposition.Kind.WASTE):
        raise Refusal(_("ล็อต %(code)s กันไว้ ทำปุ๋ยหรือทิ้งได้เท่านั้น") % words, code="held", where="kind")
