"""What happens to money that is held for buyers, and the dated terms on which it is held.

What a buyer has on deposit is the balance of its ledger account, never a column here. A use of it
stands or was undone; one that gives money away (returned, kept) is asked by one person and decided
by another.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now
from marketplace.ledger.models import Journal
from marketplace.parties.models import Buyer
from orders.deposits.querysets import DepositTermsQuerySet, DepositUseQuerySet
from orders.invoicing.models import Document


class UseKind(models.TextChoices):
    APPLIED = "applied", _("ตัดชำระบิล")
    RETURNED = "returned", _("คืนผู้ซื้อ")
    KEPT = "kept", _("ริบตามเงื่อนไข")
    RECLAIMED = "reclaimed", _("ชดใช้เงินที่เรียกคืน")


class UseState(models.TextChoices):
    ASKED = "asked", _("รออีกคนอนุมัติ")
    STANDS = "stands", _("ลงบัญชีแล้ว")
    REFUSED = "refused", _("ไม่อนุมัติ")
    UNDONE = "undone", _("ยกเลิกแล้ว")


class DepositUse(models.Model):
    """One use of what a buyer has on deposit."""

    key = models.UUIDField(unique=True)
    buyer = models.ForeignKey(Buyer, models.PROTECT, related_name="deposit_uses")
    kind = models.CharField(max_length=10, choices=UseKind)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="deposit_uses"
    )
    satang = models.PositiveBigIntegerField()
    day = models.DateField(help_text="of its journal")
    reason = models.CharField(max_length=200, blank=True)
    pay_to = models.CharField(max_length=120, blank=True, help_text="where a return is sent")
    state = models.CharField(max_length=10, choices=UseState)
    made_at = models.DateTimeField(default=now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_reason = models.CharField(max_length=200, blank=True, help_text="refused or undone")
    journal = models.ForeignKey(Journal, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DepositUseQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(satang__gt=0), name="deposits_use_of_something"),
            models.CheckConstraint(
                condition=Q(state__in=UseState.values), name="deposits_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="applied", document__isnull=False)
                | Q(kind__in=["returned", "kept", "reclaimed"], document__isnull=True),
                name="deposits_only_applied_to_a_bill",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["returned", "kept"]) | ~Q(reason=""),
                name="deposits_give_away_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["returned", "kept"])
                | ~Q(state="stands")
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("made_by"))),
                name="deposits_maker_is_not_checker",
            ),
            models.CheckConstraint(
                condition=~Q(state="stands") | Q(journal__isnull=False),
                name="deposits_stand_in_the_books",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.buyer}"


class DepositTerms(models.Model):
    """What was agreed with a buyer about deposits and credit, from a day on.

    `credit_satang`: the most it may owe with everything it has ordered; None for no limit.
    `keep_bp`: the most of a deposit, in hundredths of a per cent, that may be kept when it cancels
    after the cut-off; 0 for never.
    """

    buyer = models.ForeignKey(Buyer, models.PROTECT, related_name="deposit_terms")
    valid_from = models.DateField(_("ใช้ตั้งแต่วันที่"))
    credit_satang = models.PositiveBigIntegerField(null=True, blank=True)
    keep_bp = models.PositiveSmallIntegerField(default=0)
    paper = models.CharField(_("เอกสารที่ตกลง"), max_length=120)
    made_at = models.DateTimeField(default=now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DepositTermsQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(keep_bp__lte=10_000), name="deposits_keep_at_most_all"
            ),
            models.CheckConstraint(condition=~Q(paper=""), name="deposits_terms_on_paper"),
        ]


class CreditAllowance(models.Model):
    """Ordering above the limit, asked by one person and allowed by another until a day."""

    key = models.UUIDField(unique=True)
    buyer = models.ForeignKey(Buyer, models.PROTECT, related_name="credit_allowances")
    satang = models.PositiveBigIntegerField()
    until = models.DateField(_("ใช้ได้ถึงวันที่"))
    reason = models.CharField(_("เหตุผล"), max_length=200)
    state = models.CharField(max_length=10, choices=UseState, default=UseState.ASKED)
    made_at = models.DateTimeField(default=now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(satang__gt=0), name="deposits_allow_something"),
            models.CheckConstraint(condition=~Q(reason=""), name="deposits_allow_with_reason"),
            models.CheckConstraint(
                condition=~Q(state="stands")
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("made_by"))),
                name="deposits_allowance_by_another",
            ),
        ]
