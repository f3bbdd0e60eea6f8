"""What the buyer took, on whose phone or paper, and what comes back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.files.base import ContentFile, File
from django.db.models import Sum
from django.utils.translation import gettext as _

from catalogue.grades import Grade
from marketplace.accounts.models import User
from marketplace.audit.services import record, record_many
from marketplace.common.clock import now
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.money import percentage
from marketplace.common.transactions import unit_of_work
from marketplace.notifications.services import Telling, tell
from orders.allocation.services.running import amount
from orders.fulfilment.exceptions import AlreadyRecorded, BeyondTolerance
from orders.fulfilment.hooks import tell_deliveries_accepted
from orders.fulfilment.models import (
    Acceptance,
    AcceptanceLine,
    AcceptanceLot,
    Cause,
    CrateMovement,
    HarvestLot,
    PackLot,
)
from orders.fulfilment.rules import share_over_lots
from orders.fulfilment.services.packing import follow_deliveries
from orders.models import Delivery, Line
from orders.services import mark_deliveries
from orders.states import DeliveryState


@dataclass(frozen=True, slots=True)
class AcceptanceInput:
    """What became of one line at the dock, base units.

    `accepted_qty` at the grade ordered; `downgraded_qty` taken at `downgraded_grade`;
    `rejected_qty` goes back. `cause` and `reason` for whatever is rejected or downgraded.
    `rejected_packs`: codes of the packs that go back, when they are known.
    """

    line_id: int
    accepted_qty: int
    rejected_qty: int = 0
    cause: str = ""
    reason: str = ""
    downgraded_qty: int = 0
    downgraded_grade: str = ""
    rejected_packs: tuple[str, ...] = ()


@unit_of_work
def record_acceptance(
    *,
    by: User | None,
    delivery: Delivery,
    method: str,
    receiver_name: str,
    lines: Iterable[AcceptanceInput],
    crates_back: Mapping[int, int] | None = None,
    signature: bytes | None = None,
    photo: File | None = None,  # type: ignore[type-arg]
    note: str = "",
) -> Acceptance:
    """Record the acceptance of a delivery; every line must be answered, nothing by silence.

    Recording the same figures again returns the acceptance that stands.

    Args:
        by: who records it.
        delivery: a delivery that has left.
        method: an `Acceptance.Method`.
        receiver_name: who took the goods.
        lines: one answer a line; lines of which nothing was delivered may be left out.
        crates_back: crates returned, by crate type.
        signature: a PNG of the signature on glass.
        photo: a picture of the signed paper.

    Raises:
        AlreadyRecorded: it stands with other figures.
        BeyondTolerance: more than the buyer's terms allow.
        Refusals: lines without answer, more back than was delivered, a rejection without cause,
            less than delivered without saying why.
        Refusal: the delivery has not left, no name, no signature or photo on the driver's phone.
    """
    locked = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("order__buyer", "cycle")
        .get(pk=delivery.pk)
    )
    given = {one.line_id: one for one in lines}
    standing = Acceptance.objects.filter(delivery=locked).first()
    if standing is not None:
        return _same_as(standing, given)
    if locked.state != DeliveryState.DISPATCHED:
        raise Refusal(
            _("ใบจอง %(number)s อยู่ขั้น “%(state)s” ตรวจรับได้หลังออกส่ง")
            % {"number": locked.order.number, "state": locked.get_state_display()},
            code="not-dispatched",
        )
    if not receiver_name.strip():
        raise Refusal(_("ใส่ชื่อผู้รับก่อน"), code="receiver", where="receiver_name")
    if method == Acceptance.Method.DRIVER and not (signature or photo):
        raise Refusal(_("ให้ผู้รับเซ็นบนจอ หรือถ่ายรูปใบที่เซ็นแล้ว"), code="signature", where="signature")
    packed = _packed(locked)
    rows = _rows(locked, given, packed)
    acceptance = Acceptance(
        delivery=locked,
        method=method,
        receiver_name=receiver_name.strip()[:160],
        note=note[:300],
        at=now(),
        by=by,
    )
    if signature:
        acceptance.signature.save(f"{locked.pk}.png", ContentFile(signature), save=False)
    if photo is not None:
        acceptance.photo.save(f"{locked.pk}.jpg", photo, save=False)
    acceptance.save()
    for row in rows:
        row.acceptance = acceptance
    AcceptanceLine.objects.bulk_create(rows)
    parts = _parts(rows, given, packed)
    AcceptanceLot.objects.bulk_create(parts, batch_size=500)
    _take_back(rows, parts, by)
    CrateMovement.objects.bulk_create(
        [
            CrateMovement(
                party_id=locked.order.buyer_id,
                crate_type_id=kind,
                delivery=locked,
                back_count=n,
                by=by,
            )
            for kind, n in sorted((crates_back or {}).items())
            if n > 0
        ]
    )
    mark_deliveries(deliveries=[locked.pk], to=DeliveryState.ACCEPTED, by=by)
    record(
        by=by,
        action="fulfilment.accepted",
        subject=locked,
        party=f"party:{locked.order.buyer_id}",
        data={"method": method, "receiver": acceptance.receiver_name},
    )
    _tell_hub(acceptance, rows)
    tell_deliveries_accepted([acceptance], by=by)
    follow_deliveries({locked.cycle_id}, by)
    return acceptance


def _same_as(standing: Acceptance, given: Mapping[int, AcceptanceInput]) -> Acceptance:
    before = {
        line.line_id: (line.accepted_qty, line.downgraded_qty, line.rejected_qty)
        for line in standing.lines.all()
    }
    for key, one in given.items():
        if before.get(key) != (one.accepted_qty, one.downgraded_qty, one.rejected_qty):
            raise AlreadyRecorded(
                _("ตรวจรับแล้วโดย %(name)s ด้วยตัวเลขอื่น ถ้าไม่ถูกให้แจ้งศูนย์")
                % {"name": standing.receiver_name},
                code="already",
            )
    return standing


def _packed(delivery: Delivery) -> dict[int, dict[int, int]]:
    """Return what was packed of each lot, by line."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for line, lot, qty in (
        PackLot.objects.filter(pack__delivery=delivery)
        .values_list("pack__line", "lot")
        .annotate(total=Sum("qty"))
        .order_by("pack__line", "lot")
    ):
        found[line][lot] = qty
    return found


