"""Payments that come through Stripe: what was asked, what became of it, and what it told us.

Stripe's events are kept raw and only say that something may have changed; the state of a payment,
refund or payout is always read from Stripe and only moves forward (`rules.rank`).
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now
from marketplace.parties.models import Buyer
from orders.gateway.querysets import PaymentQuerySet
from orders.invoicing.models import Document


class Method(models.TextChoices):
    PROMPTPAY = "promptpay", _("พร้อมเพย์")
    CARD = "card", _("บัตร")


class PaymentState(models.TextChoices):
    NEW = "new", _("กำลังเตรียม")
    WAITING = "waiting", _("รอจ่าย")
    PROCESSING = "processing", _("กำลังตรวจสอบ")
    FAILED = "failed", _("ไม่สำเร็จ")
    CANCELED = "canceled", _("ยกเลิก")
    SUCCEEDED = "succeeded", _("จ่ายแล้ว")


class Payment(models.Model):
    """One attempt of a buyer to pay a bill, or to leave a deposit, through Stripe.

    Its key is Stripe's idempotency key: asking again after a lost answer makes no second intent.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    buyer = models.ForeignKey(Buyer, models.PROTECT, related_name="gateway_payments")
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="gateway_payments"
    )
    method = models.CharField(max_length=12, choices=Method)
    satang = models.PositiveBigIntegerField()
    email = models.EmailField()
    return_url = models.URLField(max_length=500)
    stripe_id = models.CharField(max_length=80, null=True, blank=True, unique=True)
    intent_id = models.CharField(max_length=80, blank=True, db_index=True)
    state = models.CharField(max_length=12, choices=PaymentState, default=PaymentState.NEW)
    redirect_url = models.URLField(max_length=2000, blank=True)
    qr_svg_url = models.URLField(max_length=2000, blank=True)
    qr_data = models.CharField(max_length=600, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    transaction_id = models.CharField(max_length=80, blank=True, help_text="of Stripe's balance")
    fee_satang = models.BigIntegerField(null=True, blank=True, help_text="null: not known yet")
    on_bill_satang = models.PositiveBigIntegerField(default=0)
    on_deposit_satang = models.PositiveBigIntegerField(default=0)
    paid_day = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(satang__gt=0), name="gateway_payment_asks_something"
            ),
            models.CheckConstraint(
                condition=Q(state="succeeded", satang=F("on_bill_satang") + F("on_deposit_satang"))
                | (~Q(state="succeeded") & Q(on_bill_satang=0, on_deposit_satang=0)),
                name="gateway_payment_applied_whole",
            ),
        ]

    @property
    def is_waiting(self) -> bool:
        return self.state in (PaymentState.NEW, PaymentState.WAITING, PaymentState.PROCESSING)


class RefundState(models.TextChoices):
    NEW = "new", _("กำลังส่ง")
    PENDING = "pending", _("กำลังคืนเงิน")
    REQUIRES_ACTION = "requires_action", _("รอผู้จ่ายแจ้งบัญชีธนาคาร")
    SUCCEEDED = "succeeded", _("คืนแล้ว")
    FAILED = "failed", _("คืนไม่สำเร็จ")
    CANCELED = "canceled", _("ยกเลิก")


class Refund(models.Model):
    """Money given back of a payment; PromptPay's waits until the payer names a bank account."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    satang = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=200)
    stripe_id = models.CharField(max_length=80, null=True, blank=True, unique=True)
    state = models.CharField(max_length=16, choices=RefundState, default=RefundState.NEW)
    off_bill_satang = models.PositiveBigIntegerField(default=0)
    off_deposit_satang = models.PositiveBigIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(satang__gt=0), name="gateway_refund_gives_something")
        ]


class Payout(models.Model):
    """A transfer of Stripe to the cooperative's bank account."""

    stripe_id = models.CharField(max_length=80, unique=True)
    satang = models.BigIntegerField()
    state = models.CharField(max_length=16)
    arrives_on = models.DateField()
    reconciled = models.BooleanField(default=False)
    problem = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-arrives_on", "-pk"]


class BalanceMovement(models.Model):
    """A balance transaction of Stripe within a payout."""

    stripe_id = models.CharField(max_length=80, unique=True)
    payout = models.ForeignKey(Payout, models.PROTECT, related_name="movements")
    category = models.CharField(max_length=40)
    source = models.CharField(max_length=80, blank=True)
    gross_satang = models.BigIntegerField()
    fee_satang = models.BigIntegerField()
    net_satang = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(net_satang=F("gross_satang") - F("fee_satang")),
                name="gateway_movement_adds_up",
            )
        ]


class StripeEvent(models.Model):
    """An event as Stripe sent it, byte for byte; the same event again is not kept twice."""

    stripe_id = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=80)
    object_id = models.CharField(max_length=80, blank=True)
    body = models.TextField()
    received_at = models.DateTimeField(default=now)
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
