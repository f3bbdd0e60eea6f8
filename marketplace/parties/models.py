"""The parties of the market: the cooperative, farmer groups, buyers, agencies; persons and their
roles.

One installation serves one cooperative (a constraint sees to it). A grower is a Person and may
have no User. What a user may do follows from Role rows alone; a person's membership in a group is
kept apart from signing in. Nothing here is ever deleted: parties are archived, personal data is
blanked by a service.
"""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now
from marketplace.parties.querysets import (
    MembershipQuerySet,
    PartyQuerySet,
    PayoutAccountQuerySet,
    PersonQuerySet,
    RoleQuerySet,
    SiteQuerySet,
)
from marketplace.places.models import District

tax_id_digits = RegexValidator(r"^\d{13}$", _("เลขประจำตัวผู้เสียภาษีมี 13 หลัก"))


class PartyKind(models.TextChoices):
    COOPERATIVE = "cooperative", _("สหกรณ์")
    GROUP = "group", _("กลุ่มเกษตรกร")
    BUYER = "buyer", _("ผู้ซื้อ")
    AGENCY = "agency", _("หน่วยงานสนับสนุน")


class Stage(models.TextChoices):
    APPLIED = "applied", _("รอตรวจ")
    ACTIVE = "active", _("ใช้งาน")
    SUSPENDED = "suspended", _("พักไว้")
    ARCHIVED = "archived", _("เลิกใช้")


class Party(models.Model):
    """Anybody the market deals with as an organisation."""

    kind = models.CharField(max_length=12, choices=PartyKind, editable=False)
    code = models.SlugField(
        max_length=24, unique=True, help_text="short, upper case, never changes"
    )
    name_th = models.CharField(_("ชื่อ"), max_length=160)
    name_en = models.CharField(_("ชื่อภาษาอังกฤษ"), max_length=160, blank=True)
    stage = models.CharField(_("สถานะ"), max_length=12, choices=Stage, default=Stage.APPLIED)
    stage_note = models.CharField(_("เหตุผล"), max_length=300, blank=True)
    district = models.ForeignKey(
        District, models.PROTECT, verbose_name=_("อำเภอ"), related_name="parties"
    )
    address = models.CharField(_("ที่อยู่"), max_length=300, blank=True)
    tax_id = models.CharField(
        _("เลขประจำตัวผู้เสียภาษี"), max_length=13, blank=True, validators=[tax_id_digits]
    )
    branch = models.CharField(_("สาขา"), max_length=40, blank=True, default="สำนักงานใหญ่")
    contact_name = models.CharField(_("ผู้ติดต่อ"), max_length=120, blank=True)
    phone = models.CharField(_("โทรศัพท์"), max_length=30, blank=True)
    email = models.EmailField(_("อีเมล"), blank=True)
    registered_at = models.DateTimeField(default=now)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PartyQuerySet.as_manager()

    class Meta:
        ordering = ["name_th"]
        verbose_name = _("คู่ค้า")
        verbose_name_plural = _("คู่ค้า")
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind="cooperative"), name="one_cooperative"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        if get_language() in (None, "th"):
            return self.name_th
        return self.name_en or self.name_th


class Cooperative(Party):
    """The hub: seller and merchant of record. Exactly one."""

    party_kind = PartyKind.COOPERATIVE

    promptpay_biller_id = models.CharField(max_length=15, blank=True)
    bill_series = models.CharField(max_length=8, default="INV")
    working_capital_limit_satang = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("สหกรณ์")

    def save(self, *args: object, **kwargs: object) -> None:
        self.kind = self.party_kind
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Hub(models.Model):
    """A place where produce is weighed in and packed; a cycle belongs to one hub."""

    cooperative = models.ForeignKey(Cooperative, models.PROTECT, related_name="hubs")
    name = models.CharField(max_length=120)
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    intake_from = models.TimeField(help_text="on the delivery day, Bangkok time")
    intake_until = models.TimeField()

    def __str__(self) -> str:
        return self.name


class WeightBasis(models.TextChoices):
    SCALE = "scale", _("ซื้อขาด: จ่ายตามน้ำหนักชั่งรับ")
    ACCEPTED = "accepted", _("ฝากขาย: จ่ายตามน้ำหนักตรวจรับ")


