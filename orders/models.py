"""Oscar's orders, forked: advance orders of one buyer for one site over many delivery days.

A Delivery is an order's part on one order cycle and carries state, cut-off, fee and note;
Order.status is derived from the deliveries by one service. A line is unique on order, listing and
cycle; firm quantity is guaranteed by a reservation (`line:<pk>` in `catalogue.supply`),
wanted-more competes at cut-off. What a line costs stands in its revisions: each addition takes
the price of its day. A draft is what the grid saves before anything is promised.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from oscar.apps.order.abstract_models import AbstractLine, AbstractOrder

from catalogue.grades import Grade
from catalogue.models import Product
from catalogue.partner.models import FeeKind, Partner, StockRecord
from catalogue.standards.models import Standard
from marketplace.common.clock import now
from marketplace.common.quantities import BaseUnit
from marketplace.cycles.models import OrderCycle
from marketplace.parties.models import Buyer, DeliverySite
from orders.querysets import (
    DeliveryQuerySet,
    DraftQuerySet,
    LineQuerySet,
    OrderQuerySet,
    PurchaseOrderQuerySet,
)
from orders.rules import fee_label
from orders.states import DeliveryState, OrderState


class PurchaseOrder(models.Model):
    """The buyer's own purchase order (ใบสั่งซื้อ); one covers many advance orders."""

    buyer = models.ForeignKey(Buyer, models.PROTECT, related_name="purchase_orders")
    number = models.CharField(_("เลขที่ใบสั่งซื้อ"), max_length=60)
    dated = models.DateField(_("วันที่"))
    ceiling_satang = models.BigIntegerField(_("วงเงิน"), null=True, blank=True)
    file = models.FileField(upload_to="purchase-orders/", blank=True)
    created_at = models.DateTimeField(default=now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PurchaseOrderQuerySet.as_manager()

    class Meta:
        ordering = ["-dated", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["buyer", "number"], name="one_po_number_a_buyer")
        ]

    def __str__(self) -> str:
        return self.number


class OrderNumber(models.Model):
    """Draws rising numbers: the primary key is the number (gaps allowed)."""

    drawn_at = models.DateTimeField(default=now)


class Order(AbstractOrder):
    """An advance order (ใบจองล่วงหน้า). `user` is who placed it."""

    buyer = models.ForeignKey(Buyer, models.PROTECT, related_name="orders")
    site = models.ForeignKey(DeliverySite, models.PROTECT, related_name="orders")
    purchase_order = models.ForeignKey(
        PurchaseOrder, models.PROTECT, null=True, blank=True, related_name="orders"
    )
    payment_days = models.PositiveSmallIntegerField(default=30)
    note = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="rises with each change")
    split_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        help_text="the first order of the same draft: the state's budget year ended in between",
    )

    objects = OrderQuerySet.as_manager()

    @property
    def state(self) -> str:
        return self.status

    @property
    def state_label(self) -> str:
        return str(OrderState(self.status).label)


class Delivery(models.Model):
    """An order's part on one order cycle."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="deliveries")
    cycle = models.ForeignKey(OrderCycle, models.PROTECT, related_name="deliveries")
    state = models.CharField(max_length=12, choices=DeliveryState, default=DeliveryState.PLACED)
    cutoff_at = models.DateTimeField()
    fee_satang = models.PositiveBigIntegerField(default=0, help_text="sum of its fee rows")
    note = models.CharField(max_length=300, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["cycle_id", "pk"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["order", "cycle"], name="one_delivery_a_cycle")
        ]


class DeliveryFee(models.Model):
    """What a delivery costs beyond its goods, copied when it is placed; none on a cancelled one."""

    class Kind(models.TextChoices):
        ZONE = "zone", _("ค่าส่งตามเขต")
        SMALL_DROP = "small-drop", _("ค่าส่งไม่ถึงขั้นต่ำ")

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="fees")
    kind = models.CharField(max_length=12, choices=Kind)
    zone = models.CharField(max_length=60, blank=True, help_text="the zone's name at placing")
    satang = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["delivery_id", "-kind"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "kind"], name="one_delivery_fee_of_a_kind"),
            models.CheckConstraint(condition=Q(satang__gt=0), name="delivery_fee_above_zero"),
        ]

    @property
    def label(self) -> str:
        """The fee in words, with its zone."""
        return fee_label(self.kind, self.zone)


class Line(AbstractLine):
    """One listing on one delivery day. Oscar's `quantity` is firm plus wanted-more, in steps."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="order_lines")
    stockrecord = models.ForeignKey(StockRecord, models.PROTECT, related_name="order_lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="order_lines")
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="lines")
    cycle = models.ForeignKey(OrderCycle, models.PROTECT, related_name="lines")
    firm_qty = models.PositiveBigIntegerField(default=0, help_text="guaranteed, base units")
    wanted_qty = models.PositiveBigIntegerField(
        default=0, help_text="asked beyond the promise, base units"
    )
    base_unit = models.CharField(max_length=8, choices=BaseUnit)
    step_qty = models.PositiveIntegerField()
    min_grade = models.CharField(max_length=1, choices=Grade)
    standard = models.ForeignKey(Standard, models.PROTECT, null=True, blank=True, related_name="+")
    price_satang = models.PositiveIntegerField(
        help_text="selling price at placing, per 1,000 g or per piece"
    )

    objects = LineQuerySet.as_manager()

    class Meta(AbstractLine.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["order", "stockrecord", "cycle"], name="one_line_a_listing_and_cycle"
            )
        ]

    @property
    def ordered_qty(self) -> int:
        """Firm plus wanted-more, base units."""
        return self.firm_qty + self.wanted_qty

    @property
    def per(self) -> int:
        return BaseUnit(self.base_unit).per

    @property
    def holder(self) -> str:
        """The key under which supply keeps this line's reservation."""
        return f"line:{self.pk}"


