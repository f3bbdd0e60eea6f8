"""Reading parties and persons, scoped to who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class PartyQuerySet(models.QuerySet[Any]):
    def active(self) -> Self:
        """Parties that trade today."""
        return self.filter(stage="active")

    def for_access(self, access: Access) -> Self:
        """Parties the asker may see: the cooperative sees all, everybody else its own."""
        if access.sees_all_parties:
            return self
        return self.filter(pk__in=access.party_ids)


class PersonQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Persons the asker may see: itself, members of groups it coordinates, or all (cooperative)."""
        if access.is_cooperative:
            return self
        return self.filter(
            Q(pk=access.person_id or 0)
            | Q(
                memberships__group_id__in=access.coordinated_group_ids,
                memberships__until__isnull=True,
            )
        ).distinct()
