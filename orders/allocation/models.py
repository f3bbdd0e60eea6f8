"""Runs of the allocation and what they decided.

A run covers one order cycle; it is made at cut-off, made again when a plan must be repaired, and
made again from real lots at intake. One plan of a cycle is current, and one division of real lots.
What each product's run was
computed from is kept as the engine's document, so that a run can be solved again and compared by
its hashes. Allocations are the plan on offers' shares: until intake a coordinator may move them
between her own members, and each move is a row of its own.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.grades import Grade
from catalogue.models import Product
from catalogue.supply.models import OfferShare
from marketplace.common.clock import now
from marketplace.cycles.models import OrderCycle
from marketplace.parties.models import FarmerGroup, Person
from orders.allocation.querysets import (
    AllocationQuerySet,
    FarmerOutcomeQuerySet,
    OverrideQuerySet,
)
from orders.models import Line


class Run(models.Model):
    """One run of the allocation over an order cycle."""

    class Kind(models.TextChoices):
        CUTOFF = "cutoff", _("ปิดรับ")
        INTAKE = "intake", _("หลังชั่งรับ")
        REPLAN = "replan", _("วางแผนใหม่")

    cycle = models.ForeignKey(OrderCycle, models.PROTECT, related_name="runs")
    kind = models.CharField(max_length=8, choices=Kind)
    is_current = models.BooleanField(default=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    before = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="repaired",
        help_text="the plan that this one took the place of",
    )
    cause = models.CharField(max_length=200, blank=True, help_text="why it was planned again")
    key = models.CharField(
        max_length=64, blank=True, help_text="the form's, so that twice is once; empty at cut-off"
    )
    engine = models.CharField(max_length=40)
    input_sha256 = models.CharField(max_length=64)
    output_sha256 = models.CharField(max_length=64)
    milliseconds = models.PositiveIntegerField(default=0)
    asked_g = models.PositiveBigIntegerField(default=0, help_text="grams, nominal for pieces")
    firm_g = models.PositiveBigIntegerField(default=0)
    allocated_g = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "kind"], condition=Q(is_current=True), name="one_current_run"
            ),
            models.UniqueConstraint(
                fields=["cycle"],
                condition=Q(is_current=True) & ~Q(kind="intake"),
                name="one_current_plan",
            ),
            models.UniqueConstraint(
                fields=["cycle", "key"], condition=~Q(key=""), name="one_run_a_key"
            ),
            models.CheckConstraint(
                condition=~Q(kind="replan") | (~Q(cause="") & ~Q(key="") & Q(before__isnull=False)),
                name="planned_again_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(allocated_g__lte=F("asked_g")), name="run_gives_at_most_what_is_asked"
            ),
        ]

    @property
    def short_g(self) -> int:
        return self.asked_g - self.allocated_g

    @property
    def result_code(self) -> str:
        """The first eight digits of the result's hash, for people to compare."""
        return f"{self.output_sha256[:4]}-{self.output_sha256[4:8]}".upper()


class RunProduct(models.Model):
    """One product of a run: what the engine was given and the hashes of both sides."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="products")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    pack_qty = models.PositiveIntegerField(help_text="base units that are allocated at a time")
    asked_qty = models.PositiveBigIntegerField()
    firm_qty = models.PositiveBigIntegerField()
    allocated_qty = models.PositiveBigIntegerField()
    offered_qty = models.PositiveBigIntegerField()
    input_sha256 = models.CharField(max_length=64)
    output_sha256 = models.CharField(max_length=64)
    document = models.JSONField(help_text="the engine's instance, canonical")

    class Meta:
        ordering = ["product__title"]
        constraints = [
            models.UniqueConstraint(fields=["run", "product"], name="one_product_of_a_run")
        ]


class Allocation(models.Model):
    """What one person's share of an offer supplies to one order line."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="allocations")
    line = models.ForeignKey(Line, models.PROTECT, related_name="allocations")
    share = models.ForeignKey(OfferShare, models.PROTECT, related_name="allocations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="allocations")
    group = models.ForeignKey(FarmerGroup, models.PROTECT, related_name="allocations")
    product = models.ForeignKey(Product, models.PROTECT, related_name="allocations")
    grade = models.CharField(max_length=1, choices=Grade)
    qty = models.PositiveBigIntegerField(help_text="base units")

    objects = AllocationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["run", "group", "person"], name="allocation_by_group")]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "line", "share"], name="one_allocation_a_line_and_share"
            ),
            models.CheckConstraint(condition=Q(qty__gt=0), name="allocation_not_empty"),
        ]


