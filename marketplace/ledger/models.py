"""Double entry in integer satang, sealed by the database.

A journal's entries are written first and its header last: the header is the seal. Triggers (see
`guards`) refuse a header whose entries do not add up to zero, entries added after the seal, and
any UPDATE or DELETE of either. Debits are positive, credits negative. Each journal has an
idempotency key, so replaying an event changes nothing. This room knows nothing of orders.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now


class AccountType(models.TextChoices):
    ASSET = "asset", _("สินทรัพย์")
    LIABILITY = "liability", _("หนี้สิน")
    EQUITY = "equity", _("ทุน")
    INCOME = "income", _("รายได้")
    EXPENSE = "expense", _("ค่าใช้จ่าย")


class Account(models.Model):
    """A ledger account. `party` and `person` are string keys for accounts kept per party or person.

    `balance_satang` (debit positive) is kept by a trigger; a bounded account never goes below
    zero on its natural side.
    """

    code = models.CharField(max_length=64, primary_key=True)
    name_th = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160, blank=True)
    type = models.CharField(max_length=12, choices=AccountType)
    holder = models.CharField(max_length=64, blank=True, db_index=True)
    bounded = models.BooleanField(
        default=False, help_text="never overdrawn: payable ≥ what is paid out, cash ≥ 0"
    )
    balance_satang = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(bounded=False)
                | Q(type__in=["asset", "expense"], balance_satang__gte=0)
                | Q(type__in=["liability", "equity", "income"], balance_satang__lte=0),
                name="bounded_account_not_overdrawn",
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        if get_language() in (None, "th"):
            return self.name_th
        return self.name_en or self.name_th

    @property
    def natural_satang(self) -> int:
        """The balance on the account's own side: positive is what one expects to find."""
        if self.type in (AccountType.ASSET, AccountType.EXPENSE):
            return self.balance_satang
        return -self.balance_satang


class Journal(models.Model):
    """One event in the books; its row is the seal over its entries."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=160, unique=True, help_text="idempotency key of the event")
    event = models.CharField(max_length=64, db_index=True)
    day = models.DateField(db_index=True, help_text="accounting date, Bangkok")
    description = models.CharField(max_length=300)
    source = models.CharField(
        max_length=64, db_index=True, help_text="delivery:<pk>, document:<pk>…"
    )
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    posted_at = models.DateTimeField(default=now)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["day", "posted_at"]


class Entry(models.Model):
    """One side of a journal: debit positive, credit negative; says where it comes from."""

    journal = models.ForeignKey(Journal, models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries")
    satang = models.BigIntegerField()
    source = models.CharField(
        max_length=64, db_index=True, help_text="line:<pk>, document:<pk> or bank_row:<pk>"
    )
    memo = models.CharField(max_length=160, blank=True)

    class Meta:
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["account", "journal"], name="entry_by_account")]
        constraints = [models.CheckConstraint(condition=~Q(satang=0), name="entry_not_zero")]


# ---- months that close ---------------------------------------------------------------------------


class PeriodAct(models.Model):
    """A month was closed or opened again; the last act of a month says what it is.

    Rows are never changed. Months close in order and open again from the last one, so the last
    closed month locks everything before it; a trigger on journals refuses days up to its end.
    """

    class Act(models.TextChoices):
        CLOSE = "close", _("ปิดงวด")
        REOPEN = "reopen", _("เปิดงวดอีกครั้ง")

    month = models.DateField(help_text="first day of the month")
    number = models.PositiveSmallIntegerField(help_text="1, 2, 3… within the month: odd closes")
    act = models.CharField(max_length=6, choices=Act)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-month", "number"]
        constraints = [
            models.UniqueConstraint(fields=["month", "number"], name="period_acts_in_turn"),
            models.CheckConstraint(
                condition=Q(act="close") | ~Q(reason=""), name="reopening_has_a_reason"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="period_is_a_whole_month"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.act}"


# ---- the chain over sealed journals ----------------------------------------------------------------


class ChainNight(models.Model):
    """One night's batch of the chain; `sha256` is the last link's, to be kept outside as well."""

    day = models.DateField(unique=True, help_text="journals posted up to the end of this day")
    sealed_at = models.DateTimeField(default=now)
    journals = models.PositiveIntegerField()
    last_place = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.sha256[:12]}"


class ChainLink(models.Model):
    """A sealed journal's place in the chain: sha256 of the link before and its canonical bytes."""

    place = models.PositiveBigIntegerField(primary_key=True, help_text="1, 2, 3… without a gap")
    journal = models.OneToOneField(Journal, models.PROTECT, related_name="link")
    night = models.ForeignKey(ChainNight, models.PROTECT, related_name="links")
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["place"]

    def __str__(self) -> str:
        return f"{self.place} {self.sha256[:12]}"
