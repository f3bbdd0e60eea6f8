"""Reading bank rows and applications: the cooperative's treasurer, nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class _TreasurerOnly(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """All for the treasurer, none for anybody else."""
        return self if access.is_treasurer else self.none()


class BankRowQuerySet(_TreasurerOnly):
    def open(self) -> Self:
        """Rows of which something is not applied yet."""
        return self.filter(applied_satang__lt=F("in_satang") + F("out_satang"))


class ApplicationQuerySet(_TreasurerOnly):
    def standing(self) -> Self:
        """Applications that were not undone."""
        return self.filter(undone_at__isnull=True)

    def awaiting_certificate(self) -> Self:
        """Tax withheld whose certificate (50 ทวิ) has not come."""
        return self.standing().filter(withheld_satang__gt=0, certificate="")
