"""Reading certificates."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class CertificateQuerySet(models.QuerySet[Any]):
    def valid_between(self, first: date, last: date) -> Self:
        """Certificates in force on every day from first to last."""
        return self.filter(valid_from__lte=first, valid_until__gte=last, revoked_at__isnull=True)

    def for_product(self, product_id: int) -> Self:
        """Certificates that cover a product (those naming no product cover all)."""
        return self.filter(Q(products__isnull=True) | Q(products=product_id)).distinct()

    def for_access(self, access: Access) -> Self:
        """Certificates the asker may manage: its groups' and its members', or all."""
        if access.sees_all_parties:
            return self
        return self.filter(
            Q(group_id__in=access.group_ids)
            | Q(person_id=access.person_id or 0)
            | Q(
                person__memberships__group_id__in=access.coordinated_group_ids,
                person__memberships__until__isnull=True,
            )
        ).distinct()
