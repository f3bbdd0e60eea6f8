"""From the harvest notice to the signed acceptance: notices, lots, weighings, packs, papers.

A harvest lot is one person's delivery of a product and grade from one plot on one cycle (or,
marked so, a mixed lot with its parts; goods bought outside; goods that came back). Its quantity is
the sum of its weighings. A pack goes to one order line and names the lots in it. Per product and
day: intake − packed − returned − waste = 0, and what came back is disposed of by a named person.
Weighings, acceptances and dispositions are append-only; what was wrong is reversed.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.grades import Grade
from catalogue.models import Product
from catalogue.supply.models import OfferShare, Plot
from marketplace.common.clock import now
from marketplace.common.codes import new_code
from marketplace.cycles.models import OrderCycle
from marketplace.parties.models import FarmerGroup, Party, Person
from orders.allocation.models import Run
from orders.fulfilment.querysets import (
    AcceptanceQuerySet,
    LotQuerySet,
    NoteQuerySet,
    NoticeQuerySet,
    NoticeRowQuerySet,
    PackQuerySet,
)
from orders.models import Delivery, Line


def lot_code() -> str:
    """A new code of a lot, with its check symbol."""
    return new_code(7)


def pack_code() -> str:
    """A new code of a pack or a delivery note, with its check symbol."""
    return new_code(8)


# ---- asking growers to pick --------------------------------------------------------------------


class HarvestNotice(models.Model):
    """What the members of one group are asked to pick for one delivery day."""

    cycle = models.ForeignKey(OrderCycle, models.PROTECT, related_name="harvest_notices")
    group = models.ForeignKey(FarmerGroup, models.PROTECT, related_name="harvest_notices")
    run = models.ForeignKey(Run, models.PROTECT, related_name="harvest_notices")
    issued_at = models.DateTimeField(default=now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "group"], name="one_notice_a_group_and_cycle")
        ]


class NoticeRow(models.Model):
    """What one person is asked to pick; a change after it was told asks again to be acknowledged."""

    notice = models.ForeignKey(HarvestNotice, models.CASCADE, related_name="rows")
    person = models.ForeignKey(Person, models.PROTECT, related_name="notice_rows")
    share = models.ForeignKey(OfferShare, models.PROTECT, related_name="notice_rows")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    grade = models.CharField(max_length=1, choices=Grade)
    qty = models.PositiveBigIntegerField(help_text="base units; 0: no longer to be picked")
    changed_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = NoticeRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "share"], name="one_notice_row_a_share")
        ]


# ---- the scale ---------------------------------------------------------------------------------


class CrateType(models.Model):
    """A crate and what it weighs empty."""

    name_th = models.CharField(_("ตะกร้า"), max_length=60, unique=True)
    tare_g = models.PositiveIntegerField(_("น้ำหนักเปล่า (กรัม)"))
    order = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name_th


class HarvestLot(models.Model):
    """Goods that entered the hub, under one code."""

    class Kind(models.TextChoices):
        OWN = "own", _("ของสมาชิก")
        MIXED = "mixed", _("รวมหลายสวน")
        OUTSIDE = "outside", _("ซื้อจากตลาด ไม่ใช่ผลผลิตกลุ่ม")
        RETURNED = "returned", _("ของคืน")

    class State(models.TextChoices):
        OPEN = "open", _("พร้อมแพ็ค")
        HELD = "held", _("กันไว้")
        DONE = "done", _("หมดแล้ว")

    code = models.CharField(max_length=12, unique=True, default=lot_code, editable=False)
    cycle = models.ForeignKey(OrderCycle, models.PROTECT, related_name="lots")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.OWN)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="harvest_lots"
    )
    group = models.ForeignKey(
        FarmerGroup, models.PROTECT, null=True, blank=True, related_name="harvest_lots"
    )
    plot = models.ForeignKey(Plot, models.PROTECT, null=True, blank=True, related_name="lots")
    share = models.ForeignKey(
        OfferShare, models.PROTECT, null=True, blank=True, related_name="lots"
    )
    product = models.ForeignKey(Product, models.PROTECT, related_name="harvest_lots")
    grade = models.CharField(max_length=1, choices=Grade)
    planned_grade = models.CharField(max_length=1, choices=Grade, blank=True)
    standards = models.JSONField(
        default=list, blank=True, help_text="codes in force at intake, sorted"
    )
    intake_qty = models.PositiveBigIntegerField(default=0, help_text="sum of the weighings")
    harvested_on = models.DateField()
    best_before = models.DateField()
    vendor = models.CharField(_("ซื้อจาก"), max_length=160, blank=True)
    cost_satang = models.PositiveBigIntegerField(_("ราคารวม"), null=True, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="returned_lots"
    )
    from_line = models.ForeignKey(
        Line, models.PROTECT, null=True, blank=True, related_name="returned_lots"
    )
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    held_reason = models.CharField(max_length=200, blank=True)
    taken_in_at = models.DateTimeField(default=now)
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text="intake closed and told on; later goods make another lot"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LotQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["cycle", "product"], name="lot_by_cycle_product"),
            models.Index(fields=["person", "cycle"], name="lot_by_person_cycle"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="own") | Q(person__isnull=False, group__isnull=False),
                name="own_lot_of_one_person",
            ),
            models.CheckConstraint(
                condition=~Q(kind="outside")
                | (
                    ~Q(vendor="")
                    & Q(cost_satang__isnull=False, person__isnull=True, group__isnull=True)
                ),
                name="outside_lot_names_vendor_and_cost",
            ),
            models.CheckConstraint(
                condition=~Q(kind="returned") | Q(parent__isnull=False, from_line__isnull=False),
                name="returned_lot_has_a_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_outside(self) -> bool:
        return self.kind == self.Kind.OUTSIDE


class MixedPart(models.Model):
    """One person's part of a mixed lot, base units."""

    lot = models.ForeignKey(HarvestLot, models.PROTECT, related_name="parts")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    qty = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lot", "person"], name="one_mixed_part")]


