"""What failed payments and those that came back had deducted, given back in the books."""

from __future__ import annotations

from collections.abc import Iterable

from marketplace.ledger.services import open_accounts
from orders.invoicing import accounts
from orders.settlement.models import (
    DeductionKind,
    DeductionTaken,
    HandOn,
    HandOnRow,
    PayoutItem,
)


def given_back(items: Iterable[PayoutItem]) -> dict[int, list[tuple[str, int, str]]]:
    """The ledger entries of what payments deducted, for payments that failed or came back.

    As `deducted_by`, but savings that were handed on are in nobody's account any more: they are
    taken off the next batch instead. Locks what was taken.
    """
    listed = [item.pk for item in items]
    found: dict[int, list[tuple[str, int, str]]] = {pk: [] for pk in listed}
    rows = list(
        DeductionTaken.objects.select_for_update(of=("self",))
        .filter(item__in=listed, stands=True)
        .select_related("deduction__person")
        .order_by("pk")
    )
    gone = set(
        HandOnRow.objects.filter(
            taken__in=[one.pk for one in rows],
            stands=True,
            satang__gt=0,
            batch__state=HandOn.State.AGREED,
        ).values_list("taken_id", flat=True)
    )
    if gone:
        open_accounts(accounts=[accounts.HANDED_BACK])
    for one in rows:
        deduction = one.deduction
        code = accounts.of_member(deduction.kind, deduction.person).code
        if one.pk in gone and deduction.kind == DeductionKind.SAVING:
            code = accounts.HANDED_BACK.code
        found[one.item_id].append((code, -one.satang, f"deduction:{one.deduction_id}"))
    return found