class ReleaseRule(models.TextChoices):
    SAME_DAY = "same_day", _("จ่ายวันเดียวกัน")
    EVERY_N_DAYS = "every_n_days", _("จ่ายทุกกี่วัน")
    BUYER_PAID = "buyer_paid", _("จ่ายเมื่อผู้ซื้อจ่ายแล้ว")


class FarmerGroup(Party):
    """A community group of growers, with the terms on which it is paid."""

    party_kind = PartyKind.GROUP

    legally_registered = models.BooleanField(_("จดทะเบียนแล้ว"), default=False)
    weight_basis = models.CharField(
        _("จ่ายตามน้ำหนัก"), max_length=12, choices=WeightBasis, default=WeightBasis.SCALE
    )
    release_rule = models.CharField(
        _("รอบจ่ายเงิน"), max_length=16, choices=ReleaseRule, default=ReleaseRule.EVERY_N_DAYS
    )
    release_days = models.PositiveSmallIntegerField(_("จำนวนวัน"), default=7)
    paid_to_members = models.BooleanField(_("โอนตรงถึงสมาชิก"), default=True)

    class Meta:
        verbose_name = _("กลุ่มเกษตรกร")
        verbose_name_plural = _("กลุ่มเกษตรกร")

    def save(self, *args: object, **kwargs: object) -> None:
        self.kind = self.party_kind
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class BuyerClass(models.Model):
    """Hospital, hotel, restaurant or wholesaler: who shares prices, cut-off and delivery terms."""

    code = models.SlugField(max_length=16, primary_key=True)
    name_th = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    cutoff_days_before = models.PositiveSmallIntegerField(default=3)
    cutoff_time = models.TimeField(help_text="Bangkok time")
    minimum_drop_satang = models.BigIntegerField(default=0)
    small_drop_fee_satang = models.BigIntegerField(default=0)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name_th if get_language() in (None, "th") else self.name_en


class OutsideGoods(models.TextChoices):
    NEVER = "never", _("ไม่รับของซื้อเสริม")
    UP_TO_PRICE = "up_to_price", _("รับไม่เกินราคาที่จอง")
    ALWAYS = "always", _("รับเสมอ")


class BillingPlan(models.TextChoices):
    MONTHLY = "monthly", _("รวมทั้งเดือน")
    PER_DELIVERY = "per_delivery", _("ทุกครั้งที่ส่ง")


class Buyer(Party):
    """An institutional buyer and the terms it buys on."""

    party_kind = PartyKind.BUYER

    buyer_class = models.ForeignKey(BuyerClass, models.PROTECT, related_name="buyers")
    is_government = models.BooleanField(_("หน่วยงานรัฐ"), default=False)
    requires_po = models.BooleanField(_("ต้องมีเลขใบสั่งซื้อก่อนส่ง"), default=False)
    payment_days = models.PositiveSmallIntegerField(_("เครดิตกี่วัน"), default=30)
    withholding_bp = models.PositiveSmallIntegerField(
        _("หัก ณ ที่จ่าย"), default=0, help_text="basis points: 100 is 1 %"
    )
    over_tolerance_bp = models.PositiveSmallIntegerField(
        _("รับเกินได้"), default=500, help_text="basis points of the ordered quantity"
    )
    outside_goods = models.CharField(
        _("ของซื้อเสริม"), max_length=12, choices=OutsideGoods, default=OutsideGoods.NEVER
    )
    billing_plan = models.CharField(
        _("วางบิล"), max_length=16, choices=BillingPlan, default=BillingPlan.MONTHLY
    )
    contract_tier = models.PositiveSmallIntegerField(
        default=1, help_text="allocation tier: 0 before 1 before 2"
    )

    class Meta:
        verbose_name = _("ผู้ซื้อ")
        verbose_name_plural = _("ผู้ซื้อ")
        constraints = [
            models.CheckConstraint(
                condition=Q(withholding_bp__lte=1000), name="withholding_at_most_ten_percent"
            )
        ]

    def save(self, *args: object, **kwargs: object) -> None:
        self.kind = self.party_kind
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Agency(Party):
    """An agriculture or cooperative office: reads boards, never bank data."""

    party_kind = PartyKind.AGENCY

    class Meta:
        verbose_name = _("หน่วยงานสนับสนุน")
        verbose_name_plural = _("หน่วยงานสนับสนุน")

    def save(self, *args: object, **kwargs: object) -> None:
        self.kind = self.party_kind
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class DeliverySite(models.Model):
    """Where a buyer takes deliveries: a kitchen, a branch, a dock."""

    buyer = models.ForeignKey(Buyer, models.PROTECT, related_name="sites")
    name = models.CharField(_("จุดส่ง"), max_length=120)
    address = models.CharField(_("ที่อยู่"), max_length=300)
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    receive_from = models.TimeField(_("รับของตั้งแต่"))
    receive_until = models.TimeField(_("ถึง"))
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ["buyer_id", "pk"]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """A grower or another natural person the market deals with; may have no User."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(_("ชื่อ"), max_length=160)
    called = models.CharField(_("เรียกว่า"), max_length=60, blank=True)
    phone = models.CharField(_("โทรศัพท์"), max_length=30, blank=True)
    district = models.ForeignKey(District, models.PROTECT, related_name="persons")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="person"
    )
    blanked_at = models.DateTimeField(null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.called or self.name


class Membership(models.Model):
    """A person's time in a farmer group."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    group = models.ForeignKey(FarmerGroup, models.PROTECT, related_name="memberships")
    since = models.DateField(_("เป็นสมาชิกตั้งแต่"))
    until = models.DateField(_("ถึง"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "group"],
                condition=Q(until__isnull=True),
                name="one_open_membership",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="membership_ends_after_it_starts",
            ),
        ]