def _rows(
    delivery: Delivery,
    given: Mapping[int, AcceptanceInput],
    packed: Mapping[int, Mapping[int, int]],
) -> list[AcceptanceLine]:
    tolerance_bp = delivery.order.buyer.over_tolerance_bp
    lines = list(Line.objects.filter(delivery=delivery).select_related("product").order_by("pk"))
    known = {line.pk for line in lines}
    bad: list[Refusal] = []
    if set(given) - known:
        raise Refusal(_("มีรายการที่ไม่ใช่ของการส่งนี้ เปิดหน้าตรวจรับใหม่"), code="foreign-line")
    rows = []
    for line in lines:
        delivered = sum(packed.get(line.pk, {}).values())
        one = given.get(line.pk)
        if one is None:
            if delivered:
                bad.append(
                    Refusal(
                        _("%(product)s ยังไม่ได้บอกว่ารับเท่าไร") % {"product": line.product.title},
                        code="missing",
                        where={"line": line.pk},
                    )
                )
                continue
            if not line.ordered_qty:
                continue
            one = AcceptanceInput(line.pk, 0)
        try:
            _checked(line, one, delivered, tolerance_bp)
        except Refusal as refusal:
            bad.append(refusal)
            continue
        taken = one.accepted_qty + one.downgraded_qty
        rows.append(
            AcceptanceLine(
                line=line,
                ordered_qty=line.ordered_qty,
                delivered_qty=delivered,
                accepted_qty=one.accepted_qty,
                downgraded_qty=one.downgraded_qty,
                accepted_grade=one.downgraded_grade if one.downgraded_qty else "",
                rejected_qty=one.rejected_qty,
                over_qty=max(0, taken - line.ordered_qty),
                short_qty=max(0, line.ordered_qty - taken),
                difference_qty=taken + one.rejected_qty - delivered,
                cause=one.cause if one.rejected_qty or one.downgraded_qty else "",
                reason=one.reason.strip()[:200],
            )
        )
    if len(bad) == 1:
        raise bad[0]
    Refusals.raise_if_any(bad)
    return rows


def _checked(line: Line, one: AcceptanceInput, delivered: int, tolerance_bp: int) -> None:
    product = line.product
    where = {"line": line.pk}
    words = {"product": product.title, "delivered": amount(delivered, product)}
    if min(one.accepted_qty, one.downgraded_qty, one.rejected_qty) < 0:
        raise Refusal(_("%(product)s: จำนวนต้องไม่ติดลบ") % words, code="negative", where=where)
    if one.rejected_qty > delivered:
        raise Refusal(
            _("%(product)s: ไม่รับมากกว่าที่ส่งมา %(delivered)s ไม่ได้") % words,
            code="too-much-back",
            where=where,
        )
    taken = one.accepted_qty + one.downgraded_qty
    most = max(
        delivered + percentage(delivered, tolerance_bp) - one.rejected_qty,
        0,
    )
    most = min(most, line.ordered_qty + percentage(line.ordered_qty, tolerance_bp))
    if taken > most:
        raise BeyondTolerance(
            _("%(product)s: ส่งมา %(delivered)s รับได้ไม่เกิน %(most)s ตามที่ตกลง ชั่งใหม่หรือแจ้งศูนย์")
            % {**words, "most": amount(most, product)},
            code="beyond-tolerance",
            where=where,
        )
    answered = one.cause in Cause.values and one.reason.strip()
    if (one.rejected_qty or one.downgraded_qty) and not answered:
        raise Refusal(
            _("%(product)s: บอกเหตุผลของส่วนที่ไม่รับหรือรับเป็นเกรดต่ำกว่า") % words,
            code="cause",
            where=where,
        )
    if one.downgraded_qty and (
        one.downgraded_grade not in Grade.values
        or Grade(one.downgraded_grade).rank <= Grade(line.min_grade).rank
    ):
        raise Refusal(
            _("%(product)s: เลือกเกรดที่รับไว้ ซึ่งต้องต่ำกว่าเกรด %(grade)s ที่สั่ง")
            % {**words, "grade": line.min_grade},
            code="grade",
            where=where,
        )
    missing = delivered - taken - one.rejected_qty
    if missing > percentage(delivered, tolerance_bp) and not one.reason.strip():
        raise Refusal(
            _("%(product)s: ส่งมา %(delivered)s หายไป %(missing)s บอกว่าไม่รับเท่าไร หรือเขียนเหตุผล")
            % {**words, "missing": amount(missing, product)},
            code="unexplained",
            where=where,
        )


