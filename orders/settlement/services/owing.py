"""What growers are owed, and when it may be paid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from marketplace.accounts.models import User
from marketplace.common.clock import today
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import FarmerGroup, ReleaseRule
from orders.fulfilment.models import AcceptanceLot, HarvestLot
from orders.invoicing.hooks import OwedFact
from orders.invoicing.models import Document, DocumentSale
from orders.settlement.models import Owed
from orders.settlement.rules import pay_day


def pay_day_for(group: FarmerGroup, delivery_day: dt.date) -> dt.date | None:
    """The day a group's growers are paid for a delivery day, as the weigh slip says; None when the
    group waits for the buyer.
    """
    return pay_day(group.release_rule, group.release_days, delivery_day)


def pay_days_of(lots: Sequence[HarvestLot]) -> dict[int, dt.date]:
    """The pay day of each lot by primary key; lots without a group or a known day are left out."""
    found = {
        lot.pk: pay_day_for(lot.group, lot.cycle.delivery_day)
        for lot in lots
        if lot.group is not None
    }
    return {pk: day for pk, day in found.items() if day is not None}


@unit_of_work
def owe(*, by: User | None, facts: Sequence[OwedFact]) -> list[Owed]:
    """Note what events owe growers, each once.

    Args:
        by: who caused it.
        facts: told by invoicing with their journals posted.
    """
    groups = FarmerGroup.objects.in_bulk({fact.group_id for fact in facts})
    Owed.objects.bulk_create(
        [
            Owed(
                key=fact.key,
                kind=fact.kind,
                group_id=fact.group_id,
                person_id=fact.person_id,
                lot_id=fact.lot_id,
                line_id=fact.line_id,
                day=fact.day,
                qty=fact.qty,
                price_satang=fact.price_satang,
                satang=fact.satang,
                due_day=pay_day_for(groups[fact.group_id], fact.day),
                journal_key=fact.journal_key,
            )
            for fact in sorted(facts, key=lambda one: one.key)
        ],
        ignore_conflicts=True,
        batch_size=400,
    )
    return list(Owed.objects.filter(key__in=[fact.key for fact in facts]))


@unit_of_work
def release_paid(*, by: User | None, documents: Sequence[Document]) -> int:
    """Release what waits for buyers: a lot's growers may be paid once every bill it is on is paid.

    Args:
        documents: bills that changed.

    Returns:
        How many amounts were released.
    """
    lots = set(
        AcceptanceLot.objects.filter(
            acceptance_line__acceptance__delivery__sale__documents__document__in=documents,
            acceptance_line__acceptance__delivery__sale__documents__stands=True,
            lot__owed__due_day__isnull=True,
            lot__owed__group__release_rule=ReleaseRule.BUYER_PAID,
        ).values_list("lot_id", flat=True)
    )
    waiting = Owed.objects.filter(
        lot_id__in=lots, due_day__isnull=True, group__release_rule=ReleaseRule.BUYER_PAID
    )
    ready: list[int] = []
    for pk, lot_id, line_id in waiting.values_list("pk", "lot_id", "line_id"):
        parts = AcceptanceLot.objects.filter(lot_id=lot_id, accepted_qty__gt=0)
        if line_id is not None:
            parts = parts.filter(acceptance_line__line_id=line_id)
        sales = set(parts.values_list("acceptance_line__acceptance__delivery__sale", flat=True)) - {
            None
        }
        paid = {
            row.sale_id
            for row in DocumentSale.objects.filter(sale_id__in=sales, stands=True).select_related(
                "document"
            )
            if row.document.is_paid
        }
        if sales and sales == paid:
            ready.append(pk)
    return Owed.objects.filter(pk__in=ready).update(due_day=today())
