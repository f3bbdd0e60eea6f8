"""Reading listings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class ListingQuerySet(models.QuerySet[Any]):
    def trading(self) -> Self:
        """Listings that can be ordered: neither they nor their product archived."""
        return self.filter(
            archived_at__isnull=True, product__archived_at__isnull=True, product__is_public=True
        )

    def for_display(self) -> Self:
        """Listings with what a row on the screen needs, in the order of the produce table."""
        return self.select_related("product", "partner__party", "required_standard").order_by(
            "product__title", "min_grade", "pk"
        )


class NoticeQuerySet(models.QuerySet[Any]):
    def published(self) -> Self:
        """Notices that count."""
        return self.filter(state="published")

    def for_access(self, access: Access) -> Self:
        """Drafts are the cooperative's own; published notices everybody's who deals here."""
        if access.is_cooperative:
            return self
        return self.published()
