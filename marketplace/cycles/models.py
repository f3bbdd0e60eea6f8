"""Order cycles: one delivery day of the hub each, with its cut-offs; holidays and the questions
they raise.

A cycle's day may be moved, also after cut-off; the day it was first meant for stays in
`moved_from`.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now
from marketplace.cycles.querysets import CycleQuerySet, QuestionQuerySet
from marketplace.parties.models import Buyer, BuyerClass, Hub


class CycleState(models.TextChoices):
    OPEN = "open", _("เปิดจอง")
    CLOSED = "closed", _("ปิดรับ")
    ALLOCATED = "allocated", _("จัดสรรแล้ว")
    INTAKE = "intake", _("ชั่งรับ")
    DISPATCHED = "dispatched", _("ออกส่ง")
    ACCEPTED = "accepted", _("ตรวจรับครบ")
    CANCELLED = "cancelled", _("งดส่ง")


class OrderCycle(models.Model):
    """One delivery day of a hub."""

    hub = models.ForeignKey(Hub, models.PROTECT, related_name="cycles")
    delivery_day = models.DateField(_("วันส่ง"))
    opens_at = models.DateTimeField(_("เปิดจองตั้งแต่"))
    state = models.CharField(max_length=12, choices=CycleState, default=CycleState.OPEN)
    moved_from = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ["delivery_day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["hub", "delivery_day"],
                condition=~Q(state="cancelled"),
                name="one_cycle_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_day}"


class Cutoff(models.Model):
    """When one buyer class can no longer change its orders for one cycle."""

    cycle = models.ForeignKey(OrderCycle, models.CASCADE, related_name="cutoffs")
    buyer_class = models.ForeignKey(BuyerClass, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "buyer_class"], name="one_cutoff_a_class")
        ]


class Holiday(models.Model):
    """A day on which somebody may not work: national, or local (Eids, Chinese New Year)."""

    class Kind(models.TextChoices):
        NATIONAL = "national", _("วันหยุดราชการ")
        LOCAL = "local", _("วันสำคัญท้องถิ่น")

    day = models.DateField(db_index=True)
    name_th = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=12, choices=Kind)
    estimated = models.BooleanField(
        default=False, help_text="depends on the moon or an announcement"
    )

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["day", "name_th"], name="one_holiday_name_a_day")
        ]

    def __str__(self) -> str:
        return self.name_th if get_language() in (None, "th") else self.name_en or self.name_th


class DayQuestion(models.Model):
    """A question to staff: what to do with a cycle that falls on a holiday (or must be moved)."""

    class Answer(models.TextChoices):
        KEEP = "keep", _("ส่งตามเดิม")
        MOVE = "move", _("ย้ายวัน")
        JOIN = "join", _("รวมกับอีกวัน")
        SKIP = "skip", _("งดส่ง")

    cycle = models.ForeignKey(OrderCycle, models.PROTECT, related_name="questions")
    holiday = models.ForeignKey(Holiday, models.PROTECT, null=True, blank=True)
    same_as = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="other_days",
        help_text="the same feast a day earlier: both days are one question",
    )
    reason = models.CharField(max_length=200, blank=True)
    answer = models.CharField(max_length=8, choices=Answer, blank=True)
    target_day = models.DateField(null=True, blank=True)
    only_buyers = models.ManyToManyField(Buyer, blank=True, related_name="+")
    asked_at = models.DateTimeField(default=now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "holiday"],
                condition=Q(holiday__isnull=False),
                name="one_question_a_holiday",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="answered_with_a_time",
            ),
        ]

    def days(self) -> list[DayQuestion]:
        """This question and those of the same feast that wait with it, earliest day first."""
        waiting = DayQuestion.objects.open().filter(Q(pk=self.pk) | Q(same_as=self.pk))
        found = list(waiting.select_related("cycle", "holiday").order_by("cycle__delivery_day"))
        return found or [self]