class LineRevision(models.Model):
    """One change of a line's quantity and the price it was made at; append-only.

    The first revision is the placing. A reduction takes back what was added last; accepted weight
    is priced by what remains, oldest first (`orders.rules`).
    """

    class Kind(models.TextChoices):
        PLACED = "placed", _("ส่งใบจอง")
        AMENDED = "amended", _("แก้จำนวน")
        CANCELLED = "cancelled", _("ยกเลิก")
        MOVED = "moved", _("ย้ายวัน")
        SHORT = "short", _("ขาด")
        SUBSTITUTED = "substituted", _("ทดแทน")

    line = models.ForeignKey(Line, models.PROTECT, related_name="revisions")
    at = models.DateTimeField(default=now)
    acted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    firm_delta_qty = models.BigIntegerField()
    wanted_delta_qty = models.BigIntegerField()
    price_satang = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PLACED)
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["pk"]

    @property
    def delta_qty(self) -> int:
        """Change of the ordered quantity, base units."""
        return self.firm_delta_qty + self.wanted_delta_qty


class RevisionFee(models.Model):
    """A named fee frozen with a revision, per 1,000 g or per piece."""

    revision = models.ForeignKey(LineRevision, models.PROTECT, related_name="fees")
    kind = models.ForeignKey(FeeKind, models.PROTECT, related_name="+")
    satang = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "kind"], name="one_frozen_fee_of_a_kind")
        ]


class OrderDraft(models.Model):
    """What the grid saves: quantities by listing and cycle, promised to nobody yet."""

    class State(models.TextChoices):
        OPEN = "open", _("ร่าง")
        PLACED = "placed", _("ส่งแล้ว")
        DISCARDED = "discarded", _("ทิ้งแล้ว")

    buyer = models.ForeignKey(Buyer, models.PROTECT, related_name="drafts")
    site = models.ForeignKey(DeliverySite, models.PROTECT, related_name="drafts")
    name = models.CharField(_("ชื่อร่าง"), max_length=120, blank=True)
    first_day = models.DateField()
    last_day = models.DateField()
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    order = models.OneToOneField(Order, models.PROTECT, null=True, blank=True, related_name="draft")
    version = models.PositiveIntegerField(default=0, help_text="rises with each save")
    created_at = models.DateTimeField(default=now)
    saved_at = models.DateTimeField(default=now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="placed", order__isnull=False)
                | (~Q(state="placed") & Q(order__isnull=True)),
                name="placed_draft_has_its_order",
            )
        ]


class DraftCell(models.Model):
    """One cell of the grid."""

    draft = models.ForeignKey(OrderDraft, models.CASCADE, related_name="cells")
    listing = models.ForeignKey(StockRecord, models.PROTECT, related_name="+")
    cycle = models.ForeignKey(OrderCycle, models.PROTECT, related_name="+")
    qty = models.PositiveBigIntegerField(help_text="base units")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "listing", "cycle"], name="one_cell_a_listing_and_cycle"
            ),
            models.CheckConstraint(condition=Q(qty__gt=0), name="cell_not_empty"),
        ]


from oscar.apps.order.models import *
