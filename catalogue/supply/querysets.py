"""Reading supply, scoped to who asks."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from catalogue.grades import at_least

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class PlotQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Plots of the asker, of groups it coordinates, or all (cooperative and agencies)."""
        if access.sees_all_parties:
            return self
        return self.filter(
            Q(group_id__in=access.coordinated_group_ids) | Q(person_id=access.person_id or 0)
        )


class OfferQuerySet(models.QuerySet[Any]):
    def on_day(self, day: date) -> Self:
        """Offers whose window covers a delivery day."""
        return self.filter(first_day__lte=day, last_day__gte=day)

    def open(self) -> Self:
        """Offers that still take part."""
        return self.filter(state="open")

    def fitting(
        self,
        *,
        product_id: int,
        min_grade: str,
        standard_id: str | None = None,
        group_id: int | None = None,
        farm_gate_satang: int | None = None,
    ) -> Self:
        """Offers that may back an order for this product, minimum grade, standard, group and price.

        `farm_gate_satang`: offers whose minimum price is above it do not take part; None asks no
        question.
        """
        found = self.filter(product_id=product_id, grade__in=at_least(min_grade))
        if standard_id is not None:
            found = found.filter(standards=standard_id)
        if group_id is not None:
            found = found.filter(group_id=group_id)
        if farm_gate_satang is not None:
            found = found.filter(min_price_satang__lte=farm_gate_satang)
        return found

    def for_access(self, access: Access) -> Self:
        """Offers the asker may see in full: its groups', or all (cooperative and agencies)."""
        if access.sees_all_parties:
            return self
        return self.filter(group_id__in=access.group_ids)


class ShareQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Shares of the asker, of groups it coordinates, or all (cooperative)."""
        if access.is_cooperative:
            return self
        return self.filter(
            Q(harvest_offer__group_id__in=access.coordinated_group_ids)
            | Q(person_id=access.person_id or 0)
        )


class ShareChangeQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Changes of shares the asker may change."""
        if access.is_cooperative:
            return self
        return self.filter(
            Q(share__harvest_offer__group_id__in=access.coordinated_group_ids)
            | Q(share__person_id=access.person_id or 0)
        )
