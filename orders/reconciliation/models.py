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
from marketplace.ledger.models import Journal
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
    profile = models.ForeignKey(
        "ImportProfile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    fee_tolerance_satang = models.PositiveBigIntegerField(
        default=0, help_text="a payment short by at most this may be one less the payer's bank fee"
    )
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


class ImportProfile(models.Model):
    """How the files of one bank are laid out, as the treasurer set it down."""

    class Kind(models.TextChoices):
        TABLE = "table", _("ตาราง CSV หรือ XLSX")
        BILL_PAYMENT = "bill_payment", _("รายการรับชำระพร้อมเพย์ ไม่มียอดคงเหลือ")
        MT940 = "mt940", "MT940"
        CAMT053 = "camt053", "camt.053"

    class Encoding(models.TextChoices):
        ANY = "", _("UTF-8 ถ้าอ่านได้ ไม่เช่นนั้น CP874")
        UTF8 = "utf-8", _("UTF-8 มีหรือไม่มี BOM")
        CP874 = "cp874", _("CP874 หรือ TIS-620")

    class Era(models.TextChoices):
        BUDDHIST = "be", _("พ.ศ.")
        CHRISTIAN = "ce", _("ค.ศ.")

    class Amounts(models.TextChoices):
        SEPARATE = "separate", _("ฝากและถอนคนละคอลัมน์")
        SIGNED = "signed", _("คอลัมน์เดียว เงินออกติดลบ")
        REVERSED = "reversed", _("คอลัมน์เดียว เงินเข้าติดลบ")

    code = models.SlugField(_("รหัส"), max_length=40, unique=True)
    name = models.CharField(_("ชื่อรูปแบบไฟล์"), max_length=80)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.TABLE)
    columns = models.JSONField(default=dict, help_text="field → headers it may carry")
    skip_rows = models.PositiveSmallIntegerField(default=0)
    encoding = models.CharField(max_length=8, choices=Encoding, blank=True, default=Encoding.ANY)
    era = models.CharField(max_length=2, choices=Era, default=Era.BUDDHIST)
    amounts = models.CharField(max_length=8, choices=Amounts, default=Amounts.SEPARATE)
    names_account = models.BooleanField(
        default=True, help_text="the file says above its table whose account it is"
    )
    assumed = models.BooleanField(default=True, help_text="never checked against a real file")
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(era__in=["be", "ce"]), name="profile_fixes_the_era_of_its_dates"
            )
        ]

    def __str__(self) -> str:
        return self.name


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
    profile = models.CharField(max_length=40, blank=True, help_text="code of how it was read")
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
    AWAITED = "awaited", _("ยอดที่รออยู่")
    RETURNED = "returned", _("รายการที่ธนาคารกลับคืน")


class Application(models.Model):
    """A part of a bank row and what it was applied to (ตัดชำระ): the link that joins the row, the
    document and the journal.

    `journal` is written once the journal stands and then never changes; a trigger refuses one whose
    entries on the bank's account and on tax withheld are not exactly this application's. What is
    applied of a row is the sum of its links that stand, which a trigger holds too. Undone is
    reversed: `reversal` is the journal that reverses `journal`, nothing else.
    """

    row = models.ForeignKey(BankRow, models.PROTECT, related_name="applications")
    kind = models.CharField(max_length=12, choices=ApplicationKind)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="applications"
    )
    buyer = models.ForeignKey(
        Buyer, models.PROTECT, null=True, blank=True, related_name="applications"
    )
    target = models.CharField(
        max_length=64, blank=True, help_text="batch:<pk>, stripe_payout:<pk>, bank_row:<pk>…"
    )
    journal = models.OneToOneField(
        Journal, models.PROTECT, null=True, blank=True, related_name="application"
    )
    reversal = models.OneToOneField(
        Journal, models.PROTECT, null=True, blank=True, related_name="undone_application"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="who looks into money that is not known",
    )
    satang = models.PositiveBigIntegerField(help_text="of the row")
    withheld_satang = models.PositiveBigIntegerField(
        default=0, help_text="tax the buyer withheld, on top"
    )
    fee_satang = models.PositiveBigIntegerField(
        default=0, help_text="what a bank kept of the payment, on top; the cooperative bears it"
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
                | (~Q(kind="bill") & Q(document__isnull=True, withheld_satang=0, fee_satang=0)),
                name="application_to_a_bill_names_it",
            ),
            models.CheckConstraint(
                condition=~Q(kind="deposit") | Q(buyer__isnull=False),
                name="deposit_names_its_buyer",
            ),
            models.CheckConstraint(
                condition=~Q(kind="returned") | Q(target__startswith="bank_row:"),
                name="returned_names_the_other_row",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, reversal__isnull=True)
                | Q(undone_at__isnull=False, reversal__isnull=False, journal__isnull=False),
                name="application_undone_by_reversal",
            ),
        ]

    @property
    def settled_satang(self) -> int:
        """What it settles of its document: money, tax withheld and the bank's fee."""
        return self.satang + self.withheld_satang + self.fee_satang

    @property
    def stands(self) -> bool:
        return self.undone_at is None


class PayerRule(models.Model):
    """Words by which a bank names a payer, and the buyer they mean: learned from a person's
    decisions, kept until a person takes it away. It makes suggestions, never a posting.
    """

    words = models.CharField(_("คำของธนาคาร"), max_length=120)
    key = models.CharField(max_length=120, help_text="the words without what differs by itself")
    buyer = models.ForeignKey(Buyer, models.PROTECT, related_name="payer_rules")
    learned_from = models.ForeignKey(
        BankRow, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["words", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "buyer"],
                condition=Q(ended_at__isnull=True),
                name="one_payer_rule_for_words_and_buyer",
            ),
            models.CheckConstraint(condition=~Q(key=""), name="payer_rule_has_words"),
        ]

    def __str__(self) -> str:
        return self.words


class MatchingChoice(models.Model):
    """From when on rows that pay a buyer's bills to the satang post by themselves, or wait for a
    person; the latest holds, and none at all means that they post.
    """

    buyer = models.ForeignKey(Buyer, models.PROTECT, related_name="matching_choices")
    automatic = models.BooleanField()
    reason = models.CharField(_("เหตุผล"), max_length=200)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="matching_choice_has_a_reason")
        ]

    def __str__(self) -> str:
        return f"{self.buyer} {self.automatic}"


class RowNote(models.Model):
    """What a person found out about a bank row; never changed."""

    row = models.ForeignKey(BankRow, models.PROTECT, related_name="notes")
    text = models.CharField(max_length=300)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="row_note_says_something")
        ]

    def __str__(self) -> str:
        return self.text
