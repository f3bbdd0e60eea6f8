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
from orders.models import Delivery, Order


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
    QUOTATION = "quotation", _("ใบเสนอราคา")
    ACCEPTANCE = "acceptance", _("ใบตรวจรับพัสดุ")
    TAX_INVOICE = "tax_invoice", _("ใบกำกับภาษี")
    BILL = "bill", _("ใบแจ้งหนี้")
    BILLING_NOTE = "billing_note", _("ใบวางบิล")
    RECEIPT = "receipt", _("ใบเสร็จรับเงิน")
    CREDIT_NOTE = "credit_note", _("ใบลดหนี้")
    DEBIT_NOTE = "debit_note", _("ใบเพิ่มหนี้")
    WITHHOLDING = "withholding", _("หนังสือรับรองหัก ณ ที่จ่าย")


ASKING = (DocumentKind.BILL, DocumentKind.DEBIT_NOTE)
"""Kinds that ask for money; the others take none and are never open."""


class DocumentState(models.TextChoices):
    ISSUED = "issued", _("ออกแล้ว")
    VOID = "void", _("ยกเลิก")


class Document(models.Model):
    """An issued document. Content never changes; only what was paid on it and its voiding do.

    Of a quotation `due_day` is the day it is valid until; of a billing note the day on which
    payment was agreed; of papers that nobody waits for it is their own day. A withholding
    certificate carries our number of receiving it; the issuer's stands in its content.
    """

    kind = models.CharField(max_length=12, choices=DocumentKind)
    series = models.CharField(max_length=8)
    branch = models.CharField(max_length=40)
    year_be = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    code = models.CharField(_("เลขที่"), max_length=24, unique=True)
    reference = models.CharField(max_length=20, unique=True, help_text="payment reference, Ref 1")
    buyer = models.ForeignKey(Buyer, models.PROTECT, related_name="documents")
    order = models.ForeignKey(
        Order,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        help_text="what a quotation offers",
    )
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
            models.CheckConstraint(
                condition=Q(kind__in=DocumentKind.values), name="document_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["bill", "debit_note"]) | Q(settled_satang=0),
                name="only_asking_documents_are_paid",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def open_satang(self) -> int:
        """What is still to be paid."""
        if self.state == DocumentState.VOID or self.kind not in ASKING:
            return 0
        return self.total_satang - self.settled_satang

    @property
    def is_paid(self) -> bool:
        return (
            self.state == DocumentState.ISSUED
            and self.kind in ASKING
            and self.settled_satang == self.total_satang
        )


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


class DocumentLink(models.Model):
    """A document that speaks of another: which bills a billing note groups, a receipt covers, a
    credit or debit note changes, a withholding certificate belongs to.

    `satang` is the part that concerns that bill: what was open, received, taken off, added,
    withheld.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="links")
    kind = models.CharField(max_length=12, choices=DocumentKind, help_text="the document's own")
    of = models.ForeignKey(Document, models.PROTECT, related_name="linked")
    satang = models.PositiveBigIntegerField()
    stands = models.BooleanField(default=True, help_text="false once the document is void")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["document", "of"], name="bill_once_in_a_document"),
            models.UniqueConstraint(
                fields=["of"],
                condition=Q(stands=True, kind="billing_note"),
                name="bill_on_one_billing_note",
            ),
        ]


class DocumentDelivery(models.Model):
    """A delivery that an acceptance report or a tax invoice is about; one standing of each kind."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="deliveries")
    kind = models.CharField(max_length=12, choices=DocumentKind, help_text="the document's own")
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="papers")
    satang = models.PositiveBigIntegerField()
    stands = models.BooleanField(default=True, help_text="false once the document is void")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "kind"],
                condition=Q(stands=True),
                name="one_paper_of_a_kind_a_delivery",
            )
        ]
