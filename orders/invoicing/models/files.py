"""What belongs to documents beside their content: a PO's budget line, and PDFs as first made."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from marketplace.common.clock import now
from orders.invoicing.models.documents import Document
from orders.models import PurchaseOrder


class BudgetLine(models.Model):
    """The buyer's budget line that a purchase order names (patients, staff, project); bills are kept
    apart by it.
    """

    purchase_order = models.OneToOneField(PurchaseOrder, models.PROTECT, related_name="budget")
    name = models.CharField(max_length=120)
    recorded_at = models.DateTimeField(default=now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="budget_line_has_a_name")]


class DocumentPdf(models.Model):
    """The PDF of a document, kept as it was first made so that a reprint is the same to the byte."""

    document = models.OneToOneField(Document, models.PROTECT, related_name="pdf")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=now)