class LineOutcome(models.Model):
    """What a line got in a run and, where it is short, why; append-only."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="lines")
    line = models.ForeignKey(Line, models.PROTECT, related_name="outcomes")
    firm_qty = models.PositiveBigIntegerField()
    asked_qty = models.PositiveBigIntegerField()
    allocated_qty = models.PositiveBigIntegerField()
    short_qty = models.PositiveBigIntegerField()
    reason_code = models.CharField(max_length=32, blank=True)
    reason = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "line"], name="one_outcome_a_line"),
            models.CheckConstraint(
                condition=Q(asked_qty=F("allocated_qty") + F("short_qty")),
                name="line_outcome_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(short_qty=0) | ~Q(reason_code=""), name="short_line_has_a_reason"
            ),
        ]


class FarmerOutcome(models.Model):
    """What a person sells of a product in a run and, where it is below plan, why; append-only."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="farmers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="outcomes")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    offered_qty = models.PositiveBigIntegerField()
    sold_qty = models.PositiveBigIntegerField()
    credit_qty = models.PositiveBigIntegerField(default=0, help_text="carried into the next run")
    reason_code = models.CharField(max_length=32, blank=True)
    reason = models.JSONField(default=dict, blank=True)

    objects = FarmerOutcomeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "person", "product"], name="one_farmer_outcome"),
            models.CheckConstraint(
                condition=Q(sold_qty__gte=F("offered_qty")) | ~Q(reason_code=""),
                name="farmer_below_plan_has_a_reason",
            ),
        ]


class Credit(models.Model):
    """Base units of a product that a person was passed over for and not yet repaid."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="credits")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    qty = models.PositiveBigIntegerField()
    run = models.ForeignKey(Run, models.PROTECT, related_name="+", help_text="that set it last")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "product"], name="one_credit_a_product")
        ]


class AllocationMove(models.Model):
    """A coordinator moved quantity from one of her members to another; append-only."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="moves")
    group = models.ForeignKey(FarmerGroup, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    grade = models.CharField(max_length=1, choices=Grade)
    from_share = models.ForeignKey(OfferShare, models.PROTECT, related_name="moves_out")
    to_share = models.ForeignKey(OfferShare, models.PROTECT, related_name="moves_in")
    qty = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    key = models.CharField(
        max_length=64, unique=True, help_text="the form's, so that twice is once"
    )
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(qty__gt=0), name="move_not_empty")]


class Override(models.Model):
    """Staff decided what one share gives to one line, with what it cost; kept until undone.

    Every later plan of the cycle is made around it.
    """

    line = models.ForeignKey(Line, models.PROTECT, related_name="overrides")
    share = models.ForeignKey(OfferShare, models.PROTECT, related_name="overrides")
    run = models.ForeignKey(
        Run, models.PROTECT, related_name="overrides", help_text="the plan made around it first"
    )
    before_qty = models.PositiveBigIntegerField(help_text="base units that the plan before gave")
    qty = models.PositiveBigIntegerField(help_text="base units decided; 0: nothing")
    reason = models.CharField(max_length=200)
    fill_cost_qty = models.BigIntegerField(help_text="base units that all lines get less by it")
    gini_without = models.DecimalField(max_digits=5, decimal_places=4)
    gini_with = models.DecimalField(max_digits=5, decimal_places=4)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = OverrideQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "share"],
                condition=Q(undone_at__isnull=True),
                name="one_standing_override",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_a_reason"),
        ]
