"""Asking growers to pick."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext as _

from catalogue.models import Product
from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common.clock import now, today
from marketplace.common.dates import harvest_and_delivery
from marketplace.common.exceptions import Refusal
from marketplace.common.quantities import BaseUnit, format_quantity
from marketplace.common.transactions import after_commit, unit_of_work
from marketplace.cycles.hooks import DayMove
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.notifications.services import Telling, tell
from orders.allocation.models import Allocation, AllocationMove, Run
from orders.allocation.services.running import amount
from orders.fulfilment.models import HarvestNotice, NoticeRow


@unit_of_work
def issue_notices(*, cycle: OrderCycle, by: User | None) -> list[HarvestNotice]:
    """Tell every group, and each member with a phone of her own, what to pick for a cycle.

    Works by state: issued again after the plan changed, rows that differ are changed and ask to be
    acknowledged again; nothing else happens twice.

    Raises:
        Refusal: the cycle is not allocated yet.
    """
    locked = OrderCycle.objects.select_for_update().get(pk=cycle.pk)
    if locked.state in (CycleState.OPEN, CycleState.CLOSED, CycleState.CANCELLED):
        raise Refusal(_("รอบส่งนี้ยังไม่จัดสรร ส่งใบแจ้งเก็บได้หลังจัดสรร"), code="not-allocated")
    rows = list(Allocation.objects.planned(locked.pk).order_by("pk"))
    groups = sorted({row.group_id for row in rows})
    known = {
        notice.group_id: notice
        for notice in HarvestNotice.objects.select_for_update()
        .filter(cycle=locked)
        .order_by("group_id")
    }
    runs = {row.group_id: row.run_id for row in rows}
    fresh = [
        HarvestNotice(cycle=locked, group_id=group, run_id=runs[group], issued_by=by)
        for group in groups
        if group not in known
    ]
    for notice in HarvestNotice.objects.bulk_create(fresh):
        known[notice.group_id] = notice
    _sync_rows(list(known.values()), rows, by)
    record_many(
        [("fulfilment.notice.issued", notice, {"cycle": locked.pk}) for notice in fresh], by=by
    )
    return [known[group] for group in sorted(known)]


def _sync_rows(
    notices: list[HarvestNotice], allocations: Iterable[Allocation], by: User | None
) -> None:
    """Bring the rows of notices in line with the plan, and tell those whose figures changed."""
    wanted: dict[tuple[int, int], int] = defaultdict(int)
    sample: dict[tuple[int, int], Allocation] = {}
    for allocation in allocations:
        key = (allocation.group_id, allocation.share_id)
        wanted[key] += allocation.qty
        sample[key] = allocation
    by_group = {notice.group_id: notice for notice in notices}
    present = {
        (row.notice.group_id, row.share_id): row
        for row in NoticeRow.objects.filter(notice__in=notices).select_related("notice")
    }
    fresh = [
        NoticeRow(
            notice=by_group[group],
            person_id=sample[group, share].person_id,
            share_id=share,
            product_id=sample[group, share].product_id,
            grade=sample[group, share].grade,
            qty=qty,
        )
        for (group, share), qty in sorted(wanted.items())
        if group in by_group and (group, share) not in present
    ]
    changed = []
    for key, row in present.items():
        if row.qty != wanted.get(key, 0):
            row.qty = wanted.get(key, 0)
            row.changed_at, row.acknowledged_at, row.acknowledged_by = now(), None, None
            changed.append(row)
    NoticeRow.objects.bulk_create(fresh)
    NoticeRow.objects.bulk_update(
        changed, ["qty", "changed_at", "acknowledged_at", "acknowledged_by"]
    )
    _tell_growers([row.pk for row in [*fresh, *changed]])


def _tell_growers(keys: list[int]) -> None:
    rows = (
        NoticeRow.objects.filter(pk__in=keys, person__user__isnull=False)
        .select_related("person", "product", "notice__cycle")
        .order_by("pk")
    )
    tell(
        tellings=[
            Telling(
                key=f"notice:{row.pk}:{row.qty}:{row.changed_at or ''}",
                recipient=f"user:{row.person.user_id}",
                kind="fulfilment.notice",
                title=notice_line(row),
                body=harvest_and_delivery(
                    row.notice.cycle.delivery_day, row.product.harvest_lead_days
                ),
            )
            for row in rows
        ]
    )


def notice_line(row: NoticeRow) -> str:
    """Return a row of a notice as one line of text, to be read aloud or passed on."""
    words = {
        "product": row.product.title,
        "qty": amount(row.qty, row.product),
        "grade": row.grade,
    }
    if not row.qty:
        return _("ไม่ต้องเก็บ %(product)s แล้ว") % words
    return _("เก็บ %(product)s %(qty)s เกรด %(grade)s") % words


def follow_moves(moves: list[AllocationMove], by: User | None) -> None:
    """Bring notices that were issued before a coordinator's move in line with it."""
    for move in moves:
        notices = list(
            HarvestNotice.objects.select_for_update()
            .filter(cycle=move.run.cycle_id, group=move.group_id)
            .order_by("pk")
        )
        for notice in notices:
            _sync_rows(
                [notice],
                Allocation.objects.planned(notice.cycle_id).filter(group=notice.group_id),
                by,
            )


