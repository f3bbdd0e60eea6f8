"""What several pages of this room share."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse

from marketplace.parties.access import AccessedRequest
from marketplace.parties.models import RoleName
from orders.reconciliation import hooks
from orders.reconciliation.models import BankAccount, BankRow

TREASURER = RoleName.TREASURER

PAGE = 50
"""Rows of the queue on one page."""


def chosen_account(request: AccessedRequest) -> BankAccount | None:
    chosen = request.GET.get("account") or request.POST.get("account") or ""
    accounts = BankAccount.objects.filter(archived_at__isnull=True)
    if chosen.isdigit():
        return get_object_or_404(accounts, pk=int(chosen))
    return accounts.first()


def expected_on_bank() -> list[hooks.Expected]:
    return [one for targets in hooks.payout_targets for one in targets.expected()]


def queue_after(row: BankRow) -> str:
    """Address of the queue where a row has just been worked on: at the row itself while something
    is left of it, else at the next one that waits, so that nobody looks for their place again.
    """
    waiting = BankRow.objects.open().filter(account=row.account_id)
    before = Q(day__lt=row.day) | Q(day=row.day, place__lt=row.place)
    before |= Q(day=row.day, place=row.place, pk__lt=row.pk)
    place = waiting.filter(before).count()
    following = waiting.exclude(before).order_by("day", "place", "pk").first()
    asked: dict[str, int] = {"account": row.account_id}
    if following is not None:
        asked["row"] = following.pk
        if place >= PAGE:
            asked["page"] = place // PAGE + 1
    return f"{reverse('reconciliation:queue')}?{urlencode(asked)}"
