"""Files of payouts for the bank, kept as they were first written, and how much may leave at once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now
from orders.settlement.models.payments import PayoutBatch
from orders.settlement.querysets import FileQuerySet, LimitsQuerySet


class FileProfile(models.TextChoices):
    """What a file is written for."""

    LIST = "list", _("รายการ (xlsx)")
    KTB_DIRECT = "ktb-direct", _("กรุงไทย โอนภายในธนาคาร")
    KTB_STANDARD = "ktb-standard", _("กรุงไทย โอนต่างธนาคาร")
    PAIN001 = "pain001", _("ISO 20022 pain.001")


class PayoutFile(models.Model):
    """One file of a batch, append-only: asked for again, the same bytes come."""

    batch = models.ForeignKey(PayoutBatch, models.PROTECT, related_name="files")
    profile = models.CharField(max_length=12, choices=FileProfile)
    name = models.CharField(max_length=80)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    satang = models.PositiveBigIntegerField()
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = FileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "profile"], name="one_file_a_profile")
        ]

    def __str__(self) -> str:
        return self.name


class PayoutLimits(models.Model):
    """How much may go to one payee and in one batch; append-only, the newest counts."""

    item_satang = models.PositiveBigIntegerField(null=True, blank=True)
    batch_satang = models.PositiveBigIntegerField(null=True, blank=True)
    since = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LimitsQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "payout limits"
        constraints = [
            models.CheckConstraint(
                condition=(Q(item_satang__isnull=True) | Q(item_satang__gt=0))
                & (Q(batch_satang__isnull=True) | Q(batch_satang__gt=0)),
                name="payout_limits_let_something_through",
            )
        ]