def follow_plan(cycle_ids: list[int], by: User | None) -> None:
    """Bring the notices of cycles in line with their plan, where notices were issued."""
    for cycle in OrderCycle.objects.filter(
        pk__in=cycle_ids, harvest_notices__isnull=False
    ).distinct():
        notices = list(HarvestNotice.objects.filter(cycle=cycle).order_by("pk"))
        _sync_rows(notices, Allocation.objects.planned(cycle.pk), by)


def follow_run(runs: list[Run], by: User | None) -> None:
    """Bring notices in line with a plan that was made again; groups that supply now get one too."""
    for run in runs:
        if HarvestNotice.objects.filter(cycle=run.cycle_id).exists():
            issue_notices(cycle=run.cycle, by=by)


def follow_day(move: DayMove) -> dict[int, list[str]]:
    """Follow a moved, joined or skipped day with the notices that were issued; cycles' hook.

    Growers' rows follow once the deliveries have moved, which a room registered later does.
    """
    groups = list(HarvestNotice.objects.filter(cycle=move.cycle).values_list("group_id", flat=True))
    if groups:
        target = move.target.pk if move.target is not None else None
        after_commit(lambda: renew_notices(move.cycle.pk, target))
    return {group: [str(_("แจ้งสมาชิกที่จะเก็บของวันนั้น"))] for group in groups}


def picked_for(cycle: OrderCycle) -> list[str]:
    """Say what is picked for a cycle already, by product: its picking day has come; cycles' hook."""
    totals: dict[int, tuple[Product, int, set[int]]] = {}
    rows = NoticeRow.objects.filter(notice__cycle=cycle, qty__gt=0).select_related("product")
    for row in rows.order_by("product__title", "pk"):
        if cycle.delivery_day - timedelta(days=row.product.harvest_lead_days) <= today():
            _product, qty, persons = totals.get(row.product_id, (row.product, 0, set()))
            totals[row.product_id] = row.product, qty + row.qty, persons | {row.person_id}
    return [
        _("%(product)s %(qty)s จากสมาชิก %(count)s คน")
        % {
            "product": product.name,
            "qty": format_quantity(qty, BaseUnit(product.base_unit)),
            "count": len(persons),
        }
        for product, qty, persons in totals.values()
    ]


@unit_of_work
def renew_notices(cycle_id: int, target_id: int | None) -> None:
    """Bring the notices of a day that was moved, and of the day it went to, in line."""
    for cycle in OrderCycle.objects.filter(pk__in=[cycle_id, target_id or cycle_id]):
        if cycle.state in (CycleState.ALLOCATED, CycleState.INTAKE):
            issue_notices(cycle=cycle, by=None)
        else:
            follow_plan([cycle.pk], None)


@unit_of_work
def acknowledge_rows(*, by: User | None, rows: Iterable[NoticeRow]) -> int:
    """Note that a grower (or her coordinator for her) will pick as asked. Returns how many new."""
    found = list(
        NoticeRow.objects.select_for_update()
        .filter(pk__in=[row.pk for row in rows], acknowledged_at__isnull=True)
        .order_by("pk")
    )
    for row in found:
        row.acknowledged_at, row.acknowledged_by = now(), by
    NoticeRow.objects.bulk_update(found, ["acknowledged_at", "acknowledged_by"])
    record_many(
        [("fulfilment.notice.acknowledged", row, {"person": row.person_id}) for row in found],
        by=by,
    )
    return len(found)