class Weighing(models.Model):
    """One reading of the scale (or a count of pieces); append-only.

    A reversal is a row of its own with the opposite figures. `key` is given by the device, so that
    sending a reading again changes nothing.
    """

    lot = models.ForeignKey(HarvestLot, models.PROTECT, related_name="weighings")
    key = models.CharField(max_length=64, unique=True)
    gross_g = models.BigIntegerField(default=0)
    tare_g = models.BigIntegerField(default=0)
    crates = models.JSONField(default=list, blank=True, help_text="[[crate type, count], …]")
    net_qty = models.BigIntegerField(help_text="base units")
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )

    class Meta:
        ordering = ["at", "pk"]


class LotAssignment(models.Model):
    """Which lot supplies which line, settled again after intake."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="assignments")
    lot = models.ForeignKey(HarvestLot, models.PROTECT, related_name="assignments")
    line = models.ForeignKey(Line, models.PROTECT, related_name="assignments")
    qty = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "lot", "line"], name="one_assignment"),
            models.CheckConstraint(condition=Q(qty__gt=0), name="assignment_not_empty"),
        ]


# ---- packs and papers --------------------------------------------------------------------------


class Pack(models.Model):
    """A crate or bag for one order line, with its own code and the lots in it."""

    code = models.CharField(max_length=12, unique=True, default=pack_code, editable=False)
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="packs")
    line = models.ForeignKey(Line, models.PROTECT, related_name="packs")
    number = models.PositiveSmallIntegerField(help_text="1, 2, … of its line")
    qty = models.PositiveBigIntegerField()
    outside = models.BooleanField(default=False)
    packed_at = models.DateTimeField(default=now)
    packed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PackQuerySet.as_manager()

    class Meta:
        ordering = ["line_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["line", "number"], name="one_pack_number_a_line"),
            models.CheckConstraint(condition=Q(qty__gt=0), name="pack_not_empty"),
        ]

    def __str__(self) -> str:
        return self.code


class PackLot(models.Model):
    """How much of a lot is in a pack."""

    pack = models.ForeignKey(Pack, models.PROTECT, related_name="lots")
    lot = models.ForeignKey(HarvestLot, models.PROTECT, related_name="packs")
    qty = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pack", "lot"], name="one_row_a_pack_and_lot"),
            models.CheckConstraint(condition=Q(qty__gt=0), name="pack_lot_not_empty"),
        ]


class DeliveryNote(models.Model):
    """The paper that goes with a delivery; its content is frozen when it is issued."""

    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="delivery_note")
    code = models.CharField(max_length=12, unique=True, default=pack_code, editable=False)
    issued_at = models.DateTimeField(default=now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    driver = models.CharField(_("คนส่ง"), max_length=120, blank=True)
    content = models.JSONField()

    objects = NoteQuerySet.as_manager()


class CrateMovement(models.Model):
    """Crates that went out to a party or came back from it; append-only."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="crate_movements")
    crate_type = models.ForeignKey(CrateType, models.PROTECT, related_name="movements")
    delivery = models.ForeignKey(
        Delivery, models.PROTECT, null=True, blank=True, related_name="crate_movements"
    )
    out_count = models.PositiveIntegerField(default=0)
    back_count = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["at", "pk"]


