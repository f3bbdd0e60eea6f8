"""Supply: plots, harvest offers with their members' shares, and reservations.

An offer's quantity is the total over its window of delivery days. What may be promised is
`promisable_qty = max(policy figure, reserved)`; `0 ≤ reserved ≤ promisable` is a CHECK, so no
number of writers can oversell. The policy figure is here what the group offers, less what runs at
cut-off have taken already. A reservation is a guarantee of quantity to an opaque holder (an
order line); its backings name the offers that hold it up at present, and `reserved_qty` of an
offer is the sum of its live backings. A shortage has an owner and a deadline.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.grades import Grade
from catalogue.models import Product
from catalogue.standards.models import Standard
from catalogue.supply.querysets import (
    OfferQuerySet,
    PlotQuerySet,
    ShareChangeQuerySet,
    ShareQuerySet,
)
from marketplace.common.clock import now
from marketplace.cycles.models import OrderCycle
from marketplace.parties.models import FarmerGroup, Person
from marketplace.places.models import District


class Plot(models.Model):
    """A piece of land that a person grows on, as a member of a group."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="plots")
    group = models.ForeignKey(FarmerGroup, models.PROTECT, related_name="plots")
    name = models.CharField(_("แปลง"), max_length=120)
    district = models.ForeignKey(District, models.PROTECT, related_name="plots")
    tambon = models.CharField(_("ตำบล"), max_length=80, blank=True)
    area_sqm = models.PositiveIntegerField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = PlotQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class HarvestOffer(models.Model):
    """What a group offers of a product and grade over a window of delivery days."""

    class State(models.TextChoices):
        OPEN = "open", _("เปิดจอง")
        CLOSED = "closed", _("ปิด")

    group = models.ForeignKey(FarmerGroup, models.PROTECT, related_name="harvest_offers")
    product = models.ForeignKey(Product, models.PROTECT, related_name="harvest_offers")
    grade = models.CharField(max_length=1, choices=Grade)
    standards = models.ManyToManyField(Standard, blank=True, related_name="harvest_offers")
    first_day = models.DateField(_("ส่งได้ตั้งแต่"))
    last_day = models.DateField(_("ถึง"))
    standard_codes = models.CharField(
        max_length=200,
        blank=True,
        editable=False,
        help_text="codes of `standards`, sorted, one space between: read with the row under lock",
    )
    min_price_satang = models.PositiveIntegerField(
        default=0, help_text="only decides whether it takes part"
    )
    offered_qty = models.PositiveBigIntegerField(default=0, help_text="sum of the shares")
    taken_qty = models.PositiveBigIntegerField(
        default=0, help_text="sum of the shares' taken_qty: allocated by runs at cut-off"
    )
    policy_qty = models.PositiveBigIntegerField(
        default=0, help_text="what the promise policy allows"
    )
    promisable_qty = models.BigIntegerField(default=0)
    reserved_qty = models.BigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    request_key = models.CharField(
        max_length=64,
        null=True,
        blank=True,
        unique=True,
        editable=False,
        help_text="the form that made it: the same form posted twice makes it once",
    )
    created_at = models.DateTimeField(default=now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = OfferQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["product", "first_day", "last_day"], name="offer_by_product_day"),
            models.Index(fields=["group", "first_day"], name="offer_by_group_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(reserved_qty__gte=0, reserved_qty__lte=F("promisable_qty")),
                name="never_oversold",
            ),
            models.CheckConstraint(
                condition=Q(promisable_qty__gte=F("policy_qty")), name="promisable_covers_policy"
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="window_ends_after_it_starts"
            ),
        ]

    @property
    def free_qty(self) -> int:
        """What can still be promised, base units."""
        if self.state != self.State.OPEN:
            return 0
        return max(0, min(self.policy_qty, self.promisable_qty) - self.reserved_qty)


