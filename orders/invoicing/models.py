"""What accepted goods are worth, and the documents that ask for it.

`LotValue` says what a harvest lot is worth at farm gate and how much of it has left the hub;
`DeliverySale` and `LineSale` freeze the value of an accepted delivery, with decision 5's equation
as a constraint: buyer's value = farm gate + fees + price pool + shrinkage. A `Document` has a
gap-free number per series, branch and Buddhist year; its content is frozen when it is issued and
guarded in the database. A wrong document is voided and kept, never changed.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.partner.models import FeeKind
from marketplace.common.clock import now
from marketplace.ledger.models import Journal
from marketplace.parties.models import Buyer
from orders.fulfilment.models import AcceptanceLine, HarvestLot
from orders.invoicing.querysets import DocumentQuerySet, SaleQuerySet
from orders.models import Delivery, Line


class VatStatus(models.Model):
    """Whether the cooperative charges value added tax from a day on, and at which rate.

    Without a row it is not registered and charges none.
    """

    valid_from = models.DateField(unique=True)
    registered = models.BooleanField(default=False)
    rate_bp = models.PositiveSmallIntegerField(
        default=700, help_text="basis points: 700 is 7 % (statutory 10 %, cut by decree)"
    )
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-valid_from"]


# ---- what goods are worth ----------------------------------------------------------------------


class LotBasis(models.TextChoices):
    """Who bears what becomes of a lot after the scale."""

    SCALE = "scale", _("ซื้อขาดที่ตาชั่ง")
    ACCEPTED = "accepted", _("ฝากขาย")
    OUTSIDE = "outside", _("ซื้อเสริม")
    RETURNED = "returned", _("ของคืน")


class LotValue(models.Model):
    """A lot at farm-gate value; what leaves it takes its share, so that the last takes the rest.

    Of consignment and returned lots the value in hand is 0: nobody is owed for them yet.
    """

    lot = models.OneToOneField(HarvestLot, models.PROTECT, related_name="value")
    basis = models.CharField(max_length=8, choices=LotBasis)
    price_satang = models.PositiveIntegerField(
        null=True, blank=True, help_text="farm gate per 1,000 g or piece; null: none announced"
    )
    qty = models.PositiveBigIntegerField(help_text="base units taken in, corrections included")
    value_satang = models.PositiveBigIntegerField(default=0, help_text="debited to produce in hand")
    out_qty = models.PositiveBigIntegerField(default=0, help_text="base units that left the hub")
    out_satang = models.BigIntegerField(default=0, help_text="credited to produce in hand")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(basis__in=["scale", "outside"]) | Q(value_satang=0, out_satang=0),
                name="only_bought_lots_are_in_hand",
            ),
            models.CheckConstraint(
                condition=~Q(out_qty__gte=F("qty")) | Q(out_satang=F("value_satang")),
                name="empty_lot_is_worth_nothing",
            ),
        ]


class DeliverySale(models.Model):
    """An accepted delivery in satang; written once, in the transaction of its acceptance."""

    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="sale")
    buyer = models.ForeignKey(Buyer, models.PROTECT, related_name="sales")
    day = models.DateField(db_index=True, help_text="delivery day")
    goods_satang = models.PositiveBigIntegerField()
    fee_satang = models.PositiveBigIntegerField(default=0, help_text="small drop or zone fee")
    vat_satang = models.PositiveBigIntegerField(default=0)
    total_satang = models.PositiveBigIntegerField()
    journal = models.OneToOneField(Journal, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=now)

    objects = SaleQuerySet.as_manager()

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_satang=F("goods_satang") + F("fee_satang") + F("vat_satang")),
                name="sale_adds_up",
            )
        ]


class LineSale(models.Model):
    """An accepted line in satang: decision 5's equation as a row.

    `farm_gate_satang` is what the goods sent for it cost at farm gate; `pool_satang` the difference
    between the buyer's price and the notice (below zero: the pool pays); `shrinkage_satang` what was
    sent and not taken, below zero for a loss.
    """

    sale = models.ForeignKey(DeliverySale, models.PROTECT, related_name="lines")
    line = models.OneToOneField(Line, models.PROTECT, related_name="sale")
    acceptance_line = models.OneToOneField(AcceptanceLine, models.PROTECT, related_name="sale")
    taken_qty = models.PositiveBigIntegerField()
    value_satang = models.PositiveBigIntegerField()
    farm_gate_satang = models.BigIntegerField()
    fees_satang = models.PositiveBigIntegerField(default=0)
    pool_satang = models.BigIntegerField(default=0)
    shrinkage_satang = models.BigIntegerField(default=0)
    vat_bp = models.PositiveSmallIntegerField(default=0, help_text="0: exempt or not registered")
    vat_satang = models.PositiveBigIntegerField(default=0)
    prices = models.JSONField(
        default=list, help_text="[base units, satang per 1,000 g or piece, satang] per price"
    )

    class Meta:
        ordering = ["line_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    value_satang=F("farm_gate_satang")
                    + F("fees_satang")
                    + F("pool_satang")
                    + F("shrinkage_satang")
                ),
                name="line_equation",
            )
        ]


class SaleFee(models.Model):
    """A named fee within a line's value."""

    line_sale = models.ForeignKey(LineSale, models.PROTECT, related_name="fees")
    kind = models.ForeignKey(FeeKind, models.PROTECT, related_name="+")
    satang = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line_sale", "kind"], name="one_sale_fee_of_a_kind")
        ]


# ---- documents ---------------------------------------------------------------------------------


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