class RoleName(models.TextChoices):
    """What a user may do for a party."""

    GROWER = "grower", _("เกษตรกร")
    COORDINATOR = "coordinator", _("ผู้ประสานกลุ่ม")
    REQUESTER = "requester", _("ผู้ขอซื้อ")
    APPROVER = "approver", _("ผู้อนุมัติ")
    RECEIVER = "receiver", _("ผู้ตรวจรับ")
    FINANCE = "finance", _("การเงินผู้ซื้อ")
    STAFF = "staff", _("เจ้าหน้าที่ศูนย์")
    TREASURER = "treasurer", _("เหรัญญิก")
    AGENCY = "agency", _("หน่วยงาน")


ROLES_OF_KIND: dict[str, tuple[RoleName, ...]] = {
    PartyKind.GROUP: (RoleName.GROWER, RoleName.COORDINATOR),
    PartyKind.BUYER: (
        RoleName.REQUESTER,
        RoleName.APPROVER,
        RoleName.RECEIVER,
        RoleName.FINANCE,
    ),
    PartyKind.COOPERATIVE: (RoleName.STAFF, RoleName.TREASURER),
    PartyKind.AGENCY: (RoleName.AGENCY,),
}


class Role(models.Model):
    """One user acting for one party in one role; ended, never deleted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="roles")
    party = models.ForeignKey(Party, models.PROTECT, related_name="roles")
    name = models.CharField(max_length=12, choices=RoleName)
    given_at = models.DateTimeField(default=now)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "party", "name"],
                condition=Q(ended_at__isnull=True),
                name="one_open_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()} · {self.party}"


class PayoutAccount(models.Model):
    """Where money for a group or a person goes; changes make a new row, the old one ends."""

    class Method(models.TextChoices):
        BANK = "bank", _("บัญชีธนาคาร")
        PROMPTPAY = "promptpay", _("พร้อมเพย์")
        CASH = "cash", _("เงินสด")

    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="payout_accounts"
    )
    group = models.ForeignKey(
        FarmerGroup, models.PROTECT, null=True, blank=True, related_name="payout_accounts"
    )
    method = models.CharField(max_length=12, choices=Method)
    bank = models.CharField(_("ธนาคาร"), max_length=60, blank=True)
    number = models.CharField(_("เลขบัญชี/พร้อมเพย์"), max_length=30, blank=True)
    holder_name = models.CharField(_("ชื่อบัญชี"), max_length=160, blank=True)
    since = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PayoutAccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, group__isnull=True)
                | Q(person__isnull=True, group__isnull=False),
                name="payout_account_of_one_payee",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="one_account_a_person"
            ),
            models.UniqueConstraint(
                fields=["group"], condition=Q(ended_at__isnull=True), name="one_account_a_group"
            ),
        ]

    @property
    def masked(self) -> str:
        """The number with all but its last four characters hidden."""
        return "•••" + self.number[-4:] if self.number else ""
