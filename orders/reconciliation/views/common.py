"""What several pages of this room share."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from marketplace.parties.access import AccessedRequest
from marketplace.parties.models import RoleName
from orders.reconciliation import hooks
from orders.reconciliation.models import BankAccount

TREASURER = RoleName.TREASURER


def chosen_account(request: AccessedRequest) -> BankAccount | None:
    chosen = request.GET.get("account") or request.POST.get("account") or ""
    accounts = BankAccount.objects.filter(archived_at__isnull=True)
    if chosen.isdigit():
        return get_object_or_404(accounts, pk=int(chosen))
    return accounts.first()


def expected_on_bank() -> list[hooks.Expected]:
    return [one for targets in hooks.payout_targets for one in targets.expected()]
