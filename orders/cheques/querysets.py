"""Reading cheques, scoped to who asks: a buyer its own, the cooperative all."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class ChequeQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Cheques of the asker's buyers, all for the cooperative; nobody else sees any."""
        if access.is_cooperative:
            return self
        return self.filter(buyer_id__in=access.buyer_ids)

    def waiting(self) -> Self:
        """Handed in and not collected yet."""
        return self.filter(state__in=["held", "deposited"])

    def to_deposit(self, day: dt.date) -> Self:
        """In hand, and their date has come."""
        return self.filter(state="held", dated__lte=day)


class SlipQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """All for the treasurer, none for anybody else."""
        return self if access.is_treasurer else self.none()
