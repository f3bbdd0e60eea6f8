"""Documents: issued once, frozen, numbered without a gap.

A `Document` has a gap-free number per series, branch and Buddhist year; its content is frozen when
it is issued and guarded in the database. A wrong document is voided and kept, never changed.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now
from marketplace.parties.models import Buyer
from orders.invoicing.models.goods import DeliverySale
from orders.invoicing.querysets import DocumentQuerySet


class DocumentCounter(models.Model):
    """The last number drawn of a series, branch and Buddhist year; locked while one is drawn."""

    series = models.CharField(max_length=8)
    branch = models.CharField(max_length=40)
    year_be = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "branch", "year_be"], name="one_counter_a_series"
            )
        ]


class DocumentKind(models.TextChoices):
    BILL = "bill", _("ใบแจ้งหนี้")
    RECEIPT = "receipt", _("ใบเสร็จรับเงิน")


class DocumentState(models.TextChoices):
    ISSUED = "issued", _("ออกแล้ว")
    VOID = "void", _("ยกเลิก")


class Document(models.Model):
    """An issued document. Content never changes; only what was paid on it and its voiding do."""

    kind = models.CharField(max_length=12, choices=DocumentKind)
    series = models.CharField(max_length=8)
    branch = models.CharField(max_length=40)
    year_be = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    code = models.CharField(_("เลขที่"), max_length=24, unique=True)
    reference = models.CharField(max_length=20, unique=True, help_text="payment reference, Ref 1")
    buyer = models.ForeignKey(Buyer, models.PROTECT, related_name="documents")
    day = models.DateField(_("วันที่"), db_index=True)
    due_day = models.DateField(_("ครบกำหนด"), db_index=True)
    first_day = models.DateField(help_text="first delivery day on it")
    last_day = models.DateField()
    goods_satang = models.PositiveBigIntegerField()
    fee_satang = models.PositiveBigIntegerField(default=0)
    vat_satang = models.PositiveBigIntegerField(default=0)
    total_satang = models.PositiveBigIntegerField()
    withholding_satang = models.PositiveBigIntegerField(
        default=0, help_text="tax the buyer may withhold from it"
    )
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField(default=now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_satang = models.PositiveBigIntegerField(
        default=0, help_text="paid, withheld or credited so far"
    )
    state = models.CharField(max_length=8, choices=DocumentState, default=DocumentState.ISSUED)
    settled_day = models.DateField(null=True, blank=True, help_text="day it was paid in full")
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    void_reason = models.CharField(max_length=200, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "branch", "year_be", "number"], name="one_document_a_number"
            ),
            models.CheckConstraint(
                condition=Q(total_satang=F("goods_satang") + F("fee_satang") + F("vat_satang")),
                name="document_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(settled_satang__lte=F("total_satang")),
                name="document_not_overpaid",
            ),
            models.CheckConstraint(
                condition=~Q(state="void") | Q(settled_satang=0, voided_at__isnull=False),
                name="void_document_takes_no_money",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def open_satang(self) -> int:
        """What is still to be paid."""
        return 0 if self.state == DocumentState.VOID else self.total_satang - self.settled_satang

    @property
    def is_paid(self) -> bool:
        return self.state == DocumentState.ISSUED and self.settled_satang == self.total_satang


class DocumentSale(models.Model):
    """A delivery on a bill; a delivery is on one standing bill at most."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="sales")
    sale = models.ForeignKey(DeliverySale, models.PROTECT, related_name="documents")
    stands = models.BooleanField(default=True, help_text="false once the document is void")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sale"], condition=Q(stands=True), name="delivery_billed_once"
            )
        ]
