"""Reading orders, scoped to who asks: a buyer its own, the cooperative all, nobody else any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class _BuyerScoped(models.QuerySet[Any]):
    buyer_path = "buyer_id__in"

    def for_access(self, access: Access) -> Self:
        """Rows of the asker's buyers, or all (cooperative)."""
        if access.is_cooperative:
            return self
        return self.filter(**{self.buyer_path: access.buyer_ids})


class OrderQuerySet(_BuyerScoped):
    pass


class DeliveryQuerySet(_BuyerScoped):
    buyer_path = "order__buyer_id__in"


class LineQuerySet(_BuyerScoped):
    buyer_path = "order__buyer_id__in"


class DraftQuerySet(_BuyerScoped):
    pass


class PurchaseOrderQuerySet(_BuyerScoped):
    pass
