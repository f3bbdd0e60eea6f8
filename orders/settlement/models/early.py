"""Paying growers before their buyer paid: asked by one, approved by another, within a limit."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now
from marketplace.parties.models import FarmerGroup
from orders.settlement.models.payments import Owed
from orders.settlement.querysets import EarlyQuerySet


class EarlyPayment(models.Model):
    """A decision to pay what a group waits for out of the working-capital fund."""

    class State(models.TextChoices):
        ASKED = "asked", _("รออนุมัติ")
        APPROVED = "approved", _("อนุมัติแล้ว")
        CANCELLED = "cancelled", _("ยกเลิก")

    group = models.ForeignKey(FarmerGroup, models.PROTECT, related_name="early_payments")
    satang = models.PositiveBigIntegerField()
    reason = models.CharField(_("เพราะ"), max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    made_at = models.DateTimeField(default=now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = EarlyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("made_by")),
                name="early_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="early_approved_by_somebody",
            ),
            models.CheckConstraint(condition=Q(satang__gt=0), name="early_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.satang}"


class EarlyOwed(models.Model):
    """An owed amount in such a decision, and how far it went."""

    class State(models.TextChoices):
        ASKED = "asked", _("รออนุมัติ")
        APPROVED = "approved", _("อนุมัติแล้ว")
        PAID = "paid", _("จ่ายก่อนแล้ว")
        SETTLED = "settled", _("ผู้ซื้อจ่ายแล้ว")
        DROPPED = "dropped", _("ยกเลิก")

    early = models.ForeignKey(EarlyPayment, models.PROTECT, related_name="rows")
    owed = models.ForeignKey(Owed, models.PROTECT, related_name="early")
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)

    class Meta:
        verbose_name_plural = "early owed"
        constraints = [
            models.UniqueConstraint(
                fields=["owed"], condition=~Q(state="dropped"), name="owed_early_once"
            )
        ]