# ---- acceptance --------------------------------------------------------------------------------


class Acceptance(models.Model):
    """The buyer's acceptance of one delivery, and how it was recorded; never by silence."""

    class Method(models.TextChoices):
        OWN_PHONE = "own_phone", _("ผู้รับกดเอง")
        DRIVER = "driver", _("โทรศัพท์คนส่ง")
        PAPER = "paper", _("พิมพ์จากใบที่เซ็น")

    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="acceptance")
    method = models.CharField(max_length=12, choices=Method)
    receiver_name = models.CharField(_("ชื่อผู้รับ"), max_length=160)
    signature = models.FileField(upload_to="acceptances/", blank=True)
    photo = models.ImageField(upload_to="acceptances/", blank=True)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AcceptanceQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]


class Cause(models.TextChoices):
    """Why goods were rejected or taken at a lower grade: who bears it follows from it."""

    QUALITY = "quality", _("คุณภาพไม่ถึง")
    HANDLING = "handling", _("เสียหายหลังชั่ง")


class AcceptanceLine(models.Model):
    """What became of one line at the dock, base units; append-only.

    `delivered_qty` is what was packed. `accepted_qty` was taken at the grade ordered,
    `downgraded_qty` at `accepted_grade`, `rejected_qty` goes back; `difference_qty` is what the
    buyer's scale said beyond (+) or below (−) what was packed. `over_qty` and `short_qty` compare
    what was taken with what was ordered.
    """

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="lines")
    line = models.OneToOneField(Line, models.PROTECT, related_name="acceptance_line")
    ordered_qty = models.PositiveBigIntegerField()
    delivered_qty = models.PositiveBigIntegerField()
    accepted_qty = models.PositiveBigIntegerField()
    downgraded_qty = models.PositiveBigIntegerField(default=0)
    accepted_grade = models.CharField(max_length=1, choices=Grade, blank=True)
    rejected_qty = models.PositiveBigIntegerField(default=0)
    over_qty = models.PositiveBigIntegerField(default=0)
    short_qty = models.PositiveBigIntegerField(default=0)
    difference_qty = models.BigIntegerField(default=0)
    cause = models.CharField(max_length=8, choices=Cause, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["line_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    difference_qty=F("accepted_qty")
                    + F("downgraded_qty")
                    + F("rejected_qty")
                    - F("delivered_qty")
                ),
                name="acceptance_line_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(rejected_qty=0, downgraded_qty=0) | ~Q(cause=""),
                name="rejection_has_a_cause",
            ),
            models.CheckConstraint(
                condition=Q(downgraded_qty=0) | ~Q(accepted_grade=""),
                name="downgrade_names_its_grade",
            ),
        ]

    @property
    def taken_qty(self) -> int:
        """What the buyer keeps, at whatever grade."""
        return self.accepted_qty + self.downgraded_qty


class AcceptanceLot(models.Model):
    """The part of an acceptance line that falls on one lot, base units; append-only.

    Rejections named by pack fall on that pack's lots, else everything is shared by weight (largest
    remainder); per line the parts add up to the line's own figures.
    """

    acceptance_line = models.ForeignKey(AcceptanceLine, models.PROTECT, related_name="lots")
    lot = models.ForeignKey(HarvestLot, models.PROTECT, related_name="acceptances")
    delivered_qty = models.PositiveBigIntegerField()
    accepted_qty = models.PositiveBigIntegerField()
    downgraded_qty = models.PositiveBigIntegerField(default=0)
    rejected_qty = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["acceptance_line", "lot"], name="one_part_an_acceptance_line_and_lot"
            )
        ]


class Disposition(models.Model):
    """What was done with goods that no line took, or that came back; append-only."""

    class Kind(models.TextChoices):
        RESOLD = "resold", _("ขายต่อ")
        MARKET_DAY = "market_day", _("ขายวันตลาดนัด")
        BASKET = "basket", _("ตะกร้าปันสุข")
        RETURNED_TO_GROWER = "returned_to_grower", _("เกษตรกรรับคืน")
        COMPOST = "compost", _("ทำปุ๋ย")
        WASTE = "waste", _("เสีย ตัดแต่ง น้ำหนักหาย")

    lot = models.ForeignKey(HarvestLot, models.PROTECT, related_name="dispositions")
    kind = models.CharField(max_length=20, choices=Kind)
    qty = models.PositiveBigIntegerField()
    value_satang = models.PositiveBigIntegerField(default=0, help_text="what a resale brought")
    reason = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(qty__gt=0), name="disposition_not_empty")]
