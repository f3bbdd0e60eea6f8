"""Packs, the note that goes with them, and the moment they leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from catalogue.standards.models import Standard
from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common.clock import now
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.quantities import BaseUnit
from marketplace.common.transactions import unit_of_work
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.cycles.services import transition
from orders.allocation.models import Run
from orders.fulfilment.models import (
    CrateMovement,
    CrateType,
    DeliveryNote,
    HarvestLot,
    LotAssignment,
    Pack,
    PackLot,
)
from orders.fulfilment.querysets import left_of
from orders.fulfilment.rules import (
    PACK_MOST_G,
    PACK_MOST_PIECES,
    PackedLot,
    fill_packs,
    kept_apart,
)
from orders.models import Delivery, Line
from orders.services import mark_deliveries
from orders.states import DeliveryState

LIVE = (
    DeliveryState.PLACED,
    DeliveryState.ALLOCATED,
    DeliveryState.PACKED,
    DeliveryState.DISPATCHED,
    DeliveryState.ACCEPTED,
)


@unit_of_work
def pack_deliveries(*, by: User | None, deliveries: Iterable[Delivery]) -> list[Pack]:
    """Pack deliveries from the lots that intake assigned to their lines, first-expired first.

    PGS, GI and named-group goods never share a pack with others, goods bought outside only with
    their own kind. A delivery packed before keeps its packs.

    Returns:
        All packs of these deliveries.

    Raises:
        Refusals: intake of the cycle is not closed, a lot is held, or a delivery cannot be packed.
    """
    keys = sorted({delivery.pk for delivery in deliveries})
    rows = _locked(keys)
    fresh = [row for row in rows if row.state == DeliveryState.ALLOCATED]
    runs = {
        run.cycle_id: run
        for run in Run.objects.filter(
            cycle_id__in={row.cycle_id for row in fresh}, kind=Run.Kind.INTAKE, is_current=True
        )
    }
    _packable(rows, runs)
    assignments = list(
        LotAssignment.objects.filter(
            run__in=[run.pk for run in runs.values()], line__delivery__in=fresh
        )
        .select_related("lot__product", "line__partner__party", "line__product")
        .order_by("line_id", "lot_id")
    )
    lots = {
        lot.pk: lot
        for lot in HarvestLot.objects.select_for_update()
        .filter(pk__in={row.lot_id for row in assignments})
        .order_by("pk")
    }
    _available(assignments, lots)
    by_line: dict[int, list[LotAssignment]] = defaultdict(list)
    for row in assignments:
        by_line[row.line_id].append(row)
    never_mixed = frozenset(Standard.objects.filter(never_mixed=True).values_list("pk", flat=True))
    packs: list[Pack] = []
    parts: list[PackLot] = []
    for rows_of_line in by_line.values():
        line = rows_of_line[0].line
        for number, content in enumerate(_contents(line, rows_of_line, never_mixed), start=1):
            pack = Pack(
                delivery_id=line.delivery_id,
                line=line,
                number=number,
                qty=sum(qty for _lot, qty in content),
                outside=any(lots[lot].is_outside for lot, _qty in content),
                packed_by=by,
            )
            packs.append(pack)
            parts += [PackLot(pack=pack, lot_id=lot, qty=qty) for lot, qty in content]
    Pack.objects.bulk_create(packs, batch_size=500)
    PackLot.objects.bulk_create(parts, batch_size=500)
    settle_states(lots)
    mark_deliveries(deliveries=[row.pk for row in fresh], to=DeliveryState.PACKED, by=by)
    record_many([("fulfilment.packed", row, {}) for row in fresh], by=by)
    return list(
        Pack.objects.filter(delivery_id__in=keys).select_related("line__product").order_by("pk")
    )


def _locked(keys: list[int]) -> list[Delivery]:
    return list(
        Delivery.objects.select_for_update(of=("self",))
        .filter(pk__in=keys)
        .select_related("order__buyer", "order__site", "order__purchase_order", "cycle")
        .order_by("pk")
    )


def _packable(rows: list[Delivery], runs: Mapping[int, Run]) -> None:
    bad = []
    for row in rows:
        words = {"number": row.order.number, "state": row.get_state_display()}
        if row.state == DeliveryState.ALLOCATED and row.cycle_id not in runs:
            bad.append(
                Refusal(
                    _("ใบจอง %(number)s ยังแพ็คไม่ได้ ปิดชั่งรับของรอบนี้ก่อน") % words,
                    code="intake-open",
                    where={"delivery": row.pk},
                )
            )
        elif row.state in (DeliveryState.PLACED, DeliveryState.CANCELLED):
            bad.append(
                Refusal(
                    _("ใบจอง %(number)s อยู่ขั้น “%(state)s” แพ็คไม่ได้") % words,
                    code="wrong-state",
                    where={"delivery": row.pk},
                )
            )
    Refusals.raise_if_any(bad)


def _available(assignments: list[LotAssignment], lots: Mapping[int, HarvestLot]) -> None:
    """Refuse to pack from lots that are held or were reversed since."""
    needed: dict[int, int] = defaultdict(int)
    for row in assignments:
        needed[row.lot_id] += row.qty
    left = left_of(lots)
    bad = []
    for key, qty in needed.items():
        lot = lots[key]
        if lot.state == HarvestLot.State.HELD:
            bad.append(
                Refusal(
                    _("ล็อต %(code)s กันไว้ (%(reason)s) ปล่อยล็อตหรือปิดชั่งรับใหม่ก่อนแพ็ค")
                    % {"code": lot.code, "reason": lot.held_reason},
                    code="held",
                    where={"lot": lot.pk},
                )
            )
        elif left[key] < qty:
            bad.append(
                Refusal(
                    _("ล็อต %(code)s เหลือไม่พอ ปิดชั่งรับใหม่อีกครั้งก่อนแพ็ค") % {"code": lot.code},
                    code="changed",
                    where={"lot": lot.pk},
                )
            )
    Refusals.raise_if_any(bad)


def _contents(
    line: Line, rows: list[LotAssignment], never_mixed: frozenset[str]
) -> list[list[tuple[int, int]]]:
    party = line.partner.party
    named = party is not None and party.kind == "group"
    unit = BaseUnit(line.base_unit)
    return fill_packs(
        [
            PackedLot(
                lot_id=row.lot_id,
                qty=row.qty,
                best_before=row.lot.best_before,
                kept_apart=kept_apart(row.lot.standards, never_mixed, row.lot.group_id, named),
            )
            for row in rows
        ],
        PACK_MOST_G if unit == BaseUnit.GRAM else PACK_MOST_PIECES,
    )


def settle_states(lots: Mapping[int, HarvestLot]) -> None:
    """Mark lots of which nothing is left as done."""
    empty = [key for key, qty in left_of(lots).items() if qty <= 0]
    HarvestLot.objects.filter(pk__in=empty).update(state=HarvestLot.State.DONE)


@unit_of_work
def dispatch(
    *,
    by: User | None,
    deliveries: Iterable[Delivery],
    crates_out: Mapping[int, Mapping[int, int]] | None = None,
    driver: str = "",
) -> list[DeliveryNote]:
    """Send packed deliveries off, each with its note; those that left before keep their note.

    Args:
        by: who sends.
        deliveries: packed deliveries.
        crates_out: crates that go along, by delivery and crate type.
        driver: who drives.

    Returns:
        The notes of all these deliveries.

    Raises:
        Refusals: a delivery is not packed, or its buyer needs a PO number first.
    """
    rows = _locked(sorted({delivery.pk for delivery in deliveries}))
    fresh = [row for row in rows if row.state == DeliveryState.PACKED]
    bad = []
    for row in rows:
        if row.state in (DeliveryState.PLACED, DeliveryState.ALLOCATED, DeliveryState.CANCELLED):
            bad.append(
                Refusal(
                    _("ใบจอง %(number)s ยังไม่แพ็ค แพ็คก่อนออกส่ง") % {"number": row.order.number},
                    code="not-packed",
                    where={"delivery": row.pk},
                )
            )
        elif row in fresh and row.order.buyer.requires_po and row.order.purchase_order is None:
            bad.append(
                Refusal(
                    _("%(buyer)s ต้องมีเลขใบสั่งซื้อก่อนส่ง ใส่เลขที่ใบจอง %(number)s ก่อน")
                    % {"buyer": row.order.buyer.name, "number": row.order.number},
                    code="no-po",
                    where={"delivery": row.pk},
                )
            )
    Refusals.raise_if_any(bad)
    crates = {
        row.pk: {kind: n for kind, n in (crates_out or {}).get(row.pk, {}).items() if n > 0}
        for row in fresh
    }
    names = {kind.pk: kind.name_th for kind in CrateType.objects.all()}
    contents = note_contents(fresh)
    DeliveryNote.objects.bulk_create(
        [
            DeliveryNote(
                delivery=row,
                issued_by=by,
                driver=driver[:120],
                content={
                    **contents[row.pk],
                    "crates": [
                        {"name": names[kind], "out": n}
                        for kind, n in sorted(crates[row.pk].items())
                    ],
                },
            )
            for row in fresh
        ]
    )
    CrateMovement.objects.bulk_create(
        [
            CrateMovement(
                party_id=row.order.buyer_id,
                crate_type_id=kind,
                delivery=row,
                out_count=n,
                by=by,
            )
            for row in fresh
            for kind, n in sorted(crates[row.pk].items())
        ]
    )
    mark_deliveries(deliveries=[row.pk for row in fresh], to=DeliveryState.DISPATCHED, by=by)
    record_many([("fulfilment.dispatched", row, {"driver": driver}) for row in fresh], by=by)
    follow_deliveries({row.cycle_id for row in fresh}, by)
    return list(
        DeliveryNote.objects.filter(delivery__in=rows).select_related("delivery").order_by("pk")
    )


def follow_deliveries(cycle_ids: Iterable[int], by: User | None) -> None:
    """Move cycles on once all their deliveries have left, or are accepted."""
    for cycle in OrderCycle.objects.filter(pk__in=list(cycle_ids)).order_by("pk"):
        states = set(
            Delivery.objects.filter(cycle=cycle, state__in=LIVE).values_list("state", flat=True)
        )
        if not states or not states <= {DeliveryState.DISPATCHED, DeliveryState.ACCEPTED}:
            continue
        if cycle.state == CycleState.INTAKE:
            transition(cycle, CycleState.DISPATCHED, by=by)
        if cycle.state == CycleState.DISPATCHED and states == {DeliveryState.ACCEPTED}:
            transition(cycle, CycleState.ACCEPTED, by=by)


def note_contents(deliveries: list[Delivery]) -> dict[int, dict[str, Any]]:
    """Return what a delivery note says of each delivery, base units and ISO dates."""
    lines: dict[int, list[Line]] = defaultdict(list)
    for line in (
        Line.objects.filter(delivery__in=deliveries)
        .select_related("product", "standard")
        .order_by("product__title", "pk")
    ):
        lines[line.delivery_id].append(line)
    packs: dict[int, list[Pack]] = defaultdict(list)
    for pack in Pack.objects.filter(delivery__in=deliveries).order_by("line_id", "number"):
        packs[pack.line_id].append(pack)
    return {
        row.pk: {
            "issued": now().isoformat(),
            "number": row.order.number,
            "day": row.cycle.delivery_day.isoformat(),
            "day_text": format_date(row.cycle.delivery_day, "full"),
            "buyer": row.order.buyer.name_th,
            "buyer_tax_id": row.order.buyer.tax_id,
            "buyer_branch": row.order.buyer.branch,
            "site": row.order.site.name,
            "address": row.order.site.address,
            "po": row.order.purchase_order.number if row.order.purchase_order else "",
            "note": row.note,
            "lines": [
                {
                    "line": line.pk,
                    "product": line.product.title,
                    "unit": line.base_unit,
                    "unit_label": line.product.unit_label_th,
                    "grade": line.min_grade,
                    "standard": line.standard.name_th if line.standard else "",
                    "ordered_qty": line.ordered_qty,
                    "delivered_qty": sum(pack.qty for pack in packs[line.pk]),
                    "outside_qty": sum(pack.qty for pack in packs[line.pk] if pack.outside),
                    "packs": [pack.code for pack in packs[line.pk]],
                }
                for line in lines[row.pk]
                if line.ordered_qty
            ],
        }
        for row in deliveries
    }
