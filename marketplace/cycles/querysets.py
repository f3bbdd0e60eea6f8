"""Reading cycles and the questions about their days, scoped to who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Max, Q

from marketplace.common.clock import today

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class CycleQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Delivery days are everybody's who takes part in the market; nobody else sees them."""
        if access.is_superuser or access.roles:
            return self
        return self.none()

    def standing(self) -> Self:
        """Cycles that were not called off."""
        return self.exclude(state="cancelled")

    def to_come(self) -> Self:
        """Cycles from today on."""
        return self.filter(delivery_day__gte=today())

    def with_last_cutoff(self) -> Self:
        """Cycles with `last_cutoff`, the moment after which nobody can order."""
        return self.annotate(last_cutoff=Max("cutoffs__at"))


class QuestionQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Questions are put to the cooperative alone."""
        return self if access.is_cooperative else self.none()

    def open(self) -> Self:
        """Days to come without an answer on which the cycle still stands."""
        return (
            self.filter(answer="", cycle__delivery_day__gte=today())
            .filter(Q(holiday__isnull=True) | Q(holiday__day=F("cycle__delivery_day")))
            .filter(cycle__state__in=["open", "closed", "allocated"])
        )

    def waiting(self) -> Self:
        """Questions to put to staff: the two days a feast may fall on are one, under the first."""
        return self.open().exclude(same_as__in=self.model._default_manager.open().values("pk"))
