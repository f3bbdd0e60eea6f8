"""Bank accounts, the rows of their statements and passbooks, and what each row was applied to.

Rows from files and rows typed from a passbook stand in one queue; the same movement has one key
whichever way it came. A row never changes but for how much of it was applied, at most its amount. An
application is undone by a reversal and kept.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now
from marketplace.parties.models import Buyer
from orders.invoicing.models import Document
from orders.reconciliation.querysets import ApplicationQuerySet, BankRowQuerySet


class BankAccount(models.Model):
    """A bank account of the cooperative, with its balance on the day it was opened here."""

    bank = models.CharField(_("ธนาคาร"), max_length=60)
    number = models.CharField(_("เลขที่บัญชี"), max_length=20, unique=True, help_text="digits only")
    name = models.CharField(_("ชื่อบัญชี"), max_length=160)
    opened_on = models.DateField(_("ยอดยกมา ณ วันที่"))
    opening_satang = models.BigIntegerField(_("ยอดยกมา"))
    created_at = models.DateTimeField(default=now)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opening_satang__gte=0), name="bank_account_opens_with_money"
            )
        ]

    def __str__(self) -> str:
        return f"{self.bank} {self.masked}"

    @property
    def ledger_code(self) -> str:
        """Code of its ledger account."""
        return f"bank:{self.pk}"

    @property
    def masked(self) -> str:
        """The number with all but its last four digits hidden."""
        return "•••" + self.number[-4:]


class StatementFile(models.Model):
    """A statement file that was read; the same file again changes nothing."""

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="files")
    filename = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    opening_satang = models.BigIntegerField()
    closing_satang = models.BigIntegerField()
    row_count = models.PositiveIntegerField()
    new_count = models.PositiveIntegerField(help_text="rows that were not known before")
    gap_satang = models.BigIntegerField(
        default=0, help_text="its opening balance less what was known before its first day"
    )
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["account", "sha256"], name="one_statement_file")
        ]


class BankRow(models.Model):
    """One movement on a bank account, and the running balance after it."""

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="rows")
    key = models.CharField(max_length=64, help_text="the same movement from any file or passbook")
    day = models.DateField(db_index=True)
    time = models.TimeField(null=True, blank=True)
    place = models.PositiveIntegerField(help_text="1, 2, … within its day")
    in_satang = models.PositiveBigIntegerField(default=0)
    out_satang = models.PositiveBigIntegerField(default=0)
    balance_satang = models.BigIntegerField()
    description = models.CharField(max_length=300, blank=True)
    channel = models.CharField(max_length=60, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    file = models.ForeignKey(
        StatementFile, models.PROTECT, null=True, blank=True, related_name="rows"
    )
    row_number = models.PositiveIntegerField(help_text="in the file or on the typed page")
    applied_satang = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = BankRowQuerySet.as_manager()

    class Meta:
        ordering = ["day", "place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="one_bank_row"),
            models.CheckConstraint(
                condition=Q(in_satang__gt=0, out_satang=0) | Q(in_satang=0, out_satang__gt=0),
                name="bank_row_goes_one_way",
            ),
            models.CheckConstraint(
                condition=Q(applied_satang__lte=F("in_satang") + F("out_satang")),
                name="bank_row_applied_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.satang}"

    @property
    def satang(self) -> int:
        """Money in positive, money out negative."""
        return self.in_satang - self.out_satang

    @property
    def amount_satang(self) -> int:
        """What moved, whichever way."""
        return self.in_satang + self.out_satang

    @property
    def open_satang(self) -> int:
        """What is not applied yet."""
        return self.amount_satang - self.applied_satang


class ApplicationKind(models.TextChoices):
    """What a part of a row is."""

    BILL = "bill", _("ตัดชำระใบแจ้งหนี้")
    DEPOSIT = "deposit", _("เงินรับล่วงหน้า")
    SUSPENSE = "suspense", _("เงินรอตรวจสอบ")
    RESALE = "resale", _("ค่าขายต่อนำเข้าบัญชี")
    CAPITAL = "capital", _("เงินทุนหมุนเวียน")
    INTEREST = "interest", _("ดอกเบี้ยรับ")
    PAYOUT = "payout", _("โอนจ่ายค่าผลผลิต")
    WITHDRAWAL = "withdrawal", _("ถอนเป็นเงินสดย่อย")
    BANK_FEE = "bank_fee", _("ค่าธรรมเนียมธนาคาร")


class Application(models.Model):
    """A part of a bank row and what it was applied to (ตัดชำระ)."""

    row = models.ForeignKey(BankRow, models.PROTECT, related_name="applications")
    kind = models.CharField(max_length=12, choices=ApplicationKind)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="applications"
    )
    buyer = models.ForeignKey(
        Buyer, models.PROTECT, null=True, blank=True, related_name="applications"
    )
    target = models.CharField(max_length=64, blank=True, help_text="batch:<pk> for a payout")
    satang = models.PositiveBigIntegerField(help_text="of the row")
    withheld_satang = models.PositiveBigIntegerField(
        default=0, help_text="tax the buyer withheld, on top"
    )
    automatic = models.BooleanField(default=False)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    undo_reason = models.CharField(max_length=200, blank=True)
    certificate = models.CharField(_("เลขที่หนังสือรับรองหัก ณ ที่จ่าย"), max_length=60, blank=True)
    certificate_on = models.DateField(null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(satang__gt=0), name="application_not_empty"),
            models.CheckConstraint(
                condition=Q(kind="bill", document__isnull=False)
                | (~Q(kind="bill") & Q(document__isnull=True, withheld_satang=0)),
                name="application_to_a_bill_names_it",
            ),
            models.CheckConstraint(
                condition=~Q(kind="deposit") | Q(buyer__isnull=False),
                name="deposit_names_its_buyer",
            ),
        ]

    @property
    def stands(self) -> bool:
        return self.undone_at is None