class OfferShare(models.Model):
    """The part of an offer that one person will pick."""

    harvest_offer = models.ForeignKey(HarvestOffer, models.PROTECT, related_name="shares")
    person = models.ForeignKey(Person, models.PROTECT, related_name="shares")
    plot = models.ForeignKey(Plot, models.PROTECT, null=True, blank=True, related_name="shares")
    qty = models.PositiveBigIntegerField()
    taken_qty = models.PositiveBigIntegerField(
        default=0, help_text="allocated by runs at cut-off, all days together"
    )

    objects = ShareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["harvest_offer", "person"], name="one_share_a_person"),
        ]


class SentForm(models.Model):
    """A form that was taken: the same form posted twice does its work once."""

    key = models.CharField(max_length=64, unique=True)
    offer_ids = models.JSONField(default=list)
    at = models.DateTimeField(default=now)


class ShareChange(models.Model):
    """One change of a share, by the grower or by a coordinator acting for her; append-only.

    An act on somebody's behalf can be undone within a day, as far as nothing is reserved on it.
    """

    share = models.ForeignKey(OfferShare, models.PROTECT, related_name="changes")
    before_qty = models.PositiveBigIntegerField()
    after_qty = models.PositiveBigIntegerField()
    at = models.DateTimeField(default=now)
    acted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    on_behalf = models.BooleanField(default=False)
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="undone_by"
    )

    objects = ShareChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]


class Reservation(models.Model):
    """A guarantee of quantity to a holder on a cycle; until the run at cut-off it may be
    re-backed, never reduced.
    """

    class State(models.TextChoices):
        LIVE = "live", _("กันไว้")
        CONSUMED = "consumed", _("จัดสรรแล้ว")
        RELEASED = "released", _("ปล่อยแล้ว")

    holder = models.CharField(max_length=64, help_text="opaque key such as line:123")
    cycle = models.ForeignKey(OrderCycle, models.PROTECT, related_name="reservations")
    product = models.ForeignKey(Product, models.PROTECT, related_name="reservations")
    min_grade = models.CharField(max_length=1, choices=Grade)
    standard = models.ForeignKey(Standard, models.PROTECT, null=True, blank=True, related_name="+")
    group = models.ForeignKey(
        FarmerGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="named group, or none: any",
    )
    max_price_satang = models.PositiveIntegerField(
        null=True, blank=True, help_text="farm gate; offers asking more do not fit"
    )
    qty = models.PositiveBigIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.LIVE)
    created_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["cycle", "product"], name="reservation_by_cycle"),
            models.Index(
                fields=["product"], condition=Q(state="live"), name="live_reservation_by_product"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["holder"], condition=Q(state="live"), name="one_live_reservation_a_holder"
            ),
        ]


class Backing(models.Model):
    """The part of a reservation that one offer holds up at present."""

    reservation = models.ForeignKey(Reservation, models.CASCADE, related_name="backings")
    harvest_offer = models.ForeignKey(HarvestOffer, models.PROTECT, related_name="backings")
    qty = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reservation", "harvest_offer"], name="one_backing_an_offer"
            ),
            models.CheckConstraint(condition=Q(qty__gt=0), name="backing_not_empty"),
        ]


class Shortage(models.Model):
    """Guaranteed quantity that could not be kept: who must deal with it, and by when."""

    holder = models.CharField(max_length=64, db_index=True)
    cycle = models.ForeignKey(OrderCycle, models.PROTECT, related_name="shortages")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    qty = models.PositiveBigIntegerField()
    cause = models.CharField(max_length=200)
    owner = models.CharField(max_length=64, help_text="party:<pk> that must act")
    deadline = models.DateTimeField()
    created_at = models.DateTimeField(default=now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_how = models.CharField(max_length=200, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["deadline", "pk"]
        indexes = [
            models.Index(
                fields=["deadline"], condition=Q(settled_at__isnull=True), name="open_shortage"
            )
        ]