def _parts(
    rows: Sequence[AcceptanceLine],
    given: Mapping[int, AcceptanceInput],
    packed: Mapping[int, Mapping[int, int]],
) -> list[AcceptanceLot]:
    codes = {code for one in given.values() for code in one.rejected_packs}
    named: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    if codes:
        for line, lot, qty in PackLot.objects.filter(
            pack__code__in=codes, pack__line__in=[row.line_id for row in rows]
        ).values_list("pack__line", "lot", "qty"):
            named[line][lot] += qty
    parts = []
    for row in rows:
        lots = packed.get(row.line_id)
        if not lots:
            continue
        shared = share_over_lots(
            lots,
            accepted=row.accepted_qty,
            downgraded=row.downgraded_qty,
            rejected=row.rejected_qty,
            named=named[row.line_id],
        )
        parts += [
            AcceptanceLot(
                acceptance_line=row,
                lot_id=lot,
                delivered_qty=part.delivered,
                accepted_qty=part.accepted,
                downgraded_qty=part.downgraded,
                rejected_qty=part.rejected,
            )
            for lot, part in shared.items()
        ]
    return parts


def _take_back(
    rows: Sequence[AcceptanceLine], parts: Sequence[AcceptanceLot], by: User | None
) -> None:
    """Make a lot of every rejected part; what is done with it is decided by a person."""
    back = [part for part in parts if part.rejected_qty]
    sources = HarvestLot.objects.in_bulk([part.lot_id for part in back])
    reasons = {row.pk: row for row in rows}
    made = []
    for part in back:
        source, row = sources[part.lot_id], reasons[part.acceptance_line_id]
        made.append(
            HarvestLot(
                cycle_id=source.cycle_id,
                kind=HarvestLot.Kind.RETURNED,
                person_id=source.person_id,
                group_id=source.group_id,
                plot_id=source.plot_id,
                share_id=source.share_id,
                product_id=source.product_id,
                grade=source.grade,
                planned_grade=source.grade,
                standards=source.standards,
                intake_qty=part.rejected_qty,
                harvested_on=source.harvested_on,
                best_before=source.best_before,
                vendor=source.vendor,
                parent=source,
                from_line_id=row.line_id,
                held_reason=row.reason,
                closed_at=now(),
                created_by=by,
            )
        )
    HarvestLot.objects.bulk_create(made)
    record_many([("fulfilment.returned", lot, {"qty": lot.intake_qty}) for lot in made], by=by)


def _tell_hub(acceptance: Acceptance, rows: Sequence[AcceptanceLine]) -> None:
    """Tell the cooperative at once when something was not taken as it was sent."""
    odd = [row for row in rows if row.rejected_qty or row.downgraded_qty]
    if not odd:
        return
    order = acceptance.delivery.order
    text = [
        _("%(product)s ไม่รับ %(rejected)s รับเป็นเกรดต่ำกว่า %(downgraded)s: %(reason)s")
        % {
            "product": row.line.product.title,
            "rejected": amount(row.rejected_qty, row.line.product),
            "downgraded": amount(row.downgraded_qty, row.line.product),
            "reason": row.reason,
        }
        for row in odd
    ]
    from marketplace.parties.models import Cooperative

    tell(
        tellings=[
            Telling(
                key=f"acceptance:{acceptance.pk}:party:{cooperative}",
                recipient=f"party:{cooperative}",
                kind="fulfilment.rejected",
                title=_("%(buyer)s ไม่รับบางรายการ") % {"buyer": order.buyer.name},
                body="\n".join(text),
            )
            for cooperative in Cooperative.objects.values_list("pk", flat=True)
        ]
    )
