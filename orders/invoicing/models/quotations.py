"""Quotations made before anything is ordered: which draft they price, and the order they became.

The paper itself is a `Document`; these rows say what can be ordered by it, listing by listing and day
by day.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from catalogue.partner.models import StockRecord
from marketplace.cycles.models import OrderCycle
from marketplace.parties.models import DeliverySite
from orders.invoicing.models.documents import Document
from orders.invoicing.querysets import QuotationQuerySet
from orders.models import Order, OrderDraft


class Quotation(models.Model):
    """What a quotation of a draft offers. It becomes one order, once, while it is valid."""

    document = models.OneToOneField(Document, models.PROTECT, related_name="quotation")
    draft = models.ForeignKey(OrderDraft, models.PROTECT, related_name="quotations")
    draft_version = models.PositiveIntegerField(help_text="of the draft when it was priced")
    site = models.ForeignKey(DeliverySite, models.PROTECT, related_name="+")
    order = models.OneToOneField(
        Order, models.PROTECT, null=True, blank=True, related_name="quotation"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = QuotationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(order__isnull=True, accepted_at__isnull=True)
                | Q(order__isnull=False, accepted_at__isnull=False),
                name="quotation_accepted_with_its_order",
            )
        ]

    def __str__(self) -> str:
        return self.document.code


class QuotationCell(models.Model):
    """A quantity of a listing on a delivery day, at the price quoted."""

    quotation = models.ForeignKey(Quotation, models.PROTECT, related_name="cells")
    listing = models.ForeignKey(StockRecord, models.PROTECT, related_name="+")
    cycle = models.ForeignKey(OrderCycle, models.PROTECT, related_name="+")
    qty = models.PositiveBigIntegerField(help_text="base units")
    price_satang = models.PositiveIntegerField(help_text="per 1,000 g or piece")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["quotation", "listing", "cycle"], name="quoted_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(qty__gt=0, price_satang__gt=0), name="quoted_something"
            ),
        ]
