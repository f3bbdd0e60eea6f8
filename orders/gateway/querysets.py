"""Reading payments, scoped to who asks: a buyer its own, the cooperative all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class PaymentQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Payments of the asker's buyers, all for the cooperative; nobody else sees any."""
        if access.is_cooperative:
            return self
        return self.filter(buyer_id__in=access.buyer_ids)
