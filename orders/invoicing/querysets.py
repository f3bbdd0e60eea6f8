"""Reading sales and documents, scoped to who asks: a buyer its own, the cooperative all."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class _BuyerScoped(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Rows of the asker's buyers, all for the cooperative; nobody else sees any."""
        if access.is_cooperative:
            return self
        return self.filter(buyer_id__in=access.buyer_ids)


class SaleQuerySet(_BuyerScoped):
    def unbilled(self) -> Self:
        """Deliveries that stand on no bill yet and are worth something."""
        return self.filter(total_satang__gt=0).exclude(documents__stands=True)


class DocumentQuerySet(_BuyerScoped):
    def standing(self) -> Self:
        """Documents that were not voided."""
        return self.filter(state="issued")

    def open(self) -> Self:
        """Standing documents on which something is still to be paid."""
        return self.asking().standing().filter(settled_satang__lt=F("total_satang"))

    def asking(self) -> Self:
        """Bills and debit notes: what asks for money."""
        return self.filter(kind__in=["bill", "debit_note"])

    def billed(self) -> Self:
        """Bills alone."""
        return self.filter(kind="bill")

    def uncarried(self) -> Self:
        """Open documents that stand on no billing note yet."""
        return self.open().exclude(linked__kind="billing_note", linked__stands=True)


class TermsQuerySet(_BuyerScoped):
    def on(self, day: dt.date) -> Self:
        """Rows that had begun by a day, each buyer's newest first."""
        return self.filter(valid_from__lte=day).order_by("buyer_id", "-valid_from")


class QuotationQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Quotations made to the asker's buyers, all for the cooperative."""
        if access.is_cooperative:
            return self
        return self.filter(document__buyer_id__in=access.buyer_ids)

    def waiting(self, day: dt.date) -> Self:
        """Standing and valid on a day, and no order yet: what a buyer may still accept."""
        return self.filter(document__state="issued", document__due_day__gte=day, order__isnull=True)
