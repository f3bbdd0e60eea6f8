"""Reading products."""

from __future__ import annotations

from typing import Self

from oscar.apps.catalogue.managers import ProductQuerySet


class MarketProductQuerySet(ProductQuerySet):
    def trading(self) -> Self:
        """Products that are not archived."""
        return self.filter(archived_at__isnull=True)

    def browsable(self) -> Self:
        """Products that a visitor may see: public and not archived (Oscar calls this)."""
        return super().browsable().filter(archived_at__isnull=True)
