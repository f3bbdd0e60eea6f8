"""What growers are owed, and how it is paid: batches to the bank, cash from a counted float.

`Owed` is one fact per grower and event, append-only; below zero it is taken back. An owed amount
stands in at most one payment. A batch is made by one person and approved by another (a
constraint); cash leaves a float that one person opens and another closes, each payment with a
voucher that the payee signs.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now
from marketplace.parties.models import FarmerGroup, PayoutAccount, Person
from orders.fulfilment.models import HarvestLot
from orders.models import Line
from orders.settlement.querysets import (
    BatchQuerySet,
    FloatQuerySet,
    ItemQuerySet,
    OwedQuerySet,
    VoucherQuerySet,
)


class OwedKind(models.TextChoices):
    """Why something is owed."""

    INTAKE = "intake", _("ชั่งรับ")
    ACCEPTED = "accepted", _("ตรวจรับ (ฝากขาย)")
    CORRECTION = "correction", _("แก้น้ำหนักหรือราคา")
    RETURNED = "returned", _("รับของคืน")
    RESOLD = "resold", _("ขายต่อ (ฝากขาย)")


class Owed(models.Model):
    """An amount owed to one grower for one lot, and the day it may be paid.

    `due_day` is empty while the group's rule waits for the buyer to pay; also of what was paid out
    before the buyer's payment was undone.
    """

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=12, choices=OwedKind)
    group = models.ForeignKey(FarmerGroup, models.PROTECT, related_name="owed")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="owed")
    lot = models.ForeignKey(HarvestLot, models.PROTECT, related_name="owed")
    line = models.ForeignKey(Line, models.PROTECT, null=True, blank=True, related_name="owed")
    day = models.DateField(help_text="delivery day")
    qty = models.BigIntegerField(help_text="base units")
    price_satang = models.PositiveIntegerField(help_text="farm gate per 1,000 g or piece")
    satang = models.BigIntegerField()
    due_day = models.DateField(null=True, blank=True)
    journal_key = models.CharField(max_length=160)
    at = models.DateTimeField(default=now)

    objects = OwedQuerySet.as_manager()

    class Meta:
        ordering = ["day", "pk"]
        verbose_name_plural = "owed"
        indexes = [
            models.Index(fields=["group", "person", "day"], name="owed_by_grower"),
            models.Index(fields=["due_day"], name="owed_by_due_day"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(satang=0), name="owed_not_zero")]


class PayoutBatch(models.Model):
    """Payments that go to the bank together: made, approved by another, sent, seen on the bank."""

    class State(models.TextChoices):
        DRAFT = "draft", _("รออนุมัติ")
        APPROVED = "approved", _("อนุมัติแล้ว")
        SENT = "sent", _("ส่งธนาคารแล้ว")
        DONE = "done", _("จ่ายแล้ว")
        CANCELLED = "cancelled", _("ยกเลิก")

    code = models.CharField(max_length=24, unique=True)
    method = models.CharField(max_length=12, choices=PayoutAccount.Method)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    total_satang = models.PositiveBigIntegerField()
    confirmed_satang = models.PositiveBigIntegerField(
        default=0, help_text="seen on the bank statement, or returned by the bank"
    )
    sha256 = models.CharField(max_length=64, help_text="of what was approved")
    made_at = models.DateTimeField(default=now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "payout batches"
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("made_by")),
                name="batch_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="batch_sent_only_when_approved",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_satang__lte=F("total_satang")),
                name="batch_not_confirmed_twice",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CashFloat(models.Model):
    """Cash counted out for payments; one at a time, closed by somebody else's count."""

    is_open = models.BooleanField(default=True)
    opened_at = models.DateTimeField(default=now)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    counted_satang = models.PositiveBigIntegerField()
    withdrawn_satang = models.PositiveBigIntegerField(
        default=0, help_text="of it, drawn from the bank for this float"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    left_satang = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="counted at close"
    )
    difference_satang = models.BigIntegerField(
        default=0, help_text="counted less expected: below zero money is missing"
    )
    note = models.CharField(max_length=200, blank=True)

    objects = FloatQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_open"], condition=Q(is_open=True), name="one_open_float"
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=F("opened_by")),
                name="float_closed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(is_open=True, closed_at__isnull=True)
                | Q(is_open=False, closed_at__isnull=False, left_satang__isnull=False),
                name="closed_float_was_counted",
            ),
        ]


