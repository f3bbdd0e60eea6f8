"""What papers a buyer's office wants and when: dated, so that a later change leaves the past alone.

The row in force on a day is the newest that begins on or before it. Documents freeze what they
took from it.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now
from marketplace.parties.models import BillingPlan, Buyer
from orders.invoicing.querysets import TermsQuerySet


class Paper(models.TextChoices):
    """The papers of a purchase, in the order in which an office files them."""

    QUOTATION = "quotation", _("ใบเสนอราคา")
    PURCHASE_ORDER = "po", _("ใบสั่งซื้อ")
    DELIVERY_NOTE = "note", _("ใบส่งของ")
    ACCEPTANCE = "acceptance", _("ใบตรวจรับพัสดุ")
    TAX_INVOICE = "tax_invoice", _("ใบกำกับภาษี")
    BILL = "bill", _("ใบแจ้งหนี้")
    BILLING_NOTE = "billing_note", _("ใบวางบิล")
    RECEIPT = "receipt", _("ใบเสร็จรับเงิน")


class PaysBy(models.TextChoices):
    TRANSFER = "transfer", _("โอนเข้าบัญชี")
    CHEQUE = "cheque", _("เช็ค")


class Shift(models.TextChoices):
    """Where a day goes that falls on a weekend or a holiday."""

    KEEP = "keep", _("ตามวันเดิม")
    BEFORE = "before", _("วันทำการก่อนหน้า")
    AFTER = "after", _("วันทำการถัดไป")


class BuyerTerms(models.Model):
    """A buyer's paper terms from a day on."""

    buyer = models.ForeignKey(Buyer, models.PROTECT, related_name="paper_terms")
    valid_from = models.DateField(_("ใช้ตั้งแต่วันที่"))
    billing_plan = models.CharField(_("วางบิล"), max_length=16, choices=BillingPlan)
    billing_days = models.JSONField(
        default=list, help_text="days of the month, ascending; 31 is the last day; none: any day"
    )
    billing_shift = models.CharField(
        _("วันวางบิลที่ตรงวันหยุด"), max_length=6, choices=Shift, default=Shift.KEEP
    )
    billing_place = models.CharField(_("วางบิลที่"), max_length=200, blank=True)
    credit_days = models.PositiveSmallIntegerField(_("เครดิตกี่วัน"), default=30)
    paying_days = models.JSONField(
        default=list, help_text="days of the month on which it pays; none: any day"
    )
    paying_shift = models.CharField(
        _("วันจ่ายที่ตรงวันหยุด"), max_length=6, choices=Shift, default=Shift.KEEP
    )
    pays_by = models.CharField(_("จ่ายโดย"), max_length=8, choices=PaysBy, default=PaysBy.TRANSFER)
    fiscal_month = models.PositiveSmallIntegerField(
        _("ปีงบประมาณสิ้นสุดเดือน"), default=12, help_text="1 to 12; the year ends on its last day"
    )
    contact = models.CharField(_("ผู้ติดต่อการเงิน"), max_length=160, blank=True)
    recorded_at = models.DateTimeField(default=now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = TermsQuerySet.as_manager()

    class Meta:
        ordering = ["buyer_id", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["buyer", "valid_from"], name="one_terms_a_day"),
            models.CheckConstraint(
                condition=Q(fiscal_month__gte=1, fiscal_month__lte=12),
                name="fiscal_month_is_a_month",
            ),
            models.CheckConstraint(
                condition=Q(billing_shift__in=["keep", "before", "after"])
                & Q(paying_shift__in=["keep", "before", "after"]),
                name="terms_shift_is_known",
            ),
        ]


class TermsPaper(models.Model):
    """A paper that the buyer asks for: how many originals and copies."""

    terms = models.ForeignKey(BuyerTerms, models.PROTECT, related_name="papers")
    paper = models.CharField(max_length=12, choices=Paper)
    originals = models.PositiveSmallIntegerField(default=1)
    copies = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["terms", "paper"], name="paper_once_in_terms"),
            models.CheckConstraint(
                condition=Q(originals__gt=0) | Q(copies__gt=0), name="paper_has_sheets"
            ),
            models.CheckConstraint(
                condition=Q(originals__lte=9, copies__lte=9), name="paper_has_few_sheets"
            ),
        ]

    @property
    def sheets(self) -> int:
        return self.originals + self.copies


class CommitteeMember(models.Model):
    """One who signs the buyer's acceptance report, in the order of the signature blocks."""

    terms = models.ForeignKey(BuyerTerms, models.PROTECT, related_name="committee")
    place = models.PositiveSmallIntegerField(help_text="1, 2, … on the paper")
    name = models.CharField(max_length=160)
    position = models.CharField(max_length=160, blank=True)
    duty = models.CharField(max_length=80, help_text="chairman, member, inspector")

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["terms", "place"], name="one_signer_a_place")
        ]
