"""Where uses of deposits, sources of ledger entries, can be looked at."""

from __future__ import annotations

from django.urls import reverse

from marketplace.ledger.hooks import SourceLink, register_source
from orders.deposits.models import DepositUse


def _uses(pks: list[int]) -> dict[int, SourceLink]:
    return {
        use.pk: SourceLink(
            f"{use.get_kind_display()} {use.buyer.name}",
            reverse("deposits:buyer", args=[use.buyer_id]),
        )
        for use in DepositUse.objects.filter(pk__in=pks).select_related("buyer")
    }


def register_sources() -> None:
    """Register what this room can show."""
    register_source("deposit_use", _uses)
    register_source("deposit_return", _uses)
