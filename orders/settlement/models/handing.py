"""Handing on what was taken from growers' payments: to their savings book, to the desk that lent.

What is handed on is always the whole of what a paid payment took for one deduction, once. When that
payment comes back afterwards the same amount is taken off a later batch, once.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now
from marketplace.ledger.models import Journal
from orders.settlement.models.deductions import DeductionKind, DeductionTaken
from orders.settlement.querysets import HandOnQuerySet


class HandOn(models.Model):
    """A batch of one kind, made by one person and approved by another, who issues its voucher.

    The transfer itself is a payment voucher of the target `hand_on:<pk>`, which waits for its bank
    row.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("รอผู้ตรวจ")
        AGREED = "agreed", _("อนุมัติแล้ว")
        DROPPED = "dropped", _("ยกเลิก")

    key = models.UUIDField(unique=True, help_text="of the form that was sent")
    kind = models.CharField(max_length=8, choices=DeductionKind)
    until = models.DateField(_("หักถึงวันที่"), help_text="payments that reached growers by then")
    payee = models.CharField(_("นำส่งให้"), max_length=160)
    pay_to = models.CharField(_("โอนเข้าบัญชี"), max_length=160)
    satang = models.PositiveBigIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    made_at = models.DateTimeField(default=now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    journal = models.OneToOneField(
        Journal, models.PROTECT, null=True, blank=True, related_name="hand_on"
    )
    ended_reason = models.CharField(max_length=200, blank=True)

    objects = HandOnQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "batches handed on"
        constraints = [
            models.CheckConstraint(condition=Q(satang__gt=0), name="hand_on_not_empty"),
            models.CheckConstraint(
                condition=~Q(payee="") & ~Q(pay_to=""), name="hand_on_says_where"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", journal__isnull=True, decided_at__isnull=True)
                | Q(state="agreed", journal__isnull=False, decided_by__isnull=False)
                | (Q(state="dropped") & ~Q(ended_reason="")),
                name="hand_on_state_is_sound",
            ),
            models.CheckConstraint(
                condition=~Q(state="agreed")
                | Q(made_by__isnull=True)
                | ~Q(decided_by=F("made_by")),
                name="hand_on_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.payee}"

    @property
    def target(self) -> str:
        """What its payment voucher is made for."""
        return f"hand_on:{self.pk}"


class HandOnRow(models.Model):
    """One deduction of one payment in a batch; below zero, taken off again as it came back."""

    batch = models.ForeignKey(HandOn, models.PROTECT, related_name="rows")
    taken = models.ForeignKey(DeductionTaken, models.PROTECT, related_name="handed")
    satang = models.BigIntegerField(help_text="all of what was taken, or less all of it")
    stands = models.BooleanField(default=True, help_text="false once the batch was dropped")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(satang=0), name="handed_not_empty"),
            models.UniqueConstraint(
                fields=["taken"], condition=Q(stands=True, satang__gt=0), name="handed_on_once"
            ),
            models.UniqueConstraint(
                fields=["taken"], condition=Q(stands=True, satang__lt=0), name="taken_off_once"
            ),
        ]
