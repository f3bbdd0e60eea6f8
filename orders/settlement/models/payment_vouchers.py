"""Payment vouchers: what the cooperative pays to others than growers, made by one, checked by another."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now
from marketplace.ledger.models import Journal
from orders.settlement.querysets import PaymentVoucherQuerySet


class PaymentVoucher(models.Model):
    """A payment voucher. It has no number while it is asked for; once issued its content is frozen.

    `target` is what it pays: `lot:<pk>` of goods bought outside, `application:<pk>` of a bank's fee,
    or what an upper room offers (`deposit_use:<pk>`). One voucher of a target is alive at a time.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("รอผู้ตรวจ")
        ISSUED = "issued", _("ออกแล้ว")
        REFUSED = "refused", _("ไม่อนุมัติ")
        VOID = "void", _("ยกเลิก")

    class PaysBy(models.TextChoices):
        TRANSFER = "transfer", _("โอนจากธนาคาร")
        CASH = "cash", _("เงินสดจากตู้เซฟ")
        BOOKED = "booked", _("จ่ายแล้วในบัญชี")

    key = models.UUIDField(unique=True)
    target = models.CharField(max_length=64)
    payee = models.CharField(_("จ่ายให้"), max_length=160)
    pay_to = models.CharField(_("โอนเข้าบัญชี"), max_length=160, blank=True)
    what = models.CharField(_("ค่าอะไร"), max_length=200)
    paper = models.CharField(_("หลักฐานแนบ"), max_length=120, blank=True)
    pays_by = models.CharField(max_length=8, choices=PaysBy)
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
    series = models.CharField(max_length=8, blank=True)
    branch = models.CharField(max_length=40, blank=True)
    year_be = models.PositiveSmallIntegerField(null=True, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)
    code = models.CharField(_("เลขที่"), max_length=24, null=True, blank=True, unique=True)
    day = models.DateField(_("วันที่"), null=True, blank=True, db_index=True)
    content = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, blank=True)
    journal = models.OneToOneField(
        Journal, models.PROTECT, null=True, blank=True, related_name="payment_voucher"
    )
    ended_reason = models.CharField(max_length=200, blank=True, help_text="refused or void")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PaymentVoucherQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "branch", "year_be", "number"],
                condition=Q(number__isnull=False),
                name="one_payment_voucher_a_number",
            ),
            models.UniqueConstraint(
                fields=["target"],
                condition=Q(state__in=["asked", "issued"]),
                name="payment_voucher_once_a_target",
            ),
            models.CheckConstraint(condition=Q(satang__gt=0), name="payment_voucher_not_empty"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "issued", "refused", "void"]),
                name="payment_voucher_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["issued", "void"])
                | Q(decided_by__isnull=False, number__isnull=False, day__isnull=False),
                name="payment_voucher_issued_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(state="refused")
                | Q(made_by__isnull=True)
                | ~Q(decided_by=F("made_by")),
                name="payment_voucher_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "refused"])
                | Q(pays_by="booked", journal__isnull=True)
                | (~Q(pays_by="booked") & Q(journal__isnull=False)),
                name="payment_voucher_in_the_books",
            ),
            models.CheckConstraint(
                condition=~Q(pays_by="transfer") | ~Q(pay_to=""),
                name="payment_voucher_says_where",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "void"]) | ~Q(ended_reason=""),
                name="payment_voucher_ended_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.code or f"{self.payee} {self.what}"
