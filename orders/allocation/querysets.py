"""Reading allocations, scoped to who asks: a grower and her coordinator see their own, never who
else was served.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class AllocationQuerySet(models.QuerySet[Any]):
    def planned(self, cycle_id: int) -> Self:
        """The plan on shares that stands for a cycle: of the repaired run, else the one at cut-off."""
        return self.standing().filter(line__cycle_id=cycle_id)

    def standing(self) -> Self:
        """Plans on shares that count: of every current run but those made from real lots, for
        deliveries that still stand.
        """
        return self.filter(run__is_current=True).exclude(
            Q(run__kind="intake") | Q(line__delivery__state="cancelled")
        )

    def for_access(self, access: Access) -> Self:
        """Allocations of the asker's own shares, of groups it coordinates, or all (cooperative)."""
        if access.is_cooperative:
            return self
        return self.filter(
            Q(group_id__in=access.coordinated_group_ids) | Q(person_id=access.person_id or 0)
        )


class FarmerOutcomeQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Outcomes of the asker, of members of groups it coordinates, or all (cooperative)."""
        if access.is_cooperative:
            return self
        return self.filter(
            Q(
                person__memberships__group_id__in=access.coordinated_group_ids,
                person__memberships__until__isnull=True,
            )
            | Q(person_id=access.person_id or 0)
        ).distinct()


class OverrideQuerySet(models.QuerySet[Any]):
    def standing(self, cycle_id: int) -> Self:
        """Those that plans of a cycle are made around, for deliveries that still stand."""
        return self.filter(line__cycle_id=cycle_id, undone_at__isnull=True).exclude(
            line__delivery__state="cancelled"
        )
