"""What a grower agreed to have taken from her payments, and what was taken.

Every row stands on a paper that she signed. The terms (how much of a payment, in which order) are
the cooperative's and append-only; the newest counts.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now
from marketplace.parties.models import FarmerGroup, Person
from orders.settlement.querysets import DeductionQuerySet, TakenQuerySet


class DeductionKind(models.TextChoices):
    """What a deduction pays back or puts aside."""

    ADVANCE = "advance", _("เงินยืมล่วงหน้า")
    INPUTS = "inputs", _("ปัจจัยการผลิตที่ให้เชื่อ")
    LOAN = "loan", _("งวดเงินกู้")
    SAVING = "saving", _("ค่าหุ้นและเงินออม")


DEFAULT_ORDER: Final = tuple(DeductionKind.values)
DEFAULT_CEILING_BP: Final = 3_000
HIGHEST_CEILING_BP: Final = 9_000
"""Something of every payment reaches the grower."""


class DeductionTerms(models.Model):
    """How much of a payment may be taken at most, and in which order."""

    ceiling_bp = models.PositiveSmallIntegerField(help_text="of a payment, 3000 = 30 %")
    order = models.JSONField(help_text="all kinds, the first is taken first")
    since = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "deduction terms"
        constraints = [
            models.CheckConstraint(
                condition=Q(ceiling_bp__lte=HIGHEST_CEILING_BP), name="ceiling_leaves_something"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ceiling_bp} bp"

    @property
    def percent(self) -> int:
        return self.ceiling_bp // 100

    @property
    def kinds(self) -> list[DeductionKind]:
        """The kinds in their order."""
        return [DeductionKind(kind) for kind in self.order]


class Deduction(models.Model):
    """An advance, inputs on credit, a loan or savings, taken from one grower's payments.

    It counts once it is `given_at`: inputs, loans and savings at once, an advance in cash when it
    was approved by another and handed out from the float.
    """

    class Source(models.TextChoices):
        CASH = "cash", _("จ่ายจากเงินสดย่อย")
        BOOKS = "books", _("สหกรณ์จ่ายหรือให้ของแล้ว")

    key = models.CharField(max_length=64, unique=True, help_text="of the form that was sent")
    kind = models.CharField(max_length=8, choices=DeductionKind)
    person = models.ForeignKey(Person, models.PROTECT, related_name="deductions")
    group = models.ForeignKey(FarmerGroup, models.PROTECT, related_name="deductions")
    what = models.CharField(_("รายการ"), max_length=120)
    satang = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="to be taken in all; savings may run until stopped"
    )
    instalment_satang = models.PositiveBigIntegerField(
        default=0, help_text="at most from one payment; 0 for as much as the ceiling leaves"
    )
    paper = models.CharField(_("หนังสือยินยอมหรือสัญญา"), max_length=80)
    signed_on = models.DateField(_("ลงชื่อวันที่"))
    source = models.CharField(max_length=5, choices=Source, default=Source.BOOKS)
    made_at = models.DateTimeField(default=now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    given_at = models.DateTimeField(null=True, blank=True)
    voucher = models.OneToOneField(
        "settlement.Voucher", models.PROTECT, null=True, blank=True, related_name="advance"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True, help_text="why it ended")
    blanked_at = models.DateTimeField(null=True, blank=True, help_text="its words are gone")
    undone = models.BooleanField(default=False, help_text="recorded by mistake and taken back")

    objects = DeductionQuerySet.as_manager()

    taken_satang: int
    """Of standing payments; by `with_taken`."""
    gone_satang: int
    """Of payments that were sent or paid; by `with_taken`."""

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["person", "ended_at"], name="deduction_by_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="saving", satang__isnull=True, instalment_satang__gt=0)
                | Q(satang__gt=0),
                name="deduction_says_how_much",
            ),
            models.CheckConstraint(
                condition=~Q(paper="") & ~Q(what=""), name="deduction_has_its_paper"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("made_by")),
                name="advance_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(source="books", voucher__isnull=True)
                | Q(given_at__isnull=True, voucher__isnull=True)
                | Q(source="cash", approved_at__isnull=False, voucher__isnull=False),
                name="advance_handed_out_when_approved",
            ),
            models.CheckConstraint(
                condition=Q(undone=False) | Q(ended_at__isnull=False), name="undone_has_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.what}"


class DeductionTaken(models.Model):
    """What a payment took for one deduction; what a payment that failed took stands no more."""

    item = models.ForeignKey("settlement.PayoutItem", models.PROTECT, related_name="taken")
    deduction = models.ForeignKey(Deduction, models.PROTECT, related_name="taken")
    satang = models.PositiveBigIntegerField()
    stands = models.BooleanField(default=True, help_text="false once the payment failed")

    objects = TakenQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "deductions taken"
        constraints = [
            models.UniqueConstraint(fields=["item", "deduction"], name="taken_once_a_payment"),
            models.CheckConstraint(condition=Q(satang__gt=0), name="taken_not_empty"),
        ]
