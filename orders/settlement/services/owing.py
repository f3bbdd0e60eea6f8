"""What growers are owed, and when it may be paid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common.clock import today
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.services import lock_bounds
from marketplace.parties.models import FarmerGroup, ReleaseRule
from orders.fulfilment.models import AcceptanceLot, HarvestLot
from orders.invoicing.hooks import OwedFact
from orders.invoicing.models import Document, DocumentSale
from orders.settlement.models import Owed
from orders.settlement.rules import pay_day
from orders.settlement.services.early import settle_early
from orders.settlement.services.payees import codes_of


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
    ready = [pk for pk, paid in _for_buyers(documents, waiting=True) if paid]
    released = Owed.objects.filter(pk__in=ready).update(due_day=today())
    settle_early(by=by, owed=ready)
    return released


@unit_of_work
def wait_again(*, by: User | None, documents: Sequence[Document]) -> int:
    """Take a release back, as the payment of a bill was undone: its growers wait for the buyer.

    What was paid out by then stays paid; its empty pay day says that it was paid early
    (`OwedQuerySet.paid_early`).

    Args:
        documents: bills that were paid and are not any more.

    Returns:
        How many amounts wait again, those paid out among them.
    """
    again = [pk for pk, paid in _for_buyers(documents, waiting=False) if not paid]
    if again:
        Owed.objects.filter(pk__in=again).update(due_day=None)
        record_many([("owed.waits_again", f"owed:{pk}", {}) for pk in again], by=by)
    return len(again)


def _for_buyers(documents: Sequence[Document], *, waiting: bool) -> list[tuple[int, bool]]:
    """Amounts that depend on these bills: (primary key, whether all their bills are paid)."""
    lots = set(
        AcceptanceLot.objects.filter(
            acceptance_line__acceptance__delivery__sale__documents__document__in=documents,
            acceptance_line__acceptance__delivery__sale__documents__stands=True,
            lot__owed__due_day__isnull=waiting,
            lot__owed__group__release_rule=ReleaseRule.BUYER_PAID,
        ).values_list("lot_id", flat=True)
    )
    owed = Owed.objects.filter(
        lot_id__in=lots, due_day__isnull=waiting, group__release_rule=ReleaseRule.BUYER_PAID
    ).select_related("group", "person")
    # The lock that payments take: nothing leaves while its pay day changes.
    lock_bounds(code for one in owed for code in codes_of(one))
    parts = _accepted_parts(lots)
    paid = {
        row.sale_id
        for row in DocumentSale.objects.filter(
            sale_id__in={sale for rows in parts.values() for _line, sale in rows}, stands=True
        ).select_related("document")
        if row.document.is_paid
    }
    found = []
    for pk, lot_id, line_id in owed.values_list("pk", "lot_id", "line_id"):
        on = {sale for line, sale in parts.get(lot_id, ()) if line_id in (None, line)} - {None}
        found.append((pk, bool(on) and on <= paid))
    return found


def _accepted_parts(lots: Collection[int]) -> dict[int, list[tuple[int, int | None]]]:
    """Where each lot was accepted: (order line, sale of the delivery)."""
    found: dict[int, list[tuple[int, int | None]]] = {}
    for lot, line, sale in AcceptanceLot.objects.filter(
        lot_id__in=lots, accepted_qty__gt=0
    ).values_list(
        "lot_id", "acceptance_line__line_id", "acceptance_line__acceptance__delivery__sale"
    ):
        found.setdefault(lot, []).append((line, sale))
    return found
