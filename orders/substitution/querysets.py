"""Reading proposals, scoped to the buyer that is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class ProposalQuerySet(models.QuerySet[Any]):
    def waiting(self) -> Self:
        """Those that wait for an answer."""
        return self.filter(state="open")

    def for_access(self, access: Access) -> Self:
        """Proposals to the asker's buyers, or all (cooperative)."""
        if access.is_cooperative:
            return self
        return self.filter(line__order__buyer_id__in=access.buyer_ids)

    def for_display(self) -> Self:
        """With everything that a page or a notice says of them."""
        return self.select_related(
            "line__product",
            "line__cycle",
            "line__order__buyer",
            "line__order__site",
            "became__product",
            "taken__listing__product",
            "answered_by",
        ).prefetch_related("options__listing__product", "options__listing__partner__party")
