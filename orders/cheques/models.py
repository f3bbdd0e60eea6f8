"""Cheques of buyers, what they are meant to pay, and the slips they go to the bank on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now
from marketplace.parties.models import Buyer
from orders.cheques.querysets import ChequeQuerySet, SlipQuerySet
from orders.invoicing.models import Document
from orders.reconciliation.models import BankAccount


class ChequeState(models.TextChoices):
    HELD = "held", _("อยู่ในมือ")
    DEPOSITED = "deposited", _("ฝากแล้ว รอเรียกเก็บ")
    CLEARED = "cleared", _("เรียกเก็บได้แล้ว")
    RETURNED = "returned", _("เช็คคืน")
    GIVEN_BACK = "given_back", _("คืนผู้ซื้อแล้ว")


class DepositSlip(models.Model):
    """Cheques taken to one bank account together (ใบนำฝาก).

    `each`: the bank books every cheque on a row of its own, not the slip as one.
    """

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="cheque_slips")
    day = models.DateField(_("วันที่ฝาก"))
    each = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SlipQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-pk"]


class Cheque(models.Model):
    """A cheque as it was handed in; only where it is and what it paid changes."""

    buyer = models.ForeignKey(Buyer, models.PROTECT, related_name="cheques")
    number = models.CharField(_("เลขที่เช็ค"), max_length=10)
    bank = models.CharField(_("ธนาคาร"), max_length=60)
    branch = models.CharField(_("สาขา"), max_length=60, blank=True)
    drawer = models.CharField(_("ผู้สั่งจ่าย"), max_length=120, blank=True)
    dated = models.DateField(_("ลงวันที่"), db_index=True)
    satang = models.PositiveBigIntegerField()
    received_on = models.DateField(_("วันที่รับ"))
    state = models.CharField(max_length=12, choices=ChequeState, default=ChequeState.HELD)
    slip = models.ForeignKey(
        DepositSlip, models.PROTECT, null=True, blank=True, related_name="cheques"
    )
    cleared_on = models.DateField(null=True, blank=True)
    clearings = models.PositiveSmallIntegerField(default=0)
    on_deposit_satang = models.PositiveBigIntegerField(default=0)
    ended_on = models.DateField(null=True, blank=True, help_text="returned or given back")
    end_reason = models.CharField(max_length=200, blank=True)
    fee_satang = models.PositiveBigIntegerField(default=0, help_text="the bank's, for returning it")
    received_at = models.DateTimeField(default=now)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ChequeQuerySet.as_manager()

    class Meta:
        ordering = ["dated", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["bank", "number", "buyer"],
                condition=~Q(state__in=["returned", "given_back"]),
                name="cheques_a_cheque_once",
            ),
            models.CheckConstraint(condition=Q(satang__gt=0), name="cheques_worth_something"),
            models.CheckConstraint(
                condition=Q(state__in=ChequeState.values), name="cheques_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["held", "given_back"], slip=None)
                | Q(state__in=["deposited", "cleared", "returned"], slip__isnull=False),
                name="cheques_at_the_bank_on_a_slip",
            ),
            models.CheckConstraint(
                condition=~Q(state="cleared") | Q(cleared_on__isnull=False),
                name="cheques_cleared_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "given_back"])
                | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
                name="cheques_end_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="cleared", on_deposit_satang__lte=F("satang"))
                | (~Q(state="cleared") & Q(on_deposit_satang=0)),
                name="cheques_pay_only_when_cleared",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank} {self.number}"

    @property
    def had_cleared(self) -> bool:
        """Whether the bank had credited it before it was returned."""
        return self.state == ChequeState.RETURNED and self.cleared_on is not None


class ChequePart(models.Model):
    """What a cheque is meant to pay on a bill, and what it paid there once it cleared."""

    cheque = models.ForeignKey(Cheque, models.PROTECT, related_name="parts")
    document = models.ForeignKey(Document, models.PROTECT, related_name="cheque_parts")
    satang = models.PositiveBigIntegerField()
    withheld_satang = models.PositiveBigIntegerField(default=0)
    paid_satang = models.PositiveBigIntegerField(default=0)
    paid_withheld_satang = models.PositiveBigIntegerField(default=0)
    certificate = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cheque", "document"], name="cheques_a_bill_once"),
            models.CheckConstraint(condition=Q(satang__gt=0), name="cheques_part_of_something"),
            models.CheckConstraint(
                condition=Q(
                    paid_satang__lte=F("satang"), paid_withheld_satang__lte=F("withheld_satang")
                ),
                name="cheques_pay_at_most_their_part",
            ),
        ]