class Voucher(models.Model):
    """A receipt voucher (ใบสำคัญรับเงิน): the payee signs for cash; content frozen."""

    class Signed(models.TextChoices):
        NAME = "name", _("ลงชื่อ")
        THUMB = "thumb", _("พิมพ์ลายนิ้วมือ มีพยาน 2 คน")
        PHOTO = "photo", _("ถ่ายรูป")

    key = models.CharField(max_length=64, unique=True, help_text="of the form that was sent")
    code = models.CharField(max_length=24, unique=True)
    float = models.ForeignKey(CashFloat, models.PROTECT, related_name="vouchers")
    day = models.DateField()
    group = models.ForeignKey(
        FarmerGroup, models.PROTECT, null=True, blank=True, related_name="vouchers"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="vouchers"
    )
    outside_lot = models.ForeignKey(
        HarvestLot, models.PROTECT, null=True, blank=True, related_name="vouchers"
    )
    satang = models.PositiveBigIntegerField()
    signed_by = models.CharField(_("ผู้รับเงิน"), max_length=160)
    signed_how = models.CharField(max_length=8, choices=Signed, default=Signed.NAME)
    witnesses = models.CharField(_("พยาน"), max_length=200, blank=True)
    photo = models.ImageField(upload_to="vouchers/", blank=True)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = VoucherQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(satang__gt=0), name="voucher_pays_something"),
            models.CheckConstraint(
                condition=~Q(signed_how="thumb") | ~Q(witnesses=""),
                name="thumbprint_has_witnesses",
            ),
            models.CheckConstraint(
                condition=Q(group__isnull=False, outside_lot__isnull=True)
                | Q(group__isnull=True, person__isnull=True, outside_lot__isnull=False),
                name="voucher_names_its_payee",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class PayoutItem(models.Model):
    """A payment to one payee: a grower, or a group that pays its members itself."""

    class State(models.TextChoices):
        WAITING = "waiting", _("รออนุมัติ")
        SENT = "sent", _("ส่งธนาคารแล้ว")
        PAID = "paid", _("จ่ายแล้ว")
        FAILED = "failed", _("โอนไม่สำเร็จ")
        CANCELLED = "cancelled", _("ยกเลิก")

    batch = models.ForeignKey(
        PayoutBatch, models.PROTECT, null=True, blank=True, related_name="items"
    )
    voucher = models.OneToOneField(
        Voucher, models.PROTECT, null=True, blank=True, related_name="item"
    )
    group = models.ForeignKey(FarmerGroup, models.PROTECT, related_name="payouts")
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="payouts"
    )
    satang = models.PositiveBigIntegerField(help_text="what reaches the payee")
    bank = models.CharField(max_length=60, blank=True)
    number = models.CharField(max_length=30, blank=True)
    holder_name = models.CharField(max_length=160, blank=True)
    relation = models.CharField(
        max_length=40, blank=True, help_text="of the holder to the payee, who consented on paper"
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    confirmed_satang = models.PositiveBigIntegerField(default=0)
    paid_day = models.DateField(null=True, blank=True)
    failure = models.CharField(max_length=200, blank=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(batch__isnull=False, voucher__isnull=True)
                | Q(batch__isnull=True, voucher__isnull=False),
                name="payment_goes_one_way",
            ),
            models.CheckConstraint(condition=Q(satang__gt=0), name="payment_not_empty"),
            models.CheckConstraint(
                condition=Q(confirmed_satang__lte=F("satang")), name="payment_confirmed_once"
            ),
        ]

    @property
    def payee(self) -> Person | FarmerGroup:
        return self.person or self.group

    @property
    def came_back(self) -> bool:
        """Whether it failed after a bank row had confirmed it."""
        return self.state == self.State.FAILED and self.confirmed_satang > 0

    @property
    def masked(self) -> str:
        """The account number with all but its last four digits hidden."""
        return "•••" + self.number[-4:] if self.number else ""


class PayoutOwed(models.Model):
    """An owed amount within a payment; in one standing payment at most."""

    item = models.ForeignKey(PayoutItem, models.PROTECT, related_name="owed")
    owed = models.ForeignKey(Owed, models.PROTECT, related_name="payments")
    stands = models.BooleanField(default=True, help_text="false once the payment failed")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owed"], condition=Q(stands=True), name="owed_paid_once"
            )
        ]
