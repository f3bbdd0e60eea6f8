"""Reading uses and terms of deposits, scoped to who asks."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class DepositUseQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """A buyer's people their own, the cooperative all, nobody else any."""
        if access.is_cooperative:
            return self
        return self.filter(buyer_id__in=access.buyer_ids)

    def standing(self) -> Self:
        """In the books."""
        return self.filter(state="stands")

    def asked(self) -> Self:
        """Waiting for a second person."""
        return self.filter(state="asked")


class DepositTermsQuerySet(models.QuerySet[Any]):
    def on(self, day: dt.date) -> Self:
        """Terms that had begun by a day, the newest first."""
        return self.filter(valid_from__lte=day).order_by("-valid_from", "-pk")
